"""Who takes part in a call and its legs: one lane a person, in the order in which they come in."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from callinspect.model import Call, Direction, Party
from callinspect.model.timeline import Happened
from callinspect.render.harmless import Harmless
from callinspect.render.legs import numbered, related_as
from callinspect.render.numbers import compact
from callinspect.render.parties import NOT_SHOWN, named, sides

if TYPE_CHECKING:
    from callinspect.model.further import Role

_INDEX = re.compile(r"\d{1,6}", re.ASCII)
_NOT_DIALED = re.compile(r"[^\d*#]")

REACHED = frozenset({Happened.QUEUED, Happened.RINGING, Happened.ANSWERED})
"""What happens to those who are reached at a number."""

PARTICIPANTS = "/participants/"

_LEGS = "/related/legs/{}/call"
_RECALL = "/recall/party"


class Lanes:
    """The lanes of a call, by number, and who is on each.

    A person who occurs several times has one lane, told by number, person, address, name, or role. Parties that are
    withheld or unknown have lanes of their own: nothing says that they are the same. Who is not reported on another leg
    has none: it is mostly somebody who has one.

    Attributes:
        names: who is on each lane, as the record says it at its fullest.
        dialed: what was dialed, if others have answered there: it has no lane, since it does nothing.
        shown: the number that the called party was shown, if the vendor's events name who called: that one has a lane.
        others: the participants who have no lane, since nothing is said of when they take part.
        numbers: the number of each other leg by its ID; the call itself is the first.
        relations: what each other leg is to the call, by its ID, and whether it could not be read.
        calls: the record of the call, by None, and of each other leg that was read, by its ID.
        roles: what those on the lanes are, where the vendor says so.
    """

    def __init__(self, call: Harmless) -> None:
        self.names: list[Text] = []
        self.roles: dict[int, Role] = {}
        self._by_key: dict[tuple[str, str], int] = {}
        self._by_pointer: dict[str, int] = {}
        self._participating: set[tuple[str, str]] = set()
        legs = numbered(call)
        self.numbers = {id_: number for id_, (number, _) in legs.items()}
        self.relations = {id_: related_as(leg) for id_, (_, leg) in legs.items()}
        self.calls: dict[str | None, Call] = {None: call} | {
            id_: leg.call for id_, (_, leg) in legs.items() if leg.call
        }
        self._prefixes: dict[str | None, str] = {None: ""}
        for index, each in enumerate((call.related and call.related.legs) or ()):
            self._prefixes.setdefault(each.id, _LEGS.format(index))
        self._is_dialed = _is_only_dialed(call)
        self._agent = _agent_calling(call)
        self.dialed = sides(call)[1] if self._is_dialed else None
        self.shown = sides(call)[0] if self._agent else None
        for pointer in _in_order(call):
            self._add(call, pointer)
        for entry in call.timeline or ():
            if entry.leg in self.calls:
                self._add_side(entry.leg, "from")
                self._add_side(entry.leg, "to")
            self._add(call, entry.party or "")
        self.others = [named(each) for number, each in enumerate(call.participants) if self._is_missing(number, each)]

    def of(self, pointer: str | None) -> int | None:
        """Return the lane of the party that a JSON Pointer leads to; None if it leads to none."""
        return self._by_pointer.get(pointer or "")

    def sides(self, leg: str | None) -> tuple[int | None, int | None]:
        """Return the lanes of a leg's calling and called party; None for those of a leg that was not read."""
        prefix = self._prefixes.get(leg, "?")
        return self.of(f"{prefix}/from"), self.of(f"{prefix}/to")

    def recalled(self) -> int | None:
        """Return the lane from which the call came back."""
        return self.of(_RECALL)

    def _add(self, call: Call, pointer: str) -> None:
        """Add the party that a JSON Pointer leads to, if it leads to one."""
        if pointer in {"/from", "/to"}:
            self._add_side(None, pointer[1:])
        elif pointer not in self._by_pointer and isinstance(party := _at(call, pointer), Party):
            self._place(pointer, party, named(party))

    def _add_side(self, leg: str | None, name: str) -> None:
        """Add the calling or the called party of a leg; a record may leave one of them out, as it is the user."""
        pointer = f"{self._prefixes[leg]}/{name}"
        if pointer not in self._by_pointer and not (pointer == "/to" and self._is_dialed):
            if pointer == "/from" and self._agent:
                self._add(self.calls[None], self._agent)
                self._by_pointer[pointer] = self._by_pointer[self._agent]
                return
            call = self.calls[leg]
            is_caller = name == "from"
            shown = sides(Harmless(call))[0 if is_caller else 1]
            party = call.from_ if is_caller else call.to
            if leg is None or party or shown.plain != named(None).plain:
                self._place(pointer, party, shown)

    def _is_missing(self, number: int, party: Party) -> bool:
        pointer = f"/participants/{number}"
        return pointer not in self._by_pointer and _key(party, pointer, named(party)) not in self._by_key

    def _place(self, pointer: str, party: Party | None, shown: Text) -> None:
        key = _key(party, pointer, shown)
        if pointer.startswith(PARTICIPANTS) and key[0] != "person_id":
            if key in self._participating:
                key = "", pointer  # somebody else who has the same name, or is at the same place
            self._participating.add(key)
        lane = self._by_key.setdefault(key, len(self.names))
        if lane == len(self.names):
            self.names.append(shown)
        elif shown.cell_len > self.names[lane].cell_len:
            self.names[lane] = shown
        if party and party.role:
            self.roles[lane] = party.role
        self._by_pointer[pointer] = lane


def _is_only_dialed(call: Call) -> bool:
    """Whether the called party is a number that was dialed, at which the vendor's events name those who took part."""
    own = [each for each in call.timeline or () if each.leg is None and each.party]
    reached = [_at(call, each.party or "") for each in own if each.event in REACHED and each.party != "/from"]
    is_named = any(isinstance(each, Party) and each.role for each in reached)
    is_alone = all(each.party != "/to" or each.event in {Happened.CREATED, Happened.ENDED} for each in own)
    return call.to is not None and call.to.role is None and is_named and is_alone


def _agent_calling(call: Call) -> str | None:
    """Return a pointer to the agent who calls, where the caller is but the number that the called party is shown."""
    is_shown = call.from_ is not None and call.from_.role is None and call.direction is Direction.OUTBOUND
    own = (each for each in call.timeline or () if each.leg is None and each.party == "/from")
    if not is_shown or any(each.event is not Happened.ENDED for each in own):
        return None
    agents = (n for n, each in enumerate(call.participants) if each.role == "agent")
    first = next(agents, None)
    return None if first is None else f"{PARTICIPANTS}{first}"


def _in_order(call: Call) -> Iterator[str]:
    """Yield pointers to the call's own parties: who calls, who passes the call on, who is reached."""
    yield "/from"
    for entry in call.timeline or ():
        if entry.event is Happened.REDIRECTED and entry.party:
            yield entry.party
    if call.timeline:
        yield _RECALL
    yield "/to"


def _key(party: Party | None, pointer: str, shown: Text) -> tuple[str, str]:
    """Return what makes a party the same as another one; the pointer, if nothing does."""
    nobody = "", pointer
    if party is None:
        return nobody if shown.plain == named(None).plain else ("this user", "")
    if party.private:
        return nobody
    if party.number:
        return "number", _dialed(compact(party.number))
    for name in ("person_id", "uri", "name"):
        if value := getattr(party, name):
            return name, value.casefold()
    kind = party.role or party.kind or ""
    is_one_of_several = pointer.startswith(PARTICIPANTS)  # each of them is somebody else
    return nobody if is_one_of_several or kind.casefold() in NOT_SHOWN else ("kind", kind.casefold())


def _dialed(number: str) -> str:
    """Return the digits of a number, without what comes before them abroad; a text with letters is itself."""
    digits = "" if any(map(str.isalpha, number)) else _NOT_DIALED.sub("", number).removeprefix("00")
    return digits or number.casefold()


def _at(call: Call, pointer: str) -> Any:
    """Return what a JSON Pointer into the record leads to, None if that is nothing."""
    value: Any = call
    for step in pointer.split("/")[1:]:
        name = "from_" if step == "from" else step
        if name in getattr(value, "_fields", ()):
            value = getattr(value, name)
        elif type(value) is tuple and _INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
