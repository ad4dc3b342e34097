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

_NUMBER = re.compile(
    rb"\+?\x01*\(?[0-9]\x01*(?:%b{0,2}[0-9]\x01*){6,}|(?<![0-9]\.)(?<![0-9])\+?\x01*(?:[0-9]\x01*){5,6}(?![0-9])"
    % SEPARATOR
)
"""Seven digits and more, or five together: fewer with dots between them are a version."""

_BEFORE = re.compile(rb"(?i)(?:[a-z]+ )?[a-z]+ \Z")
_CODE = re.compile(
    rb"(?i)\b(?:(?:error|warning)(?: code)?|port|status|content-length:|retry-after:|max-age=) ?[0-9]{1,6}\Z"
)
_OF_ERROR = re.compile(rb"(?<=/)errors/[0-9]{1,6}\Z")
"""The end of a URL of the page about an error."""

_HOST = re.compile(
    rb"(?i)(?<![a-z0-9_.@/:\\-])" + forms.HOST.encode() + rb"(?::[0-9]{1,5})?(?:[/?#][^\s\"'<>`\x80-\xff]*)?"
)


_UNTIL_BLANK = (_URL, _HOST)

_TOKEN = re.compile(rb"(?<![A-Za-z0-9_+=-])(?=[A-Za-z_+=-]*[0-9])[A-Za-z0-9_+=-]{32,}|\beyJ[A-Za-z0-9_.-]{8,}")
"""A long token, or one that is signed."""


MAX_BEFORE = 40
"""Bytes before a number that say what it is."""

FOLLOWING, LEADING = 0x80, 0xC0
"""The first byte that continues a character, and the first that begins one of several."""


def masked(text: str, marks: Marks) -> str:
    """Return a sentence in which what was masked before is masked, and what looks like numbers, addresses and tokens.

    IDs that are kept, times, and addresses of our own stay.
    """
    data = text.encode(errors="surrogatepass")
    spans, stay = marks.known.search(data)
    short = marks.known.search_short(data)
    rest = in_ascii(_without(data, stay))
    host = partial(marks.marked, "host")
    formed = [
        *_matches(_URL, data, data, marks.url, marks),
        *_matches(_ADDRESS, data, data, marks.uri, marks),
        *(each._replace(mask=_own(each, data, marks)) for each in spans),
        *(each for each in short if each.mask is not None),
        *_matches(_IP, rest, data, host, marks),
        *_matches(_NUMBER, rest, data, marks.number, marks),
        *_matches(_HOST, rest, data, host, marks),
        *_matches(_TOKEN, rest, data, marks.text, marks),
    ]
    kept = Kept(each for each in (*stay, *short, *formed) if each.mask is None)
    return _replaced(data, [each for each in formed if not kept.covers(each.begin, each.end)])


def _matches(
    form: "re.Pattern[bytes]", within: bytes, data: bytes, mask: Callable[[str], str], marks: Marks
) -> Iterator[Span]:
    """Yield where a text has a form, and what is to stand there; None for what is ours."""
    for each in form.finditer(within):
        begin, found = each.start(), each[0].rstrip(_NO_END) if form in _UNTIL_BLANK else each[0]
        text = found.replace(FILL, b"").decode(errors="replace")
        if form is _IP and not forms.is_ip(text):
            continue
        end = begin + len(found)
        yield Span(begin, end, None if form is not _ADDRESS and _is_ours(data, begin, end, marks) else mask(text))


def _is_ours(data: bytes, begin: int, end: int, marks: Marks) -> bool:
    """Whether a part of a text is an address of ours, an example, a port or the code of an error."""
    found, vocabulary = data[begin:end].lower(), marks.known.vocabulary
    if found.islower():  # it has a letter
        return vocabulary.contains(_OF_ERROR.sub(b"", found))
    if _CODE.search(data, max(begin - MAX_BEFORE, 0), end):
        return True
    before = _BEFORE.search(data, max(begin - MAX_BEFORE, 0), begin)
    return before is not None and vocabulary.contains(data[before.start() : end].lower())


def _own(span: Span, data: bytes, marks: Marks) -> str | None:
    """Return what stands for a part of a text in the same call, else what stood for it first."""
    return marks.told(data[span.begin : span.end].decode(errors="replace")) or span.mask


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
