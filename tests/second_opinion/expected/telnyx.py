"""What a record must say of a call of Telnyx: of a TeXML record, or of one of Call Control."""

from second_opinion.expected import _laml
from second_opinion.reading import Call, instant, seconds

DIALECT = _laml.Dialect(
    directions={"inbound": "inbound", "outbound": "outbound"},
    answered_by={"human": "human", "machine": "machine"},
    kept=("account_sid", "from_formatted", "to_formatted", "start_time"),
)


def expected(call: Call) -> Call:
    if "call_control_id" in call:
        return _controlled(call)
    return _laml.expected(DIALECT, call)


def _controlled(call: Call) -> Call:
    alive, start, end = call.get("is_alive"), instant(call.get("start_time")), instant(call.get("end_time"))
    over = alive is False and end is not None
    return {
        "id": call["call_control_id"],
        "session_id": call.get("call_session_id"),
        "created_at": start,
        "ended_at": end,
        "durations.reported": call.get("call_duration"),
        "durations.total": seconds(start, end),
        "vendor.call_leg_id": call.get("call_leg_id"),
        "vendor.is_alive": alive,
        "metadata.client_state": call.get("client_state"),
        "vendor_state": None,
        **({} if "with events" in call else {"state": "active" if alive else "ended" if over else "unknown"}),
    }
