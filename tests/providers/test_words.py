"""The words of vendors: each of those in their tables is in some case."""

from collections.abc import Iterator, Mapping
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from kit import cases

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
