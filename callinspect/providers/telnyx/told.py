"""What the events of a Telnyx call say about it, where its record says nothing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any, NamedTuple

from callinspect.model import EMPTY, Call, Cause, CodeFrom, Direction, Outcome, State
from callinspect.model.further import Quality
from callinspect.provider import SIP_CODE, Details, Document, Json, Reader, durations, first, party_of, shown
from callinspect.providers.telnyx.words.calls import (
    DIRECTIONS,
    FIND_WEBHOOK,
    HANGUPS,
    READ_EVENTS,
    SOURCES,
    UNDOCUMENTED,
)

ANYTIME = datetime.min.replace(tzinfo=UTC)

OPEN = frozenset({None, Outcome.ANSWERED, Outcome.UNKNOWN})
"""Outcomes of a cause that an answer does not contradict."""

DEPTH = 3
"""Objects in one another in which a webhook is looked for."""

OWN = frozenset({"call_control_id", "call_leg_id", "hangup_cause"})
"""Keys of a payload that stands alone."""

OVER = frozenset({State.ENDED, State.UNKNOWN})
"""States of a call that may have an end."""

WAITING = {Direction.OUTBOUND: State.DIALING, Direction.INBOUND: State.RINGING}
"""The state of a call that is alive and not answered."""


class Told(NamedTuple):
    """One event: its name, when it happened, and what the webhook for it held."""

    name: str | None
    at: datetime | None
    payload: Reader


def with_events(body: Reader, call: Call, document: Document) -> Call:
    """Return the call with what its events say, if they were read: webhooks, perhaps twice and in any order."""
    events = document.extras.get("events")
    listed = [_told(each) for each in events if isinstance(each, dict)] if isinstance(events, list) else []
    if listed:
        is_whole = "events" not in document.partial and all(each.name for each in listed)
        call = _told_by(body, call, listed, is_whole=is_whole)
    were_asked_for = "events" in document.extras or "events" in document.failed
    if were_asked_for and call.cause and call.cause.next == READ_EVENTS:
        return call._replace(cause=call.cause._replace(next=FIND_WEBHOOK))
    return call


def _told_by(body: Reader, call: Call, listed: list[Told], *, is_whole: bool) -> Call:
    """Return the call with what its events say; only if they are all there was no answer where they have none."""
    told = sorted(listed, key=lambda each: each.at or ANYTIME)
    answers = [each for each in told if each.name == "call.answered"]
    call = _placed(call, told)._replace(
        answered_at=first([each.at for each in answers]), was_answered=True if answers else None
    )
    hangup = next((each for each in reversed(told) if each.name == "call.hangup"), None)
    if hangup is not None and call.state in OVER:
        call = _ended(body, call, hangup, is_whole=is_whole)
    elif hangup is not None:
        body.warn(f"the events report a hangup, but the call's state is {call.state}")
    elif call.outcome is Outcome.UNKNOWN and answers:
        call = call._replace(outcome=Outcome.ANSWERED)
    times = durations(body, call.created_at, call.answered_at, call.ended_at)
    return call._replace(durations=times._replace(reported=call.durations.reported))


def _told(event: dict[str, Any]) -> Told:
    body = Reader(event, [])
    holder, payload = (Reader(each, []) for each in webhook(event))
    return Told(body.text("name"), holder.timestamp("occurred_at") or body.timestamp("event_timestamp"), payload)


def webhook(event: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the webhook that an event holds, and its payload; both are empty if there is none.

    Where in `metadata` it stands is not documented: it is looked for in every form that webhooks have.
    """
    holders = [*_holders(event.get("metadata"), DEPTH)]
    found = ((each, payload) for each in holders if isinstance(payload := _opened(each.get("payload")), dict))
    flat = ((each, each) for each in holders if not OWN.isdisjoint(each))
    without = ((each, EMPTY) for each in holders)
    return next(chain(found, flat, without), (EMPTY, EMPTY))


def _holders(found: Json, depth: int) -> Iterator[dict[str, Any]]:
    """Yield the objects that may be the webhook: this one, and what it has as it came."""
    found = _opened(found)
    if isinstance(found, dict) and depth:
        yield found
        for name in ("raw", "data"):
            yield from _holders(found.get(name), depth - 1)


def _opened(found: Json) -> Json:
    """Return a JSON value; of a text, what JSON it holds."""
    return Details().of(found) if isinstance(found, str) else found


def _placed(call: Call, told: list[Told]) -> Call:
    """Return the call with its parties and its direction, and whether one that is alive was answered."""
    direction = call.direction
    if direction is Direction.UNKNOWN:
        words = [each.payload.text("direction") for each in told]
        direction = next((DIRECTIONS[word] for word in words if word in DIRECTIONS), direction)
    names = {each.name for each in told}
    is_waiting = "call.initiated" in names and names.isdisjoint({"call.answered", "call.hangup"})
    # Only Call Control has no word for the state: what it reports as alive may still ring.
    state = WAITING.get(direction) if is_waiting and call.vendor_state is None and call.state is State.ACTIVE else None
    return call._replace(
        direction=direction,
        state=state or call.state,
        from_=call.from_ or first([party_of(each.payload, "from") for each in told]),
        to=call.to or first([party_of(each.payload, "to") for each in told]),
    )


def _ended(body: Reader, call: Call, hangup: Told, *, is_whole: bool) -> Call:
    """Return a call that has ended, with why and by whom; what TeXML says of its outcome stays."""
    code, sip = hangup.payload.text("hangup_cause"), hangup.payload.text("sip_hangup_cause") or ""
    word = UNDOCUMENTED if code is None else HANGUPS.get(code, UNDOCUMENTED)
    if code is not None and word is UNDOCUMENTED:
        body.warn(f"the hangup event has an undocumented cause: {shown(code)}")
    elif code is None:
        body.warn("what the hangup event holds could not be read")
    is_answered = bool(call.was_answered) or call.outcome is Outcome.ANSWERED
    if word.outcome not in OPEN and is_answered:
        body.warn(f"the hangup event says {code}, but the call was answered")
    call = call._replace(
        ended_by=call.ended_by or word.ended_by or SOURCES.get(hangup.payload.text("hangup_source") or ""),
        ended_at=call.ended_at or hangup.payload.timestamp("end_time") or hangup.at,
        quality=_quality(hangup.payload),
    )
    if call.cause is not None:
        told = word.cause_of(call._replace(was_answered=is_answered)) if code else None
        return call._replace(cause=_coded(_completed(call, call.cause, word.outcome, told or Cause()), sip))
    call = call._replace(state=State.ENDED, was_answered=call.was_answered or (False if is_whole else None))
    why = None if code is None else word.cause_of(call)
    return call._replace(outcome=_outcome(call, word.outcome, code), cause=why and _coded(why, sip)._replace(code=code))


def _outcome(call: Call, outcome: Outcome | None, code: str | None) -> Outcome:
    """Return how a call came out, by its cause; with one that says nothing of it, by whether it was answered."""
    if outcome in OPEN and call.was_answered:
        return Outcome.ANSWERED
    if code is None or (outcome is None and call.was_answered is None):
        return Outcome.UNKNOWN
    return outcome or Outcome.UNANSWERED


def _coded(cause: Cause, sip: str) -> Cause:
    """Return a cause with the network's code instead of the nearest one, if there is such a code."""
    return cause._replace(sip=int(sip), sip_from=CodeFrom.VENDOR) if SIP_CODE.fullmatch(sip) else cause


def _completed(call: Call, cause: Cause, outcome: Outcome | None, told: Cause) -> Cause:
    """Return the cause of a TeXML call with what the hangup adds: its words, and the codes that are lacking.

    The hangup may know better than the outcome, which stays: `no-answer` of a call that was rejected. The codes are
    then those of the hangup, as its words are.

    Args:
        call: the call.
        cause: its cause.
        outcome: what the hangup says of it.
        told: the hangup's own cause.
    """
    is_better = outcome not in OPEN and outcome is not call.outcome
    if is_better or cause.sip is None:
        cause = cause._replace(sip=told.sip, sip_from=told.sip_from)
    if is_better or cause.q850 is None:
        cause = cause._replace(q850=told.q850, q850_from=told.q850_from)
    says_why = outcome in OPEN if call.outcome is Outcome.ANSWERED else outcome is not Outcome.UNKNOWN
    explanation = told.explanation if says_why else None
    return cause._replace(explanation=explanation or cause.explanation, next=told.next or cause.next)


def _quality(payload: Reader) -> Quality | None:
    measured = payload.nested("call_quality_stats")
    inbound = None if measured is None else measured.nested("inbound")
    mos = None if inbound is None else inbound.number("mos")
    return None if mos is None else Quality(mos=mos)
