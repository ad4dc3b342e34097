"""Signals that end the process: the first unwinds it like Ctrl-C, a second one ends it at once.

Others, such as SIGQUIT, end it at once; only the terminal is restored first.

SIGPIPE ends a run when the reader of its output is gone, even while it waits, as in `watch … | head -1`.
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
"""Other signals that end a process by default, sent by a keyboard, by `kill` or by a CPU time limit."""

GRACE = 0.5
"""Seconds in which a run may still end by itself after its reader is gone: it may just have finished."""

RESEND_DELAY = 0.01
"""Seconds after which a signal is sent again if it arrived where no exception can be raised."""


class Signals:
    """Handles signals inside its context, except those that are ignored; afterwards they have their default effect."""

    def __init__(self) -> None:
        self._received: list[int] = []
        self._handled: list[int] = []
        self._previous_hook = sys.unraisablehook

    @property
    def is_ending(self) -> bool:
        """Whether a signal was received that ends the process."""
        return bool(self._received)

    @property
    def status(self) -> int | None:
        """The exit status if a signal ended the process; None if none did, or only Ctrl-C."""
        numbers = [number for number in self._received if number != signal.SIGINT]
        return SIGNALLED + numbers[0] if numbers else None

    def __enter__(self) -> Self:
        sys.unraisablehook = self._on_unraisable
        for names, handler in ((GRACEFUL, self._handle), (IMMEDIATE, _end_process)):
            for number in (getattr(signal, name) for name in names if hasattr(signal, name)):
                if signal.getsignal(number) in {signal.SIG_DFL, signal.default_int_handler}:
                    signal.signal(number, handler)
                    self._handled.append(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number in self._handled:
            signal.signal(number, signal.SIG_DFL)

    def _handle(self, number: int, _frame: object) -> None:
        self._received.append(number)
        if len(self._received) > 1:
            _end_process(number)
        streams.interruption.interrupt()

    def _on_unraisable(self, unraisable: Any) -> None:
        """Send a signal again if it arrived in a callback, where the exception it raised was dropped."""
        if unraisable.exc_type is streams.UnreadError:
            number: int = signal.SIGPIPE
        elif unraisable.exc_type is KeyboardInterrupt and self._received:
            number = self._received.pop()
        else:
            self._previous_hook(unraisable)
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
    """Restore the terminal, and let the signal end the process as it does by default."""
    stdio.restore()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


@contextmanager
def reader_needed() -> Iterator[None]:
    """End the context with ReaderGoneError soon after the reader of standard output is gone.

    A thread watches the pipe and sends SIGPIPE, which interrupts any wait of the main thread. The system also sends
    SIGPIPE for every broken connection, so it is ignored until the reader is known to be gone.

    A terminal or a file has no such reader, and Windows cannot watch for one: there, nothing changes.
    """
    if not (stdio.output and stdio.is_piped() and hasattr(select, "poll") and hasattr(signal, "SIGPIPE")):
        yield
        return
    is_gone, is_over = threading.Event(), threading.Event()

    def handle(_number: int, _frame: object) -> None:
        if is_gone.is_set():
            streams.interruption.interrupt(streams.UnreadError)

    def watch(descriptor: int, main: int) -> None:
        poll = select.poll()
        poll.register(descriptor, 0)  # of which only a closed other end is reported
        closed = select.POLLERR | select.POLLHUP
        while not is_over.is_set():
            if any(event & closed for _, event in poll.poll()) and not is_over.wait(GRACE):
                if not any(event & closed for _, event in poll.poll(0)):  # a named pipe has another reader
                    continue
                is_gone.set()
                signal.pthread_kill(main, signal.SIGPIPE)
                return

    previous = signal.signal(signal.SIGPIPE, handle)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPIPE})  # the parent may have blocked it
    with suppress(NoThreadError):  # without a thread, the run ends when it next writes
        started(partial(watch, stdio.output.fileno(), threading.get_ident()))
    try:
        yield
    except streams.UnreadError:
        raise streams.ReaderGoneError from None
    finally:
        is_over.set()
        signal.signal(signal.SIGPIPE, previous)
