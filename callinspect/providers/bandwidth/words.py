"""The meanings of Bandwidth's words: states, directions, causes, types of errors. All are open lists."""

from callinspect.errors import AuthRejectedError, CallinspectError, ForbiddenError, VendorUnavailableError
from callinspect.model import Direction, EndedBy, Outcome, State, StoredState, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

STATES = {
    "queued": Word(State.QUEUED),
    "initiated": Word(State.RINGING),
    "answered": Word(State.ACTIVE),
    "disconnected": Word(State.ENDED),
}

DIRECTIONS = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}

CAUSES = {
    "hangup": Word(cause=in_words("Ended normally", "One side hung up, or the call flow ended")),
    "busy": Word(
        outcome=Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", sip=486, q850=17),
    ),
    "timeout": Word(
        outcome=Outcome.NO_ANSWER,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("No answer", "Nobody answered within the call's timeout", sip=408, q850=18),
    ),
    "cancel": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words("Canceled", "The caller gave up before it was answered", sip=487, q850=16),
    ),
    "rejected": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=in_words("Rejected", "The called party declined the call", sip=603, q850=21),
    ),
    "callback-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("Callback failed", "Bandwidth could not deliver a callback to your application's server"),
    ),
    "invalid-bxml": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("Invalid BXML", "Your application answered a callback with invalid BXML"),
    ),
    "application-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Application error",
            "Your application asked for something that the call does not support",
        ),
    ),
    "account-limit": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("Account limit reached", "Your account's limit of calls was reached", sip=503, q850=42),
    ),
    "node-capacity-exceeded": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("Bandwidth at capacity", "Bandwidth's own capacity was reached", sip=503, q850=42),
    ),
    "error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words("Failed", "The call failed for another reason"),
    ),
    "unknown": Word(
        cause=in_words("Unknown error", "Bandwidth does not know why the call failed"),
    ),
}

NAMELESS = in_words("Ended with an error", "Bandwidth reports an error without a cause")
UNDOCUMENTED = Word(cause=in_words("Undocumented cause", "Bandwidth's documentation does not list this cause"))

BEFORE_AN_ANSWER = frozenset({"busy", "timeout", "cancel", "rejected"})
"""Causes of calls that were not answered."""

ERRORS: dict[str, type[CallinspectError] | None] = {
    "authentication-error": AuthRejectedError,
    "authorization-error": ForbiddenError,
    "internal-error": VendorUnavailableError,
    "system-overloaded": VendorUnavailableError,
    "validation": None,
    "error": None,
}
"""The types of Bandwidth's errors; None means that the HTTP status decides."""

RECORDING_STATUS = Words(
    "recording-status",
    "status",
    {
        "processing": said(
            "Being processed",
            "The recording has ended and is not ready to download",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
            evidence=Evidence.SPEC,
        ),
        "partial": said(
            "Partial",
            "Bandwidth kept only part of the recording",
            "Give Bandwidth's support the recordingId",
            means=StoredState.PARTIAL,
            evidence=Evidence.SPEC,
        ),
        "complete": said(
            "Ready", "The recording can be downloaded", means=StoredState.AVAILABLE, evidence=Evidence.SPEC
        ),
        "completed": said(
            "Ready",
            "The recording can be downloaded; an example in the specification spells it this way",
            means=StoredState.AVAILABLE,
            evidence=Evidence.SEEN,
        ),
        "deleted": said(
            "Deleted",
            "The recording is gone",
            "Check who deleted it, and the account's retention rules",
            means=StoredState.DELETED,
            evidence=Evidence.SPEC,
        ),
        "error": said(
            "Failed",
            "The recording could not be made or stored",
            "Give Bandwidth's support the recordingId",
            means=StoredState.FAILED,
            evidence=Evidence.SPEC,
        ),
    },
)

RECORDING_STATES = meanings(RECORDING_STATUS.words)

TRANSCRIPTION_STATUS = Words(
    "transcription-status",
    "transcription.status",
    {
        "none": said("None", "No transcription was requested", evidence=Evidence.SPEC),
        "processing": said(
            "Being written",
            "The transcription is not ready",
            "Ask again in a moment",
            means=StoredState.PROCESSING,
            evidence=Evidence.SPEC,
        ),
        "available": said(
            "Ready", "The transcription can be downloaded", means=StoredState.AVAILABLE, evidence=Evidence.SPEC
        ),
        "error": said(
            "Failed",
            "The recording could not be transcribed",
            "Give Bandwidth's support the transcription's ID",
            means=StoredState.FAILED,
            evidence=Evidence.SPEC,
        ),
        "timeout": said(
            "Timed out",
            "The transcription took too long",
            "Request it again",
            means=StoredState.FAILED,
            evidence=Evidence.SPEC,
        ),
        "file-size-too-big": said(
            "Recording too long",
            "The recording is too large to be transcribed",
            "Make shorter recordings",
            means=StoredState.FAILED,
            evidence=Evidence.SPEC,
        ),
        "file-size-too-small": said(
            "Recording too short",
            "The recording is too small to be transcribed",
            means=StoredState.FAILED,
            evidence=Evidence.SPEC,
        ),
    },
)

TRANSCRIPTION_STATES = meanings(TRANSCRIPTION_STATUS.words)
"""What each stands for; `none` is not the state of a transcription."""
