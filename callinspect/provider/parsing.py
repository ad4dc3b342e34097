"""JSON as vendors send it: strict, and limited in size."""

import json
import math
from typing import Any

Json = dict[str, Any] | list[Any] | str | int | float | bool | None

_MAX_DIGITS = 4000
"""Digits of a number; the interpreter refuses more than 4300."""
_MAX_DEPTH = 100
"""Nested objects and lists; readers and writers recurse once per level."""

MAX_VALUES = 200_000
"""Values in all; a small one takes forty times the memory of its text."""


def parse_json(body: bytes, most: int = MAX_VALUES) -> Json:
    """Read a JSON text by RFC 8259, strictly.

    NaN, Infinity, duplicate keys, numbers that are too long, deep nesting and too many values are refused. A number
    beyond the range of a float is kept as text.

    Args:
        body: the text, in UTF-8.
        most: maximum number of values.

    Raises:
        ValueError: the bytes are not JSON; the message says why in a few words.
    """
    opened = body.count(b"{") + body.count(b"[")
    if opened + body.count(b",") > most:
        raise ValueError("it has too many values")
    try:
        document: Json = _DECODER.decode(body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON: {error.msg} at character {error.pos}") from None
    if opened > _MAX_DEPTH and _is_deeper(document, _MAX_DEPTH):
        raise ValueError("it is nested too deeply")
    return document


def _is_deeper(document: Json, limit: int) -> bool:
    """Whether objects and lists are nested deeper than a limit."""
    level = [document]
    for _ in range(limit + 1):
        within = [each for each in level if isinstance(each, dict | list)]
        level = [below for each in within for below in (each.values() if isinstance(each, dict) else each)]
        if not within:
            return False
    return True


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _readable(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError("it has a number that is too long")
    return int(digits)


def _finite(digits: str) -> float | str:
    value = float(digits)
    return value if math.isfinite(value) else digits


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("an object has the same key twice")
    return fields


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_float=_finite, parse_int=_readable, object_pairs_hook=_unique_keys
)
