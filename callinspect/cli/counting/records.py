"""The calls of records that were saved, or that another command prints."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from callinspect import providers
from callinspect.cli.input import files, paths
from callinspect.errors import CallinspectError, UsageError
from callinspect.model import SCHEMA_VERSION, reading

if TYPE_CHECKING:
    from callinspect.client.filters import Wanted

Record = Mapping[str, Any]

MAX_NAMED = 10
"""Lines that are named if they are not records."""

TOO_LARGE = "it has too many values"

HINT = "records are read as JSON Lines: callinspect list … -o jsonl"


def sorted_words(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the providers and the files that words name; `-`, and what has a slash, is always a file.

    Raises:
        UsageError: a word is neither, or there are both.
    """
    names, found = [], []
    for word in words:
        if providers.spelled(word) is None and (word == "-" or paths.exists(word) or paths.is_path(word)):
            found.append(word)
        else:
            names.append(_provider(word))
    if names and found:
        hint = "callinspect list PROVIDER -o jsonl | cat - FILE | callinspect stats -"
        raise UsageError("count what providers list, or records in files, not both at once", hint=hint)
    if found.count("-") > 1:
        raise UsageError("standard input can be read only once")
    for path in found:
        if path != "-" and not paths.exists(path):  # before hours of counting what is in the others
            files.opened(path).close()
    return list(dict.fromkeys(names)), found


def _provider(word: str) -> str:
    """Return the name of the provider that a word names.

    Raises:
        UsageError: it names none, and no file.
    """
    try:
        return providers.get(word).name
    except UsageError as error:
        if providers.spelled(word) is None:
            error.message = error.message.replace("no provider", "no provider or file", 1)
        raise


def read(
    found: Iterable[str], wanted: "Wanted", leave_out: Callable[[], None], mask: Callable[[Any], Record] | None
) -> Iterator[Record | CallinspectError]:
    """Yield the records of files that pass the filters, and an error for each of the first lines that are none.

    Args:
        found: the files, `-` for standard input.
        wanted: the filters.
        leave_out: called for each record that a filter by time leaves out because it has no time.
        mask: returns a record masked, or raises a `CallinspectError` if it cannot be; None to mask none.

    Raises:
        UsageError: a file cannot be read.
    """
    whole = chain.from_iterable(map(_read, found))
    every: Iterable[Record | CallinspectError | None] = whole
    if wanted.given:  # each step takes time with a million records
        every = (_filtered(each, wanted, leave_out) for each in whole)
    if mask is not None:
        every = (_masked(each, mask) for each in every)
    return _limited(every, wanted.limit)


def _limited(
    every: Iterable[Record | CallinspectError | None], limit: int | None
) -> Iterator[Record | CallinspectError]:
    """Yield no more than a number of records, the first errors, and one that says how many more there are."""
    failed = counted = 0
    for each in every:
        if isinstance(each, CallinspectError):
            failed += 1
            if failed <= MAX_NAMED:
                yield each
        elif each is not None:
            yield each
            counted += 1
            if counted == limit:
                break
    if failed > MAX_NAMED:
        more = failed - MAX_NAMED
        yield UsageError(f"{more:,} more {'line' if more == 1 else 'lines'} cannot be counted")


def _read(path: str) -> Iterator[Record | CallinspectError]:
    """Yield the records of a file, and an error for each value that is none.

    Raises:
        UsageError: it cannot be read, or is the CSV that `list` prints.
    """
    with files.opened(path) as stream:
        for entry in files.entries(stream, path, parse=_parsed):
            if entry.provider is not None:
                raise UsageError(f"{files.display_name(path)} is CSV, not records", hint=HINT)
            several = entry.json if isinstance(entry.json, list) else [entry.json]
            for value in several:
                problem = TOO_LARGE if entry.is_too_large else _problem(value)
                yield value if problem is None else _error(path, entry, problem)


def _parsed(text: str) -> Any:
    """Return the value of a line of JSON; None for anything else.

    Without the strictness for what vendors send, which takes four times as long: these are our own records.
    """
    if len(text) > files.MAX_VALUES_IN_A_LINE and text.count(",") > files.MAX_VALUES_IN_A_LINE:
        return None
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _refuse(word: str) -> None:
    """Refuse NaN and Infinity, which are not JSON."""
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _problem(value: Any) -> str | None:
    """Return why a value is not a record that can be counted, None if it is one."""
    if value is None:
        return "it is not JSON"
    if not isinstance(value, dict) or not reading.is_record(value):
        return "it has no schema_version"
    if value["schema_version"] != SCHEMA_VERSION:
        return f"its schema_version is not “{SCHEMA_VERSION}”"
    return None


def _error(path: str, entry: files.Entry, problem: str) -> UsageError:
    hint = files.LINES_HINT if entry.is_too_large else HINT
    return UsageError(f"{files.display_name(path)}, line {entry.number}: not a record: {problem}", hint=hint)


def _filtered(
    each: Record | CallinspectError, wanted: "Wanted", leave_out: Callable[[], None]
) -> Record | CallinspectError | None:
    """Return a record that passes the filters, else None; an error if it is not known whether it does."""
    if isinstance(each, CallinspectError):
        return each
    from callinspect.client import filters

    try:
        call = reading.call(each)
    except ValueError as error:
        return _about(UsageError(f"a record cannot be filtered: {error}"), each)
    if filters.matches(call, wanted):
        return each
    if call.at is None and filters.matches(call, wanted._replace(since=None, until=None)):
        leave_out()
    return None


def _masked(each: Record | CallinspectError | None, mask: Callable[[Any], Record]) -> Record | CallinspectError | None:
    if each is None or isinstance(each, CallinspectError):
        return each
    try:
        return mask(each)
    except CallinspectError as error:
        return _about(error, each).detached()


def _about(error: CallinspectError, record: Record) -> CallinspectError:
    """Name the call of a record, as far as the record does, and return the error."""
    provider, call_id = record.get("provider"), record.get("id")
    return error.about(provider, call_id if isinstance(call_id, str) else None) if isinstance(provider, str) else error
