"""Replaces names in braces in strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME: Final = re.compile(r"\{(\w[\w -]*)\}")


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """Return *value* with every `{name}` in its strings replaced; a string of one name only becomes its value.

    Raises:
        LookupError: a name is unknown.
    """
    match value:
        case str() if whole := _NAME.fullmatch(value):
            return known[whole[1]]
        case str():
            return _NAME.sub(lambda name: str(known[name[1]]), value)
        case dict():
            return {key: filled(item, known) for key, item in value.items()}
        case list() | tuple():
            return [filled(item, known) for item in value]
    return value
