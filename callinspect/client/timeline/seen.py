"""What two looks at a call, one after the other, show to have happened in between."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from callinspect.model import Call, State
from callinspect.model.timeline import MOMENTS, WATCHED, Entry, Happened

SLACK = 0.1
"""Seconds by which looks may be further apart than they were meant to be, so that they count as on time."""

UNANSWERED = frozenset({State.QUEUED, State.DIALING, State.RINGING})


def seen(before: Call, now: Call, offset: timedelta) -> Iterator[Entry]:
    """Yield what happened between two looks, by the vendor's clock: what has no time in the later one."""
    if before.retrieved_at is None or now.retrieved_at is None:
        return
    for event in _changes(before, now):
        yield _entry(event, before.retrieved_at, now.retrieved_at, offset)


def untimed(found: tuple[Entry, ...], call: Call) -> tuple[Entry, ...]:
    """Return what was seen without an answer and an end of which the record has the time by now."""
    events = (call.related.events if call.related else None) or ()
    timed = {each.event for each in events if each.at is not None}
    timed |= {event for key, event in MOMENTS.items() if getattr(call, key) is not None}
    timed &= {Happened.ANSWERED, Happened.ENDED}
    return tuple(each for each in found if each.event not in timed)


def vanished(last: Call, at: datetime, offset: timedelta) -> Iterator[Entry]:
    """Yield the end of a call that the vendor no longer shows, unless its last record has a time of it."""
    if last.retrieved_at is not None and last.ended_at is None:
        yield _entry(Happened.ENDED, last.retrieved_at, at, offset)


def _entry(event: Happened, before: datetime, now: datetime, offset: timedelta) -> Entry:
    late = max(1, ceil((now - before).total_seconds() - SLACK))  # our clock may have been set back
    return Entry(now + offset, event, detail=f"seen, up to {late} s late", source=WATCHED)


def _changes(before: Call, now: Call) -> Iterator[Happened]:
    """Yield what changed; what an ended call was just before its end is not known."""
    if now.state is State.ENDED:
        if before.state is not State.ENDED and now.ended_at is None:
            yield Happened.ENDED
        return
    if now.is_talking and before.state in UNANSWERED and now.answered_at is None:
        yield Happened.ANSWERED
    if now.state is State.HELD and before.state not in {State.HELD, State.UNKNOWN}:
        yield Happened.HELD
    if now.state is State.ACTIVE and before.state is State.HELD:
        yield Happened.RESUMED
    if {before.media.muted, now.media.muted} == {True, False}:
        yield Happened.MUTED if now.media.muted else Happened.UNMUTED
