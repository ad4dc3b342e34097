"""Signals that end the process: the first unwinds it as Ctrl-C does, a second one ends it where it stands.

Others end it where it stands at once, such as SIGQUIT: all that is done before is to restore the terminal.

SIGPIPE ends a run whose output nobody reads any more, even while it waits, as in `watch … | head -1`.
"""

import _thread
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Any, Self

from callinspect import stdio
from callinspect.cli.console import streams
from callinspect.deadline import NoThreadError, started
from callinspect.errors import SIGNALLED

GRACEFUL = ("SIGINT", "SIGTERM", "SIGHUP")
IMMEDIATE = ("SIGQUIT", "SIGABRT", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGXCPU")
"""What else ends a process by default, and can come from a keyboard, from `kill` or from a limit on time."""

GRACE = 0.5
"""Seconds in which a run that has lost its reader may end by itself: its last result was read, and it is all but over.
"""

RESEND_DELAY = 0.01
"""Seconds after which a signal is sent again that has come where nothing can be raised."""


class Signals:
    """Takes signals inside its context, unless they are ignored; afterwards they do what they do to any process."""

    def __init__(self) -> None:
        self._came: list[int] = []
        self._taken: list[int] = []
        self._usual = sys.unraisablehook

    @property
    def came(self) -> bool:
        """Whether a signal has come that ends the process."""
        return bool(self._came)

    @property
    def status(self) -> int | None:
        """Exit status of a process that a signal has ended, None without one, and after Ctrl-C."""
        numbers = [number for number in self._came if number != signal.SIGINT]
        return SIGNALLED + numbers[0] if numbers else None

    def __enter__(self) -> Self:
        sys.unraisablehook = self._unraised
        for names, take in ((GRACEFUL, self._arrived), (IMMEDIATE, _end_process)):
            for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
                if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                    signal.signal(number, take)
                    self._taken.append(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._taken:
            signal.signal(number, signal.SIG_DFL)

    def _arrived(self, number: int, _frame: object) -> None:
        self._came.append(number)
        if len(self._came) > 1:
            _end_process(number)
        streams.interruption.arrive()

    def _unraised(self, unraisable: Any) -> None:
        """Send a signal again that came in a callback, in which what is raised gets nowhere."""
        if unraisable.exc_type is streams.UnreadError:
            number: int = signal.SIGPIPE
        elif unraisable.exc_type is KeyboardInterrupt and self._came:
            number = self._came.pop()
        else:
            self._usual(unraisable)
            return
        main = threading.main_thread().ident

        def send() -> None:
            time.sleep(RESEND_DELAY)
            signal.pthread_kill(main or 0, number)

        try:
            # threading's own start waits for the thread, and the signal could come back while it does, in here.
            _thread.start_new_thread(send, ())
        except RuntimeError:  # no more threads can be started
            _end_process(number)


def _end_process(number: int, _frame: object = None) -> None:
    """End the process as the signal does to any other, the terminal as it was before."""
    stdio.restore()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def reader_needed() -> Iterator[None]:
    """End the context with ReaderGoneError soon after the reader of standard output went away.

    The interruption comes as a signal, which ends whatever the main thread waits for: SIGPIPE, which is what it means.
    The system sends that for every broken connection, too, so it only counts once the reader is known to be gone.

    A terminal or a file has no such reader, and Windows cannot ask for one: there, nothing is changed.
    """
    if not (stdio.output and stdio.is_piped() and hasattr(select, "poll") and hasattr(signal, "SIGPIPE")):
        yield
        return
    is_gone, is_over = threading.Event(), threading.Event()

    def arrived(_number: int, _frame: object) -> None:
        if is_gone.is_set():
            streams.interruption.arrive(streams.UnreadError)

    def look(descriptor: int, main: int) -> None:
        poll = select.poll()
        poll.register(descriptor, 0)  # which leaves what is always reported: that the other end is closed
        gone = select.POLLERR | select.POLLHUP
        while not is_over.is_set():
            if any(event & gone for _, event in poll.poll()) and not is_over.wait(GRACE):
                if not any(event & gone for _, event in poll.poll(0)):  # there is another reader, as of a named pipe
                    continue
                is_gone.set()
                signal.pthread_kill(main, signal.SIGPIPE)
                return

    usual = signal.signal(signal.SIGPIPE, arrived)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPIPE})  # whatever the parent left blocked
    with suppress(NoThreadError):  # without one, it ends when it next writes
        started(partial(look, stdio.output.fileno(), threading.get_ident()))
    try:
        yield
    except streams.UnreadError:
        raise streams.ReaderGoneError from None
    finally:
        is_over.set()
        signal.signal(signal.SIGPIPE, usual)
