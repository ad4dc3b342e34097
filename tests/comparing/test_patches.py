"""The patch of two JSON objects: whatever they are, it makes the second of the first."""

import json
from copy import deepcopy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.json_patch import applied, parts, text

from callinspect.comparing import Side, compare

SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, 1e300]) | st.text("ab/~é", max_size=2)
)
KEYS = st.sampled_from(["a", "b", "a/b", "~", "~1", "", "0", "-", "é"])
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=5) | st.dictionaries(KEYS, below, max_size=4),
    max_leaves=20,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)


def patch_of(a: Any, b: Any) -> list[dict[str, Any]]:
    """Return the differences of two vendors' objects, within records that are the same."""
    first, second = ({"provider": "p", "id": "1", "vendor": deepcopy(each)} for each in (a, b))
    found = compare(Side(first, "a"), Side(second, "b"), everything=True).patch
    assert (first["vendor"], second["vendor"]) == (a, b)
    for each in found:
        assert parts(each["path"])[0] == "vendor"
        each["path"] = each["path"].removeprefix("/vendor")
    return found


def replaced(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def edited(draw: Any, value: Any) -> Any:
    """Return a value with something of it inserted, removed, moved or replaced."""
    value = deepcopy(value)
    for _ in range(draw(st.integers(0, 3))):
        place = value
        while isinstance(place, dict | list) and place and draw(st.booleans()):
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            below = place[draw(st.sampled_from(keys))]
            if not isinstance(below, dict | list):
                break
            place = below
        if isinstance(place, list):
            moved = (
                [place.pop(draw(st.integers(0, len(place) - 1)))] if place and draw(st.booleans()) else [draw(VALUES)]
            )
            place[(at := draw(st.integers(0, len(place)))) : at] = moved if draw(st.booleans()) else []
        elif isinstance(place, dict):
            place[draw(KEYS)] = draw(VALUES)
    return value


@st.composite
def pairs(draw: Any) -> tuple[Any, Any]:
    a = draw(OBJECTS)
    return a, draw(OBJECTS) if draw(st.booleans()) else edited(draw, a)


@settings(max_examples=400, deadline=None)
@given(pairs())
def test_applied_to_a_it_gives_b(pair: tuple[Any, Any]) -> None:
    a, b = pair
    found = patch_of(a, b)
    assert text(applied(a, found)) == text(b)
    assert bool(found) is (text(a) != text(b))
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("a", "b", "patch"),
    [
        ([1, 2, 3], [0, 1, 2, 3], [{"op": "add", "path": "/x/0", "value": 0}]),
        ([{"i": 1}, {"i": 2}], [{"i": 0}, {"i": 1}, {"i": 2}], [{"op": "add", "path": "/x/0", "value": {"i": 0}}]),
        ([1, 2, 3], [1, 3], [{"op": "remove", "path": "/x/1"}]),
        ({"a/b": 1}, {"a/b": 2}, [{"op": "replace", "path": "/x/a~1b", "value": 2}]),
        ({"~": 1}, {}, [{"op": "remove", "path": "/x/~0"}]),
        (3.0, 3, []),
        (1, True, [{"op": "replace", "path": "/x", "value": True}]),
        ("1", 1, [{"op": "replace", "path": "/x", "value": 1}]),
        (None, {"c": 1}, [{"op": "replace", "path": "/x", "value": {"c": 1}}]),
    ],
)
def test_it_names_the_smallest_difference(a: Any, b: Any, patch: list[Any]) -> None:
    assert patch_of({"x": a}, {"x": b}) == patch


WRONG = [
    [],
    [{"op": "remove", "path": "/vendor/none"}],
    [{"op": "move", "from": "/vendor/a", "path": "/vendor/b"}],
    [{"op": "replace", "path": "/vendor/0/1", "value": 1}],
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_a_wrong_patch_of_the_library_is_not_used(wrong: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Then whole values are replaced, each as small as possible."""
    monkeypatch.setattr(jsonpatch.JsonPatch, "from_diff", lambda *_, **__: jsonpatch.JsonPatch(wrong))
    a = {"same": [1], "list": [1, 2], "deep": {"a/b": 1, "gone": 1}}
    b = {"same": [1], "list": [2, 1], "deep": {"a/b": 2, "new": {}}}
    found = patch_of(a, b)
    assert text(applied(a, found)) == text(b)
    assert [(each["op"], each["path"]) for each in found] == [
        ("replace", "/list"),
        ("remove", "/deep/gone"),
        ("replace", "/deep/a~1b"),
        ("add", "/deep/new"),
    ]


def test_a_failing_library_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise jsonpatch.JsonPatchConflict("no")

    monkeypatch.setattr(jsonpatch.JsonPatch, "from_diff", failing)
    assert patch_of({"a": 1}, {"a": 2}) == [{"op": "replace", "path": "/a", "value": 2}]


@pytest.mark.parametrize("index", [0, 1, 1500, 2999, 3000])
def test_one_change_of_a_long_list_is_one_operation(index: int) -> None:
    a = [{"id": number, "name": "same"} for number in range(3000)]
    b = [*a[:index], {"id": -1}, *a[index:]]
    assert patch_of({"x/y": a}, {"x/y": b}) == [{"op": "add", "path": f"/x~1y/{index}", "value": {"id": -1}}]
    assert patch_of({"x": b}, {"x": a}) == [{"op": "remove", "path": f"/x/{index}"}]
    b = [{**each, "name": "new"} if each["id"] == index else each for each in a]
    assert patch_of({"x": a}, {"x": b}) == ([replaced(f"/x/{index}/name", "new")] if index < len(a) else [])


def test_a_long_list_is_replaced() -> None:
    """To find out what moved in it would take minutes."""
    a, b = (
        {"list": [[each] for each in numbers], "x": numbers[0]} for numbers in (range(50_000), range(50_000, 0, -1))
    )
    assert patch_of(a, b) == [replaced("/list", b["list"]), replaced("/x", 50_000)]
