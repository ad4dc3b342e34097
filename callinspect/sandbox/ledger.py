"""What a vendor keeps account of while a sandbox runs: the tokens it has issued, the requests it still grants."""

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
        """Accept *token* for ever."""
        self._known[token] = _Token(role, float("inf"))

    def issue(self, role: str = "user") -> str:
        """Return a new token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._known[token] = _Token(role, time.monotonic() + self.seconds)
        return token

    def role(self, token: str | None) -> str | None:
        """Return the role of a token, or None when it is unknown or has expired."""
        with self._lock:
            found = self._known.get(token or "")
        return found.role if found and found.expires > time.monotonic() else None


class Allowance:
    """One request a second, once *burst* requests are used up; None for no limit."""

    def __init__(self, burst: int | None) -> None:
        self._burst = burst
        self._lock = threading.Lock()
        self._full_at: dict[str, float] = {}

    def take(self, group: str = "") -> float:
        """Take one request from the allowance of *group*; return the seconds to wait when there is none."""
        if self._burst is None:
            return 0.0
        now = time.monotonic()
        with self._lock:
            full_at = max(self._full_at.get(group, now), now) + 1
            wait = full_at - now - self._burst
            if wait <= 0:
                self._full_at[group] = full_at
        return max(0.0, wait)
