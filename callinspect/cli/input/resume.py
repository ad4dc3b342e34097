"""The output of an earlier, incomplete run: which calls it contains, and how to append to it."""

import codecs
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from callinspect import stdio
from callinspect.cli.input import files
from callinspect.errors import ConfigError, OutputError, UsageError
from callinspect.provider import Target
from callinspect.provider.answers import ASKED_FOR, plain_id

MESSAGE_PREFIXES = (b"callinspect: ", b"error: ", "  · ".encode(), b"  - ")
"""The beginnings of our lines on standard error, which may be in the file if both streams went to it."""


class Done:
    """The calls in an earlier output; IDs are compared as in `is_same_call`.

    Args:
        path: the output file.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._keys: set[tuple[str, str]] = set()
        self.records = 0
        self.needs_repair = False
        self.complete_size: int | None = None

    def add(self, provider: str, *ids: str) -> None:
        """Record a call, with every ID that it may have been requested by."""
        self._keys.update((provider, plain_id(each)) for each in ids)
        self.records += 1

    def repair(self, notice: Callable[[str], None]) -> None:
        """Repair the end of the file if this run may append to it: end the last line, or remove an incomplete one.

        Args:
            notice: reports an incomplete line that was removed from a file that is not standard output.

        Raises:
            OutputError: the file is standard output and cannot be repaired.
            ConfigError: another file cannot be repaired.
        """
        if self.needs_repair:
            _repair(self._path, self.complete_size, notice)

    def __contains__(self, target: object) -> bool:
        return isinstance(target, Target) and (target.provider, plain_id(target.call_id)) in self._keys


def read_done(path: str) -> Done:
    """Return the calls whose records are in an earlier output, without an incomplete last line.

    Raises:
        UsageError: the path is standard input, or the file cannot be read or is not JSON Lines.
    """
    if path == "-":
        raise UsageError("--resume reads a file, not standard input")
    done = Done(path)
    position = 0
    with files.opened(path) as stream:
        for number, line in enumerate(files.lines(stream, path), 1):
            text = line.removeprefix(codecs.BOM_UTF8)
            try:
                _add_line(text, done)
            except ValueError:
                if not line.endswith(b"\n") and (text.startswith(b"{") or not text.strip(b"\0")):
                    done.needs_repair, done.complete_size = True, position
                    break
                raise _not_a_record(path, number, line) from None
            position += len(line)
            if not line.endswith(b"\n"):
                done.needs_repair = True
    return done


def _add_line(line: bytes, done: Done) -> None:
    """Record the call of a line; failures, which are to be retried, and our own messages are skipped.

    Raises:
        ValueError: the line is none of these.
    """
    if not line.strip() or line.startswith(MESSAGE_PREFIXES):
        return
    match files.record(line):
        case {"provider": str(provider), "id": str(call_id), **others}:
            done.add(provider, call_id, *_session_ids(others))
        case {"error": dict()} | {"warning": dict()}:
            pass
        case _:
            raise ValueError


def _session_ids(record: Mapping[Any, Any]) -> Iterator[str]:
    """Yield the session ID if the call was requested by it, which a warning says: other calls have the same one."""
    match record:
        case {"session_id": str(session_id), "warnings": list(notes)}:
            if any(isinstance(each, str) and each.startswith(ASKED_FOR) for each in notes):
                yield session_id


def _not_a_record(path: str, number: int, line: bytes) -> UsageError:
    encoding = files.foreign_encoding(line) if number == 1 else None
    if encoding:
        return UsageError(f"{path} {encoding}", hint=files.UTF8_HINT)
    return UsageError(f"{path}, line {number}, is not a record", hint="--resume reads the output of -o jsonl")


def _repair(path: str, complete_size: int | None, notice: Callable[[str], None]) -> None:
    """End the last line of an earlier output, or remove it, if this run may append to the file.

    It may if standard output is that file, or a pipe, since that may lead to `tee -a`. A file without write permission
    is left alone: nothing can append to it.

    Args:
        path: the output file.
        complete_size: the size of its complete lines in bytes; None if only the last line break is missing.
        notice: see `Done.repair`.

    Raises:
        OutputError: the file is standard output and cannot be repaired.
        ConfigError: another file cannot be repaired.
    """
    found = Path(path).stat()
    if stdio.output is None or not stat.S_ISREG(found.st_mode):
        return
    is_own = os.path.samestat(found, os.fstat(stdio.output.fileno()))
    if not is_own and not (stdio.is_piped() and os.access(path, os.W_OK)):
        return
    try:
        output = stdio.output.fileno() if is_own else os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            if complete_size is None:
                os.write(output, b"\n")
            else:
                os.ftruncate(output, complete_size)
        finally:
            if not is_own:
                os.close(output)
    except OSError as error:
        kind = OutputError if is_own else ConfigError
        raise kind(
            f"{path} ends in an incomplete line, which cannot be repaired: {error.strerror}",
            hint="continue in a copy of it",
        ) from None
    if complete_size is not None and not is_own:
        notice(f"{path} ended in an incomplete line: it was removed, and its call is fetched again")
