"""What a record must say of a call of Bandwidth v1."""

from second_opinion.reading import Call, parts, times

DIRECTIONS = {"in": "inbound", "out": "outbound"}
STATES_OF_PARTS = {"id": "id", "vendor_state": "state"}


def expected(call: Call) -> Call:
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
        **times(call.get("startTime"), call.get("activeTime"), call.get("endTime")),
        "durations.billed": call.get("chargeableDuration"),
        "recording.enabled": call.get("recordingEnabled"),
        "recording.transcription_enabled": call.get("transcriptionEnabled"),
        "metadata.tag": call.get("tag"),
        **{f"links.{name}": call.get(theirs) or None for name, theirs in links.items()},
        **{f"vendor.{name}": call.get(name) for name in kept},
        **parts("events", call.get("with events"), {"id": "id", "at": "time", "name": "name"}),
        **parts(
            "recordings",
            call.get("with recordings"),
            {**STATES_OF_PARTS, "started_at": "startTime", "ended_at": "endTime", "url": "media"},
        ),
        **parts("transcriptions", call.get("with transcriptions"), {**STATES_OF_PARTS, "at": "time", "url": "textUrl"}),
    }
