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
    Cause,
    Monitoring,
    Party,
    Reason,
    Recall,
    Recording,
    Redirection,
    Verification,
)
from callinspect.render.json import dumps
from callinspect.render.numbers import readable
from callinspect.render.style import Style

Harmless = NewType("Harmless", Call)
"""A call whose texts may be drawn as they are, without the vendor's further fields (see `rows`)."""

ADDRESS = re.compile(r"(?=.*[0-9@:])[A-Za-z0-9+*#@:;=._~%&?/$-]+|\+?[0-9(][0-9() ./-]*")
"""A number or a URI in one word, or groups of digits; anything else is put in quotation marks."""


def harmless(call: Call, style: Style) -> Harmless:
    """Return the call with harmless texts, quoted and escaped in the style of the terminal."""
    shown: Call = _harmless(call._replace(vendor=EMPTY, metadata=EMPTY, links=EMPTY), style, Style.inert)
    return Harmless(shown)


def rows(leaves: Iterable[tuple[str, Any]], style: Style) -> list[tuple[str, str]]:
    """Return paths and values of a vendor's JSON as texts that may be drawn as they are."""
    return [(style.word(path), _leaf(value, style)) for path, value in leaves]


_Guard = Callable[[Style, str], str]


def _address(style: Style, text: str) -> str:
    return text if ADDRESS.fullmatch(text) else style.quoted(text)


def _number(style: Style, text: str) -> str:
    return readable(_address(style, text))


def _warning(style: Style, text: str) -> str:
    """Return a warning, inert, whose quoted vendor's word cannot close the quotation."""
    before, mark, rest = text.partition("“")
    word, _, after = rest.rpartition("”")
    return f"{style.inert(before)}{style.quoted(word)}{style.inert(after)}" if mark and word else style.inert(text)


_GUARDS: Mapping[type, Mapping[str, _Guard]] = {
    Call: {
        **dict.fromkeys(("id", "session_id", "parent_id", "capabilities"), Style.word),
        "vendor_state": Style.quoted,
        "warnings": _warning,
    },
    Cause: {"code": Style.word, "error_id": Style.word, "message": Style.quoted},
    Monitoring: {"state": Style.word},
    Party: {
        "number": _number,
        "uri": _address,
        "name": Style.quoted,
        "kind": Style.word,
        "location": Style.quoted,
    },
    Recall: {"type": Style.word},
    Recording: {"url": Style.word, "transcription_url": Style.word},
    Redirection: {"vendor_reason": Style.quoted},
    Verification: dict.fromkeys(("result", "attestation", "originating_id"), Style.word),
}
"""How texts from outside are shown; all other texts are ours, and only made inert."""


def _harmless(value: Any, style: Style, guard: _Guard) -> Any:
    if isinstance(value, str) and not isinstance(value, Enum):
        return guard(style, value) if value else value
    if hasattr(value, "_fields"):
        guards = _GUARDS.get(type(value), EMPTY)
        fields = _without_repetition(value)._asdict().items()
        return value._replace(**{name: _harmless(each, style, guards.get(name, Style.inert)) for name, each in fields})
    if isinstance(value, tuple | list):
        return tuple(_harmless(each, style, guard) for each in value)
    return value


def _without_repetition(value: Any) -> Any:
    """Return a call or a part of it without fields that repeat others; done first, since quoting hides that."""
    if isinstance(value, Call) and value.session_id == value.id:
        return value._replace(session_id=None)
    if isinstance(value, Party):
        place = ", ".join(each for each in (value.location, value.country and value.country.name) if each)
        name = None if value.name == (value.number or value.uri) else value.name
        return value._replace(name=name, location=place, country=None)
    if isinstance(value, Redirection) and value.vendor_reason == Reason.UNKNOWN:
        return value._replace(vendor_reason=None)
    return value


def _leaf(value: Any, style: Style) -> str:
    if isinstance(value, list) and value:
        return style.inert(", ".join(value))
    return style.inert(value) if isinstance(value, str) else dumps(value, lines=True)
