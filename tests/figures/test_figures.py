"""What many calls come to, counted by hand; `test_figures_apart` has large numbers."""

import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.random_records import records

from callinspect.figures import By, Counting, Statistics
from callinspect.figures.names import KEYS
from callinspect.figures.slots import LENGTHS

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def call(outcome: str | None = "answered", at: datetime | None = NOW, **fields: Any) -> dict[str, Any]:
    """Return the record of a call that has ended, or is going on if it has no outcome."""
    created = None if at is None else at.isoformat()
    state = "ended" if outcome else "ringing"
    return {"schema_version": "1", "provider": "p", "state": state, "outcome": outcome, "created_at": created, **fields}


def counted(calls: Iterable[Any], by: By | None = None, **given: Any) -> Statistics:
    counting = Counting(by, now=NOW, **given)
    for each in calls:
        counting.add(each)
    return counting.statistics()


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Yield the path of every key in a value as JSON, without the places in arrays."""
    if isinstance(value, list):
        for each in value:
            yield from paths(each, above)
    elif isinstance(value, dict):
        for key, below in value.items():
            yield f"{above}{key}"
            yield from paths(below, f"{above}{key}.")


def test_every_key_of_the_figures_can_be_chosen() -> None:
    fields: dict[str, Any] = {"cause": {"code": "486"}, "cost": {"amount": "1", "currency": "USD"}}
    found = counted([call("busy", **fields)], By("provider", lambda each: each["provider"]))
    assert {*paths(found.as_dict())} == {*KEYS}


def test_unknown_outcomes_are_in_no_ratio() -> None:
    overall = counted([call(), call("busy"), call("unknown"), call(None)]).overall
    assert (overall.calls, overall.ended, overall.going_on, overall.attempts) == (4, 3, 1, 2)
    assert overall.asr == 0.5


@pytest.mark.parametrize("outcome", ["unknown", "failed", "unanswered", None, "of a later version"])
def test_who_has_an_answer_time_was_answered(outcome: str | None) -> None:
    overall = counted([call("busy"), call(outcome, state="ended", answered_at=NOW.isoformat())]).overall
    assert (overall.answered, overall.asr) == (1, 0.5)


@pytest.mark.parametrize(
    ("outcome", "ended_by", "is_effective"),
    [
        ("answered", None, True),
        ("busy", None, True),
        ("no-answer", None, True),
        ("rejected", None, True),
        ("canceled", "caller", True),
        ("canceled", "platform", False),
        ("canceled", None, False),
        ("failed", None, False),
        ("unanswered", None, False),
    ],
)
def test_what_reached_the_called_party(outcome: str, ended_by: str | None, *, is_effective: bool) -> None:
    assert counted([call(outcome, ended_by=ended_by)]).overall.ner == float(is_effective)


def test_talk_is_of_answered_calls_that_ended() -> None:
    talking: dict[str, Any] = {"durations": {"talk": 30.0, "ring": 2}}
    overall = counted([call(**talking), call("busy", **talking), call(None, **talking), call(durations=None)]).overall
    assert (overall.acd, overall.minutes, overall.timed, overall.answered) == (30, 0.5, 1, 2)
    assert (overall.ring.p50, overall.rung) == (2, 1)


def test_what_is_unknown_is_null_and_not_zero() -> None:
    nothing = counted([]).overall
    assert (nothing.calls, nothing.minutes, sum(nothing.outcomes.values())) == (0, 0, 0)
    assert {nothing.asr, nothing.ner, nothing.acd, *nothing.ring, *nothing.talk} == {None}
    timeless = counted([call(at=None)])
    assert {timeless.overall.acd, timeless.overall.minutes, *timeless.overall.ring} == {None}
    assert timeless.overall.asr == 1
    assert timeless.notes == [
        "Ring, ACD, talk and minutes leave out 1 of 1 answered calls: its times are unknown",
        "1 call without a time is in no bar",
    ]
    assert not timeless.slots


@given(st.lists(st.floats(0, 100_000), min_size=1, max_size=40))
@settings(deadline=None)
def test_percentiles_are_nearest_ranks(talks: list[float]) -> None:
    talk = counted(call(durations={"talk": each}) for each in talks).overall.talk
    for share, found in ((0.5, talk.p50), (0.95, talk.p95)):
        exact = sorted(talks)[ceil(len(talks) * round(share * 100) / 100) - 1]
        assert found == pytest.approx(exact, abs=0.0501)


def test_a_cost_for_each_currency_adds_up_exactly() -> None:
    costs = [("0.1", "USD"), ("0.2", "USD"), ("0.00001", "USD"), ("1", "EUR"), ("1e99", "EUR"), ("much", "EUR")]
    found = counted(call(cost={"amount": amount, "currency": currency}) for amount, currency in costs)
    assert found.overall.cost == {"EUR": "1", "USD": "0.30001"}
    assert found.notes[-1] == "the cost of 2 calls cannot be read and is left out"


def test_odd_times_are_counted_and_said() -> None:
    later, before = (NOW + timedelta(days=1)), (NOW - timedelta(days=1)).isoformat()
    found = counted([call(at=later), call(ended_at=before, durations={"talk": -5})])
    assert (found.overall.calls, found.overall.timed) == (2, 0)
    assert sum(sum(each.outcomes.values()) for each in found.slots) == 2
    assert found.notes[-2:] == [
        "1 call ended before it started",
        "1 call is in the future: --until now leaves it out",
    ]


JUNK: list[Any] = [None, 0, -1, 1e999, True, "", "x", [], [1], {}, {"a": 1}, float("nan"), 10**400]


@pytest.mark.parametrize(
    "key", ["state", "outcome", "ended_by", "cause", "created_at", "durations", "cost", "provider"]
)
def test_no_value_is_too_odd_to_count(key: str) -> None:
    whole = call(durations={"talk": 1, "ring": 1}, cost={"amount": "1", "currency": "USD"}, cause={"code": "busy"})
    found = counted({**whole, key: each} for each in JUNK)
    assert found.overall.calls == len(JUNK)
    below = whole[key] if isinstance(whole.get(key), dict) else {}
    for name in below:
        counted({**whole, key: {**below, name: each}} for each in JUNK)


def test_a_word_that_means_two_things_is_two_causes() -> None:
    hung_up = {"code": "x", "title": "Hung up", "explanation": "The caller hung up."}
    other, given_up = {**hung_up, "explanation": "The agent hung up."}, {**hung_up, "title": "Given up"}
    found = counted(call(cause=each) for each in (hung_up, other, other, given_up))
    assert [(each.title, each.calls, each.explanation, each.is_mixed) for each in found.causes] == [
        ("Hung up", 3, "The agent hung up.", True),
        ("Given up", 1, "The caller hung up.", False),
    ]


def test_causes_come_with_what_they_mean() -> None:
    busy = {"code": "busy", "title": "Busy", "explanation": "The line was in use."}
    found = counted(
        [
            call("failed", cause={"code": "x"}),
            call("busy", cause=busy),
            call("busy", cause=busy),
            call(None, cause=busy),
        ]
    )
    assert [(each.code, each.calls, each.explanation) for each in found.causes] == [
        ("busy", 2, "The line was in use."),
        ("x", 1, None),
    ]


@pytest.mark.parametrize("minutes", [0, 3, 59, 60 * 5, 60 * 24, 60 * 24 * 30, 60 * 24 * 365 * 3, 60 * 24 * 365 * 40])
def test_slots_are_round_and_without_a_gap(minutes: int) -> None:
    times = [NOW - timedelta(minutes=minutes * part / 200) for part in range(201)]
    slots = counted(call("busy", at) for at in times).slots
    assert len(slots) <= 48
    lengths = {each.seconds for each in slots}
    assert len(lengths) == 1
    assert lengths <= set(LENGTHS) or not lengths.pop() % LENGTHS[-1]
    for one, next_one in pairwise(slots):
        assert next_one.at - one.at == timedelta(seconds=one.seconds)
    for each in slots:
        end = each.at + timedelta(seconds=each.seconds)
        assert each.outcomes["busy"] == sum(each.at <= at < end for at in times)


def test_many_times_are_counted_as_exactly_as_few() -> None:
    times = [NOW - timedelta(seconds=7 * number) for number in range(20_000)]
    slots = counted(call("busy", at) for at in times).slots
    for each in slots:
        assert each.outcomes["busy"] == sum(each.at <= at < each.at + timedelta(seconds=each.seconds) for at in times)


def test_slots_of_days_begin_at_midnight_of_the_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    slots = counted((call(at=NOW - timedelta(days=day)) for day in range(40)), zone=zone).slots
    assert {each.at.astimezone(zone).strftime("%H:%M") for each in slots} == {"00:00"}


@pytest.mark.parametrize("hours", [60, 200, 700, 2000])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Beirut", "America/St_Johns"])
def test_slots_begin_by_the_clock_when_it_has_changed(zone: str, hours: int) -> None:
    """Whichever call is counted first; a slot is an hour longer then."""
    clock = ZoneInfo(zone)
    times = [datetime(2026, 10, 24, 4, 30, tzinfo=UTC) + timedelta(hours=hour) for hour in range(hours)]
    slots = counted((call("busy", at) for at in times), zone=clock).slots
    assert slots == counted((call("busy", at) for at in reversed(times)), zone=clock).slots
    hours_each = slots[0].seconds // 3600
    assert {each.at.astimezone(clock).hour % min(hours_each, 24) for each in slots} == {0}
    for one, next_one in pairwise(slots):
        assert one.outcomes["busy"] == sum(one.at <= at < next_one.at for at in times)
        assert abs(next_one.at - one.at - timedelta(seconds=one.seconds)) in {timedelta(), timedelta(hours=1)}


def test_a_group_for_each_value_the_largest_first() -> None:
    by = By("provider", lambda record: record.get("provider"))
    found = counted([call(provider="a"), call("busy", provider="b"), call(provider="b"), call(provider=None)], by)
    assert [(each.value, each.figures.calls, each.figures.asr) for each in found.groups] == [
        ("b", 2, 0.5),
        ("a", 1, 1),
        (None, 1, 1),
    ]


def test_too_many_groups_are_counted_together() -> None:
    by = By("id", lambda record: record["id"])
    found = counted((call(id=number) for number in range(10_003)), by)
    assert len(found.groups) == 10_001
    assert [each.figures.calls for each in found.groups if each.value == "(others)"] == [3]
    assert found.notes[-1] == "3 calls are counted as (others), after 10,000 other groups"


def test_memory_does_not_grow_with_the_calls() -> None:
    some = list(records(1000))

    def peak(times: int) -> int:
        counting = Counting(By("day", lambda record: (record["created_at"] or "")[:10]))
        tracemalloc.start()
        for _ in range(times):
            for each in some:
                counting.add(each)
        counting.statistics()
        _, found = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return found

    peak(1)  # imports, caches
    assert peak(60) < peak(20) + 50_000


def test_more_durations_than_are_held_in_memory() -> None:
    count = 150_000
    by = By("day", lambda record: record["day"])
    calls = (call(at=None, day=number % 3, durations={"talk": number * 7 % count / 10}) for number in range(count))
    found = counted(calls, by)
    assert found.overall.talk == (count / 20 - 0.1, count * 0.095 - 0.1)
    for each in found.groups:
        assert each.figures.talk.p50 == pytest.approx(count / 20, abs=0.4)
