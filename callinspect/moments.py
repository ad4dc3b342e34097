"""Moments as vendors write them: times, what stands for none, and what cannot be read but was there."""

import re
from datetime import UTC, datetime

# Patterns of what is seldom met are compiled when it is.
_ISO_DATE = r"\s*([+-]?[0-9]{4,9})-([0-9]{2})-([0-9]{2})|\s*([0-9]{4})([0-9]{2})([0-9]{2})T"
_YEAR = r"(?<![0-9+])(?<! -)[0-9]{4}(?![0-9])"
"""A year among other words; four digits after a sign are an offset."""

_NUMBER = r"\s*[+-]?[0-9]{1,40}(\.[0-9]*)?\s*"

EPOCH = (1970, 1, 1)
LAST_YEAR = 9999
_BEYOND = (253_370_764_800, 946_684_800_000)
"""Seconds since the epoch: from the year 9999 on; and up to where a number of milliseconds is in this century."""

_LARGEST = frozenset({2**31 - 1, 2**63 - 1})


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 date and time with an offset; return it aware, in UTC.

    Raises:
        ValueError: it is none, or it has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def is_placeholder(value: object) -> bool:
    """Whether a value stands for “never”, as software writes a time that is not set.

    The epoch and whatever lies before it, with any offset or none: the year 1, the first day of a spreadsheet, a zero
    date. And the end of the calendar.
    """
    if isinstance(value, str):
        return _is_number_of_never(float(value)) if re.fullmatch(_NUMBER, value) else _is_date_of_never(value)
    return isinstance(value, int | float) and not isinstance(value, bool) and _is_number_of_never(value)


def is_proven(value: object) -> bool | None:
    """Whether that which a time stands for has happened; None where the value does not tell.

    A time that cannot be read is a time all the same: without an offset, with second 65, a number, another format.
    Zero, an empty text and a text without a digit say nothing.
    """
    if value is None or is_placeholder(value):
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True if value else None
    if isinstance(value, str) and any(each.isdecimal() and int(each) for each in value):
        return True
    return None


def _is_number_of_never(number: float) -> bool:
    """Whether a number of seconds or milliseconds since the epoch is no time at which a call could be."""
    low, high = _BEYOND
    return number < 0 or number in _LARGEST or low <= number < high or low * 1000 <= number < high * 1000


def _is_date_of_never(text: str) -> bool:
    date = re.match(_ISO_DATE, text)
    if date is not None:
        year, month, day = (int(each) for each in date.groups() if each is not None)
        return (year, month, day) <= EPOCH or year >= LAST_YEAR
    year_alone = re.search(_YEAR, text)
    return year_alone is not None and not EPOCH[0] < int(year_alone[0]) < LAST_YEAR
