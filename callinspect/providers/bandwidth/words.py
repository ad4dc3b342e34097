"""The meanings of Bandwidth's words: states, directions, causes, types of errors. All are open lists."""

from callinspect.errors import AuthRejectedError, CallinspectError, ForbiddenError, VendorUnavailableError
from callinspect.model import Cause, Direction, EndedBy, Outcome, State
from callinspect.provider import Word

STATES = {
    "queued": Word(State.QUEUED),
    "initiated": Word(State.RINGING),
    "answered": Word(State.ACTIVE),
    "disconnected": Word(State.ENDED),
}

DIRECTIONS = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}

CAUSES = {
    "hangup": Word(cause=Cause(title="Ended normally", explanation="One side hung up, or the call flow ended")),
    "busy": Word(
        outcome=Outcome.BUSY,
        cause=Cause(title="Busy", explanation="The called party was busy", sip=486, q850=17),
    ),
    "timeout": Word(
        outcome=Outcome.NO_ANSWER,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(title="No answer", explanation="Nobody answered within the call's timeout", sip=408, q850=18),
    ),
    "cancel": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=Cause(title="Canceled", explanation="The caller gave up before it was answered", sip=487, q850=16),
    ),
    "rejected": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=Cause(title="Rejected", explanation="The called party declined the call", sip=603, q850=21),
    ),
    "callback-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(
            title="Callback failed", explanation="Bandwidth could not deliver a callback to your application's server"
        ),
    ),
    "invalid-bxml": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(title="Invalid BXML", explanation="Your application answered a callback with invalid BXML"),
    ),
    "application-error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(
            title="Application error",
            explanation="Your application asked for something that the call does not support",
        ),
    ),
    "account-limit": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(
            title="Account limit reached", explanation="Your account's limit of calls was reached", sip=503, q850=42
        ),
    ),
    "node-capacity-exceeded": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(
            title="Bandwidth at capacity", explanation="Bandwidth's own capacity was reached", sip=503, q850=42
        ),
    ),
    "error": Word(
        outcome=Outcome.FAILED,
        ended_by=EndedBy.PLATFORM,
        cause=Cause(title="Failed", explanation="The call failed for another reason"),
    ),
    "unknown": Word(
        cause=Cause(title="Unknown error", explanation="Bandwidth does not know why the call failed"),
    ),
}

NAMELESS = Cause(title="Ended with an error", explanation="Bandwidth reports an error without a cause")
UNDOCUMENTED = Word(
    cause=Cause(title="Undocumented cause", explanation="Bandwidth's documentation does not list this cause")
)

BEFORE_AN_ANSWER = frozenset({"busy", "timeout", "cancel", "rejected"})
"""Causes of calls that were not answered."""

ERRORS: dict[str, type[CallinspectError] | None] = {
    "authentication-error": AuthRejectedError,
    "authorization-error": ForbiddenError,
    "internal-error": VendorUnavailableError,
    "system-overloaded": VendorUnavailableError,
    "validation": None,
    "error": None,
}
"""The types of Bandwidth's errors; None means that the HTTP status decides."""
