"""How a channel ended: the event `ChannelDestroyed`, the only place where ARI says so."""

from callinspect.model import Call, Cause, CodeFrom, Outcome, State
from callinspect.provider import Reader, Word, durations, shown
from callinspect.providers.asterisk.words.causes import CAUSES, FAILED, UNDOCUMENTED, WITH_SIP, WITHDRAWN

Q850 = range(1, 128)
"""Causes that are values of Q.850; 0 is Asterisk's own, for none."""

CLEARING, INTERWORKING = 16, 127
"""Causes that do not settle the outcome alone."""

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
    ended = event.timestamp("timestamp")
    was_answered = call.vendor_state == "Up"
    call = call._replace(
        state=State.ENDED,
        outcome=Outcome.ANSWERED if was_answered else call.outcome or Outcome.UNKNOWN,
        was_answered=was_answered,
        ended_at=ended,
        durations=durations(event, call.created_at, call.answered_at, ended),
    )
    if code is None:
        return call
    known = CAUSES.get(str(code)) or _of_q850(code, event)
    word = known if was_answered else _unanswered(code, sip, made=made) or known
    cause = _after_an_answer(code, word) if was_answered else word.cause_of(call) or Cause()
    cause = cause._replace(code=str(code), message=event.text("cause_txt"))
    if sip is not None:
        cause = cause._replace(sip=sip, sip_from=CodeFrom.VENDOR)
    if code in Q850:
        cause = cause._replace(q850=code, q850_from=CodeFrom.VENDOR)
    return call._replace(outcome=call.outcome if was_answered else word.outcome or Outcome.UNANSWERED, cause=cause)


def _of_q850(code: int, event: Reader) -> Word:
    from callinspect.reference import q850

    found = q850.meaning(str(code))
    if found is None:
        event.warn(f"cause has an undocumented value: {shown(code)}")
        return UNDOCUMENTED
    return Word(outcome=found.outcome if found.is_certain else Outcome.UNANSWERED, cause=found.cause)


def _after_an_answer(code: int, word: Word) -> Cause:
    """Return what a cause says of a leg that was answered: only that of a normal end is why this one ended."""
    if code == CLEARING and word.cause:
        return word.cause
    if not code:
        return Cause(title="Hung up", explanation="It was answered, and no cause was set on it")
    title = word.cause.title if word.cause and word is not UNDOCUMENTED else None
    named = f"was “{title[0].lower()}{title[1:]}”" if title else "is not documented"
    return Cause(title="Hung up", explanation=f"It was answered; the last cause set on it {named}")


def _unanswered(code: int, sip: int | None, *, made: bool) -> Word | None:
    """Return what a cause means with what came with it, of a call that was not answered; None if no more than alone."""
    if sip is not None and (known := WITH_SIP.get((code, sip))):
        return known
    if code == CLEARING and made:
        return WITHDRAWN
    # Most phones that cancel give no reason, and Asterisk then puts the caller's 127 on the legs behind it.
    return FAILED if code == INTERWORKING and sip not in {None, TRANSLATED} else None
