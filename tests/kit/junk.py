"""Values that a vendor never sent before, and places in an answer to put them."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


Place = tuple[Any, ...]
"""Keys and numbers that lead to a value within another."""


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Give every place in a value, those above before those below."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield from places(below, (*path, key))


def valued(value: Any, place: Place) -> Any:
    """Return what stands at a place."""
    for step in place:
        value = value[step]
    return value


def put(value: Any, path: Place, junk: Any) -> Any:
    """Return a copy of a value with something else at a place."""
    changed = copy.deepcopy(value)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return changed
