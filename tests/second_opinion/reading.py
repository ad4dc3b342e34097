"""How expectations read a vendor's call: moments, seconds between them, and what was listed with it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

Call = dict[str, Any]
EPOCH = 1970


def instant(value: Any) -> datetime | None:
    """Return a moment in whole milliseconds, written in ISO 8601 or as in mail; None for what names none."""
    try:
        moment = _moment(value if isinstance(value, str) else "")
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None or moment.year <= EPOCH:
        return None
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def _moment(text: str) -> datetime:
    return parsedate_to_datetime(text) if ", " in text else datetime.fromisoformat(text)


def counted(value: Any) -> datetime | None:
    """Return the moment of an event, which may be in milliseconds since the epoch."""
    return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) and value else instant(value)


def times(created: str | None, answered: str | None, ended: str | None) -> Call:
    start, answer, end = instant(created), instant(answered), instant(ended)
    return {
        "created_at": start,
        "answered_at": answer,
        "ended_at": end,
        "durations.ring": seconds(start, answer),
        "durations.talk": seconds(answer, end),
        "durations.total": seconds(start, end),
    }


def seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None or end < start else (end - start) / timedelta(seconds=1)


def parts(name: str, listed: list[Call] | None, names: dict[str, str]) -> Call:
    """Return what a record has of a list that was read with the call, given the vendor's name of each key."""
    expected: Call = {}
    for index, each in enumerate(listed or ()):
        for key, theirs in names.items():
            value = each.get(theirs)
            expected[f"related.{name}.{index}.{key}"] = counted(value) if key == "at" or key.endswith("_at") else value
    return expected
