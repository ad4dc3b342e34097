"""Waits that a vendor names are kept: until when, by whose clock, and how long at the most."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING

import pytest
from kit.bounds import LEEWAY
from kit.program import Done, ask, callinspect, catapult_of, env_of, error, failure
from kit.servers import GOOD, OLDER, OLDEST, WITH_ZONE, Server, answer
from kit.transport_calls import Asked, asked_once

from callinspect.errors import RateLimitedError
from callinspect.provider import Refusal

if TYPE_CHECKING:
    from pathlib import Path


def test_a_named_wait_is_obeyed_as_often_as_it_is_named(tmp_path: Path) -> None:
    with Server(*[answer(429, given={"Retry-After": "1"})] * 3, GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 4
        waits = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert min(waits) >= 0.95


def test_a_date_to_wait_for_is_in_utc_wherever_the_user_is(tmp_path: Path) -> None:
    """In all three forms of HTTP."""

    def wait(form: str, zone: str) -> float:
        moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
        with Server(answer(429, given={"Retry-After": moment.strftime(form)}), GOOD) as server:
            assert ask(env_of(tmp_path, server.url, TZ=zone), "--timeout", "20").returncode == 0
            return server.times[1] - moment.timestamp()

    with ThreadPoolExecutor() as pool:
        early = list(pool.map(wait, [WITH_ZONE, OLDER, OLDEST, OLDEST], ["EST5", "EST5", "EST5", "XXX-9"]))
    assert min(early) > -0.05


def test_a_date_to_wait_for_far_ahead_ends_the_run_at_once(tmp_path: Path) -> None:
    moment = format_datetime(datetime.now(timezone(timedelta(hours=-5))) + timedelta(days=1))
    with Server(answer(429, given={"Retry-After": moment})) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 6)
        assert 86_000 < told["retry_after"] <= 86_400


@pytest.mark.parametrize("status", [423, 429])
def test_a_wait_beyond_the_time_ends_the_run_at_once(status: int, tmp_path: Path) -> None:
    """The wait is named."""
    with Server(answer(status, given={"Retry-After": "999999"})) as server:
        started = time.monotonic()
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 6)
        assert time.monotonic() - started < LEEWAY
        assert (told["code"], told["retry_after"], told["retryable"]) == ("rate_limited", 999_999, True)
        assert len(server.requests) == 1
        assert "retry after 277 h 46 min 39 s" in failure(ask(env_of(tmp_path, server.url)), 6)


def test_a_moment_is_one_by_the_clock_of_the_answer_s_date(tmp_path: Path) -> None:
    """By our own clock it would be over, or ten minutes away, which no call waits for."""

    def wait(case: tuple[str, int]) -> tuple[int, bytes, bool]:
        named, skew = case
        theirs = int(time.time()) + skew
        ends = formatdate(theirs + 2, usegmt=True) if named == "Retry-After" else str((theirs + 2) * 1000)
        call = json.dumps({"id": "c-1", "state": "active", "direction": "in"})
        given = {named: ends, "Date": formatdate(theirs, usegmt=True)}
        with Server(answer(429, given=given), answer(200, call)) as server:
            done = ask_catapult(tmp_path, server)
            return done.returncode, done.stderr, server.times[-1] - server.times[0] >= 1.9

    cases = [(named, skew) for named in ("Retry-After", "X-RateLimit-Reset") for skew in (-7200, -600, 600, 7200)]
    with ThreadPoolExecutor(len(cases)) as pool:
        waited = dict(zip(cases, pool.map(wait, cases), strict=True))
    assert waited == dict.fromkeys(cases, (0, b"", True))


def ask_catapult(home: Path, server: Server, *arguments: str) -> Done:
    """Run `get` for one call of Catapult, which allows one request a second."""
    env = catapult_of(home, server.url)
    return callinspect("get", "catapult", "c-1", *arguments, env=env)


def test_a_limit_s_end_may_be_in_milliseconds_of_the_epoch(tmp_path: Path) -> None:
    ends = round((time.time() + 2) * 1000)
    call = json.dumps({"id": "c-1", "state": "active", "direction": "in"})
    with Server(answer(429, given={"X-RateLimit-Reset": str(ends)}), answer(200, call)) as server:
        done = ask_catapult(tmp_path, server)
        assert (done.returncode, done.stderr) == (0, b"")
        assert server.times[1] >= ends / 1000 - 0.05


def test_a_pace_without_time_to_try_again_hides_no_reason(tmp_path: Path) -> None:
    """What is reported is why the first try failed."""
    with Server(answer(429)) as server:
        assert "HTTP status 429" in failure(ask_catapult(tmp_path, server, "--timeout", "0.9"), 6)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("007", 7.0),
        ("9" * 12, 999_999_999_999.0),
        ("9" * 20, 999_999_999_999.0),
        ("-1", None),
        ("+7", None),
        ("7.5", None),
        ("7 s", None),
        ("\xb2", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        (f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
    ],
)
def test_a_named_wait_is_whole_seconds_or_a_date(value: str, seconds: float | None) -> None:
    with Server(answer(429, given={"Retry-After": value})) as server:
        asked = asked_once(server.url)
        assert isinstance(asked.error, RateLimitedError)
        assert asked.error.retry_after == seconds


def test_a_vendor_s_own_end_goes_before_the_header() -> None:
    ends = time.time() + 99.5
    with Server(answer(429, given={"Retry-After": "7"})) as server:
        asked = Asked(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=ends))
        assert asked.error
        assert isinstance(asked.error.retry_after, float)
        assert 90 < asked.error.retry_after <= 99.5
        assert round(asked.error.retry_after, 3) == asked.error.retry_after
        over = asked_once(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=1.0))
        assert isinstance(over.error, RateLimitedError)
        assert over.error.retry_after == 0.0
