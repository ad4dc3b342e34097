"""How a channel ended: the event `ChannelDestroyed`, the only place where ARI says so."""

from callinspect.model import Call, Cause, CodeFrom, Outcome, State
from callinspect.provider import Reader, Word, shown
from callinspect.providers.asterisk.words import CAUSES

Q850 = range(1, 128)
"""Causes that are values of Q.850; 0 is Asterisk's own, for none."""

CLEARING, INTERWORKING = 16, 127
"""Causes that do not settle the outcome alone."""

GAVE_UP = 487
"""The SIP status of a call that was canceled."""

TRANSLATED = 500
"""The SIP status that Asterisk makes of cause 127 itself."""


def hung_up(event: Reader, call: Call, *, made: bool) -> Call:
    """Return the call with its end: `{timestamp, cause, cause_txt, tech_cause}`.

    Args:
        event: the event.
        call: the channel as it was last.
        made: whether Asterisk made the leg.
    """
    code, sip = event.count("cause"), event.count("tech_cause")
    was_answered = call.vendor_state == "Up"
    call = call._replace(state=State.ENDED, was_answered=was_answered, ended_at=event.timestamp("timestamp"))
    if code is None:
        return call._replace(outcome=Outcome.ANSWERED if was_answered else Outcome.UNKNOWN)
    word = CAUSES.get(str(code)) or _of_q850(code, event)
    cause = (word.cause_of(call) or Cause())._replace(code=str(code), message=event.text("cause_txt"))
    if sip is not None:
        cause = cause._replace(sip=sip, sip_from=CodeFrom.VENDOR)
    if code in Q850:
        cause = cause._replace(q850=code, q850_from=CodeFrom.VENDOR)
    if was_answered:
        return call._replace(outcome=Outcome.ANSWERED, cause=cause)
    return call._replace(outcome=_outcome(code, sip, made=made) or word.outcome, cause=cause)


def _of_q850(code: int, event: Reader) -> Word:
    from callinspect.reference import q850

    found = q850.meaning(str(code))
    if found is None:
        event.warnings.append(f"cause has an undocumented value: {shown(code)}")
        return Word(outcome=Outcome.UNANSWERED)
    return Word(outcome=found.outcome if found.is_certain else Outcome.UNANSWERED, cause=found.cause)


def _outcome(code: int, sip: int | None, *, made: bool) -> Outcome | None:
    """Return the outcome of an unanswered call whose cause does not settle it; None if it does."""
    if code == CLEARING:
        gave_up = sip == GAVE_UP or made
        return Outcome.CANCELED if gave_up else Outcome.UNANSWERED
    if code == INTERWORKING:
        # Most phones that cancel give no reason, and Asterisk then puts the caller's 127 on the legs behind it.
        if sip == GAVE_UP:
            return Outcome.CANCELED
        return Outcome.UNANSWERED if sip in {None, TRANSLATED} else Outcome.FAILED
    return None
