"""What a record must say of a call in the LaML dialect; a vendor's table says what its words mean."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from second_opinion.reading import Call, instant, parts, seconds

CAUSES = {
    "completed": ("answered", None, None),
    "busy": ("busy", 486, 17),
    "no-answer": ("no-answer", 480, 19),
    "canceled": ("canceled", 487, 16),
    "failed": ("failed", None, None),
}
"""Outcome, SIP and Q.850 code by the word of a call that is over."""

STATES = {
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "active",
    "answered": "active",
    "initiated": "dialing",
    **dict.fromkeys(CAUSES, "ended"),
}

WITHHELD = {"anonymous", "+266696687", "+7378742833", "+2562533"}
UNKNOWN = {"+8656696", "+86282452253"}
"""Callers that are words on a keypad: withheld, and those whose number never came."""

BEYOND_REASON = 10**9
"""A price or a measure that nobody pays or has."""

LISTS = ("events", "recordings")
RECORDINGS = {"id": "sid", "vendor_state": "status", "started_at": "start_time"}


class Dialect(NamedTuple):
    """What differs between the vendors: the words of a direction and of who answered, and what stays as it is sent."""

    directions: Mapping[str, str]
    answered_by: Mapping[str, str]
    kept: tuple[str, ...]


def expected(dialect: Dialect, call: Call) -> Call:
    """Return what belongs at each path; what the SDK does not know of a call is not compared."""
    status = call.get("status")
    outcome, sip, q850 = CAUSES.get(status or "", (None, None, None))
    created, ended = instant(call.get("date_created")), instant(call.get("end_time"))
    answered_by = call.get("answered_by") or None
    return {
        "id": call["sid"],
        "parent_id": call.get("parent_call_sid") or None,
        "state": STATES.get(status or "", "unknown"),
        "vendor_state": status or None,
        "outcome": outcome,
        "ended_by": None,
        "cause.code": status if outcome else None,
        "cause.q850": q850,
        "cause.sip": sip,
        "direction": dialect.directions.get(call.get("direction") or "", "unknown"),
        "answered_by": answered_by and dialect.answered_by.get(answered_by, "unknown"),
        **party("from", call.get("from")),
        **party("to", call.get("to")),
        **party("redirections.0.party", call.get("forwarded_from")),
        "created_at": created,
        "answered_at": None,
        "ended_at": ended,
        "updated_at": instant(call.get("date_updated")),
        "durations.reported": number(call.get("duration")),
        "durations.total": seconds(created, ended),
        **_cost(call),
        "links.self": call.get("uri") or None,
        **{f"vendor.{name}": call.get(name) for name in dialect.kept if name in call},
        **{f"related.{name}": None for name in LISTS if f"without {name}" in call},
        **parts("recordings", call.get("with recordings"), RECORDINGS),
        **_durations(call.get("with recordings")),
        **_children(call.get("with legs")),
    }


def party(path: str, address: str | None) -> Call:
    is_number = address not in {*WITHHELD, *UNKNOWN}
    dialed = (address or "").removeprefix("tel:").partition(";")[0] if (address or "").startswith("tel:") else address
    said = {f"{path}.address": (dialed or None) if is_number else None}
    return {**said, f"{path}.private": address in WITHHELD} if address else said


def _cost(call: Call) -> Call:
    price, currency = decimal(call.get("price")), call.get("price_unit") or None
    is_currency = currency is not None and len(currency) == len("USD") and currency.isascii() and currency.isupper()
    if price is None or abs(price) >= BEYOND_REASON or not is_currency:
        return {"cost": None}
    return {"cost.amount": abs(price), "cost.currency": currency}


def _durations(recordings: list[Call] | None) -> Call:
    return {
        f"related.recordings.{at}.duration": number(each.get("duration")) for at, each in enumerate(recordings or ())
    }


def _children(legs: list[Call] | None) -> Call:
    """Return the IDs of the legs that the call made, which come after the one that made it."""
    return {} if legs is None else {"related.legs.child": [each["sid"] for each in legs]}


def number(value: Any) -> float | None:
    """Return a number that may be a text; a negative one is none."""
    found = decimal(value)
    return float(found) if found is not None and found >= 0 else None


def decimal(value: Any) -> Decimal | None:
    """Return a decimal that may be a text."""
    try:
        return None if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return None
