"""Canaries: secrets that are found wherever they come out, in whatever way they are spelled.

All share one core, which no encoding of text changes, so that a part of one is found as well.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from kit import private_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORE = "canary7f3a91c0"
"""Letters and digits only: it reads the same in a URL, in JSON, in a form and in a traceback."""

SIGNED = '{"alg":"RS256","typ":"JWT"'
"""How every token begins that is signed with a key of an account."""


def canary(name: str, *, plain: bool = True) -> str:
    """Return the secret of that name, with characters in it that are written otherwise in URLs, JSON or tracebacks."""
    return f"{CORE}-{name}+/%7E=" if plain else f"{CORE}-{name} \"\\'/+{CORE}"


def marks() -> Iterator[bytes]:
    """Give what betrays a secret.

    Of a canary that is its core, as it is, and in base64 wherever in the text it begins; of a token that was signed,
    its beginning in base64; of a private key, each of its lines.
    """
    yield CORE.encode()
    for core in (CORE, SIGNED):
        for shift in range(3):
            encoded = b64encode(bytes(shift) + core.encode())
            yield encoded[-(-shift * 8 // 6) : (shift + len(core)) * 8 // 6]
    yield from (part.encode() for part in private_keys.parts(private_keys.rsa()))


MARKS = tuple(marks())
SPELLED = re.compile(rb"(?:%(?:25)*(?:u00)?|\\+(?:u00|x))([0-9A-Fa-f]{2})")
"""A character as addresses, JSON or Python write it, once or one in the other."""


def leaks(data: bytes) -> list[str]:
    """Return the surroundings of every canary in the data, its characters spelled in any way."""
    once = SPELLED.sub(lambda spelled: bytes.fromhex(spelled[1].decode()), data)
    twice = SPELLED.sub(lambda spelled: bytes.fromhex(spelled[1].decode()), once)
    found = [(text, text.find(mark)) for text in {data, once, twice} for mark in MARKS if mark in text]
    return [text[max(0, at - 100) : at + 60].decode(errors="replace") for text, at in found]


def every_character(text: str, form: str = "%{:02X}") -> str:
    """Return an ASCII text with every character of it spelled out."""
    return "".join(form.format(ord(each)) for each in text)


QUOTED: dict[str, Callable[[str], str]] = {
    "as usual": quote,
    "wholly": partial(quote, safe=""),
    "but for what a query can hold": partial(quote, safe="/+=:~?@!$'()*,;"),
    "in small letters": lambda text: re.sub("%..", lambda each: each[0].lower(), quote(text, safe="")),
    "as forms are": quote_plus,
    "twice": lambda text: quote(quote(text)),
    "every character": every_character,
    "every character twice": lambda text: every_character(text, "%25{:02x}"),
    "every other character": lambda text: "".join(
        quote(each) if number % 2 else every_character(each) for number, each in enumerate(text)
    ),
    "as JavaScript does": lambda text: every_character(text, "%u{:04X}"),
}
"""Ways to write a text into an address."""

ESCAPED: dict[str, Callable[[str], str]] = {
    "for JSON": partial(every_character, form="\\u{:04x}"),
    "for JSON twice": partial(every_character, form="\\\\u{:04X}"),
    "for Python": partial(every_character, form="\\x{:02x}"),
    "for an address in JSON": lambda text: every_character(quote(text, safe=""), "\\u{:04x}"),
    "for an address in JSON twice": lambda text: every_character(quote(text, safe=""), "\\\\u{:04x}"),
    "for JSON in an address": lambda text: quote(every_character(text, "\\u{:04x}")),
    "for a web page": partial(every_character, form="&#{};"),
    "repr": lambda text: repr(text)[1:-1],
    "ascii": lambda text: ascii(text)[1:-1],
    "repr of repr": lambda text: repr(repr(text)[1:-1])[1:-1],
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
}
"""Ways to write a text into another."""

SPELL = QUOTED | ESCAPED
