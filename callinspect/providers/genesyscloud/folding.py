"""A call out of those who take part: direction, parties, times, state and outcome, which no document has.

*The customer* is the first outside party. The others of the call are told by what they are: a queue or an IVR that is
connected has not answered.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from callinspect.model import (
    Call,
    Cause,
    CodeFrom,
    Direction,
    EndedBy,
    Outcome,
    Party,
    Reason,
    Redirection,
    State,
)
from callinspect.provider import Reader, durations
from callinspect.providers.genesyscloud.participants import CALLED, CONNECTED, Member
from callinspect.providers.genesyscloud.segments import Q850, SIP
from callinspect.providers.genesyscloud.words.calls import (
    BY_PLATFORM,
    CAUSES,
    HUNG_UP,
    MACHINES,
    QUEUE,
    REACHING,
    REASONS,
    RINGING,
    TRANSFER,
    VOICEMAIL,
)
from callinspect.providers.genesyscloud.words.endings import BY_Q850, BY_SIP, cause_of

EVER = datetime.min.replace(tzinfo=UTC)


class Fold(NamedTuple):
    """A conversation's participants by what they are to the call.

    Attributes:
        sent: all, in the order sent.
        members: the same by the times at which they joined.
        customer: the first outside party, None if there is none.
        people: the users who take part.
        direction: the call's.
        caller, called: the parties of a call within the organization.
    """

    sent: tuple[Member, ...]
    members: tuple[Member, ...]
    customer: Member | None
    people: tuple[Member, ...]
    direction: Direction
    caller: Member | None
    called: Member | None

    @property
    def subject(self) -> Member | None:
        """Whose words say how the call ended: the customer, or the called user."""
        return self.customer or self.called

    @property
    def answering(self) -> tuple[Member, ...]:
        """Those who answer the call by being connected."""
        if self.direction is Direction.OUTBOUND:
            return (self.customer,) if self.customer else ()
        if self.direction is Direction.INTERNAL:
            return (self.called,) if self.called else ()
        if self.direction is Direction.INBOUND:
            outside = (each for each in self.members if each.is_outside and each is not self.customer)
            return (*self.people, *outside)
        return ()

    @property
    def own(self) -> tuple[Member, ...]:
        """Those of the side that is not the subject's: users, or of a call within the organization, the caller."""
        if self.direction is Direction.INTERNAL:
            return (self.caller,) if self.caller else ()
        return self.people


def fold(sent: Iterable[Member], originating: Direction | None) -> Fold:
    """Return who is who in a conversation.

    The analytics say in which direction it went at first. The customer's part comes before that: the call says the
    same, and one that calls back began with somebody who called in.
    """
    sent = tuple(sent)
    members = _by_start(sent)
    customer = next((each for each in members if each.is_outside), None)
    people = tuple(each for each in members if each.is_person)
    caller = called = None
    if customer is not None:
        direction = customer.direction or originating or Direction.UNKNOWN
    else:
        direction = Direction.INTERNAL if people else Direction.UNKNOWN
        calling = (each for each in people if each.direction is Direction.OUTBOUND)
        caller = next(calling, people[0] if people else None)
        called = next((each for each in people if each is not caller), None)
    return Fold(sent, members, customer, people, direction, caller, called)


def _by_start(sent: tuple[Member, ...]) -> tuple[Member, ...]:
    """Return participants by when they joined; one of whom that is not known keeps its place."""
    known = iter(sorted((each for each in sent if each.start), key=lambda each: each.start or EVER))
    return tuple(next(known) if each.start else each for each in sent)


def with_parties(call: Call, who: Fold) -> Call:
    """Return the call with its parties, and where the record has each participant."""
    from_, to, ends = _sides(who)
    others = [each for each in who.sent if each not in ends.values()]
    places = ends | {f"/participants/{index}": each for index, each in enumerate(others)}
    return call._replace(
        direction=who.direction,
        from_=from_,
        to=to,
        participants=tuple(each.party(*each.own) for each in others),
        members={each.id: pointer for pointer, each in places.items() if each.id},
    )


def _sides(who: Fold) -> tuple[Party | None, Party | None, dict[str, Member]]:
    """Return the calling and the called party, and the participants that they are by their places in the record."""
    customer, caller, called = who.customer, who.caller, who.called
    if customer and who.direction is Direction.INBOUND:
        return customer.party(*customer.calling), _known(customer.at("dnis")), {"/from": customer}
    if customer and who.direction is Direction.OUTBOUND:
        return _known(customer.at("ani")), customer.party(*CALLED), {"/to": customer}
    ends = {"/from": caller, "/to": called}
    return (
        caller and caller.party("address", "ani"),
        called and called.party("address", "dnis"),
        {pointer: each for pointer, each in ends.items() if each},
    )


def _known(party: Party) -> Party | None:
    return None if party == Party() else party


def with_times(call: Call, who: Fold, body: Reader) -> Call:
    """Return the call with its times, and whether it was answered.

    The first or last of several times is not known if one of them cannot be read.
    """
    starts = [each.start for each in who.members if each.start]
    queued = next((each.start for each in who.members if each.purpose == QUEUE and each.start), None)
    ends = [each.end for each in who.members if each.end] if is_over(who) else []
    answers = [each.connected for each in who.answering if each.connected]
    was_connected = {each.was_connected for each in who.answering}
    lost = {name for each in who.members for name in each.unread - {"connected"}}
    lost |= {name for each in who.answering for name in each.unread & {"connected"}}
    created = None if "start" in lost else min(starts, default=None)
    answered = None if "connected" in lost else min(answers, default=None)
    ended = None if "end" in lost else max(ends, default=None)
    is_known = who.direction is not Direction.UNKNOWN and None not in was_connected
    return call._replace(
        created_at=created,
        queued_at=queued,
        answered_at=answered,
        ended_at=ended,
        was_answered=True if True in was_connected else False if is_known else None,
        durations=durations(body, created, answered, ended),
    )


def is_over(who: Fold) -> bool:
    """Whether everybody has left."""
    return bool(who.members) and all(each.is_over for each in who.members)


def state_of(who: Fold) -> State:
    """Return the state of a call."""
    return State.ENDED if is_over(who) else next((state for state, fits in _states(who) if fits), State.UNKNOWN)


def _states(who: Fold) -> Iterator[tuple[State, bool]]:
    """Yield the states of a call that is not over, and whether each fits those who are still there."""
    there = [each for each in who.members if not each.is_over]
    states = {each.state for each in there}
    answering = {each.state for each in there if each in who.answering}
    connected = {each.purpose for each in there if each.state == CONNECTED}
    is_held = any(each.is_held for each in there if each is who.customer or each.is_person)
    yield State.HELD, "parked" in states or (CONNECTED in answering and is_held)
    yield State.ACTIVE, CONNECTED in answering
    if who.direction is Direction.OUTBOUND:
        yield State.RINGING, "alerting" in answering
        yield State.DIALING, bool(answering & (RINGING | REACHING))
    yield State.RINGING, bool(answering & RINGING)
    yield State.QUEUED, QUEUE in connected
    yield State.ACTIVE, bool(connected & MACHINES)
    yield State.DIALING, bool(states & REACHING)


def with_end(call: Call, who: Fold, codes: Mapping[str, int]) -> Call:
    """Return an ended call with how it came out, who ended it, why, and who passed it on."""
    word = who.subject.word if who.subject else None
    call = call._replace(outcome=_outcome(call, who, codes), ended_by=_ended_by(call, who, word))
    return call._replace(cause=_cause(call, who, word, codes))


def _outcome(call: Call, who: Fold, codes: Mapping[str, int]) -> Outcome:
    if call.was_answered is not False:
        return Outcome.ANSWERED if call.was_answered else Outcome.UNKNOWN
    voicemail = {each.was_connected for each in who.members if each.purpose == VOICEMAIL}
    if not voicemail <= {False}:
        return Outcome.NO_ANSWER if True in voicemail else Outcome.UNKNOWN
    word = who.subject.word if who.subject else None
    return _by_codes(codes) or _by_word(who, word) or Outcome.UNANSWERED


def _by_codes(codes: Mapping[str, int]) -> Outcome | None:
    tables = ((codes.get(SIP), BY_SIP), (codes.get(Q850), BY_Q850))
    return next((outcome for code, table in tables for outcome, known in table if code in known), None)


def _by_word(who: Fold, word: str | None) -> Outcome | None:
    """Return how a call came out that nobody answered, by the word of its subject; None if that says nothing."""
    if word is None:
        return None
    if word not in CAUSES:
        return Outcome.UNKNOWN
    has_hung_up = any(each.word in HUNG_UP for each in who.own)
    match who.direction, word:
        case (Direction.INBOUND, "endpoint"):
            return Outcome.CANCELED
        case (Direction.INTERNAL, "client"):
            return Outcome.REJECTED
        case (Direction.OUTBOUND, "peer" | "client") | (Direction.INTERNAL, "peer") if has_hung_up:
            return Outcome.CANCELED
    return CAUSES[word].outcome


def _ended_by(call: Call, who: Fold, word: str | None) -> EndedBy | None:
    if word in BY_PLATFORM:
        return EndedBy.PLATFORM
    if who.direction is Direction.UNKNOWN or word is None:
        return None
    is_inbound = who.direction is Direction.INBOUND
    theirs, ours = (EndedBy.CALLER, EndedBy.CALLEE) if is_inbound else (EndedBy.CALLEE, EndedBy.CALLER)
    is_theirs = word in HUNG_UP if who.direction is Direction.INTERNAL else word == "endpoint"
    if is_theirs:
        # Without an answer, a called phone that was busy or unreachable has the same word.
        return theirs if call.was_answered or who.direction is not Direction.OUTBOUND else None
    return _by_own(call, who, ours) if word in {"peer", "client"} else None


def _by_own(call: Call, who: Fold, ours: EndedBy) -> EndedBy | None:
    """Return who ended a call that the other end of its subject ended."""
    able = [each for each in who.own if each.was_connected or not call.was_answered]
    if any(each.word in HUNG_UP for each in able):
        return ours
    return EndedBy.PLATFORM if not who.own or any(each.word in BY_PLATFORM for each in who.own) else None


def _cause(call: Call, who: Fold, word: str | None, codes: Mapping[str, int]) -> Cause | None:
    """Return why a call ended: the subject's word, its codes, and its own error message."""
    message = who.subject.error if who.subject else None
    if word is None and message is None and not codes:
        return None
    sip, q850 = codes.get(SIP), codes.get(Q850)
    return (cause_of(call, word) or Cause())._replace(
        code=word,
        message=message,
        sip=sip,
        sip_from=None if sip is None else CodeFrom.VENDOR,
        q850=q850,
        q850_from=None if q850 is None else CodeFrom.VENDOR,
    )


def redirections(who: Fold) -> tuple[Redirection, ...]:
    """Return who passed the call on, the latest first."""
    passing = [each for each in who.people if each.is_over and (each.word or "").startswith(TRANSFER)]
    passing.sort(key=lambda each: each.end or EVER, reverse=True)
    return tuple(
        Redirection(REASONS.get(each.word or "", Reason.UNKNOWN), each.word, each.party(*each.own), each.end)
        for each in passing
    )
