"""Times of a call, in the wrong order, unreadable, or finer than a record's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callinspect import providers
from callinspect.model import Call
from callinspect.provider import Document


def normalized(**fields: Any) -> Call:
    return providers.get("bandwidth").normalize(Document(fields))


@pytest.mark.parametrize(
    ("start", "answer", "end", "warnings"),
    [
        ("10:00:05", "10:00:05", "10:00:05", ()),
        ("10:00:05", "10:00:04", None, ("the call was answered before it started",)),
        ("10:00:05", "10:00:06", "10:00:05.500", ("the call ended before it was answered",)),
        ("10:00:05", None, "10:00:05", ()),
        ("10:00:05", None, "10:00:04", ("the call ended before it started",)),
        ("10:00:05", None, "10:00:04.999", ("the call ended before it started",)),
        ("10:00:05", "10:00:06", "10:00:04", ("the call ended before it was answered",)),
        (
            "10:00:05",
            "10:00:03",
            "10:00:04",
            ("the call was answered before it started", "the call ended before it started"),
        ),
    ],
)
def test_times_in_the_wrong_order_are_warned_about_once(
    start: str, answer: str | None, end: str | None, warnings: tuple[str, ...]
) -> None:
    times = {"startTime": start, "answerTime": answer, "endTime": end}
    call = normalized(callId="c-1", **{name: f"2025-04-08T{each}Z" for name, each in times.items() if each})
    assert call.warnings == warnings
    assert all(each is None or each >= 0 for each in call.durations)


@pytest.mark.parametrize("text", ["2025-04-08T10:00:00", "2025-04-08", "2025-04-08T10:00:65Z", "noon", "20250408T1Z"])
def test_a_time_that_cannot_be_read_stays_a_leftover(text: str) -> None:
    call = normalized(callId="c-1", startTime=text)
    assert (call.created_at, call.vendor) == (None, {"startTime": text})
    said = "has no UTC offset" if text == "2025-04-08T10:00:00" else "is not a timestamp"
    assert call.warnings == (f"startTime {said}: “{text}”",)


@pytest.mark.parametrize("name", ["startTime", "endTime", "enqueuedTime", "lastUpdate"])
def test_no_time_of_a_record_is_one_that_stands_for_never(name: str) -> None:
    call = normalized(callId="c-1", **{name: "1970-01-01T00:00:00Z"})
    assert {each for each in call if isinstance(each, datetime)} == set()
    assert call.warnings == (f"{name} is a placeholder, not a time: “1970-01-01T00:00:00Z”",)


def test_a_time_finer_than_a_millisecond_is_cut() -> None:
    call = normalized(callId="c-1", startTime="2025-04-08T10:00:00.123999Z")
    assert call.created_at == datetime(2025, 4, 8, 10, 0, 0, 123_000, UTC)
    assert (call.vendor, call.warnings) == ({"startTime": "2025-04-08T10:00:00.123999Z"}, ())
