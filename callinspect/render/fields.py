"""Single values of a record, bare, for shell scripts."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from callinspect.errors import UsageError, suggestion
from callinspect.render import schema
from callinspect.render.inert import inert, on_one_line
from callinspect.render.jsontext import Record, dumps

OPEN = frozenset({"metadata", "vendor", "raw", "links"})
"""Objects with keys of the vendor's or the caller's, which are not known in advance."""

OPEN_BELOW = frozenset({"vendor", "detail"})
"""The same in what was read about a call."""

LEG = ["related", "legs", "call"]
"""The path of another leg's record, which has the same fields."""

BRACKETS = re.compile(r"\[([0-9]{0,9})\]", re.ASCII)

INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
"""The index of an array element."""


def check(path: str) -> None:
    """Check that records have a path such as `from.number` or `redirections.0.reason`.

    Raises:
        UsageError: they do not.
    """
    named = [part for part in _parts(path) if not INDEX.fullmatch(part)]
    while named[: len(LEG)] == LEG and len(named) > len(LEG):
        named = named[len(LEG) :]
    known = _paths()
    if named and not INDEX.match(path) and (named[0] in OPEN or ".".join(_closed(named)) in known):
        return
    hint = suggestion(".".join(named), known, "callinspect help record explains the fields")
    raise UsageError(f"a record has no field “{path}”", hint=hint)


def _closed(named: list[str]) -> list[str]:
    """Return the part of a path that is known in advance: of what was read about a call, up to the vendor's keys."""
    ends = [index for index, each in enumerate(named) if each in OPEN_BELOW and named[0] == "related"]
    return named[: ends[0] + 1] if ends else named


def paths() -> list[str]:
    """Return every path, for completion."""
    return sorted(_paths())


def line(record: Record, selected: Sequence[str], *, harmless: bool = False) -> str:
    """Return the values at the paths, separated by tabs: strings bare, null empty, anything else as JSON.

    Tabs and line breaks within a value are escaped: they separate values and records.

    Args:
        record: a call's record.
        selected: the paths.
        harmless: whether to make the values inert, for a terminal.
    """
    return "\t".join(map(inert if harmless else on_one_line, values(record, selected)))


def sortable(record: Record, path: str) -> tuple[int, Any] | None:
    """Return the value at a path as something that can be compared with any other one; None if it is null."""
    found = _value(record, _parts(path))
    if found is None:
        return None
    if isinstance(found, int | float):
        return 0, found
    return (1, found.casefold()) if isinstance(found, str) else (2, dumps(found, lines=True))


def value(record: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path, None if there is none."""
    return _value(record, _parts(path))


def values(record: Record, selected: Sequence[str]) -> list[str]:
    """Return the values at the paths, unescaped: strings bare, null empty, anything else as JSON."""
    return [bare(_value(record, _parts(path))) for path in selected]


def chosen(record: Record, selected: Sequence[str]) -> Record:
    """Return the values at the paths, by path."""
    return {path: _value(record, _parts(path)) for path in selected}


def _parts(path: str) -> list[str]:
    """Return the steps of a path; `a[0].b` and `a[].b` are as good as `a.0.b` and `a.b`."""
    return BRACKETS.sub(lambda found: f".{found[1]}" if found[1] else "", path).split(".")


def _value(value: Any, parts: Sequence[str]) -> Any:
    """Return the value at a path, None if there is none; a vendor's key may contain dots.

    Where a path goes on below an array without an index, it is the array of every element's value.
    """
    if not parts:
        return value
    if isinstance(value, list):
        if not INDEX.fullmatch(parts[0]):
            return [_value(each, parts) for each in value]
        index = int(parts[0])
        return _value(value[index], parts[1:]) if index < len(value) else None
    if not isinstance(value, dict):
        return None
    for length in range(1, len(parts) + 1):
        key = ".".join(parts[:length])
        if key in value:
            return _value(value[key], parts[length:])
    return None


def bare(value: Any) -> str:
    """Return a value as text: a string as it is, null empty, anything else as JSON."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return dumps(value, lines=True)
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()  # lone surrogates


def _paths() -> set[str]:
    return {each.path for each in schema.every()}
