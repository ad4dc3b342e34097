"""Makes a call's texts harmless for a terminal: once, before anything is drawn, and only here.

There are two guards. Every text of the record is made inert, so that none can control the terminal. And no text from
outside can be mistaken for ours: names, places, messages and vendors' words that are not plain are put in quotation
marks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, NewType

from callinspect.model import (
    EMPTY,
    Call,
    Party,
    Reason,
    Redirection,
)
from callinspect.model.timeline import WATCHED, Entry, Happened
from callinspect.render.jsontext import dumps
from callinspect.render.layout import MAX_PARTS, omission, shortened
from callinspect.render.numbers import readable
from callinspect.render.style import Style

Harmless = NewType("Harmless", Call)
"""A call whose texts may be drawn as they are, without the vendor's further fields (see `rows`)."""

MAX_TEXT, MAX_WORD = 500, 1000
"""Characters at most of a text, and of one without blanks, such as an ID or a URL, which is of use only as a whole."""

WHOLE = frozenset({"Call", "Cause", "Party"})
"""Types whose texts are what the card is about: who called whom, and why the call ended. They are never cut."""

_BLANK = re.compile(r"\s")

RECALL = re.compile(r"recall( \([A-Za-z]+\))?", re.ASCII)

ADDRESS = re.compile(r"(?=.*[0-9@:])[A-Za-z0-9+*#@:;=._~%&?/$-]+|\+?[0-9(][0-9() ./-]*|(num|ext|sip)-[a-z]{10}")
"""A number or a URI in one word, masked or not, or groups of digits; anything else is put in quotation marks."""

KEY = re.compile(r"[A-Za-z0-9_.-](\[[0-9]+\]|\([A-Za-z0-9_,-]*\)|[A-Za-z0-9_.-])*", re.ASCII)
"""A vendor's key in one word, or a function of the vendor's with its arguments; any other is put in quotation marks."""


def harmless(call: Call, style: Style) -> Harmless:
    """Return the call with harmless texts, quoted and escaped in the style of the terminal."""
    return Harmless(_harmless(call, style, Style.inert))


def rows(leaves: Iterable[tuple[str, Any]], style: Style, *, is_cut: bool = False) -> list[tuple[str, str]]:
    """Return paths and values of a vendor's JSON as texts that may be drawn as they are, whole or cut if long."""
    return [(_key(path, style), style.inert(", ".join(_texts(value, style, is_cut=is_cut)))) for path, value in leaves]


def _key(path: str, style: Style) -> str:
    return path if KEY.fullmatch(path) else style.word(path)


_Guard = Callable[[Style, str], str]


def limited(text: str, style: Style) -> str:
    """Return a text, cut if it is very long, before it is quoted; all of it is in JSON."""
    most = MAX_WORD if _BLANK.search(text, 0, MAX_WORD) is None else MAX_TEXT
    return text if len(text) <= most else text[:most] + style.ellipsis


def _address(style: Style, text: str) -> str:
    return text if ADDRESS.fullmatch(text) else style.quoted(text)


def _number(style: Style, text: str) -> str:
    return readable(_address(style, text))


def _warning(style: Style, text: str) -> str:
    """Return a warning, inert, whose quoted vendor's word cannot close the quotation."""
    before, mark, rest = text.partition("“")
    word, _, after = rest.rpartition("”")
    return f"{style.inert(before)}{style.quoted(word)}{style.inert(after)}" if mark and word else style.inert(text)


def _recalled(style: Style, text: str) -> str:
    """Return what kind of recall created a call: `recall (park)` is ours but for the vendor's word."""
    return style.inert(text) if RECALL.fullmatch(text) else style.quoted(text)


_GUARDS: Mapping[str, Mapping[str, _Guard]] = {
    "Call": {
        **dict.fromkeys(("id", "session_id", "parent_id", "vendor_state", "capabilities"), Style.word),
        "warnings": _warning,
    },
    "Cause": {"code": Style.word, "error_id": Style.word, "message": Style.quoted},
    "Monitoring": {"state": Style.word},
    "Party": {
        "number": _number,
        "uri": _address,
        "name": Style.quoted,
        "kind": Style.word,
        "location": Style.quoted,
        "person_id": Style.word,
    },
    "Recall": {"type": Style.word},
    "Recording": {"url": Style.word, "transcription_url": Style.word},
    "Redirection": {"vendor_reason": Style.quoted},
    "Verification": dict.fromkeys(("result", "attestation", "originating_id"), Style.word),
    "Cost": dict.fromkeys(("amount", "currency"), Style.word),
    "Event": {"id": Style.word, "name": Style.quoted, "data": Style.quoted},
    "StoredRecording": dict.fromkeys(("id", "vendor_state", "format", "url", "transcription"), Style.word),
    "Transcription": {
        **dict.fromkeys(("id", "recording_id", "vendor_state", "url"), Style.word),
        "name": Style.quoted,
        "text": Style.quoted,
    },
    "Leg": {"id": Style.word},
    "Device": {**dict.fromkeys(("id", "state", "vendor_state", "user_state"), Style.word), "number": _number},
    "Entry": {"vendor_event": Style.quoted, "leg": Style.word, "detail": Style.word},
}
"""How texts from outside are shown, by the name of their type; all other texts are ours, and only made inert."""

_SPOKEN = {**_GUARDS["Entry"], "detail": Style.quoted}
_OWN = {**_GUARDS["Entry"], "detail": Style.inert}

_CREATED = {**_GUARDS["Entry"], "detail": _recalled}

_DETAILS: Mapping[Happened, Mapping[str, _Guard]] = {
    **dict.fromkeys((Happened.PLAYED, Happened.SPOKE, Happened.ERROR, Happened.OTHER), _SPOKEN),
    Happened.CREATED: _CREATED,
    Happened.OBSERVED: _OWN,
}
"""How an entry of the timeline is shown whose detail is no single word: what was said, or a text of ours."""


_TEXTS = (str, tuple, list)
"""Types of values that are texts, or may have some in them."""


def _harmless(value: Any, style: Style, guard: _Guard) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return guard(style, value) if value else value
    if hasattr(value, "_fields"):
        kind = type(value).__name__
        guards = _entry(value) if isinstance(value, Entry) else _GUARDS.get(kind, EMPTY)
        own = _own(value)
        texts = ((name, each) for name, each in zip(own._fields, own, strict=True) if isinstance(each, _TEXTS))
        if kind not in WHOLE:
            texts = ((name, limited(each, style) if isinstance(each, str) else each) for name, each in texts)
        return own._replace(**{name: _harmless(each, style, guards.get(name, Style.inert)) for name, each in texts})
    if isinstance(value, tuple | list):
        return tuple(_harmless(each, style, guard) for each in value)
    return value


def _entry(entry: Entry) -> Mapping[str, _Guard]:
    return _OWN if entry.source == WATCHED else _DETAILS.get(entry.event, _GUARDS["Entry"])


def _own(value: Any) -> Any:
    """Return a call or a part of it without the vendor's further fields, and without fields that repeat others.

    This is done first, since quoting hides what repeats.
    """
    if isinstance(value, Call):
        session = None if value.session_id == value.id else value.session_id
        return value._replace(session_id=session, vendor=EMPTY, metadata=EMPTY, links=EMPTY)
    if type(value).__name__ == "Event":
        return value._replace(vendor=EMPTY, detail=None)
    if "vendor" in value._fields:
        return value._replace(vendor=EMPTY)
    if isinstance(value, Party):
        place = ", ".join(each for each in (value.location, value.country and value.country.name) if each)
        name = None if value.name == (value.number or value.uri) else value.name
        return value._replace(name=name, location=place, country=None)
    if isinstance(value, Redirection) and value.vendor_reason == Reason.UNKNOWN:
        return value._replace(vendor_reason=None)
    return value


def _texts(value: Any, style: Style, *, is_cut: bool) -> list[str]:
    every = (
        value if isinstance(value, list) and value else [value if isinstance(value, str) else dumps(value, lines=True)]
    )
    if not is_cut:
        return every
    first, count, last = shortened([limited(each, style) for each in every], MAX_PARTS)
    return [*first, *[omission(count, style)] * bool(count), *last]
