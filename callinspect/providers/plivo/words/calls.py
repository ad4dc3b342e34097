"""What Plivo's words about a call mean, other than its numeric hangup causes."""

from callinspect.model import Direction, EndedBy, Outcome, State, StoredState, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

_WAIT_FOR_RECORD = "Ask again in some minutes: the call's record says more"

STATUSES = {
    "queued": said(
        "Queued",
        "The call waits in the account's queue",
        "If it stays queued, check how many calls per second the account may place",
        state=State.QUEUED,
    ),
    "ringing": said("Ringing", "The called party's phone is ringing", state=State.RINGING),
    "in-progress": said("In progress", "The call was answered and is in progress", state=State.ACTIVE),
    "completed": Word(
        State.ENDED,
        Outcome.ANSWERED,
        cause=in_words("Completed", "The call was answered and has ended", _WAIT_FOR_RECORD),
    ),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
    ),
    "no-answer": Word(
        State.ENDED,
        Outcome.NO_ANSWER,
        cause=in_words("No answer", "Nobody answered", _WAIT_FOR_RECORD, sip=480, q850=19),
    ),
    "cancel": Word(
        State.ENDED,
        Outcome.CANCELED,
        cause=in_words("Canceled", "The call was canceled before anyone answered", _WAIT_FOR_RECORD, sip=487, q850=16),
    ),
    "timeout": Word(
        State.ENDED,
        Outcome.NO_ANSWER,
        cause=in_words(
            "Timed out",
            "Nobody answered in time",
            "Compare the ring timeout with how long the phone rings before voicemail",
            sip=408,
            q850=18,
        ),
    ),
    "failed": Word(
        State.ENDED, Outcome.FAILED, cause=in_words("Failed", "The call could not be set up", _WAIT_FOR_RECORD)
    ),
}
"""A live call has one of the first three; callbacks have the others, too."""

SOURCES = {
    "Caller": said("The caller", "The calling party hung up", means=EndedBy.CALLER),
    "Callee": said("The called party", "The called party hung up", means=EndedBy.CALLEE),
    "Call recipient": said("The called party", "The called party hung up", means=EndedBy.CALLEE),
    "Plivo": said("Plivo", "Plivo ended the call", means=EndedBy.PLATFORM),
    "Carrier": said("The carrier", "The carrier ended the call, for whichever side"),
    "API Request": said("The API", "Your application hung up through the API", means=EndedBy.PLATFORM),
    "Answer XML": said("Your XML", "The XML of your application hung up", means=EndedBy.PLATFORM),
    "Error": said("An error", "Plivo ended the call because of an error", means=EndedBy.PLATFORM),
    "Unknown": said("Not known", "Plivo does not know who ended the call"),
}

DIRECTION = Words(
    "direction",
    "call_direction",
    {
        "inbound": said("Inbound", "Someone called a number or SIP endpoint of yours", means=Direction.INBOUND),
        "outbound": said("Outbound", "Your account placed the call", means=Direction.OUTBOUND),
    },
)

TRANSCRIPTION = Words(
    "transcription-status",
    "status",
    {"success": said("Ready", "The recording was transcribed", means=StoredState.AVAILABLE, evidence=Evidence.SPEC)},
)

STATUS = Words("state", "call_status", STATUSES)
SOURCE = Words("hangup-source", "hangup_source", SOURCES)
DIRECTIONS = meanings(DIRECTION.words)
ENDERS = meanings(SOURCES)
TRANSCRIPTION_STATES = meanings(TRANSCRIPTION.words)
