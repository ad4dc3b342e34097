"""When a call was on hold, and for how long."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from callinspect.model import Call
from callinspect.model.timeline import Entry, Happened

HOLDS = frozenset({Happened.HELD, Happened.RESUMED})
GOING = frozenset({Happened.LEFT, Happened.TRANSFERRED, Happened.DECLINED})
"""What somebody who holds the call may do instead of resuming it."""

Hold = tuple[datetime, datetime | None]
"""From when until when; None if it is not over."""


def holds(entries: Sequence[Entry]) -> Mapping[str | None, list[Hold]]:
    """Return when each leg was on hold, by its ID; None is the call itself.

    It is while anybody holds it, up to when they take it off hold or leave.
    """
    found: dict[str | None, list[Hold]] = {}
    holding: dict[str | None, set[str | None]] = {}
    for each in entries:
        by = holding.setdefault(each.leg, set())
        if each.at is None or not (each.event in HOLDS or (each.party in by and each.event in GOING)):
            continue
        of_leg = found.setdefault(each.leg, [])
        is_going_on = bool(by)
        if each.event is Happened.HELD:
            by.add(each.party)
        elif each.party is None:
            by.clear()
        else:
            by.discard(each.party)
        if by and not is_going_on:
            of_leg.append((each.at, None))
        elif is_going_on and not by:
            of_leg[-1] = (of_leg[-1][0], each.at)
    return found


def within(several: Sequence[Hold], answered: datetime | None, end: datetime | None) -> list[tuple[datetime, datetime]]:
    """Return from when until when a call was on hold between its answer and its end."""
    if answered is None or end is None:
        return []
    cut = ((min(max(start, answered), end), min(stop or end, end)) for start, stop in several)
    return [(start, stop) for start, stop in cut if start < stop]


def on_hold(call: Call, several: Sequence[Hold], answered: datetime | None, end: datetime | None) -> float | None:
    """Return for how long a call was on hold, None if that is not known; the vendor's own figure is exact."""
    if call.durations.held is not None:
        return call.durations.held
    return sum((stop - start).total_seconds() for start, stop in within(several, answered, end)) or None
