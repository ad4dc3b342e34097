"""Our own words, which stay even where somebody is called like one of them."""

import re
from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callinspect.provider import Provider

_WORD = re.compile(rb"[a-z0-9_]+")

_WORD_END = re.compile(rb"[a-z0-9_]+\Z")

MAX_WORD = 64
"""Bytes of a word of ours."""

MAX_ASKED = 10_000
"""Texts of which is remembered whether they are ours."""

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
        """Whether we say a text in lower case, in words of its own; a number or an address never is ours."""
        return not _TELLING.search(text) and self.contains(text)

    def has_words(self, text: bytes) -> bool:
        """Whether a text in lower case consists of words that we use."""
        return not _TELLING.search(text) and _words().issuperset(_WORD.findall(text))

    def contains(self, text: bytes) -> bool:
        """Whether we say a text in lower case, of whatever form, in words of its own."""
        if text not in self._asked:
            if len(self._asked) >= MAX_ASKED:
                self._asked.clear()
            self._asked[text] = self._contains(text)
        return self._asked[text]

    def _contains(self, text: bytes) -> bool:
        if any(_is_in(text, each) for each in self._further.values()):
            return True
        return _words().issuperset(_WORD.findall(text)) and _is_in(text, _ours())


def _is_in(text: bytes, ours: bytes) -> bool:
    at = ours.find(text)
    while at >= 0:
        if whole(ours, at, at + len(text)) == (at, at + len(text)):
            return True
        at = ours.find(text, at + 1)
    return False


def whole(text: bytes, begin: int, end: int) -> tuple[int, int]:
    """Return where the words begin and end that a part of a text in lower case is of; of a long one, a part."""
    before, after = _WORD_END.search(text, max(begin - MAX_WORD, 0), begin), _WORD.match(text, end, end + MAX_WORD)
    if before and _WORD.match(text, begin, end):
        begin = before.start()
    if after and _WORD_END.search(text, end - 1, end):
        end = after.end()
    return begin, end


@cache
def _ours() -> bytes:
    """Return all texts of the program, in lower case: `python -m callinspect.cli.described` collects them."""
    return get_data(__package__, "vocabulary.txt") or b""


@cache
def _words() -> frozenset[bytes]:
    return frozenset(_WORD.findall(_ours()))
