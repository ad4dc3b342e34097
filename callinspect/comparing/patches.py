"""The differences of two JSON objects as a JSON Patch (RFC 6902) of `add`, `remove` and `replace`.

The library finds them. Whatever it finds is applied and compared before it is used; where that fails, whole values are
replaced, as few as possible.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from callinspect.errors import InternalError

Operation = dict[str, Any]

MISSING = object()
"""Stands for a value where there is none."""

ALLOWED = frozenset({"add", "remove", "replace"})

MAX_LIST = 2000
"""Elements of a list that the library compares: the time grows with their square.

Of a longer one, that is what is left without what is the same at both ends; if that is as long, the list is replaced.
"""


class Change(NamedTuple):
    """One difference.

    Attributes:
        path: the keys and indexes that lead to it: in the first object, or to what is added, in the second.
        before: the value in the first object, or `MISSING`.
        after: the value in the second object, or `MISSING`.
    """

    path: tuple[str, ...]
    before: Any
    after: Any


def operations(a: dict[str, Any], b: dict[str, Any]) -> list[Operation]:
    """Return the operations that turn the first object into the second.

    Raises:
        InternalError: they would make something else of it: a bug.
    """
    found = list(_operations(a, b, ""))
    if not _is_right(a, b, found):
        raise InternalError("the differences found do not lead from A to B")
    return found


def changes(a: dict[str, Any], patch: list[Operation]) -> list[Change]:
    """Return what each operation of a patch changes, of the object that it is for."""
    import jsonpatch

    whole, found = _Place(a, ""), []
    for operation in patch:
        trail = whole.trail(jsonpatch.JsonPointer(operation["path"]).parts, is_new=operation["op"] == "add")
        after = operation.get("value", MISSING)
        found.append((trail, trail[-1].put(after, trail[-2] if trail[1:] else None), after))
    return [Change(tuple(_path(trail, is_new=before is MISSING)), before, after) for trail, before, after in found]


class _Place:
    """Where a value stands, which stays the same while others come and go before it.

    Args:
        value: the value; `MISSING` before it is added.
        key: its key or index in the first object; None if it was not there.
    """

    def __init__(self, value: Any, key: str | None) -> None:
        self._value = value
        self.key = key

    @cached_property
    def below(self) -> "dict[str, _Place] | list[_Place]":
        """What stands in it."""
        if isinstance(self._value, list):
            return [_Place(each, str(index)) for index, each in enumerate(self._value)]
        return {key: _Place(each, key) for key, each in self._value.items()}

    @cached_property
    def _indexes(self) -> "dict[_Place, str]":
        """The indexes of what stands in a list, once nothing more changes."""
        return {place: str(index) for index, place in enumerate(self.below)} if isinstance(self.below, list) else {}

    def trail(self, parts: Sequence[str], *, is_new: bool) -> "list[_Place]":
        """Return the places that a path leads through, this one first; the last one is made if it is new."""
        found = [self]
        for position, part in enumerate(parts, 1):
            found.append(found[-1].at(part, is_new=is_new and position == len(parts)))
        return found

    def at(self, part: str, *, is_new: bool) -> "_Place":
        """Return the place below this one that a key or index leads to now."""
        below = self.below
        if isinstance(below, dict):
            return below.setdefault(part, _Place(MISSING, part)) if is_new else below[part]
        if is_new:
            below.insert(int(part), _Place(MISSING, None))
        return below[int(part)]

    def put(self, value: Any, holder: "_Place | None") -> Any:
        """Give the place another value and return what it had; `MISSING` removes it from what holds it."""
        before, self._value = self._value, value
        vars(self).pop("below", None)
        if value is MISSING and holder is not None:
            if isinstance(holder.below, list):
                holder.below.remove(self)
            elif self.key is not None:
                del holder.below[self.key]
        return before

    def name(self, place: "_Place", *, is_new: bool) -> str:
        """Return the key or index of a place below this one: in the first object, or if it is new, in the second."""
        return self._indexes.get(place, place.key or "") if is_new or place.key is None else place.key


def _path(trail: Sequence[_Place], *, is_new: bool) -> Iterator[str]:
    """Yield the path to the last of some places: in the first object, or if it is new, in the second."""
    return (holder.name(place, is_new=is_new) for holder, place in pairwise(trail))


def _operations(a: Any, b: Any, path: str) -> Iterator[Operation]:
    """Yield the operations for what stands at a path, taking smaller and smaller parts if the library is wrong."""
    if _text(a) == _text(b):
        return
    found = _found(a, b)
    if found is not None:
        yield from ({**each, "path": path + each["path"]} for each in found)
    elif isinstance(a, dict) and isinstance(b, dict):
        for key in a.keys() - b.keys():
            yield {"op": "remove", "path": f"{path}/{_escaped(key)}"}
        for key, value in b.items():
            below = f"{path}/{_escaped(key)}"
            if key in a:
                yield from _operations(a[key], value, below)
            else:
                yield {"op": "add", "path": below, "value": value}
    elif isinstance(a, list) and isinstance(b, list) and (middle := _in_the_middle(a, b)) is not None:
        yield from ({**each, "path": path + each["path"]} for each in middle)
    else:
        yield {"op": "replace", "path": path, "value": b}


def _in_the_middle(a: list[Any], b: list[Any]) -> list[Operation] | None:
    """Return what the library finds between what two long lists begin and end with, None if it finds nothing there."""
    texts = [[_text(each) for each in side] for side in (a, b)]
    start = _shared(*texts)
    end = _shared(*(side[start:][::-1] for side in texts))
    if not start + end or (found := _found(a[start : len(a) - end], b[start : len(b) - end])) is None:
        return None
    return [{**each, "path": _later(each["path"], start)} for each in found]


def _shared(a: list[str], b: list[str]) -> int:
    """Return how many elements two lists begin with that are the same."""
    return next(
        (index for index, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b))
    )


def _later(path: str, places: int) -> str:
    """Return the path of an element of a list, that many places further."""
    _, index, *below = path.split("/")
    return "/".join(["", str(int(index) + places), *below])


def _found(a: Any, b: Any) -> list[Operation] | None:
    """Return what the library finds, None if that is not right, or would take long."""
    import jsonpatch

    if max(_longest(a), _longest(b)) > MAX_LIST:
        return None

    try:
        found: list[Operation] = jsonpatch.JsonPatch.from_diff(a, b, optimization=False).patch
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, LookupError, TypeError, ValueError):
        return None
    return found if all(each["op"] in ALLOWED for each in found) and _is_right(a, b, found) else None


def _is_right(a: Any, b: Any, patch: list[Operation]) -> bool:
    """Whether a patch turns the first value into the second."""
    import jsonpatch

    try:
        return _text(jsonpatch.apply_patch(a, patch)) == _text(b)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, LookupError, TypeError, ValueError):
        return False


def _longest(value: Any) -> int:
    """Return the length of the longest list in a value."""
    if not isinstance(value, dict | list):
        return 0
    below = max(map(_longest, value.values() if isinstance(value, dict) else value), default=0)
    return max(below, len(value) if isinstance(value, list) else 0)


def is_same(a: Any, b: Any) -> bool:
    """Whether two values, or `MISSING`, are the same in JSON."""
    return MISSING not in (a, b) and _text(a) == _text(b)


def _text(value: Any) -> str:
    """Return a JSON text that is the same for the same values; `1`, `1.5` and `true` are none of each other."""
    return json.dumps(value, sort_keys=True)


def _escaped(key: str) -> str:
    """Return a key as it stands in a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
