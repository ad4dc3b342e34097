"""Whether a request is sent again after a failure, and how long to wait first.

What is known goes in, an answer comes out: nothing is sent here, nobody sleeps, and no clock is read.
"""

from collections.abc import Callable
from typing import NamedTuple

from callinspect.errors import CallinspectError
from callinspect.provider.refusals import LIMITS

MAX_FAULTS = 3
"""How often a fault is met before it is told."""

FAULTS = frozenset({None, 502, 503, 504})
"""Statuses of answers that may be another one the next time; None where there was no answer at all."""

BACKOFF = 0.5
"""Seconds: upper limit of the first pause before a retry; it doubles with each."""

MIN_RETRY_TIME = 0.5
"""Seconds that are kept for one more try, where nobody says how long to wait."""


class Pause(NamedTuple):
    """This request waits for so many seconds."""

    seconds: float


class Hold(NamedTuple):
    """Every request of the account waits, since the vendor is asked too fast.

    Attributes:
        named: how many seconds the vendor names, None when it names none.
        longest: how many they may be where it names none.
    """

    named: float | None
    longest: float


def is_fault(failure: CallinspectError) -> bool:
    """Whether a failure may be gone the next time, whoever asks."""
    return failure.http_status in FAULTS


def after(
    failure: CallinspectError, faults: int, left: float, draw: Callable[[float, float], float]
) -> Pause | Hold | None:
    """Return how to wait after a failure before the request is sent again, None to give up.

    Args:
        failure: what the last answer, or its absence, means; with the wait that the vendor named.
        faults: how many of the tries so far ended in a fault, this one included.
        left: how many seconds there are for all that is still to be done.
        draw: returns any number between two.
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
