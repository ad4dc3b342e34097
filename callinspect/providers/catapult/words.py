"""What Catapult's words mean; those that are not about a call itself come from `resources`."""

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.model.timeline import Happened
from callinspect.provider import Evidence, Word, Words, hints, meanings, said
from callinspect.providers.catapult.resources import (
    CATEGORY,
    DIVERSION,
    ERROR_CODE,
    RECORDING_STATE,
    TRANSCRIPTION_STATE,
)

CAUSES = {
    "NORMAL_CLEARING": Word(
        cause=in_words(
            "Hung up", "One side hung up", "Check your application's log for who did; Catapult does not say", q850=16
        ),
        unanswered=in_words(
            "Hung up",
            "One side hung up before anyone answered",
            "Check your application's log for who did; Catapult does not say",
            q850=16,
        ),
    ),
    "ORIGINATOR_CANCEL": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words(
            "Canceled",
            "The caller gave up before it was answered",
            "Check how long it rang before that",
            sip=487,
            q850=16,
        ),
    ),
    "USER_BUSY": Word(
        outcome=Outcome.BUSY,
        cause=in_words(
            "Busy",
            "The called party was busy",
            "Try again later; some carriers also report a declined call as busy",
            sip=486,
            q850=17,
        ),
    ),
    "NO_ANSWER": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "Nobody answered",
            "Compare callTimeout (60 s by default) with how long the phone rings before voicemail",
            sip=480,
            q850=19,
        ),
    ),
    "CALL_REJECTED": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=in_words(
            "Rejected",
            "The called party declined the call",
            "Find out whether a person or a spam filter declined it",
            sip=603,
            q850=21,
        ),
    ),
    "UNALLOCATED_NUMBER": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No such number", "The number is not in use", "Check the number that was dialed", sip=404, q850=1
        ),
    ),
    "NORMAL_TEMPORARY_FAILURE": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Failed",
            "The call failed; Catapult reports this for international calls on accounts without them",
            "If the number is international, check the account's products; otherwise try again",
            q850=41,
        ),
    ),
    "UNSPECIFIED": Word(
        outcome=Outcome.UNKNOWN,
        cause=in_words(
            "No reason given",
            "The call ended; the network gave no reason",
            "Check the logs at both ends",
            sip=480,
            q850=31,
        ),
        evidence=Evidence.INFERRED,
    ),
    "SWITCH_CONGESTION": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Congestion",
            "A switch on the way was overloaded",
            "Try again, and place fewer calls per second",
            sip=503,
            q850=42,
        ),
        evidence=Evidence.INFERRED,
    ),
    "NORMAL_CIRCUIT_CONGESTION": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No free circuit",
            "There was no free channel on the way",
            "Try again, or over another route",
            sip=503,
            q850=34,
        ),
        evidence=Evidence.INFERRED,
    ),
}
"""Causes without an outcome, or with an unknown one, occur whether or not the call was answered."""

UNDOCUMENTED = in_words(
    "Internal error",
    "Catapult reports every cause that it does not list as internal",
    "Give Bandwidth's support the call's ID",
)

STATES = {
    "started": said(
        "Not answered yet",
        "The call rings or is being placed, and nobody has answered it",
        "If it stays so, check callTimeout, and for an inbound call that your application answered",
        state=State.RINGING,
    ),
    "active": said("Answered", "The call was answered and is in progress", state=State.ACTIVE),
    "transferring": said(
        "Being transferred",
        "The call is being transferred and is in progress",
        "Get the other leg too",
        state=State.ACTIVE,
    ),
    "completed": said(
        "Ended",
        "The call has ended; nobody answered it if there is no activeTime",
        "Read its events, which say why",
        state=State.ENDED,
    ),
    "rejected": Word(
        State.ENDED,
        Outcome.REJECTED,
        says=in_words(
            "Rejected",
            "The call was declined; one that reached a voicemail was not",
            "Read its events, which may say more",
            sip=603,
            q850=21,
        ),
    ),
    "error": said(
        "Failed",
        "The call failed; a state that Bandwidth does not document",
        "Read its events, and the account's errors at that time",
        state=State.ENDED,
        outcome=Outcome.FAILED,
        evidence=Evidence.SEEN,
    ),
}

DIRECTION = Words(
    "direction",
    "direction",
    {
        "in": said("Inbound", "The call came in to a number of the user", means=Direction.INBOUND),
        "out": said("Outbound", "Your application placed the call", means=Direction.OUTBOUND),
    },
)

EVENT = Words(
    "event",
    "name",
    {
        "create": said("Created", "Catapult created the call", means=Happened.CREATED),
        "incomingcall": said("Incoming", "Your application was told of an incoming call", means=Happened.CALLED),
        "answer": said("Answered", "Someone answered, or your application did", means=Happened.ANSWERED),
        "playback": said("Playback", "An audio file started or stopped; data says which", means=Happened.PLAYED),
        "speak": said("Speech", "The call flow spoke a sentence", means=Happened.SPOKE),
        "gather": said("Digits collected", "The digits that the call flow waited for", means=Happened.COLLECTED),
        "dtmf": said("Key pressed", "A party pressed a key", means=Happened.KEYED),
        "recording": said("Recording", "A recording has a new state", means=Happened.OTHER),
        "transcription": said("Transcription", "A transcription has a new state", means=Happened.TRANSCRIBED),
        "CHANNEL_EXECUTE": said("Step began", "The switch began the step that data names", means=Happened.STEP),
        "CHANNEL_EXECUTE_COMPLETE": said(
            "Step done", "The switch finished a step, possibly after the hangup", means=Happened.STEP
        ),
        "timeout": Word(
            outcome=Outcome.NO_ANSWER,
            says=in_words(
                "Timed out",
                "The callTimeout passed without an answer",
                "Compare callTimeout with how long the phone rings before voicemail",
                sip=480,
                q850=19,
            ),
            means=Happened.OTHER,
        ),
        "reject": Word(
            outcome=Outcome.REJECTED,
            says=in_words(
                "Rejected",
                "Your application rejected the call",
                "Look for the reason in your application's log",
                sip=603,
                q850=21,
            ),
            means=Happened.DECLINED,
        ),
        "error": said("Error", "Something failed; data says what", "Read data", means=Happened.ERROR),
        "hangup": said("Ended", "The call is over; data has the cause", means=Happened.ENDED),
    },
)

DIRECTIONS = meanings(DIRECTION.words)
EVENTS = meanings(EVENT.words)
STORED_RECORDING_STATES = meanings(RECORDING_STATE.words)
TRANSCRIPTION_STATES = meanings(TRANSCRIPTION_STATE.words)

CATEGORIES = meanings(CATEGORY.words)
"""The categories of Catapult's errors; None means that the HTTP status decides."""

ERROR_CODES = frozenset(ERROR_CODE.words)
"""Codes that identify an error as Catapult's even without a category."""

HINTS = hints(ERROR_CODE.words, "user-access-denied", "user-not-found", "resource-not-found")

WORDS = (
    Words("cause", "hangup", CAUSES, other=Word(cause=UNDOCUMENTED)),
    Words("state", "state", STATES),
    DIRECTION,
    EVENT,
    RECORDING_STATE,
    TRANSCRIPTION_STATE,
    DIVERSION,
    CATEGORY,
    ERROR_CODE,
)
