"""What a record must say of a call of SignalWire: of a compatibility record, or of a voice log."""

import re
from typing import Any

from second_opinion.expected import _laml
from second_opinion.reading import Call, instant, parts

OUTBOUND = ("outbound", "outbound-api", "outbound-dial")
DIRECTIONS = {"inbound": "inbound", **dict.fromkeys(OUTBOUND, "outbound")}
QUALITY = {"mos": "audio_in_mos", "rtt_ms": "audio_rtt_avg", "jitter_ms": "audio_out_jitter_avg"}
STATES_OF_LOGS = {
    **_laml.STATES,
    **dict.fromkeys(("answered", "joined", "ending"), "active"),
    "ended": "ended",
}
SIP_CODE = re.compile("[1-6][0-9]{2}", re.ASCII)
EARLY = ("created", "initiated")

DIALECT = _laml.Dialect(
    directions=DIRECTIONS,
    answered_by={"human": "human", "machine": "machine"},
    kept=("account_sid", "phone_number_sid", "api_version", "annotation", "group_sid", "price", "price_unit"),
)


def expected(call: Call) -> Call:
    if "sid" not in call:
        return _log(call)
    code = str(call.get("sip_result_code") or "")
    common = _laml.expected(DIALECT, call)
    if "sip_result_code" not in call:  # the SDK leaves it out
        del common["cause.sip"]
    return {
        **common,
        "from.name": call.get("caller_name") or None,
        **({"cause.sip": int(code)} if SIP_CODE.fullmatch(code) and call.get("status") in _laml.CAUSES else {}),
        **{f"quality.{name}": _measure(call[theirs]) for name, theirs in QUALITY.items() if theirs in call},
    }


def _measure(value: Any) -> float | None:
    found = _laml.number(value)
    return None if found is None or found >= _laml.BEYOND_REASON else found


def _log(call: Call) -> Call:
    status, direction = call.get("status"), DIRECTIONS.get(call.get("direction") or "", "unknown")
    early = "ringing" if direction == "inbound" else "dialing"
    state = early if status in EARLY else STATES_OF_LOGS.get(status or "", "unknown")
    outcome = "unknown" if status == "ended" else _laml.CAUSES.get(status or "", (None,))[0]
    charge = _laml.decimal(call.get("charge"))
    precise, billed = (_laml.number(call.get(name)) for name in ("duration_ms", "billing_ms"))
    return {
        "id": call["id"],
        "parent_id": call.get("parent_id"),
        **_laml.party("from", call.get("from")),
        **_laml.party("to", call.get("to")),
        "direction": direction,
        "state": state,
        "vendor_state": status,
        "outcome": outcome,
        "created_at": instant(call.get("created_at")),
        "ended_at": None,
        "durations.reported": _laml.number(call.get("duration")) if precise is None else precise / 1000,
        "durations.billed": None if billed is None else billed / 1000,
        "cost.amount": abs(charge) if charge is not None and state == "ended" else None,
        "links.self": call.get("url"),
        **{f"vendor.{name}": call.get(name) for name in ("type", "source", "charge_details") if name in call},
        **parts("events", call.get("with events"), {"at": "event_at", "name": "name"}),
    }
