"""Whether a request is sent again, and after which pause: first as arithmetic, then against servers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from kit.program import ask, client_of, env_of, error, failure
from kit.servers import GOOD, Answer, Server, after, answer, hang_up, refusing, reset
from kit.transport_calls import OK, Asked

from callinspect.errors import CallinspectError, NetworkError, RateLimitedError, VendorUnavailableError
from callinspect.http import retry
from callinspect.http.retry import Hold, Pause

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_vendor_that_fails_once_is_asked_once_more(status: int, tmp_path: Path) -> None:
    with Server(answer(status), GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 2


def test_a_vendor_that_keeps_failing_is_asked_three_times(tmp_path: Path) -> None:
    with Server(answer(503)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 7)
        assert (told["code"], told["http_status"], told["retryable"]) == ("vendor_unavailable", 503, True)
        assert len(server.requests) == 3


def test_a_connection_that_breaks_twice_is_tried_a_third_time(tmp_path: Path) -> None:
    with Server(reset, after(GOOD[:-5], hang_up), GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 3


def test_broken_connections_and_failures_count_together(tmp_path: Path) -> None:
    with Server(reset, answer(503), reset, GOOD) as server:
        failure(ask(env_of(tmp_path, server.url)), 7)
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "exit_status"), [(400, 2), (401, 4), (403, 5), (404, 3), (410, 3), (500, 7), (501, 7), (418, 12)]
)
def test_what_will_not_change_is_asked_once(status: int, exit_status: int, tmp_path: Path) -> None:
    for sent, expected in ((refusing(status), exit_status), (answer(status), 7)):
        with Server(sent) as server:
            assert f"HTTP {status}" in failure(ask(env_of(tmp_path, server.url)), expected)
            assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [answer(503), reset], ids=["503", "reset"])
def test_a_request_for_a_token_is_sent_once(fault: Answer, tmp_path: Path) -> None:
    with Server(GOOD) as vendor, Server(fault) as server:
        env = client_of(tmp_path, vendor.url, server.url)
        assert ask(env).returncode in {6, 7}
        assert [request.split()[0] for request in server.requests] == [b"POST"]
        assert vendor.requests == []


@pytest.mark.parametrize(("end", "pauses"), [(0, [0.0, 0.0]), (1, [0.5, 1.0])], ids=["least", "most"])
def test_pauses_are_drawn_up_to_half_a_second_then_twice_that(
    end: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda *bounds: bounds[end])
    with Server(answer(503)) as server:
        asked = Asked(server.url)
        assert asked.pauses == [(pause, "answered with HTTP status 503") for pause in pauses]
        waits = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert [wait >= pause for wait, pause in zip(waits, pauses, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("status", "named", "pause"),
    [(503, "1", 1.0), (503, "0", 0.5), (429, "1", 1.0), (429, "0", 0.25), (423, "0", 0.25), (429, "", 0.25)],
)
def test_a_pause_is_the_longer_of_what_was_named_and_drawn(
    status: int, named: str, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit's own wait counts alone."""
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    with Server(answer(status, given={"Retry-After": named} if named else {}), OK) as server:
        asked = Asked(server.url)
        assert asked.response
        assert asked.pauses == [(pause, f"answered with HTTP status {status}")]
        assert server.times[1] - server.times[0] >= pause - 0.01


FAULTY = [None, 502, 503, 504]
LIMITED = [423, 429]


def failed(status: int | None, named: float | None = None) -> CallinspectError:
    kind = NetworkError if status is None else RateLimitedError if status in LIMITED else VendorUnavailableError
    return kind("m", http_status=status, retry_after=named)


def longest(_low: float, high: float) -> float:
    return high


def shortest(low: float, _high: float) -> float:
    return low


@pytest.mark.parametrize("status", FAULTY)
def test_a_fault_is_tried_again_twice_with_longer_pauses(status: int | None) -> None:
    waits = [retry.after(failed(status), faults, 9.0, longest) for faults in (1, 2, 3)]
    assert waits == [Pause(0.5), Pause(1.0), None]
    assert retry.after(failed(status), 1, 9.0, shortest) == Pause(0.0)


@pytest.mark.parametrize(("named", "seconds"), [(0.1, 0.5), (3.0, 3.0)])
def test_a_fault_waits_for_what_the_vendor_named_at_least(named: float, seconds: float) -> None:
    assert retry.after(failed(503, named), 1, 9.0, longest) == Pause(seconds)


@pytest.mark.parametrize("left", [0.0, 0.4, 0.5])
def test_no_pause_begins_that_takes_all_the_time_left(left: float) -> None:
    assert retry.after(failed(503), 1, left, longest) is None
    assert retry.after(failed(503, 0.5), 1, left, shortest) is None


@pytest.mark.parametrize("status", LIMITED)
def test_a_limit_holds_the_account_as_long_as_the_vendor_named(status: int) -> None:
    assert retry.after(failed(status, 3.0), 0, 9.0, longest) == Hold(3.0, 9.0)
    assert retry.after(failed(status, 9.0), 0, 9.0, longest) is None


@pytest.mark.parametrize("named", [None, 0.0])
@pytest.mark.parametrize("status", LIMITED)
def test_a_limit_that_names_no_wait_leaves_time_for_one_more_try(status: int, named: float | None) -> None:
    assert retry.after(failed(status, named), 0, 9.0, longest) == Hold(None, 8.5)
    assert retry.after(failed(status, named), 0, 0.5, longest) is None


def test_limits_do_not_count_as_faults() -> None:
    assert retry.after(failed(429, 1.0), 2, 9.0, longest) == Hold(1.0, 9.0)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 408, 418, 425, 500, 501, 505])
def test_no_other_answer_is_asked_for_twice(status: int) -> None:
    assert retry.after(failed(status, 1.0), 0, 9.0, shortest) is None
