"""How far a vendor's clock is ahead of ours."""

from datetime import UTC, datetime, timedelta

MIN_OFFSET = timedelta(seconds=5)
"""Up to it, clocks count as the same: a `Date` header has whole seconds, and a response takes its time."""

PRECISION = timedelta(seconds=1)
"""How much later than its `Date` header a response may have been written."""

MAX_OFFSET = timedelta(days=366)
"""Beyond it, a date is not what a clock says: a placeholder, or ours was never set."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def offset(sent: str, received: datetime) -> timedelta:
    """Return how far the clock of the sender is ahead, zero if that is little or its time cannot be read.

    Args:
        sent: the response's `Date` header.
        received: when the response arrived, by our clock.
    """
    found = difference(sent, received)
    return found if found is not None and MIN_OFFSET < abs(found) <= MAX_OFFSET else timedelta()


def difference(sent: str, received: datetime) -> timedelta | None:
    """Return how far the clock of the sender is ahead, to the second; None if its time cannot be read."""
    try:
        return _read(sent, received.year) - received
    except (ValueError, OverflowError):
        return None


def _read(text: str, this_year: int) -> datetime:
    """Read a date in one of the three forms of HTTP; what the standard library has for them takes 3 ms to import.

    Raises:
        ValueError: it is none.
        OverflowError: it has numbers that no date has.
    """
    match text.replace(",", " ").replace("-", " ").split():
        case [_, day, month, year, clock, "GMT" | "UTC"]:
            pass
        case [_, month, day, clock, year]:
            pass
        case _:
            raise ValueError("no date of HTTP")
    hour, minute, second = (int(each) for each in clock.split(":"))
    full = int(year) if len(year) == len("1994") else int(year) + this_year // 100 * 100
    return datetime(full, MONTHS.index(month) + 1, int(day), hour, minute, second, tzinfo=UTC)
