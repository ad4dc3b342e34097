"""Ends a run whose output nobody reads any more, even while it waits, as in `watch … | head -1`."""

import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from callinspect import stdio
from callinspect.cli import streams

GRACE = 0.5
"""Seconds in which a run that has lost its reader may end by itself: its last result was read, and it is all but over.
"""


@contextmanager
def needed() -> Iterator[None]:
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
        if any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll()) and not is_over.wait(GRACE):
            is_gone.set()
            signal.pthread_kill(main, signal.SIGPIPE)

    usual = signal.signal(signal.SIGPIPE, arrived)
    threading.Thread(target=look, args=(stdio.output.fileno(), threading.get_ident()), daemon=True).start()
    try:
        yield
    except streams.UnreadError:
        raise streams.ReaderGoneError from None
    finally:
        is_over.set()
        signal.signal(signal.SIGPIPE, usual)
