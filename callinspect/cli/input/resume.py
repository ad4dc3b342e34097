"""Earlier output, of a run that did not come to its end: which calls it holds, and how to go on with it."""

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

OURS = b"callinspect: "
"""What a line begins with that is written for people, and comes along where both outputs go to one file."""


class Done:
    """The calls that an earlier output holds, however their IDs are spelled (`is_same_call`).

    Args:
        path: the output.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._keys: set[tuple[str, str]] = set()
        self.records = 0
        self.is_cut_off = False
        self.whole: int | None = None

    def add(self, provider: str, *ids: str) -> None:
        """Take a note of a record, by all the IDs that its call was asked for by."""
        self._keys.update((provider, plain_id(each)) for each in ids)
        self.records += 1

    def go_on(self, notice: Callable[[str], None]) -> None:
        """End the last line, or take it away where it was cut off, if what this run writes may come after it.

        Args:
            notice: told of what is taken away from a file that this run does not write itself.

        Raises:
            OutputError: it cannot be mended, and is what this run writes to.
            ConfigError: it cannot be mended.
        """
        if self.is_cut_off:
            _mend(self._path, self.whole, notice)

    def __contains__(self, target: object) -> bool:
        return isinstance(target, Target) and (target.provider, plain_id(target.call_id)) in self._keys


def done_before(path: str) -> Done:
    """Return the calls whose records an earlier output holds. A last line that was cut off is not one of them.

    Raises:
        UsageError: it is standard input.
        ConfigError: it cannot be read, or is something else than JSON Lines.
    """
    if path == "-":
        raise UsageError("--resume reads a file, not standard input")
    done = Done(path)
    position = 0
    with files.opened(path) as stream:
        for number, line in enumerate(files.lines(stream, path), 1):
            text = line.removeprefix(codecs.BOM_UTF8)
            try:
                _note(text, done)
            except ValueError:
                if not line.endswith(b"\n") and (text.startswith(b"{") or not text.strip(b"\0")):
                    done.is_cut_off, done.whole = True, position
                    break
                raise _no_record(path, number, line) from None
            position += len(line)
            if not line.endswith(b"\n"):
                done.is_cut_off = True
    return done


def _note(line: bytes, done: Done) -> None:
    """Take a note of a record; not of a failure, which has its record yet to come, nor of what else a run says.

    Raises:
        ValueError: the line is none of these.
    """
    if not line.strip() or line.startswith(OURS):
        return
    match files.record(line):
        case {"provider": str(provider), "id": str(call_id), **others}:
            done.add(provider, call_id, *_asked_for(others))
        case {"error": dict()}:
            pass
        case _:
            raise ValueError


def _asked_for(record: Mapping[Any, Any]) -> Iterator[str]:
    """Give the ID of its session, by which a call was asked for; only its note tells: other calls have the same one."""
    match record:
        case {"session_id": str(session_id), "warnings": list(notes)}:
            if any(isinstance(each, str) and each.startswith(ASKED_FOR) for each in notes):
                yield session_id


def _no_record(path: str, number: int, line: bytes) -> ConfigError:
    encoding = files.foreign_encoding(line) if number == 1 else None
    if encoding:
        return ConfigError(f"{path} {encoding}", hint=files.IN_UTF8)
    return ConfigError(f"{path}, line {number}, is not a record", hint="--resume reads the output of -o jsonl")


def _mend(path: str, whole: int | None, notice: Callable[[str], None]) -> None:
    """End the last line of an earlier output, or take it away, if what this run writes may come after it.

    That is so where this run writes to that file, and through a pipe, the other end of which nobody can see: tee may
    stand there. Another file is written from its own beginning.

    Args:
        path: the output.
        whole: how many of its bytes are whole lines; None when only the last line's end is missing.
        notice: see `Done.go_on`.

    Where it may not be written, nobody goes on with it.

    Raises:
        OutputError: it cannot be, and is what this run writes to.
        ConfigError: it cannot be, and is not.
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
            if whole is None:
                os.write(output, b"\n")
            else:
                os.ftruncate(output, whole)
        finally:
            if not is_own:
                os.close(output)
    except OSError as error:
        kind = OutputError if is_own else ConfigError
        raise kind(
            f"{path} ends in an incomplete line, which cannot be repaired: {error.strerror}",
            hint="continue in a copy of it",
        ) from None
    if whole is not None and not is_own:
        notice(f"{path} ended in an incomplete line: it was removed, and its call is fetched again")
