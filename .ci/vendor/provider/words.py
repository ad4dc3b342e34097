"""NAME's words, and what each says."""

from callinspect.model import Cause, Direction, Outcome, State
from callinspect.provider import Word

STATES = {  # FILL IN every word that the vendor documents
    "queued": Word(State.QUEUED),
    "ringing": Word(State.RINGING),
    "in-progress": Word(State.ACTIVE),
    "completed": Word(State.ENDED, Outcome.ANSWERED),
    "busy": Word(
        State.ENDED,
        Outcome.BUSY,
        cause=Cause(title="Busy", explanation="The called party was busy", sip=486, q850=17),
    ),
    "failed": Word(
        State.ENDED,
        Outcome.FAILED,
        cause=Cause(title="Failed", explanation="The call could not be completed"),
    ),
}

DIRECTIONS = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}  # FILL IN
