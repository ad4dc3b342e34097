"""The meanings of Catapult's words: states, directions, causes of hangup events, categories of errors."""

from callinspect.errors import AuthRejectedError, CallinspectError, VendorUnavailableError
from callinspect.model import Direction, EndedBy, Outcome, State, in_words
from callinspect.provider import Word

STATES = {
    "started": Word(State.RINGING),
    "active": Word(State.ACTIVE),
    "transferring": Word(State.ACTIVE),
    "completed": Word(State.ENDED),
    "rejected": Word(State.ENDED, Outcome.REJECTED),
    "error": Word(State.ENDED, Outcome.FAILED),
}

DIRECTIONS = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}

CAUSES = {
    "NORMAL_CLEARING": Word(cause=in_words("Ended normally", "One side hung up", q850=16)),
    "ORIGINATOR_CANCEL": Word(
        outcome=Outcome.CANCELED,
        ended_by=EndedBy.CALLER,
        cause=in_words("Canceled", "The caller gave up before it was answered", sip=487, q850=16),
    ),
    "USER_BUSY": Word(outcome=Outcome.BUSY, cause=in_words("Busy", "The called party was busy", sip=486, q850=17)),
    "NO_ANSWER": Word(outcome=Outcome.NO_ANSWER, cause=in_words("No answer", "Nobody answered", sip=480, q850=19)),
    "CALL_REJECTED": Word(
        outcome=Outcome.REJECTED,
        ended_by=EndedBy.CALLEE,
        cause=in_words("Rejected", "The called party declined the call", sip=603, q850=21),
    ),
    "UNALLOCATED_NUMBER": Word(
        outcome=Outcome.FAILED,
        cause=in_words("No such number", "The number is not in use", sip=404, q850=1),
    ),
    "NORMAL_TEMPORARY_FAILURE": Word(
        outcome=Outcome.FAILED,
        cause=in_words(
            "Failed",
            "The call failed; Catapult reports this for international calls on accounts without them",
            q850=41,
        ),
    ),
}
"""Causes without an outcome occur whether or not the call was answered."""

UNDOCUMENTED = in_words("Internal error", "Catapult reports every cause that it does not list as internal")

ERROR_CODES = frozenset({"call-not-found", "user-not-found", "resource-not-found", "user-access-denied"})
"""Codes that identify an error as Catapult's even without a category."""

CATEGORIES: dict[str, type[CallinspectError] | None] = {
    **dict.fromkeys(("authorization", "not-found", "bad-request", "conflict", "forbidden", "credit", "payment")),
    **dict.fromkeys(("unavailable", "limit", "too-many-requests")),
    "authentication": AuthRejectedError,
    "backend": VendorUnavailableError,
}
"""The categories of Catapult's errors; None means that the HTTP status decides."""

HINTS = {
    "user-access-denied": "check that user_id belongs to the token",
    "user-not-found": "check user_id",
    "resource-not-found": "check base_url",
}
