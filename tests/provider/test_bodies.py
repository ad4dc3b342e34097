"""What of JSON is read, and what is refused: bodies that are too deep, too large or no JSON."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.junk import Json

from callinspect.provider.parsing import parse_json
from callinspect.render.jsontext import dumps


@given(body=st.binary() | Json.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_json_or_a_plain_error(body: bytes) -> None:
    with suppress(ValueError):
        json.loads(dumps(parse_json(body)))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"NaN", "NaN is not JSON"),
        (b'{"a": Infinity}', "Infinity is not JSON"),
        (b'{"a": 1, "a": 2}', "the same key twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b"\xff\xfe\xfa", "UTF"),
        (b"1" * 5000, "too long"),
        (b"{", "not JSON"),
    ],
    ids=lambda value: value[:8].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_what_json_does_not_allow_is_refused_plainly(body: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_json(body)


def test_a_number_too_large_for_a_float_keeps_its_digits() -> None:
    assert parse_json(b'{"a": 1e400}') == {"a": "1e400"}


def test_4000_digits_are_read_and_4001_are_not() -> None:
    assert parse_json(b"9" * 4000) == 10**4000 - 1
    with pytest.raises(ValueError, match="it has a number that is too long"):
        parse_json(b"9" * 4001)


NEST: dict[str, tuple[bytes, bytes]] = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}"), "both": (b'[{"a":', b"}]")}


@pytest.mark.parametrize(("opened", "closed"), NEST.values(), ids=NEST.keys())
def test_a_hundred_levels_are_read_and_one_more_is_not(opened: bytes, closed: bytes) -> None:
    levels = 100 // (opened.count(b"[") + opened.count(b"{"))
    most = opened * levels + b"1" + closed * levels
    assert json.loads(dumps(parse_json(most))) == json.loads(most)
    with pytest.raises(ValueError, match="it is nested too deeply"):
        parse_json(b"[" + most + b"]")
    with pytest.raises(ValueError, match="it is nested too deeply"):
        parse_json(b'{"b": [], "a": ' + most + b"}")


def test_what_lies_beside_does_not_count_as_depth() -> None:
    deep = b"[" * 98 + b"1" + b"]" * 98
    for wide in (
        b'[1, "a", null, %s[%s]]' % (b"{}, [], " * 99, deep),
        b'{"a": "[[{{", "b": [2, %s%s]}' % (b"[], " * 99, deep),
    ):
        assert parse_json(wide) == json.loads(wide)
        with pytest.raises(ValueError, match="it is nested too deeply"):
            parse_json(b"[" + wide + b"]")


MANY: dict[str, tuple[bytes, int]] = {
    "numbers": (b"1", 200_000),
    "lists": (b"[]", 100_000),
    "objects": (b"{}", 100_000),
}


@pytest.mark.parametrize(("each", "most"), MANY.values(), ids=MANY.keys())
def test_200000_values_are_read_and_one_more_is_not(each: bytes, most: int) -> None:
    read = parse_json(b"[" + b",".join([each] * most) + b"]")
    assert isinstance(read, list)
    assert len(read) == most
    with pytest.raises(ValueError, match="it has too many values"):
        parse_json(b"[" + b",".join([each] * (most + 1)) + b"]")
