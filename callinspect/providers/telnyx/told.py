"""What the events of a Telnyx call say about it, where its record says nothing."""

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callinspect.model import Call, Cause, CodeFrom, Direction, Outcome, State
from callinspect.model.further import Quality
from callinspect.provider import Document, Reader, durations, first, party_of, shown
from callinspect.providers.telnyx.words.calls import DIRECTIONS, HANGUPS, SOURCES, UNDOCUMENTED

SIP_CODE = re.compile(r"[1-6][0-9]{2}", re.ASCII)
ANYTIME = datetime.min.replace(tzinfo=UTC)

OPEN = frozenset({None, Outcome.ANSWERED, Outcome.UNKNOWN})
"""Outcomes of a cause that an answer does not contradict."""


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
    if not listed:
        return call
    told = sorted(listed, key=lambda each: each.at or ANYTIME)
    answers = [each for each in told if each.name == "call.answered"]
    call = _placed(call, told)._replace(
        answered_at=first([each.at for each in answers]), was_answered=True if answers else None
    )
    hangup = next((each for each in reversed(told) if each.name == "call.hangup"), None)
    if hangup is not None and call.state in {State.ENDED, State.UNKNOWN}:
        call = _ended(body, call, hangup)
    elif hangup is not None:
        body.warnings.append(f"the events report a hangup, but the call's state is {call.state}")
    elif call.outcome is Outcome.UNKNOWN and answers:
        call = call._replace(outcome=Outcome.ANSWERED)
    times = durations(body, call.created_at, call.answered_at, call.ended_at)
    return call._replace(durations=times._replace(reported=call.durations.reported))


def _told(event: dict[str, Any]) -> Told:
    """Read an event. What it holds is the webhook, or an object that has the webhook; the form is not documented."""
    body = Reader(event, [])
    metadata = body.nested("metadata") or Reader({}, [])
    holders = [metadata, *(each for name in ("raw", "data") if (each := metadata.nested(name)))]
    found = [(holder, payload) for holder in holders if (payload := holder.nested("payload"))]
    holder, payload = found[0] if found else (metadata, Reader({}, []))
    return Told(body.text("name"), holder.timestamp("occurred_at") or body.timestamp("event_timestamp"), payload)


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


def _ended(body: Reader, call: Call, hangup: Told) -> Call:
    """Return a call that has ended, with why and by whom; what TeXML says of its outcome stays."""
    code, sip = hangup.payload.text("hangup_cause"), hangup.payload.text("sip_hangup_cause") or ""
    word = UNDOCUMENTED if code is None else HANGUPS.get(code, UNDOCUMENTED)
    if code is not None and word is UNDOCUMENTED:
        body.warnings.append(f"the hangup event has an undocumented cause: {shown(code)}")
    if word.outcome not in OPEN and call.was_answered:
        body.warnings.append(f"the hangup event says {code}, but the events also say that the call was answered")
    call = call._replace(
        ended_by=call.ended_by or word.ended_by or SOURCES.get(hangup.payload.text("hangup_source") or ""),
        ended_at=call.ended_at or hangup.payload.timestamp("end_time") or hangup.at,
        quality=_quality(hangup.payload),
    )
    if call.cause is not None:
        return call._replace(cause=_coded(_completed(call.cause, word.cause or Cause()), sip))
    call = call._replace(state=State.ENDED, was_answered=bool(call.was_answered))
    why = None if code is None else word.cause_of(call)
    return call._replace(outcome=_outcome(call, word.outcome, code), cause=why and _coded(why, sip)._replace(code=code))


def _outcome(call: Call, outcome: Outcome | None, code: str | None) -> Outcome:
    """Return how a call came out, by its cause; with one that says nothing of it, by whether it was answered."""
    if outcome in OPEN and call.was_answered:
        return Outcome.ANSWERED
    return Outcome.UNKNOWN if code is None else outcome or Outcome.UNANSWERED


def _coded(cause: Cause, sip: str) -> Cause:
    """Return a cause with the network's code instead of the nearest one, if there is such a code."""
    return cause._replace(sip=int(sip), sip_from=CodeFrom.VENDOR) if SIP_CODE.fullmatch(sip) else cause


def _completed(cause: Cause, told: Cause) -> Cause:
    """Return a cause with what the events add: the codes that it lacks, and what to do now that they were read."""
    if cause.sip is None:
        cause = cause._replace(sip=told.sip, sip_from=told.sip_from)
    if cause.q850 is None:
        cause = cause._replace(q850=told.q850, q850_from=told.q850_from)
    return cause._replace(next=told.next or cause.next)


def _quality(payload: Reader) -> Quality | None:
    measured = payload.nested("call_quality_stats")
    inbound = None if measured is None else measured.nested("inbound")
    mos = None if inbound is None else inbound.number("mos")
    return None if mos is None else Quality(mos=mos)
