"""What a vendor says of one party several times over, or of two parties at once, as one entry of the timeline."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import timedelta

from callinspect.model import Call, Direction, Party
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened

ORDER = {event: place for place, event in enumerate(Happened)}

TALKING = frozenset({Happened.ANSWERED, Happened.JOINED})
BEGINNINGS = TALKING | {
    Happened.QUEUED,
    Happened.CREATED,
    Happened.CALLED,
    Happened.RINGING,
    Happened.RESUMED,
    Happened.STEP,
}
REPEATING = frozenset({Happened.QUEUED, Happened.CALLED, Happened.OTHER})
"""What says no more of a party than what has just begun for it."""

MACHINES = frozenset({Role.QUEUE, Role.IVR})
TAKING_OVER = frozenset({Happened.QUEUED, Happened.RINGING, Happened.ANSWERED, Happened.JOINED, Happened.REDIRECTED})
PASSING_ON = frozenset({Happened.DECLINED, Happened.TRANSFERRED})
GOING = frozenset({Happened.LEFT, Happened.ENDED})

PARTICIPANTS = "/participants"
OWN_ANSWER = "/answered_at"
OWN_END = "/ended_at"
CALLER = "/from"
SIDES = frozenset({CALLER, "/to"})


def folded(call: Call, entries: Sequence[Entry], gap: timedelta) -> list[Entry]:
    """Return the entries of a call without those that others say as well, which have them in `also`.

    A queue's events say that it is waited in and that it plays music, an agent's end says that the call has ended:
    within a moment, that is one thing. What concerns nobody in particular stays.

    Args:
        call: the call.
        entries: what the record and its events say, in order; each has a time.
        gap: how far apart they may be.
    """
    times = [each.at for each in entries if each.at]
    hosts: dict[int, int] = {}
    for place, each in enumerate(entries):
        near = range(bisect_left(times, times[place] - gap), bisect_right(times, times[place] + gap))
        others = (other for other in sorted(near, key=lambda other: abs(times[other] - times[place])) if other != place)
        host = next((other for other in others if other not in hosts and _says(call, entries[other], each)), None)
        if host is not None:
            hosts[place] = host
    also: dict[int, list[str]] = {}
    for place in hosts:
        host = place
        while host in hosts:
            host = hosts[host]
        also.setdefault(host, []).extend((entries[place].source, *entries[place].also))
    return [
        each._replace(also=(*each.also, *also.get(place, ())))
        for place, each in enumerate(entries)
        if place not in hosts
    ]


def _says(call: Call, entry: Entry, repeated: Entry) -> bool:
    """Whether an entry says what another one repeats."""
    party, event = repeated.party, repeated.event
    if party is None or repeated.source[:1] != "/":
        return False
    is_same = _is_same(call, entry.party, party)
    if event in TALKING:
        return _says_who_talks(call, entry, repeated)
    if event is Happened.REDIRECTED:
        return is_same and entry.event in PASSING_ON
    if event is Happened.TRANSFERRED and _role(call, party) in MACHINES:
        return entry.event in TAKING_OVER and not is_same
    if event in GOING or (event is Happened.TRANSFERRED and party in SIDES):  # whose call is over, not passed on
        return entry.source == OWN_END
    is_begun = entry.event in BEGINNINGS and (is_same or _creates(call, entry, party))
    return event in REPEATING and is_begun and _goes_before(entry, repeated)


def _says_who_talks(call: Call, entry: Entry, repeated: Entry) -> bool:
    """Whether an entry says that somebody is on the call; that a phone rings does not.

    Who calls is on it from its creation, and talks from its answer.
    """
    party = repeated.party or ""
    is_calling = _is_calling(call, party)
    if entry.source == OWN_ANSWER:
        return is_calling or _is_same(call, entry.party, party)
    if repeated.event is Happened.ANSWERED:
        return False
    is_said = entry.event in TALKING and _is_same(call, entry.party, party)
    return (is_said or (is_calling and _creates(call, entry, party))) and _goes_before(entry, repeated)


def _creates(call: Call, entry: Entry, party: str) -> bool:
    return entry.event is Happened.CREATED and (party in SIDES or _is_calling(call, party))


def _is_calling(call: Call, party: str) -> bool:
    """Whether a party is who calls; an agent who does so may be no caller of the record, but show another number."""
    return party == CALLER or (call.direction is Direction.OUTBOUND and _role(call, party) is Role.AGENT)


def _goes_before(entry: Entry, repeated: Entry) -> bool:
    """Whether an entry says more than the one that repeats it, or was first to say it."""
    if entry.event is repeated.event:
        return (entry.at, entry.source) < (repeated.at, repeated.source)
    return ORDER[entry.event] < ORDER[repeated.event]


def _is_same(call: Call, one: str | None, other: str) -> bool:
    """Whether two pointers lead to the same party: others may have the same name, and be at the same place."""
    if one is None or one == other:
        return one == other
    people = {each and each.person_id for each in (_party(call, one), _party(call, other))}
    return len(people) == 1 and None not in people


def _role(call: Call, pointer: str) -> Role | None:
    party = _party(call, pointer)
    return party.role if party else None


def _party(call: Call, pointer: str) -> Party | None:
    list_, _, index = pointer.rpartition("/")
    return call.participants[int(index)] if list_ == PARTICIPANTS else {"from": call.from_, "to": call.to}.get(index)
