"""Keeps standard input, standard output and the terminal's settings from other people's code.

A keyring backend or a plug-in may print, read standard input, start programs that do, or switch off the terminal's echo
for a prompt. So the program uses descriptors of its own, and the standard ones are made harmless before such code runs:
what it prints goes to standard error, and there is nothing for it to read. In another program, which uses this one as
a library, the standard streams and the terminal are not ours: they are left as they are (`leave_alone`).
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from io import TextIOWrapper
from pathlib import Path
from typing import Literal, TextIO

STANDARD_ERROR = 2
FIRST_OF_OTHERS = 3
"""The first descriptor after the standard streams."""


def _own(stream: TextIO | None, mode: Literal["r", "w"]) -> TextIO | None:
    """Return a standard stream with a descriptor of our own; None if it is closed."""
    if stream is None:
        return None
    try:
        return os.fdopen(_duplicate(stream.fileno()), mode, encoding=stream.encoding, errors=stream.errors)
    except (OSError, ValueError):  # replaced by an object without a descriptor
        return stream


def _duplicate(descriptor: int) -> int:
    """Return a duplicate of a descriptor that does not take the number of a closed standard stream."""
    try:
        import fcntl
    except ImportError:
        return os.dup(descriptor)
    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, FIRST_OF_OTHERS)


source: TextIO | None = sys.stdin
"""Standard input; None if it is closed."""

output: TextIO | None = sys.stdout
"""Standard output; None if it is closed."""

_has_begun = False
"""Whether these have descriptors of their own."""

_is_guest = False
"""Whether the process is another program's."""


def begin() -> None:
    """Open the program's own descriptors of the current standard input and output."""
    global source, output, _has_begun, _is_guest
    source, output = _own(sys.stdin, "r"), _own(sys.stdout, "w")
    _has_begun, _is_guest = True, False


def leave_alone() -> None:
    """Leave the standard streams and the terminal's settings to the program that uses this one as a library."""
    global _is_guest  # noqa: PLW0603 - a process has one owner
    _is_guest = True


def keep_apart() -> None:
    """Redirect the standard streams, so that only the program reads its input and writes its output.

    To be called before other people's code runs.
    """
    if _is_guest:
        return
    if not _has_begun:
        begin()
    _keep_apart()


@cache
def _keep_apart() -> None:
    _fill_closed()
    sys.stdin = sys.stdin or _open_null("r")
    sys.stdout = sys.stdout or _open_null("w")
    sys.stderr = sys.stderr or _open_null("w")
    with Path(os.devnull).open("r+b", buffering=0) as null:
        if source is not sys.stdin:
            _redirect(sys.stdin, null.fileno())
        if output is not sys.stdout:
            _redirect(sys.stdout, sys.stderr.fileno())


def _fill_closed() -> None:
    """Open the null device for each closed standard stream; otherwise our next connection would take its number."""
    for descriptor in range(FIRST_OF_OTHERS):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # this takes the lowest free number


def _open_null(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")


def _redirect(stream: TextIO, place: int) -> None:
    """Redirect a standard stream's descriptor to the file of another one."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(line_buffering=True)  # prompts rely on it
        os.dup2(place, stream.fileno())


@contextmanager
def prompting() -> Iterator[None]:
    """Make the real standard input available inside the context, for a prompt."""
    previous, sys.stdin = sys.stdin, source
    try:
        yield
    finally:
        sys.stdin = previous


def working_directory() -> Callable[[], None]:
    """Return a function that returns to the current directory, from which the user's relative paths are meant.

    In a program that is not ours it does nothing: there, another thread may have changed it.
    """
    with suppress(OSError):  # it may be gone
        here = Path.cwd()
        return (lambda: None) if _is_guest else partial(_return_to, here)
    return lambda: None


def _return_to(directory: Path) -> None:
    with suppress(OSError):
        os.chdir(directory)


_undo_stack: list[Callable[[], None]] = []
"""Functions that undo the current changes of the terminal, the latest last."""


@contextmanager
def undone_at_exit(undo: Callable[[], None]) -> Iterator[None]:
    """Undo a change of the terminal if the process ends inside the context."""
    _undo_stack.append(undo)
    try:
        yield
    finally:
        with suppress(ValueError):
            _undo_stack.remove(undo)


def restore() -> None:
    """Undo every current change of the terminal, before the process ends."""
    while _undo_stack:
        with suppress(Exception):
            _undo_stack.pop()()


def undo_now_and_at_exit(put_back: Callable[[], None]) -> None:
    """Undo what an abandoned thread has changed and may still change: now, and again when the process ends."""
    put_back()
    _undo_stack.append(put_back)


def is_piped() -> bool:
    """Whether standard output is a pipe or a socket; its reader, such as a pager, may have changed the terminal."""
    return _is_pipe(output)


def is_fed() -> bool:
    """Whether standard input is a file, or a pipe or a socket, into which another program may write."""
    return _is_pipe(source) or _is(source, stat.S_ISREG)


def _is_pipe(stream: TextIO | None) -> bool:
    return _is(stream, stat.S_ISFIFO) or _is(stream, stat.S_ISSOCK)


def _is(stream: TextIO | None, check: Callable[[int], bool]) -> bool:
    try:
        return stream is not None and check(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def terminal_settings() -> Callable[..., None]:
    """Return a function that restores the terminal's current settings, and the blocking mode of standard error.

    Without a terminal it does only the latter, and in a program that is not ours nothing. Its argument `is_ours` is
    False if another program may have changed the settings. Then a change of canonical mode is kept: it is a pager's,
    which reads single keys, while a password prompt reads lines and only hides them.
    """
    return (lambda **_: None) if _is_guest else _terminal_settings()


@cache
def _terminal_settings() -> Callable[..., None]:
    block_again = _blocking()
    try:
        import termios

        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except (ImportError, OSError):
        return lambda **_: block_again()
    saved = termios.tcgetattr(tty)

    def put_back(*, is_ours: bool) -> None:
        block_again()
        with suppress(OSError, termios.error):
            now = termios.tcgetattr(tty)
            takes_keys = (now[3] ^ saved[3]) & termios.ICANON
            # In the background the settings belong to another program, and changing them would stop this one.
            if now != saved and (is_ours or not takes_keys) and os.tcgetpgrp(tty) == os.getpgrp():
                termios.tcsetattr(tty, termios.TCSAFLUSH, saved)  # also drops what was typed for the prompt

    return put_back


def _blocking() -> Callable[[], None]:
    """Return a function that makes standard error blocking again, if it is blocking now.

    Other people's code has that descriptor, and the mode is the terminal's, not the descriptor's: where it is left
    non-blocking, the next program that reads there gets an error in place of what is typed.
    """
    with suppress(AttributeError, OSError):  # Windows has no such mode before Python 3.12
        if os.get_blocking(STANDARD_ERROR):
            return partial(_block, STANDARD_ERROR)
    return lambda: None


def _block(descriptor: int) -> None:
    with suppress(OSError):  # it may have been closed
        os.set_blocking(descriptor, True)
