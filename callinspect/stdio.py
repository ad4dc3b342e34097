"""Standard input and output, and the terminal: kept for the program alone, whatever the code of others does with them.

A keyring's backend or a plug-in may print, read standard input, start programs that do, or switch the terminal's echo
off to ask for something. So the program reads and writes through descriptors of its own, and leaves the usual ones to
such code as they can do no harm: what it prints goes to standard error, and there is nothing to read.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from typing import Literal, TextIO

FIRST_OF_OTHERS = 3
"""The first descriptor that is none of a standard stream."""


def _own(stream: TextIO | None, mode: Literal["r", "w"]) -> TextIO | None:
    """Return a standard stream by a descriptor of our own; None when it is closed."""
    if stream is None:
        return None
    try:
        return os.fdopen(_beside(stream.fileno()), mode, encoding=stream.encoding, errors=stream.errors)
    except (OSError, ValueError):  # it has none, where somebody else has put something in its place
        return stream


def _beside(descriptor: int) -> int:
    """Return another descriptor of the same file, not in the place of a standard stream that is closed."""
    try:
        import fcntl
    except ImportError:
        return os.dup(descriptor)
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_OF_OTHERS)


source: TextIO | None = _own(sys.stdin, "r")
"""Standard input; None when it is closed."""

output: TextIO | None = _own(sys.stdout, "w")
"""Standard output; None when it is closed."""


@cache
def keep_apart() -> None:
    """From now on, let nothing but the program read its input and write its output: before code of others runs."""
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        if source is not sys.stdin:
            _lead(sys.stdin, nowhere.fileno())
        if output is not sys.stdout:
            _lead(sys.stdout, nowhere.fileno() if sys.stderr is None else sys.stderr.fileno())


def _lead(stream: TextIO | None, place: int) -> None:
    """Have a standard stream's descriptor lead to where another one leads."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(line_buffering=True)  # which a prompt relies on
        os.dup2(place, stream.fileno())


@contextmanager
def asking() -> Iterator[None]:
    """Let what reads standard input read it, to ask the user something."""
    usual, sys.stdin = sys.stdin, source
    try:
        yield
    finally:
        sys.stdin = usual


_undone_by: list[Callable[[], None]] = []
"""What undoes the changes of the terminal that are in force, the latest last."""


@contextmanager
def undoing(undo: Callable[[], None]) -> Iterator[None]:
    """Have a change of the terminal undone if the process ends before the context does."""
    _undone_by.append(undo)
    try:
        yield
    finally:
        with suppress(ValueError):
            _undone_by.remove(undo)


def restore() -> None:
    """Undo every change of the terminal that is in force, for a process that ends."""
    while _undone_by:
        with suppress(Exception):
            _undone_by.pop()()


def left_behind(put_back: Callable[[], None]) -> None:
    """Undo what a thread has changed, and may change yet, that is not waited for any longer: now and at the end."""
    put_back()
    _undone_by.append(put_back)


@cache
def terminal_settings() -> Callable[[], None]:
    """Return what puts the terminal's settings back as they are now; does nothing where there is no terminal."""
    try:
        import termios

        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except (ImportError, OSError):
        return lambda: None
    found = termios.tcgetattr(tty)

    def put_back() -> None:
        with suppress(OSError, termios.error):
            # In the background the settings are those of another program, and to change them would stop this one.
            if os.tcgetpgrp(tty) == os.getpgrp() and termios.tcgetattr(tty) != found:
                termios.tcsetattr(tty, termios.TCSAFLUSH, found)  # nor is what was typed for something else

    return put_back
