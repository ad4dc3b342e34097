"""What Catapult's words about recordings, transcriptions, diversions and errors mean."""

from callinspect.errors import AuthRejectedError, VendorUnavailableError
from callinspect.model import StoredState, in_words
from callinspect.provider import Evidence, Word, Words, said

_SUPPORT = "Give Bandwidth's support its ID"

RECORDING_STATE = Words(
    "recording-status",
    "state",
    {
        "recording": said("Recording", "The recording is in progress", means=StoredState.RECORDING),
        "saving": said(
            "Being saved",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "complete": said("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "completed": said(
            "Ready",
            "The recording can be downloaded; an SDK spells it this way",
            means=StoredState.AVAILABLE,
            evidence=Evidence.INFERRED,
        ),
        "error": said("Failed", "Catapult could not store the recording", _SUPPORT, means=StoredState.FAILED),
    },
)

TRANSCRIPTION_STATE = Words(
    "transcription-status",
    "state",
    {
        "transcribing": said(
            "Being transcribed",
            "Catapult is still transcribing",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "completed": said(
            "Ready",
            "The transcription is ready; text holds at most its first 1000 characters",
            "Fetch textUrl for all of it",
            means=StoredState.AVAILABLE,
        ),
        "error": said("Failed", "The recording could not be transcribed", _SUPPORT, means=StoredState.FAILED),
    },
)


def _diverted(
    title: str, explanation: str, next_: str | None = None, *, sip: int | None = None, q850: int | None = None
) -> Word:
    return Word(says=in_words(title, f"{explanation}; in callbacks only", next_, sip=sip, q850=q850))


DIVERSION = Words(
    "redirection",
    "diversion.reason",
    {
        "unknown": _diverted("Diverted, reason unknown", "The call was diverted for an unknown reason"),
        "user-busy": _diverted(
            "Diverted on busy",
            "The number called first was busy",
            "Check that number's forwarding on busy",
            sip=486,
            q850=17,
        ),
        "no-answer": _diverted(
            "Diverted on no answer",
            "The number called first did not answer",
            "Check that number's forwarding on no answer",
            sip=480,
            q850=19,
        ),
        "unavailable": _diverted(
            "Diverted when unreachable",
            "The number called first was unreachable",
            "Check that the phone there is registered",
            sip=480,
            q850=20,
        ),
        "unconditional": _diverted(
            "Always diverted",
            "The number called first forwards every call",
            "Check that number's forwarding",
            sip=302,
            q850=23,
        ),
        "time-of-day": _diverted(
            "Diverted by schedule",
            "The number called first diverts calls on a schedule",
            "Check the schedule",
            sip=302,
            q850=23,
        ),
        "do-not-disturb": _diverted(
            "Diverted by do-not-disturb",
            "The user called first had do-not-disturb on",
            "Check do-not-disturb on that phone",
            sip=480,
        ),
        "deflection": _diverted(
            "Diverted by hand", "Someone diverted the call while it rang", "Ask who did", sip=302, q850=23
        ),
        "follow-me": _diverted(
            "Follow-me",
            "The user called first has calls follow them to other numbers",
            "Check follow-me there",
            sip=302,
            q850=23,
        ),
        "out-of-service": _diverted(
            "Diverted, out of service",
            "The line called first is out of service",
            "Check that line",
            sip=502,
            q850=27,
        ),
        "away": _diverted(
            "Diverted, away", "The user called first is set to away", "Check that user's presence", sip=480
        ),
    },
)

_USER = "Check that user_id belongs to the token"
_AGAIN = "Try again in a moment"
_SLOWER = "Wait until the time in X-RateLimit-Reset, which is in milliseconds"

CATEGORY = Words(
    "error-category",
    "category",
    {
        "authentication": said(
            "Credentials refused",
            "Catapult did not accept the token and secret",
            "Check both in the account's dashboard",
            means=AuthRejectedError,
        ),
        "authorization": said("Not allowed", "The credentials are not valid for this user", _USER),
        "not-found": said("Not found", "What was requested does not exist", "Check the ID: it may be of Voice v2"),
        "bad-request": said("Bad request", "Something in the request is invalid", "Read the message"),
        "conflict": said("Conflict", "Another request changed it meanwhile; never sent for reading"),
        "forbidden": said("Wrong state", "Its state does not allow this; never sent for reading"),
        "unavailable": said("Unavailable", "A part of Catapult is down", _AGAIN),
        "credit": said("No credit", "The account's balance is too low; never sent for reading", "Check the balance"),
        "payment": said("Payment failed", "The payment system behind Catapult failed", _AGAIN),
        "backend": said("Internal error", "A system behind Catapult failed", _AGAIN, means=VendorUnavailableError),
        "limit": said("Limit reached", "A limit of the account was reached", _SLOWER, evidence=Evidence.SEEN),
        "too-many-requests": said(
            "Rate limited",
            "Catapult allows one request a second for each kind of resource",
            _SLOWER,
            evidence=Evidence.SEEN,
        ),
    },
)

ERROR_CODE = Words(
    "error",
    "code",
    {
        "call-not-found": said(
            "No such call",
            "The user has no call with this ID",
            "Check user_id, and whether the ID is of Voice v2, with hexadecimal groups",
            evidence=Evidence.SEEN,
        ),
        "user-not-found": said("No such user", "Catapult has no user with this ID", "Check user_id"),
        "resource-not-found": said("No such path", "Catapult does not have this path", "Check base_url"),
        "recording-not-found": said("No such recording", "Catapult has no recording with this ID"),
        "transcription-not-found": said("No such transcription", "Catapult has no transcription with this ID"),
        "user-access-denied": said("Not your user", "The token belongs to another user", _USER),
        "insufficient-available-balance": said(
            "No credit", "The balance is too low; never sent for reading", "Check the balance"
        ),
        "call-rate-limit": said("Calls too fast", "Too many calls were placed at once; never sent for reading"),
        "call-invalid-state": said("Wrong state", "The call's state does not allow this; never sent for reading"),
        "call-id-not-found": said("No such call", "There is no call to change; never sent for reading"),
        "rate-limit-reached": said(
            "Rate limited", "Catapult allows one request a second for each kind of resource", _SLOWER
        ),
        "too-many-requests": said(
            "Rate limited", "The same as rate-limit-reached, by the name in the list of errors", _SLOWER
        ),
        "gateway-unavailable": said("Gateway down", "Catapult cannot reach its gateway", _AGAIN),
        "call-unavailable": said("Not ready", "The call is not set up yet", _AGAIN),
    },
)
