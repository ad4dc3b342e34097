"""Our own words, which stay even where somebody is called like one of them."""

import re
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callinspect.provider import Provider

INVENTED = "sandbox"
"""The part of the program that has names of its own: of people in calls that it makes up."""

_WORD = re.compile(rb"[a-z0-9]+")

_TELLING = re.compile(rb"[0-9]{5}|@|://")
"""What no word of ours has."""


class Vocabulary:
    """The words of the program and of the providers: what its texts, keys, labels and explanations are made of."""

    def __init__(self) -> None:
        self._further: dict[str, bytes] = {}
        self._asked: dict[bytes, bool] = {}

    def add(self, provider: "Provider") -> None:
        """Add what a provider says in our words."""
        if provider.name not in self._further:
            self._further[provider.name] = repr((provider.title, provider.words, provider.reads)).lower().encode()
            self._asked.clear()

    def has(self, text: bytes) -> bool:
        """Whether a text in lower case is a part of what we say; a number or an address never is."""
        if text not in self._asked:
            self._asked[text] = not _TELLING.search(text) and self.contains(text)
        return self._asked[text]

    def contains(self, text: bytes) -> bool:
        """Whether a text in lower case, of whatever form, is a part of what we say."""
        if any(text in each for each in self._further.values()):
            return True
        return self._words.issuperset(_WORD.findall(text)[1:-1]) and text in self._ours  # which takes longer

    @cached_property
    def _words(self) -> frozenset[bytes]:
        return frozenset(_WORD.findall(self._ours))

    @cached_property
    def _ours(self) -> bytes:
        """All texts of the program: its sources have them, and its schema."""
        return b"\n".join(_texts(files("callinspect"))).lower()


def _texts(folder: Traversable) -> "list[bytes]":
    found: list[bytes] = []
    for each in folder.iterdir():
        if each.is_dir() and each.name != INVENTED:
            found += _texts(each)
        elif each.name.endswith((".py", ".json")):
            found.append(each.read_bytes())
    return found
