"""The variables of a channel that are asked for. No name comes from the user: reading a function runs it."""


class Variable:
    """Names of what every channel has, so that all can be read in one request."""

    LINKED_ID = "CHANNEL(linkedid)"
    ON_HOLD = "CHANNEL(onhold)"
    STARTED = "CDR(start,u)"
    ANSWERED = "CDR(answer,u)"
    PRESENTATION = "CALLERID(num-pres)"
    DIALED = "CALLERID(dnid)"
    REASON = "REDIRECTING(reason)"
    DISPOSITION = "CDR(disposition)"
    CAUSE = "HANGUPCAUSE"


TOGETHER = (
    Variable.LINKED_ID,
    Variable.ON_HOLD,
    Variable.STARTED,
    Variable.ANSWERED,
    Variable.PRESENTATION,
    Variable.DIALED,
    Variable.REASON,
    Variable.DISPOSITION,
    Variable.CAUSE,
)

ALONE = "DIALSTATUS"
"""Often not set, and one that is not set fails such a request."""
