"""What it means that a side hung up, in view of how the call came out; and what codes say of a call without answer."""

from callinspect.model import Call, Cause, Direction, EndedBy, Outcome, in_words
from callinspect.model.further import Role
from callinspect.providers.genesyscloud.words.calls import CAUSES, CUT_OFF, HUNG_UP

BY_SIP = (
    (Outcome.BUSY, {486, 600}),
    (Outcome.REJECTED, {403, 603, 607, 608}),
    (Outcome.NO_ANSWER, {408, 480}),
    (Outcome.CANCELED, {487}),
    (Outcome.FAILED, {404, 410, 484, *range(500, 700)}),  # those above come first
)
BY_Q850 = (
    (Outcome.BUSY, {17}),
    (Outcome.NO_ANSWER, {18, 19}),
    (Outcome.REJECTED, {21}),
    (Outcome.FAILED, {1, 3, 27, 28, 34, 38, 41, 42}),
)
"""How a call came out that nobody answered, by the codes of the customer's part."""

WHO = {
    (Direction.INBOUND, EndedBy.CALLER): "The caller",
    (Direction.INBOUND, EndedBy.CALLEE): "The agent",
    (Direction.OUTBOUND, EndedBy.CALLER): "The agent",
    (Direction.OUTBOUND, EndedBy.CALLEE): "The called party",
    (Direction.INTERNAL, EndedBy.CALLER): "The caller",
    (Direction.INTERNAL, EndedBy.CALLEE): "The called user",
}
"""Who ended a call."""

UNREACHED = in_words(
    "Not reached",
    "The called phone was busy, declined or could not be reached: Genesys Cloud has one word for all three",
    "Read the SIP and Q.850 codes: --with events",
)

TO_VOICEMAIL = in_words(
    "Went to voicemail", "Nobody answered, and the call went to a voicemail box", "Look for the message there"
)

BY_OUTCOME = {
    Outcome.BUSY: in_words("Busy", "The called party was busy", "Try again later"),
    Outcome.REJECTED: in_words(
        "Rejected", "The called side refused the call", "Check whether a person or a filter rejected it"
    ),
    Outcome.NO_ANSWER: in_words("No answer", "Nobody answered the call", "Try again later"),
    Outcome.FAILED: in_words(
        "Not set up", "The call could not be set up", "Look up the codes: callinspect explain sip"
    ),
}
"""What came of a call that nobody answered, whoever hung up."""


UNDOCUMENTED = in_words(
    "Undocumented cause",
    "Genesys Cloud's documentation does not list this cause",
    "Ask Genesys about it, with the conversation ID",
)

GIVEN_UP = {(Outcome.CANCELED, EndedBy.CALLER), (Outcome.UNANSWERED, EndedBy.CALLER)}
DECLINED = {(Outcome.REJECTED, EndedBy.CALLEE), (Outcome.UNANSWERED, EndedBy.CALLEE)}
"""How a call came out that nobody answered, and who ended it."""


def cause_of(call: Call, word: str | None) -> Cause | None:
    """Return what the word means with which the part of a call's subject ended; None without one."""
    if word is None:
        return None
    said = CAUSES.get(word)
    if said is None:
        return UNDOCUMENTED
    return (_of_hanging_up(call) if word in HUNG_UP or word == "peer" else None) or said.cause_of(call)


def _of_hanging_up(call: Call) -> Cause | None:
    """Return which side hung up and what came of it; None if that is not known."""
    who = WHO.get((call.direction, call.ended_by)) if call.ended_by else None
    if call.outcome is Outcome.ANSWERED:
        return in_words("Hung up", f"{who} hung up", CUT_OFF) if who else _of_platform(call)
    if any(each.role is Role.VOICEMAIL for each in call.participants) and call.outcome is Outcome.NO_ANSWER:
        return TO_VOICEMAIL
    if who and (call.outcome, call.ended_by) in GIVEN_UP:
        return in_words("Given up", f"{who} hung up before anyone answered", "Check how long the call waited")
    if who and (call.outcome, call.ended_by) in DECLINED:
        return in_words("Declined", f"{who} declined the call", "Try again later")
    if call.direction is Direction.OUTBOUND and call.ended_by is None and call.outcome is Outcome.UNANSWERED:
        return UNREACHED
    return (BY_OUTCOME.get(call.outcome) if call.outcome else None) or _of_platform(call)


def _of_platform(call: Call) -> Cause | None:
    return CAUSES["system"].cause if call.ended_by is EndedBy.PLATFORM else None
