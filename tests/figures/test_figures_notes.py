"""What is said of the figures: which calls they leave out, or count otherwise than a reader may think."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callinspect.figures import Counting, Statistics

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

TIMES: dict[str, Any] = {"durations": {"ring": 2, "talk": 30}}


def call(outcome: str, **fields: Any) -> dict[str, Any]:
    return {"provider": "p", "state": "ended", "outcome": outcome, "created_at": NOW.isoformat(), **fields}


def counted(*calls: dict[str, Any]) -> Statistics:
    counting = Counting(now=NOW)
    for each in calls:
        counting.add(each)
    return counting.statistics()


def test_calls_that_were_answered_and_failed_are_said() -> None:
    """Else 81 answered calls and an ASR of 87 do not go together."""
    later = call("failed", answered_at=NOW.isoformat(), **TIMES)
    said = "another outcome: ASR, NER, ACD and talk count"
    assert counted(later, call("answered", **TIMES)).notes == [f"1 call was answered but has {said} it as answered"]
    assert counted(later, later).notes == [f"2 calls were answered but have {said} them as answered"]


def test_canceled_calls_of_nobody_known_are_said() -> None:
    other = [call("canceled", ended_by="caller"), call("canceled", ended_by="platform"), call("busy")]
    answered = call("canceled", answered_at=NOW.isoformat(), **TIMES)
    assert counted(*other).notes == []
    said = "NER counts 1 canceled call as not effective: the vendor does not say who canceled"
    notes = counted(*other, answered, call("canceled")).notes
    assert said in notes
    assert counted(*other, answered).notes == [each for each in notes if each != said]


def test_calls_going_on_are_in_no_bar_anyway() -> None:
    going_on = {"provider": "p", "state": "active", "created_at": None}
    assert counted(going_on).notes == []
    assert counted(going_on, call("busy", created_at=None)).notes == ["1 call without a time is in no bar"]


def test_ring_of_others_does_not_hide_who_is_left_out() -> None:
    talking = call("answered", durations={"talk": 1})
    assert counted(talking, call("busy", **TIMES)).notes == [
        "Ring leaves out 1 of 1 answered calls: its times are unknown"
    ]


@pytest.mark.parametrize("answered_at", ["", "soon", False, 0, "0001-01-01T00:00:00Z", "2026-11-27T12:00:00"])
def test_an_answer_time_that_is_none_is_no_answer(answered_at: Any) -> None:
    overall = counted(call("busy", answered_at=answered_at)).overall
    assert (overall.answered, overall.asr, overall.minutes) == (0, 0, 0)


def test_minutes_are_null_where_calls_may_have_talked() -> None:
    assert counted(call("unknown")).overall.minutes is None
    assert counted(call("unknown"), call("busy")).overall.minutes is None
    assert counted(call("unknown"), call("answered", **TIMES)).overall.minutes == 0.5
    assert counted(call("busy")).overall.minutes == 0


@pytest.mark.parametrize(("amount", "cost"), [(0.1, "0.1"), (2, "2"), ("0.1", "0.1"), (1e-7, "0.0000001")])
def test_amounts_may_be_numbers(amount: Any, cost: str) -> None:
    assert counted(call("busy", cost={"amount": amount, "currency": "USD"})).overall.cost == {"USD": cost}


@pytest.mark.parametrize(
    "cost",
    [
        {"amount": "1"},
        {"amount": "1", "currency": None},
        {"amount": "1", "currency": 5},
        {"amount": True, "currency": "USD"},
        {"amount": [0, [1], 0], "currency": "USD"},
        {"amount": "NaN", "currency": "USD"},
        {"amount": float("inf"), "currency": "USD"},
        "1 USD",
    ],
)
def test_costs_that_cannot_be_read_are_said(cost: Any) -> None:
    found = counted(call("busy", cost=cost))
    assert (found.overall.cost, found.notes) == ({}, ["the cost of 1 call cannot be read and is left out"])
