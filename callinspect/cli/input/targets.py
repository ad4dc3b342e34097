"""The calls to fetch: from arguments, or from the lines of a file or of standard input."""

import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from callinspect import providers
from callinspect.cli.input import files, paths
from callinspect.cli.input.owners import read
from callinspect.errors import ConfigError, UsageError
from callinspect.provider import Target, check_id
from callinspect.provider.reader import shown

if TYPE_CHECKING:
    from callinspect.cli.input.owners import Owners
    from callinspect.cli.input.resume import Done

TargetOrError = Target | UsageError | ConfigError
"""The call of a line, or the error in its place; a ConfigError ends the input."""

_NEVER_IN_IDS = re.compile(r"[\s\"<>{}\[\],]|^(null|true|false|[\W_]+)$")
"""Characters that no vendor's IDs contain, the literals of JSON, and what has no letter or digit, as a card's bar."""


class Selection(NamedTuple):
    """The calls that a command line selects.

    Attributes:
        calls: each call, or the error in its place.
        only: the call if exactly one is named in the arguments.
        provider: the provider of all calls, None if there may be several.
        total: the number of calls, None if unknown.
        earlier: the calls of the earlier output to resume, None without --resume.
    """

    calls: Iterable[TargetOrError]
    only: Target | None
    provider: str | None
    total: int | None
    earlier: "Done | None" = None


def select(
    provider: str | None,
    words: Sequence[str],
    owners: "Owners",
    *,
    file: str | None = None,
    column: str | None = None,
    resume: str | None = None,
) -> Selection:
    """Return the calls that a command line selects.

    Args:
        provider: the first argument, None if there is none: a provider, or a call.
        words: the other arguments.
        owners: finds the provider of an ID without one.
        file: the file to read calls from instead, `-` for standard input.
        column: the column of CSV that has the IDs.
        resume: the earlier output, whose calls are skipped.

    Raises:
        UsageError: no calls are given, they are given in two ways, or a file cannot be read.
    """
    earlier = None
    if resume is not None:
        from callinspect.cli.input.resume import read_done

        earlier = read_done(resume)
    from_input = provider == "-" or "-" in words
    if not from_input and file is None:
        if column is not None:
            raise UsageError("--column is for calls that are read from a file or standard input")
        return _from_arguments(provider, words, owners, earlier)
    by_dash = [provider, *words] in (["-"], [provider, "-"])
    is_id = file is not None and provider is not None and providers.spelled(provider) is None and _may_be_id(provider)
    if is_id or (file is not None and (words or from_input)) or (from_input and not by_dash):
        raise UsageError("give IDs in one way: as arguments, with - or with --input")
    default = None if provider is None or provider == "-" else providers.get(provider).name
    path = "-" if file is None else file
    stream = files.opened(path)
    total = _total(stream, path, column, earlier.records if earlier else 0)
    calls = from_entries(files.entries(stream, path, column), default, owners, earlier or ())
    return Selection(calls, only=None, provider=default, total=total, earlier=earlier)


def _may_be_id(word: str) -> bool:
    """Whether a word has the form of a vendor's ID, with or without its provider."""
    from callinspect.cli.input.owners import read

    return any(providers.candidates(read(word)[1]))


def _from_arguments(provider: str | None, words: Sequence[str], owners: "Owners", done: "Done | None") -> Selection:
    """Return the calls that the arguments name, except those already done.

    Raises:
        UsageError: the arguments do not name a call.
    """
    calls = from_arguments(provider, words, owners)
    left = [call for call in calls if done is None or call not in done]
    only = calls[0] if len(calls) == 1 and done is None else None
    same = {call.provider for call in calls} == {calls[0].provider}
    return Selection(left, only, calls[0].provider if same else None, len(left), done)


def _total(stream: BinaryIO, path: str, column: str | None, done: int) -> int | None:
    """Return the number of calls in a file, None if it cannot be read, or is a pipe, which can be read only once."""
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return None
    begun = stream.tell()
    try:
        return max(0, sum(len(words_of(entry)) for entry in files.entries(stream, path, column)) - done)
    except UsageError:  # which is reported when the calls are read
        return None
    finally:
        stream.seek(begun)


def from_arguments(first: str | None, others: Sequence[str], owners: "Owners") -> list[Target]:
    """Parse the arguments `[PROVIDER] CALL_ID…`, in which any may be `PROVIDER:CALL_ID`.

    Raises:
        UsageError: an ID is missing or malformed, or its provider is not known.
    """
    provider = None if first is None else providers.spelled(first)
    if first is None or (provider is not None and not others):
        raise UsageError("CALL_ID is missing", hint=f"{owners.command} {provider or '[PROVIDER]'} CALL_ID")
    words = others if provider else [first, *others]
    for word in words:
        if error := paths.mistaken(word, provider):
            raise error
    targets = [owners.target(word, provider) for word in words]
    for target in targets:
        _check(target)
    return targets


def from_entries(
    entries: Iterable[files.Entry], default: str | None, owners: "Owners", skipped: Container[Target] = ()
) -> Iterator[TargetOrError]:
    """Parse IDs, `PROVIDER:CALL_ID`, JSON objects with an ID, and arrays of these.

    Args:
        entries: the lines, consumed lazily.
        default: the provider of bare IDs, None to find it by the ID's form.
        owners: finds it.
        skipped: calls to skip.
    """
    try:
        for entry in entries:
            for value in words_of(entry):
                try:
                    target = _of_entry(entry, value, default, owners)
                    _check(target)
                except UsageError as error:
                    error.message = f"line {entry.number}: {error.message}"
                    yield error
                else:
                    if target not in skipped:
                        yield target
    except (ConfigError, UsageError) as error:  # of the whole input
        yield error


def _of_entry(entry: files.Entry, value: Any, default: str | None, owners: "Owners") -> Target:
    """Parse one word or JSON value of an entry.

    Raises:
        UsageError: it is not a call.
    """
    if isinstance(value, dict):
        return _from_object(value, default, owners)
    if entry.provider:
        default = providers.get(entry.provider).name
    plain_word(value, is_whole=not entry.is_fragment)
    return owners.target(value, default)


def words_of(entry: files.Entry) -> list[Any]:
    """Return the words or JSON values of an entry, one for each call.

    A number with a fraction, alone in an array, is an ID in brackets: as a number, it would lose its last zeros.
    """
    is_pasted = isinstance(entry.json, list) and len(entry.json) == 1 and isinstance(entry.json[0], float)
    if entry.json is None or is_pasted:
        return [entry.text]
    return entry.json if isinstance(entry.json, list) else [entry.json]


def _check(target: Target) -> None:
    try:
        check_id(providers.get(target.provider), target.call_id)
    except UsageError as error:
        if not error.hints and (hint := providers.owner_hint(*target) or providers.possible_hint(target.call_id)):
            error.suggest(hint)
        raise error.about(*target) from None


def plain_word(word: Any, *, is_whole: bool = True) -> str:
    """Return a line or a string of an array, cleaned, if it can be a call ID.

    Args:
        word: the line or the JSON value.
        is_whole: whether it is not a piece of a JSON text.

    Raises:
        UsageError: it cannot.
    """
    if not isinstance(word, str):
        raise UsageError(f"{shown(word)} is not a call ID")
    if not word:
        raise UsageError("the call ID is missing")
    provider, text = read(word)
    if is_whole and (text or provider) and text.isprintable() and not _NEVER_IN_IDS.search(text):
        return f"{provider}:{text}" if provider else text
    if word[:1] in {"{", "["}:
        raise UsageError("the JSON that starts here is invalid")
    raise UsageError(f"{shown(word)} cannot be a call ID")


def _from_object(record: dict[str, Any], default: str | None, owners: "Owners") -> Target:
    call_id, provider = record.get("id"), record.get("provider", default)
    if not isinstance(call_id, str):
        what = "reports an error" if "error" in record else "has no ID"
        raise UsageError(f"the JSON object {what}: it is not a call")
    if provider is None and "provider" not in record:
        return Target(owners.owner(call_id), call_id)
    if not isinstance(provider, str):
        raise UsageError("the JSON object does not name a provider")
    return Target(providers.get(provider).name, call_id)
