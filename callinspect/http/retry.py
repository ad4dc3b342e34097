"""Whether to retry a request after a failure, and how long to wait first.

Pure functions: nothing is sent here, nothing sleeps, and no clock is read.
"""

from collections.abc import Callable
from typing import NamedTuple

from callinspect.errors import CallinspectError
from callinspect.provider.refusals import LIMITS

MAX_FAULTS = 3
"""Attempts that may end in a fault before it is reported."""

FAULTS = frozenset({None, 502, 503, 504})
"""Statuses that may pass by themselves; None if there was no response."""

BACKOFF = 0.5
"""Maximum seconds of the first pause before a retry; it doubles each time."""

MIN_RETRY_TIME = 0.5
"""Seconds kept for one more attempt, if no wait is named."""


class Pause(NamedTuple):
    """Only this request waits."""

    seconds: float


class Hold(NamedTuple):
    """All requests of the account wait, since it is rate limited.

    Attributes:
        named: the seconds that the vendor names, None if it names none.
        longest: the maximum if it names none.
    """

    named: float | None
    longest: float


def is_fault(failure: CallinspectError) -> bool:
    """Whether a failure may pass by itself."""
    return failure.http_status in FAULTS


def after(
    failure: CallinspectError, faults: int, left: float, draw: Callable[[float, float], float]
) -> Pause | Hold | None:
    """Return how to wait before a request is retried, None to give up.

    Args:
        failure: the last failure, with the wait that the vendor named.
        faults: attempts so far that ended in a fault, including this one.
        left: seconds left for everything.
        draw: returns a random number between two.
    """
    if faults >= MAX_FAULTS:
        return None
    named = failure.retry_after or 0.0
    if failure.http_status in LIMITS:
        longest = left if named else left - MIN_RETRY_TIME
        return Hold(named or None, longest) if named < longest else None
    if is_fault(failure):
        seconds = max(named, draw(0, BACKOFF * 2 ** (faults - 1)))
        return Pause(seconds) if seconds < left else None
    return None
