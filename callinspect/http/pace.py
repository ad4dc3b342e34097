"""The request rate of a vendor, shared by all threads."""

import threading
import time

from callinspect.errors import UsageError

CLOSED = "the client is closed"
"""What a request is refused with that nobody wants any more."""

FIRST_STEP = 0.02
"""Seconds between requests after a vendor without a known rate limit refuses for the first time."""

SLOWDOWN = 1.5
"""Maximum factor by which each further refusal increases the interval."""

EASING = 0.98
"""Factor by which each success decreases the interval."""

FIRST_PAUSE = 0.25
"""Maximum seconds of the first pause if the vendor names no usable wait; it doubles each time."""

MAX_PAUSE = 10.0


class Pace:
    """When the next request may be sent.

    A rate-limit response holds all requests back until the time that it names, and slows the rate down towards the one
    that the vendor has answered since the last refusal; successes let it recover, never beyond the initial rate.

    Args:
        interval: initial seconds between two requests.
        fixed: whether to keep that interval, whatever the vendor says.
    """

    def __init__(self, interval: float = 0.0, *, fixed: bool = False) -> None:
        self._least = interval
        self._interval = interval
        self._fixed = fixed
        self._next = 0.0
        self._held_until = 0.0
        self._since = time.monotonic()
        self._answered = 0
        self._refusals = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Let nobody wait any longer."""
        self._stopped.set()

    def _sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            UsageError: no more requests are wanted.
        """
        if self._stopped.wait(seconds):
            raise UsageError(CLOSED)

    @property
    def interval(self) -> float:
        """Current seconds between two requests."""
        return self._interval

    def take(self, longest: float = float("inf")) -> None:
        """Wait for this request's turn, at most that long; after a hold, turns are assigned again."""
        end = time.monotonic() + longest
        while True:
            with self._lock:
                turn = max(time.monotonic(), self._next)
                self._next = turn + self._interval
            while (left := min(turn, end) - time.monotonic()) > 0:
                self._sleep(left)
            if time.monotonic() >= min(self._held_until, end):
                return

    def rest(self) -> None:
        """Wait until the hold is over."""
        while (left := self._held_until - time.monotonic()) > 0:
            self._sleep(left)

    def hold(self, named: float | None, longest: float) -> float:
        """Hold all requests back after a rate-limit response; return for how many seconds.

        If the vendor names no usable wait, the pauses grow until it answers; requests that are refused together wait
        together.

        Args:
            named: the seconds that the vendor names, None if it names none.
            longest: the maximum if it names none.
        """
        with self._lock:
            now = time.monotonic()
            held = self._held_until - now
            seconds = named or min(longest, held if held > 0 else self._grown())
            self._held_until = max(self._held_until, now + seconds)
            self._next = max(self._next, self._held_until)
            if held <= 0 and not self._fixed:
                # Requests that are in flight together are refused together: one step for all of them.
                lasting = (now - self._since + seconds) / max(1, self._answered)
                step = max(self._interval * SLOWDOWN, FIRST_STEP)
                self._interval = max(self._interval, min(seconds, lasting, step))
                self._since, self._answered = now + seconds, 0
        return seconds

    def _grown(self) -> float:
        limit = min(MAX_PAUSE, FIRST_PAUSE * 2.0**self._refusals)
        self._refusals += 1
        return jitter(limit / 2, limit)

    def ease(self) -> None:
        """Recover a little, since the vendor answered."""
        self._answered += 1
        self._refusals = 0
        if self._interval > self._least:
            self._interval = max(self._least, self._interval * EASING)


def jitter(least: float, most: float) -> float:
    """Return a random number of seconds: requests that were refused together do not return together."""
    import random

    return random.uniform(least, most)  # noqa: S311 - not a secret
