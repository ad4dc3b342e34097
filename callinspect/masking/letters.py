"""The letters that stand for a value: the same for the same number, name or text, as long as the key is the same."""

import hmac
from functools import lru_cache

from callinspect.masking import forms

ALPHABET = "bcdfghjklmnpqrstvwxz"
"""Without vowels and digits: neither a word nor a number can come about by chance."""

COUNT = 10

_LETTERS = (ALPHABET * 13)[:256].encode()
"""A letter for every byte."""

MAX_DIGITS = 10
"""Digits by which a number is known, the last ones: countries write what comes before in several ways."""


class Letters:
    """Turns values into letters.

    Args:
        key: the key.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.of = lru_cache(4096)(self._of)

    def _of(self, text: str) -> str:
        """Return the letters of a value: those of its digits if it is a number, else those of its words."""
        if forms.is_number(text):
            return self._letters("digits", forms.digits(text)[-MAX_DIGITS:])
        return self._letters("text", forms.folded(text))

    def of_exactly(self, text: str) -> str:
        """Return letters that no other text has, not even one that is the same number or the same words."""
        return self._letters("exactly", text)

    def _letters(self, domain: str, value: str) -> str:
        data = f"{domain}\0{value}".encode(errors="surrogatepass")
        return hmac.digest(self._key, data, "sha256")[:COUNT].translate(_LETTERS).decode()
