"""Every form in which a vendor names a wait, and what is none."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from kit.bounds import TIME, Measured, bounded, together, within_bounds
from kit.program import VENDOR, catapult_of, env_of
from kit.servers import OLDER, OLDEST, WITH_ZONE, Chooser, Server, answer, body, limit
from kit.transport_calls import asked_once

from callinspect import providers
from callinspect.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

AHEAD = datetime.now(UTC) + timedelta(days=1)
DAY, HOUR = 86_400.0, 3_600.0

NAMED: dict[str, tuple[list[str], tuple[float, float] | None]] = {
    "three seconds": (["3"], (3, 3)),
    "with blanks around": (["  3 \t"], (3, 3)),
    "with leading zeros": (["003"], (3, 3)),
    "eleven days": (["999999"], (999_999, 999_999)),
    "a number of 400 digits": (["1" + "0" * 400], (1e9, float("inf"))),
    "a number of 60000 digits": (["9" * 60_000], (1e9, float("inf"))),
    "tomorrow": ([AHEAD.strftime(WITH_ZONE)], (DAY - HOUR, DAY)),
    "tomorrow in the older form": ([AHEAD.strftime(OLDER)], (DAY - HOUR, DAY)),
    "tomorrow in the oldest form": ([AHEAD.strftime(OLDEST)], (DAY - HOUR, DAY)),
    "tomorrow in another zone": (
        [format_datetime(AHEAD.astimezone(timezone(timedelta(hours=-8))))],
        (DAY - HOUR, DAY),
    ),
    "the last day": (["Fri, 31 Dec 9999 23:59:59 GMT"], (1e11, float("inf"))),
    "nothing": ([""], None),
    "blanks": ([" \t "], None),
    "a word": (["soon"], None),
    "half a second": (["0.5"], None),
    "less than nothing": (["-1"], None),
    "a sign": (["+5"], None),
    "hexadecimal": (["0x10"], None),
    "an exponent": (["1e9"], None),
    "a unit": (["5s"], None),
    "Arabic digits": (["٣٣"], None),
    "a superscript": (["²"], None),
    "several": (["5", "6"], None),
    "a list": (["5, 6"], None),
    "a day that there is not": (["Fri, 32 Dec 2099 23:59:59 GMT"], None),
    "a year that there is not": (["Fri, 31 Dec 10000 23:59:59 GMT"], None),
    "an hour that there is not": (["Fri, 31 Dec 2099 25:61:61 GMT"], None),
    "a zone that there is not": (["Fri, 31 Dec 2099 23:59:59 +999999"], None),
    "half a date": (["Fri, 31 Dec"], None),
}
"""Values of Retry-After, and the least and the most seconds that they can mean; None where they mean none."""

OVER: dict[str, str] = {
    "at once": "0",
    "many zeros": "0" * 400,
    "long ago": "Sun, 06 Nov 1994 08:49:37 GMT",
    "long ago in the older form": "Sunday, 06-Nov-94 08:49:37 GMT",
    "long ago in the oldest form": "Sun Nov  6 08:49:37 1994",
    "before the epoch": "Thu, 01 Jan 1903 00:00:00 GMT",
}
"""Values of Retry-After that name a wait, which is over."""

CODES = {
    200: None,
    401: "vendor_unavailable",  # in nobody's own form
    502: "vendor_unavailable",
    503: "vendor_unavailable",
    504: "vendor_unavailable",
}


def number(request: bytes) -> int:
    """Return the number in the id of the call that is asked for."""
    return int(request.split(b" ")[1].rpartition(b"-")[2])


@dataclass(frozen=True)
class Limited:
    """What became of many calls, each answered with a wait of its own."""

    ended: Measured
    said: Mapping[int, Any]
    asked: Mapping[int, int]


def limited(answers: list[bytes], env: Callable[[str], dict[str, str]], provider: str = VENDOR) -> Limited:
    """Ask for as many calls in one run, as fast as can be."""
    with Chooser(lambda request: answers[number(request)]) as server:
        ids = "".join(f"c-{each}\n" for each in range(len(answers)))
        arguments = ["get", provider, "-", "--rate", "10000", "--jobs", "16", "-o", "jsonl"]
        ended = bounded(*arguments, env=env(server.url), timeout=TIME, stdin=ids, server=server)
    said = {int(each["call_id"].rpartition("-")[2]): each for each in ended.told}
    return Limited(ended, said, Counter(map(number, ended.requests)))


@pytest.fixture(scope="module")
def waits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Limited]:
    home = tmp_path_factory.mktemp("home")

    def run(status: int) -> Limited:
        values = [*(each for each, _ in NAMED.values()), *([each] for each in OVER.values())]
        answers = [limit(status, "Retry-After", each, body(f"c-{place}")) for place, each in enumerate(values)]
        return limited(answers, partial(env_of, home))

    return together(run, {str(status): status for status in CODES})


@pytest.mark.parametrize("status", CODES)
def test_whatever_wait_is_named_all_calls_end_within_their_time(status: int, waits: dict[str, Limited]) -> None:
    ended = waits[str(status)].ended
    count = len(NAMED) + len(OVER)
    within_bounds(ended, TIME * count / 8)
    assert len(ended.out.splitlines()) == (count if status == 200 else 0)
    assert len(ended.told) == (0 if status == 200 else count)
    assert {each["code"] for each in ended.told} == {CODES[status]} - {None}


@pytest.mark.parametrize("value", NAMED)
@pytest.mark.parametrize("status", [status for status in CODES if status not in {200, 401}])
def test_a_wait_is_read_in_its_forms_and_no_others(status: int, value: str, waits: dict[str, Limited]) -> None:
    place, means = list(NAMED).index(value), NAMED[value][1]
    told, asked = waits[str(status)].said[place], waits[str(status)].asked[place]
    if means is None:
        assert (told["retry_after"], 1 <= asked <= 3) == (None, True)
    else:
        assert means[0] <= told["retry_after"] <= means[1]
        assert asked == 1


@pytest.mark.parametrize("value", OVER)
@pytest.mark.parametrize("status", [status for status in CODES if status not in {200, 401}])
def test_a_wait_that_is_over_is_none_in_every_form(status: int, value: str, waits: dict[str, Limited]) -> None:
    place = len(NAMED) + list(OVER).index(value)
    told, asked = waits[str(status)].said[place], waits[str(status)].asked[place]
    assert told["retry_after"] == 0
    assert 1 <= asked <= 3


def named(sent: bytes, provider: str) -> float | None:
    """Return the seconds that a provider's limit names, as they are told of a request that is sent once only."""
    with Server(sent) as server:
        error = asked_once(server.url, providers.get(provider).refusal).error
    assert isinstance(error, RateLimitedError), error
    return error.retry_after


@pytest.mark.parametrize("value", [*NAMED, *OVER])
@pytest.mark.parametrize("status", [423, 429])
def test_a_limit_names_its_wait_in_the_same_forms(status: int, value: str) -> None:
    values, means = NAMED[value] if value in NAMED else ([OVER[value]], (0.0, 0.0))
    seconds = named(limit(status, "Retry-After", values), VENDOR)
    assert seconds is None if means is None else means[0] <= (-1 if seconds is None else seconds) <= means[1]


STAYING = ["three seconds", "eleven days", "tomorrow", "half a second", "several", "at once"]


@pytest.fixture(scope="module")
def staying(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """Ask for one call under each limit that stays, several at a time."""
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[int, str]) -> Measured:
        status, value = case
        with Server(limit(status, "Retry-After", NAMED[value][0] if value in NAMED else [OVER[value]])) as server:
            return bounded("get", VENDOR, "c-1", env=env_of(home, server.url), timeout=TIME, server=server)

    return together(run, {f"{value} {status}": (status, value) for value in STAYING for status in (423, 429)})


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("value", STAYING)
def test_a_limit_that_stays_ends_with_the_time_of_the_call(
    value: str, status: int, staying: dict[str, Measured]
) -> None:
    ended = staying[f"{value} {status}"]
    within_bounds(ended, TIME)
    assert ended.status == 6
    assert len(ended.requests) == 1 if NAMED.get(value, ([], None))[1] else 3 <= len(ended.requests) <= 7


@pytest.mark.parametrize("status", [200, 401])
def test_a_wait_with_an_answer_that_stays_is_not_waited_for(status: int, waits: dict[str, Limited]) -> None:
    assert set(waits[str(status)].asked.values()) == {1}


def test_leading_zeros_of_a_wait_mean_nothing(tmp_path: Path) -> None:
    with Server(answer(429, given={"Retry-After": "0" * 12 + "60"})) as server:
        ended = bounded("get", VENDOR, "c-1", "-o", "json", env=env_of(tmp_path, server.url), timeout=30)
        assert [each["retry_after"] for each in ended.told] == [60]


NOW = time.time()

RESETS: dict[str, tuple[list[str], tuple[float, float] | None]] = {
    "tomorrow": ([f"{(NOW + DAY) * 1000:.0f}"], (DAY - HOUR, DAY)),
    "tomorrow with blanks": ([f" {(NOW + DAY) * 1000:.0f}\t"], (DAY - HOUR, DAY)),
    "fifteen digits": (["9" * 15], (1e9, 1e12)),
    "in seconds": ([f"{NOW + DAY:.0f}"], (0, 0)),
    "long ago": (["1"], (0, 0)),
    "the epoch": (["0"], (0, 0)),
    "sixteen digits": (["9" * 16], None),
    "a number of 400 digits": (["1" + "0" * 400], None),
    "less than nothing": (["-1"], None),
    "a fraction": ([f"{(NOW + DAY) * 1000:.3f}"], None),
    "an exponent": (["1e15"], None),
    "a sign": ([f"+{(NOW + DAY) * 1000:.0f}"], None),
    "Arabic digits": (["٣٣"], None),
    "a date": ([AHEAD.strftime(WITH_ZONE)], None),
    "a word": (["soon"], None),
    "nothing": ([""], None),
    "several": ([f"{(NOW + DAY) * 1000:.0f}"] * 2, None),
}
"""Values of X-RateLimit-Reset, and the least and the most seconds that they can mean."""

ENDS = ["tomorrow", "in seconds", "a word"]


def in_body(value: str) -> str:
    return json.dumps({"code": "too-many", "details": [{"name": "rateLimitResetTime", "value": value}]})


@pytest.mark.parametrize("value", RESETS)
@pytest.mark.parametrize("place", ["header 429", "header 423", "body 429"])
def test_the_end_of_a_limit_is_read_in_its_form_and_no_other(place: str, value: str) -> None:
    values, means = RESETS[value]
    status = int(place[-3:])
    text = in_body(", ".join(values).strip()) if place.startswith("body") else "{}"
    sent = limit(status, "X" if place.startswith("body") else "X-RateLimit-Reset", values, text)
    seconds = named(sent, "catapult")
    assert seconds is None if means is None else means[0] <= (-1 if seconds is None else seconds) <= means[1]


@pytest.fixture(scope="module")
def resetting(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    """Ask for one call under each end of a limit, and with one that comes with a failure, several at a time."""
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[int, str]) -> Measured:
        with Server(limit(case[0], "X-RateLimit-Reset", RESETS[case[1]][0])) as server:
            words = ("get", "catapult", "c-1", "--error-format", "json")
            return bounded(*words, env=catapult_of(home, server.url), timeout=TIME, server=server)

    return together(run, {value: (429, value) for value in ENDS} | {"a failure": (503, "tomorrow")})


@pytest.mark.parametrize("value", ENDS)
def test_whatever_end_is_named_the_call_ends_within_its_time(value: str, resetting: dict[str, Measured]) -> None:
    ended = resetting[value]
    within_bounds(ended, TIME)
    assert ended.status == 6
    assert len(ended.requests) == 1 if value == "tomorrow" else 2 <= len(ended.requests) <= 3


def test_the_end_of_a_limit_says_nothing_of_a_failure(resetting: dict[str, Measured]) -> None:
    told = resetting["a failure"].told
    assert [(each["code"], each["retry_after"]) for each in told] == [("vendor_unavailable", None)]
