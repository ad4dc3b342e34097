"""The calls of records that were saved, or that another command prints."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
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
            names.append(providers.get(word).name)
    if names and found:
        hint = "callinspect list PROVIDER -o jsonl | cat - FILE | callinspect stats -"
        raise UsageError("count what providers list, or records of files, not both at once", hint=hint)
    if found.count("-") > 1:
        raise UsageError("standard input can be read once only")
    return list(dict.fromkeys(names)), found


def read(found: Iterable[str], wanted: "Wanted") -> Iterator[Record | CallinspectError]:
    """Yield the records of files that pass the filters, and an error for each of the first lines that are none.

    Args:
        found: the files, `-` for standard input.
        wanted: the filters.

    Raises:
        UsageError: a file cannot be read.
    """
    every = chain.from_iterable(map(_read, found))
    return islice(_limited((_filtered(each, wanted) for each in every) if wanted.given else every), wanted.limit)


def _limited(every: Iterable[Record | CallinspectError | None]) -> Iterator[Record | CallinspectError]:
    """Yield records, the first errors, and one that says how many more there are."""
    failed = 0
    for each in every:
        if isinstance(each, CallinspectError):
            failed += 1
            if failed > MAX_NAMED:
                continue
        if each is not None:
            yield each
    if failed > MAX_NAMED:
        more = failed - MAX_NAMED
        yield UsageError(f"{more} more {'line is not a record' if more == 1 else 'lines are not records'}")


def _read(path: str) -> Iterator[Record | CallinspectError]:
    with files.opened(path) as stream:
        for entry in files.entries(stream, path, parse=_parsed):
            several = entry.json if isinstance(entry.json, list) else [entry.json]
            for value in several:
                problem = _problem(value)
                yield value if problem is None else _error(path, entry, problem)


def _parsed(text: str) -> Any:
    """Return the value of a line of JSON; None for anything else.

    Without the strictness for what vendors send, which takes four times as long: these are our own records.
    """
    if len(text) > files.MAX_VALUES_IN_A_LINE and text.count(",") > files.MAX_VALUES_IN_A_LINE:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


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
    return UsageError(f"{files.display_name(path)}, line {entry.number}: not a record: {problem}", hint=HINT)


def _filtered(each: Record | CallinspectError, wanted: "Wanted") -> Record | CallinspectError | None:
    """Return a record that passes the filters, else None; an error if it is not known whether it does."""
    if isinstance(each, CallinspectError):
        return each
    from callinspect.client import filters

    try:
        return each if filters.matches(reading.call(each), wanted) else None
    except ValueError as error:
        return UsageError(f"a record cannot be filtered: {error}").about(str(each.get("provider")), str(each.get("id")))
