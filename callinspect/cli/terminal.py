"""What a command changes of a terminal, and how that is undone: at the end, when stopped, and when killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from callinspect.stdio import undoing


@contextmanager
def hidden_cursor(console: Any) -> Iterator[None]:
    """Have the cursor, which Rich hides while it draws, seen whenever the process is stopped."""
    if not hasattr(signal, "SIGTSTP") or signal.getsignal(signal.SIGTSTP) is not signal.SIG_DFL:
        yield
        return

    def stop(number: int, _frame: object) -> None:
        console.show_cursor(True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, stop)  # it goes on from here
        console.show_cursor(False)

    signal.signal(signal.SIGTSTP, stop)
    with undoing(lambda: console.show_cursor(True)):
        try:
            yield
        except BaseException:
            console.show_cursor(True)  # which Rich leaves undone when it is interrupted while it begins
            raise
        finally:
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)


@contextmanager
def hidden_input() -> Iterator[None]:
    """Keep what is typed unseen after a stop, too: a shell that brings the process back switches the echo on."""
    try:
        import termios

        tty = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        before = termios.tcgetattr(tty)
    except (ImportError, OSError):
        yield
        return

    def hide(_number: int, _frame: object) -> None:
        with suppress(OSError, termios.error):
            now = termios.tcgetattr(tty)
            now[3] &= ~termios.ECHO
            termios.tcsetattr(tty, termios.TCSANOW, now)

    usual = signal.signal(signal.SIGCONT, hide)
    with undoing(lambda: termios.tcsetattr(tty, termios.TCSANOW, before)):
        try:
            yield
        finally:
            signal.signal(signal.SIGCONT, usual)
            os.close(tty)
