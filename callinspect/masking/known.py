"""What was masked, and what is kept: looked for in finished texts, in one pass over each, however much it is."""

import base64
import binascii
import re
import threading
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from callinspect.masking import forms
from callinspect.masking.vocabulary import Vocabulary, whole
from callinspect.redaction import origins, readings

MIN_BYTES = 7
"""Bytes of a value from which it is looked for; a shorter one occurs by chance."""

MIN_SHORT = 3
"""Bytes of a value from which it is looked for as a word, in free text only."""

MIN_SHORT_DIGITS = 4
"""Digits of an extension from which it is looked for in free text; a shorter one may be any number."""

MAX_DIGITS = 20
"""Digits of a number that is looked for as a whole; of a longer one, the last ones are."""

MAX_PIECES = 50_000
"""Values that are remembered, the latest ones, besides those of the account."""

PIECE = 64
"""Bytes of the pieces in which a long text is looked for."""

_BREAKS = re.compile(rb'["\\<>&\x00-\x1f\x7f]+')
"""Characters that formats write in several ways: a value is looked for without them, in pieces."""

_EDGES = bytes(each for each in range(128) if not chr(each).isalnum())

SEPARATOR = rb"(?:[ ().\-/_]|\xc2[\xa0\xb7]|\xe2\x80[\x90-\x95\xaf])"

FILL = b"\x01"
"""Fills the place of a digit of another script, which takes several bytes."""

DIGITS = re.compile(rb"\+?\x01*\(?[0-9]\x01*(?:%b{0,3}[0-9]\x01*){6,}" % SEPARATOR)
"""Digits that may be a phone number."""

_OTHER_DIGIT = re.compile(r"(?![0-9])\d|\N{FULLWIDTH PLUS SIGN}")

_UNIT = rb"(?:ms|s|min|h|%|B|KiB|MiB|bytes)"

EXEMPT = re.compile(
    rb"(?<![0-9])[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    rb"(?: ?[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?(?![0-9])"
    rb"|(?<![0-9:])[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?![0-9:])"
    rb"|(?i:\b(?:mon|tue|wed|thu|fri|sat|sun),? [0-9]{1,2} [a-z]{3} [0-9]{4}\b)"
    rb"|(?<![0-9+.-])[0-9]{1,6}(?:\.[0-9]{1,6})?(?:\xc2\xa0| )?%b(?![A-Za-z0-9])" % _UNIT
    + b"|" + forms.MASK.encode()
)  # fmt: skip
"""Times, durations, sizes, and what stands for values."""

_WORD = re.compile(rb"(?<![A-Za-z0-9\x80-\xff])[A-Za-z0-9\x80-\xff]")

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{10,}={0,2}")


class Span(NamedTuple):
    """What was found in a text: where, and what is to stand there; None where the text stays."""

    begin: int
    end: int
    mask: str | None


class Known:
    """What was masked, and what is kept. Any thread may add; the others see it from then on.

    Attributes:
        account: what stands for the account's own values, by their folded texts.
        vocabulary: our own words.
    """

    def __init__(self) -> None:
        self.account: dict[str, str] = {}
        self.vocabulary = Vocabulary()
        self._lasting: set[bytes] = set()
        self._masks: dict[bytes, str | None] = {}
        self._starts: dict[bytes, Counter[int]] = {}  # how many pieces begin like that, by their lengths
        self._short: dict[bytes, str | None] = {}
        self._adding = threading.Lock()

    def add(self, value: str, mask: str, *, lasts: bool = False) -> None:
        """Add a value and what stands for it.

        Args:
            value: the value.
            mask: what stands for it.
            lasts: whether it is the account's, and always remembered.
        """
        composed = () if value.isascii() else (unicodedata.normalize("NFC", value), unicodedata.normalize("NFD", value))
        for each in {value, *composed}:
            data = lowered(each.strip())
            if MIN_SHORT <= len(data) < MIN_BYTES and not data.isdigit():
                self._remember_short(data, mask)
            self._remember(_pieces(data), mask, lasts=lasts)

    def add_number(self, digits: str, mask: str, code: str | None = None) -> None:
        """Add the digits of a number, with and without its country calling code."""
        if MIN_SHORT_DIGITS <= len(digits) < MIN_BYTES:
            self._remember_short(digits.encode(), mask)
        several = {digits, digits[-10:], digits.removeprefix(code or "")}
        self._remember({b"\0" + each.encode() for each in several if MIN_BYTES <= len(each) <= MAX_DIGITS}, mask)

    def keep(self, value: str) -> None:
        """Add a value that stays, wherever it is."""
        data = lowered(value.strip())
        if MIN_SHORT <= len(data) < MIN_BYTES:
            self._remember_short(data, None)
        self._remember(_pieces(data), None)

    def keeps(self, value: str) -> bool:
        """Whether a value stays, wherever it is."""
        data = lowered(value.strip())
        where = self._short if len(data) < MIN_BYTES else self._masks
        return where.get(data, "") is None

    def _remember_short(self, data: bytes, mask: str | None) -> None:
        with self._adding:
            self._short.setdefault(data, mask)
            if len(self._short) > MAX_PIECES:
                del self._short[next(iter(self._short))]

    def _remember(self, pieces: Iterable[bytes], mask: str | None, *, lasts: bool = False) -> None:
        with self._adding:
            for each in pieces:
                if each not in self._masks:
                    self._starts.setdefault(each[:MIN_BYTES], Counter())[len(each)] += 1
                earlier = self._masks.pop(each, mask)
                self._masks[each] = mask and earlier  # what is kept once, stays
                self._lasting.update([each] if lasts else [])
            while len(self._masks) > MAX_PIECES + len(self._lasting):
                self._forget(next(iter(self._masks)))

    def _forget(self, piece: bytes) -> None:
        mask = self._masks.pop(piece)
        if piece in self._lasting:
            self._masks[piece] = mask  # it becomes the latest one
            return
        lengths = self._starts[piece[:MIN_BYTES]]
        lengths[len(piece)] -= 1
        if not lengths[len(piece)]:
            del lengths[len(piece)]
        if not lengths:
            del self._starts[piece[:MIN_BYTES]]

    def search(self, data: bytes) -> tuple[list[Span], list[Span]]:
        """Return where a text has values that were masked, in any encoding, and then which parts of it stay anyway."""
        low = lowered(data.decode(errors="surrogatepass"))
        plain = [*self._pieces(low)]
        stay = [*(each for each in plain if each.mask is None), *_exempt(data)]
        kept = Kept(stay)
        spans = [each for each in (*plain, *self._digits(low), *self._escaped(low)) if each.mask is not None]
        for run in _BASE64.finditer(data):
            mask = None if kept.covers(*run.span()) else self._within_base64(run[0])
            spans += [Span(*run.span(), mask)] * (mask is not None)
        return [each for each in spans if not kept.covers(each.begin, each.end)], stay

    def search_short(self, data: bytes) -> list[Span]:
        """Return where a text has short values that were masked or are kept, as words of their own."""
        low, spans, short = lowered(data.decode(errors="surrogatepass")), [], self._short
        for at in (each.start() for each in _WORD.finditer(low) if short):
            for length in range(MIN_BYTES - 1, MIN_SHORT - 1, -1):
                piece, after = low[at : at + length], low[at + length : at + length + 1]
                if piece in short and not _WORD.match(after):
                    if short[piece] is None or not self.vocabulary.has_words(piece):
                        spans.append(Span(at, at + length, short[piece]))
                    break
        return spans

    def _escaped(self, low: bytes) -> Iterator[Span]:
        """Yield what was masked and is found only once escapes are decoded."""
        read: list[bytes] = []
        for reading in readings(low):
            read.append(reading)
            if len(read) == 1:
                continue
            decoded = reading.lower()
            if found := [*self._pieces(decoded), *self._digits(decoded)]:
                origin: Sequence[int] = origins(read)
                yield from (Span(origin[each.begin], origin[each.end], each.mask) for each in found)

    def _pieces(self, low: bytes) -> Iterator[Span]:
        """Yield the pieces of values in a text; without a mask, those that are kept."""
        starts = self._starts
        for at in [at for at in range(len(low) - MIN_BYTES + 1) if low[at : at + MIN_BYTES] in starts]:
            for piece, mask in self._at(low, at):
                if mask is None or not self._is_ours(low, at, at + len(piece)):
                    yield Span(at, at + len(piece), mask)

    def _is_ours(self, low: bytes, begin: int, end: int) -> bool:
        """Whether a part of a text is of words of ours."""
        if end - begin > PIECE:
            return False
        begin, end = whole(low, begin, end)
        return end - begin <= PIECE and self.vocabulary.has(low[begin:end])

    def _at(self, low: bytes, at: int) -> Iterator[tuple[bytes, str | None]]:
        """Yield the pieces that begin at a place of a text."""
        for length in tuple(self._starts.get(low[at : at + MIN_BYTES], ())):
            piece = low[at : at + length]
            if piece in self._masks:
                yield piece, self._masks.get(piece)

    def _digits(self, low: bytes) -> Iterator[Span]:
        """Yield the numbers in a text that were masked, however they are written."""
        low = in_ascii(low)
        for run in DIGITS.finditer(low):
            places = [at for at in range(*run.span()) if low[at : at + 1].isdigit()]
            digits = bytes(low[at] for at in places)
            for at in range(len(digits) - MIN_BYTES + 1):
                for piece, mask in self._at(b"\0" + digits[at : at + MAX_DIGITS], 0):
                    begin = run.start() if at == 0 else places[at]
                    yield Span(begin, places[at + len(piece) - 2] + 1, mask)

    def _within_base64(self, run: bytes) -> str | None:
        """Return what stands for a text in base64 if one is in it that was masked."""
        plain = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        for offset in range(4):
            part = plain[offset:]
            part = part[: len(part) // 4 * 4] if len(part) % 4 == 1 else part + b"=" * (-len(part) % 4)
            try:
                low = base64.b64decode(part).lower()
            except binascii.Error:
                continue
            for found in (*self._pieces(low), *self._digits(low)):
                if found.mask is not None:
                    return found.mask
        return None


class Kept:
    """Parts of a text that stay.

    Args:
        spans: where they are.
    """

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans: list[tuple[int, int]] = []
        for begin, end, _ in sorted(spans):
            if not self._spans or end > self._spans[-1][1]:
                self._spans.append((begin, end))

    def covers(self, begin: int, end: int) -> bool:
        """Whether a part of the text is within one that stays."""
        place = bisect_right(self._spans, (begin, float("inf"))) - 1
        return place >= 0 and self._spans[place][1] >= end


def lowered(text: str) -> bytes:
    """Return a text in UTF-8, in lower case, with as many bytes as it has."""
    data, low = _encoded(text), _encoded(text.lower())
    if len(data) == len(low):
        return low
    return b"".join(
        low if len(low := _encoded(each.lower())) == len(_encoded(each)) else _encoded(each) for each in text
    )


def in_ascii(data: bytes) -> bytes:
    """Return a text in UTF-8 with the digits of all scripts as ASCII digits, with as many bytes as it has."""
    if data.isascii():
        return data
    text = data.decode(errors="surrogateescape")  # which may be cut off anywhere
    return _OTHER_DIGIT.sub(_digit, text).encode(errors="surrogateescape") if _OTHER_DIGIT.search(text) else data


def _digit(found: "re.Match[str]") -> str:
    digit = str(unicodedata.digit(found[0], "+"))
    return digit + FILL.decode() * (len(_encoded(found[0])) - 1)


def _encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _exempt(data: bytes) -> Iterator[Span]:
    return (Span(*found.span(), None) for found in EXEMPT.finditer(data))


def _pieces(data: bytes) -> set[bytes]:
    """Return the pieces in which a value is looked for, each of which is long enough."""
    if len(data) <= PIECE and not _BREAKS.search(data):  # for speed: most are
        data = data.strip(_EDGES)
        return {data} if len(data) >= MIN_BYTES else set()
    found = set()
    for part in (each.strip(_EDGES) for each in _BREAKS.split(data)):
        ends = [*range(0, max(len(part) - PIECE, 1), PIECE), len(part)]
        found |= {part[begin:end] for begin, end in pairwise(ends)}
    return {each for each in found if len(each) >= MIN_BYTES}
