"""What in the record of a call, of whatever vendor, cannot all be true."""

import re
from collections.abc import Iterator

from callinspect.model import Call, Outcome, State

GOING_ON = frozenset({State.QUEUED, State.DIALING, State.RINGING, State.ACTIVE, State.HELD})

NOT_ANSWERED = frozenset({Outcome.BUSY, Outcome.NO_ANSWER, Outcome.CANCELED, Outcome.REJECTED, Outcome.UNANSWERED})
"""Outcomes of calls that were not answered. A call may fail after its answer."""

_IS_SAID = r"\bbut\b.* the call was answered\b"
"""How a vendor's reader says, with the names of the fields, that a cause contradicts an answer."""


def doubted(call: Call) -> Call:
    """Return a call with warnings about what contradicts itself; all of it stays as the vendor has it."""
    return call._replace(warnings=(*call.warnings, *_doubts(call)))


def _doubts(call: Call) -> Iterator[str]:
    # A state that is not documented has a warning of its own, with the vendor's word.
    is_silent = call.state is State.UNKNOWN and call.vendor_state is None
    if call.ended_at is not None and (call.state in GOING_ON or is_silent):
        yield f"the call has an end time, but its state is {'not known' if is_silent else call.state}"
    is_said = any(re.search(_IS_SAID, each) for each in call.warnings)
    if call.was_answered and call.outcome in NOT_ANSWERED and not is_said:
        yield f"the outcome is {call.outcome}, but the call was answered"
