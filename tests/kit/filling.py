"""Names in a case, which stand for values."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote


def filled(value: Any, known: Mapping[str, str | int]) -> Any:
    """Return a value with what is known of the case in the place of its names; in a request, as part of an address."""
    if isinstance(value, str):
        if value[1:-1] in known and value == f"{{{value[1:-1]}}}":
            return known[value[1:-1]]
        is_request = value.startswith("GET ")
        return re.sub(r"\{(\w+)\}", lambda match: _written(known.get(match[1]), match[0], is_request), value)
    return mapped(value, lambda each, _: filled(each, known))


def _written(found: str | int | None, name: str, is_request: bool) -> str:
    return name if found is None else quote(str(found), safe="") if is_request else str(found)


def mapped(value: Any, change: Callable[[Any, str], Any]) -> Any:
    """Return a value with all that is directly in it changed, given the key that holds it."""
    if isinstance(value, dict):
        return {key: change(each, key) for key, each in value.items()}
    return [change(each, "") for each in value] if isinstance(value, list) else value
