"""What Telnyx's words about a call mean: those of a TeXML call, and those of the hangup event."""

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.model.further import AnsweredBy
from callinspect.provider import Evidence, Word, Words, meanings, said

_CANCELED = "Check how long it rang before the caller gave up"
_LOGS = "If the call was cut off, look at the logs of the side that hung up"
READ_EVENTS = "Read the call's events, which say who hung up and why: --with events"
FIND_WEBHOOK = "Look for the call.hangup webhook in your application's log"
"""What to do instead, where there are no events to read."""

STATUSES = {
    "queued": said(
        "Queued",
        "The call waits to be placed; in webhooks only",
        "If it stays queued, check the account's limit of outbound calls",
        state=State.QUEUED,
    ),
    "initiated": said("Dialing", "Telnyx is placing the call; in webhooks only", state=State.DIALING),
    "ringing": said("Ringing", "The called party's phone is ringing", state=State.RINGING),
    "in-progress": said("In progress", "The call was answered and is in progress", state=State.ACTIVE),
    "completed": Word(
        State.ENDED,
        Outcome.ANSWERED,
        cause=in_words(
            "Completed",
            "The call was answered and has ended; its TeXML record does not say who hung up",
            READ_EVENTS,
        ),
        evidence=Evidence.SPEC,
    ),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
        evidence=Evidence.SPEC,
    ),
    "no-answer": Word(
        State.ENDED,
        Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "Nobody answered in time",
            "Compare the timeout of the dial with how long the phone rings before voicemail",
            sip=480,
            q850=19,
        ),
        evidence=Evidence.SPEC,
    ),
    "canceled": Word(
        State.ENDED,
        Outcome.CANCELED,
        cause=in_words(
            "Canceled",
            "The call was given up before anyone answered",
            _CANCELED,
            sip=487,
            q850=16,
        ),
        evidence=Evidence.SPEC,
    ),
    "failed": Word(
        State.ENDED,
        Outcome.FAILED,
        cause=in_words("Failed", "The call could not be set up", READ_EVENTS),
        evidence=Evidence.SPEC,
    ),
}

ANSWERED_IN = in_words(
    "Completed",
    "The call was answered, perhaps by your application alone; its TeXML record does not say who hung up",
    READ_EVENTS,
)
"""`completed` of an inbound call: TeXML answers before it asks the application what to do."""

HANGUPS = {
    "normal_clearing": Word(
        cause=in_words("Hung up", "One side hung up", _LOGS, q850=16),
        unanswered=in_words(
            "Hung up",
            "One side hung up before anyone answered",
            "Check how long it rang, and your application's log for a hangup",
            q850=16,
        ),
        evidence=Evidence.SPEC,
    ),
    "originator_cancel": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words(
            "Canceled",
            "The caller gave up before it was answered",
            _CANCELED,
            sip=487,
            q850=16,
        ),
        evidence=Evidence.SPEC,
    ),
    "timeout": Word(
        outcome=Outcome.NO_ANSWER,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Timed out",
            "Nobody answered before timeout_secs ran out",
            "Compare timeout_secs (30 by default) with how long the phone rings before voicemail",
            sip=408,
            q850=18,
        ),
        evidence=Evidence.SPEC,
    ),
    "no_answer": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words(
            "No answer",
            "The phone rang and nobody answered",
            "Try again at another time",
            sip=480,
            q850=19,
        ),
        evidence=Evidence.SPEC,
    ),
    "user_busy": Word(
        outcome=Outcome.BUSY,
        cause=in_words(
            "Busy",
            "The called party was busy",
            "Try again later; some carriers also report a declined call as busy",
            sip=486,
            q850=17,
        ),
        evidence=Evidence.SPEC,
    ),
    "call_rejected": Word(
        outcome=Outcome.REJECTED,
        cause=in_words(
            "Rejected",
            "The called party or a carrier refused the call",
            "Look at the SIP code; check the caller ID, and the outbound voice profile for that destination",
            sip=603,
            q850=21,
        ),
        evidence=Evidence.SPEC,
    ),
    "not_found": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "No such number",
            "The number or SIP address does not exist or cannot be reached",
            "Check what was dialed; for a SIP address, check that the phone is registered",
            sip=404,
            q850=1,
        ),
        evidence=Evidence.SPEC,
    ),
    "time_limit": Word(
        outcome=Outcome.ANSWERED,
        ended_by=EndedBy.PLATFORM,
        cause=in_words(
            "Time limit reached",
            "The call was cut off when time_limit_secs ran out",
            "If it should last longer, dial with a larger time_limit_secs (4 hours by default)",
        ),
        evidence=Evidence.SPEC,
    ),
    "unspecified": Word(
        outcome=Outcome.UNKNOWN,
        cause=in_words(
            "No reason given", "The call ended; Telnyx does not report why", "Look at the SIP code, if there is one"
        ),
        evidence=Evidence.SPEC,
    ),
}
"""Causes without an outcome occur whether or not the call was answered."""

UNDOCUMENTED = Word(
    outcome=Outcome.UNKNOWN,
    cause=in_words(
        "Ended", "The cause is not documented", "Look at the SIP code, if there is one; or give Telnyx the call ID"
    ),
)

SOURCE = Words(
    "hangup-source",
    "hangup_source",
    {
        "caller": said(
            "The calling side",
            "The calling side ended the call; on an outbound call, that is you",
            means=EndedBy.CALLER,
            evidence=Evidence.SPEC,
        ),
        "callee": said(
            "The called side",
            "The called side ended the call; on an inbound call, that is you",
            means=EndedBy.CALLEE,
            evidence=Evidence.SPEC,
        ),
        "unknown": said("Not known", "Telnyx does not know who ended the call", evidence=Evidence.SPEC),
    },
)

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": said(
            "Inbound", "The call came in to one of your numbers", means=Direction.INBOUND, evidence=Evidence.SPEC
        ),
        "outbound": said(
            "Outbound", "Your application placed the call", means=Direction.OUTBOUND, evidence=Evidence.SPEC
        ),
        "incoming": said("Inbound", "The call came in to one of your numbers; in events only", means=Direction.INBOUND),
        "outgoing": said("Outbound", "Your application placed the call; in events only", means=Direction.OUTBOUND),
    },
)

ANSWERED = Words(
    "answered-by",
    "answered_by",
    {
        "human": said("A person", "Detection heard a person", means=AnsweredBy.HUMAN, evidence=Evidence.SPEC),
        "machine": said(
            "A machine",
            "Detection heard an answering machine, voicemail or menu",
            means=AnsweredBy.MACHINE,
            evidence=Evidence.SPEC,
        ),
        "not_sure": said(
            "Not sure",
            "Detection could not tell a person from a machine",
            means=AnsweredBy.UNKNOWN,
            evidence=Evidence.SPEC,
        ),
        "fax": said("A fax", "Detection heard a fax tone; in webhooks only", means=AnsweredBy.FAX),
        "unknown": said("Not known", "Detection ended without a result; in webhooks only", means=AnsweredBy.UNKNOWN),
    },
)

SOURCES = meanings(SOURCE.words)
DIRECTIONS = meanings(DIRECTION.words)
ANSWERERS = meanings(ANSWERED.words)

HANGUP = Words("cause", "hangup_cause", HANGUPS, other=UNDOCUMENTED)
STATUS = Words("state", "status", STATUSES)
