"""How a field is read, what is said of one of another kind, and what is left over."""

import time
from typing import Any

import pytest

from callinspect.provider.moments import parse_timestamp
from callinspect.provider.reader import Reader


def test_a_time_is_in_utc_wherever_the_user_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        assert parse_timestamp("2025-04-08T10:00:00+02:00").isoformat() == "2025-04-08T08:00:00+00:00"
    time.tzset()


READ: list[tuple[str, Any, Any, bool]] = [
    ("text", "a", "a", False),
    ("text", "", None, True),
    ("flag", False, False, False),
    ("mapping", {"a": 1}, {"a": 1}, False),
    ("mapping", None, {}, False),
    ("timestamp", "", None, True),
    ("seconds", 0, 0, False),
    ("seconds", 1.5, 1.5, False),
    ("seconds", "12", 12, False),
    ("seconds", "12.5", 12.5, False),
    ("seconds", "9" * 15 + ".5", 999_999_999_999_999.5, False),
    ("seconds", "", None, True),
    ("seconds", None, None, False),
    ("number", 4, 4, False),
    ("number", 4.5, 4.5, False),
    ("number", "4.5", 4.5, False),
    ("number", "", None, True),
    ("number", None, None, False),
    ("amount", "-0.03400", "0.03400", True),
    ("amount", "+1", "1", True),
    ("amount", 0.00928, "0.00928", True),
    ("amount", -1e-05, "0.00001", True),
    ("amount", 0, "0", True),
    ("amount", "", None, True),
    ("switch", "On", True, False),
    ("switch", "Off", False, False),
    ("switch", "", None, True),
    ("switch", None, None, False),
    ("texts", ["a", ""], ("a", ""), False),
    ("texts", None, (), False),
    ("nested", None, None, False),
    ("nested_list", None, [], False),
]
"""How a field is read, what stands in it, what is made of it, and whether it stays a leftover."""


@pytest.mark.parametrize(("kind", "value", "read", "left"), READ)
def test_a_field_is_read_as_its_kind_without_a_word(kind: str, value: Any, read: Any, left: bool) -> None:
    reader = Reader({"a": value, "b": 1}, [])
    got = getattr(reader, kind)("a")
    assert (got, type(got)) == (read, type(read))
    assert (reader.warnings, reader.leftovers()) == ([], {"a": value, "b": 1} if left else {"b": 1})


ODD: list[tuple[str, Any, Any, str]] = [
    ("text", 1, None, "is not a string: “1”"),
    ("flag", "yes", None, "is not true or false: “yes”"),
    ("flag", 0, None, "is not true or false: “0”"),
    ("mapping", ["a"], {}, 'is not an object: “["a"]”'),
    ("timestamp", "noon", None, "is not a timestamp: “noon”"),
    ("timestamp", "2026-03-12 09:56:45", None, "has no UTC offset: “2026-03-12 09:56:45”"),
    ("timestamp", "2026-03-12T09:56", None, "has no UTC offset: “2026-03-12T09:56”"),
    ("timestamp", "2026-03-12", None, "is not a timestamp: “2026-03-12”"),
    ("timestamp", 1, None, "is not a string: “1”"),
    ("seconds", "soon", None, "is not a duration: “soon”"),
    ("seconds", "1e3", None, "is not a duration: “1e3”"),
    ("seconds", "٣", None, "is not a duration: “٣”"),
    ("seconds", -0.5, None, "is not a duration: “-0.5”"),
    ("seconds", True, None, "is not a duration: “true”"),
    ("seconds", "9" * 16, None, "is not a duration: “9999999999999999”"),
    ("number", "1e3", None, "is not a number: “1e3”"),
    ("number", -1, None, "is not a number: “-1”"),
    ("number", True, None, "is not a number: “true”"),
    ("number", [], None, "is not a number: “[]”"),
    ("amount", "USD 1", None, "is not an amount: “USD 1”"),
    ("amount", "1e-3", None, "is not an amount: “1e-3”"),
    ("amount", False, None, "is not an amount: “false”"),
    ("amount", 1e300, None, "is not an amount: “1e+300”"),
    ("switch", "on", None, "is neither On nor Off: “on”"),
    ("switch", True, None, "is not a string: “true”"),
    ("texts", "a", (), "is not a list: “a”"),
    ("texts", ["a", 1], ("a",), "contains something other than strings"),
    ("nested", [], None, "is not an object: “[]”"),
    ("nested_list", {}, [], "is not a list: “{}”"),
    ("nested_list", [1], [], "contains something other than objects"),
]
"""How a field is read, what stands in it, what is made of it, and what is said."""


@pytest.mark.parametrize(("kind", "value", "read", "said"), ODD)
def test_a_field_of_another_kind_stays_and_is_warned_of(kind: str, value: Any, read: Any, said: str) -> None:
    above = Reader({"above": {"a": value, "b": 1}}, [])
    reader = above.nested("above")
    assert reader
    assert getattr(reader, kind)("a") == read
    assert above.warnings == [f"above.a {said}"]
    assert above.leftovers() == {"above": {"a": value, "b": 1}}


MEANINGS = {"up": "active", "down": "down"}


@pytest.mark.parametrize(
    ("word", "meaning", "left", "warnings"),
    [
        ("up", "active", True, []),
        ("down", "down", False, []),
        ("left", "unknown", True, ["a has an undocumented value: “left”"]),
        ("", None, True, []),
        (None, None, False, []),
        (1, None, True, ["a is not a string: “1”"]),
    ],
)
def test_a_word_stays_unless_it_is_its_own_meaning(
    word: Any, meaning: str | None, left: bool, warnings: list[str]
) -> None:
    reader = Reader({"a": word}, [])
    assert reader.choice("a", MEANINGS, "unknown") == meaning
    assert (reader.warnings, reader.leftovers()) == (warnings, {"a": word} if left else {})
    elsewhere = Reader({"a": word}, [])
    assert elsewhere.choice("a", MEANINGS, "unknown", kept_elsewhere=True) == meaning
    assert elsewhere.leftovers() == ({"a": word} if left and meaning is None else {})


def test_what_is_left_of_nested_objects_keeps_its_order() -> None:
    reader = Reader({"z": 1, "one": {"a": 1, "b": 2}, "many": [{"a": 1}, {"a": 1, "b": 2}], "done": [{"a": 1}]}, [])
    for each in (reader.nested("one"), *reader.nested_list("many"), *reader.nested_list("done")):
        assert each
        assert each.take("a") == 1
    left = reader.leftovers()
    assert left == {"z": 1, "one": {"b": 2}, "many": [{}, {"b": 2}]}
    assert list(left) == ["z", "one", "many"]
    assert (reader.keep("z"), reader.keep("missing"), reader.take("missing")) == (1, None, None)
