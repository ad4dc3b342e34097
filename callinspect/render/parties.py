"""The parties of a call, for people."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from rich.text import Text

from callinspect.model import Call, Direction, Party
from callinspect.render.harmless import Harmless
from callinspect.render.layout import capped, sentence
from callinspect.render.style import Style

NOT_SHOWN = frozenset({"", "other", "unknown"})
"""Kinds of party that say nothing."""

SAID_BY_ROLE = frozenset({"acd", "user"})
"""Kinds of party that our word for the role says better."""

_LOCAL = re.compile(r"(\w+:)?([^@]*@)?(localhost|host-local|127(\.[0-9]+){3})([:;>?].*)?", re.ASCII | re.IGNORECASE)
"""An address that leads no further than the vendor's own machine, which --redact shows as `host-local`."""

_OURS = re.compile(r"[a-z]+( [0-9]+)?", re.ASCII)
"""What we call a party without a name; a vendor's names are in quotation marks by then."""


def told_apart(call: Harmless) -> Harmless:
    """Return the call, whose parties without a name or an address go by their role, with a number if several do."""
    others = [*(each.party for each in call.redirections), call.recall and call.recall.party]
    names = iter(_names([each for each in (call.from_, call.to, *call.participants, *others) if each]))

    def called(party: Party | None) -> Party | None:
        name = next(names) if party else None
        return party._replace(name=name) if party and name else party

    from_, to, participants = called(call.from_), called(call.to), [*filter(None, map(called, call.participants))]
    return Harmless(
        call._replace(
            from_=from_,
            to=to,
            participants=tuple(participants),
            redirections=tuple(each._replace(party=called(each.party)) for each in call.redirections),
            recall=call.recall and call.recall._replace(party=called(call.recall.party)),
        )
    )


def ids_shown(call: Call) -> list[str]:
    """Return the IDs of those who are drawn with them, for want of a name."""
    return [
        each.person_id
        for each in (call.from_, call.to, *call.participants)
        if each and each.person_id and each.role and _is_nameless(each)
    ]


def _names(parties: Sequence[Party]) -> Iterator[str | None]:
    """Yield what each party goes by; None for those who have a name or an address, or are private."""
    nameless = [_is_nameless(each) for each in parties]
    who = [each.person_id or each.uri or str(index) for index, each in enumerate(parties)]
    same: dict[str, dict[str, int]] = {}  # the number of each in its role: there can be a hundred thousand
    for party, key, is_so in zip(parties, who, nameless, strict=True):
        of_role = same.setdefault(party.role or "", {})
        if is_so:
            of_role.setdefault(key, len(of_role) + 1)
    for party, key, is_so in zip(parties, who, nameless, strict=True):
        of_role = same[party.role] if is_so and party.role else {}
        yield f"{party.role} {of_role[key]}" if len(of_role) > 1 else party.role if of_role else None


def _is_nameless(party: Party) -> bool:
    return not (party.private or party.name or _place(party))


def _place(party: Party) -> str:
    """Return the number or the address of a party; none that leads nowhere, where something else tells who it is."""
    is_needless = party.name or party.role or party.person_id
    return party.number or ("" if is_needless and _LOCAL.fullmatch(party.uri or "") else party.uri or "")


def from_and_to(call: Harmless, style: Style) -> list[Text]:
    """Return who called whom, and the other parties, as lines.

    Right-to-left text has a line of its own: many terminals would show what follows it before it, so that the called
    party would seem to be the caller.
    """
    from_, to = sides(call)
    arrow = Text(style.arrow, "dim")
    line = Text(" ").join([from_, arrow, to])
    is_apart = line.cell_len >= style.width - 1 or _is_right_to_left(from_.plain)
    lines = [from_, Text(" ").join([arrow, to])] if is_apart else [line]
    if call.participants:
        lines.append(
            Text.assemble(("with ", "dim"), Text(", ").join(capped([named(each) for each in call.participants], style)))
        )
    return [broken for each in lines for broken in sentence(each, style)]


def sides(call: Harmless, *, kinds: bool = True) -> tuple[Text, Text]:
    """Return the calling and the called party; the one that a user's record leaves out is the user."""
    own = Text("this user", "dim italic")

    def side(party: Party | None, own_direction: Direction) -> Text:
        is_own = party is None and call.is_of_user and call.direction is own_direction
        return own if is_own else named(party, kind=kinds)

    return side(call.from_, Direction.OUTBOUND), side(call.to, Direction.INBOUND)


def named(party: Party | None, *, kind: bool = True) -> Text:
    """Return a party's name and number, or why they are missing, and in parentheses its kind, if wanted, and place."""
    if party is None:
        return Text("not reported", "dim italic")
    who = Text("private", "italic") if party.private else _addressed(party, kind=kind) or Text("unknown", "dim italic")
    where = Text("" if party.private else party.location or "", "dim")
    role = Text(party.role if kind and party.role not in {None, party.kind} and not _is_unnamed(party) else "", "dim")
    details = Text(", ").join(filter(None, (_kind(party, is_requested=kind), role, where)))
    return Text.assemble(who, (" (", "dim"), details, (")", "dim")) if details else who


def _addressed(party: Party, *, kind: bool) -> Text:
    """Return a party's name and number; of one without either, its role and whole ID, unless a number stands for it."""
    name = party.name or (party.role if party.role and _is_nameless(party) else "")
    is_id_shown = _is_unnamed(party) and (kind or not party.name)
    parts = [Text(name, "bold"), Text(_place(party)), Text(party.person_id or "" if is_id_shown else "")]
    return Text(" ").join(filter(None, parts))


def _is_unnamed(party: Party) -> bool:
    """Whether a party goes by its role, for want of a name and an address."""
    return bool(party.role) and not _place(party) and _OURS.fullmatch(party.name or party.role or "") is not None


def _kind(party: Party, *, is_requested: bool) -> Text:
    """Return the kind of a party in the vendor's word if it says something that the address does not say already.

    Emergency services are always shown.
    """
    word = party.kind or ""
    if word.casefold() == "emergency":
        return Text(word, "bold red")
    if party.role and word.casefold() in {*SAID_BY_ROLE, party.role if _is_unnamed(party) else ""}:
        return Text("")
    scheme = (party.uri or party.number or "").lstrip('“"').partition(":")[0]
    is_shown = is_requested and word.casefold() not in {*NOT_SHOWN, scheme.casefold()}
    return Text(word if is_shown else "", "dim")


def _is_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(each) in {"R", "AL"} for each in text)
