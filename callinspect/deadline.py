"""Bounded waiting: a moment by which something must be done, and calls that are given up at it."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

OVERSLEPT = 0.5
"""Seconds after its end at which a wait comes back only if the process was stopped meanwhile, or the machine slept."""

AWAKE = 2.0
"""Seconds in which what was waited for may still come after that; a connection may be gone without a sign."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""A clock that goes on while the machine sleeps, as Linux's usual one does not."""


def now() -> float:
    """Return the seconds since some moment, those in which the machine slept included."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


class Deadline:
    """A moment by which something must be done.

    Args:
        seconds: how far ahead it is.

    Attributes:
        stops: how often it has been slept through.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stops = 0
        self._end = now() + seconds

    def restart(self) -> None:
        """Give all of its time once more."""
        self._end = now() + self.seconds

    def was_overslept(self) -> bool:
        """Whether it has been slept through, so long ago that nobody can have been awake to see it pass.

        Then there is a moment for what has come meanwhile.
        """
        if now() - self._end <= OVERSLEPT:
            return False
        self.stops += 1
        self._end = now() + min(self.seconds, AWAKE)
        return True

    def postpone(self, seconds: float) -> None:
        """Move it further ahead."""
        self._end += seconds

    @property
    def remaining(self) -> float:
        """Seconds left; zero when it has passed."""
        return max(0.0, self._end - now())


class NoThreadError(Exception):
    """The system lets no more threads be started: a limit on processes is reached, or a container forbids it."""


def started(run: Callable[[], None]) -> threading.Thread:
    """Return a daemon thread that has begun to run something.

    Raises:
        NoThreadError: there can be no more of them.
    """
    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        raise NoThreadError from None
    return thread


def within(seconds: float, call: Callable[[], T]) -> T:
    """Return what a call returns, or raise what it raises, unless it takes longer than that.

    For calls that cannot be given a time-out, such as name resolution and the keyring's. One that does not come back is
    left behind on a daemon thread.

    Raises:
        TimeoutError: the time is over.
        NoThreadError: nobody could be left behind; nothing has been called.
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
    if deadline.was_overslept():  # and so does what is waited for
        thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError
    return results[0]
