"""The timeline of one call: what is known to have happened, in order, and where each entry is from.

Nothing is invented: an entry has the time of its source, or none where only the order is known. All times are by the
vendor's clock.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime, timedelta

from callinspect.client.timeline import sources
from callinspect.client.timeline.clock import MIN_OFFSET, PRECISION
from callinspect.duration import rounded, seconds
from callinspect.model import Call, Related, State
from callinspect.model.timeline import Entry, Happened

MAX_LEAD = MIN_OFFSET + PRECISION
"""How far the vendor's clock may be ahead of where we take it to be: times in a response are up to it in the future."""

MAX_GAP = timedelta(seconds=1)
"""How far apart an event and a time of the record may be that say the same."""

NAMED = {
    Happened.QUEUED: "the start of the queue",
    Happened.CREATED: "the creation",
    Happened.ANSWERED: "the answer",
    Happened.ENDED: "the end",
}
"""The call's own moments, as warnings name them; each is there once."""

ORDER = {event: place for place, event in enumerate(Happened)}


def with_timeline(call: Call, seen: tuple[Entry, ...] = (), offset: timedelta = timedelta()) -> Call:
    """Return the call with its timeline, and warnings about what does not fit.

    Args:
        call: the call.
        seen: what was seen while it was polled.
        offset: how far the vendor's clock is ahead of ours.
    """
    related = call.related or Related()
    said = [*sources.moments(call), *sources.stored(related)]
    events = list(sources.events(related.events))
    warnings = [*_clocks(call, offset)]
    own = [*_merged(said, events, warnings), *sources.redirected(call)]
    if any(each.party for each in events):
        from callinspect.client.timeline.folding import folded

        own = folded(call, sorted(own, key=_place), MAX_GAP)
    found = sorted([*own, *seen, *sources.legs(call)], key=_place)
    if not _is_over(call, seen):
        _observe(call, found, offset)
    _place_undated(call, found)
    new = tuple(each for each in warnings if each not in call.warnings)
    return call._replace(timeline=tuple(found), warnings=call.warnings + new)


def _at(entry: Entry) -> datetime:
    assert entry.at is not None  # noqa: S101 - those without a time are placed after all others
    return entry.at


def _place(entry: Entry) -> tuple[datetime, int]:
    """Return where an entry belongs; of several in one place, the call's own come first, in the vendor's order."""
    return _at(entry), ORDER[entry.event]


def _clocks(call: Call, offset: timedelta) -> Iterator[str]:
    if offset:
        order = "ahead of" if offset > timedelta() else "behind"
        yield f"{call.provider}'s clock is {rounded(abs(offset.total_seconds()))} {order} this computer's"


def _merged(said: list[Entry], events: list[Entry], warnings: list[str]) -> list[Entry]:
    """Return what the record says, each with the events that say the same, and the other events."""
    alike: dict[Happened, list[Entry]] = {}
    for each in sorted(events, key=lambda each: (_at(each), each.party == "/from")):  # who calls does not answer
        alike.setdefault(each.event, []).append(each)
    pairs = [(entry, _taken(entry, alike.get(entry.event, []), warnings)) for entry in said]
    taken = {each.source for _, found in pairs for each in found}
    return [_with(entry, found) for entry, found in pairs] + [each for each in events if each.source not in taken]


def _with(entry: Entry, events: list[Entry]) -> Entry:
    """Return what the record says, with what the events that say the same add, of which the nearest comes first."""
    if not events:
        return entry
    event = events[0]
    detail = entry.detail or event.detail
    # Who ended the call is not always the one whose event says so.
    party = entry.party if entry.event is Happened.ENDED else event.party or entry.party
    also = tuple(source for each in events for source in (each.source, *each.also))
    return entry._replace(vendor_event=event.vendor_event, party=party, detail=detail, also=also)


def _taken(entry: Entry, alike: list[Entry], warnings: list[str]) -> list[Entry]:
    """Take the events out of those of its kind, by time, that say the same, the nearest first.

    A call is created, is answered and ends once, however often a vendor says so: of what is too far away, the nearest
    gets a warning. Where events concern a party each, others of the kind are another party's, and stay.
    """
    first = bisect_left(alike, _at(entry) - MAX_GAP, key=_at)
    last = bisect_right(alike, _at(entry) + MAX_GAP, key=_at)
    near = sorted(alike[first:last], key=lambda each: (_distance(entry, each), _at(each) < _at(entry)))
    is_once = entry.event in NAMED and not any(each.party for each in alike)
    found = near if is_once else near[:1]
    sources_found = {each.source for each in found}
    alike[first:last] = [each for each in alike[first:last] if each.source not in sources_found]
    if entry.event in NAMED and alike and (is_once or not near):
        warnings.append(_apart(entry, min(alike, key=lambda each: _distance(entry, each))))
    return found


def _distance(entry: Entry, event: Entry) -> timedelta:
    return abs(_at(event) - _at(entry))


def _apart(entry: Entry, event: Entry) -> str:
    name = f"{event.vendor_event} event" if event.vendor_event else "event"
    order = "after" if _at(event) > _at(entry) else "before"
    return f"the {name} comes {seconds(_distance(entry, event).total_seconds())} {order} {NAMED[entry.event]}"


def _is_over(call: Call, seen: tuple[Entry, ...]) -> bool:
    """Whether the call is over, and it is known when anything happened to it."""
    if any(each.event is Happened.ENDED for each in seen):
        return True
    has_ended = call.state is State.ENDED or call.ended_at is not None
    return has_ended and any(True for _ in sources.moments(call))


def _observe(call: Call, found: list[Entry], offset: timedelta) -> None:
    """Add what the call was when it was read; by the vendor's clock as all times, while `retrieved_at` is by ours.

    A time of the vendor's that is a little later comes from the clocks, since what is in an answer was before it.
    """
    entry = Entry(None, Happened.OBSERVED, detail=call.state, source="/retrieved_at")
    if call.retrieved_at is None:
        found.append(entry)
        return
    at = call.retrieved_at + offset
    if found and at < _at(found[-1]) <= at + MAX_LEAD:
        at = _at(found[-1])
    insort(found, entry._replace(at=at), key=_place)


def _place_undated(call: Call, found: list[Entry]) -> None:
    """Add what has no time right before the call's creation, which it led to."""
    created = (place for place, each in enumerate(found) if each.event is Happened.CREATED and each.leg is None)
    place = next(created, 0)
    found[place:place] = sources.undated(call)
