"""What a record must say of a vendor's call, written down from the design and apart from callinspect's own code.

A vendor's call is the JSON of its answer, or what an SDK made of it under the answer's own names.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

Call = dict[str, Any]
EPOCH = 1970

DIRECTIONS = {"in": "inbound", "out": "outbound"}
SIDES = {"originator": "to", "clickToDial": "to", "terminator": "from"}
OTHER_SIDES = {"to": {"from": None, "direction": "outbound"}, "from": {"to": None, "direction": "inbound"}}
NOBODYS_SIDE = {"from": None, "to": None, "direction": "unknown"}
RECORDINGS = {
    "pending": "pending",
    "started": "recording",
    "paused": "paused",
    "stopped": "stopped",
    "failed": "failed",
}
REASONS = {
    "busy": "busy",
    "noAnswer": "no-answer",
    "unavailable": "unavailable",
    "unconditional": "unconditional",
    "timeOfDay": "time-of-day",
    "divert": "divert",
    "followMe": "follow-me",
    "huntGroup": "hunt-group",
    "callQueue": "call-queue",
}


def disagreements(provider: str, call: Call, record: Call) -> dict[str, tuple[Any, Any]]:
    """Return the places where a record differs from the call: what the call says there, and what the record says."""
    expected = EXPECTED[provider](call)
    return {path: (value, said) for path, value in expected.items() if value != (said := at(record, path))}


def at(record: Call, path: str) -> Any:
    """Return the value at a path; `address` is a party's number or URI, a time is a moment, and None is nothing."""
    value: Any = record
    for name in path.split("."):
        if isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        elif isinstance(value, dict):
            value = value["number"] or value["uri"] if name == "address" else value.get(name)
    return instant(value) if path.endswith(("_at", ".at")) else value


def instant(value: Any) -> datetime | None:
    """Return a moment in whole milliseconds; None for what names none, as the epoch does."""
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        return None
    if moment.tzinfo is None or moment.year <= EPOCH:
        return None
    return moment - timedelta(microseconds=moment.microsecond % 1000)


def counted(value: Any) -> datetime | None:
    """Return the moment of an event, which may be in milliseconds since the epoch."""
    return datetime.fromtimestamp(value / 1000, UTC) if isinstance(value, int) and value else instant(value)


def _times(created: str | None, answered: str | None, ended: str | None) -> Call:
    start, answer, end = instant(created), instant(answered), instant(ended)
    return {
        "created_at": start,
        "answered_at": answer,
        "ended_at": end,
        "durations.ring": _seconds(start, answer),
        "durations.talk": _seconds(answer, end),
        "durations.total": _seconds(start, end),
    }


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None or end < start else (end - start) / timedelta(seconds=1)


def _parts(name: str, listed: list[Call] | None, names: dict[str, str]) -> Call:
    """Return what a record has of a list that was read with the call, given the vendor's name of each key."""
    expected: Call = {}
    for index, each in enumerate(listed or ()):
        for key, theirs in names.items():
            value = each.get(theirs)
            expected[f"related.{name}.{index}.{key}"] = counted(value) if key == "at" or key.endswith("_at") else value
    return expected


STATES_OF_PARTS = {"id": "id", "vendor_state": "state"}
RECORDINGS_OF_BANDWIDTH = {
    "id": "recordingId",
    "vendor_state": "status",
    "started_at": "startTime",
    "ended_at": "endTime",
    "format": "fileFormat",
    "url": "mediaUrl",
}


def _bandwidth(call: Call) -> Call:
    verification = call.get("stirShaken") or {}
    return {
        "id": call["callId"],
        "parent_id": call.get("parentCallId"),
        "direction": call.get("direction") or "unknown",
        "vendor_state": call.get("state"),
        "from.address": None if call.get("from") == "anonymous" else call.get("from"),
        "to.address": call.get("to"),
        "cause.code": call.get("disconnectCause"),
        "cause.message": call.get("errorMessage"),
        "cause.error_id": call.get("errorId"),
        **_times(call.get("startTime"), call.get("answerTime"), call.get("endTime")),
        "queued_at": instant(call.get("enqueuedTime")),
        "updated_at": instant(call.get("lastUpdate")),
        "verification.result": verification.get("verstat"),
        "verification.attestation": verification.get("attestationIndicator"),
        "verification.originating_id": verification.get("originatingId"),
        **{f"vendor.{name}": call.get(name) for name in ("applicationId", "accountId", "identity")},
        **_parts("recordings", call.get("with recordings"), RECORDINGS_OF_BANDWIDTH),
    }


def _webex(call: Call) -> Call:
    side = SIDES.get(call["personality"], "participants.0")
    recording = call.get("recordingState")
    passed_on = call.get("redirections") or []
    return {
        "id": call["id"],
        "session_id": call["callSessionId"],
        "vendor_state": call["state"],
        **_party(side, call["remoteParty"]),
        **OTHER_SIDES.get(side, NOBODYS_SIDE),
        **_times(call.get("created"), call.get("answered"), call.get("disconnected")),
        "media.muted": call.get("muted"),
        "media.mute_capable": call.get("muteCapable"),
        "recording.state": RECORDINGS.get(recording, "unknown") if recording else None,
        "recall.type": (call.get("recall") or {}).get("type"),
        **_party("recall.party", (call.get("recall") or {}).get("party") or {}),
        **{name: value for index, each in enumerate(passed_on) for name, value in _redirection(index, each).items()},
        f"redirections.{len(passed_on)}": None,
        **{f"vendor.{name}": call.get(name) for name in ("appearance", "endpointId", "endpointType")},
    }


def _redirection(index: int, redirection: Call) -> Call:
    path, reason = f"redirections.{index}", redirection["reason"]
    return {
        f"{path}.reason": REASONS.get(reason, "unknown"),
        f"{path}.vendor_reason": reason,
        **_party(f"{path}.party", redirection["redirectingParty"]),
    }


def _party(path: str, party: Call) -> Call:
    names = {"address": "number", "name": "name", "kind": "callType", "person_id": "personId", "place_id": "placeId"}
    said = {f"{path}.{name}": party.get(theirs) for name, theirs in names.items()}
    return {**said, f"{path}.private": party.get("privacyEnabled") or False} if party else said


def _catapult(call: Call) -> Call:
    links = {"callback": "callbackUrl", "fallback": "fallbackUrl"}
    links |= {name: name for name in ("events", "recordings", "transcriptions")}
    kept = ("callTimeout", "callbackTimeout", "callbackHttpMethod", "recordingFileFormat", "bridgeId", "conferenceId")
    return {
        "id": call["id"],
        "direction": DIRECTIONS.get(call.get("direction") or "", "unknown"),
        "vendor_state": call.get("state"),
        "from.address": call.get("from"),
        "to.address": call.get("to"),
        "cause.code": call.get("hangup"),
        **_times(call.get("startTime"), call.get("activeTime"), call.get("endTime")),
        "durations.billed": call.get("chargeableDuration"),
        "recording.enabled": call.get("recordingEnabled"),
        "recording.transcription_enabled": call.get("transcriptionEnabled"),
        "metadata.tag": call.get("tag"),
        **{f"links.{name}": call.get(theirs) or None for name, theirs in links.items()},
        **{f"vendor.{name}": call.get(name) for name in kept},
        **_parts("events", call.get("with events"), {"id": "id", "at": "time", "name": "name"}),
        **_parts(
            "recordings",
            call.get("with recordings"),
            {**STATES_OF_PARTS, "started_at": "startTime", "ended_at": "endTime", "url": "media"},
        ),
        **_parts(
            "transcriptions", call.get("with transcriptions"), {**STATES_OF_PARTS, "at": "time", "url": "textUrl"}
        ),
    }


EXPECTED: dict[str, Callable[[Call], Call]] = {"bandwidth": _bandwidth, "webex": _webex, "catapult": _catapult}
