"""The record's JSON Schema, as the package ships it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


def text() -> str:
    """Return the schema's JSON text."""
    from importlib.resources import files

    return files("callinspect").joinpath("schema.json").read_text(encoding="utf-8")


class Key(NamedTuple):
    """A key of the record.

    Attributes:
        path: the keys that lead to it, such as `from.number`; elements of an array have no index.
        node: what the schema says of it.
        part: the name of the definition that has the keys below it, empty if none has.
    """

    path: str
    node: Mapping[str, Any]
    part: str


def every() -> Iterator[Key]:
    """Yield every key of the record, each followed by those below it."""
    document = json.loads(text())

    def below(path: str, node: Mapping[str, Any]) -> Iterator[Key]:
        nodes = (node, node.get("items", {}), *node.get("anyOf", ()))
        names = [each.get("$ref", "").rpartition("/")[2] for each in nodes]
        parts = [document["$defs"].get(name, each) for name, each in zip(names, nodes, strict=True)]
        shared = (name for name, part in zip(names, parts, strict=True) if name and "properties" in part)
        yield Key(path, node, next(shared, ""))
        for part in parts:
            for name, each in part.get("properties", {}).items():
                yield from below(f"{path}.{name}", each)

    for name, node in document["properties"].items():
        yield from below(name, node)


def keys() -> Iterator[tuple[str, str]]:
    """Yield each key's path and meaning; the keys that several parts share are listed where they come first."""
    first: dict[str, str] = {}
    left_out: tuple[str, ...] = ()
    for path, node, part in every():
        if path.startswith(left_out):
            continue
        likeness = ""
        if part and first.setdefault(part, path) != path:
            left_out += (f"{path}.",)
            likeness = f"keys as in {first[part]}"
        words = [str(word) for word in node.get("enum", ()) if word is not None]
        yield path, "; ".join(filter(None, [node.get("description"), ", ".join(words), likeness]))
