"""The calls to fetch: from arguments, or from the lines of a file or of standard input."""

import os
import re
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from callinspect import providers
from callinspect.cli.input import files
from callinspect.errors import CallinspectError, ConfigError, UsageError
from callinspect.provider import Target, check_id
from callinspect.provider.reader import shown

if TYPE_CHECKING:
    from callinspect.cli.input.resume import Done

TargetOrError = Target | UsageError | ConfigError
"""The call of a line, or the error in its place; a ConfigError ends the input."""

_NEVER_IN_IDS = re.compile(r"[\s\"<>{}\[\],]|^(null|true|false)$")
"""Characters that no vendor's IDs contain, and the literals of JSON."""


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
    file: str | None,
    resume: str | None,
) -> Selection:
    """Return the calls that a command line selects.

    Args:
        provider: the first argument, None if there is none.
        words: the other arguments.
        file: the file to read calls from instead, `-` for standard input.
        resume: the earlier output, whose calls are skipped.

    Raises:
        UsageError: no calls are given, or they are given in two ways.
        ConfigError: a file cannot be read.
    """
    earlier = None
    if resume is not None:
        from callinspect.cli.input.resume import read_done

        earlier = read_done(resume)
    from_input = provider == "-" or "-" in words
    if not from_input and file is None:
        return _from_arguments(provider, words, earlier)
    by_dash = [provider, *words] in (["-"], [provider, "-"])
    if (file is not None and (words or from_input)) or (from_input and not by_dash):
        raise UsageError("give IDs as arguments, with - on standard input, or with --input, but not in two ways")
    default = None if provider in {None, "-"} else provider
    if default is not None:
        providers.get(default)
    path = "-" if file is None else file
    stream = files.opened(path)
    total = _total(stream, path, earlier.records if earlier else 0)
    calls = from_entries(files.entries(stream, path), default, earlier or ())
    return Selection(calls, only=None, provider=default, total=total, earlier=earlier)


def _from_arguments(provider: str | None, words: Sequence[str], done: "Done | None") -> Selection:
    """Return the calls that the arguments name, except those already done.

    Raises:
        UsageError: the arguments do not name a call.
    """
    if provider is None:
        raise UsageError("PROVIDER is missing", hint="callinspect get PROVIDER CALL_ID")
    calls = from_arguments(provider, words)
    left = [call for call in calls if done is None or call not in done]
    only = calls[0] if len(calls) == 1 and done is None else None
    same = {call.provider for call in calls} == {calls[0].provider}
    return Selection(left, only, calls[0].provider if same else None, len(left), done)


def _total(stream: BinaryIO, path: str, done: int) -> int | None:
    """Return the number of calls in a file, None for a pipe, which can be read only once."""
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return None
    begun = stream.tell()
    total = sum(len(_words_of(entry)) for entry in files.entries(stream, path))
    stream.seek(begun)
    return max(0, total - done)


def from_arguments(first: str, others: Sequence[str]) -> list[Target]:
    """Parse the arguments `PROVIDER CALL_ID…` or `PROVIDER:CALL_ID…`.

    Raises:
        UsageError: the provider does not exist, or an ID is missing or malformed.
    """
    provider, colon, _ = first.partition(":")
    providers.get(provider)
    words = [first, *others] if colon else others
    targets = [_target(word, None if colon else provider) for word in words]
    if not targets:
        raise UsageError("CALL_ID is missing", hint=f"callinspect get {provider} CALL_ID")
    for target in targets:
        _check(target)
    return targets


def from_entries(
    entries: Iterable[files.Entry], default: str | None, skipped: Container[Target] = ()
) -> Iterator[TargetOrError]:
    """Parse `PROVIDER:CALL_ID`, bare IDs, JSON objects with provider and id, and arrays of these.

    Args:
        entries: the lines, consumed lazily.
        default: the provider of bare IDs, None if there is none.
        skipped: calls to skip.
    """
    try:
        for entry in entries:
            for value in _words_of(entry):
                try:
                    target = _from_object(value, default) if isinstance(value, dict) else _from_word(value, default)
                    _check(target)
                except CallinspectError as error:
                    yield UsageError(f"line {entry.number}: {error.message}", hint=error.hints)
                else:
                    if target not in skipped:
                        yield target
    except (ConfigError, UsageError) as error:  # of the whole input
        yield error


def _words_of(entry: files.Entry) -> list[Any]:
    """Return the words or JSON values of an entry, one for each call."""
    if entry.json is None:
        return [entry.text]
    return entry.json if isinstance(entry.json, list) else [entry.json]


def _check(target: Target) -> None:
    try:
        check_id(providers.get(target.provider), target.call_id)
    except UsageError as error:
        raise error.about(*target) from None


def _target(word: str, default: str | None) -> Target:
    provider, colon, call_id = word.partition(":")
    if colon and (default is None or provider in providers.names()):
        providers.get(provider)
        return Target(provider, call_id)
    if default is None:
        raise UsageError(f"{shown(word)} does not name a provider", hint="write PROVIDER:CALL_ID")
    return Target(default, word)


def _from_word(word: Any, default: str | None) -> Target:
    """Parse a line or a string of an array.

    Raises:
        UsageError: it cannot be a call ID.
    """
    if not isinstance(word, str):
        raise UsageError(f"{shown(word)} is not a call ID")
    if word[:1] in {"{", "["}:
        raise UsageError("the JSON that starts here is invalid")
    if _NEVER_IN_IDS.search(word) or not word.isprintable():
        raise UsageError(f"{shown(word)} cannot be a call ID")
    return _target(word, default)


def _from_object(record: dict[str, Any], default: str | None) -> Target:
    provider, call_id = record.get("provider", default), record.get("id")
    if not isinstance(call_id, str):
        what = "reports an error" if "error" in record else "has no ID"
        raise UsageError(f"the JSON object {what}: it is not a call")
    if not isinstance(provider, str):
        raise UsageError("the JSON object does not name a provider")
    return Target(provider, call_id)
