"""How far a vendor's clock is ahead of ours."""

from datetime import datetime, timedelta

from callinspect.provider import parse_mail_date

MIN_OFFSET = timedelta(seconds=5)
"""Below it, clocks count as the same: a `Date` header has whole seconds, and a response takes its time."""


def offset(sent: str, received: datetime) -> timedelta:
    """Return how far the clock of the sender is ahead, zero if that is little or its time cannot be read.

    Args:
        sent: the response's `Date` header.
        received: when the response arrived, by our clock.
    """
    try:
        found = parse_mail_date(sent) - received
    except ValueError:
        return timedelta()
    return found if abs(found) > MIN_OFFSET else timedelta()
