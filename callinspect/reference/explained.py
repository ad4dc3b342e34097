"""One entry of a table: what a code or a vendor's word means."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple


class Also(NamedTuple):
    """Another entry, and how this one relates to it.

    Attributes:
        table: the other one's table.
        word: the other one's word.
        relation: `maps-to` where RFC 3398 maps a code to another; `same` between a vendor's word and its nearest code.
    """

    table: str
    word: str
    relation: str


class Explained(NamedTuple):
    """What a code or a vendor's word means; None where something is not known or does not apply.

    Attributes:
        table: the table that it is in: `sip`, `q850` or a provider.
        kind: what it is, such as `status`, `cause` or `state`.
        field: the vendor's field that holds it.
        word: the word itself; a code in digits.
        name: the standard's name of a code.
        title: what heads it.
        explanation: what it means.
        next: what to do about it.
        class_: on whose side the reason lies: caller, callee, network, policy or either.
        outcome: how a call came out that ended with it.
        ended_by: who ended such a call.
        sip: the code in SIP, or the nearest one.
        q850: the value in Q.850, or the nearest one.
        documented: whether the vendor documents the word.
        registered: whether the standard has the code.
        treated_as: what a code is treated as that the standard does not have.
        location: where in the network it is set.
        also: the entries that relate to it.
        source: the standard that defines it, or where the vendor's word is known from.
    """

    table: str
    kind: str
    field: str | None = None
    word: str = ""
    name: str | None = None
    title: str | None = None
    explanation: str | None = None
    next: str | None = None
    class_: str | None = None
    outcome: str | None = None
    ended_by: str | None = None
    sip: int | None = None
    q850: int | None = None
    documented: bool | None = None
    registered: bool | None = None
    treated_as: str | None = None
    location: str | None = None
    also: tuple[Also, ...] = ()
    source: str | None = None


KEYS = tuple(name.removesuffix("_") for name in Explained._fields)
"""The keys of every entry as JSON, in their order."""


def record(entry: Explained) -> dict[str, Any]:
    """Return an entry as JSON: every key, null if unknown."""
    return dict(zip(KEYS, entry, strict=True)) | {"also": [each._asdict() for each in entry.also]}


def to(table: str, code: int, relation: str = "maps-to") -> Also:
    """Return the relation to a code."""
    return Also(table, str(code), relation)


def key(text: str) -> str:
    """Return a text as it is looked up: its letters and digits, whatever their case and what joins its words."""
    return re.sub("[^a-z0-9]+", "", text.lower())


def paragraphs(table: str) -> Iterator[tuple[str, str, str]]:
    """Yield the entries of a table written with three lines each."""
    lines = map(str.strip, table.strip().splitlines())
    yield from zip(lines, lines, lines, strict=True)
