"""IDs as people paste them: with quotes, brackets or a name around them, from a chat, a log or an address."""

import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from callinspect.provider.address import authority

MAX_PASTED = 4096
"""Characters of a text that is cleaned: a longer one is not an ID with something around it."""

_CLEAN = re.compile(r"[A-Za-z0-9_.-]*[A-Za-z0-9_-]=*", re.ASCII)
"""Has nothing to take off, as most IDs have not."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphens, zero-width characters and marks of direction."""

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013"), "-")
"""What word processors and chats make of a hyphen."""

_AROUND = " \t\r\n\v\f\u00a0*,\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
"""Blanks, asterisks, commas and quotation marks, at both ends."""

_STOPS = re.compile(r"(?<=[A-Za-z0-9=])[.!?;…]+$")
"""What ends a sentence."""

_ELEMENT = re.compile(r"<([a-z]{1,10})>(.+)</\1>", re.ASCII | re.IGNORECASE)
"""A word of a web page, as in `<code>…</code>`."""

_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,9}/?>", re.ASCII)
"""A line of a web page, which is not an ID in brackets."""

_NAMED = re.compile(r"^(?:call[ _-]?)?(?:id|uuid|sid)[\"']?\s*[=:]\s*(?=\S)", re.IGNORECASE | re.ASCII)
"""The name of a value, as in `callId=…`, `call_id: …` and `"callId": …`."""

_MEMBER = re.compile(r"\"call[_-]?(?:id|uuid|sid)\"\s*:", re.IGNORECASE | re.ASCII)
"""The name of a call's ID at the beginning of a line of JSON."""

_LINK = re.compile(r"(?:^|(?<=[\s(<\"']))https?://[^\s\"'<>]+", re.IGNORECASE)
"""An address within a sentence, or in Markdown."""

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)

_WITHOUT_SCHEME = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?/\S", re.ASCII | re.IGNORECASE)
"""A host's name and a path, as a browser shows an address."""


_FORMAT = re.compile(r"(?<=.)\.(json|xml|csv)$", re.IGNORECASE)
"""The format of an answer, at the end of what it is about."""


def cleaned(text: str) -> str:
    """Return a text without what surrounds an ID when it is pasted; what may be part of an ID is left as it is."""
    if _CLEAN.fullmatch(text) or len(text) > MAX_PASTED:
        return text
    text = _INVISIBLE.sub("", text).translate(_HYPHENS)
    while True:
        before = text
        text = _STOPS.sub("", text.strip(_AROUND).rstrip(";"))
        element = _ELEMENT.fullmatch(text)
        text = _NAMED.sub("", element[2] if element else _without_brackets(text), count=1)
        if text == before:
            return text


def linked(text: str) -> str:
    """Return the address that a text around it links to, or the text itself if it has none."""
    found = _LINK.search(text)
    return text if found is None else cleaned(found[0].rstrip(".:!?"))


def is_member(line: str) -> bool:
    """Whether a line is a call's ID in JSON on several lines, as a search in a log finds it."""
    return _MEMBER.match(line) is not None


def _without_brackets(text: str) -> str:
    """Return a text without a pair of brackets around it, or a bracket at one end without its other."""
    if len(text) < 2 or _TAG.fullmatch(text):  # noqa: PLR2004 - a pair
        return text
    for opening, closing in _BRACKETS.items():
        unclosed = text.count(opening) - text.count(closing)
        if text[0] == opening and text[-1] == closing and not unclosed:
            inner = text[1:-1]
            head, closed, _ = inner.partition(closing)
            return text if closed and opening not in head else inner  # as in (1)(2)
        if text[0] == opening and unclosed > 0:
            return text[1:]
        if text[-1] == closing and unclosed < 0:
            return text[:-1]
    return text


class Address(NamedTuple):
    """A pasted address.

    Attributes:
        host: its host, and the port if it is not the scheme's default.
        path: its path.
        words: what may be an ID in it: the segments of its path and fragment, the last one first, and the values of its
            query.
    """

    host: str
    path: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        """Return the address without its query, which may contain a token."""
        return f"{self.host}{self.path}"


def address(text: str) -> Address | None:
    """Return the parts of a pasted address, None for any other text."""
    if _WITHOUT_SCHEME.match(text):
        text = f"https://{text}"
    if not _ADDRESS.match(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return Address("", "", ())
    fragment, _, query = parts.fragment.partition("?")
    segments = [unquote(_FORMAT.sub("", each)) for path in (parts.path, fragment) for each in path.split("/") if each]
    values = [value for each in (parts.query, query) for _, value in parse_qsl(each)]
    return Address(_host(parts), parts.path, (*reversed(segments), *values))


def _host(parts: SplitResult) -> str:
    """Return host and port of an address in canonical form, as far as they have one."""
    place = parts.netloc.rpartition("@")[2]
    with suppress(ValueError):
        return authority(f"{parts.scheme}://{place}")
    return place.lower()
