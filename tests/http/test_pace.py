"""How fast a vendor is asked: pauses that it does not name, and one pace for all."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit.program import ask, env_of, error
from kit.servers import GOOD, Server, answer
from kit.transport_calls import OK, Asked

from callinspect.http.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ODD_WAITS: dict[str, tuple[str, ...]] = {
    "none": (),
    "a word": ("soon",),
    "a fraction": ("2.5",),
    "twice": ("1", "2"),
    "a formula": ("rand(30),add(30)",),
    "nothing": ("0",),
    "long ago": ("Sun, 06 Nov 1994 08:49:37 GMT",),
}


def odd_limit(status: int, values: Iterable[str]) -> bytes:
    lines = "".join(f"Retry-After: {value}\r\n" for value in values)
    return f"HTTP/1.1 {status} No\r\n{lines}Content-Length: 2\r\n\r\n{{}}".encode()


@pytest.fixture(scope="module")
def pauses(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], list[float]]:
    """Ask under every limit that ends at the fifth time, all at once; return the seconds between the requests."""
    home = tmp_path_factory.mktemp("home")

    def paused(case: tuple[str, int]) -> list[float]:
        named, status = case
        with Server(*[odd_limit(status, ODD_WAITS[named])] * 4, GOOD) as server:
            assert ask(env_of(home, server.url)).returncode == 0
            return [later - sooner for sooner, later in itertools.pairwise(server.times)]

    cases = [(named, status) for named in ODD_WAITS for status in (423, 429)]
    with ThreadPoolExecutor(len(cases)) as pool:
        return dict(zip(cases, pool.map(paused, cases), strict=True))


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("named", ODD_WAITS)
def test_pauses_grow_for_a_limit_that_names_no_time(
    named: str, status: int, pauses: dict[tuple[str, int], list[float]]
) -> None:
    least = [0.12, 0.24, 0.49, 0.99]
    assert [low <= pause for low, pause in zip(least, pauses[named, status], strict=True)] == [True] * 4


def test_a_limit_without_a_time_is_asked_once_more_at_the_end(tmp_path: Path) -> None:
    with Server(answer(429)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json", "--timeout", "5"), 6)
        assert (told["code"], told["retry_after"]) == ("rate_limited", None)
        assert 4 <= len(server.requests) <= 8
        # Half a second before the end; the first went out as soon as there was a connection.
        assert 3 <= server.times[-1] - server.times[0] <= 5


def test_the_wait_for_a_first_turn_is_not_the_call_s_time() -> None:
    pace = Pace(1.0)
    pace.take()
    with Server(OK) as server:
        started = time.monotonic()
        assert Asked(server.url, seconds=0.5, pace=pace).response
        assert time.monotonic() - started > 0.9


def test_a_limit_holds_all_back_and_slows_the_pace() -> None:
    """A success eases it."""
    pace = Pace()
    with Server(answer(429, given={"Retry-After": "1"}), OK) as server:
        started = time.monotonic()
        assert Asked(server.url, pace=pace).response
        pace.take()
        assert time.monotonic() - started >= 1.0
        assert pace.interval == pytest.approx(0.02 * 0.98)


def test_a_failure_leaves_the_pace_as_it_is() -> None:
    pace = Pace()
    with Server(answer(503), OK) as server:
        assert Asked(server.url, pace=pace).response
        assert pace.interval == 0.0
