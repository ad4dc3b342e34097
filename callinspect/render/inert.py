"""Makes vendor text inert: whatever a stranger put into it, a terminal shows it and does nothing.

Control characters could move the cursor, set titles or fill the clipboard; bidirectional overrides and zero-width
characters could make a number read as another. All of them are shown as escapes. What could read as a text of our own
stands in quotation marks, which nothing within it can close.
"""

import re
from collections.abc import Iterator
from functools import cache

_ACTIVE = (
    "\x7f-\x9f"  # DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # invisible letters and marks
    "\u2800"  # a blank that no line is broken at
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, line breaks, bidirectional controls
    "\ud800-\udfff"  # lone surrogates
    "\ufe00-\ufe0f\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # variation selectors, formats of a script
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKS = '"\uff02\u02ba\u02ee\u05f4\u201c-\u201f\u2033\u2036\u275d\u275e\u3003\u301d-\u301f'
"""Quotation marks, and what looks like one."""
_WORD = r"(?!!)[!#-'*+\--;=?-\[\]-~]+"
"""ASCII without blanks, commas, quotation marks, parentheses, backslashes and heads of arrows; `!` begins a warning."""


def inert(text: str) -> str:
    """Return the text with every active or invisible character shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return _search(f"[\x00-\x1f{_ACTIVE}]+").sub(lambda match: "".join(map(_escape, match[0])), text)


def quoted(text: str, marks: str = "“”") -> str:
    """Return the text in quotation marks, inert; marks within it become single ones, as in print."""
    return marks[0] + _search(f"[{_MARKS}]").sub("'", inert(text)) + marks[1]


def word(text: str, marks: str = "“”") -> str:
    """Return the text as it is if it is one plain word, such as an ID, an address or a vendor's term; else quoted."""
    return text if _search(_WORD).fullmatch(text) else quoted(text, marks)


def on_one_line(text: str) -> str:
    """Return the text with tabs, and all that any reader takes for the end of a line, shown as escapes."""
    if text.isprintable():
        return text
    return _search("[\t-\r\x1c-\x1e\x85\u2028\u2029]").sub(lambda match: _escape(match[0]), text)


def inert_lines(body: bytes) -> Iterator[str]:
    """Give the lines of a text in whatever encoding, inert; bytes that are not UTF-8 are shown as escapes as well."""
    text = body.decode("utf-8-sig", "backslashreplace").replace("\r\n", "\n")
    yield from (inert(line.expandtabs()) for line in text.removesuffix("\n").split("\n") if text)


def inert_json(text: str, *, exact: bool = False) -> str:
    r"""Return a JSON text, the same value, in which such characters are written as \u escapes.

    They can stand within strings only, where JSON allows the escape. Line breaks between values are left alone. Strict
    readers stop at half a surrogate pair, in whatever form, so that it is replaced, unless it is to be as it was sent.
    """
    if text.isascii() and "\x7f" not in text:  # as nearly all of them are; a search takes as long as writing them
        return text
    escape = _escape_units if exact else _escape_json
    return _search(f"[{_ACTIVE}]+").sub(lambda match: "".join(map(escape, match[0])), text)


@cache
def _search(pattern: str) -> re.Pattern[str]:
    """Return a compiled pattern, which takes longer to make than a call's record that needs none."""
    return re.compile(pattern)


@cache
def _escape(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - widths


@cache
def _escape_json(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else _escape_units(character)


@cache
def _escape_units(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
