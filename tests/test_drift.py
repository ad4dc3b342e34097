"""What becomes of a record when the vendor's answer is not what it used to be: only the call's id may be fatal."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_providers import VALIDATOR, call_object, case, inspect, of_kind

from callinspect import providers
from callinspect.coerce import parse_json
from callinspect.errors import BadResponseError, NotFoundError
from callinspect.provider import Document
from callinspect.render.card import card
from callinspect.render.csv import dumps as as_csv
from callinspect.render.json import dumps, record
from callinspect.render.layout import Style

JUNK: list[Any] = [
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "junk",
    "\x1b[2J\ud800\u202e",
    [],
    [[]],
    ["a", 1],
    {},
    {"a": {"b": 1}},
]

WORDS = ["id", "callId", "state", "call", "calls", "user", "data", "uris", "participants"]

Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(), below, max_size=4),
    max_leaves=20,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in items:
        yield from places(below, (*path, key))


def put(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    changed = copy.deepcopy(value)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = junk
    return changed


def render_everything(provider: str, document: Document) -> None:
    call = providers.get(provider).normalize(document)
    made = record(call)
    VALIDATOR.validate(json.loads(dumps(made)))
    as_csv([made]).encode("utf-8")
    card(call, Style(width=40)).encode("utf-8")


@of_kind("record")
def test_junk_in_any_place_of_a_call_leaves_a_record(path: Path) -> None:
    wanted, provider = case(path), path.parent.name
    document, _ = inspect(providers.get(provider), wanted)
    body = call_object(document)
    identifier = "callId" if provider == "bandwidth" else "id"
    for number, place in enumerate(places(body)):
        for kind, junk in enumerate(JUNK):
            changed = Document(put(body, place, junk), extras=document.extras)
            try:
                # Rendering takes its time: each place has every junk normalized, and one of them in turn rendered.
                if kind == number % len(JUNK):
                    render_everything(provider, changed)
                else:
                    providers.get(provider).normalize(changed)
            except BadResponseError:
                assert place == (identifier,), (place, junk)


@pytest.mark.parametrize("provider", providers.names())
@given(body=Json)
@settings(max_examples=200, deadline=None)
def test_any_json_is_a_record_or_a_plain_error(provider: str, body: Any) -> None:
    with suppress(BadResponseError, NotFoundError):
        render_everything(provider, Document(body, call_id="1"))


@pytest.mark.parametrize("provider", providers.names())
@given(fields=st.dictionaries(st.sampled_from(WORDS), Json))
@settings(max_examples=300, deadline=None)
def test_any_object_of_the_vendors_own_words_is_a_record_or_a_plain_error(provider: str, fields: Any) -> None:
    with suppress(BadResponseError, NotFoundError):
        render_everything(provider, Document(fields, call_id="1"))


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
        (b'{"a": 1, "a": 2}', "stands twice"),
        (b"[" * 200_000, "nested too deeply"),
        (b"\xff\xfe\xfa", "UTF"),
        (b"1" * 5000, "too long"),
        (b"{", "not JSON"),
    ],
    ids=lambda value: value[:8].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_what_json_does_not_allow_is_refused_in_plain_words(body: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_json(body)


def test_a_number_too_large_for_a_float_keeps_its_digits() -> None:
    assert parse_json(b'{"a": 1e400}') == {"a": "1e400"}
