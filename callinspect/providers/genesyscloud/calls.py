"""A conversation as a call: the call's own document, or that of the analytics where there is no other."""

from collections.abc import Mapping
from typing import Any

from callinspect.errors import BadResponseError
from callinspect.model import EMPTY, Call, Direction, Recording, RecordingState, State
from callinspect.model.further import Quality
from callinspect.provider import Document, Json, Reader, Shape, merged
from callinspect.providers.genesyscloud import folding
from callinspect.providers.genesyscloud.participants import members, sessions, voice
from callinspect.providers.genesyscloud.paths import DETAILS
from callinspect.providers.genesyscloud.segments import codes
from callinspect.providers.genesyscloud.words.calls import DIRECTIONS, MEDIA, RECORDING_STATES

NAME = "genesyscloud"

OTHERS = {"conversationId": "a recording of a call", "eventBody": "a notification", "entities": "a list"}
"""Other documents, by a key that calls do not have."""

BELOW = ("calls", "callbacks", "chats", "emails", "messages", "videos")
"""Where a participant of a whole conversation has its media."""

NOBODY = "the conversation has no participants, so that its state is not known"


def is_details(document: Document) -> bool:
    """Whether a document is of the analytics."""
    return "conversationId" in document.fields and "id" not in document.fields


def normalize(document: Document) -> Call:
    """Read either document; the analytics' adds codes and quality to the call's own."""
    call = (OF_DETAILS if is_details(document) else OF_CALL).reader(NAME)(document)
    found = document.extras.get("events")
    if not isinstance(found, dict) or is_details(document):
        return call
    return call._replace(vendor=merged(call.vendor, {DETAILS: _without_segments(found)}, "extras"))


def _without_segments(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document has besides segments, which are the call's events."""
    body = Reader(found, [])
    for each in body.nested_list("participants"):
        for name in ("sessions", "calls"):
            for session in each.nested_list(name):
                session.take("segments")
    return body.leftovers()


def without_call(fields: Mapping[str, Any]) -> str | None:
    """Return what a conversation of the analytics is that has no call, as a sentence; None if it has one."""
    listed = fields.get("participants")
    people = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if any(map(voice, people)) or not isinstance(listed, list):
        return None
    media = [session.get("mediaType") for each in people for session in sessions(each)]
    found = next((said for each in media for medium, said in MEDIA if each == medium), None)
    return f"the conversation has no call{f': it is {found}' if found else ''}"


def more(body: Reader, call: Call, document: Document) -> Call:
    """Fold the participants of a conversation into its call."""
    by_analytics = is_details(document)
    originating = body.choice("originatingDirection", DIRECTIONS, Direction.UNKNOWN) if by_analytics else None
    who = folding.fold(members(body, is_details=by_analytics), originating)
    call = folding.with_times(folding.with_parties(call, who), who, body)
    subject, customer = who.subject, who.customer
    analytics = document.fields if by_analytics else document.extras.get("events")
    analytics = analytics if isinstance(analytics, dict) else {}
    call = call._replace(
        state=folding.state_of(who),
        redirections=folding.redirections(who),
        recording=_recording(body, who),
        quality=_quality(body if by_analytics else Reader(analytics, [])),
    )
    body.leave("originatingDirection")
    if not who.sent and "participants" in document.fields:
        body.warn((without_call(document.fields) if by_analytics else None) or NOBODY)
    if not by_analytics:
        link = body.text("selfUri")
        call = call._replace(
            vendor_state=customer.state if customer else None,
            metadata=customer.attached if customer else EMPTY,
            links={"self": link} if link else {},
        )
    if call.state is State.ENDED:
        call = folding.with_end(call, who, _codes(analytics, subject.id if subject else None))
    return call


def _recording(body: Reader, who: folding.Fold) -> Recording:
    state = body.choice("recordingState", RECORDING_STATES, RecordingState.UNKNOWN)
    body.leave("recordingState")
    is_going_on = state in {RecordingState.RECORDING, RecordingState.PAUSED}
    is_recorded = is_going_on or any(each.is_recorded for each in who.sent)
    return Recording(enabled=True if is_recorded else None, state=state)


def _quality(analytics: Reader) -> Quality | None:
    mos = analytics.number("mediaStatsMinConversationMos")
    analytics.leave("mediaStatsMinConversationMos")
    return None if mos is None else Quality(mos=mos)


def _codes(analytics: Mapping[str, Any], member: str | None) -> Mapping[str, int]:
    """Return the codes with which a participant's call ended, where the analytics, or the conversation, were read."""
    listed = analytics.get("participants")
    people = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    named = (each for each in people if member and member in (each.get("participantId"), each.get("id")))
    return next(map(codes, named), {})


def _opened(document: Document) -> Json:
    """Return a call, which is the whole answer.

    Raises:
        BadResponseError: it is a conversation with its media below the participants, one of which may be the call.
    """
    listed = document.fields.get("participants")
    people = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if any("state" in each for each in people) or not any(
        isinstance(each.get(key), list) for each in people for key in BELOW
    ):
        return document.json
    raise BadResponseError("this is a conversation with all its media, not a call")


OF_CALL = Shape(id="id", from_=None, to=None, others=OTHERS, opened=_opened, more=more)
OF_DETAILS = OF_CALL._replace(id="conversationId", others=EMPTY, opened=None)
