"""What Vonage's words about a call mean: its status, and what webhooks add to it."""

from functools import partial

from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.model.further import AnsweredBy
from callinspect.provider import Evidence, Word, Words, meanings, said

_WEBHOOK = "Look at “detail” in the event webhook of this status: it says why"
_NUMBER = "Check the number: with the country code, without a plus sign"
_TIMER = "Compare ringing_timer with how long the phone rings before voicemail"
_LATER = "Try again later"

_spec = partial(said, evidence=Evidence.SPEC)
_ended = partial(Word, State.ENDED, evidence=Evidence.SPEC)

STATUSES = {
    "started": _spec("Started", "The call was created and is being set up", state=State.DIALING),
    "ringing": _spec("Ringing", "The called party's phone is ringing", state=State.RINGING),
    "answered": _spec("Answered", "The call was answered and is in progress", state=State.ACTIVE),
    "machine": _spec(
        "Answered by a machine",
        "A machine such as voicemail answered, and the call is in progress",
        state=State.ACTIVE,
        means=AnsweredBy.MACHINE,
    ),
    "human": said(
        "Answered by a person",
        "A person answered, and the call is in progress",
        state=State.ACTIVE,
        means=AnsweredBy.HUMAN,
    ),
    "completed": _spec(
        "Completed",
        "The call has ended; a start time or a duration shows that it was answered",
        state=State.ENDED,
        outcome=Outcome.ANSWERED,
    ),
    "busy": _ended(Outcome.BUSY, cause=in_words("Busy", "The called party was busy", _LATER, sip=486, q850=17)),
    "cancelled": _ended(
        Outcome.CANCELED,
        EndedBy.CALLER,
        in_words(
            "Canceled",
            "The caller hung up before anyone answered",
            "Check how long it rang before the caller gave up",
            sip=487,
            q850=16,
        ),
    ),
    "failed": _ended(Outcome.FAILED, cause=in_words("Failed", "The call could not be connected", _WEBHOOK)),
    "rejected": _ended(
        Outcome.REJECTED,
        cause=in_words(
            "Rejected", "Vonage, the carrier or the called party refused the call", _WEBHOOK, sip=603, q850=21
        ),
    ),
    "timeout": _ended(
        Outcome.NO_ANSWER,
        EndedBy.PLATFORM,
        in_words("No answer", "Nobody answered before ringing_timer ran out", _TIMER, sip=408, q850=18),
    ),
    "unanswered": _ended(
        Outcome.UNANSWERED,
        cause=in_words("Unanswered", "The called party could not be reached, or declined the call", _WEBHOOK, sip=480),
    ),
    "disconnected": Word(
        State.ENDED,
        Outcome.ANSWERED,
        cause=in_words(
            "WebSocket closed",
            "The server at the other end closed the WebSocket",
            "If the call was cut off, look at that server's log",
            q850=16,
        ),
    ),
}

STATUS = Words("state", "status", STATUSES)

ANSWERERS = meanings(STATUSES)
"""What answered, by the statuses that say so."""

DETAILS = {
    "unavailable": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words("Unavailable", "The called party could not be reached", _LATER, sip=480, q850=20),
        evidence=Evidence.SPEC,
    ),
    "timeout": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words("No answer", "Nobody answered before ringing_timer ran out", _TIMER, sip=408, q850=18),
    ),
    "carrier_timeout": Word(
        outcome=Outcome.NO_ANSWER,
        cause=in_words("Carrier timed out", "The carrier stopped waiting for an answer", _LATER, sip=408, q850=18),
        evidence=Evidence.SPEC,
    ),
    "declined": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=in_words("Declined", "The called party declined the call", _LATER, sip=603, q850=21),
        evidence=Evidence.SPEC,
    ),
    "restricted": Word(
        outcome=Outcome.REJECTED,
        cause=in_words(
            "Restricted",
            "Vonage does not allow the account to place this call",
            "Check the account's allowed countries and numbers in the dashboard",
            sip=403,
            q850=21,
        ),
        evidence=Evidence.SPEC,
    ),
    "invalid_number": Word(
        outcome=Outcome.FAILED,
        cause=in_words("Invalid number", "The number is not valid", _NUMBER, sip=484, q850=28),
        evidence=Evidence.SPEC,
    ),
    "cannot_route": Word(
        outcome=Outcome.FAILED,
        cause=in_words("No route", "Vonage found no carrier for the number", _NUMBER, sip=404, q850=3),
        evidence=Evidence.SPEC,
    ),
    "number_out_of_service": Word(
        outcome=Outcome.FAILED,
        cause=in_words("Out of service", "The number is out of service", _NUMBER, sip=502, q850=27),
        evidence=Evidence.SPEC,
    ),
    "internal_error": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Internal error",
            "Vonage failed to set up the call",
            "Try again; if it repeats, report the ID",
            sip=500,
            q850=41,
        ),
        evidence=Evidence.SPEC,
    ),
}
"""Why a call ended, in webhooks; a call's own answer is not known to have it."""

DETAIL = Words("cause", "detail", DETAILS)

_SOMEONE = {Direction.INBOUND: EndedBy.CALLER, Direction.OUTBOUND: EndedBy.CALLEE}

SIDE = Words(
    "ended-by",
    "disconnected_by",
    {
        "platform": _spec(
            "Vonage",
            "Vonage ended the call, on its own or because your application asked it to",
            means=dict.fromkeys(Direction, EndedBy.PLATFORM),
        ),
        "user": _spec("The other side", "The party at the other end of this leg hung up", means=_SOMEONE),
    },
)

SIDES = meanings(SIDE.words)
"""Who ended a call, by its direction."""

DIRECTION = Words(
    "direction",
    "direction",
    {
        "inbound": _spec("Inbound", "A call to one of your numbers or users", means=Direction.INBOUND),
        "outbound": _spec("Outbound", "A call that your application placed", means=Direction.OUTBOUND),
    },
)

DIRECTIONS = meanings(DIRECTION.words)

ENDPOINT = Words(
    "endpoint",
    "type",
    {
        "phone": _spec("Phone", "A telephone number"),
        "sip": _spec("SIP", "A SIP address"),
        "websocket": _spec("WebSocket", "A server that takes part in the call over a WebSocket"),
        "vbc": _spec("Extension", "An extension of Vonage Business Communications"),
        "app": _spec("App user", "A user of an app that is built with Vonage's Client SDK"),
    },
)
