"""What each part of a record says has happened to the call, as entries of its timeline."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from callinspect.model import Call, Direction, EndedBy, Related
from callinspect.model.timeline import MOMENTS, Entry, Happened

if TYPE_CHECKING:
    from callinspect.model.related import Event, StoredRecording

ENDERS = {EndedBy.CALLER: "from", EndedBy.CALLEE: "to", EndedBy.PLATFORM: None, None: None}
"""The key of the party that ended a call."""

FAR_ENDS = {Direction.INBOUND: "from", Direction.OUTBOUND: "to"}
"""The key of the party that a leg brings into a conference."""

JOINING = {Happened.ANSWERED: Happened.JOINED, Happened.ENDED: Happened.LEFT}
"""What the answer and the end of a leg are to a call in the same conference."""

PARK = "park"


def moments(call: Call, prefix: str = "") -> Iterator[Entry]:
    """Yield a call's own moments.

    Args:
        call: the call.
        prefix: a pointer to its record.
    """
    details = {Happened.CREATED: _recalled(call), Happened.ENDED: call.cause.code if call.cause else None}
    for key, event in MOMENTS.items():
        if (at := getattr(call, key)) is not None:
            concerned = ENDERS[call.ended_by] if event is Happened.ENDED else "to"
            party = None if event is Happened.QUEUED else _party(call, concerned, prefix)
            yield Entry(at, event, party=party, detail=details.get(event), source=f"{prefix}/{key}")


def redirected(call: Call) -> Iterator[Entry]:
    """Yield the redirections of which the vendor says when they were, oldest first."""
    yield from (entry for entry in _redirections(call) if entry.at is not None)


def undated(call: Call) -> Iterator[Entry]:
    """Yield what happened before the call was created, oldest first; no vendor says when."""
    found = [entry for entry in _redirections(call) if entry.at is None]
    yield from (entry._replace(event=Happened.CALLED, detail=None) for entry in found[:1])
    yield from found
    if call.recall and call.recall.type == PARK:
        yield Entry(None, Happened.PARKED, party="/recall/party" if call.recall.party else None, source="/recall")


def _redirections(call: Call) -> Iterator[Entry]:
    """Yield the redirections, oldest first."""
    for index, each in reversed([*enumerate(call.redirections)]):
        source = f"/redirections/{index}"
        party = f"{source}/party" if each.party else None
        if each.at is not None and each.party in call.participants:
            party = f"/participants/{call.participants.index(each.party)}"
        yield Entry(each.at, Happened.REDIRECTED, party=party, detail=each.reason, source=source)


def events(found: "tuple[Event, ...] | None") -> Iterator[Entry]:
    """Yield the vendor's events, except those without a time; what came more than once is one, with all its places."""
    told: list[tuple[Event, list[str]]] = []
    alike: dict[tuple[Any, ...], list[tuple[Event, list[str]]]] = {}
    for index, each in enumerate(found or ()):
        if each.at is None:
            continue
        met = alike.setdefault((each.at, each.name, each.id, each.data), [])
        places = next((places for other, places in met if other == each), None)
        if places is None:
            places = []
            told.append((each, places))
            met.append((each, places))
        places.append(f"/related/events/{index}")
    for each, (source, *also) in told:
        event = each.event or Happened.OTHER
        yield Entry(each.at, event, each.name, party=each.party, detail=_detail(each), source=source, also=tuple(also))


def stored(related: Related) -> Iterator[Entry]:
    """Yield when recordings began and ended, and when transcriptions were made."""
    for index, recording in enumerate(related.recordings or ()):
        yield from _recorded(recording, f"/related/recordings/{index}")
    for index, transcription in enumerate(related.transcriptions or ()):
        if transcription.at is not None and transcription.state == "available":
            yield Entry(transcription.at, Happened.TRANSCRIBED, source=f"/related/transcriptions/{index}/at")


def legs(call: Call) -> Iterator[Entry]:
    """Yield the moments of other legs; one that is the call itself, or comes again, adds nothing."""
    met = {call.id}
    for index, leg in enumerate(call.related.legs or () if call.related else ()):
        if leg.call is None or leg.id in met:
            continue
        met.add(leg.id)
        prefix = f"/related/legs/{index}/call"
        found = moments(leg.call, prefix)
        if leg.relation == "sibling" and _is_conference(call, leg.call):
            found = _joining(leg.call, prefix)
        yield from (entry._replace(leg=leg.id) for entry in found)


def _is_conference(call: Call, sibling: Call) -> bool:
    """Whether a sibling's answer brings its far end to this call's parties, in a bridge or conference.

    This is the one thing left that makes siblings of calls without a session or parent in common. In a session, each
    call has parties of its own, and those below one parent are attempts, or come one after the other: such a leg is
    answered, and ends, by itself.
    """
    return call.session_id is None and sibling.session_id is None and sibling.parent_id is None


def _joining(leg: Call, prefix: str) -> Iterator[Entry]:
    """Yield the moments of a leg in the same conference; one that has not joined just ends."""
    party = _party(leg, FAR_ENDS.get(leg.direction), prefix)
    has_joined = leg.answered_at is not None and (leg.ended_at is None or leg.answered_at <= leg.ended_at)
    for entry in moments(leg, prefix):
        event = JOINING.get(entry.event) if has_joined else None
        yield entry._replace(event=event, party=party) if event else entry


def _party(call: Call, key: str | None, prefix: str) -> str | None:
    is_known = (key == "from" and call.from_) or (key == "to" and call.to)
    return f"{prefix}/{key}" if is_known else None


def _recalled(call: Call) -> str | None:
    if call.recall is None:
        return None
    return f"recall ({call.recall.type})" if call.recall.type else "recall"


def _detail(event: "Event") -> str | None:
    """Return what an event is about: its data; of JSON, the texts, since a number says nothing without its name."""
    values = list(event.detail.values()) if isinstance(event.detail, Mapping) else event.detail
    if not isinstance(values, list):
        return event.data or None
    return " ".join(each for each in values if isinstance(each, str) and each) or None


def _recorded(recording: "StoredRecording", source: str) -> Iterator[Entry]:
    if recording.started_at is not None:
        yield Entry(recording.started_at, Happened.RECORDING_STARTED, source=f"{source}/started_at")
    if recording.ended_at is not None:
        has_failed = recording.state == "failed"
        event = Happened.RECORDING_FAILED if has_failed else Happened.RECORDING_STOPPED
        yield Entry(recording.ended_at, event, source=f"{source}/ended_at")
