"""What two looks at a call, one after the other, show to have happened in between."""

from collections.abc import Iterator
from math import ceil

from callinspect.client.inspection import Inspection
from callinspect.model import Call, State
from callinspect.model.timeline import Entry, Happened

SOURCE = "watch"
"""The source of entries of the timeline that no field of the record has."""


def seen(before: Inspection, now: Inspection) -> Iterator[Entry]:
    """Yield what happened between two readings, by the vendor's clock: hold and mute, which have no times."""
    if before.retrieved_at is None or now.retrieved_at is None:
        return
    late = ceil((now.retrieved_at - before.retrieved_at).total_seconds())
    for event in _changes(before.call, now.call):
        yield Entry(now.retrieved_at + now.offset, event, detail=f"seen, up to {late} s late", source=SOURCE)


def _changes(before: Call, now: Call) -> Iterator[Happened]:
    if before.state is not now.state and {before.state, now.state} <= {State.ACTIVE, State.HELD}:
        yield Happened.HELD if now.state is State.HELD else Happened.RESUMED
    if {before.media.muted, now.media.muted} == {True, False}:
        yield Happened.MUTED if now.media.muted else Happened.UNMUTED
