"""Changes of the terminal's state, which are undone at the end, when stopped and when killed."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

from callinspect.cli.console import streams
from callinspect.stdio import undone_at_exit

BETWEEN_LINES = 0.5
"""Seconds within which a paste goes on, over a slow connection as well."""


@contextmanager
def hidden_cursor(stream: IO[str], on_resume: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hide the cursor while something is drawn; show it while the process is stopped.

    Args:
        stream: the terminal, whose cursor can move.
        on_resume: called when the process continues after a stop.
    """

    def show(*, visible: bool) -> None:
        os.write(stream.fileno(), b"\x1b[?25h" if visible else b"\x1b[?25l")

    def stop(number: int, _frame: object) -> None:
        show(visible=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, stop)  # it continues here
        if is_in_foreground():
            show(visible=False)
        on_resume()

    can_stop = hasattr(signal, "SIGTSTP") and signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL
    with undone_at_exit(lambda: show(visible=True)):
        try:
            if can_stop:
                signal.signal(signal.SIGTSTP, stop)
            show(visible=False)
            yield
        finally:
            with suppress(OSError):  # the terminal may be gone
                show(visible=True)
            if can_stop:
                signal.signal(signal.SIGTSTP, signal.SIG_DFL)


def is_in_foreground(*, otherwise: bool = True) -> bool:
    """Whether this process is in the foreground of its terminal.

    Args:
        otherwise: what to return if it has no terminal, or the system has no foreground, as Windows.
    """
    if not hasattr(os, "tcgetpgrp"):
        return otherwise
    try:
        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return otherwise
    try:
        return os.tcgetpgrp(tty) == os.getpgrp()
    except OSError:
        return otherwise
    finally:
        os.close(tty)


@contextmanager
def hidden_input() -> Iterator[None]:
    """Keep the echo off when the process continues after a stop: the shell switches it on."""
    try:
        import termios

        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        before = termios.tcgetattr(tty)
    except (ImportError, OSError):
        yield
        return

    def hide(_number: int, _frame: object) -> None:
        if not is_in_foreground():  # the terminal belongs to the shell
            return
        with suppress(OSError, termios.error):
            now = termios.tcgetattr(tty)
            now[3] &= ~termios.ECHO
            termios.tcsetattr(tty, termios.TCSANOW, now)

    def restore() -> None:
        if is_in_foreground():
            termios.tcsetattr(tty, termios.TCSANOW, before)

    previous = signal.signal(signal.SIGCONT, hide)
    # Killed while stopped, the process restores the terminal in the background, which SIGTTOU would stop.
    previous_ttou = signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    with undone_at_exit(restore):
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, previous)
            signal.signal(signal.SIGTTOU, previous_ttou)
            os.close(tty)


def drop_input(end: str | None = None) -> None:
    """Drop what came with an answer: the further lines of a text that was pasted, which are no answers.

    Args:
        end: what the last line has, if the text is known to have more lines; silence ends any text.
    """
    with suppress(ImportError, OSError):  # Windows, or there is no terminal
        import select
        import termios

        tty = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            patience = BETWEEN_LINES if end else 0.0
            while select.select([tty], [], [], patience)[0]:
                line = os.read(tty, 4096)
                if not line or (end and end.encode() in line):
                    break
            termios.tcflush(tty, termios.TCIFLUSH)  # the last line may have no end
        finally:
            os.close(tty)


def can_move_cursor(stream: IO[str]) -> bool:
    """Whether a terminal can be redrawn."""
    if streams.is_dumb() or os.name != "nt":
        return not streams.is_dumb()
    from rich.console import Console

    return not Console(file=stream).legacy_windows
