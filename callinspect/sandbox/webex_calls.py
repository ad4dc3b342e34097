"""The calls of the Webex emulation, in the shape of Cisco's "Get Call Details" page."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final

from callinspect.sandbox.faults import SCRIPTS
from callinspect.sandbox.scene import ALWAYS, HOSTILE, At, Call, Record, Stage, digest, frozen, living

REASONS: Final = (
    *("busy", "noAnswer", "unavailable", "unconditional", "timeOfDay"),
    *("divert", "followMe", "huntGroup", "callQueue", "unknown"),
)
RECORDING_STATES: Final = ("pending", "started", "paused", "stopped", "failed")


def encoded(uri: str) -> str:
    """Return *uri* as Webex writes ids: base64 without padding."""
    return base64.b64encode(uri.encode()).decode().rstrip("=")


def call_id(key: str) -> str:
    """Return the id of the call that goes by *key* here."""
    return encoded(f"ciscospark://us/CALL/callhalf-{_number(key)}:0")


def _number(key: str) -> int:
    return 100_000_000 + int.from_bytes(digest(f"webex {key}")[:4]) % 900_000_000


def _uuid(key: str) -> str:
    return str(uuid.UUID(bytes=digest(f"webex {key}")[:16], version=4))


def _record(
    key: str, state: str, party: Record, *, personality: str = "terminator", muted: bool = False, **rest: Any
) -> dict[str, Any]:
    return {
        "id": call_id(key),
        "callSessionId": encoded(_uuid(key)),
        "personality": personality,
        "state": state,
        "remoteParty": party,
        "created": At(-7200),
        **rest,
        "muteCapable": state in {"connected", "held", "remoteHeld"},
        "muted": muted,
    }


def _party(call_type: str, number: str | None = None, name: str | None = None, **rest: str) -> dict[str, Any]:
    said = {"name": name, "number": number, **rest}
    return {
        **{key: value for key, value in said.items() if value is not None},
        "privacyEnabled": False,
        "callType": call_type,
    }


def _redirection(reason: str, party: Record) -> dict[str, Any]:
    return {"reason": reason, "redirectingParty": party}


CUSTOMER: Final = _party("external", "+14155550142", "Riley Fisher")
COLLEAGUE: Final = _party(
    "location", "2107", "Dana Whitfield", personId=encoded(f"ciscospark://us/PEOPLE/{_uuid('dana')}")
)
LOBBY: Final = _party("organization", "3300", "Lobby", placeId=encoded(f"ciscospark://us/PLACE/{_uuid('lobby')}"))
QUEUE: Final = {
    **_party("location", "8000", "Support queue"),
    "id": encoded(f"ciscospark://us/UNKNOWN/{_uuid('queue')}"),
    "idType": "UNKNOWN",
}
PRIVATE: Final = {"privacyEnabled": True, "callType": "external"}

_OLD_ID: Final = base64.b64encode(b"ciscospark://urn:TEAM:us-east-2_a/CALL/callhalf-70214:0").decode()
_TALK: Final[dict[str, Any]] = {"appearance": 1, "created": At(-600), "answered": At(-594.2)}


def _simple(key: str, description: str, state: str, party: Record, **rest: Any) -> Call:
    return frozen(call_id(key), description, _record(key, state, party, **rest))


STATES: Final = (
    _simple(
        "answered",
        "incoming and connected, being recorded, muted",
        "connected",
        CUSTOMER,
        **_TALK,
        recordingState="started",
        muted=True,
    ),
    _simple(
        "connecting",
        "outgoing, the other side is being alerted, its name is not known",
        "connecting",
        _party("external", "+14155550117"),
        personality="originator",
        appearance=1,
        created=At(-8),
    ),
    _simple("alerting", "incoming, ringing", "alerting", CUSTOMER, appearance=1, created=At(-6)),
    _simple("held", "incoming, on hold by the user", "held", CUSTOMER, **_TALK),
    _simple(
        "remote held",
        "outgoing, on hold by the other side",
        "remoteHeld",
        COLLEAGUE,
        personality="originator",
        **_TALK,
    ),
    _simple(
        "disconnected",
        "outgoing, over after it was answered",
        "disconnected",
        CUSTOMER,
        personality="originator",
        answered=At(-7192.5),
        disconnected=At(-7020.25),
    ),
    _simple(
        "disconnected unanswered", "incoming, over and never answered", "disconnected", CUSTOMER, disconnected=At(-7170)
    ),
    _simple(
        "click to dial",
        "click to dial: the user's own devices ring",
        "alerting",
        _party("external", "+14155550113"),
        personality="clickToDial",
        created=At(-4),
    ),
)

ARRIVALS: Final = (
    _simple(
        "redirected",
        "incoming, passed on by a colleague who was busy, before that by a call queue",
        "alerting",
        CUSTOMER,
        appearance=2,
        created=At(-12),
        redirections=[_redirection("busy", COLLEAGUE), _redirection("callQueue", QUEUE)],
    ),
    _simple(
        "every reason",
        "incoming, passed on ten times, once for every reason",
        "alerting",
        CUSTOMER,
        created=At(-20),
        redirections=[_redirection(reason, LOBBY if n % 2 else COLLEAGUE) for n, reason in enumerate(REASONS)],
    ),
    _simple(
        "park recall",
        "incoming, a recall of a call that the user had parked against a colleague",
        "alerting",
        CUSTOMER,
        appearance=1,
        created=At(-9),
        recall={"type": "park", "party": COLLEAGUE},
    ),
)

PARTIES: Final = (
    _simple("private", "incoming, the caller withholds the identity", "connected", PRIVATE, **_TALK),
    _simple(
        "sip",
        "outgoing, to a SIP address",
        "connected",
        _party("external", "bridge@meet.example.com"),
        personality="originator",
        **_TALK,
    ),
    _simple(
        "feature code",
        "outgoing, to a feature access code",
        "connected",
        _party("other", "*73"),
        personality="originator",
        **_TALK,
    ),
    _simple(
        "emergency", "outgoing, to an emergency service", "connected", _party("emergency"), personality="originator"
    ),
    _simple("repair", "outgoing, to a repair service", "connected", _party("repair"), personality="originator"),
    _simple("workspace", "incoming, from a workspace at another location", "connected", LOBBY, **_TALK),
    _simple(
        "unicode",
        "incoming, the name is not ASCII",
        "connected",
        _party("external", "+12125550173", "Łucja Ångström 山田 👩🏽‍💻"),
        **_TALK,
    ),
    _simple(
        "hostile",
        "hostile: escape sequences, bidi, markup and a formula in the caller's name",
        "connected",
        _party("external", "+12125550199", HOSTILE),
        **_TALK,
    ),
)

RECORDINGS: Final = tuple(
    _simple(
        f"recording {state}", f"connected, recordingState {state}", "connected", CUSTOMER, **_TALK, recordingState=state
    )
    for state in RECORDING_STATES
)

ODDITIES: Final = (
    _simple(
        "extra fields",
        "fields that the page does not list; appearance is 1.0",
        "connected",
        QUEUE,
        created=At(-600),
        answered=At(-580),
        appearance=1.0,
        endpointId=encoded(f"ciscospark://us/APPLICATION/{_uuid('endpoint')}"),
        endpointType="APPLICATION",
        completedElsewhere=False,
        allowedRecordingControls="none",
    ),
    _simple(
        "future words",
        "a state, a personality and a recall type that nobody has documented",
        "parked",
        CUSTOMER,
        personality="observer",
        recall={"type": "hold"},
    ),
    frozen(
        _OLD_ID,
        "an id of 2021, padded; neither muteCapable nor muted",
        {
            "id": _OLD_ID,
            "callSessionId": encoded(_uuid("old")),
            "personality": "terminator",
            "state": "connected",
            "remoteParty": {**CUSTOMER, "name": "+14155550142"},
            "created": At(-300),
            "answered": At(-296),
        },
    ),
)


def _life(key: str, state: str, *, answered: float | None = None, **rest: Any) -> dict[str, Any]:
    times: dict[str, Any] = {"created": At(0)} | ({} if answered is None else {"answered": At(answered)})
    return _record(key, state, CUSTOMER, **times, **rest)


LIVING: Final = (
    living(
        call_id("living"),
        "incoming, rings 4 s, talks, is on hold from 9 s to 13 s, disconnects at 18 s, is gone at 23 s",
        (0, _life("living", "alerting", redirections=[_redirection("huntGroup", QUEUE)])),
        (4, _life("living", "connected", answered=4)),
        (9, _life("living", "held", answered=4)),
        (13, _life("living", "connected", answered=4, recordingState="started")),
        (18, _life("living", "disconnected", answered=4, recordingState="stopped", disconnected=At(18))),
        (23, None),
    ),
    living(
        call_id("living outgoing"),
        "outgoing, answered at 6 s, gone at 16 s without a last word, as Webex does it",
        (0, _life("living outgoing", "connecting", personality="originator")),
        (6, _life("living outgoing", "connected", personality="originator", answered=6)),
        (16, None),
    ),
)

FAULTY: Final = (
    *(
        Call(call_id(key), description, (Stage(ALWAYS, _record(key, "connected", CUSTOMER, **_TALK)),), steps)
        for key, description, steps in SCRIPTS
    ),
    Call(
        call_id("fault-423"),
        "fault: locked for 1 s once, then answered; and again",
        (Stage(ALWAYS, _record("fault-423", "connected", CUSTOMER, **_TALK)),),
        ("423", "ok"),
    ),
)

CALLS: Final = (*STATES, *ARRIVALS, *PARTIES, *RECORDINGS, *ODDITIES, *LIVING, *FAULTY)

HISTORY: Final = (
    {"type": "placed", "name": "Dana Whitfield", "number": "2107", "privacyEnabled": False, "time": At(-3600)},
    {"type": "placed", "number": "+14155550117", "privacyEnabled": False, "time": At(-9000, "offset")},
    {"type": "missed", "privacyEnabled": True, "time": At(-5400)},
    {"type": "received", "name": "Riley Fisher", "number": "+14155550142", "privacyEnabled": False, "time": At(-7200)},
)
