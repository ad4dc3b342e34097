"""What becomes of a record when the vendor's answer is not what it used to be: only the call's id may be fatal."""

import json
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import cases, vendors
from kit.cases import Case
from kit.junk import Json, places, put
from kit.playing import VALIDATOR, call_object, every, inspect

from callinspect import providers
from callinspect.errors import BadResponseError, NotFoundError
from callinspect.model import Call
from callinspect.provider import Document
from callinspect.provider.moments import parse_timestamp
from callinspect.provider.parsing import parse_json
from callinspect.provider.reader import Reader
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


def render_everything(provider: str, document: Document) -> None:
    call = providers.get(provider).normalize(document)
    made = record(call)
    VALIDATOR.validate(json.loads(dumps(made)))
    as_csv([made]).encode("utf-8")
    card(call, Style(width=40)).encode("utf-8")


@every("calls")
def test_junk_in_any_place_of_a_call_leaves_a_record(case: Case) -> None:
    provider = case.vendor
    document, _ = inspect(providers.get(provider), case)
    body = call_object(document)
    identifier = vendors.id_key(provider)
    for number, place in enumerate(places(body)):
        first = number % vendors.CROWD
        for kind, junk in list(enumerate(JUNK))[first :: vendors.CROWD]:
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


def test_a_number_of_4000_digits_is_read_and_one_of_4001_is_not() -> None:
    assert parse_json(b"9" * 4000) == 10**4000 - 1
    with pytest.raises(ValueError, match="a number in it is too long"):
        parse_json(b"9" * 4001)


NEST: dict[str, tuple[bytes, bytes]] = {"lists": (b"[", b"]"), "objects": (b'{"a":', b"}"), "both": (b'[{"a":', b"}]")}


@pytest.mark.parametrize(("opened", "closed"), NEST.values(), ids=NEST.keys())
def test_a_hundred_objects_and_lists_within_each_other_are_read_and_one_more_is_not(
    opened: bytes, closed: bytes
) -> None:
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
def test_200000_values_in_all_are_read_and_one_more_is_not(each: bytes, most: int) -> None:
    read = parse_json(b"[" + b",".join([each] * most) + b"]")
    assert isinstance(read, list)
    assert len(read) == most
    with pytest.raises(ValueError, match="there are too many values in it"):
        parse_json(b"[" + b",".join([each] * (most + 1)) + b"]")


def normalized(provider: str, **fields: Any) -> Call:
    return providers.get(provider).normalize(Document(fields))


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_an_id_that_is_a_number_is_taken_and_one_that_is_neither_text_nor_number_is_fatal(provider: str) -> None:
    name = vendors.id_key(provider)
    call = normalized(provider, **{name: 12})
    assert (call.id, call.vendor, call.warnings) == ("12", {name: 12}, (f"{name} is a number, not a text",))
    for junk in (True, False, "", None, 1.5, ["12"]):
        with pytest.raises(BadResponseError):
            normalized(provider, **{name: junk})


@pytest.mark.parametrize(
    ("start", "answer", "end", "warnings"),
    [
        ("10:00:05", "10:00:05", "10:00:05", ()),
        ("10:00:05", "10:00:04", None, ("the answer comes before the start",)),
        ("10:00:05", "10:00:06", "10:00:05.500", ("the end comes before the answer",)),
        ("10:00:05", None, "10:00:05", ()),
        ("10:00:05", None, "10:00:04", ("the end comes before the start",)),
        ("10:00:05", None, "10:00:04.999", ("the end comes before the start",)),
        ("10:00:05", "10:00:06", "10:00:04", ("the end comes before the answer",)),
        ("10:00:05", "10:00:03", "10:00:04", ("the answer comes before the start", "the end comes before the start")),
    ],
)
def test_times_in_the_wrong_order_are_warned_about_once(
    start: str, answer: str | None, end: str | None, warnings: tuple[str, ...]
) -> None:
    times = {"startTime": start, "answerTime": answer, "endTime": end}
    call = normalized(
        "bandwidth", callId="c-1", **{name: f"2025-04-08T{each}Z" for name, each in times.items() if each}
    )
    assert call.warnings == warnings
    assert all(each is None or each >= 0 for each in call.durations)


@pytest.mark.parametrize("text", ["2025-04-08T10:00:00", "2025-04-08", "2025-04-08T10:00:65Z", "noon", "20250408T1Z"])
def test_a_time_that_is_none_or_has_no_offset_or_is_out_of_range_stays_a_leftover(text: str) -> None:
    call = normalized("bandwidth", callId="c-1", startTime=text)
    assert (call.created_at, call.vendor) == (None, {"startTime": text})
    assert call.warnings == (f"startTime is not a timestamp: “{text}”",)


WIDE = {ord("0") + each: 0xFF10 + each for each in range(10)}
"""Digits as East Asian fonts have them, as wide as a letter."""

NEVER: list[Any] = [
    *(
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000+00:00",
        "1970-01-01T01:00:00+01:00",
        "1969-12-31T19:00:00-05:00",
    ),
    *("1970-01-01T00:00:00", "1970-01-01 00:00:00", "1970-01-01", "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Thu Jan  1 00:00:00 1970", "01/01/1970 00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000"),
    *("0001-01-01T00:00:00+01:00", "-0001-11-30T00:00:00Z", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z"),
    *("1899-12-30T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-23:59"),
    *("31.12.9999", "+292278994-08-17T07:12:55.807Z", -1, "-1", -(2**31), -(2**63), -62135596800, "-62135596800000"),
    *(2**31 - 1, 2**63 - 1, 253402300799, "253402300799000", str(2**63 - 1), f" {2**63 - 1}.0 ", 2.0**63, 2**64 - 1),
    *(
        (2**31 - 1) * 1000,
        (2**31 - 1) * 1000 + 999,
        str((2**31 - 1) * 1000),
        2**32 - 1,
        2**53 - 1,
        8_640_000_000_000_000,
    ),
    *("2038-01-19T03:14:07Z", "2038-01-19T03:14:07.999Z", "2038-01-19T04:14:07+01:00", "2038-01-19 03:14:07"),
    *("Tue, 19 Jan 2038 03:14:07 GMT", "2106-02-07T06:28:15Z", "/Date(-62135596800000)/", "/Date(0)/"),
    *("/Date(253402300799999+0100)/", "1/1/1 0:00", "1.1.1", "01-JAN-70", "12/31/69 19:00", "70-01-01", "19700101"),
    *("00010101", "99991231", "0001", "1970", "1970-01-01T00:00:00Z".translate(WIDE)),
]
UNREADABLE: list[Any] = [
    *("2025-04-08T10:00:03", "2025-04-08 10:00:03.123", "2025-04-08T10:00:65Z", "2025-04-08T10:00:03 UTC", "20250408"),
    *("08.04.2025 10:00", "Tue, 08 Apr 2025 10:00:03 +0000", "Tue Apr 08 10:00:03 +0000 2025", "10:00:03", "٢٠٢٥"),
    *(1744106403, 1744106403123, 1744106403.5, "1744106403", "1744106403123", 10**400, 1),
    *(
        "/Date(1744106403123)/",
        "/Date(1744106403123+0200)/",
        "11/1/1 2025",
        "2038-01-19T03:14:08",
        "1/1/25 10:00",
        "2025",
    ),
    *(2**31 - 2, 2**31, str(2**31), 1_744_106_403_123_000, 1_744_106_403_123_000_000, "1744106403.123"),
]
NO_PROOF: list[Any] = ["", " ", "soon", "n/a", "0", "0.0", "00:00:00", 0, 0.0, True, False, [], {}, ["2025"], {"at": 1}]
ENDED = {name: cases.account(name)["ended"] for name in vendors.NAMES if "ended" in cases.account(name)}
"""By vendor, a call that is over, the field for when it was answered, and how it came out if it was not."""


def ended(provider: str, value: Any) -> Call:
    said, name = ENDED[provider]["call"], ENDED[provider]["answered"]
    call = normalized(provider, **said, **{name: value})
    assert (call.answered_at, call.vendor[name]) == (None, value)
    assert any(each.startswith(name) for each in call.warnings), call.warnings
    return call


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", NEVER, ids=str)
def test_what_stands_for_never_is_no_answer(provider: str, value: Any) -> None:
    call = ended(provider, value)
    assert call.outcome == ENDED[provider]["unanswered"]
    assert "is a placeholder, not a time" in call.warnings[0]


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: str(value)[:40])
def test_a_time_of_answer_that_cannot_be_read_is_an_answer(provider: str, value: Any) -> None:
    assert ended(provider, value).outcome == "answered"


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", NO_PROOF, ids=repr)
def test_what_tells_nothing_leaves_the_outcome_unknown(provider: str, value: Any) -> None:
    assert ended(provider, value).outcome == "unknown"


@pytest.mark.parametrize("name", ["startTime", "endTime", "enqueuedTime", "lastUpdate"])
def test_no_time_of_a_record_is_one_that_stands_for_never(name: str) -> None:
    call = normalized("bandwidth", callId="c-1", **{name: "1970-01-01T00:00:00Z"})
    assert {each for each in call if isinstance(each, datetime)} == set()
    assert call.warnings == (f"{name} is a placeholder, not a time: “1970-01-01T00:00:00Z”",)


def test_a_time_soon_after_the_epoch_is_a_time_in_the_wrong_unit() -> None:
    call = normalized("webex", id="1", state="disconnected", answered="1970-01-21T04:28:26.403Z")
    assert (call.outcome, call.warnings) == ("answered", ())
    assert call.answered_at == datetime(1970, 1, 21, 4, 28, 26, 403_000, UTC)


def test_a_time_finer_than_a_millisecond_is_cut_and_stays_a_leftover_whole() -> None:
    call = normalized("bandwidth", callId="c-1", startTime="2025-04-08T10:00:00.123999Z")
    assert call.created_at == datetime(2025, 4, 8, 10, 0, 0, 123_000, UTC)
    assert (call.vendor, call.warnings) == ({"startTime": "2025-04-08T10:00:00.123999Z"}, ())


def test_a_time_is_in_utc_wherever_the_user_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        assert parse_timestamp("2025-04-08T10:00:00+02:00").isoformat() == "2025-04-08T08:00:00+00:00"
    time.tzset()


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("x" * 60, "“" + "x" * 60 + "”"),
        ("x" * 61, "“" + "x" * 60 + "…”"),
        ([1, None, True], "“[1, null, true]”"),
        (["x" * 60], '“["' + "x" * 58 + "…”"),
    ],
    ids=["short", "long", "JSON", "long JSON"],
)
def test_a_warning_names_the_place_and_quotes_what_stood_there_in_sixty_characters(value: Any, quoted: str) -> None:
    call = normalized(
        "webex", id="1", remoteParty={"privacyEnabled": value}, redirections=[{}, {"redirectingParty": {"name": 1}}]
    )
    assert call.warnings == (
        f"remoteParty.privacyEnabled is not true or false: {quoted}",
        "redirections[1].redirectingParty.name is not a text: “1”",
    )


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_field_of_the_wrong_kind_is_warned_about_once(provider: str) -> None:
    for said in cases.account(provider)["mistyped"]:
        assert len(normalized(provider, **vendors.least(provider, "1"), **said).warnings) == 1


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
    ("text", 1, None, "is not a text: “1”"),
    ("flag", "yes", None, "is not true or false: “yes”"),
    ("flag", 0, None, "is not true or false: “0”"),
    ("mapping", ["a"], {}, 'is not an object: “["a"]”'),
    ("timestamp", "noon", None, "is not a timestamp: “noon”"),
    ("timestamp", 1, None, "is not a text: “1”"),
    ("seconds", "soon", None, "is not a number of seconds: “soon”"),
    ("seconds", "1e3", None, "is not a number of seconds: “1e3”"),
    ("seconds", "٣", None, "is not a number of seconds: “٣”"),
    ("seconds", -0.5, None, "is not a number of seconds: “-0.5”"),
    ("seconds", True, None, "is not a number of seconds: “true”"),
    ("seconds", "9" * 16, None, "is not a number of seconds: “9999999999999999”"),
    ("switch", "on", None, "is neither On nor Off: “on”"),
    ("switch", True, None, "is not a text: “true”"),
    ("texts", "a", (), "is not a list: “a”"),
    ("texts", ["a", 1], ("a",), "has something other than texts in it"),
    ("nested", [], None, "is not an object: “[]”"),
    ("nested_list", {}, [], "is not a list: “{}”"),
    ("nested_list", [1], [], "has something other than objects in it"),
]
"""How a field is read, what stands in it, what is made of it, and what is said."""


@pytest.mark.parametrize(("kind", "value", "read", "said"), ODD)
def test_a_field_of_another_kind_earns_a_warning_and_stays_a_leftover(
    kind: str, value: Any, read: Any, said: str
) -> None:
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
        ("left", "unknown", True, ["a has an undocumented word: “left”"]),
        ("", None, True, []),
        (None, None, False, []),
        (1, None, True, ["a is not a text: “1”"]),
    ],
)
def test_a_word_that_is_kept_nowhere_else_stays_a_leftover_unless_it_is_its_own_meaning(
    word: Any, meaning: str | None, left: bool, warnings: list[str]
) -> None:
    reader = Reader({"a": word}, [])
    assert reader.choice("a", MEANINGS, "unknown") == meaning
    assert (reader.warnings, reader.leftovers()) == (warnings, {"a": word} if left else {})
    elsewhere = Reader({"a": word}, [])
    assert elsewhere.choice("a", MEANINGS, "unknown", kept_elsewhere=True) == meaning
    assert elsewhere.leftovers() == ({"a": word} if left and meaning is None else {})


def test_what_is_left_of_nested_objects_stays_at_its_place_and_in_its_order() -> None:
    reader = Reader({"z": 1, "one": {"a": 1, "b": 2}, "many": [{"a": 1}, {"a": 1, "b": 2}], "done": [{"a": 1}]}, [])
    for each in (reader.nested("one"), *reader.nested_list("many"), *reader.nested_list("done")):
        assert each
        assert each.take("a") == 1
    left = reader.leftovers()
    assert left == {"z": 1, "one": {"b": 2}, "many": [{}, {"b": 2}]}
    assert list(left) == ["z", "one", "many"]
    assert (reader.keep("z"), reader.keep("missing"), reader.take("missing")) == (1, None, None)
