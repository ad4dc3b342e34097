"""How fast a vendor is asked: one pace, kept by all threads that ask it."""

import threading
import time

FIRST_STEP = 0.02
"""Seconds between requests after the first time that a vendor without a known pace said it was too fast."""

SLOWDOWN = 1.5
"""What every further time makes of them, at the most."""

EASING = 0.98
"""What a success makes of them."""

FIRST_PAUSE = 0.25
"""Seconds that the first pause lasts at the most where the vendor names none that can be obeyed; it doubles."""

MAX_PAUSE = 10.0


class Pace:
    """When the next request may go out.

    Every vendor's answer that it is asked too fast holds all requests back until the time it names, and slows the pace
    down towards that at which it has answered since the last time; successes let it recover, never beyond where it
    began.

    Args:
        interval: seconds from one request to the next to begin with.
        fixed: keep to it, whatever the vendor says.
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

    @property
    def interval(self) -> float:
        """Seconds from one request to the next, at present."""
        return self._interval

    def take(self, longest: float = float("inf")) -> None:
        """Wait for one's turn, for so many seconds at the most; after a hold, turns are given anew."""
        end = time.monotonic() + longest
        while True:
            with self._lock:
                turn = max(time.monotonic(), self._next)
                self._next = turn + self._interval
            while (left := min(turn, end) - time.monotonic()) > 0:
                time.sleep(left)
            if time.monotonic() >= min(self._held_until, end):
                return

    def rest(self) -> None:
        """Wait until requests are not held back any more."""
        while (left := self._held_until - time.monotonic()) > 0:
            time.sleep(left)

    def hold(self, named: float | None, longest: float) -> float:
        """Hold every request back, since the vendor is asked too fast; return for how many seconds.

        Where the vendor names no time that can be obeyed, the pauses grow until it answers; those who are refused
        together wait together.

        Args:
            named: how many seconds the vendor names, None when it names none.
            longest: how many they may be where it names none.
        """
        with self._lock:
            now = time.monotonic()
            held = self._held_until - now
            seconds = named or min(longest, held if held > 0 else self._grown())
            self._held_until = max(self._held_until, now + seconds)
            self._next = max(self._next, self._held_until)
            if held <= 0 and not self._fixed:
                # Requests that were under way together are refused together: one step for all of them.
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
    """Return any number of seconds between two: those who were refused together do not come back together."""
    import random

    return random.uniform(least, most)  # noqa: S311 - not a secret
