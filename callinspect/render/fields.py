"""Single values of a record, bare, for shell scripts."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from callinspect.errors import nearest
from callinspect.render import schema
from callinspect.render.inert import inert, on_one_line
from callinspect.render.json import Record, dumps

OPEN = frozenset({"metadata", "vendor", "raw", "links"})
"""Objects whose keys are the vendor's or the caller's, and not known beforehand."""


INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
"""Names an element of a list."""


class UnknownFieldError(Exception):
    """A path names nothing in any record; `nearest` is a path that does, or None."""

    def __init__(self, path: str, nearest: str | None) -> None:
        super().__init__(path)
        self.path = path
        self.nearest = nearest


def check(path: str) -> None:
    """Find out whether a path such as `from.number` or `redirections.0.reason` can name a value.

    Raises:
        UnknownFieldError: it cannot.
    """
    named = [part for part in path.split(".") if not INDEX.fullmatch(part)]
    known = _paths()
    if named and (named[0] in OPEN or (".".join(named) in known and not INDEX.match(path))):
        return
    raise UnknownFieldError(path, nearest(".".join(named), known))


def paths() -> list[str]:
    """Return every path, for completion."""
    return sorted(_paths())


def line(record: Record, wanted: Sequence[str], *, harmless: bool = False) -> str:
    """Return the values at the paths, separated by tabs: text bare, null empty, anything else as JSON.

    A tab or a line break within a value is shown as an escape, or it would begin another value, or another record.

    Args:
        record: a call's.
        wanted: paths.
        harmless: whether to show as escapes as well what a terminal would obey.
    """
    return "\t".join(map(inert if harmless else on_one_line, values(record, wanted)))


def values(record: Record, wanted: Sequence[str]) -> list[str]:
    """Return the values at the paths as they are: text bare, null empty, anything else as JSON."""
    return [_bare(_value(record, path.split("."))) for path in wanted]


def _value(value: Any, parts: Sequence[str]) -> Any:
    """Return what stands at a path, None where it ends early; a key of the vendor's may have dots in it."""
    if not parts:
        return value
    if isinstance(value, list):
        index = parts[0]
        return _value(value[int(index)], parts[1:]) if INDEX.fullmatch(index) and int(index) < len(value) else None
    if not isinstance(value, dict):
        return None
    for taken in range(1, len(parts) + 1):
        key = ".".join(parts[:taken])
        if key in value:
            return _value(value[key], parts[taken:])
    return None


def _bare(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return dumps(value, lines=True)
    return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()  # halves of characters


def _paths() -> set[str]:
    document = json.loads(schema.text())
    found: set[str] = set()

    def walk(node: Mapping[str, Any], prefix: str) -> None:
        if "$ref" in node:
            walk(document["$defs"][node["$ref"].rpartition("/")[2]], prefix)
        for choice in node.get("anyOf", ()):
            walk(choice, prefix)
        if "items" in node:
            walk(node["items"], prefix)
        for name, below in node.get("properties", {}).items():
            found.add(prefix + name)
            walk(below, f"{prefix}{name}.")

    walk(document, "")
    return found
