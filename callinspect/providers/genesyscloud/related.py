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
    Response,
    as_text,
    objects,
    own,
    warn,
)
from callinspect.providers.genesyscloud.calls import is_details
from callinspect.providers.genesyscloud.paths import ANALYTICS, CONVERSATIONS, DETAILS, PERMISSION
from callinspect.providers.genesyscloud.segments import Segment, of_participant
from callinspect.providers.genesyscloud.words.calls import OUTSIDE, PEOPLE, QUEUE, TRANSFER
from callinspect.providers.genesyscloud.words.events import ALERT, HOLD, INTERACT, IVR, REFUSING, SEGMENTS
from callinspect.providers.genesyscloud.words.recordings import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callinspect.model.related import Event

STANDS_IN = f"permission {PERMISSION} is missing: events come from the conversation instead, with less detail"

MOMENT = timedelta(seconds=1)
"""Within it, who leaves a call ends it."""

RECORDING = Recordings(id="id", state="fileState", words=FILES, started="startTime", ended="endTime", spans=True)


def fetch_events(account: Account, document: Document) -> ExtraFlow:
    """Read the call's details; the conversation where they are not allowed.

    A call that was read from its details comes with them.
    """
    if is_details(document):
        return document.json
    call_id = document.call_id or ""
    try:
        return _own((yield Request(url=ANALYTICS.url(account, call_id, DETAILS))), call_id)
    except ForbiddenError:
        found = _own((yield Request(url=CONVERSATIONS.url(account, call_id))), call_id)
    return Incomplete(found, (STANDS_IN,))


def _own(answer: Response, call_id: str) -> dict[str, Any]:
    """Return a conversation.

    Raises:
        BadResponseError: it is another one.
    """
    found = dict(answer.mapping)
    if found.get("conversationId", found.get("id", call_id)) != call_id:
        raise BadResponseError("answered with another conversation")
    return found


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
    purpose = as_text(fields.get("purpose"))
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


def _begins(
    segment: Segment, before: Segment | None, call: Call, purpose: str | None, party: str | None
) -> Happened | None:
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
    if word.startswith(TRANSFER):
        return Happened.TRANSFERRED
    is_end = call.state is State.ENDED and call.ended_at and segment.end and call.ended_at - segment.end <= MOMENT
    subject = "/from" if call.direction is Direction.INBOUND else "/to"
    return Happened.ENDED if is_end and party == subject else Happened.LEFT


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings, without the addresses of the media, and without those of other conversations."""
    call_id = document.call_id or ""
    found = (yield Request(url=CONVERSATIONS.url(account, call_id, "recordingmetadata"))).document
    if not isinstance(found, list):
        return found
    notes: list[str] = []
    kept = own(found, "conversationId", call_id, "recordings", notes)
    return Incomplete(kept, tuple(notes))
