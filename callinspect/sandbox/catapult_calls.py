"""The calls of the Bandwidth v1 ("Catapult") emulation, in the shape of the page "Fetch Call information"."""

from __future__ import annotations

import base64
from typing import Any, Final

from callinspect.sandbox.credentials import CATAPULT_USER_ID
from callinspect.sandbox.faults import SCRIPTS
from callinspect.sandbox.scene import ALWAYS, HOSTILE, At, Call, Here, Record, Stage, digest, frozen, living

OFFICE: Final = "+19195550100"
CUSTOMER: Final = "+19195550101"
USER_PATH: Final = f"/v1/users/{CATAPULT_USER_ID}"
BRIDGE_ID: Final = "brg-sandboxsandboxsandbox55"
CONFERENCE_ID: Final = "conf-sandboxsandboxsandbox66"

CAUSES: Final = {
    "USER_BUSY": "the callee was busy",
    "NO_ANSWER": "nobody answered",
    "ORIGINATOR_CANCEL": "the caller gave up",
    "CALL_REJECTED": "the callee refused",
    "UNALLOCATED_NUMBER": "the number is not in use",
    "NORMAL_TEMPORARY_FAILURE": "an international call without an international product",
    "UNSPECIFIED": "no reason is given",
    "SWITCH_CONGESTION": "congestion",
    "NORMAL_CIRCUIT_CONGESTION": "congestion of the circuits",
    "MEDIA_TIMEOUT": "a word that nobody has documented",
}


def call_id(key: str) -> str:
    """Return the id of the call that goes by *key* here."""
    return f"c-{letters(key)}"


def letters(key: str) -> str:
    """Return the 23 characters of a-z and 2-7 that stand for *key*."""
    return base64.b32encode(digest(f"catapult {key}")).decode().lower()[:23]


def at(seconds: float) -> At:
    """Return a moment as the records hold it: whole seconds."""
    return At(seconds, "seconds")


def _record(key: str, direction: str, state: str, **rest: Any) -> dict[str, Any]:
    path = f"{USER_PATH}/calls/{call_id(key)}"
    parties = {"from": OFFICE, "to": CUSTOMER} if direction == "out" else {"from": CUSTOMER, "to": OFFICE}
    return {
        "id": call_id(key),
        "direction": direction,
        **parties,
        "state": state,
        "startTime": at(-7200),
        "callTimeout": 60,
        "callbackUrl": "https://app.example.com/calls",
        "callbackHttpMethod": "POST",
        "callbackTimeout": 10_000,
        "recordingEnabled": False,
        "transcriptionEnabled": False,
        "recordingFileFormat": "wav",
        "events": Here(f"{path}/events"),
        "recordings": Here(f"{path}/recordings"),
        "transcriptions": Here(f"{path}/transcriptions"),
        **rest,
    }


_TALK: Final = {"activeTime": at(-7191), "endTime": at(-6890), "chargeableDuration": 360}


def _simple(key: str, description: str, record: Record, **extra: Any) -> Call:
    return frozen(call_id(key), description, record, **extra)


def _without(record: Record, *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


STATES: Final = (
    _simple(
        "answered",
        "outgoing, answered, ended normally; recorded and transcribed",
        _record("answered", "out", "completed", **_TALK, recordingEnabled=True, transcriptionEnabled=True),
        cause="NORMAL_CLEARING",
    ),
    _simple(
        "answered in",
        "incoming, answered, ended normally",
        _record("answered in", "in", "completed", **_TALK),
        cause="NORMAL_CLEARING",
    ),
    _simple("started out", "outgoing, not answered yet", _record("started out", "out", "started", startTime=at(-6))),
    _simple("started in", "incoming, ringing", _record("started in", "in", "started", startTime=at(-4))),
    _simple("active", "incoming, going on", _record("active", "in", "active", startTime=at(-70), activeTime=at(-65))),
    _simple(
        "bridged",
        "outgoing, going on in a bridge",
        _record("bridged", "out", "active", startTime=at(-70), activeTime=at(-65), bridgeId=BRIDGE_ID)
        | {"bridge": Here(f"{USER_PATH}/bridges/{BRIDGE_ID}")},
    ),
    _simple(
        "transferring",
        "outgoing, being transferred",
        _record("transferring", "out", "transferring", startTime=at(-90), activeTime=at(-80))
        | {"transferTo": "+19195550102", "transferCallerId": OFFICE},
    ),
    _simple(
        "rejected",
        "incoming, refused",
        _record("rejected", "in", "rejected", endTime=at(-7196)),
        cause="CALL_REJECTED",
    ),
    _simple(
        "error",
        "outgoing, in the undocumented state error, an hour after it started",
        _without(_record("error", "out", "error", endTime=at(-3601)), "callbackUrl"),
    ),
)

UNANSWERED: Final = tuple(
    _simple(
        f"cause {cause}",
        f"outgoing, never answered: {meaning} ({cause})",
        _record(f"cause {cause}", "out", "completed", endTime=at(-7170)),
        cause=cause,
    )
    for cause, meaning in CAUSES.items()
)

ODDITIES: Final = (
    _simple(
        "headers",
        "incoming, from a SIP address, in a conference, with SIP headers and a tag of JSON text; milliseconds",
        _record("headers", "in", "completed", startTime=At(-7200), activeTime=At(-7197.5), endTime=At(-6897))
        | {"from": "alice@sip.example.com", "to": "sip:desk@voice.example.com", "fallbackUrl": ""}
        | {"chargeableDuration": 360, "conferenceId": CONFERENCE_ID, "tag": '{"ticket": 42}'}
        | {"sipHeaders": {"X-Trace": "abc", "X-Note": "two words"}},
        cause="NORMAL_CLEARING",
    ),
    _simple(
        "talkative",
        "outgoing, answered; events out of order, with JSON in text, and one after the hangup",
        _record("talkative", "out", "completed", **_TALK),
        cause="NORMAL_CLEARING",
        events=(
            ("CHANNEL_EXECUTE", At(-7191), '{"applicationName":"park"}'),
            ("playback", At(-7180), "start"),
            ("speak", At(-7185), "Thank you for calling, please hold."),
            ("CHANNEL_EXECUTE_COMPLETE", At(-6889.5), '{"applicationName":"playback","applicationData":"hold.mp3"}'),
        ),
    ),
    _simple(
        "relative links",
        "outgoing, as in 2014: links without a host, an empty callbackUrl",
        _without(_record("relative links", "out", "completed", **_TALK), "recordingFileFormat")
        | {"callbackUrl": "", "events": f"/calls/{call_id('relative links')}/events"}
        | {"recordings": f"/calls/{call_id('relative links')}/recordings"},
        cause="NORMAL_CLEARING",
    ),
    _simple(
        "malformed time",
        "outgoing, endTime is not a time",
        _record("malformed time", "out", "completed", activeTime=at(-7190), endTime="2013-02-08T13:15:65.887Z"),
    ),
    _simple("future words", "a state that nobody has documented", _record("future words", "out", "parked")),
    _simple(
        "hostile",
        "hostile: escape sequences, bidi, markup and a formula in the tag and a SIP header",
        _record("hostile", "in", "completed", **_TALK, tag=HOSTILE, sipHeaders={"X-Note": HOSTILE}),
        cause="NORMAL_CLEARING",
    ),
)

_BEGUN: Final = {"startTime": at(0)}

LIVING: Final = (
    living(
        call_id("living"),
        "outgoing, active at 5 s, completed at 17 s",
        (0, _record("living", "out", "started", **_BEGUN)),
        (5, _record("living", "out", "active", **_BEGUN, activeTime=at(5))),
        (
            17,
            _record("living", "out", "completed", **_BEGUN, activeTime=at(5), endTime=at(17), chargeableDuration=60),
        ),
        cause="NORMAL_CLEARING",
    ),
    living(
        call_id("living unanswered"),
        "incoming, the caller gives up at 15 s",
        (0, _record("living unanswered", "in", "started", **_BEGUN)),
        (15, _record("living unanswered", "in", "completed", **_BEGUN, endTime=at(15))),
        cause="ORIGINATOR_CANCEL",
    ),
)

FAULTY: Final = tuple(
    Call(
        call_id(key),
        description,
        (Stage(ALWAYS, _record(key, "out", "completed", **_TALK)),),
        steps,
        {"cause": "NORMAL_CLEARING"},
    )
    for key, description, steps in SCRIPTS
)

CALLS: Final = (*STATES, *UNANSWERED, *ODDITIES, *LIVING, *FAULTY)

RECORDINGS: Final = tuple(
    {
        "id": f"rec-{letters(f'recording {number}')}",
        "startTime": At(start),
        "endTime": At(end),
        "call": Here(f"{USER_PATH}/calls/{call_id('answered')}"),
        "media": Here(f"{USER_PATH}/media/{call_id('answered')}-{number}.wav"),
        "state": state,
    }
    for number, start, end, state in ((1, -7190, -7100.5, "complete"), (2, -7050, -6890, "saving"))
)

TRANSCRIPTIONS: Final = (
    {
        "id": f"tr-{letters('transcription 1')}",
        "state": "completed",
        "text": "Please call me back about the order.",
        "time": at(-6880),
        "chargeableDuration": 120,
        "textSize": 36,
        "textUrl": Here(f"{USER_PATH}/media/tr-{letters('transcription 1')}"),
    },
)
