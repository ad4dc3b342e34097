"""Moments for people: the time of day, the date and the zone; and until when a call is counted."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from callinspect.model import Call
from callinspect.render.style import Style

_OFFSET = re.compile(r"(UTC|GMT)?[+-]\d.*|UTC|")
"""A zone without a name of its own, such as `-03`."""

CLOCK = len("00:00:00.000")
"""Columns of a time of day."""

NO_TIME = "?"
"""Stands for a time that the vendor does not report."""


def clock(moment: datetime) -> str:
    """Return the time of day, to the millisecond."""
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def day(local: datetime) -> str:
    """Return a time's day, such as `Thu 26 Nov 2026`."""
    return f"{local:%a} {local.day} {local:%b %Y}"


def zone(local: datetime, style: Style) -> str:
    """Return a time's zone by name and offset, such as `IST (UTC+5:30)` or `UTC`; one without a name by its offset."""
    name = local.tzname() or ""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = style.minus if minutes < 0 else "+"
    offset = f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
    if _OFFSET.fullmatch(name):
        return offset if minutes else "UTC"
    return style.inert(f"{name} ({offset})")


def read_at(moment: datetime, style: Style) -> str:
    """Return when something was read, such as `read Thu 26 Nov 2026 10:01:00 UTC`."""
    local = style.local(moment)
    return f"read {day(local)} {local:%H:%M:%S} {zone(local, style)}"


class Named(NamedTuple):
    """What a headline names of all the times below it, which need not be named again; "" for what it does not."""

    zone: str = ""
    day: str = ""
    year: str = ""


def named(first: datetime | None, last: datetime | None, style: Style) -> Named:
    """Return what a headline names that has a first and a last time."""
    if first is None or last is None:
        return Named()
    start, end = style.local(first), style.local(last)
    its_zone, its_day = zone(start, style), day(start)
    return Named(
        its_zone if its_zone == zone(end, style) else "",
        its_day if its_day == day(end) else "",
        f"{start.year}" if start.year == end.year else "",
    )


class Above:
    """Determines what stands above rows in the order of time: their day where it changes.

    Args:
        zone: the zone that was named before; "" for none.
        day: the day that was.
    """

    def __init__(self, zone: str = "", day: str = "") -> None:
        self.zone = zone
        self._day = day

    def new(self, day: str, zone: str) -> str:
        """Return the heading above the next row, "" for none; the zone is named where it is another than before."""
        heading = "" if (day, zone) == (self._day, self.zone) else day + f", {zone}" * (zone != self.zone)
        self._day, self.zone = day, zone
        return heading


def headings(several: Sequence[datetime | None], style: Style) -> list[str]:
    """Return each moment's date and zone if they are new, else ""; without a time, those of what comes next."""
    found: list[str] = []
    for moment in reversed(several):
        local = style.local(moment) if moment else None
        found.append(f"{day(local)}, {zone(local, style)}" if local else found[-1] if found else "")
    found.reverse()
    return [own if own != before else "" for before, own in zip(["", *found], found, strict=False)]


def is_running(call: Call) -> bool:
    """Whether the call was in progress when it was read; a response that was saved does not say when that was."""
    return call.ended_at is None and not call.state.is_over and call.retrieved_at is not None


def until(call: Call, now: datetime | None) -> datetime | None:
    """Return the end of the call; of one in progress, the current time, or when it was read if that is not known."""
    return (now or call.retrieved_at) if is_running(call) else call.ended_at


def span(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds between two moments, None if one of them is not known."""
    return (end - start).total_seconds() if start and end else None
