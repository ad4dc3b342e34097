"""The parties of a call, for people."""

from rich.text import Text

from callinspect.model import Direction, Party
from callinspect.render.harmless import Harmless

NOT_SHOWN = frozenset({"", "other", "unknown"})
"""Kinds of party that say nothing."""


def sides(call: Harmless, *, kinds: bool = True) -> tuple[Text, Text]:
    """Return the calling and the called party; the one that a user's record leaves out is the user."""
    own = Text("this user", "dim italic")

    def side(party: Party | None, own_direction: Direction) -> Text:
        return own if party is None and call.direction is own_direction else named(party, kind=kinds)

    return side(call.from_, Direction.OUTBOUND), side(call.to, Direction.INBOUND)


def named(party: Party | None, *, kind: bool = True) -> Text:
    """Return a party's name and number, or why they are missing, and in parentheses its kind, if wanted, and place."""
    if party is None:
        return Text("not reported", "dim italic")
    who = Text("private", "italic") if party.private else _addressed(party) or Text("unknown", "dim italic")
    where = Text("" if party.private else party.location or "", "dim")
    details = Text(", ").join(filter(None, (_kind(party, is_requested=kind), where)))
    return Text.assemble(who, (" (", "dim"), details, (")", "dim")) if details else who


def _addressed(party: Party) -> Text:
    parts = [Text(party.name or "", "bold"), Text(party.number or party.uri or "")]
    return Text(" ").join(filter(None, parts))


def _kind(party: Party, *, is_requested: bool) -> Text:
    """Return the kind of a party in the vendor's word if it says something; emergency services are always shown."""
    word = party.kind or ""
    if word.casefold() == "emergency":
        return Text(word, "bold red")
    is_shown = is_requested and not party.private and word.casefold() not in NOT_SHOWN
    return Text(word if is_shown else "", "dim")
