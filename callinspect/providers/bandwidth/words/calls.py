"""What Bandwidth's words about a call and its caller mean. All are open lists."""

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.provider import Evidence, Word, Words, meanings, said

CAUSES = {
    "hangup": Word(
        cause=in_words(
            "Hung up",
            "One side hung up, or the call flow ended",
            "Check the last BXML that your server sent: a call ends with a Hangup verb, or when no verb is left",
            q850=16,
        ),
        unanswered=in_words(
            "Hung up",
            "One side hung up, or the call flow ended, before anyone answered",
            "Check how long it rang, and whether your application hung up",
            q850=16,
        ),
    ),
    "busy": Word(
        outcome=Outcome.BUSY,
        cause=in_words(
            "Busy",
            "The called party was busy",
            "Try again later; some carriers also report a declined call as busy",
            sip=486,
            q850=17,
        ),
    ),
    "timeout": Word(
        outcome=Outcome.NO_ANSWER,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "No answer",
            "Nobody answered within the call's timeout",
            "Compare callTimeout (30 s by default) with how long the phone rings before voicemail",
            sip=408,
            q850=18,
        ),
    ),
    "cancel": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words(
            "Canceled",
            "The caller gave up before it was answered",
            "Check how long it rang; your application may have canceled a call that it placed",
            sip=487,
            q850=16,
        ),
    ),
    "rejected": Word(
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
    "callback-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Callback failed",
            "Bandwidth could not deliver a callback to your application's server",
            "Check that the server was reachable, with a valid certificate, and answered within callbackTimeout",
        ),
    ),
    "invalid-bxml": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Invalid BXML",
            "Your application answered a callback with invalid BXML",
            "Validate the BXML that your server sent at that time",
        ),
    ),
    "application-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Application error",
            "Your application asked for something that the call does not support",
            "Check the last BXML verb that ran: playing an .ogg file, for example, is not supported",
        ),
    ),
    "account-limit": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Account limit reached",
            "The account's call limit was reached",
            "Place fewer calls per second or at once, or ask Bandwidth for a higher limit",
            sip=503,
            q850=42,
        ),
    ),
    "node-capacity-exceeded": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Bandwidth at capacity",
            "Bandwidth had no capacity for the call",
            "Try again, and check Bandwidth's status page",
            sip=503,
            q850=42,
        ),
    ),
    "error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Failed",
            "The call failed for a reason that no other cause covers",
            "Give Bandwidth's support the call ID and, if there is one, the errorId",
        ),
    ),
    "unknown": Word(
        outcome=Outcome.UNKNOWN,
        cause=in_words(
            "Unknown error",
            "Bandwidth does not know why the call failed",
            "Give Bandwidth's support the call ID and, if there is one, the errorId",
        ),
    ),
}

NAMELESS = in_words(
    "Ended with an error",
    "Bandwidth reports an error without a cause",
    "Give Bandwidth's support the call ID and, if there is one, the errorId",
)

UNDOCUMENTED = Word(
    cause=in_words(
        "Undocumented cause",
        "Bandwidth's documentation does not list this cause",
        "Give Bandwidth's support the call ID",
    )
)

BEFORE_AN_ANSWER = frozenset({"busy", "timeout", "cancel", "rejected"})
"""Causes of calls that were not answered."""

STATES = {
    "queued": said(
        "Queued",
        "The call is in the account's queue and has not been placed yet",
        "Compare the length of the queue with the account's limit of calls per second",
        state=State.QUEUED,
    ),
    "initiated": said(
        "Not answered yet",
        "The call was created and has not been answered",
        "If this lasts, check callTimeout; on an inbound call, check that your server answered the webhook",
        state=State.RINGING,
    ),
    "answered": said("Answered", "The call was answered and is in progress", state=State.ACTIVE),
    "disconnected": said("Ended", "The call has ended, for the reason in disconnectCause", state=State.ENDED),
}

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": said("Inbound", "The call came in to a Bandwidth number", means=Direction.INBOUND),
        "outbound": said("Outbound", "Your application, or a transfer, placed the call", means=Direction.OUTBOUND),
    },
)

DIRECTIONS = meanings(DIRECTION.words)

CAUSE = Words("cause", "disconnectCause", CAUSES)

STATE = Words(
    "state",
    "state",
    STATES
    | {
        "active": said(
            "Active",
            "Tools around Bandwidth use this word for a call in progress; Bandwidth's reference does not",
            evidence=Evidence.UNCONFIRMED,
        )
    },
)

_DISTRUST = "Do not trust the caller ID; the originating carrier can trace the call by its originatingId"

VERIFICATION = Words(
    "verification",
    "stirShaken.verstat",
    {
        "TN-Validation-Passed": said("Verification passed", "The caller's number has a valid signature"),
        "TN-Validation-Failed": said("Verification failed", "The caller's number has an invalid signature", _DISTRUST),
        "TN-Verification-Passed": said(
            "Verification passed", "The caller's number has a valid signature; the wording of 2023"
        ),
        "TN-Verification-Failed": said(
            "Verification failed", "The caller's number has an invalid signature; the wording of 2023", _DISTRUST
        ),
    },
)

ATTESTATION = Words(
    "attestation",
    "stirShaken.attestationIndicator",
    {
        "A": said("Full attestation", "The signing carrier knows its customer and the customer's right to the number"),
        "B": said(
            "Partial attestation",
            "The signing carrier knows its customer, but not whether the number is the customer's",
            "Ask the caller to have their carrier register the number",
        ),
        "C": said(
            "Gateway attestation",
            "The signing carrier passed the call on from elsewhere and does not know the caller",
            "Do not rely on the caller ID",
        ),
    },
)

MESSAGE = Words(
    "message",
    "errorMessage",
    {
        "Callee is busy": Word(outcome=Outcome.BUSY, says=CAUSES["busy"].cause),
        "Call was not answered": Word(outcome=Outcome.NO_ANSWER, says=CAUSES["timeout"].cause, evidence=Evidence.SEEN),
        "Service unavailable": Word(outcome=Outcome.FAILED, says=CAUSES["error"].cause, evidence=Evidence.SEEN),
    },
)
"""The messages of some causes, which say what the cause says."""
