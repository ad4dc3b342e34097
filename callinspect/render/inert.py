"""Makes vendor text inert: a terminal shows it and does not obey it.

Control characters could move the cursor, set titles or fill the clipboard; bidirectional overrides and zero-width
characters could make a number look like another. All of them are shown as escapes. Text that could be mistaken for ours
is put in quotation marks, which nothing inside can close.
"""

import re
from collections.abc import Iterator
from functools import cache

_ACTIVE = (
    "\x7f-\x9f"  # DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # invisible letters and marks
    "\u2800"  # a blank that does not break a line
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, line breaks, bidirectional controls
    "\ud800-\udfff"  # lone surrogates
    "\ufe00-\ufe0f\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # variation selectors, formats of a script
    "\ufffe\uffff"  # no characters, which XML rejects
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKS = '"\uff02\u02ba\u02ee\u05f4\u201c-\u201f\u2033\u2036\u275d\u275e\u3003\u301d-\u301f'
"""Quotation marks and their look-alikes."""
_WORD = r"(?!!)[!#-'*+\--;=?-\[\]-~]+"
"""ASCII without blanks, commas, quotes, parentheses, backslashes and `<>`, not beginning with `!` as warnings do."""


def inert(text: str) -> str:
    """Return the text with every active or invisible character shown as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return _search(f"[\x00-\x1f{_ACTIVE}]+").sub(lambda match: "".join(map(_escape, match[0])), text)


def quoted(text: str, marks: str = "“”") -> str:
    """Return the text in quotation marks, inert; quotation marks inside become single ones."""
    return marks[0] + _search(f"[{_MARKS}]").sub("'", inert(text)) + marks[1]


def word(text: str, marks: str = "“”") -> str:
    """Return the text unchanged if it is one plain word, such as an ID or a vendor's term, else quoted."""
    return text if _search(_WORD).fullmatch(text) else quoted(text, marks)


def on_one_line(text: str) -> str:
    """Return the text with tabs and every kind of line break escaped."""
    if text.isprintable():
        return text
    return _search("[\t-\r\x1c-\x1e\x85\u2028\u2029]").sub(lambda match: _escape(match[0]), text)


def inert_lines(body: bytes) -> Iterator[str]:
    """Yield the lines of a body, inert; bytes that are not UTF-8 are escaped."""
    text = body.decode("utf-8-sig", "backslashreplace").replace("\r\n", "\n")
    yield from (inert(line.expandtabs()) for line in text.removesuffix("\n").split("\n") if text)


def inert_json(text: str, *, exact: bool = False) -> str:
    r"""Return a JSON text with active and invisible characters written as \u escapes; the value stays the same.

    They occur only in strings, where JSON allows the escape; line breaks between values stay. A lone surrogate, which
    strict readers reject in any form, is replaced, unless the value must be exact.
    """
    if text.isascii() and "\x7f" not in text:  # as nearly all are; the search takes as long as writing
        return text
    escape = _escape_units if exact else _escape_json
    return _search(f"[{_ACTIVE}]+").sub(lambda match: "".join(map(escape, match[0])), text)


@cache
def _search(pattern: str) -> re.Pattern[str]:
    """Return a compiled pattern; compiled only when needed, as it takes longer than writing a record."""
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
