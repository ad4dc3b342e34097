"""Times on the command line: how long ago, a word, a time of day, ISO 8601, or the seconds of the epoch."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

from callinspect.duration import MIN_RATE
from callinspect.errors import UsageError

AGO = re.compile(r"(?:\d{1,9}[smhdw])+", re.ASCII)
PART = re.compile(r"(\d+)([smhdw])", re.ASCII)
OF_DAY = re.compile(r"(?:(today|yesterday)(?:$|[ t]))?(\d\d?:\d\d(?::\d\d)?|noon)?", re.ASCII)
EPOCH = re.compile(r"\d{10}(?:\.\d{1,6})?|\d{13}", re.ASCII)

MILLISECONDS = 13
"""Digits of milliseconds since 1970, from 2001 to 2286."""

DAY = 86_400.0

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

EXAMPLES = "2h, 1d12h, today, yesterday, 10:00, 2026-11-21, 2026-11-21T10:00:00Z"


def moment(text: str | None, option: str, zone: tzinfo | None = None) -> datetime | None:
    """Parse a time in the past; words and times without an offset are in the zone of display.

    Args:
        text: such as `2h`, `yesterday`, `10:00`, `2026-11-21T10:00` or `2026-11-21T10:00:00Z`; None stays None.
        option: the option, for the message.
        zone: the zone of display, None for the local one.

    Raises:
        UsageError: it is not a time, or in the future.
    """
    if text is None:
        return None
    now = datetime.now(UTC)
    try:
        found = _parsed(text.strip(), now, zone)
        shown = [f"{each.astimezone(zone):%Y-%m-%d %H:%M %Z}" for each in (found, now)]
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"{option} takes a time, not “{text}”", hint=f"such as {EXAMPLES}") from None
    if found > now:
        raise UsageError(f"{option} is in the future: {shown[0]}", hint=f"it is {shown[1]} now")
    return found


def _parsed(text: str, now: datetime, zone: tzinfo | None) -> datetime:
    """Return the time that a text means.

    Raises:
        ValueError: it is not a time.
        OverflowError: no calendar has it.
    """
    word = text.lower()
    if word == "now":
        return now
    if AGO.fullmatch(word):
        return now - _span(word)
    if EPOCH.fullmatch(text):
        return datetime.fromtimestamp(float(text) / (1000 if len(text) == MILLISECONDS else 1), UTC)
    if word and (of_day := OF_DAY.fullmatch(word)):
        day = now.astimezone(zone).date() - timedelta(days=of_day[1] == "yesterday")
        clock = "12:00" if of_day[2] == "noon" else of_day[2] or "00:00"
        hour, _, rest = clock.partition(":")
        return _in(zone, datetime.combine(day, time.fromisoformat(f"{hour:0>2}:{rest}")))
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else _in(zone, found)


def _in(zone: tzinfo | None, wall: datetime) -> datetime:
    """Return the moment at which clocks in a zone show that time; None is the local zone."""
    return (wall.replace(tzinfo=zone) if zone else wall).astimezone(UTC)


def duration(text: str | None, option: str, least: float, most: float) -> float | None:
    """Parse a duration such as `30`, `30s`, `2m` or `1h30m`; return seconds.

    Args:
        text: the duration; None stays None.
        option: the option, for the message.
        least: the shortest that is allowed, in seconds.
        most: the longest.

    Raises:
        UsageError: it is not a duration, or too short or long.
    """
    if text is None:
        return None
    try:
        found = _span(text.lower()).total_seconds() if AGO.fullmatch(text.lower()) else float(text)
    except (ValueError, OverflowError):
        found = -1.0
    if not least <= found <= most:
        raise UsageError(f"{option} takes a time such as 30, 30s or 2m, {least:g} s or more and up to {most / DAY:g}d")
    return found


def _span(text: str) -> timedelta:
    """Return the length of `1d12h`."""
    return sum((timedelta(**{UNITS[unit]: int(size)}) for size, unit in PART.findall(text)), timedelta())


def rate(text: str | None) -> float | None:
    """Parse a rate such as `5/s`, `300/m` or `5`; return requests per second.

    Raises:
        UsageError: it is not a rate.
    """
    if text is None:
        return None
    number, _, unit = text.partition("/")
    try:
        found = float(number) / {"": 1, "s": 1, "m": 60, "h": 3600}[unit]
    except (ValueError, KeyError):
        found = 0.0
    if not MIN_RATE <= found < float("inf"):
        raise UsageError(f"--rate takes a request rate such as 5/s or 300/m, not “{text}”")
    return found
