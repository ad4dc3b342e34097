"""Clocks of a sandbox, by which calls live however fast or slow the machine is."""

from __future__ import annotations

import threading
import time


class Clock:
    """Stands still until it is set: all calls are looked at in the same moment, however long that takes."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Patient:
    """Goes like any other, but waits for who looks: from one look to the next it is never more than *most* seconds.

    What a call goes through is seen by whoever looks that often, even if the machine stands still for a while.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._seen = time.monotonic()
        self._seconds = 0.0

    def __call__(self) -> float:
        with self._lock:
            now = time.monotonic()
            self._seconds += min(now - self._seen, self._most)
            self._seen = now
            return self._seconds
