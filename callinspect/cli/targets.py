"""Which calls are meant: words of the command line, or lines of a file or of standard input."""

import json
import os
import stat
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from callinspect import providers
from callinspect.cli import inputs
from callinspect.coerce import shown
from callinspect.errors import CallinspectError, ConfigError, UsageError
from callinspect.provider import Target, check_id

Meant = Target | UsageError | ConfigError
"""The call that a line means, or why it means none, or why there are no more lines."""


class Wanted(NamedTuple):
    """The calls that a command line asks for.

    Attributes:
        calls: them, or why they are none.
        only: the call, when no more than that one is asked for.
        provider: whose they are, None when they may be of several vendors.
        total: how many they are, None when nobody knows yet.
    """

    calls: Iterable[Meant]
    only: Target | None
    provider: str | None
    total: int | None


def wanted(provider: str | None, words: Sequence[str], file: str | None, resume: str | None) -> Wanted:
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
    done: frozenset[Target] = frozenset()
    if resume is not None:
        from callinspect.cli.resume import done_before

        done = done_before(resume)
    from_input = provider == "-" or "-" in words
    if not from_input and file is None:
        if provider is None:
            raise UsageError("no PROVIDER is given", hint="callinspect get PROVIDER CALL_ID")
        calls = of_words(provider, words)
        left = [call for call in calls if call not in done]
        only = calls[0] if len(calls) == 1 and resume is None else None
        same = {call.provider for call in calls} == {calls[0].provider}
        return Wanted(left, only, calls[0].provider if same else None, len(left))
    by_dash = [provider, *words] in (["-"], [provider, "-"])
    if (file is not None and (words or from_input)) or (from_input and not by_dash):
        raise UsageError("ids are given as words, or by - on standard input, or by --input, not in two ways")
    default = None if provider in {None, "-"} else provider
    if default is not None:
        providers.get(default)
    path = "-" if file is None else file
    stream = inputs.opened(path)
    total = _total(stream, path, len(done))
    return Wanted(of_lines(inputs.lines(stream, path), default, done), only=None, provider=default, total=total)


def _total(stream: BinaryIO, path: str, done: int) -> int | None:
    """Return how many calls a file asks for, None for a pipe, which can be read once only."""
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return None
    begun = stream.tell()
    total = sum(1 for line in inputs.lines(stream, path) if line.strip())
    stream.seek(begun)
    return max(0, total - done)


def of_words(first: str, others: Sequence[str]) -> list[Target]:
    """Read the words of a command line: `PROVIDER CALL_ID…`, or `PROVIDER:CALL_ID` as one word.

    Raises:
        UsageError: there is no such provider, no id, or an id that cannot be one.
    """
    provider, colon, _ = first.partition(":")
    providers.get(provider)
    words = [first, *others] if colon else others
    targets = [_target(word, None if colon else provider) for word in words]
    if not targets:
        raise UsageError("no call id is given", hint=f"callinspect get {provider} CALL_ID")
    for target in targets:
        _check(target)
    return targets


def of_lines(lines: Iterable[bytes], default: str | None, skipped: Container[Target] = frozenset()) -> Iterator[Meant]:
    """Read lines: `PROVIDER:CALL_ID`, a bare id where a provider is given, or a JSON object with provider and id.

    Args:
        lines: read as they are wanted; empty ones mean nothing.
        default: the provider of bare ids.
        skipped: calls to leave out.
    """
    try:
        for number, line in enumerate(lines, 1):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape").strip()
            if not text:
                continue
            try:
                target = _of_object(text, default) if text.startswith("{") else _target(text, default)
                _check(target)
            except CallinspectError as error:
                yield UsageError(f"line {number}: {error.message}", hint=error.hint)
            else:
                if target not in skipped:
                    yield target
    except ConfigError as error:
        yield error


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
        raise UsageError(f"{shown(word)} names no provider", hint="write PROVIDER:CALL_ID")
    return Target(default, word)


def _of_object(text: str, default: str | None) -> Target:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        record = {}
    provider, call_id = record.get("provider", default), record.get("id")
    if not isinstance(provider, str) or not isinstance(call_id, str):
        raise UsageError("it is not a JSON object with provider and id")
    return Target(provider, call_id)
