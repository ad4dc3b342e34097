"""Lone surrogates: left where a text was cut within a character. Strict JSON readers reject them."""

import re
from collections.abc import Mapping

from callinspect.provider import Document
from callinspect.provider.parsing import Json
from callinspect.provider.reader import shown

HALF = re.compile("[\ud800-\udfff]")
WHOLE = "\N{REPLACEMENT CHARACTER}"


def mended(document: Document) -> Document:
    """Return the document with a replacement character for each, and notes that name the fields."""
    found: list[str] = []
    answer = _mended(document.json, "", found)
    extras = {name: _mended(each, name, found) for name, each in document.extras.items()}
    others = tuple(_mended(each, f"answer {number}", found) for number, each in enumerate(document.others, 2))
    notes = tuple(f"{each} contains half a character, shown as U+FFFD" for each in dict.fromkeys(found))
    return document.but(answer=answer, extras=extras, notes=(*notes, *document.notes), others=others)


def _mended(value: Json, path: str, found: list[str]) -> Json:
    if isinstance(value, str):
        if HALF.search(value):
            found.append(path or "the answer")
        return HALF.sub(WHOLE, value)
    if isinstance(value, list):
        return [_mended(each, f"{path}[{index}]", found) for index, each in enumerate(value)]
    if isinstance(value, dict):
        return _with_mended_keys(value, path, found)
    return value


def _with_mended_keys(fields: Mapping[str, Json], path: str, found: list[str]) -> dict[str, Json]:
    whole: dict[str, Json] = {}
    for name, value in fields.items():
        key = HALF.sub(WHOLE, name)
        below = f"{path}.{key}" if path else key
        if key != name:
            found.append(f"the name {shown(below)}")
            while key in fields or key in whole:  # as another mended key may be
                key += WHOLE
        whole[key] = _mended(value, below, found)
    return whole
