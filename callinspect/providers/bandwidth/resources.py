"""What Bandwidth's words about callers, recordings, transcriptions and errors mean."""

from functools import partial

from callinspect.errors import AuthRejectedError, ForbiddenError, VendorUnavailableError
from callinspect.model import Outcome, StoredState, in_words
from callinspect.provider import Evidence, Word, Words, said

_spec = partial(said, evidence=Evidence.SPEC)
_seen = partial(said, evidence=Evidence.SEEN)

_DISTRUST = "Do not trust the caller's number; its carrier can trace the call by originatingId"

VERIFICATION = Words(
    "verification",
    "stirShaken.verstat",
    {
        "TN-Validation-Passed": said("Caller verified", "The caller's number has a valid signature"),
        "TN-Validation-Failed": said("Caller not verified", "The caller's number has an invalid signature", _DISTRUST),
        "TN-Verification-Passed": said(
            "Caller verified", "The caller's number has a valid signature; the wording of 2023"
        ),
        "TN-Verification-Failed": said(
            "Caller not verified", "The caller's number has an invalid signature; the wording of 2023", _DISTRUST
        ),
    },
)

ATTESTATION = Words(
    "attestation",
    "stirShaken.attestationIndicator",
    {
        "A": said("Full attestation", "The signing carrier knows its customer, who may use the number"),
        "B": said(
            "Partial attestation",
            "The signing carrier knows its customer, but not whether the number is the customer's",
            "Ask the caller to have their carrier register the number",
        ),
        "C": said(
            "Gateway attestation",
            "The signing carrier passed the call on from elsewhere and does not know the caller",
            "Do not rely on the caller's number",
        ),
    },
)

MESSAGE = Words(
    "message",
    "errorMessage",
    {
        "Callee is busy": Word(
            outcome=Outcome.BUSY,
            says=in_words("Busy", "The message that comes with the cause busy", "See busy", sip=486, q850=17),
        ),
        "Call was not answered": Word(
            outcome=Outcome.NO_ANSWER,
            says=in_words(
                "No answer", "The message that comes with the cause timeout", "See timeout", sip=408, q850=18
            ),
            evidence=Evidence.SEEN,
        ),
        "Service unavailable": _seen(
            "Failed", "A message that comes with the cause error", "See error", outcome=Outcome.FAILED
        ),
    },
)

RECORDING_STATUS = Words(
    "recording-status",
    "status",
    {
        "processing": _spec(
            "Being processed",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "partial": _spec(
            "Partial",
            "Bandwidth kept only part of the recording",
            "Give Bandwidth's support the recordingId",
            means=StoredState.PARTIAL,
        ),
        "complete": _spec("Ready", "The recording can be downloaded", means=StoredState.AVAILABLE),
        "completed": _seen(
            "Ready",
            "The recording can be downloaded; an example in the specification spells it this way",
            means=StoredState.AVAILABLE,
        ),
        "deleted": _spec(
            "Deleted",
            "The recording no longer exists",
            "Check who deleted it, and how long the account keeps recordings",
            means=StoredState.DELETED,
        ),
        "error": _spec(
            "Failed",
            "Bandwidth could not make or store the recording",
            "Give Bandwidth's support the recordingId",
            means=StoredState.FAILED,
        ),
    },
)

TRANSCRIPTION_STATUS = Words(
    "transcription-status",
    "transcription.status",
    {
        "none": _spec("None", "No transcription was requested"),
        "processing": _spec(
            "Being transcribed",
            "Bandwidth is still transcribing",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
        ),
        "available": _spec("Ready", "The transcription can be downloaded", means=StoredState.AVAILABLE),
        "error": _spec(
            "Failed",
            "The recording could not be transcribed",
            "Give Bandwidth's support the transcription's ID",
            means=StoredState.FAILED,
        ),
        "timeout": _spec("Timed out", "Transcribing took too long", "Request it again", means=StoredState.FAILED),
        "file-size-too-big": _spec(
            "Recording too long",
            "The recording is over the size that can be transcribed",
            "Make shorter recordings",
            means=StoredState.FAILED,
        ),
        "file-size-too-small": _spec(
            "Recording too short", "The recording is under the size that can be transcribed", means=StoredState.FAILED
        ),
    },
)

TRACK = Words(
    "track",
    "track",
    {
        "inbound": _spec("From the party", "The audio that came from the party on this leg"),
        "outbound": _spec("To the party", "The audio that the party on this leg heard"),
    },
)

_LOGIN = "Check the credentials; user name and password end on 2026-12-02"
_ROLE = "Check account_id, and that the user has the role HTTP Voice"
_SUPPORT = "Give Bandwidth's support the id in the error"

ERROR_TYPE = Words(
    "error",
    "type",
    {
        "validation": said(
            "Invalid request",
            "A parameter is invalid, the call does not exist, or its state does not allow this",
            "Read the description; a call that is not found may be too new, or older than 7 days",
        ),
        "authentication-error": said(
            "Credentials refused", "The user name, password or token is wrong", _LOGIN, means=AuthRejectedError
        ),
        "authorization-error": said(
            "Not allowed", "The credentials are not valid for this account", _ROLE, means=ForbiddenError
        ),
        "error": said("Limit reached", "The account exceeded one of its limits", "Wait as long as Retry-After says"),
        "internal-error": said(
            "Bandwidth failed", "Bandwidth had an internal error", _SUPPORT, means=VendorUnavailableError
        ),
        "system-overloaded": said(
            "Overloaded",
            "More calls are in progress than Bandwidth can handle",
            "Try again",
            means=VendorUnavailableError,
        ),
    },
)

STATUS = Words(
    "http",
    "status",
    {
        "400": said("Bad request", "Bandwidth did not accept a parameter", "Read the description, which names it"),
        "401": said("Credentials refused", "The user name, password or token is wrong", _LOGIN),
        "403": said("Not allowed", "The credentials are for another account, or lack a role", _ROLE),
        "404": said(
            "Not found",
            "The ID is wrong, or the call began minutes ago, or it ended more than 7 days ago",
            "Wait some minutes, or look for the call in Insights",
        ),
        "405": said("Method not allowed", "This method is not supported here", "Check base_url"),
        "409": said("Conflict", "The call's state does not allow the change; never sent for reading"),
        "415": said("Unsupported media type", "The request's body has the wrong type; never sent for reading"),
        "429": said("Rate limited", "The account sent too many calls or requests", "Wait as long as Retry-After says"),
        "500": said("Bandwidth failed", "Bandwidth had an internal error", _SUPPORT),
        "503": said("Overloaded", "Bandwidth has no capacity left for now", "Try again"),
    },
)
