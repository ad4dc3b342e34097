"""How an account stands with its vendor: whether it makes sense to send yet another request of it.

A vendor that refuses credentials, or names a time at which it will answer again, means the account and not the call.
Asked for every call of thousands, the first locks the account and the second loses them all.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from callinspect.deadline import Deadline, now
from callinspect.errors import AuthRejectedError, CallinspectError, RateLimitedError

MAX_REFUSALS = 3
"""How often credentials are tried that the vendor refuses, without having taken them in between; twice as often where
it has taken them before, since it may be some of the calls that it means.
"""

MAX_PROBE = 10.0
"""Seconds that a request has to itself, to find out whether the credentials are good: who refuses some takes his time.
"""

UNAUTHORIZED = 401


class Standing:
    """What is known of an account from all of its answers. For any number of threads.

    Args:
        patience: seconds that the account may wait for the vendor without an answer in between; 0 for one call, which
            ends by itself.
    """

    def __init__(self, patience: float = 0.0) -> None:
        self._patience = patience
        self._is_accepted = not patience
        self._was_accepted = False
        self._refusals = 0
        self._refused_at = 0.0
        self._waiting_since: float | None = None
        self._over: CallinspectError | None = None
        self._back_at: float | None = None
        self._probing = threading.Lock()

    @contextmanager
    def asking(self, deadline: Deadline) -> Iterator[None]:
        """Send a request, alone as long as nobody knows whether the credentials are good.

        Args:
            deadline: that of the call, whose own time this is not.

        Raises:
            CallinspectError: why the account is not asked any more.
        """
        asked = now()
        is_alone = not self._is_accepted and self._probing.acquire(timeout=MAX_PROBE)
        if is_alone and self._is_accepted:  # by now
            self._probing.release()
            is_alone = False
        try:
            self._check()
            deadline.postpone(now() - asked)
            yield
            self._is_accepted = self._was_accepted = True
            self._refusals, self._waiting_since = 0, None
        except CallinspectError as error:
            # Whatever else comes back: it is not they that are refused.
            self._is_accepted = self._is_accepted or not _refuses_credentials(error)
            raise
        finally:
            if is_alone:
                self._probing.release()

    def outlasts(self, error: RateLimitedError) -> bool:
        """Whether the account can wait until the vendor answers again; one that cannot is not asked any more."""
        if not self._patience or not error.retry_after:
            return False
        self._waiting_since = self._waiting_since or now()
        if now() + error.retry_after - self._waiting_since <= self._patience:
            return True
        self._back_at = now() + error.retry_after
        self.end(error, "the account is rate limited")
        return False

    def end(self, error: CallinspectError, why: str) -> None:
        """Ask no more: every further call fails for the same reason."""
        if self._patience and self._over is None:
            over = copy.copy(error).detached()
            over.message, over.vendor_message = f"skipped because {why}: {error.shown_message}", False
            over.provider = over.call_id = None
            self._over = over

    def note_failure(self, error: CallinspectError, begun: float) -> None:
        """Take a note of what became of a request with credentials, where that was no success.

        Args:
            error: what became of it.
            begun: when it was sent (`deadline.now`).
        """
        if _refuses_credentials(error):
            self._is_accepted = not self._patience
            if begun >= self._refused_at:  # those that were under way together are refused together
                self._refusals += 1
                self._refused_at = now()
            if self._refusals >= MAX_REFUSALS * (1 + self._was_accepted):
                is_own = isinstance(error, AuthRejectedError)
                self.end(error, "the credentials were refused" if is_own else "every response was HTTP 401")
        elif error.http_status is not None and not isinstance(error, RateLimitedError):
            self._waiting_since = None

    def _check(self) -> None:
        if self._over is None:
            return
        error = copy.copy(self._over)
        if self._back_at is not None:
            error.retry_after = round(max(0.0, self._back_at - now()), 3)
        raise error


def _refuses_credentials(error: CallinspectError) -> bool:
    """Whether an answer was one to the credentials: the vendor's own word, or HTTP 401 whoever says it."""
    return isinstance(error, AuthRejectedError) or error.http_status == UNAUTHORIZED
