"""What a vendor says of one party several times over, or of two parties at once, as one entry of the timeline."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import timedelta

from callinspect.model import Call, Party
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened

ORDER = {event: place for place, event in enumerate(Happened)}

BEGINNINGS = frozenset(
    {Happened.QUEUED, Happened.CREATED, Happened.CALLED, Happened.RINGING, Happened.ANSWERED, Happened.JOINED}
    | {Happened.RESUMED, Happened.STEP}
)
REPEATING = frozenset({Happened.QUEUED, Happened.CALLED, Happened.JOINED, Happened.OTHER})
"""What says no more of a party than what has just begun for it."""

MACHINES = frozenset({Role.QUEUE, Role.IVR})
TAKING_OVER = frozenset({Happened.QUEUED, Happened.RINGING, Happened.ANSWERED, Happened.JOINED, Happened.REDIRECTED})
PASSING_ON = frozenset({Happened.DECLINED, Happened.TRANSFERRED})
GOING = frozenset({Happened.LEFT, Happened.ENDED})

PARTICIPANTS = "/participants"
OWN_END = "/ended_at"
SIDES = frozenset({"/from", "/to"})


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
    if repeated.party is None or repeated.source[:1] != "/":
        return False
    is_same = _is_same(call, entry.party, repeated.party) or (
        entry.event is Happened.CREATED and repeated.party in SIDES
    )
    match repeated.event:
        case Happened.REDIRECTED:
            return is_same and entry.event in PASSING_ON
        case event if event in GOING:
            return entry.source == OWN_END
        case Happened.TRANSFERRED if _role(call, repeated.party) in MACHINES:
            return entry.event in TAKING_OVER and not is_same
        case event if event in REPEATING:
            return is_same and entry.event in BEGINNINGS and _goes_before(entry, repeated)
    return False


def _goes_before(entry: Entry, repeated: Entry) -> bool:
    """Whether an entry says more than the one that repeats it, or was first to say it."""
    if entry.event is repeated.event:
        return (entry.at, entry.source) < (repeated.at, repeated.source)
    return ORDER[entry.event] < ORDER[repeated.event]


def _is_same(call: Call, one: str | None, other: str) -> bool:
    """Whether two pointers lead to the same party; one that comes twice is the same."""
    return one == other or (one is not None and _party(call, one) == _party(call, other) is not None)


def _role(call: Call, pointer: str) -> Role | None:
    party = _party(call, pointer)
    return party.role if party else None


def _party(call: Call, pointer: str) -> Party | None:
    list_, _, index = pointer.rpartition("/")
    return call.participants[int(index)] if list_ == PARTICIPANTS else {"from": call.from_, "to": call.to}.get(index)
