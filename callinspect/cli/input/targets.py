"""Which calls are meant: words of the command line, or lines of a file or of standard input."""

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
"""The call that a line means, or why it means none, or why there are no more lines."""

_IN_NO_ID = re.compile(r"[\s\"<>{}\[\],]|^(null|true|false)$")
"""What no vendor's IDs have in them, and the literals of JSON; a piece of another text does."""


class Wanted(NamedTuple):
    """The calls that a command line asks for.

    Attributes:
        calls: them, or why they are none.
        only: the call, when no more than that one is asked for.
        provider: whose they are, None when they may be of several vendors.
        total: how many they are, None when nobody knows yet.
        earlier: the output that is gone on with, None when there is none.
    """

    calls: Iterable[TargetOrError]
    only: Target | None
    provider: str | None
    total: int | None
    earlier: "Done | None" = None


def wanted(
    provider: str | None,
    words: Sequence[str],
    file: str | None,
    resume: str | None,
) -> Wanted:
    """Find out which calls a command line asks for.

    Args:
        provider: its first word, None when there is none.
        words: its other words.
        file: file of lines to read instead, `-` for standard input.
        resume: earlier output, whose calls are left out.

    Raises:
        UsageError: it asks for none, or for some in two ways.
        ConfigError: a file cannot be read.
    """
    earlier = None
    if resume is not None:
        from callinspect.cli.input.resume import done_before

        earlier = done_before(resume)
    from_input = provider == "-" or "-" in words
    if not from_input and file is None:
        return _named(provider, words, earlier)
    by_dash = [provider, *words] in (["-"], [provider, "-"])
    if (file is not None and (words or from_input)) or (from_input and not by_dash):
        raise UsageError("give IDs as arguments, with - on standard input, or with --input, but not in two ways")
    default = None if provider in {None, "-"} else provider
    if default is not None:
        providers.get(default)
    path = "-" if file is None else file
    stream = files.opened(path)
    total = _total(stream, path, earlier.records if earlier else 0)
    calls = of_entries(files.entries(stream, path), default, earlier or ())
    return Wanted(calls, only=None, provider=default, total=total, earlier=earlier)


def _named(provider: str | None, words: Sequence[str], done: "Done | None") -> Wanted:
    """Return the calls that the words of a command line name, those left out that are done; None where none can be."""
    if provider is None:
        raise UsageError("PROVIDER is missing", hint="callinspect get PROVIDER CALL_ID")
    calls = of_words(provider, words)
    left = [call for call in calls if done is None or call not in done]
    only = calls[0] if len(calls) == 1 and done is None else None
    same = {call.provider for call in calls} == {calls[0].provider}
    return Wanted(left, only, calls[0].provider if same else None, len(left), done)


def _total(stream: BinaryIO, path: str, done: int) -> int | None:
    """Return how many calls a file asks for, None for a pipe, which can be read once only."""
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return None
    begun = stream.tell()
    total = sum(len(_words_of(entry)) for entry in files.entries(stream, path))
    stream.seek(begun)
    return max(0, total - done)


def of_words(first: str, others: Sequence[str]) -> list[Target]:
    """Read the words of a command line: `PROVIDER CALL_ID…`, or `PROVIDER:CALL_ID` as one word.

    Raises:
        UsageError: there is no such provider, no ID, or an ID that cannot be one.
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


def of_entries(
    entries: Iterable[files.Entry], default: str | None, skipped: Container[Target] = ()
) -> Iterator[TargetOrError]:
    """Read `PROVIDER:CALL_ID`, a bare ID where a provider is given, JSON objects with provider and id, lists of these.

    Args:
        entries: read as they are wanted.
        default: the provider of bare IDs.
        skipped: calls to leave out.
    """
    try:
        for entry in entries:
            for said in _words_of(entry):
                try:
                    target = _of_object(said, default) if isinstance(said, dict) else _of_word(said, default)
                    _check(target)
                except CallinspectError as error:
                    yield UsageError(f"line {entry.number}: {error.message}", hint=error.hint)
                else:
                    if target not in skipped:
                        yield target
    except (ConfigError, UsageError) as error:  # of the whole input
        yield error


def _words_of(entry: files.Entry) -> list[Any]:
    """Return the words and JSON values that each are to mean a call."""
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


def _of_word(word: Any, default: str | None) -> Target:
    """Read a line, or a text of a list; what cannot be an ID is never asked for."""
    if not isinstance(word, str):
        raise UsageError(f"{shown(word)} is not a call ID")
    if word[:1] in {"{", "["}:
        raise UsageError("the JSON that starts here is invalid")
    if _IN_NO_ID.search(word) or not word.isprintable():
        raise UsageError(f"{shown(word)} cannot be a call ID")
    return _target(word, default)


def _of_object(record: dict[str, Any], default: str | None) -> Target:
    provider, call_id = record.get("provider", default), record.get("id")
    if not isinstance(call_id, str):
        what = "reports an error" if "error" in record else "has no ID"
        raise UsageError(f"the JSON object {what}: it is not a call")
    if not isinstance(provider, str):
        raise UsageError("the JSON object does not name a provider")
    return Target(provider, call_id)
