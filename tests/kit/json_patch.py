"""JSON Patch (RFC 6902) applied by the RFC's text: independent of the library that finds the differences."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

Operation = dict[str, Any]


def parts(pointer: str) -> list[str]:
    """Return the keys and indexes of a JSON Pointer (RFC 6901)."""
    assert pointer == "" or pointer[0] == "/", pointer
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]


def applied(document: Any, patch: list[Operation]) -> Any:
    """Return what a patch makes of a document; fail if an operation cannot be applied, or is not one of three."""
    whole = [deepcopy(document)]
    for each in patch:
        kind, value = each["op"], deepcopy(each.get("value"))
        assert kind in {"add", "remove", "replace"}, kind
        assert ("value" in each) is (kind != "remove")
        held: Any = whole
        *above, last = ["0", *parts(each["path"])]
        for key in above:
            held = held[int(key)] if isinstance(held, list) else held[key]
        if isinstance(held, dict):
            assert kind == "add" or last in held, each
            _ = held.pop(last) if kind == "remove" else held.update({last: value})
            continue
        at = len(held) if last == "-" else int(last)
        assert 0 <= at < len(held) + (kind == "add"), each
        held[at : at + (kind != "add")] = [] if kind == "remove" else [value]
    return whole[0]


def text(value: Any) -> str:
    """Return a text that is the same for JSON values that are the same: `1` and `1.0` are, `1` and `true` are not."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _whole(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
