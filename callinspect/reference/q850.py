"""The causes of Q.850, by number and by the names that Q.850 and FreeSWITCH have for them.

A vendor's causes are looked up here only if its own documentation does not explain them.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from callinspect.reference.explained import Explained, paragraphs, to
from callinspect.reference.reason import usual

if TYPE_CHECKING:
    from callinspect.model import Cause, Outcome

FIRST, LAST = 0, 127
"""The values that a cause can have."""

STANDINGS = {
    0: "gateways' own",
    **dict.fromkeys((10, 11), "North American use"),
    **dict.fromkeys((33, 52, 54), "ISUP, national use"),
    **dict.fromkeys((35, 37, 45, 51, 56, 67, 68, 89, 92, 93), "older standards"),
}
"""Where the causes come from that the current Q.850 does not have."""

STANDARD = "ITU-T Q.850"

CONDITIONAL = {21: 603, 22: 301}
"""Further SIP codes of RFC 3398: a rejection by the user; a changed number that comes with the new one."""


class Meaning(NamedTuple):
    """What a cause says of a call.

    Args:
        cause: what it means.
        outcome: how the call came out.
        is_certain: whether it did even if there is a time of answer. A cause that gives no outcome of its own tells
            only how a call came out that nobody answered.
    """

    cause: "Cause"
    outcome: "Outcome"
    is_certain: bool


class _Row(NamedTuple):
    """One cause: its entry, its names as they are looked up, and the outcome of a call with it (see `Meaning`)."""

    entry: Explained
    names: tuple[str, ...]
    outcome: str
    is_certain: bool


def meaning(name: str) -> Meaning | None:
    """Return what a name means, however its words are written and joined, or a value; None if neither has it."""
    from callinspect.model import Outcome, in_words

    found = _found(name)
    if found is None:
        return None
    said = found.entry
    cause = in_words(said.title or "", said.explanation or "", said.next, sip=said.sip, q850=said.q850)
    return Meaning(cause, Outcome(found.outcome), found.is_certain)


def names() -> tuple[str, ...]:
    """Return every name."""
    return tuple(_by_name())


def plain(name: str) -> str:
    """Return a name as it is looked up: its words in capitals, joined by underscores."""
    return re.sub("[^A-Z0-9]+", "_", name.upper()).strip("_")


@cache
def entries() -> tuple[Explained, ...]:
    """Return every entry that has a value, by value."""
    return tuple(each.entry for each in _rows() if each.entry.name)


def named(name: str) -> Explained | None:
    """Return the entry of a name, also of one without a value, or of a value in digits."""
    found = _found(name)
    return found.entry if found else None


def unregistered(value: int) -> Explained:
    """Return the entry of a value within the range that is not in the table."""
    instead = treated_as(value)
    known = next(each for each in entries() if each.word == instead)
    return Explained(
        table="q850",
        kind="cause",
        word=str(value),
        title="Not assigned",
        explanation=f"Q.850 has no such cause; a switch treats it as {instead} ({known.name})",
        next="Find the switch that sends it, and ask its vendor",
        outcome=known.outcome,
        q850=value,
        registered=False,
        treated_as=instead,
        source=STANDARD,
    )


def treated_as(value: int) -> str:
    """Return the “unspecified” cause of a value's group; the first two groups are one."""
    return str(max(value | 0xF, 0x1F))


@cache
def _rows() -> tuple[_Row, ...]:
    from callinspect.reference import freeswitch, q850_causes

    return (*_causes(q850_causes.TABLE), *_switch_names(freeswitch.TABLE))


@cache
def _by_name() -> dict[str, _Row]:
    """Return each cause by its names; of two with one name, the current one has the higher value."""
    return {name: each for each in _rows() for name in each.names}


def _found(name: str) -> _Row | None:
    """Return the row of a name, or of a value in digits; None if there is none."""
    return _by_name().get(plain(name)) or next((each for each in _rows() if each.entry.word == name), None)


def _causes(table: str) -> Iterator[_Row]:
    """Yield the causes that have a value."""
    for facts, words, next_ in paragraphs(table):
        word, sip, outcome, class_, letters, called = facts.split(maxsplit=5)
        name, _, others = called.partition(" | ")
        value = int(word)
        row = _row((plain(name), *others.split()), words, next_, outcome, word, sip)
        codes = [each for each in (row.entry.sip, CONDITIONAL.get(value)) if each is not None]
        entry = row.entry._replace(
            word=word,
            name=name,
            class_=class_,
            registered=value not in STANDINGS,
            treated_as=treated_as(value) if value in STANDINGS else None,
            location=usual(letters.split(",")) if letters != "-" else None,
            also=tuple(to("sip", each) for each in codes),
            source=STANDINGS.get(value, STANDARD),
        )
        yield row._replace(entry=entry)


def _switch_names(table: str) -> Iterator[_Row]:
    """Yield the causes that have names only."""
    for facts, words, next_ in paragraphs(table):
        value, sip, outcome, *names = facts.split()
        row = _row(tuple(names), words, next_, outcome, value, sip)
        codes = {"sip": row.entry.sip, "q850": row.entry.q850}
        also = tuple(to(table, code, "same") for table, code in codes.items() if code is not None)
        for name in names:
            entry = row.entry._replace(word=name, registered=False, also=also, source="FreeSWITCH")
            yield row._replace(entry=entry, names=(name,))


def _row(names: tuple[str, ...], words: str, next_: str, outcome: str, *codes: str) -> _Row:
    """Return a row with what every cause has."""
    title, _, explanation = words.partition(": ")
    q850, sip = map(_code, codes)
    word, is_certain = outcome.removesuffix("?"), not outcome.endswith("?")
    entry = Explained(
        table="q850",
        kind="cause",
        title=title,
        explanation=explanation,
        next=None if next_ == "-" else next_,
        outcome=word if is_certain or word == "unknown" else None,
        sip=sip,
        q850=q850,
    )
    return _Row(entry, names, word, is_certain)


def _code(text: str) -> int | None:
    return None if text == "-" else int(text)
