"""Bounded waiting: deadlines, and calls that are abandoned when their deadline passes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

OVERSLEPT = 0.5
"""Seconds by which a wait overruns only if the process was stopped meanwhile, or the machine slept."""

AWAKE = 2.0
"""Seconds to keep waiting after that; a connection may have been lost unnoticed."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""A clock that keeps running while the machine sleeps, unlike Linux's monotonic one."""


def now() -> float:
    """Return monotonic seconds, including those in which the machine slept."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


class Deadline:
    """A time by which something must be done.

    Args:
        seconds: how far ahead it is.

    Attributes:
        stops: how often the process was stopped, or the machine slept, past it.
        is_settled: whether it is postponed no further: waiting counts from now on.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stops = 0
        self.is_settled = False
        self._end = now() + seconds

    def restart(self) -> None:
        """Start its time again."""
        self._end = now() + self.seconds

    def was_overslept(self) -> bool:
        """Whether the process was stopped, or the machine slept, past it.

        If so, it is moved a little ahead, for what has arrived meanwhile.
        """
        if now() - self._end <= OVERSLEPT:
            return False
        self.stops += 1
        self._end = now() + min(self.seconds, AWAKE)
        return True

    def postpone(self, seconds: float) -> None:
        """Move it further ahead, unless it is settled."""
        if not self.is_settled:
            self._end += seconds

    @property
    def remaining(self) -> float:
        """Seconds left; zero when it has passed."""
        return max(0.0, self._end - now())


class NoThreadError(Exception):
    """The system allows no more threads: the process limit is reached, or a container forbids it."""


def started(run: Callable[[], None]) -> threading.Thread:
    """Return a running daemon thread.

    Raises:
        NoThreadError: the system allows no more threads.
    """
    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise NoThreadError from None
    return thread


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call returns, or raise what it raises, within a time limit.

    For calls without a timeout of their own, such as name resolution and the keyring. One that does not return is
    abandoned on its daemon thread.

    Raises:
        TimeoutError: the time limit was reached.
        NoThreadError: no thread could be started; nothing was called.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - handed to the caller, whatever it is
            errors.append(error)

    deadline, thread = Deadline(seconds), started(run)
    thread.join(seconds)
    if deadline.was_overslept():  # and the call may return yet
        thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]
