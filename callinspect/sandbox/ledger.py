"""A vendor's state while a sandbox runs: the tokens that it has issued, and its rate limits."""

from __future__ import annotations

import secrets
import threading
import time
from typing import NamedTuple


class _Token(NamedTuple):
    role: str
    expires: float


class Tokens:
    """Access tokens, each with a role and a lifetime of *seconds*."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self._lock = threading.Lock()
        self._known: dict[str, _Token] = {}

    def accept(self, token: str, role: str = "user") -> None:
        """Accept *token* forever."""
        self._known[token] = _Token(role, float("inf"))

    def issue(self, role: str = "user") -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._known[token] = _Token(role, time.monotonic() + self.seconds)
        return token

    def role(self, token: str | None) -> str | None:
        """Return the role of a token, or None if it is unknown or has expired."""
        with self._lock:
            found = self._known.get(token or "")
        return found.role if found and found.expires > time.monotonic() else None


class Allowance:
    """A rate limit: *burst* requests at once, then one per second; None for no limit."""

    def __init__(self, burst: int | None) -> None:
        self._burst = burst
        self._lock = threading.Lock()
        self._full_at: dict[str, float] = {}

    def take(self, group: str = "") -> float:
        """Count one request of *group*; return the seconds to wait if it is over the limit."""
        if self._burst is None:
            return 0.0
        now = time.monotonic()
        with self._lock:
            full_at = max(self._full_at.get(group, now), now) + 1
            wait = full_at - now - self._burst
            if wait <= 0:
                self._full_at[group] = full_at
        return max(0.0, wait)
