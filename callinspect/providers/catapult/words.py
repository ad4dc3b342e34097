"""The meanings of Catapult's words: states, directions, causes of hangup events, categories of errors."""

from callinspect.errors import AuthRejectedError, CallinspectError, VendorUnavailableError
from callinspect.model import Direction, EndedBy, Happened, Outcome, State, StoredState, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

STATES = {
    "started": Word(State.RINGING),
    "active": Word(State.ACTIVE),
    "transferring": Word(State.ACTIVE),
    "completed": Word(State.ENDED),
    "rejected": Word(State.ENDED, Outcome.REJECTED),
    "error": Word(State.ENDED, Outcome.FAILED),
}

DIRECTIONS = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}

CAUSES = {
    "NORMAL_CLEARING": Word(cause=in_words("Ended normally", "One side hung up", q850=16)),
    "ORIGINATOR_CANCEL": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words("Canceled", "The caller gave up before it was answered", sip=487, q850=16),
    ),
    "USER_BUSY": Word(outcome=Outcome.BUSY, cause=in_words("Busy", "The called party was busy", sip=486, q850=17)),
    "NO_ANSWER": Word(outcome=Outcome.NO_ANSWER, cause=in_words("No answer", "Nobody answered", sip=480, q850=19)),
    "CALL_REJECTED": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=in_words("Rejected", "The called party declined the call", sip=603, q850=21),
    ),
    "UNALLOCATED_NUMBER": Word(
        outcome=Outcome.FAILED,
        cause=in_words("No such number", "The number is not in use", sip=404, q850=1),
    ),
    "NORMAL_TEMPORARY_FAILURE": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Failed",
            "The call failed; Catapult reports this for international calls on accounts without them",
            q850=41,
        ),
    ),
}
"""Causes without an outcome occur whether or not the call was answered."""

UNDOCUMENTED = in_words("Internal error", "Catapult reports every cause that it does not list as internal")

ERROR_CODES = frozenset({"call-not-found", "user-not-found", "resource-not-found", "user-access-denied"})
"""Codes that identify an error as Catapult's even without a category."""

CATEGORIES: dict[str, type[CallinspectError] | None] = {
    **dict.fromkeys(("authorization", "not-found", "bad-request", "conflict", "forbidden", "credit", "payment")),
    **dict.fromkeys(("unavailable", "limit", "too-many-requests")),
    "authentication": AuthRejectedError,
    "backend": VendorUnavailableError,
}
"""The categories of Catapult's errors; None means that the HTTP status decides."""

HINTS = {
    "user-access-denied": "check that user_id belongs to the token",
    "user-not-found": "check user_id",
    "resource-not-found": "check base_url",
}

EVENT = Words(
    "event",
    "name",
    {
        "create": said("Created", "The call was created", means=Happened.CREATED),
        "incomingcall": said("Incoming", "Your application was told of an incoming call", means=Happened.CALLED),
        "answer": said("Answered", "The call was answered", means=Happened.ANSWERED),
        "playback": said("Playback", "An audio file started or stopped; data says which", means=Happened.PLAYED),
        "speak": said("Speech", "A sentence was spoken", means=Happened.SPOKE),
        "gather": said("Digits collected", "The digits that the call flow waited for", means=Happened.COLLECTED),
        "dtmf": said("Key pressed", "A key was pressed", means=Happened.KEYED),
        "recording": said("Recording", "A recording changed its state", means=Happened.OTHER),
        "transcription": said("Transcription", "A transcription changed its state", means=Happened.TRANSCRIBED),
        "CHANNEL_EXECUTE": said("Step began", "The switch began the step that data names", means=Happened.STEP),
        "CHANNEL_EXECUTE_COMPLETE": said(
            "Step done", "The switch finished a step, possibly after the hangup", means=Happened.STEP
        ),
        "timeout": Word(
            outcome=Outcome.NO_ANSWER,
            says=in_words(
                "Timed out",
                "Nobody answered within callTimeout",
                "Compare callTimeout with how long the phone rings before voicemail",
                sip=480,
                q850=19,
            ),
            means=Happened.OTHER,
        ),
        "reject": Word(
            outcome=Outcome.REJECTED,
            says=in_words(
                "Rejected", "Your application rejected the call", "Check your application's log", sip=603, q850=21
            ),
            means=Happened.DECLINED,
        ),
        "error": said("Error", "Something failed; data says what", "Read data", means=Happened.ERROR),
        "hangup": said("Ended", "The call ended; data is the cause", means=Happened.ENDED),
    },
)

EVENTS = meanings(EVENT.words)

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
        "error": said(
            "Failed",
            "The recording could not be stored",
            "Give Bandwidth's support the recording's ID",
            means=StoredState.FAILED,
        ),
    },
)

STORED_RECORDING_STATES = meanings(RECORDING_STATE.words)

TRANSCRIPTION_STATE = Words(
    "transcription-status",
    "state",
    {
        "transcribing": said(
            "Being written", "The transcription is not ready", "Ask again in a moment", means=StoredState.PROCESSING
        ),
        "completed": said(
            "Ready",
            "The transcription is ready; text holds at most its first 1000 characters",
            "Fetch textUrl for all of it",
            means=StoredState.AVAILABLE,
        ),
        "error": said(
            "Failed",
            "The recording could not be transcribed",
            "Give Bandwidth's support the transcription's ID",
            means=StoredState.FAILED,
        ),
    },
)

TRANSCRIPTION_STATES = meanings(TRANSCRIPTION_STATE.words)
