"""Random calls, and what holds for the timeline of any."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import strategies as st

from callinspect.client.timeline import with_timeline
from callinspect.model import (
    Call,
    Cause,
    Direction,
    EndedBy,
    Party,
    Reason,
    Recall,
    Redirection,
    Related,
    Relation,
    State,
    StoredState,
)
from callinspect.model.related import Event, Leg, StoredRecording, Transcription
from callinspect.model.timeline import WATCHED, Entry, Happened
from callinspect.model.writing import record
from callinspect.render.jsontext import dumps
from kit.case_playback import VALIDATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Made = TypeVar("Made")

NOON = datetime(2026, 10, 21, 12, tzinfo=UTC)
OWN = ("queued_at", "created_at", "answered_at", "ended_at")
ORDER = list(Happened)

OFFSETS = st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(seconds=-7)])


def after(seconds: float) -> datetime:
    """Return the moment so many seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def entries(call: Call, seen: tuple[Entry, ...] = (), offset: timedelta = timedelta()) -> tuple[Entry, ...]:
    """Return a call's timeline."""
    found = with_timeline(call, seen, offset).timeline
    assert found is not None
    return found


def told(call: Call, seen: tuple[Entry, ...] = (), offset: timedelta = timedelta()) -> list[str]:
    """Return a call's timeline as words: the seconds after noon, what happened, and to which leg."""
    return [
        " ".join(
            filter(None, ("?" if each.at is None else f"{(each.at - NOON).total_seconds():g}", each.event, each.leg))
        )
        for each in entries(call, seen, offset)
    ]


def resolved(document: Any, pointer: str) -> Any:
    """Return the value that a JSON Pointer (RFC 6901) leads to."""
    assert pointer.startswith("/"), pointer
    for word in pointer[1:].split("/"):
        key = word.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def check(call: Call, seen: tuple[Entry, ...], offset: timedelta) -> None:
    """Fail unless all that holds for any timeline holds for this call's."""
    VALIDATOR.validate(json.loads(dumps(record(with_timeline(call, seen, offset)))))
    check_entries(call, seen, offset)


def check_entries(call: Call, seen: tuple[Entry, ...], offset: timedelta) -> None:
    """Fail unless the entries of this call's timeline are in order, and from what the record says."""
    read = with_timeline(call, seen, offset)
    found = entries(call, seen, offset)
    written = record(read)
    own = [each for each in found if each.source != WATCHED]
    assert [each for each in found if each.source == WATCHED] == sorted(seen, key=_place)
    for each in own:
        assert _is_from_its_source(each, written, offset), each
        assert each.party is None or isinstance(resolved(written, each.party), dict)
    _check_order(call, found)
    _check_joining(found)
    _check_end(call, seen, found, offset)
    assert sorted(_sources(own)) == sorted(_expected(call, seen))
    assert {each.leg for each in found} <= {None, *(leg.id for leg in (call.related or Related()).legs or ())}
    assert with_timeline(read, seen, offset) == read


def _is_from_its_source(entry: Entry, written: Any, offset: timedelta) -> bool:
    """Whether the entry's time is that of its source, and that of whatever says the same close to it."""
    value = _time_at(written, entry.source)
    if entry.event is Happened.OBSERVED and value is not None:
        late: timedelta = (entry.at or NOON) - value - offset
        return timedelta() <= late <= timedelta(seconds=6)
    near = (abs(_time_at(written, each) - value) <= timedelta(seconds=1) for each in entry.also)
    return bool(value == entry.at) and all(near)


def _time_at(written: Any, pointer: str) -> Any:
    value = resolved(written, pointer)
    if isinstance(value, dict):
        value = value.get("at")
    return value and datetime.fromisoformat(value)


def _place(entry: Entry) -> tuple[datetime, int]:
    return entry.at or NOON, ORDER.index(entry.event)


def _check_order(call: Call, found: tuple[Entry, ...]) -> None:
    dated = [each for each in found if each.at is not None]
    assert [_place(each) for each in dated] == sorted(map(_place, dated))
    for one, other in pairwise(dated):
        assert _place(one) != _place(other) or one.leg is None or other.leg is not None
    undated = [n for n, each in enumerate(found) if each.at is None and each.event is not Happened.OBSERVED]
    created = [n for n, each in enumerate(found) if each.event is Happened.CREATED and each.leg is None]
    if undated:
        first = undated[0]
        assert undated == list(range(first, first + len(undated)))
        assert undated[-1] + 1 == created[0] if created else first == 0
    sources = [found[n].source for n in undated if found[n].event is Happened.REDIRECTED]
    assert sources == [f"/redirections/{n}" for n in reversed(range(len(call.redirections)))]


def _check_joining(found: tuple[Entry, ...]) -> None:
    """Fail if a leg leaves that has not joined."""
    joined = set()
    for each in found:
        if each.event is Happened.JOINED:
            joined.add(each.leg)
        assert each.leg is None or each.event is not Happened.LEFT or each.leg in joined


def _check_end(call: Call, seen: tuple[Entry, ...], found: tuple[Entry, ...], offset: timedelta) -> None:
    observed = [n for n, each in enumerate(found) if each.event is Happened.OBSERVED]
    is_over = call.state is State.ENDED or call.ended_at is not None
    has_time = any(getattr(call, key) for key in OWN)
    is_left_out = (is_over and has_time) or any(each.event is Happened.ENDED for each in seen)
    assert len(observed) == (not is_left_out)
    for n in observed:
        assert found[n].detail == call.state
        later = [each for each in found[n + 1 :] if each.at is not None]
        assert call.retrieved_at or not later
        limit = (call.retrieved_at or NOON) + offset + timedelta(seconds=6)
        assert not later or max(each.at for each in later if each.at) > limit


def _sources(found: list[Entry]) -> Iterator[str]:
    for each in found:
        if each.at or each.event is not Happened.CALLED:  # which has the source of the redirection after it
            yield from (each.source, *each.also)


def _expected(call: Call, seen: tuple[Entry, ...]) -> Iterator[str]:
    """Yield a pointer to everything that has a place on the timeline, once."""
    yield from (f"/{key}" for key in OWN if getattr(call, key))
    yield from (f"/redirections/{n}" for n in range(len(call.redirections)))
    if call.recall and call.recall.type == "park":
        yield "/recall"
    related = call.related or Related()
    yield from (f"/related/events/{n}" for n, each in enumerate(related.events or ()) if each.at)
    for n, recording in enumerate(related.recordings or ()):
        yield from (f"/related/recordings/{n}/{key}" for key in ("started_at", "ended_at") if getattr(recording, key))
    for n, each in enumerate(related.transcriptions or ()):
        if each.at and each.state is StoredState.AVAILABLE:
            yield f"/related/transcriptions/{n}/at"
    met = {call.id}
    for n, leg in enumerate(related.legs or ()):
        if leg.call and leg.id not in met:
            met.add(leg.id)
            yield from (f"/related/legs/{n}/call/{key}" for key in OWN if getattr(leg.call, key))
    is_over = call.state is State.ENDED or call.ended_at
    if not any(each.event is Happened.ENDED for each in seen) and not (is_over and any(getattr(call, k) for k in OWN)):
        yield "/retrieved_at"


def _made(kind: Callable[..., Made], **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Made]:
    """Return records with these parts only; by itself, Hypothesis would fill the others by their types."""
    return st.fixed_dictionaries(parts).map(lambda drawn: kind(**drawn))


MOMENTS = st.integers(-12, 40).map(lambda quarters: after(quarters / 4))
"""Close to each other, so that many are one second apart, or none."""

MAYBE = st.none() | MOMENTS
PARTIES = st.none() | st.just(Party("+16175550143"))
TEXTS = st.sampled_from([None, "", "a", "~1/~0", "hangup"])
EVENTS = _made(
    Event,
    at=MAYBE,
    name=TEXTS,
    event=st.none() | st.sampled_from([each for each in Happened if each is not Happened.OBSERVED]),
    data=TEXTS,
    detail=st.sampled_from([None, {"a": "b", "c": None, "d": [1]}, {"a": 1}, ["a", 1], [1], "a", 1]),
)
RECORDINGS = _made(StoredRecording, state=st.sampled_from(StoredState), started_at=MAYBE, ended_at=MAYBE)
MAKING = [StoredState.PROCESSING, StoredState.AVAILABLE, StoredState.FAILED, StoredState.UNKNOWN]
TRANSCRIPTIONS = _made(Transcription, state=st.sampled_from(MAKING), at=MAYBE)


def _calls(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    return _made(
        Call,
        provider=st.just("example"),
        id=st.sampled_from(["own", "b", "c/~"]),
        session_id=st.sampled_from([None, None, "s"]),
        parent_id=st.sampled_from([None, None, "b"]),
        direction=st.sampled_from(Direction),
        state=st.sampled_from(State),
        ended_by=st.none() | st.sampled_from(EndedBy),
        cause=st.none() | _made(Cause, code=TEXTS),
        from_=PARTIES,
        to=PARTIES,
        retrieved_at=MAYBE,
        **dict.fromkeys(OWN, MAYBE),
        **parts,
    )


def _legs(call: Call | None, relation: Relation, other: str) -> Leg:
    return Leg(relation, call.id if call else other, call)


LEGS = st.builds(_legs, st.none() | _calls(related=st.none()), st.sampled_from(Relation), st.sampled_from(["b", "d"]))

CALLS = _calls(
    redirections=st.lists(_made(Redirection, reason=st.sampled_from(Reason), party=PARTIES), max_size=3).map(tuple),
    recall=st.none() | _made(Recall, type=st.sampled_from([None, "park", "other"]), party=PARTIES),
    related=st.none()
    | _made(
        Related,
        events=st.none() | st.lists(EVENTS, max_size=8).map(tuple),
        recordings=st.none() | st.lists(RECORDINGS, max_size=3).map(tuple),
        transcriptions=st.none() | st.lists(TRANSCRIPTIONS, max_size=2).map(tuple),
        legs=st.none() | st.lists(LEGS, max_size=4).map(tuple),
    ),
)

SEEN = st.lists(
    _made(
        Entry,
        at=MOMENTS,
        event=st.sampled_from([Happened.HELD, Happened.RESUMED, Happened.MUTED, Happened.ENDED]),
        source=st.just(WATCHED),
    ),
    max_size=3,
).map(tuple)
