"""What a record must say of a conversation of Genesys Cloud: of its call, or of its details from the analytics."""

from typing import Any

from second_opinion.expected import _laml
from second_opinion.expected._analytics import participants as of_analytics
from second_opinion.expected._folding import Fold, answered_at, folded, is_over, moments, state
from second_opinion.reading import Call, parts, seconds

UNKNOWN_TO_THE_SDK = "outdated_sdk_version"
"""What the SDK reads where the vendor says a word that it does not know."""

BY_DETAILS = ("outcome", "cause.sip", "cause.q850", "quality.mos")
"""What has a further source where the details may not be read."""

PLATFORM = (
    *("system", "timeout", "error", "transport.failure", "inactivity", "session.expired"),
    *("takeover", "spam", "uncallable"),
)
HANGING_UP = ("client", "endpoint")
TRANSFERS = (
    *("transfer", "transfer.conference", "transfer.consult", "transfer.donotdisturb"),
    *("transfer.forward", "transfer.noanswer", "transfer.notavailable"),
)
WORDS = ("endpoint", "client", "peer", *PLATFORM, "endpoint.donotdisturb", *TRANSFERS, "other")

SIP = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((603, 403, 607, 608), "rejected"),
    **dict.fromkeys((408, 480), "no-answer"),
    487: "canceled",
    **dict.fromkeys((404, 410, 484, 604), "failed"),
    **dict.fromkeys(range(500, 600), "failed"),
}
Q850 = {17: "busy", 18: "no-answer", 19: "no-answer", 21: "rejected"}
Q850 |= dict.fromkeys((1, 3, 27, 28, 34, 38, 41, 42), "failed")

BY_WORD = {
    **dict.fromkeys(("timeout", "transfer.noanswer"), "no-answer"),
    **dict.fromkeys(("error", "transport.failure", "uncallable"), "failed"),
    **dict.fromkeys(("spam", "endpoint.donotdisturb"), "rejected"),
}
REASONS = {
    "transfer.noanswer": "no-answer",
    **dict.fromkeys(("transfer.notavailable", "transfer.donotdisturb"), "unavailable"),
    "transfer.forward": "unconditional",
}
ROLES = {
    **dict.fromkeys(("customer", "external"), "customer"),
    **dict.fromkeys(("agent", "user"), "agent"),
    "acd": "queue",
    **dict.fromkeys(("ivr", "workflow", "botflow", "voicesurveyflow"), "ivr"),
    "voicemail": "voicemail",
}
RECORDING = {"active": "recording", "paused": "paused"}
FILES = {
    "UPLOADING": "processing",
    **dict.fromkeys(("AVAILABLE", "RESTORED"), "available"),
    **dict.fromkeys(("ARCHIVED", "RESTORING"), "partial"),
    "DELETED": "deleted",
    "ERROR": "failed",
}


def expected(call: Call) -> Call:
    is_analytics = "conversationId" in call
    participants = of_analytics(call) if is_analytics else call.get("participants") or []
    fold = folded(participants, call.get("originatingDirection"))
    customer, details = fold.customer or {}, call if is_analytics else call.get("with events") or {}
    created, answered = min(moments(fold.everyone, "startTime"), default=None), answered_at(fold)
    mos = _laml.number(details.get("mediaStatsMinConversationMos"))
    ends = moments(fold.everyone, "endTime")
    ended = max(ends, default=None) if all(map(is_over, fold.everyone)) else None
    found = {
        "id": call.get("conversationId") or call["id"],
        "session_id": None,
        "parent_id": None,
        "direction": fold.direction,
        "state": state(fold),
        "vendor_state": customer.get("state") if not is_analytics else None,
        **_parties(fold, participants),
        "created_at": created,
        "queued_at": min(moments(_queues(fold), "startTime"), default=None),
        "answered_at": answered,
        "ended_at": ended,
        "durations.ring": seconds(created, answered),
        "durations.talk": seconds(answered, ended),
        "durations.total": seconds(created, ended),
        **_recording(call, participants),
        "metadata": customer.get("attributes") or {},
        "links.self": call.get("selfUri"),
        "quality.mos": mos if mos is not None and mos < _laml.BEYOND_REASON else None,
        "cost": None,
        "answered_by": None,
        **(_end(fold, details) if state(fold) == "ended" else {"outcome": None, "cause": None, "ended_by": None}),
        **_redirections(fold),
        **_recordings(call),
    }
    unread = BY_DETAILS if "without events" in call else ()
    return {path: value for path, value in found.items() if value != UNKNOWN_TO_THE_SDK and path not in unread}


def _queues(fold: Fold) -> list[Call]:
    return [each for each in fold.everyone if each.get("purpose") == "acd"][:1]


def _parties(fold: Fold, participants: list[Call]) -> Call:
    """Return what belongs to the two parties, and the kinds of all others."""
    customer, others = fold.customer or {}, [each for each in participants if each is not fold.customer]
    if fold.direction == "internal":
        two = {"from": fold.calling, "to": fold.called}
        others = [each for each in participants if each not in two.values()]
        said = {f"{end}.{key}": value for end, each in two.items() for key, value in _within(each or {}).items()}
    elif fold.direction == "outbound":
        said = {**_address("to", customer.get("dnis") or customer.get("address")), **_who("to", customer)}
        said |= _address("from", customer.get("ani"))
    elif fold.direction == "inbound":
        shown = [each for each in (customer.get("ani"), customer.get("address")) if each]
        telephone = [each for each in shown if each.startswith("tel:")]
        said = {**_address("from", next(iter([*telephone, *shown]), None)), **_who("from", customer)}
        said |= _address("to", customer.get("dnis"))
    else:
        return {}
    kinds = {f"participants.{at}.kind": each.get("purpose") for at, each in enumerate(others)}
    return {**said, **kinds, f"participants.{len(others)}": None}


def _within(participant: Call) -> Call:
    return {"person_id": (participant.get("user") or {}).get("id"), "kind": participant.get("purpose")}


def _who(path: str, participant: Call) -> Call:
    purpose = participant.get("purpose")
    return {f"{path}.kind": purpose, f"{path}.role": ROLES.get(purpose or "")}


def _address(path: str, address: str | None) -> Call:
    if address and address.startswith("sip:anonymous@"):
        return {f"{path}.address": None, f"{path}.private": True}
    return {f"{path}.address": (address or "").removeprefix("tel:") or None}


def _recording(call: Call, participants: list[Call]) -> Call:
    now = call.get("recordingState") or ""
    is_kept = now in RECORDING or any(each.get("recording") is True for each in participants)
    return {
        "recording.state": now if now == UNKNOWN_TO_THE_SDK else RECORDING.get(now),
        "recording.enabled": True if is_kept else None,
    }


def _end(fold: Fold, details: Call) -> Call:
    """Return how a call came out, who ended it, and why."""
    called = fold.called or {}
    word, codes = called.get("disconnectType"), _codes(called, details)
    sip, q850 = _code(codes.get("sipResponseCodes"), 100, 699), _code(codes.get("q850ResponseCodes"), 1, 127)
    known = {"outcome": _outcome(fold, word, sip, q850), "ended_by": _ended_by(fold, word)}
    message = (called.get("errorInfo") or {}).get("message") if fold.customer else None
    return {
        "cause.code": word,
        "cause.message": message,
        "cause.sip": sip,
        "cause.q850": q850,
        **({} if UNKNOWN_TO_THE_SDK in (word, fold.direction) or fold.direction == "unknown" else known),
    }


def _code(listed: list[int] | None, least: int, most: int) -> int | None:
    """Return the last of some codes, if it can be one."""
    return listed[-1] if listed and least <= listed[-1] <= most else None


def _codes(called: Call, details: Call) -> Call:
    """Return the segment of the analytics that has the codes with which somebody's part ended."""
    same = (each for each in of_analytics(details) if each["id"] == called.get("id"))
    return next((dict(each["codes"]) for each in same), {})


def _outcome(fold: Fold, word: str | None, sip: int | None, q850: int | None) -> str:
    if answered_at(fold):
        return "answered"
    if any(each.get("purpose") == "voicemail" and each.get("connectedTime") for each in fold.everyone):
        return "no-answer"
    by_code = SIP.get(sip or 0) or Q850.get(q850 or 0)
    if by_code or not word:
        return by_code or "unanswered"
    if word not in WORDS:
        return "unknown"
    return BY_WORD.get(word) or _by_side(fold, word)


def _by_side(fold: Fold, word: str) -> str:
    """Return what a word that depends on whose it is says of a call that nobody answered."""
    given_up = {
        "inbound": word == "endpoint",
        "outbound": word in {"peer", "client"} and _hung_up(fold.people),
        "internal": word == "peer" and _hung_up([fold.calling]),
    }
    if fold.direction == "internal" and word == "client":
        return "rejected"
    return "canceled" if given_up.get(fold.direction) else "unanswered"


def _hung_up(people: list[Any]) -> bool:
    return any((each or {}).get("disconnectType") in HANGING_UP for each in people)


def _ended_by(fold: Fold, word: str | None) -> str | None:
    if word in PLATFORM:
        return "platform"
    is_inbound, is_answered = fold.direction == "inbound", bool(answered_at(fold))
    ours, theirs = ("callee", "caller") if is_inbound else ("caller", "callee")
    if word == "endpoint" or (word == "client" and fold.direction == "internal"):
        return theirs if is_inbound or is_answered or fold.direction == "internal" else None
    if word not in {"peer", "client"}:
        return None
    others = [fold.calling or {}] if fold.direction == "internal" else fold.people
    if _hung_up([each for each in others if each.get("connectedTime") or not is_answered]):
        return ours
    is_platform = not others or any(each.get("disconnectType") in PLATFORM for each in others)
    return "platform" if is_platform else None


def _redirections(fold: Fold) -> Call:
    """Return why the call was passed on, the latest time first."""
    passed = [each for each in fold.people if (each.get("disconnectType") or "") in TRANSFERS and each.get("endTime")]
    passed.sort(key=lambda each: moments([each], "endTime"), reverse=True)
    reasons = {
        f"redirections.{at}.reason": REASONS.get(each["disconnectType"], "unknown") for at, each in enumerate(passed)
    }
    return {**reasons, f"redirections.{len(passed)}": None}


def _recordings(call: Call) -> Call:
    """Return what the record has of recordings; those of other conversations are left out."""
    own = (call.get("id") or call.get("conversationId"), None)
    listed = [each for each in call.get("with recordings") or () if each.get("conversationId") in own]
    names = {"id": "id", "vendor_state": "fileState", "started_at": "startTime", "ended_at": "endTime"}
    states = {
        f"related.recordings.{at}.state": FILES.get(each.get("fileState") or "", "unknown")
        for at, each in enumerate(listed)
    }
    return {**parts("recordings", listed, names), **states}
