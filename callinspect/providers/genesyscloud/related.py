"""What each participant of a call did and when, and the call's recordings."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError, ForbiddenError
from callinspect.model import Call, Direction, State
from callinspect.model.timeline import Happened
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Recordings,
    Request,
    elapsed,
    objects,
    place,
    warn,
)
from callinspect.providers.genesyscloud.calls import is_details
from callinspect.providers.genesyscloud.segments import Segment, of_participant
from callinspect.providers.genesyscloud.words.calls import OUTSIDE, PEOPLE, QUEUE
from callinspect.providers.genesyscloud.words.events import ALERT, HOLD, INTERACT, IVR, REFUSING, SEGMENTS
from callinspect.providers.genesyscloud.words.recordings import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callinspect.model.related import Event, StoredRecording

ROOT = "/api/v2"
CALLS = place("conversations", "calls", root=ROOT)
CONVERSATIONS = place("conversations", root=ROOT)
ANALYTICS = place("analytics", "conversations", root=ROOT)

PERMISSION = "analytics:conversationDetail:view"

STANDS_IN = f"the analytics are not allowed, so that the conversation stands in for them: {PERMISSION} is missing"

MOMENT = timedelta(seconds=1)
"""Within it, who leaves a call ends it."""

RECORDING = Recordings(id="id", state="fileState", words=FILES, started="startTime", ended="endTime")


def fetch_events(account: Account, document: Document) -> ExtraFlow:
    """Read the call's details; the conversation where they are not allowed.

    A call that was read from its details comes with them.
    """
    call_id = document.call_id or ""
    if is_details(document):
        return document.json
    try:
        answer = yield Request(url=ANALYTICS.url(account, call_id, "details"))
    except ForbiddenError:
        answer = yield Request(url=CONVERSATIONS.url(account, call_id))
        return Incomplete(dict(answer.mapping), (STANDS_IN,))
    return dict(answer.mapping)


def read_events(found: Json, call: Call, warnings: list[str]) -> "tuple[Event, ...]":
    """Read what each participant did, from segment to segment, in the order of time.

    Raises:
        BadResponseError: it is not a conversation.
    """
    listed = found.get("participants") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise BadResponseError("the answer has no participants")
    odd: list[str] = []
    read = [
        each for index, fields in objects("participants", listed, odd) for each in _events(fields, index, call, odd)
    ]
    warn("events", odd, warnings)
    known = sorted((each for each in read if each.at), key=lambda each: (each.at, each.event is Happened.OTHER))
    return (*known, *(each for each in read if not each.at))


def _events(fields: dict[str, Any], index: int, call: Call, odd: list[str]) -> "Iterator[Event]":
    from callinspect.model.related import Event

    member = fields.get("participantId", fields.get("id"))
    named = {"participantId": member} if member is not None else {}
    party = call.members.get(member) if isinstance(member, str) else None
    purpose = fields.get("purpose")
    before: Segment | None = None
    for each in of_participant(fields, f"participants[{index}].", odd):
        taken = {"segmentStart", "segmentType"} if "segmentType" in each.fields else {"startTime", "type"}
        left = {key: value for key, value in each.fields.items() if key not in taken}
        event = _begins(each, before, call, purpose, party)
        yield Event(
            at=each.start,
            name=each.name,
            event=event,
            data=each.flow if each.type == IVR else None,
            vendor=named | left,
            party=party,
        )
        if each.end is not None and not each.is_wrapup and (end := _ends(each, call, party)):
            yield Event(at=each.end, name=each.disconnect or each.name, event=end, vendor=dict(named), party=party)
        before = each


def _begins(segment: Segment, before: Segment | None, call: Call, purpose: Json, party: str | None) -> Happened | None:
    """Return what begins with a segment; who talks again after a hold has not joined."""
    event = SEGMENTS.get(segment.type or "", Happened.OTHER) if segment.name else None
    if event is Happened.QUEUED and purpose != QUEUE:
        return Happened.OTHER
    if segment.type != INTERACT:
        return event
    if purpose == QUEUE:
        return Happened.QUEUED if before is None else Happened.OTHER
    is_caller = party == "/from" and call.direction is Direction.INBOUND
    if (before is not None and before.type in {INTERACT, HOLD}) or is_caller or purpose not in OUTSIDE | PEOPLE:
        return Happened.OTHER
    is_outbound_agent = call.direction is Direction.OUTBOUND and party != "/to"
    is_first = segment.start is not None and segment.start == call.answered_at and not is_outbound_agent
    return Happened.ANSWERED if is_first else Happened.JOINED


def _ends(segment: Segment, call: Call, party: str | None) -> Happened | None:
    """Return what happens at the end of a segment; None if the next one says it."""
    word = segment.word
    if segment.type == ALERT and word in REFUSING:
        return Happened.DECLINED
    if word is None:
        return Happened.RESUMED if segment.type == HOLD else None
    if word.startswith("transfer"):
        return Happened.TRANSFERRED
    is_end = call.state is State.ENDED and call.ended_at and segment.end and call.ended_at - segment.end <= MOMENT
    subject = "/from" if call.direction is Direction.INBOUND else "/to"
    return Happened.ENDED if is_end and party == subject else Happened.LEFT


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings, without the addresses of the media."""
    answer = yield Request(url=CONVERSATIONS.url(account, document.call_id or "", "recordingmetadata"))
    return answer.document


def read_recordings(found: Json, call: Call, warnings: list[str]) -> "tuple[StoredRecording, ...]":
    """Read recordings."""
    listed = RECORDING.read(found, call, warnings)
    return tuple(each._replace(duration=elapsed(each.started_at, each.ended_at)) for each in listed)
