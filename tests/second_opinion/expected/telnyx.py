"""What a record must say of a call of Telnyx: of a TeXML record, or of one of Call Control."""

import re
from datetime import datetime

from second_opinion.expected import _laml
from second_opinion.reading import Call, instant, parts

DIALECT = _laml.Dialect(
    directions={"inbound": "inbound", "outbound": "outbound"},
    answered_by={"human": "human", "machine": "machine", "fax": "fax"},
    kept=("account_sid", "from_formatted", "to_formatted", "start_time"),
)


HANGUPS = {
    "normal_clearing": (None, None, 16),
    "originator_cancel": ("caller", 487, 16),
    "timeout": ("platform", 408, 18),
    "no_answer": (None, 480, 19),
    "user_busy": (None, 486, 17),
    "call_rejected": (None, 603, 21),
    "not_found": (None, 404, 1),
    "time_limit": ("platform", None, None),
}
"""Who ended it, SIP and Q.850 code by the cause of a hangup."""
DIRECTIONS = {"incoming": ("inbound", "ringing"), "outgoing": ("outbound", "dialing")}
"""Direction and the state before an answer, by the word of the first event."""

OUTCOMES = {"user_busy": "busy", "originator_cancel": "canceled", "call_rejected": "rejected", "not_found": "failed"}
OUTCOMES |= {"timeout": "no-answer", "no_answer": "no-answer"}
"""What a hangup's cause says of an unanswered call; its Q.850 cause is taken where the status says another."""

HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which no output can hold."""

SOURCES = ("caller", "callee")


def expected(call: Call) -> Call:
    if "call_control_id" in call:
        return _controlled(call)
    own = _laml.expected(DIALECT, call)
    answer, hangup = _told(call)
    if hangup and own["cause.code"]:
        ended_by, sip, q850 = _ended(hangup)
        is_another = OUTCOMES.get(hangup.get("hangup_cause", ""), own["outcome"]) != own["outcome"]
        q850 = q850 if is_another else own["cause.q850"] or q850
        own |= {"ended_by": ended_by, "cause.sip": sip or own["cause.sip"], "cause.q850": q850}
    return {**own, "answered_at": answer, **_events(call)}


def _controlled(call: Call) -> Call:
    alive, start, end = call.get("is_alive"), instant(call.get("start_time")), instant(call.get("end_time"))
    over = alive is False and end is not None
    state = "active" if alive else "ended" if over else "unknown"
    answer, hangup = _told(call)
    ended_by, sip, q850 = _ended(hangup)
    return {
        "id": call["call_control_id"],
        "session_id": call.get("call_session_id"),
        "created_at": start,
        "answered_at": answer,
        "durations.reported": _laml.number(call.get("call_duration")),
        "vendor.call_leg_id": HALF.sub("\N{REPLACEMENT CHARACTER}", call.get("call_leg_id") or "") or None,
        "vendor.is_alive": alive,
        "metadata.client_state": call.get("client_state"),
        "vendor_state": None,
        **({"ended_by": ended_by, "cause.sip": sip, "cause.q850": q850} if over else {"cause": None}),
        **({"cause.code": hangup["hangup_cause"]} if over and hangup else {}),
        **(_unfolded(call, answer) if call.get("with events") else {"ended_at": end, "state": state}),
        **_events(call),
        **parts("recordings", call.get("with recordings"), {"id": "id", "started_at": "recording_started_at"}),
    }


def _unfolded(call: Call, answer: datetime | None) -> Call:
    """Return what the events alone say: the parties, the direction, and of a call that goes on whether it rings."""
    first = next(_payload(each) for each in call["with events"] if each["name"] == "call.initiated")
    direction, unanswered = DIRECTIONS.get(first.get("direction", ""), ("unknown", "active"))
    told = {"from.address": first.get("from"), "to.address": first.get("to"), "direction": direction}
    return told | ({"state": "active" if answer else unanswered} if call["is_alive"] else {})


def _events(call: Call) -> Call:
    return parts("events", call.get("with events"), {"at": "event_timestamp", "name": "name"})


def _told(call: Call) -> tuple[datetime | None, Call]:
    """Return when the first answer was, and the payload of the last hangup, as the events have them."""
    events = call.get("with events") or []
    answers = [_occurred(each) for each in events if each["name"] == "call.answered"]
    hangups = [_payload(each) for each in events if each["name"] == "call.hangup"]
    return min((each for each in answers if each), default=None), hangups[-1] if hangups else {}


def _occurred(event: Call) -> datetime | None:
    return instant(_webhook(event, "occurred_at").get("occurred_at") or event.get("event_timestamp"))


def _payload(event: Call) -> Call:
    return dict(_webhook(event, "payload").get("payload", {}))


def _webhook(event: Call, key: str) -> Call:
    """Return what an event's webhook said, wherever it has that key."""
    data = event.get("metadata") or {}
    places = [each for each in (data, data.get("raw"), data.get("data")) if each and key in each]
    return dict(places[0]) if places else {}


def _ended(hangup: Call) -> tuple[str | None, int | None, int | None]:
    ended_by, sip, q850 = HANGUPS.get(hangup.get("hangup_cause", ""), (None, None, None))
    source, code = hangup.get("hangup_source"), str(hangup.get("sip_hangup_cause"))
    return ended_by or (source if source in SOURCES else None), int(code) if code.isdecimal() else sip, q850
