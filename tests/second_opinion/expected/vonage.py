"""What a record must say of a call of Vonage."""

import re
from typing import Any

from second_opinion.expected import _laml
from second_opinion.reading import Call, instant, seconds

STATES = {
    "ringing": "ringing",
    **dict.fromkeys(("answered", "machine", "human"), "active"),
}
CAUSES = {
    "busy": ("busy", None, 486, 17),
    "cancelled": ("canceled", "caller", 487, 16),
    "failed": ("failed", None, None, None),
    "rejected": ("rejected", None, 603, 21),
    "timeout": ("no-answer", "platform", 408, 18),
    "unanswered": ("unanswered", None, 480, None),
    "disconnected": ("answered", None, None, 16),
}
"""Outcome, who ended it, SIP and Q.850 code by the word of a call that is over."""

STARTED_BY_ANSWER = ("answered", "machine", "human", "completed", "disconnected")
"""Statuses with which the start is that of the conversation."""

SIP_CODE = re.compile("[1-6][0-9]{2}", re.ASCII)
ADDRESSES = ("number", "uri", "extension")
DETAILS = {
    "unavailable": ("no-answer", None, 480, 20),
    **dict.fromkeys(("timeout", "carrier_timeout"), ("no-answer", None, 408, 18)),
    "declined": ("rejected", "callee", 603, 21),
    "restricted": ("rejected", None, 403, 21),
    "invalid_number": ("failed", None, 484, 28),
    "cannot_route": ("failed", None, 404, 3),
    "number_out_of_service": ("failed", None, 502, 27),
    "internal_error": ("failed", None, 500, 41),
}
"""The same by a word that only webhooks are documented to have, and that overrules the status."""


def expected(call: Call) -> Call:
    status, start, end = call.get("status"), instant(call.get("start_time")), instant(call.get("end_time"))
    is_answer = status in STARTED_BY_ANSWER
    answered, created = (start, None) if is_answer else (None, start)
    return {
        "id": call["uuid"],
        "session_id": call.get("conversation_uuid") or None,
        "parent_id": None,
        "direction": call.get("direction") if call.get("direction") in {"inbound", "outbound"} else "unknown",
        "state": _state(call),
        "vendor_state": status or None,
        **_party("from", call.get("from")),
        **_party("to", call.get("to")),
        **_end(call),
        "created_at": created,
        "answered_at": answered,
        "ended_at": end,
        "durations.reported": _laml.number(call.get("duration")),
        "durations.billed": None,
        "durations.talk": seconds(answered, end),
        "answered_by": status if status in {"machine", "human"} else None,
        **_cost(call),
        "links.self": ((call.get("_links") or {}).get("self") or {}).get("href") or None,
        **{f"vendor.{name}": call[name] for name in ("rate", "price", "network", "start_time") if call.get(name)},
        **_legs(call),
    }


def _state(call: Call) -> str:
    status = call.get("status") or ""
    if status == "started":
        return "ringing" if call.get("direction") == "inbound" else "dialing"
    return "ended" if status in {"completed", *CAUSES} else STATES.get(status, "unknown")


def _end(call: Call) -> Call:
    """Return how a call came out that is over; that it is completed is no cause."""
    status = call.get("status") or ""
    if status == "completed":
        proven = call.get("start_time") or _laml.number(call.get("duration"))
        return {"outcome": "answered" if proven else "unknown", "cause": None, **_side(call, None)}
    if status not in CAUSES:
        return {"outcome": None, "cause": None, "ended_by": None}
    outcome, ended_by, sip, q850 = CAUSES[status]
    if status != "disconnected" and call.get("detail") in DETAILS:
        outcome, side, sip, q850 = DETAILS[call["detail"]]
        ended_by = side or ended_by
    return {
        "outcome": outcome,
        "cause.code": status,
        "cause.message": call.get("reason") or None,
        "cause.sip": int(code) if SIP_CODE.fullmatch(code := str(call.get("sip_code"))) else sip,
        "cause.q850": q850,
        **_side(call, ended_by),
    }


def _side(call: Call, ended_by: str | None) -> Call:
    """Return who ended a call; which side is the user is not documented."""
    said = call.get("disconnected_by")
    return {} if said and said != "platform" else {"ended_by": said or ended_by}


def _party(path: str, endpoint: Any) -> Call:
    """Return what belongs to an endpoint, which may be the only one of a list."""
    if isinstance(endpoint, list) and len(endpoint) == 1:
        [endpoint] = endpoint
    if not isinstance(endpoint, dict) or not endpoint:
        return {path: None}
    address = next((endpoint[name] for name in ADDRESSES if endpoint.get(name)), None)
    return {
        f"{path}.address": None if address == "Unknown" else address,
        f"{path}.kind": endpoint.get("type"),
        f"{path}.name": endpoint.get("user"),
    }


def _cost(call: Call) -> Call:
    price = _laml.decimal(call.get("price")) if call.get("price") else None
    if price is None or abs(price) >= _laml.BEYOND_REASON:
        return {"cost": None}
    return {"cost.amount": abs(price), "cost.currency": "EUR"}


def _legs(call: Call) -> Call:
    """Return the IDs of the legs that share the conversation, without the call itself."""
    if "with legs" not in call:
        return {}
    listed = [each for each in call["with legs"] if isinstance(each, dict)]
    same = [each["uuid"] for each in listed if each.get("conversation_uuid") == call["conversation_uuid"]]
    return {"related.legs.sibling": [each for each in same if each != call["uuid"]]}
