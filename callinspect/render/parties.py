"""The parties of a call, for people."""

import unicodedata

from rich.text import Text

from callinspect.model import Direction, Party
from callinspect.render.harmless import Harmless
from callinspect.render.layout import capped, sentence
from callinspect.render.style import Style

NOT_SHOWN = frozenset({"", "other", "unknown"})
"""Kinds of party that say nothing."""


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
    who = Text("private", "italic") if party.private else _addressed(party) or Text("unknown", "dim italic")
    where = Text("" if party.private else party.location or "", "dim")
    role = Text(party.role if kind and party.role and party.role != party.kind else "", "dim")
    details = Text(", ").join(filter(None, (_kind(party, is_requested=kind), role, where)))
    return Text.assemble(who, (" (", "dim"), details, (")", "dim")) if details else who


def _addressed(party: Party) -> Text:
    parts = [Text(party.name or "", "bold"), Text(party.number or party.uri or "")]
    return Text(" ").join(filter(None, parts))


def _kind(party: Party, *, is_requested: bool) -> Text:
    """Return the kind of a party in the vendor's word if it says something that the address does not say already.

    Emergency services are always shown.
    """
    word = party.kind or ""
    if word.casefold() == "emergency":
        return Text(word, "bold red")
    scheme = (party.uri or party.number or "").lstrip('“"').partition(":")[0]
    is_shown = is_requested and word.casefold() not in {*NOT_SHOWN, scheme.casefold()}
    return Text(word if is_shown else "", "dim")


def _is_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(each) in {"R", "AL"} for each in text)
