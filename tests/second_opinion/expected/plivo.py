"""What a record must say of a call of Plivo: of the record of one that is over, or of a live or queued one."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from second_opinion.expected import _laml
from second_opinion.reading import Call, instant, parts, times

LIVE = {"ringing": "ringing", "in-progress": "active", "queued": "queued"}
OVER = {
    "completed": "answered",
    "busy": "busy",
    "no-answer": "no-answer",
    "cancel": "canceled",
    "timeout": "no-answer",
    "failed": "failed",
}
"""Outcomes by the words that only callbacks are known to have."""

SOURCES = {
    "Caller": "caller",
    "Callee": "callee",
    "Call recipient": "callee",
    **dict.fromkeys(("Plivo", "API Request", "Answer XML", "Error"), "platform"),
}

WEB = (*range(7011, 7015), *range(7022, 7025), *range(7032, 7035), *range(8011, 8015))
"""Codes of a customer's server or what it said."""

ALWAYS: dict[int | None, tuple[str | None, int | None, int | None]] = {
    1000: ("canceled", 487, 16),
    1020: ("failed", 503, 42),
    2000: ("failed", 484, 28),
    2010: ("failed", 502, 27),
    2020: ("failed", 480, 20),
    **dict.fromkeys((2030, 2040, 2050, 2070, 3030), ("failed", 403, 21)),
    2060: ("failed", 482, 25),
    3000: ("no-answer", 480, 19),
    3010: ("busy", 486, 17),
    **dict.fromkeys((3020, 3110, 3140), ("rejected", 603, 21)),
    3040: ("rejected", 403, 21),
    3050: ("failed", 404, 1),
    3070: ("failed", 408, 102),
    3080: ("failed", 500, 41),
    **dict.fromkeys((3090, 5030), ("failed", 503, 42)),
    3100: ("busy", 600, 17),
    3120: ("failed", 604, 1),
    3130: ("rejected", 608, 21),
    5000: ("failed", 500, 38),
    5010: ("failed", 500, 41),
    5020: ("failed", 404, 3),
    6010: ("no-answer", 408, 18),
    9000: ("canceled", 487, 26),
    **dict.fromkeys(WEB, ("failed", None, None)),
}
"""Outcome, SIP and Q.850 code by the code of a hangup that says the same of every call."""

UNANSWERED = {None: "unanswered", 1010: "failed", 6020: "failed", 9110: "unanswered", 0: "unknown"}
"""Outcomes of calls that were not answered, where others are answered."""

NOT_ALWAYS = (None, None, None)
MACHINE = 9100
NORMAL = (4000, 4010, 4020, 4030, 6000, MACHINE)
"""Hangups that prove no answer: Q.850 16."""

KEPT = ("total_rate", "total_amount", "bill_duration", "conference_uuid", "source_ip", "hangup_source", "session_start")


def expected(call: Call) -> Call:
    is_live = "call_status" in call or "session_start" in call
    return {
        "id": call["call_uuid"],
        "parent_id": call.get("parent_call_uuid") or None,
        "session_id": None,
        "cost": None,
        "links.self": call.get("resource_uri") or None,
        **_verification(call),
        **{f"vendor.{name}": call[name] for name in KEPT if call.get(name)},
        **(_live(call) if is_live else _record(call)),
        **_below(call),
    }


def _record(call: Call) -> Call:
    is_over = bool(call.get("end_time")) or call.get("hangup_cause_code") not in (None, "")
    return {
        "state": "ended" if is_over else "unknown",
        "vendor_state": call.get("call_state") or None,
        "direction": _direction(call.get("call_direction")),
        **_laml.party("from", call.get("from_number")),
        **_laml.party("to", call.get("to_number")),
        **times(call.get("initiation_time"), call.get("answer_time"), call.get("end_time")),
        "durations.billed": _laml.number(call.get("billed_duration")),
        "durations.reported": _laml.number(call.get("call_duration")),
        **(_hangup(call) if is_over else {"outcome": None, "cause": None, "ended_by": None}),
    }


def _hangup(call: Call) -> Call:
    code, is_answered = _code(call), bool(call.get("answer_time"))
    said = call.get("hangup_cause_code")
    if code is None and said not in (None, ""):  # a code of another form than the documented ones proves nothing
        return {"outcome": "answered" if is_answered else "unknown"}
    outcome, sip, q850 = ALWAYS.get(code, NOT_ALWAYS)
    if code in NORMAL:
        given_up = "canceled" if call.get("hangup_source") == "Caller" else "unanswered"
        outcome, q850 = "answered" if is_answered else given_up, 16
    elif outcome is None:
        outcome = "answered" if is_answered else UNANSWERED.get(code, "unknown")
    return {
        "outcome": outcome,
        "ended_by": SOURCES.get(call.get("hangup_source") or ""),
        "cause.code": None if code is None else str(code),
        "cause.message": call.get("hangup_cause_name") or None,
        "cause.sip": sip,
        "cause.q850": q850,
        "answered_by": "machine" if code == MACHINE else None,
    }


def _code(call: Call) -> int | None:
    """Return the code of a hangup, which may be a text."""
    found = _laml.number(call.get("hangup_cause_code"))
    return None if found is None or found != int(found) else int(found)


def _live(call: Call) -> Call:
    status = call.get("call_status") or ""
    outcome = OVER.get(status)
    return {
        "state": "ended" if outcome else LIVE.get(status, "unknown"),
        "vendor_state": status or None,
        "outcome": outcome,
        "direction": _direction(call.get("direction")),
        **_laml.party("from", call.get("from")),
        **_laml.party("to", call.get("to")),
        **({"from.name": _name(call)} if call.get("from") else {}),
        "created_at": _in_utc(call.get("session_start")),
        "answered_at": None,
        "ended_at": None,
        "durations.reported": None,
        "ended_by": None,
    }


def _name(call: Call) -> str | None:
    """Return the caller's name, which is often the number again."""
    name = call.get("caller_name") or None
    return None if name and name.lstrip("+") == str(call["from"]).lstrip("+") else name


def _direction(word: Any) -> str:
    return str(word) if word in {"inbound", "outbound"} else "unknown"


def _in_utc(text: Any) -> datetime | None:
    return instant(f"{text}Z") if text else None


def _verification(call: Call) -> Call:
    result, attestation = call.get("stir_verification"), call.get("stir_attestation") or call.get("Stir_attestation")
    if not result and not attestation:
        return {"verification": None}
    return {"verification.result": result or None, "verification.attestation": attestation or None}


def _below(call: Call) -> Call:
    recordings, legs = call.get("with recordings"), call.get("with legs")
    expected = parts("recordings", recordings, {"id": "recording_id", "format": "recording_format"})
    for index, each in enumerate(recordings or ()):
        length = _laml.decimal(each.get("recording_duration_ms"))
        expected[f"related.recordings.{index}.started_at"] = _milliseconds(each.get("recording_start_ms"))
        expected[f"related.recordings.{index}.ended_at"] = _milliseconds(each.get("recording_end_ms"))
        expected[f"related.recordings.{index}.duration"] = None if length is None else float(length / 1000)
    return expected if legs is None else {**expected, "related.legs.child": [each["call_uuid"] for each in legs]}


def _milliseconds(text: Any) -> datetime | None:
    count = _laml.decimal(text)
    return None if count is None else datetime.fromtimestamp(float(count / Decimal(1000)), UTC)
