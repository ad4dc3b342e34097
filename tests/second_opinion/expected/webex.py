"""What a record must say of a call of Webex."""

from second_opinion.reading import Call, times

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


def expected(call: Call) -> Call:
    side = SIDES.get(call["personality"], "participants.0")
    recording = call.get("recordingState")
    passed_on = call.get("redirections") or []
    return {
        "id": call["id"],
        "session_id": call["callSessionId"],
        "vendor_state": call["state"],
        **_party(side, call["remoteParty"]),
        **OTHER_SIDES.get(side, NOBODYS_SIDE),
        **times(call.get("created"), call.get("answered"), call.get("disconnected")),
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
