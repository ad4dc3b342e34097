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
"""How often credentials are tried that the vendor has refused, without having taken them in between."""

PROBE = 2.0
"""Seconds that the first request has to itself, to find out whether the credentials are good."""


class Standing:
    """What is known of an account from all of its answers. For any number of threads.

    Args:
        patience: seconds that the account may wait for the vendor without an answer in between.
    """

    def __init__(self, patience: float = 0.0) -> None:
        self._patience = patience
        self._is_accepted = False
        self._refusals = 0
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
        is_alone = not self._is_accepted and self._probing.acquire(timeout=PROBE)
        if is_alone and self._is_accepted:  # by now
            self._probing.release()
            is_alone = False
        try:
            self._check()
            deadline.postpone(now() - asked)
            yield
        except AuthRejectedError as error:
            self._refused(error)
            raise
        except CallinspectError:
            self._is_accepted = True  # or so it seems: it is not they that are refused
            raise
        else:
            self._is_accepted = True
            self._refusals, self._waiting_since = 0, None
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
        self._end(error, f"not asked, since the account is over its limit: {error.told}")
        return False

    def _refused(self, error: AuthRejectedError) -> None:
        self._is_accepted = False
        self._refusals += 1
        if self._refusals >= MAX_REFUSALS:
            self._end(error, f"not asked, since the credentials were refused {MAX_REFUSALS} times: {error.told}")

    def _end(self, error: CallinspectError, why: str) -> None:
        if self._over is None:
            over = copy.copy(error).alone()
            over.message, over.vendor_message = why, False
            self._over = over

    def _check(self) -> None:
        if self._over is None:
            return
        error = copy.copy(self._over)
        if self._back_at is not None:
            error.retry_after = round(max(0.0, self._back_at - now()), 3)
        raise error
