"""Calls that live through their states, and begin again when they are over."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import described, get, record, until

from callinspect import sandbox as emulator
from callinspect.sandbox import Sandbox
from callinspect.sandbox import vendors as registry
from callinspect.sandbox.catalogue import read
from callinspect.sandbox.scene import PAUSE, At, Call, Elapsed

LIVING = [call for name in emulator.names() for call in registry.get(name).calls if call.living]
every_living_call = pytest.mark.parametrize("call", LIVING, ids=lambda call: call.description[:30])


def cycle(call: Call) -> float:
    """Return how long one run of a call takes, with the pause after it."""
    return call.stages[-1].since + PAUSE


def moments(value: Any) -> list[float]:
    """Return the moments in a record, in seconds."""
    match value:
        case At(seconds) | Elapsed(seconds):
            return [seconds]
        case dict():
            return [each for item in value.values() for each in moments(item)]
        case list():
            return [each for item in value for each in moments(item)]
    return []


@every_living_call
@pytest.mark.parametrize("run", [1, 2, 1000])
def test_every_run_is_like_the_first(call: Call, run: int) -> None:
    """At every half second of a run, the record is that of the first run, its moments that much later."""
    start = run * cycle(call)
    for half in range(int(cycle(call) * 2)):
        elapsed = half / 2
        first, now = call.at(elapsed), call.at(start + elapsed)
        assert (first is None) == (now is None), elapsed
        if first is not None and now is not None:
            assert first.keys() == now.keys()
            assert first.get("state") == now.get("state"), elapsed
            assert moments(now) == pytest.approx([each + start for each in moments(first)])


@every_living_call
def test_the_last_stage_lasts_until_the_next_run(call: Call) -> None:
    """Long enough for `wait` and `watch`, which ask every few seconds, to see the end."""
    ended, last = call.stages[-1].record, call.stages[-1].since
    assert call.at(last) == call.at(last + 29.9) == ended
    assert (call.at(cycle(call)) or {}).get("state") == (call.at(0) or {}).get("state")


@pytest.mark.parametrize("elapsed", [0, 5, 40, 1_000_000])
def test_a_frozen_call_stays_as_it_is(elapsed: float) -> None:
    call = next(each for each in registry.get("bandwidth").calls if not each.living)
    assert call.at(elapsed) is call.stages[0].record


def test_what_belongs_to_a_call_moves_with_it(tmp_path: Path) -> None:
    """Its events, say, which are no part of the record."""
    entry = {"says": "one", "stages": [[0, {"x": 1}], [10, {"x": 2}]], "extra": {"events": [["ring", "@3"]]}}
    (tmp_path / "calls.json").write_text(json.dumps({"calls": {"a": entry}}))
    call = read(tmp_path / "calls.json", lambda name: name).calls[0]
    runs = [call.current(elapsed) for elapsed in (0, 39, 40, 85)]
    assert [run.extra["events"][0][1].seconds for run in runs] == [3, 3, 43, 83]
    assert [run.at(elapsed) for run, elapsed in zip(runs, (0, 39, 40, 85), strict=True)] == [
        *({"x": 1}, {"x": 2}, {"x": 1}, {"x": 1})
    ]


@pytest.mark.parametrize(
    ("provider", "words", "life"),
    [
        ("bandwidth", "inbound, answered at", ["initiated", "answered", "disconnected"]),
        ("catapult", "active at 5 s", ["started", "active", "completed"]),
        ("genesys", "is on hold from", ["Ringing", "Established", "Held", "Established", "Released", 404]),
        ("webex", "as Webex does it", ["connecting", "connected", 404]),
    ],
)
def test_a_call_that_is_over_starts_again(provider: str, words: str, life: list[int | str]) -> None:
    call = described(provider, words)
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, call, [*life, *life[:1]]) == [*life, life[0]]


def test_the_times_of_a_new_run_are_new() -> None:
    call = described("bandwidth", "inbound, answered at")
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        first = get(running, call).json
        until(running, clock, call, ["initiated", "answered", "disconnected", "initiated"])
        again = get(running, call).json
    assert again["callId"] == call.id
    assert again["startTime"] > first["startTime"]


def test_the_duration_of_a_new_run_starts_at_zero() -> None:
    call = described("genesys", "is on hold from")
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        until(running, clock, call, ["Ringing", "Established", "Held", "Established", "Released", 404, "Ringing"])
        assert 0 <= int(record(call, get(running, call))["duration"]) < 2
