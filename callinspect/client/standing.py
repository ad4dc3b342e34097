"""An account's standing with its vendor: whether it makes sense to send another request.

Refused credentials and rate limits concern the account, not the call. In a run of thousands, repeating the first locks
the account, and repeating the second fails every call.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from callinspect.deadline import Deadline, now
from callinspect.errors import AuthRejectedError, CallinspectError, RateLimitedError, UsageError
from callinspect.http.pace import CLOSED

MAX_REFUSALS = 3
"""How often refused credentials are tried, without a success in between."""

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
        self._refusals = 0
        self._refused_at = 0.0
        self._waiting_since: float | None = None
        self._over: CallinspectError | None = None
        self._back_at: float | None = None
        self._trials = 0  # requests under way that were sent while it was not known
        self._unanswered = 0  # those since the last refusal that nothing came of
        self._is_settling = False
        self._changing = threading.Condition()

    @contextmanager
    def asking(self, deadline: Deadline) -> Iterator[float]:
        """Send a request; while it is not known whether the credentials are valid, as few at once as may be refused.

        Args:
            deadline: the call's; waiting here does not count towards it.

        Yields:
            when it was allowed to be sent (`deadline.now`).

        Raises:
            CallinspectError: no more requests are sent for the account.
        """
        asked = now()
        allowed, is_trial = self._begun()
        try:
            deadline.postpone(allowed - asked)
            yield allowed
            self.note_success()
        except CallinspectError as error:
            self._note_end(error)
            raise
        finally:
            with self._changing:
                self._trials -= is_trial
                self._changing.notify_all()

    def _begun(self) -> tuple[float, bool]:
        """Wait until a request may be sent; return when that was, and whether it tries the credentials."""
        with self._changing:
            while True:
                self.check()
                if self._is_accepted:
                    return now(), False
                places = max(1, MAX_REFUSALS - self._refusals) + self._unanswered
                if self._trials < places and not self._is_settling:
                    break
                self._changing.wait()
            self._trials += 1
            return now(), True

    def _note_end(self, error: CallinspectError) -> None:
        """Record that a request failed: unless its credentials were refused, others need not wait for them.

        After a refusal, that takes an answer: of a vendor that breaks down now and then, each time all would be asked.
        """
        with self._changing:
            if refuses_credentials(error):
                return
            if self._refusals and error.retryable:
                self._unanswered += 1
            else:
                self._is_accepted = True

    def outlasts(self, error: RateLimitedError) -> bool:
        """Whether the account can wait out a rate limit; if not, no more requests are sent."""
        if not self._patience or not error.retry_after:
            return False
        with self._changing:
            self._waiting_since = self._waiting_since or now()
            if now() + error.retry_after - self._waiting_since <= self._patience:
                return True
            self._back_at = now() + error.retry_after
            self.end(error, "the account is rate limited")
            return False

    def end(self, error: CallinspectError, why: str) -> None:
        """Send no more requests: every further call fails for the same reason."""
        over = copy.copy(error).detached()
        over.message, over.vendor_message = f"skipped because {why}: {error.shown_message}", False
        over.provider = over.call_id = None
        with self._changing:
            if self._patience and self._over is None:
                self._over = over
                self._changing.notify_all()

    def stop(self) -> None:
        """Let nobody wait any longer, and send no more requests."""
        with self._changing:
            self._over, self._back_at = UsageError(CLOSED), None
            self._changing.notify_all()

    def note_success(self) -> None:
        """Record that the vendor accepts the account's credentials."""
        with self._changing:
            self._is_accepted = True
            self._refusals = self._unanswered = 0
            self._waiting_since = None
            self._changing.notify_all()

    def note_failure(self, error: CallinspectError, allowed: float) -> bool:
        """Record the failure of an authenticated request.

        Args:
            error: the failure.
            allowed: when the request was allowed to be sent (see `asking`).

        Returns:
            whether credentials have now been refused so often in a row that it is time to settle whether they are the
            reason; no other request is sent until `settled`.
        """
        with self._changing:
            if not refuses_credentials(error):
                if error.http_status is not None and not isinstance(error, RateLimitedError):
                    self._waiting_since = None
                return False
            if not self._patience or allowed < self._refused_at:  # those in flight together are refused together
                return False
            if self._is_accepted:
                self._is_accepted, self._refused_at = False, now()
            self._refusals += 1
            self._unanswered = 0
            is_time = self._refusals >= MAX_REFUSALS and not self._is_settling
            self._is_settling = self._is_settling or is_time
            return is_time

    def settled(self, error: CallinspectError | None) -> None:
        """Go on after several refusals, or send no more requests for that one, which concerns the credentials."""
        with self._changing:
            self._is_settling = False
            if error is None:
                self.note_success()
                return
            is_own = isinstance(error, AuthRejectedError)
            self.end(error, "the credentials were refused" if is_own else "every response was HTTP 401")

    def check(self) -> None:
        """Check that requests are still sent for the account.

        Raises:
            CallinspectError: they are not.
        """
        if self._over is None:
            return
        if self._back_at is not None and now() >= self._back_at:
            self._over = self._back_at = self._waiting_since = None
            return
        error = copy.copy(self._over)
        if self._back_at is not None:
            error.retry_after = round(max(0.0, self._back_at - now()), 3)
        raise error


def refuses_credentials(error: CallinspectError) -> bool:
    """Whether a failure concerns the credentials: the vendor says so, or it is HTTP 401 from anyone."""
    return isinstance(error, AuthRejectedError) or error.http_status == UNAUTHORIZED
