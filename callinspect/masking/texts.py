"""Masks sentences, and looks once more at finished texts."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from callinspect.errors import InternalError
from callinspect.masking import forms
from callinspect.masking.known import FILL, SEPARATOR, Kept, Known, Span, in_ascii
from callinspect.masking.marks import Marks

_URL = re.compile(rb"(?i)[a-z][a-z0-9+.-]{1,20}://(?:(?!\xe2\x80[\x9c\x9d\xa6])[^\s\"'<>`])+")

_NO_END = b".,;:!?)]}"
"""What may follow a URL in a sentence."""

_ADDRESS = re.compile(
    rb"(?i)(?<![^\s\"'<>`,;:()=@\x80-\xff])(?:"
    rb"(?:(?:sips?|mailto):)?[^\s\"'<>`,;:()=@\x80-\xff]+@[^\s\"'<>`,;()=@\x80-\xff]*[a-z0-9]"
    rb"|(?:sips?|tel|mailto):[^\s\"'<>`\x80-\xff]*[a-z0-9])"
)

_IP = re.compile(
    rb"(?i)(?<![0-9a-z.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?!:))(?![0-9a-z]|\.[0-9])"
)

_NUMBER = re.compile(rb"\+?\x01*\(?[0-9]\x01*(?:%b{0,2}[0-9]\x01*){4,}" % SEPARATOR)

_HOST = re.compile(
    rb"(?i)(?<![a-z0-9_.@/:\\-])" + forms.HOST.encode() + rb"(?::[0-9]{1,5})?(?:[/?#][^\s\"'<>`\x80-\xff]*)?"
)


_TOKEN = re.compile(rb"(?<![A-Za-z0-9_+=-])(?=[A-Za-z_+=-]*[0-9])[A-Za-z0-9_+=-]{32,}|\beyJ[A-Za-z0-9_.-]{8,}")
"""A long token, or one that is signed."""


FOLLOWING, LEADING = 0x80, 0xC0
"""The first byte that continues a character, and the first that begins one of several."""


def masked(text: str, marks: Marks) -> str:
    """Return a sentence in which what was masked before is masked, and what looks like numbers, addresses and tokens.

    IDs that are kept, times, and addresses of our own stay.
    """
    data = text.encode(errors="surrogatepass")
    spans, stay = marks.known.search(data)
    short = marks.known.search_short(data)
    urls = list(_matches(_URL, data, marks.url, without=_NO_END))
    own = [each for each in urls if _is_ours(each, data, marks)]
    kept = Kept([*stay, *(each for each in short if each.mask is None), *(each._replace(mask=None) for each in own)])
    rest = in_ascii(_without(data, stay))
    found = [
        *urls,
        *_matches(_ADDRESS, data, marks.uri),
        *(each._replace(mask=_own(each, data, marks)) for each in spans),
        *(each for each in short if each.mask is not None),
        *(
            each
            for each in _matches(_IP, rest, partial(marks.marked, "host"))
            if forms.is_ip(rest[each.begin : each.end].decode())
        ),
        *_matches(_NUMBER, rest, marks.number),
        *(
            each
            for each in _matches(_HOST, rest, partial(marks.marked, "host"), without=_NO_END)
            if not _is_ours(each, data, marks)
        ),
        *_matches(_TOKEN, rest, marks.text),
    ]
    return _replaced(data, [each for each in found if not kept.covers(each.begin, each.end)])


def _is_ours(span: Span, data: bytes, marks: Marks) -> bool:
    return marks.known.vocabulary.contains(data[span.begin : span.end].lower())


def _matches(
    form: "re.Pattern[bytes]", data: bytes, mask: Callable[[str], str], without: bytes = b""
) -> Iterator[Span]:
    """Yield where a text has a form, what may follow it left out, and what is to stand there."""
    for each in form.finditer(data):
        found = each[0].rstrip(without) if without else each[0]
        yield Span(each.start(), each.start() + len(found), mask(found.replace(FILL, b"").decode(errors="replace")))


def _own(span: Span, data: bytes, marks: Marks) -> str | None:
    """Return what stands for a part of a text in the same call, else what stood for it first."""
    return marks.given(data[span.begin : span.end].decode(errors="replace")) or span.mask


def _without(data: bytes, stay: Sequence[Span]) -> bytes:
    """Return a text with what stays blanked out, so that nothing runs into it; but no part of a longer word."""
    rest = bytearray(data)
    for begin, end, _ in stay:
        if not (data[max(begin - 1, 0) : begin].isalnum() or data[end : end + 1].isalnum()):
            rest[begin:end] = bytes(end - begin)
    return bytes(rest)


def finished(text: str, known: Known) -> str:
    """Return a finished text in which nothing is left that was masked.

    Raises:
        InternalError: something is left, or the text would be JSON no more.
    """
    data = text.encode(errors="surrogatepass")
    spans, _ = known.search(data)
    if not spans:
        return text
    mended = _replaced(data, sorted(spans, key=lambda each: each.begin - each.end))
    left, _ = known.search(mended.encode(errors="surrogatepass"))
    if left or (_is_json(text) and not _is_json(mended)):
        raise InternalError(
            "the output would show what --redact masks, so it is not printed",
            hint="please report which command that was, and for which vendor",
        )
    return mended


def _replaced(data: bytes, spans: Sequence[Span]) -> str:
    """Return a text with what stands in place of its parts; for parts that overlap, what stands for the first given."""
    groups: list[tuple[int, int, int]] = []  # where each begins and ends, and which span of it was given first
    for place in sorted(range(len(spans)), key=lambda place: spans[place].begin):
        begin, end, _ = spans[place]
        if groups and begin < groups[-1][1]:
            before, until, first = groups.pop()
            groups.append((before, max(until, end), min(first, place)))
        else:
            groups.append((begin, end, place))
    parts, done = [], 0
    for begin, end, first in groups:
        parts += [data[done : _edge(data, begin, -1)], str(spans[first].mask).encode()]
        done = _edge(data, end, 1)
    return b"".join([*parts, data[done:]]).decode(errors="surrogatepass")


def _edge(data: bytes, at: int, step: int) -> int:
    """Return the nearest place in a direction that is not within a character."""
    while 0 < at < len(data) and FOLLOWING <= data[at] < LEADING:
        at += step
    return at


def _is_json(text: str) -> bool:
    """Whether a text is JSON, or an element of an array that is written in parts."""
    with suppress(ValueError, RecursionError):
        json.loads(text.lstrip("[, \n"))
        return True
    return False
