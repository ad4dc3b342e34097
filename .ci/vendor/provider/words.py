"""NAME's words, and what each says."""

from callinspect.model import Direction, Outcome, State, in_words
from callinspect.provider import Word, Words, meanings, said

STATES = {  # FILL IN every word that the vendor documents
    "queued": said("Queued", "The call waits to be placed", state=State.QUEUED),
    "ringing": said("Ringing", "The called phone rings", state=State.RINGING),
    "in-progress": said("Answered", "The call was answered and is in progress", state=State.ACTIVE),
    "completed": said("Ended", "The call was answered and is over", state=State.ENDED, outcome=Outcome.ANSWERED),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=in_words("Busy", "The called party was busy", "Try again later", sip=486, q850=17),
    ),
    "failed": Word(
        State.ENDED,
        Outcome.FAILED,
        cause=in_words("Failed", "The call could not be completed", "Check the number that was dialed"),
    ),
}

DIRECTION = Words(  # FILL IN
    "direction",
    "direction",
    {
        "inbound": said("Inbound", "Someone called a number of the account", means=Direction.INBOUND),
        "outbound": said("Outbound", "The application placed the call", means=Direction.OUTBOUND),
    },
)

DIRECTIONS = meanings(DIRECTION.words)

WORDS = (Words("state", "status", STATES), DIRECTION)
