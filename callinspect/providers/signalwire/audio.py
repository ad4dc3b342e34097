"""Addresses under which anyone can hear a recording: SignalWire asks nobody who opens one who they are.

A recording's metadata, whose address ends in `.json`, needs credentials and stays. A recording's ID stays as well,
though the address can be made of it: an ID is no link, and is what SignalWire's support asks for.
"""

import re

from callinspect.provider import Json, unsigned
from callinspect.redaction import PLACEHOLDER

# Slashes may be escaped, where a text holds JSON or an address another one.
PATH = re.compile(r"""((?:\\*/|%2F)Recordings(?:\\*/|%2F))([^\s"'<>?#]+)""", re.IGNORECASE)
"""The path to recordings, and what follows it."""

LINK = re.compile("(recording|media|audio)_?ur[il]s?", re.IGNORECASE)
"""The names of fields that lead to audio, whatever their address."""


def withheld(found: Json) -> Json:
    """Return a JSON value without such addresses, and without the signature of any other."""
    return unsigned(_closed(found))


def _closed(found: Json, *, is_link: bool = False) -> Json:
    if isinstance(found, dict):
        return {name: _closed(each, is_link=is_link or bool(LINK.fullmatch(name))) for name, each in found.items()}
    if isinstance(found, list):
        return [_closed(each, is_link=is_link) for each in found]
    if not isinstance(found, str):
        return found
    if is_link and found:
        return PLACEHOLDER
    return PATH.sub(_without_audio, found) if "/" in found or "%" in found else found  # few have


def _without_audio(found: re.Match[str]) -> str:
    path = found[2].rstrip("\\")
    is_about = path.endswith(".json") or "/Transcriptions" in path
    return found[0] if is_about else found[1] + PLACEHOLDER + found[2][len(path) :]
