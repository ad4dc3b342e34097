"""An account's standing with its vendor: whether it makes sense to send another request.

Refused credentials and rate limits concern the account, not the call. In a run of thousands, repeating the first locks
the account, and repeating the second fails every call.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from callinspect.deadline import Deadline, now
from callinspect.errors import AuthRejectedError, CallinspectError, RateLimitedError

MAX_REFUSALS = 3
"""How often refused credentials are tried, without a success in between; twice as often if they were accepted before,
since some calls may be the reason.
"""

MAX_PROBE = 10.0
"""Seconds for which one request is sent alone, to check the credentials: vendors refuse slowly.
"""

UNAUTHORIZED = 401


class Standing:
    """What an account's responses say about it. For any number of threads.

    Args:
        patience: seconds that the account may wait out rate limits without a success in between; 0 for a single call,
            which has its own time limit.
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
        """Send a request; alone while it is not known whether the credentials are valid.

        Args:
            deadline: the call's; waiting here does not count towards it.

        Raises:
            CallinspectError: no more requests are sent for the account.
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
            # Any other failure means that the credentials were not refused.
            self._is_accepted = self._is_accepted or not _refuses_credentials(error)
            raise
        finally:
            if is_alone:
                self._probing.release()

    def outlasts(self, error: RateLimitedError) -> bool:
        """Whether the account can wait out a rate limit; if not, no more requests are sent."""
        if not self._patience or not error.retry_after:
            return False
        self._waiting_since = self._waiting_since or now()
        if now() + error.retry_after - self._waiting_since <= self._patience:
            return True
        self._back_at = now() + error.retry_after
        self.end(error, "the account is rate limited")
        return False

    def end(self, error: CallinspectError, why: str) -> None:
        """Send no more requests: every further call fails for the same reason."""
        if self._patience and self._over is None:
            over = copy.copy(error).detached()
            over.message, over.vendor_message = f"skipped because {why}: {error.shown_message}", False
            over.provider = over.call_id = None
            self._over = over

    def note_failure(self, error: CallinspectError, begun: float) -> None:
        """Record the failure of an authenticated request.

        Args:
            error: the failure.
            begun: when the request was sent (`deadline.now`).
        """
        if _refuses_credentials(error):
            self._is_accepted = not self._patience
            if begun >= self._refused_at:  # requests in flight together are refused together
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
        if self._back_at is not None and now() >= self._back_at:
            self._over = self._back_at = self._waiting_since = None
            return
        error = copy.copy(self._over)
        if self._back_at is not None:
            error.retry_after = round(max(0.0, self._back_at - now()), 3)
        raise error


def _refuses_credentials(error: CallinspectError) -> bool:
    """Whether a failure concerns the credentials: the vendor says so, or it is HTTP 401 from anyone."""
    return isinstance(error, AuthRejectedError) or error.http_status == UNAUTHORIZED
