"""Masks JSON of which little is known: a vendor's document, what a caller attached, what came with an event."""

import re
from collections.abc import Callable, Container
from typing import TYPE_CHECKING, Any

from callinspect.masking.known import DIGITS, in_ascii
from callinspect.masking.marks import Marks
from callinspect.masking.plain import is_telling

if TYPE_CHECKING:
    from callinspect.masking.plain import Plain
    from callinspect.provider import Json

_HALF = re.compile("[\ud800-\udfff]")

_TELLING_KEY = re.compile(r"\d{5}")

Leaf = Callable[[str | float, str], Any]
"""Masks a text or a number, which is at a path."""


class Paths:
    """The paths of a document whose values may be shown.

    Args:
        public: the paths, separated by spaces; objects are joined by dots, arrays have no index.
        envelopes: the paths of what they may be within, separated by spaces.
        plain: tells which values there may be shown; None if none may.
    """

    def __init__(self, public: str, envelopes: str = "", plain: "Plain | None" = None) -> None:
        self._public = frozenset(public.split())
        self._plain = plain
        self._envelopes = tuple(f"{each}." for each in envelopes.split())

    def has(self, path: str) -> bool:
        """Whether the value at a path may be shown."""
        within = (path.removeprefix(each) for each in self._envelopes if path.startswith(each))
        return path in self._public or any(each in self._public for each in within)

    def may_show(self, value: str | float) -> bool:
        """Whether a value at such a path may be shown: it is a word, a measure, a time or an ID, as is said there."""
        return self._plain is not None and self._plain.is_public(value)


NOWHERE = Paths("")


def masked(value: "Json", marks: Marks, leaf: Leaf, paths: Paths = NOWHERE, path: str = "") -> Any:
    """Return a JSON value with every text and number masked that is not at a path that may be shown.

    True, false, null and the names of fields stay, but for names that have a number or an address in them. What is at a
    path that may be shown is masked as well unless it has the form of a word, a measure, a time or an ID.

    Args:
        value: the value.
        marks: masks what is in it.
        leaf: masks a text or a number that may not be shown.
        paths: the paths that may be shown.
        path: the path of the value.
    """
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for name, each in value.items():
            below = f"{path}.{name}" if path else name
            found[_key(name, marks, found)] = masked(each, marks, leaf, paths, below)
        return found
    if isinstance(value, list):
        return [masked(each, marks, leaf, paths, path) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if not (paths.has(path) and paths.may_show(value)):
        return leaf(value, path)
    text = _HALF.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value
    marks.show(str(text))
    return text


def _key(name: str, marks: Marks, others: Container[str]) -> str:
    if _TELLING_KEY.search(name) or DIGITS.search(in_ascii(name.encode(errors="replace"))) or is_telling(name):
        return marks.key(name, others)
    data = name.encode(errors="replace")
    if not marks.known.vocabulary.contains(data.lower()) and (marks.given(name) or marks.known.search(data)[0]):
        return marks.key(name, others)
    name = _HALF.sub("\N{REPLACEMENT CHARACTER}", name)
    while name in others:
        name += "_"
    marks.show(name)
    return name
