"""The tables of `explain`, and how an entry is found in them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from callinspect.reference.explained import Explained, key

MAX_FOUND = 10
"""Entries that a search finds."""

CLOSE = 0.6
"""How much like a term an entry has to be to be suggested, where 1 is the same."""

_NUMBER = re.compile(r"(?:(?:sip(?:/2\.0)?|q\.?850|cause|status|code)?[ :=/-]*+)([0-9]++)", re.IGNORECASE)


class Codes(NamedTuple):
    """What a table of codes has besides its entries.

    Attributes:
        first: the lowest code that there can be.
        last: the highest one.
        unregistered: returns the entry of a code that is not in the table.
        named: returns the entry of a name that no code of the table has; None if there is none.
    """

    first: int
    last: int
    unregistered: Callable[[int], Explained]
    named: Callable[[str], Explained | None] = lambda _: None


class Table(NamedTuple):
    """One table.

    Attributes:
        name: how it is typed.
        title: what it has.
        entries: its entries, in their order; causes come first.
        others: the entries for all words that the vendor does not list.
        codes: what a table of codes has besides.
        named: returns the entry of a name that the vendor does not list and a standard has; None if none has it.
    """

    name: str
    title: str
    entries: Sequence[Explained]
    others: Sequence[Explained] = ()
    codes: Codes | None = None
    named: Callable[[str], Explained | None] = lambda _: None


def sip() -> Table:
    """Return the table of SIP."""
    from callinspect.reference import sip as codes

    return Table(
        name="sip",
        title="SIP response codes",
        entries=codes.entries(),
        codes=Codes(codes.FIRST, codes.LAST, codes.unregistered),
    )


def q850() -> Table:
    """Return the table of Q.850."""
    from callinspect.reference import q850 as codes

    return Table(
        name="q850",
        title="Q.850 causes",
        entries=codes.entries(),
        codes=Codes(codes.FIRST, codes.LAST, codes.unregistered, codes.named),
    )


class Standard(NamedTuple):
    """A table of codes: what people call it, and how it is read."""

    title: str
    read: Callable[[], Table]


CODES: Mapping[str, Standard] = {"sip": Standard("SIP", sip), "q850": Standard("Q.850", q850)}
"""The tables of codes, by name. A command may take these names where it takes a provider's."""


def number(term: str) -> int | None:
    """Return the number that a term is, such as 486, `SIP 486` or `cause=17`; None if it is none."""
    found = _NUMBER.fullmatch(term)
    return int(found[1]) if found else None


def code(table: Table, value: int) -> Explained | None:
    """Return the entry of a code, also of one within the range that is not registered; None beyond the range."""
    if table.codes is None or not table.codes.first <= value <= table.codes.last:
        return None
    known = (each for each in table.entries if each.word == str(value))
    return next(known, None) or table.codes.unregistered(value)


def exact(table: Table, term: str) -> list[Explained]:
    """Return the entries that a term names: by word, by name, or by both as in `486 Busy Here`."""
    value = number(term)
    wanted = {key(re.sub(r"^SIP/2\.0 ", "", term)), "" if value is None else str(value)} - {""}
    found = [each for each in table.entries if wanted & _keys(each)]
    found = found or [each for each in table.entries if _goes_on(each.word, term)]
    other = table.codes.named(term) if table.codes and not found else None
    return [next((each for each in table.entries if each.word == other.word), other)] if other else found


def _goes_on(word: str, term: str) -> bool:
    """Whether a term is a word and what a vendor writes after it: a number in brackets, or a further sentence."""
    return term.startswith(word) and re.fullmatch(r" \(-?[0-9]+\)|\. .+", term[len(word) :]) is not None


def other(table: Table, term: str, *, as_spelled: bool) -> list[Explained]:
    """Return the entries of a word that the vendor does not list: a standard's, or those of any other word.

    Args:
        table: the vendor's table.
        term: the word.
        as_spelled: whether it has to look like the vendor's words: one word, in capitals if all of them are.
    """
    if standard := table.named(term):
        return [standard]
    has_small = any(each.word != each.word.upper() for each in _siblings(table))
    if as_spelled and (" " in term or has_small != (term != term.upper())):
        return []
    return [each._replace(word=term, documented=False) for each in table.others]


def search(tables: Iterable[Table], term: str) -> list[Explained]:
    """Return the entries with a term's words in name, title or explanation, those with them in the name first."""
    words = _words(term).split()
    places: list[Callable[[Explained], str]] = [
        lambda each: f"{each.word} {each.name or ''}",
        lambda each: each.title or "",
        lambda each: each.explanation or "",
    ]
    ranked = []
    for each in (each for table in tables for each in table.entries):
        texts = [f" {_words(place(each))}" for place in places]
        have = [text for text in texts if all(f" {word}" in text for word in words)]
        if words and have:
            ranked.append((texts.index(have[0]), each))
    return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]


def closest(tables: Iterable[Table], term: str, cutoff: float = CLOSE) -> str | None:
    """Return the word of the entry that is closest to a term, and its name; None if none is close.

    Args:
        tables: where to look.
        term: the term; of codes, the nearest one is always close.
        cutoff: how alike words have to be, 0 for anything.
    """
    entries = [each for table in tables for each in table.entries]
    value = number(term)
    coded = [each for each in entries if each.word.isdecimal()]
    if value is not None and coded:
        return _called(min(coded, key=lambda each: abs(int(each.word) - value)))
    from difflib import get_close_matches

    by_key = {key: each for each in reversed(entries) for key in _keys(each)}
    return next((_called(by_key[each]) for each in get_close_matches(key(term), by_key, n=1, cutoff=cutoff)), None)


def _called(entry: Explained) -> str:
    return " ".join(filter(None, (entry.word, entry.name)))


def _siblings(table: Table) -> list[Explained]:
    """Return the entries of the fields that have any other word."""
    fields = {each.field for each in table.others}
    return [each for each in table.entries if each.field in fields]


def _keys(entry: Explained) -> set[str]:
    named = {key(entry.name), key(f"{entry.word} {entry.name}")} if entry.name else set()
    return {key(entry.word), *named}


def _words(text: str) -> str:
    """Return a text's words in lower case, apart by one blank."""
    apart = re.sub("(?<=[a-z])(?=[A-Z])", " ", text)
    return " ".join(re.findall("[a-z0-9]+", apart.lower().replace("'", "")))
