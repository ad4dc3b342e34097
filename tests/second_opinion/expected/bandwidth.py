"""What a record must say of a call of Bandwidth."""

from second_opinion.reading import Call, instant, parts, times

RECORDINGS_OF_BANDWIDTH = {
    "id": "recordingId",
    "vendor_state": "status",
    "started_at": "startTime",
    "ended_at": "endTime",
    "format": "fileFormat",
    "url": "mediaUrl",
}


def expected(call: Call) -> Call:
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
        **times(call.get("startTime"), call.get("answerTime"), call.get("endTime")),
        "queued_at": instant(call.get("enqueuedTime")),
        "updated_at": instant(call.get("lastUpdate")),
        "verification.result": verification.get("verstat"),
        "verification.attestation": verification.get("attestationIndicator"),
        "verification.originating_id": verification.get("originatingId"),
        **{f"vendor.{name}": call.get(name) for name in ("applicationId", "accountId", "identity")},
        **parts("recordings", call.get("with recordings"), RECORDINGS_OF_BANDWIDTH),
    }
