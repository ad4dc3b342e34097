"""Who called whom: names in quotation marks, since a stranger chose them, and addresses as they are."""

import re

from rich.text import Text

from callinspect.model import Call, Direction, Party
from callinspect.render.layout import Style

ADDRESS = re.compile(r"(?=.*[0-9@:])[A-Za-z0-9+*#@:;=._~%&?/$-]+|\+?[0-9(][0-9() ./-]*")
"""A number or a URI in one word, or digits set off from each other; anything else has to stand in quotation marks."""

SAYS_NOTHING = frozenset({"", "other", "unknown"})
"""Kinds of a party that nobody needs to read."""


def sides(call: Call, style: Style, *, kinds: bool = True) -> tuple[Text, Text]:
    """Return who called whom; the side that a user's record leaves out is the user's own."""
    own = Text("this user", "dim italic")

    def side(party: Party | None, own_direction: Direction) -> Text:
        return own if party is None and call.direction is own_direction else named(party, style, kind=kinds)

    return side(call.from_, Direction.OUTBOUND), side(call.to, Direction.INBOUND)


def named(party: Party | None, style: Style, *, kind: bool = True) -> Text:
    """Return a party's name and address, or why there is none, and where it is; before that what it is, if wanted."""
    if party is None:
        return Text("not reported", "dim italic")
    who = Text("private", "italic") if party.private else _addressed(party, style) or Text("unknown", "dim italic")
    place = ", ".join(each for each in (party.location, party.country and party.country.name) if each)
    where = Text(style.quoted(place) if place and not party.private else "", "dim")
    said = Text(", ").join(filter(None, (_kind(party, style, wanted=kind), where)))
    return Text.assemble(who, (" (", "dim"), said, (")", "dim")) if said else who


def _addressed(party: Party, style: Style) -> Text:
    address, name = party.number or party.uri or "", party.name or ""
    parts = [
        Text(style.quoted(name) if name not in {"", address} else "", "bold"),
        Text(style.quoted(address) if address and not ADDRESS.fullmatch(address) else address),
    ]
    return Text(" ").join(filter(None, parts))


def _kind(party: Party, style: Style, *, wanted: bool) -> Text:
    """Return what a party is in the vendor's word: an emergency service always, else if that says something."""
    word = party.kind or ""
    if word.casefold() == "emergency":
        return Text(style.word(word), "bold red")
    is_shown = wanted and not party.private and word.casefold() not in SAYS_NOTHING
    return Text(style.word(word) if is_shown else "", "dim")
