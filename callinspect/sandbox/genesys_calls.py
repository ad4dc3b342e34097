"""The calls of the Genesys Web Services emulation, in the shape of the pages "Call resource" and "Calls API"."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final

from callinspect.sandbox.faults import SCRIPTS, Script
from callinspect.sandbox.scene import ALWAYS, HOSTILE, Call, Elapsed, Record, Stage, digest, frozen, living

SERVER: Final = "http://gws.example.com:8090/api/v2"


def call_id(key: str) -> str:
    """Return the id of the call that goes by *key* here: 32 digits and capitals."""
    return base64.b32hexencode(digest(f"genesys {key}")).decode()


def guid(key: str) -> str:
    """Return the UUID that stands for *key*."""
    return str(uuid.UUID(bytes=digest(f"genesys {key}")[:16], version=4))


DEVICE_URI: Final = f"{SERVER}/devices/{guid('device')}"

CAPABILITIES: Final[dict[str, list[str]]] = {
    "Ringing": ["Answer", "ClearCall", "AttachUserData", "UpdateUserData", "DeleteUserData"],
    "Dialing": ["Hangup", "SendDtmf", "AttachUserData", "UpdateUserData", "DeleteUserData"],
    "Established": [
        *("UpdateUserData", "SendDtmf", "InitiateConference", "Hold", "SingleStepTransfer", "InitiateTransfer"),
        *("AttachUserData", "DeleteUserDataPair", "SingleStepConference", "DeleteUserData", "Hangup"),
    ],
    "Held": ["Retrieve", "Hangup", "SingleStepTransfer", "InitiateTransfer", "UpdateUserData"],
}

CUSTOMER: Final = {
    "e164Number": "+19165550104",
    "location": "California",
    "formattedPhoneNumber": "(916) 555-0104",
    "country": {"name": "United States", "code": "US", "callingCode": "1"},
    "phoneNumber": "9165550104",
    "digits": "9165550104",
}


def _extension(digits: str) -> dict[str, Any]:
    return {"e164Number": "", "formattedPhoneNumber": digits, "phoneNumber": digits, "digits": digits}


_INBOUND: Final = {"callType": "Inbound", "participants": [CUSTOMER], "ani": "9165550104", "dnis": "8012"}
_OUTBOUND: Final = {"callType": "Outbound", "participants": [CUSTOMER], "dnis": "9165550104"}
_INTERNAL: Final = {"callType": "Internal", "participants": [_extension("15001")], "dnis": "15001"}


def _record(key: str, state: str, *parts: Record) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": call_id(key),
        "state": state,
        "callUuid": call_id(key),
        "connId": digest(f"genesys connection {key}")[:8].hex(),
        "deviceUri": DEVICE_URI,
        "capabilities": CAPABILITIES.get(state, []),
        "duration": "95",
        "mute": "Off",
        "supervisorListeningIn": False,
        "monitoredUserMuted": False,
        "monitoring": False,
        "uri": f"{SERVER}/me/calls/{call_id(key)}",
        "path": f"/calls/{call_id(key)}",
    }
    for part in parts:
        record |= part
    return record


def _simple(key: str, description: str, state: str, *parts: Record) -> Call:
    return frozen(call_id(key), description, _record(key, state, *parts))


STATES: Final = (
    _simple(
        "answered",
        "inbound, established, with attached data, being recorded",
        "Established",
        _INBOUND,
        {"userData": {"AccountNumber": "12345678", "Segment": "gold"}, "recordingState": "Recording"},
    ),
    _simple("ringing", "inbound, ringing", "Ringing", _INBOUND, {"duration": "4"}),
    _simple("dialing", "outbound, dialing", "Dialing", _OUTBOUND, {"duration": "0"}),
    _simple("held", "inbound, on hold", "Held", _INBOUND),
    _simple("released", "internal, released", "Released", _INTERNAL, {"duration": "280"}),
    _simple("completed", "outbound, in the newer product's state Completed", "Completed", _OUTBOUND),
    _simple("internal ringing", "internal, ringing", "Ringing", _INTERNAL, {"duration": "2"}),
    _simple("internal", "internal, established", "Established", _INTERNAL),
    _simple(
        "muted",
        "outbound, established, muted",
        "Established",
        _OUTBOUND,
        {"mute": "On", "capabilities": [*CAPABILITIES["Established"], "UnmuteCall"]},
    ),
    _simple(
        "consult",
        "a consultation started from the held call",
        "Established",
        {"callType": "Consult", "participants": [_extension("15002")], "dnis": "15002"},
        {"capabilities": ["CompleteTransfer", "CompleteConference", "SwapCalls", "Hangup"]},
        {"parentCallUri": f"{SERVER}/me/calls/{call_id('held')}"},
    ),
    _simple(
        "conference",
        "inbound, a conference with two extensions",
        "Established",
        _INBOUND,
        {"participants": [CUSTOMER, _extension("15002"), _extension("15003")]},
        {"capabilities": ["Hangup", "Hold", "RemoveParticipantFromConference"]},
    ),
)

RECORDINGS: Final = tuple(
    _simple(
        f"recording {state}", f"inbound, recordingState {state}", "Established", _INBOUND, {"recordingState": state}
    )
    for state in ("Recording", "Paused", "Stopped")
)

MONITORED: Final = (
    _simple(
        "listened to",
        "internal, a supervisor listens in, the monitored user is muted",
        "Established",
        _INTERNAL,
        {"supervisorListeningIn": True, "monitoredUserMuted": True},
    ),
    *(
        _simple(
            f"monitoring {mode}",
            f"internal, this user is the supervisor who monitors: {mode}",
            "Established",
            _INTERNAL,
            {
                "participants": [_extension("15001"), _extension("15002")],
                "capabilities": ["Hangup", "SwitchToListenIn"],
            },
            {"monitoring": True, "supervisorMonitoringState": {"state": mode}},
        )
        for mode in ("Coach", "ListenIn", "BargeIn")
    ),
    _simple(
        "monitoring word",
        "internal, supervisorMonitoringState is a bare word",
        "Established",
        _INTERNAL,
        {"monitoring": True, "supervisorMonitoringState": "Coach"},
    ),
)

_OLD_CONNECTION: Final = digest("genesys connection of 2014")[:8].hex()
_OLD: Final = {
    "state": "Established",
    "deviceUri": DEVICE_URI,
    "participants": ["5000", "+19165550104"],
    "dnis": "5001",
    "callType": "Internal",
    "capabilities": ["Hold", "Hangup", "SendDtmf"],
}

FORMS: Final = (
    frozen(
        call_id("strings"),
        "the older form: participants are strings, their details are beside them",
        {
            **_OLD,
            "id": call_id("strings"),
            "callUuid": call_id("strings"),
            "uri": f"{SERVER}/me/calls/{call_id('strings')}",
            "participantsInfo": [
                {"digits": "5000", "e164Number": "5000", "formattedPhoneNumber": "5000"},
                {"digits": "9165550104", "e164Number": "+19165550104", "formattedPhoneNumber": "(916) 555-0104"},
            ],
            "duration": "1174",
            "mute": "Off",
        },
    ),
    frozen(
        _OLD_CONNECTION,
        "the form of 2014: the id is the connection id, details have E164digits",
        {
            **_OLD,
            "id": _OLD_CONNECTION,
            "callUuid": call_id("2014"),
            "uri": f"{SERVER}/me/calls/{_OLD_CONNECTION}",
            "participants": ["5000"],
            "participantsInfo": [
                {
                    "country": {"name": "", "code": "", "callingCode": ""},
                    "formattedPhoneNumber": "5000",
                    "location": None,
                    "E164digits": "5000",
                    "isValidNumber": False,
                }
            ],
            "ani": "5000",
        },
    ),
    _simple(
        "nobody",
        "internal, no participants, an empty case",
        "Established",
        {"callType": "Internal", "participants": [], "case": [], "extensions": {"BusinessCall": 0, "WrapUpTime": "10"}},
    ),
    _simple("future words", "a state and a call type that nobody has documented", "Parked", {"callType": "Callback"}),
)

DATA: Final = (
    _simple(
        "unicode",
        "attached data is not ASCII",
        "Established",
        _INBOUND,
        {"userData": {"Kunde": "Łucja Ångström", "Grund": "Rückfrage zur Rechnung", "備考": "至急 🙏"}},
    ),
    _simple(
        "nested",
        "attached data is nested, with a number and a null",
        "Established",
        _INBOUND,
        {
            "userData": {
                "WWE_PARTY_9165550104": {"path": {"step": 3, "names": ["ivr", "queue"]}, "name": "Riley"},
                "Attempts": 2,
                "Agreed": True,
                "Callback": None,
            }
        },
    ),
    _simple(
        "hostile",
        "hostile: escape sequences, bidi, markup and a formula in the attached data",
        "Established",
        _INBOUND,
        {"userData": {"Note": HOSTILE, "\x1b[2J[red]Key": "=1+1", "Title": "\x1b]0;owned\x07"}},
    ),
)


def _life(state: str) -> dict[str, Any]:
    parts = {"userData": {"AccountNumber": "55501234"}, "duration": Elapsed(0)}
    return _record("living", state, _INBOUND, parts)


LIVING: Final = (
    living(
        call_id("living"),
        "inbound, rings 4 s, talks, is on hold from 9 s to 13 s, released at 18 s, not found from 22 s",
        (0, _life("Ringing")),
        (4, _life("Established")),
        (9, _life("Held")),
        (13, _life("Established")),
        (18, _life("Released")),
        (22, None),
    ),
)

CODES: Final = (
    Script("fault-code-2", "fault: statusCode 2 under HTTP 200", ("code 200 2",)),
    Script("fault-code-6", "fault: statusCode 6 (not found) under HTTP 200", ("code 200 6",)),
    Script("fault-code-4", "fault: statusCode 4 (internal error) under HTTP 500", ("code 500 4",)),
    Script("fault-code-5", "fault: statusCode 5 (no permission) under HTTP 403", ("code 403 5",)),
)

FAULTY: Final = tuple(
    Call(call_id(key), description, (Stage(ALWAYS, _record(key, "Established", _INBOUND)),), steps)
    for key, description, steps in (*SCRIPTS, *CODES)
)

CALLS: Final = (*STATES, *RECORDINGS, *MONITORED, *FORMS, *DATA, *LIVING, *FAULTY)
