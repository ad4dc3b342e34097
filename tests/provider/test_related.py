"""Events, recordings, transcriptions and legs: what becomes of lists that are long, odd or too rich."""

import json
import tracemalloc
from typing import Any

import pytest

from callinspect.errors import BadResponseError
from callinspect.model import Call, Relation, StoredState
from callinspect.model.timeline import Happened
from callinspect.provider import (
    Document,
    Events,
    Json,
    Reader,
    Recordings,
    Transcriptions,
    calls_in,
    legs,
    only,
    parse_text_or_milliseconds,
    relative,
)
from callinspect.provider.moments import parse_duration
from callinspect.provider.related import MAX_ODD

CALL = Call(provider="acme", id="c-1")
EVENTS = Events(name="name", words={"up": Happened.ANSWERED}, at="at", data="data", moment=parse_text_or_milliseconds)


def read(*events: Json) -> tuple[Any, list[str]]:
    warnings: list[str] = []
    return EVENTS.read([*events], CALL, warnings), warnings


def test_of_ten_thousand_events_the_first_thousand_are_read() -> None:
    found, warnings = read(*({"name": "up", "data": str(number)} for number in range(10_000)))
    assert [each.data for each in found] == [str(number) for number in range(1000)]
    assert warnings == ["the call has more than 1000 events; the first 1000 are shown"]


def test_of_many_odd_events_the_first_few_are_named() -> None:
    found, warnings = read(*({"at": f"soon {number}"} for number in range(500)), *range(300))
    assert len(found) == 500
    assert warnings[0] == "events[0].at is not a timestamp: “soon 0”"
    assert warnings[MAX_ODD:] == [f"there are {800 - MAX_ODD} more warnings about the call's events"]


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        ('{"a": 1}', {"a": 1}),
        (" [1, 2]", [1, 2]),
        ("[]", []),
        *((text, None) for text in ("7", "true", "null", '"a"', "start", "{", "[1", "[NaN]", '{"a": 1, "a": 2}', "")),
        ("[" * 200 + "]" * 200, None),
        ('["\\ud83d"]', None),
        ('["\\ud83d\\ude00"]', ["\N{GRINNING FACE}"]),
        ({"a": 1}, {"a": 1}),
        ([1], [1]),
        (7, None),
        (True, None),
        (None, None),
    ],
)
def test_the_detail_of_an_event_is_the_json_in_its_data(data: Json, detail: Json) -> None:
    """An object or an array: a number or a word alone says no more than the text."""
    [event], warnings = read({"name": "up", "data": data})
    assert (event.data, event.detail) == (data if isinstance(data, str) else None, detail)
    kept = isinstance(data, int)
    assert event.vendor == ({"data": data} if kept else {})
    assert len(warnings) == kept


def test_the_details_of_all_events_have_a_limited_size() -> None:
    rich = "[" + "{}," * 60_000 + "{}]"
    tracemalloc.start()
    found, warnings = read(*({"name": "up", "data": rich} for _ in range(50)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [each.detail is None for each in found] == [False, *[True] * 49]
    assert {each.data for each in found} == {rich}
    assert (warnings, most < 20_000_000) == ([], True)


@pytest.mark.parametrize(
    ("at", "read_as"),
    [
        *((each, "2018-09-03T14:00:00.010000+00:00") for each in (1535983200010, "1535983200010", 1535983200010.0)),
        *((each, "2018-09-03T14:00:00+00:00") for each in ("2018-09-03T14:00:00Z", "2018-09-03T11:00:00-03")),
        *(("2018-09-03T14:00:00", None), ("2018-09-03T13:15:65Z", None), ("soon", None)),
        *((True, None), (0, None), ([], None), (10**30, None)),
    ],
)
def test_the_time_of_an_event_is_text_or_milliseconds(at: Json, read_as: str | None) -> None:
    [event], warnings = read({"at": at})
    assert (event.at and event.at.isoformat()) == read_as
    assert (event.vendor, len(warnings)) == (({}, 0) if read_as else ({"at": at}, 1))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("PT13.67S", 13.67), ("PT1H2M5.000S", 3725), ("PT0S", 0), ("P1DT1S", 86_401), ("P2W", 1_209_600)),
        *(("PT1M0,5S", 60.5), ("PT0.1S", 0.1), ("PT90M", 5400)),
        *(
            (text, None)
            for text in ("P", "PT", "", "P1M", "P1Y", "PT-5S", "-PT5S", "PT5", "pt5s", "PT1e3S", "PTS", "5S")
        ),
        *((text, None) for text in (f"PT{'9' * 99}S", "PT\u0665S", "PT5S ", "PT1S2M")),
    ],
)
def test_a_duration_in_iso_8601_is_read_in_seconds(text: str, seconds: float | None) -> None:
    warnings: list[str] = []
    body = Reader({"d": text}, warnings)
    assert body.seconds("d") == seconds
    assert body.leftovers() == ({} if seconds is not None else {"d": text})
    assert len(warnings) == (seconds is None and text != "")
    if seconds is None:
        with pytest.raises(ValueError, match="no duration"):
            parse_duration(text)


@pytest.mark.parametrize(
    ("value", "count"),
    [*((2, 2), ("2", 2), (0, 0)), *((each, None) for each in (-1, 1.5, True, "", "two", "-1", 10**9, "9" * 5000, [2]))],
)
def test_a_count_is_a_whole_number_or_its_digits(value: Json, count: int | None) -> None:
    warnings: list[str] = []
    body = Reader({"n": value}, warnings)
    assert body.count("n") == count
    assert body.leftovers() == ({} if count is not None else {"n": value})
    assert len(warnings) == (count is None and value != "")


@pytest.mark.parametrize(
    ("text", "size", "is_complete"),
    [
        *(("abc", 3, True), ("abc", "3", True), ("abc", 2, True), ("abc", 4, False), ("abc", None, None)),
        *(("x" * 1000, 1000, True), ("x" * 1000, 1001, False), ("x" * 1001, 1001, False)),
        *((None, 3, None), ("abc", "many", None)),
    ],
)
def test_a_text_is_complete_by_its_size(text: str | None, size: Json, is_complete: bool | None) -> None:
    """The size stays a leftover."""
    shape = Transcriptions(id="id", text="text", size="size", cut_at=1000)
    [found] = shape.read([{"text": text, "size": size}], CALL, [])
    assert found.text_complete is is_complete
    assert found.vendor == {"size": size}


def test_what_a_vendor_does_not_have_is_not_read() -> None:
    body = {"id": "1", "state": "done", "url": "u", "text": "t"}
    [recording] = Recordings(id="id").read([body], CALL, [])
    [transcription] = Transcriptions(id="id").read([body], CALL, [])
    for found in (recording, transcription):
        assert (found.id, found.state, found.url) == ("1", StoredState.UNKNOWN, None)
        assert found.vendor == {"state": "done", "url": "u", "text": "t"}


@pytest.mark.parametrize(
    ("started", "ended", "duration"),
    [
        ("2026-09-03T14:00:00Z", "2026-09-03T14:01:00.250Z", 60.25),
        ("2026-09-03T14:01:00Z", "2026-09-03T14:00:00Z", None),
        ("2026-09-03T14:00:00Z", None, None),
        (None, "2026-09-03T14:00:00Z", None),
    ],
)
def test_a_recording_is_as_long_as_its_times_say(started: Json, ended: Json, duration: float | None) -> None:
    """Where the vendor has declared that; with a pause, it would be shorter."""
    body = {"id": "1", "begin": started, "end": ended}
    shape = Recordings(id="id", started="begin", ended="end")
    found = [one for each in (True, False) for one in shape._replace(spans=each).read([body], CALL, [])]
    assert [each.duration for each in found] == [duration, None]


def test_a_recording_that_ended_before_it_started_is_a_warning() -> None:
    warnings: list[str] = []
    body = {"id": "1", "begin": "2026-09-03T14:01:00Z", "end": "2026-09-03T14:00:00Z"}
    Recordings(id="id", started="begin", ended="end", spans=True).read([body], CALL, warnings)
    assert warnings == ["a recording ended before it started"]


@pytest.mark.parametrize("found", [{}, None, "x", 1])
def test_what_is_no_list_is_an_error(found: Json) -> None:
    readers = (EVENTS.read, Recordings(id="id").read, Transcriptions(id="id").read, legs(named))
    for reader in readers:
        with pytest.raises(BadResponseError, match="the answer is not a list"):
            reader(found, CALL, [])


def named(document: Document) -> Call:
    if not isinstance(document.json, str):
        raise BadResponseError("it has no ID")
    return Call(provider="acme", id=document.json, warnings=("odd",))


def test_each_other_leg_is_there_once_and_the_call_itself_never() -> None:
    warnings: list[str] = []
    bodies: list[Json] = ["c-1", "C-2", "c-2", 7, "c-3", *("c-1" for _ in range(9))]
    found = legs(named)([relative(Relation.CHILD, each) for each in bodies], CALL, warnings)
    assert [(each.relation, each.id) for each in found] == [("child", "C-2"), ("child", "c-3")]
    assert all(each.call and each.call.related is None and each.call.timeline is None for each in found)
    assert {each.call and each.call.warnings for each in found} == {("odd",)}
    assert warnings == ["a leg of the call could not be read: it has no ID"]


def test_of_many_things_that_are_no_calls_the_first_are_named() -> None:
    notes: list[str] = []
    assert calls_in([{"id": "1"}, *range(12), {"id": "2"}], notes) == [{"id": "1"}, {"id": "2"}]
    assert notes[0] == "legs[1] is not an object: “0”"
    assert notes[MAX_ODD:] == [f"there are {12 - MAX_ODD} more warnings about the call's legs"]


def test_what_is_of_another_call_is_left_out_of_a_list() -> None:
    notes: list[str] = []
    own, other = {"call": "c-1", "n": 1}, {"call": "c-2"}
    assert only([own, other, 7, {}], "call", "c-1", "parts of other calls", notes) == [own, 7]
    assert notes == ["the vendor also listed parts of other calls, which were left out"]
    assert only([own, 7], "call", "c-1", "parts of other calls", notes) == [own, 7]
    assert len(notes) == 1


def test_of_two_thousand_legs_the_first_thousand_are_read() -> None:
    warnings: list[str] = []
    bodies: list[Json] = [relative(Relation.SIBLING, f"c-{number}") for number in range(2, 2002)]
    assert len(legs(named)(bodies, CALL, warnings)) == 1000
    assert warnings == ["the call has more than 1000 legs; the first 1000 are shown"]
    assert json.dumps(bodies[0]) == '{"relation": "sibling", "id": null, "call": "c-2"}'


def test_copies_and_the_call_itself_do_not_count_as_legs() -> None:
    warnings: list[str] = []
    bodies = [*(["c-1", "c-2"] * 2000), *(f"c-{number}" for number in range(3, 1002))]
    found = legs(named)([relative(Relation.SIBLING, each) for each in bodies], CALL, warnings)
    assert [each.id for each in found] == [f"c-{number}" for number in range(2, 1002)]
    assert warnings == []


def test_a_leg_that_is_named_is_there_even_if_it_cannot_be_read() -> None:
    """Read or not, it is there once, and with its record if any of the answers has that."""
    warnings: list[str] = []
    found = legs(named)(
        [
            relative(Relation.PARENT, None, "c-2"),
            relative(Relation.PARENT, 7, "c-3"),
            relative(Relation.SIBLING, "C-2"),
            relative(Relation.SIBLING, None, "c-1"),
            relative(Relation.SIBLING, None),
        ],
        CALL,
        warnings,
    )
    assert [(each.relation, each.id, each.call and each.call.id) for each in found] == [
        ("parent", "c-2", "C-2"),
        ("parent", "c-3", None),
    ]
    assert warnings == ["a leg of the call could not be read: it has no ID"]


def test_a_leg_that_is_answered_with_another_is_not_read() -> None:
    """The ID that was asked for is that of the leg; a spelling of it in another case is the same."""
    warnings: list[str] = []
    answers = {"a": "x", "b": "x", "c": "C"}
    found = legs(named)([relative(Relation.SIBLING, body, asked) for asked, body in answers.items()], CALL, warnings)
    assert [(each.id, each.call is None) for each in found] == [("a", True), ("b", True), ("C", False)]
    assert "the answer about the leg “a” is about another call: “x”" in warnings[0]
