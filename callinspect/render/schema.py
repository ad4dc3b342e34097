"""The record's JSON Schema, as the package ships it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def text() -> str:
    """Return the schema's JSON text."""
    from importlib.resources import files

    return files("callinspect").joinpath("schema.json").read_text(encoding="utf-8")


def keys() -> Iterator[tuple[str, str]]:
    """Yield each key's path and meaning; the keys that several parts share are listed where they come first."""
    document = json.loads(text())
    listed: dict[str, str] = {}

    def below(name: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        parts, likeness = [], ""
        for part in (node, node.get("items", {}), *node.get("anyOf", ())):
            reference = part.get("$ref", "").rpartition("/")[2]
            resolved = document["$defs"][reference] if reference else part
            if reference and "properties" in resolved and listed.setdefault(reference, name) != name:
                likeness = f"keys as in {listed[reference]}"
            else:
                parts.append(resolved)
        words = [str(word) for word in node.get("enum", ()) if word is not None]
        yield name, "; ".join(filter(None, [node.get("description"), ", ".join(words), likeness]))
        for part in parts:
            for key, each in part.get("properties", {}).items():
                yield from below(f"{name}.{key}", each)

    for name, node in document["properties"].items():
        yield from below(name, node)
