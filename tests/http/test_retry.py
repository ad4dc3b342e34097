"""Whether a request is sent again, and how long that waits: without a socket, a clock or a pause."""

from __future__ import annotations

import pytest

from callinspect.errors import CallinspectError, NetworkError, RateLimitedError, VendorUnavailableError
from callinspect.http.retry import Hold, Pause, after

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
    waits = [after(failed(status), faults, 9.0, longest) for faults in (1, 2, 3)]
    assert waits == [Pause(0.5), Pause(1.0), None]
    assert after(failed(status), 1, 9.0, shortest) == Pause(0.0)


@pytest.mark.parametrize(("named", "seconds"), [(0.1, 0.5), (3.0, 3.0)])
def test_a_fault_waits_for_what_the_vendor_named_at_least(named: float, seconds: float) -> None:
    assert after(failed(503, named), 1, 9.0, longest) == Pause(seconds)


@pytest.mark.parametrize("left", [0.0, 0.4, 0.5])
def test_no_pause_begins_that_takes_all_the_time_left(left: float) -> None:
    assert after(failed(503), 1, left, longest) is None
    assert after(failed(503, 0.5), 1, left, shortest) is None


@pytest.mark.parametrize("status", LIMITED)
def test_a_limit_holds_the_account_as_long_as_the_vendor_named(status: int) -> None:
    assert after(failed(status, 3.0), 0, 9.0, longest) == Hold(3.0, 9.0)
    assert after(failed(status, 9.0), 0, 9.0, longest) is None


@pytest.mark.parametrize("named", [None, 0.0])
@pytest.mark.parametrize("status", LIMITED)
def test_a_limit_that_names_no_wait_leaves_time_for_one_more_try(status: int, named: float | None) -> None:
    assert after(failed(status, named), 0, 9.0, longest) == Hold(None, 8.5)
    assert after(failed(status, named), 0, 0.5, longest) is None


def test_limits_do_not_count_as_faults() -> None:
    assert after(failed(429, 1.0), 2, 9.0, longest) == Hold(1.0, 9.0)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 408, 418, 425, 500, 501, 505])
def test_no_other_answer_is_asked_for_twice(status: int) -> None:
    assert after(failed(status, 1.0), 0, 9.0, shortest) is None
