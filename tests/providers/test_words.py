"""The words of vendors: each has an entry, which is in plain English, and those of calls are in some case."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from kit import cases

from callinspect import providers
from callinspect.model import Cause
from callinspect.reference import q850

every_vendor = pytest.mark.parametrize("name", cases.vendors())


def test_every_name_of_q850_is_read_and_explained() -> None:
    names = q850.names()
    assert len(names) > 150
    for name in names:
        found = q850.meaning(name)
        assert found
        assert found.cause.title
        assert (found.cause.explanation or ".")[-1].isalpha()


def tables(vendor: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Give the tables of a vendor's words: every public mapping of its modules, and every enumeration made there."""
    home = import_module(f"callinspect.providers.{vendor}")
    names = [home.__name__, *(each.name for each in walk_packages(home.__path__, f"{home.__name__}."))]
    for module in map(import_module, names):
        for name, value in vars(module).items():
            if name.startswith("_"):
                continue
            if isinstance(value, Mapping):
                yield f"{module.__name__}.{name}", value
            elif isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", {each.value: each for each in value}


@every_vendor
def test_every_word_of_a_vendor_s_tables_is_in_a_case(name: str) -> None:
    played = [case for kind in ("calls", "errors") for case in cases.cases(kind, name)]
    single = [case for kind in ("refusals", "lists") for case in cases.cases(kind, name)]
    bodies = [each.body for case in played for each in case.exchange]
    bodies += [case.given["body"] for case in single if "body" in case.given]
    said = set(words(bodies))
    found = {
        table: [word for word, meaning in known.items() if is_word(word) and not spellings(word, meaning) & said]
        for table, known in tables(name)
    }
    assert found
    assert {table: missing for table, missing in found.items() if missing} == {}


@every_vendor
def test_every_known_word_has_an_entry_and_nothing_else(name: str) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for each in providers.get(name).words:
        said = {*each.words} | ({"*"} if each.other else set())
        assert each.field not in found.setdefault(each.kind, {})
        found[each.kind][each.field] = said
    known = cases.vocabulary(name)
    assert found == {kind: {field: {*said} for field, said in fields.items()} for kind, fields in known.items()}
    assert all(len({*said}) == len(said) for fields in known.values() for said in fields.values())


@every_vendor
def test_causes_come_first(name: str) -> None:
    with_causes = [any(word.cause for word in each.words.values()) for each in providers.get(name).words]
    assert with_causes == sorted(with_causes, reverse=True)


@every_vendor
def test_no_mapping_names_a_word_that_its_table_lacks(name: str) -> None:
    """A mapping of words is any in `words`, and elsewhere any that leads to more than texts, which are fields."""
    known = [{*each.words} for each in providers.get(name).words]
    mappings = {
        table: {word for word in found if is_word(word)}
        for table, found in tables(name)
        if ".words." in table or not all(type(meaning) is str for meaning in found.values())
    }
    assert any(mappings.values())
    assert {table: said for table, said in mappings.items() if not any(said <= each for each in known)} == {}


@every_vendor
def test_every_entry_is_in_plain_english(name: str) -> None:
    """The card and `explain` add the full stops."""
    wrong = []
    for table in providers.get(name).words:
        others = {} if table.other is None else {"*": table.other}
        for word, said in {**table.words, **others}.items():
            texts = [each for each in (said.cause, said.unanswered, said.says) if each]
            assert (said.cause is None) != (said.says is None), (table.kind, word)
            wrong += [(table.kind, word, fault) for each in texts for fault in faults(each, is_cause=bool(said.cause))]
    assert wrong == []


TITLE = 40
"""The longest title, in characters: it stands in a column of a table."""

ODD = re.compile(r"\b(somebody|whoever|licence|centre|dialled|cancelled|organisation)\b|\. |[.;:,]$|  |—")
"""Words that are not American or not plain, and ends of sentences."""


def faults(entry: Cause, *, is_cause: bool) -> Iterator[str]:
    """Give what is wrong with an entry."""
    if not 0 < len(entry.title or "") <= TITLE:
        yield f"title: {entry.title}"
    if entry.next is None and is_cause:
        yield "there is no next step"
    for text in (entry.title, entry.explanation, *([] if entry.next is None else [entry.next])):
        if not text or not text[0].isupper() or ODD.search(text):
            yield f"text: {text}"
    if entry.sip not in {None, *range(300, 700)} or entry.q850 not in {None, *range(128)}:
        yield f"codes: {entry.sip}, {entry.q850}"


def is_word(key: Any) -> bool:
    """Whether a key is the vendor's, and not a word of our model or a fact."""
    return type(key) in {str, int}


def spellings(word: Any, meaning: Any) -> set[str]:
    """Return how the vendor may spell it: a table of fields has a word of ours, and the name of the vendor's field."""
    return {str(word), meaning} if type(meaning) is str else {str(word)}


def words(value: Any) -> Iterator[str]:
    """Give all that a body says: the texts, the numbers and the names of what it holds."""
    if isinstance(value, dict):
        yield from value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from words(each)
    if isinstance(value, str | int | float):
        yield str(value)
