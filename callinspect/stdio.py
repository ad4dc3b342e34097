"""Standard input and output, and the terminal: kept for the program alone, whatever the code of others does with them.

A keyring's backend or a plug-in may print, read standard input, start programs that do, or switch the terminal's echo
off to ask for something. So the program reads and writes through descriptors of its own, and leaves the usual ones to
such code as they can do no harm: what it prints goes to standard error, and there is nothing to read.
"""

import os
import stat
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


source: TextIO | None
"""Standard input; None when it is closed."""

output: TextIO | None
"""Standard output; None when it is closed."""


def begin() -> None:
    """Take standard input and output as they are now for the program's own."""
    global source, output
    source, output = _own(sys.stdin, "r"), _own(sys.stdout, "w")


begin()


@cache
def keep_apart() -> None:
    """From now on, let nothing but the program read its input and write its output: before code of others runs."""
    _occupy()
    sys.stdin = sys.stdin or _nowhere("r")
    sys.stdout = sys.stdout or _nowhere("w")
    sys.stderr = sys.stderr or _nowhere("w")
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        if source is not sys.stdin:
            _lead(sys.stdin, nowhere.fileno())
        if output is not sys.stdout:
            _lead(sys.stdout, sys.stderr.fileno())


def _occupy() -> None:
    """Have something in the place of each standard stream that is closed: our next connection would take it."""
    for descriptor in range(FIRST_OF_OTHERS):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # which takes the first place that is free


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")


def _lead(stream: TextIO, place: int) -> None:
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


def is_piped() -> bool:
    """Whether standard output leads to another program, which may have changed the terminal: a pager, for its keys."""
    try:
        mode = os.fstat(output.fileno()).st_mode if output else 0
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


@cache
def terminal_settings() -> Callable[..., None]:
    """Return what puts the terminal's settings back as they are now; does nothing where there is no terminal.

    It takes whether the settings are ours to put back. They may not be while another program reads the terminal, and a
    pager is told by this: it takes single keys, and what asks for a password takes lines, unseen.
    """
    try:
        import termios

        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except (ImportError, OSError):
        return lambda **_: None
    found = termios.tcgetattr(tty)

    def put_back(*, is_ours: bool) -> None:
        with suppress(OSError, termios.error):
            now = termios.tcgetattr(tty)
            takes_keys = (now[3] ^ found[3]) & termios.ICANON
            # In the background the settings are those of another program, and to change them would stop this one.
            if now != found and (is_ours or not takes_keys) and os.tcgetpgrp(tty) == os.getpgrp():
                termios.tcsetattr(tty, termios.TCSAFLUSH, found)  # nor is what was typed for something else

    return put_back
