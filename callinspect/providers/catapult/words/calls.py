"""What Catapult's words about a call mean."""

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

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
            "The call failed, as do international calls on accounts that are not enabled for them",
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
    "The cause is not documented; Catapult's documentation calls every such cause an internal error",
    "Give Bandwidth's support the call ID",
)

STATES = {
    "started": said(
        "Not answered yet",
        "The call is ringing or being placed, and nobody has answered",
        "If this lasts, check callTimeout; on an inbound call, check that your application answered",
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
            "The call was declined; a call that went to voicemail is not reported as rejected",
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

DIRECTIONS = meanings(DIRECTION.words)

CAUSE = Words("cause", "hangup", CAUSES, other=Word(cause=UNDOCUMENTED), is_q850=True)
STATE = Words("state", "state", STATES)
