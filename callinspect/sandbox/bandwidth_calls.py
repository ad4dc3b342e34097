"""The calls of the Bandwidth Voice v2 emulation, in the shape of the page "Retrieve Call Information"."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from callinspect.sandbox.credentials import BANDWIDTH_ACCOUNT_ID
from callinspect.sandbox.faults import SCRIPTS
from callinspect.sandbox.scene import ALWAYS, HOSTILE, At, Call, Record, Stage, digest, frozen, living

CUSTOMER: Final = "+19195550143"
OFFICE: Final = "+19195550134"
APPLICATION_ID: Final = "5ad0b0e0-6c1f-4d39-9a6e-0d5f3c1b7a20"

_BLANK: Final = {
    "applicationId": APPLICATION_ID,
    "accountId": BANDWIDTH_ACCOUNT_ID,
    "callId": None,
    "parentCallId": None,
    "to": OFFICE,
    "from": CUSTOMER,
    "direction": "inbound",
    "state": "disconnected",
    "stirShaken": None,
    "identity": None,
    "enqueuedTime": None,
    "startTime": None,
    "answerTime": None,
    "endTime": None,
    "disconnectCause": None,
    "errorMessage": None,
    "errorId": None,
}
_OUTBOUND: Final = {"direction": "outbound", "from": OFFICE, "to": CUSTOMER}
_MOMENTS: Final = ("enqueuedTime", "startTime", "answerTime", "endTime")


def call_id(key: str) -> str:
    """Return the id of the call that goes by *key* here."""
    return f"c-{grouped(key, 8, 8, 4, 4, 4, 12)}"


def grouped(key: str, *widths: int) -> str:
    """Return hexadecimal digits that stand for *key*, in groups of *widths*."""
    digits = iter(digest(f"bandwidth {key}").hex())
    return "-".join("".join(next(digits) for _ in range(width)) for width in widths)


def _record(key: str, *parts: Record) -> dict[str, Any]:
    record: dict[str, Any] = {**_BLANK, "callId": call_id(key)}
    for part in parts:
        record |= part
    moments = [record[name].seconds for name in _MOMENTS if isinstance(record[name], At)]
    return {**record, "lastUpdate": At(max(moments) + 0.01)}


def _simple(key: str, description: str, *parts: Record, **extra: Any) -> Call:
    return frozen(call_id(key), description, _record(key, *parts), **extra)


class _Ending(NamedTuple):
    """How a call came to one disconnect cause: seconds from its start to the answer, if any, and to the end."""

    cause: str
    direction: str
    description: str
    answer: float | None
    end: float
    message: str | None = None

    def call(self) -> Call:
        """Return the call that ended so, two hours before the start."""
        error = {"errorMessage": self.message, "errorId": grouped(f"error {self.cause}", 8, 4, 4, 4, 12)}
        return _simple(
            self.cause,
            f"{self.direction}, {self.description} ({self.cause})",
            _OUTBOUND | {"enqueuedTime": At(-7200)} if self.direction == "outbound" else {},
            {"startTime": At(-7200), "endTime": At(-7200 + self.end), "disconnectCause": self.cause},
            {} if self.answer is None else {"answerTime": At(-7200 + self.answer)},
            {} if self.message is None else error,
        )


ENDINGS: Final = (
    _Ending("hangup", "inbound", "answered, ended normally", 3.141, 601.657),
    _Ending("busy", "outbound", "the callee was busy", None, 2.4, "Callee is busy"),
    _Ending("timeout", "outbound", "nobody answered in time", None, 30, "Call was not answered"),
    _Ending("cancel", "inbound", "the caller gave up", None, 4),
    _Ending("rejected", "outbound", "the callee refused", None, 5.2),
    _Ending("callback-error", "inbound", "the callback failed", 1, 16, "Callback could not be delivered"),
    _Ending("invalid-bxml", "inbound", "the BXML was not valid", 1, 1.6, "BXML could not be parsed"),
    _Ending("application-error", "inbound", "an .ogg was to be played", 1, 8, "Audio format is not supported"),
    _Ending("account-limit", "outbound", "the account's limit was reached", None, 0.1, "Account limit reached"),
    _Ending("node-capacity-exceeded", "outbound", "no capacity was left", None, 0.2, "No capacity available"),
    _Ending("error", "outbound", "some other error", None, 0.9, "Service unavailable"),
    _Ending("unknown", "outbound", "an unknown error", None, 12, None),
)

STATES: Final = (
    _simple(
        "queued", "outbound, waiting in the account's queue", _OUTBOUND, {"state": "queued", "enqueuedTime": At(-5)}
    ),
    _simple(
        "initiated outbound",
        "outbound, not answered yet",
        _OUTBOUND,
        {"state": "initiated", "enqueuedTime": At(-9), "startTime": At(-8.5)},
    ),
    _simple(
        "initiated inbound",
        "inbound, ringing; the caller's number failed its verification",
        {"state": "initiated", "startTime": At(-7)},
        {"stirShaken": {"verstat": "TN-Validation-Failed", "attestationIndicator": "C", "originatingId": "pstn-gw-7"}},
    ),
    _simple(
        "answered inbound",
        "inbound, going on; the caller's number is verified; with the SIP Identity header",
        {"state": "answered", "startTime": At(-900), "answerTime": At(-895.75)},
        {
            "stirShaken": {
                "verstat": "TN-Validation-Passed",
                "attestationIndicator": "A",
                "originatingId": "orig-5550",
            },
            "identity": "eyJhbGciOiJFUzI1NiJ9.eyJzYW5kYm94IjoidHJ1ZSJ9.bm8gc2lnbmF0dXJl"
            ";info=<https://certs.example.com/shaken.pem>;alg=ES256;ppt=shaken",
        },
    ),
    _simple(
        "answered outbound",
        "outbound, going on",
        _OUTBOUND,
        {"state": "answered", "enqueuedTime": At(-600), "startTime": At(-600), "answerTime": At(-594.8)},
    ),
)

_ENDED: Final = {"startTime": At(-5400), "answerTime": At(-5396), "endTime": At(-5336.5), "disconnectCause": "hangup"}
_ARRAYED: Final = _simple("array", "answered and ended; comes as an array of one", _ENDED, array=True)

ODDITIES: Final = (
    _simple(
        "hangup unanswered",
        "outbound, cause hangup although nobody answered",
        _OUTBOUND,
        {"enqueuedTime": At(-6000), "startTime": At(-6000), "endTime": At(-5991), "disconnectCause": "hangup"},
    ),
    _simple(
        "transfer",
        "outbound, the B-leg of a transfer, to a SIP URI",
        _ENDED,
        {"parentCallId": call_id("answered inbound"), "direction": "outbound", "to": "sip:agent@voice.example.com"},
    ),
    _ARRAYED,
    _simple(
        "future words",
        "a state and a cause that nobody has documented",
        {"state": "parked", "startTime": At(-4000), "endTime": At(-3999.5), "disconnectCause": "regulatory-block"},
    ),
    _simple(
        "never started",
        "outbound, ended in the queue: startTime is null",
        _OUTBOUND,
        {"enqueuedTime": At(-3000), "endTime": At(-2990), "disconnectCause": "cancel"},
    ),
    _simple("anonymous", "inbound, the caller's number is a word", _ENDED, {"from": "anonymous"}),
    _simple("backwards", "inbound, ended before it was answered", _ENDED, {"answerTime": At(-5300)}),
    frozen(
        call_id("old edition"),
        "inbound, as an older edition had it: no stirShaken, identity or enqueuedTime",
        {
            key: value
            for key, value in _record("old edition", _ENDED).items()
            if key not in {"stirShaken", "identity", "enqueuedTime"}
        },
    ),
    _simple(
        "hostile",
        "hostile: escape sequences, bidi, markup and a formula in the caller and the error message",
        _ENDED,
        {"from": HOSTILE, "disconnectCause": "error", "errorMessage": HOSTILE},
    ),
    frozen(call_id("expired"), "ended eight days ago: 404, past the retention", None),
)


def _life(key: str, state: str, *parts: Record) -> dict[str, Any]:
    return _record(key, {"state": state}, *parts)


_QUEUED: Final = _OUTBOUND | {"enqueuedTime": At(0)}
_STARTED: Final = _QUEUED | {"startTime": At(6)}
_TALKING: Final = _STARTED | {"answerTime": At(9)}

LIVING: Final = (
    living(
        call_id("living"),
        "inbound, answered at 5 s, hangs up at 16 s",
        (0, _life("living", "initiated", {"startTime": At(0)})),
        (5, _life("living", "answered", {"startTime": At(0), "answerTime": At(5)})),
        (
            16,
            _life(
                "living",
                "disconnected",
                {"startTime": At(0), "answerTime": At(5), "endTime": At(16), "disconnectCause": "hangup"},
            ),
        ),
    ),
    living(
        call_id("living late"),
        "outbound, 404 for 4 s, queued, initiated at 6 s, answered at 9 s, hangs up at 20 s",
        (4, _life("living late", "queued", _QUEUED)),
        (6, _life("living late", "initiated", _STARTED)),
        (9, _life("living late", "answered", _TALKING)),
        (20, _life("living late", "disconnected", _TALKING, {"endTime": At(20), "disconnectCause": "hangup"})),
    ),
)

FAULTY: Final = tuple(
    Call(call_id(key), description, (Stage(ALWAYS, _record(key, _ENDED)),), steps)
    for key, description, steps in (
        *SCRIPTS,
        (
            "fault-429-date",
            "fault: rate limited once, Retry-After is a date; then answered; and again",
            ("429 date", "ok"),
        ),
    )
)

CALLS: Final = (*(ending.call() for ending in ENDINGS), *STATES, *ODDITIES, *LIVING, *FAULTY)

RECORDINGS: Final = (
    {
        "accountId": BANDWIDTH_ACCOUNT_ID,
        "applicationId": APPLICATION_ID,
        "callId": call_id("hangup"),
        "parentCallId": None,
        "recordingId": f"r-{grouped('recording one', 8, 4, 4, 4, 12)}",
        "recordingName": "greeting",
        "to": OFFICE,
        "from": CUSTOMER,
        "transferCallerId": None,
        "transferTo": None,
        "duration": "PT11.64S",
        "direction": "inbound",
        "channels": 1,
        "startTime": At(-7190),
        "endTime": At(-7178.36),
        "fileFormat": "wav",
        "status": "complete",
        "transcription": {
            "id": f"t-{grouped('transcription one', 8, 4, 4, 4, 12)}",
            "status": "available",
            "completedTime": At(-7140),
        },
    },
    {
        "accountId": BANDWIDTH_ACCOUNT_ID,
        "applicationId": APPLICATION_ID,
        "callId": call_id("hangup"),
        "parentCallId": None,
        "recordingId": f"r-{grouped('recording two', 8, 4, 4, 4, 12)}",
        "to": OFFICE,
        "from": CUSTOMER,
        "transferCallerId": OFFICE,
        "transferTo": "+19195550180",
        "duration": "PT5S",
        "direction": "inbound",
        "channels": 2,
        "startTime": At(-7100),
        "endTime": At(-7095),
        "fileFormat": "mp3",
        "status": "processing",
        "transcription": None,
    },
)
