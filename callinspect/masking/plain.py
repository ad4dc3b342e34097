"""What may be shown where a vendor's words, times, measures and IDs are: whatever else is there is masked."""

import base64
import binascii
import re
from typing import TYPE_CHECKING

from callinspect.masking import forms
from callinspect.masking.known import DIGITS, lowered

if TYPE_CHECKING:
    from callinspect.masking.marks import Marks
    from callinspect.provider import Provider

IDS = frozenset({"call", "session", "conversation", "recording", "transcription", "notification", "conference"})
"""Kinds of IDs that name no person, place or account."""

_WORD = re.compile(r"[A-Za-z](?!.*\d{5})(?!(?:.*\d){7})[A-Za-z0-9_.:/()%-]{0,63}", re.ASCII)
"""What a vendor's word looks like; a sentence or a number is none."""

_PHRASE = re.compile(r"[A-Za-z](?!(?:.*\d){4})[A-Za-z0-9_.:/()%, -]{0,63}", re.ASCII)
"""What a vendor's phrase looks like, or a word that is joined by dots."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/;=~-]{0,255}", re.ASCII)

_HEX = re.compile(
    r"(?i)(?<![0-9A-Z])(?:[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}"
    r"|[A-Z]{0,3}(?=[0-9]*[A-F])[0-9A-F]{15,}[0-9])(?![0-9A-Z])"
)
"""A UUID, or many hexadecimal digits: a number among them came about by chance."""

_MEASURE = re.compile(
    r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]{1,3})?|[0-9]{1,2}\.[0-9]{1,12}|1[0-9]{9}(?:[0-9]{3}){0,2}(?:\.[0-9]{1,9})?)",
    re.ASCII,
)
"""A count, an amount, or a time since 1970, which no phone number of ten digits begins like."""

_TIME = re.compile(
    r"[0-9]{4}-(?:0[0-9]|1[0-2])-[0-3][0-9](?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r" ?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
    r"|[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z?"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}(?: [+-][0-9]{4})?",
    re.ASCII,
)

_URL_SAFE = str.maketrans("-_", "+/")

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")


class Plain:
    """Tells the values of one provider that may be shown from those that tell of somebody.

    Args:
        provider: the provider.
        marks: what was masked and kept before.
    """

    def __init__(self, provider: "Provider", marks: "Marks") -> None:
        self._provider = provider
        self._marks = marks
        self._vocabulary = marks.known.vocabulary
        self._vocabulary.add(provider)

    def is_documented(self, text: str) -> bool:
        """Whether a text is a word that the vendor documents."""
        return any(text in each.words for each in self._provider.words)

    def is_ours(self, text: str) -> bool:
        """Whether a text is a word that the vendor documents or that we use."""
        return self.is_documented(text) or (text.isascii() and self._vocabulary.has(lowered(text)))

    def is_word(self, text: str) -> bool:
        """Whether a text is a documented word, one of our own texts, or a word that nobody was masked by."""
        if not text:
            return True
        return self.is_ours(text) or (self._is_phrase(text) and self._is_nobodys(text))

    def is_measure(self, value: str | float) -> bool:
        """Whether a value is a time, a count or an amount."""
        if isinstance(value, float) and not value.is_integer():
            return abs(value) < 1 or _MEASURE.fullmatch(str(value)) is not None
        text = str(int(value)) if isinstance(value, float) else str(value)
        return _MEASURE.fullmatch(text) is not None or _TIME.fullmatch(text) is not None

    def is_id(self, text: str) -> bool:
        """Whether a text is an ID that names no person, place or account."""
        if self._marks.known.keeps(text):
            return True
        if (form := self._provider.form_of(text)) is not None:
            return form.kind in IDS
        return _is_token(text) and self._is_nobodys(text)

    def is_public(self, value: str | float) -> bool:
        """Whether the value of a public field has the form of a word, a measure, a time or an ID."""
        if not isinstance(value, str):
            return self.is_measure(value)
        return self.is_measure(value) or self.is_word(value) or self.is_id(value)

    def _is_phrase(self, text: str) -> bool:
        """Whether a text is a word of whatever kind, or several that we use as well."""
        if is_telling(text):
            return False
        if _WORD.fullmatch(text) and "." not in text:
            return True
        return _PHRASE.fullmatch(text) is not None and self._vocabulary.has_words(lowered(text))

    def _is_nobodys(self, text: str) -> bool:
        """Whether nothing was masked before that a text is or has in it."""
        if self._marks.told(text) is not None:
            return False
        return not self._marks.known.search(text.encode(errors="surrogatepass"))[0]


def _is_token(text: str) -> bool:
    """Whether a text looks like an ID that was made by a program."""
    rest = _HEX.sub("", text)
    is_one = _ID.fullmatch(text) and not DIGITS.search(rest.encode())
    return bool(is_one) and not is_telling(text)


def is_telling(text: str) -> bool:
    """Whether a text has an address in it, or is base64 of a text that is no ID itself."""
    if forms.is_telling(text) or forms.is_ip(text) or forms.is_host(text):
        return True
    inner = _decoded(text) if _BASE64.fullmatch(text) else None
    return inner is not None and not _is_token(inner)


def _decoded(text: str) -> str | None:
    """Return the text that is in base64; None if what is in it is not plain text."""
    plain = text.rstrip("=").translate(_URL_SAFE)
    try:
        found = base64.b64decode(plain + "=" * (-len(plain) % 4))
        inner = found.decode()
    except (binascii.Error, ValueError):
        return None
    return inner if inner.isprintable() else None
