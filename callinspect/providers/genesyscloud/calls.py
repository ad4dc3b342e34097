"""A conversation as a call: the call's own document, or that of the analytics where there is no other."""

from collections.abc import Mapping
from typing import Any

from callinspect.errors import NotFoundError
from callinspect.model import EMPTY, Call, Recording, RecordingState, State
from callinspect.model.further import Quality
from callinspect.provider import Document, Reader, Shape, merged
from callinspect.providers.genesyscloud import folding
from callinspect.providers.genesyscloud.participants import members, sessions, voice
from callinspect.providers.genesyscloud.segments import codes
from callinspect.providers.genesyscloud.words.calls import MEDIA, RECORDING_STATES

NAME = "genesyscloud"

NOBODY = "the conversation has no participants, so that it is not known what became of it"

DETAILS = "details"
"""The key, among the vendor's own, of what the analytics have besides the events."""


def is_details(document: Document) -> bool:
    """Whether a document is of the analytics."""
    return "conversationId" in document.fields and "id" not in document.fields


def normalize(document: Document) -> Call:
    """Read either document; the analytics' adds codes and quality to the call's own.

    Raises:
        NotFoundError: the conversation has no call.
    """
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


def check_medium(fields: Mapping[str, Any]) -> None:
    """Refuse a conversation of the analytics that has no call.

    Raises:
        NotFoundError: it has none; the message says what it is.
    """
    listed = fields.get("participants")
    people = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if any(voice(each) for each in people):
        return
    media = [session.get("mediaType") for each in people for session in sessions(each)]
    found = next((MEDIA[each] for each in media if isinstance(each, str) and each in MEDIA), None)
    raise NotFoundError(f"this is {found}, not a call" if found else "the conversation has no call")


def more(body: Reader, call: Call, document: Document) -> Call:
    """Fold the participants of a conversation into its call."""
    by_analytics = is_details(document)
    if by_analytics:
        check_medium(document.fields)
    who = folding.fold(members(body, is_details=by_analytics))
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
    if document.fields.get("participants") == []:
        body.warnings.append(NOBODY)
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
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and member in {each.get("participantId"), each.get("id")} - {None}:
            return codes(each)
    return {}


OF_CALL = Shape(id="id", from_=None, to=None, more=more)
OF_DETAILS = OF_CALL._replace(id="conversationId")
