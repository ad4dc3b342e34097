"""How far a vendor's clock is ahead, by the date of its answer."""

from datetime import UTC, datetime, timedelta

import pytest
from kit.servers import OLDER, OLDEST, WITH_ZONE

from callinspect.client.timeline.clock import offset

HERE = datetime(2026, 10, 21, 16, 45, 11, 250_000, tzinfo=UTC)
AHEAD = timedelta(minutes=10)


@pytest.mark.parametrize("form", [WITH_ZONE, OLDER, OLDEST, "%a, %d %b %Y %H:%M:%S UTC"])
def test_every_form_of_a_date_in_http_is_read(form: str) -> None:
    found = offset((HERE + AHEAD).strftime(form), HERE)
    assert AHEAD - timedelta(seconds=1) < found <= AHEAD


def test_the_oldest_form_has_a_blank_before_a_single_digit() -> None:
    here = datetime(1994, 11, 6, 8, 0, tzinfo=UTC)
    assert offset("Sun Nov  6 08:49:37 1994", here) == timedelta(minutes=49, seconds=37)


@pytest.mark.parametrize("seconds", [-5, 0, 5])
def test_little_does_not_count(seconds: int) -> None:
    here = HERE.replace(microsecond=0)
    assert offset((here + timedelta(seconds=seconds)).strftime(WITH_ZONE), here) == timedelta()


@pytest.mark.parametrize("seconds", [-6, 6])
def test_beyond_five_seconds_it_does(seconds: int) -> None:
    here = HERE.replace(microsecond=0)
    assert offset((here + timedelta(seconds=seconds)).strftime(WITH_ZONE), here) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Wed, 21 Oct 0000 16:45:11 GMT",
        "Wed, 21 Oct 99999 16:45:11 GMT",
        "Wed, 32 Oct 2026 16:45:11 GMT",
        "Wed, 21 Foo 2026 16:45:11 GMT",
        "Wed, 21 Oct 2026 16:65:11 GMT",
        "Wed, 21 Oct 2026 16:45 GMT",
        "Wed, 21 Oct 2026 17:45:11 CET",
        "Wed, 21 Oct 2026 17:45:11 +0100",
        "2026-10-21T17:45:11Z",
        "Wed, 21 Oct 2026 17:45:11 GMT, Wed, 21 Oct 2026 17:45:11 GMT",
        "-, ²¹ Oct 2026 17:45:11 GMT",
        "9" * 5000,
        f"Wed, 21 Oct {'9' * 30} 17:45:11 GMT",
        f"Wed, 21 Oct {'9' * 5000} 17:45:11 GMT",
    ],
)
def test_what_is_no_date_of_a_clock_does_not_count(text: str) -> None:
    assert offset(text, HERE) == timedelta()
