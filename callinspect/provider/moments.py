"""Times as vendors write them: valid ones, placeholders, and those that cannot be parsed."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# Rarely needed patterns are compiled on first use.
_ISO_DATE = r"([+-]?[0-9]{4,9})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})(?:T|\Z)"
_YEAR = r"(?<![0-9+])(?<! -)[0-9]{4}(?![0-9])"
"""A year within other text; four digits after a sign are an offset."""

_FIRST_CENTURY = r"[A-Za-z][ -]+00[0-9]{2}(?![0-9:])"
"""A year of four digits below 100, after a month's name."""

_SHORT_DATE = r"(?i)(?<![0-9])(0?1[-/. ](0?1|jan)[-/. ](1|70)|(31[-/. ](12|dec)|12[-/. ]31)[-/. ]69|70-01-01)(?![0-9])"
"""The year 1 as one digit; the epoch, or the evening before it, with a two-digit year."""

_NUMBER = r"([+-]?[0-9]{1,40})(?:\.([0-9]*))?"
_IN_A_DATE = r"/Date\(([+-]?[0-9]{1,40})(?:[+-][0-9]{4})?\)/"
"""Milliseconds since the epoch, as some software writes a time in JSON."""

_QUANTITY = r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)"
_DURATION = rf"P(?:{_QUANTITY}W)?(?:{_QUANTITY}D)?(?:T(?:{_QUANTITY}H)?(?:{_QUANTITY}M)?(?:{_QUANTITY}S)?)?"
"""An ISO 8601 duration: weeks, days, hours, minutes, seconds."""

EPOCH = (1970, 1, 1)
MAX_YEAR = 9999
_BEYOND = (253_370_764_800, 946_684_800_000)
"""Seconds since the epoch: from the year 9999 on; and up to where a number of milliseconds is in this century."""

_ENDS = frozenset({2**31 - 1, 2**32 - 1})
"""The last second that fits into 32 bits, signed and unsigned."""

_LARGEST = frozenset({2**63 - 1, 2**63, 2**64 - 1, 2**64, 2**53 - 1, 8_640_000_000_000_000})
"""The largest integers of several types, also as rounded by a float, and JavaScript's last date."""

_LAST_SECONDS = frozenset({(2038, 1, 19, 3, 14, 7), (2106, 2, 7, 6, 28, 15)})
"""Those last seconds as times in UTC."""


def parse_timestamp(text: str) -> datetime:
    """Read an ISO 8601 date and time with an offset; return it aware, in UTC.

    Raises:
        ValueError: it is invalid, or has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def is_local(text: str) -> bool:
    """Whether a text is an ISO 8601 date and time without an offset: of which zone, it does not say."""
    try:
        return datetime.fromisoformat(text).tzinfo is None and len(text) > len("2026-03-12")
    except ValueError:
        return False


def parse_utc(text: str) -> datetime:
    """Read an ISO 8601 date and time that is documented as UTC, with or without an offset.

    Raises:
        ValueError: it is invalid.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else parse_timestamp(text)


def parse_mail_date(text: str) -> datetime:
    """Read an RFC 2822 date and time with an offset, such as `Fri, 18 Oct 2019 17:00:00 +0000`.

    Raises:
        ValueError: it is invalid, or has no offset.
    """
    from email.utils import parsedate_to_datetime

    if re.search(_FIRST_CENTURY, text):  # which would be read as a year of two digits
        raise ValueError("out of range")
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None and text.rstrip().endswith("-0000"):  # UTC, of an unknown zone
            moment = moment.replace(tzinfo=UTC)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def parse_seconds(text: str) -> datetime:
    """Read a number of seconds since the epoch.

    Raises:
        ValueError: it is invalid.
    """
    return _since_the_epoch(text, 1)


def parse_milliseconds(text: str) -> datetime:
    """Read a number of milliseconds since the epoch.

    Raises:
        ValueError: it is invalid.
    """
    return _since_the_epoch(text, 1000)


def parse_text_or_milliseconds(text: str) -> datetime:
    """Read a number of milliseconds since the epoch, or an ISO 8601 date and time with an offset.

    Raises:
        ValueError: it is neither.
    """
    return parse_milliseconds(text) if re.fullmatch(_NUMBER, text) else parse_timestamp(text)


COUNTED = frozenset({parse_seconds, parse_milliseconds, parse_text_or_milliseconds})
"""Parsers of times that may be JSON numbers."""


def _since_the_epoch(text: str, parts: int) -> datetime:
    if not re.fullmatch(_NUMBER, text):
        raise ValueError("no number")
    try:
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text) / parts)
    except OverflowError:
        raise ValueError("out of range") from None


def parse_duration(text: str) -> float:
    """Read an ISO 8601 duration, such as `PT1M13.67S`; return it in seconds.

    Raises:
        ValueError: it is invalid, or in months or years, which have no fixed length.
    """
    found = re.fullmatch(_DURATION, text)
    if found is None or not any(found.groups()):
        raise ValueError("no duration")
    parts = zip(found.groups(), (604_800, 86_400, 3600, 60, 1), strict=True)
    return round(sum(float(number.replace(",", ".")) * seconds for number, seconds in parts if number), 9)


def is_usual(moment: datetime) -> bool:
    """Whether a time in UTC cannot be a placeholder."""
    return EPOCH[0] < moment.year < MAX_YEAR and moment.timetuple()[:6] not in _LAST_SECONDS


def is_placeholder(value: object) -> bool:
    """Whether a value stands for “never”, as software writes a time that is not set.

    The epoch and anything before it, with or without an offset: the year 1, a spreadsheet's first day, a zero date.
    Also the end of the calendar, and the largest number of seconds that a type can hold.
    """
    if isinstance(value, str):
        return _is_text_of_never(_in_ascii(value).strip())
    return isinstance(value, int | float) and not isinstance(value, bool) and _is_number_of_never(value)


def parsed(value: object, parse: Callable[[str], datetime]) -> datetime | None:
    """Return the time that a vendor's value is; None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool) and parse in COUNTED:
        value = repr(value)
    try:
        return parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def is_never(value: object, moment: datetime | None) -> bool:
    """Whether a value is a placeholder, given the time that it is by the vendor's own form."""
    if moment is None or is_usual(moment):
        return moment is None and is_placeholder(value)
    return moment.timestamp() == 0 or is_placeholder(value)


def is_proven(value: object) -> bool | None:
    """Whether the event that a time belongs to has happened; None if the value does not say.

    A time that cannot be parsed still counts: without an offset, with second 65, a number, another format. Zero, an
    empty text and a text without digits say nothing.
    """
    if value is None or is_placeholder(value):
        return False
    if isinstance(value, int | float) and not isinstance(value, bool):
        return True if value else None
    if isinstance(value, str) and any(each.isdecimal() and int(each) for each in value):
        return True
    return None


def _in_ascii(text: str) -> str:
    """Return a text with the digits of any script as ASCII digits."""
    return text if text.isascii() else "".join(str(int(each)) if each.isdecimal() else each for each in text)


def _is_number_of_never(number: float) -> bool:
    """Whether a number of seconds or milliseconds since the epoch cannot be the time of a call."""
    low, high = _BEYOND
    return (
        number < 0
        or number in _LARGEST
        or any(number == end or end * 1000 <= number < (end + 1) * 1000 for end in _ENDS)
        or low <= number < high
        or low * 1000 <= number < high * 1000
    )


def _is_text_of_never(text: str) -> bool:
    within = re.fullmatch(_IN_A_DATE, text)
    if within is not None:
        return int(within[1]) == 0 or _is_number_of_never(int(within[1]))
    date = re.match(_ISO_DATE, text)
    if date is not None:
        return _is_date_of_never(text, tuple(int(each) for each in date.groups() if each is not None))
    number = re.fullmatch(_NUMBER, text)
    if number is not None and not re.fullmatch(_YEAR, text):
        # A float would not hold all the digits of the largest ones.
        return _is_number_of_never(float(text) if (number[2] or "").strip("0") else int(number[1]))
    if re.search(_SHORT_DATE, text):
        return True
    year_alone = re.search(_YEAR, text)
    if year_alone is None:
        return False
    return not EPOCH[0] < int(year_alone[0]) < MAX_YEAR or ("2038" in text and "03:14:07" in text)


def _is_date_of_never(text: str, date: tuple[int, ...]) -> bool:
    """Whether a time that starts with that year, month and day stands for “never”."""
    if date <= EPOCH or date[0] >= MAX_YEAR:
        return True
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return (moment.astimezone(UTC) if moment.tzinfo else moment).timetuple()[:6] in _LAST_SECONDS
