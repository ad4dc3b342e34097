"""Clients at work: their pace, their time limits, their threads and connections, and their end."""

import signal
import threading
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from queue import SimpleQueue

import pytest
from kit.bounds import LEEWAY
from kit.counting import Counting, account, counting
from kit.many_calls import REFUSED, asked_for, call
from kit.program import VENDOR, env_of
from kit.servers import Answer, Chooser, Server, answer, limited, silence

from callinspect import Call, CallinspectError, Client
from callinspect.client.standing import Standing
from callinspect.deadline import Deadline
from callinspect.errors import RateLimitedError

SOON = 5.0
"""Seconds within which threads end that nobody needs."""


@pytest.fixture
def vendor(request: pytest.FixtureRequest) -> Iterator[Counting]:
    with counting(**getattr(request, "param", {})) as server:
        yield server


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Every test ends with the threads that it began with, once the servers' have ended."""
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + SOON
    while workers() - before and time.monotonic() < end:
        time.sleep(0.01)
    assert not workers() - before


def workers() -> set[threading.Thread]:
    """Return the threads that read calls."""
    return {each for each in threading.enumerate() if "(run)" in each.name}


def targets(count: int, prefix: str = "c") -> list[tuple[str, str]]:
    return [(VENDOR, f"{prefix}-{number}") for number in range(count)]


def codes(found: Iterator[Call | CallinspectError]) -> list[str]:
    return [each.code if isinstance(each, CallinspectError) else each.id for each in found]


def test_a_rate_is_kept_over_threads_and_runs(vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path), rate=20) as client:
        began = time.monotonic()
        runs = [threading.Thread(target=lambda: list(client.get_many(targets(10)))) for _ in range(2)]
        for each in runs:
            each.start()
        client.get(*targets(1)[0])
        for each in runs:
            each.join()
        assert time.monotonic() - began >= 20 / 20
    assert vendor.requests == 21


@pytest.mark.parametrize("vendor", [{"delay": 0.02}], indirect=True)
def test_connections_are_used_again_by_later_runs(vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path)) as client:
        for _ in range(5):
            assert codes(client.get_many(targets(20), jobs=4)) == [each for _, each in targets(20)]
        client.get(*targets(1)[0])
    assert vendor.connections <= 4


def test_one_client_serves_several_threads(vendor: Counting, tmp_path: Path) -> None:
    found: dict[str, str] = {}
    with Client(environ=account(vendor, tmp_path)) as client:

        def ask(prefix: str) -> None:
            for target in targets(20, prefix):
                found[target[1]] = client.get(*target).id

        threads = [threading.Thread(target=ask, args=(prefix,)) for prefix in "abcdefgh"]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert len(found) == 160
    assert all(asked == given for asked, given in found.items())
    assert vendor.connections <= 8


@pytest.mark.parametrize("vendor", [{"refuse_every": 3}], indirect=True)
def test_rate_limits_lose_and_repeat_nothing(vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path)) as client:
        assert codes(client.get_many(targets(20))) == [each for _, each in targets(20)]
    assert set(vendor.answered.values()) == {1}


def test_a_call_takes_no_longer_than_its_time(tmp_path: Path) -> None:
    with Server(silence) as server, Client(environ=env_of(tmp_path, server.url), timeout=0.5) as client:
        began = time.monotonic()
        with pytest.raises(CallinspectError) as raised:
            client.get(VENDOR, "c-1")
        assert time.monotonic() - began < 0.5 + LEEWAY
    assert (raised.value.code, raised.value.retryable) == ("network", True)


def test_one_call_does_not_wait_beyond_its_time(tmp_path: Path) -> None:
    with Server(limited("300")) as server, Client(environ=env_of(tmp_path, server.url)) as client:
        for _ in range(4):
            with pytest.raises(CallinspectError) as raised:
                client.get(VENDOR, "c-1")
            assert (raised.value.code, raised.value.retry_after) == ("rate_limited", 300)


def test_refused_credentials_are_not_tried_for_every_call(tmp_path: Path) -> None:
    with Server(REFUSED) as server, Client(environ=env_of(tmp_path, server.url)) as client:
        found = list(client.get_many(targets(50)))
        with pytest.raises(CallinspectError, match="skipped because the credentials were refused") as raised:
            client.get(VENDOR, "c-1")
        assert len(server.requests) <= 3
    assert {each.code for each in found if isinstance(each, CallinspectError)} == {"auth_rejected"}
    assert (len(found), raised.value.code) == (50, "auth_rejected")


def test_what_cannot_be_asked_says_so(tmp_path: Path, bare: dict[str, str], closed_port: int) -> None:
    with Client(environ=bare) as client:
        with pytest.raises(CallinspectError, match="are missing or incomplete") as raised:
            client.get(VENDOR, "c-1")
        assert raised.value.code == "auth_missing"
        assert any("callinspect auth login" in each for each in raised.value.hints)
        with pytest.raises(CallinspectError) as raised:
            next(client.list(VENDOR))
        assert raised.value.code == "auth_missing"
    with Client(environ=env_of(tmp_path, f"http://127.0.0.1:{closed_port}"), timeout=3) as client:
        with pytest.raises(CallinspectError) as raised:
            client.get(VENDOR, "c-1")
        assert (raised.value.code, raised.value.provider, raised.value.call_id) == ("network", VENDOR, "c-1")
    with Server(answer(200, "{}")) as server, Client(environ=env_of(tmp_path, server.url)) as client:
        assert codes(client.get_many(targets(1))) == ["bad_response"]


@pytest.mark.parametrize("vendor", [{"delay": 0.02}], indirect=True)
@pytest.mark.parametrize("jobs", [1, 8])
def test_an_iterator_that_is_dropped_ends_its_threads(jobs: int, vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path)) as client:
        for _ in range(3):
            found = client.get_many(((VENDOR, f"c-{number}") for number in count()), jobs=jobs)
            assert next(found)
            assert len(workers()) == jobs
            del found
            end = time.monotonic() + SOON
            while workers() and time.monotonic() < end:
                time.sleep(0.01)
            assert not workers()
        assert client.get(*targets(1)[0]).id == "c-0"


def test_an_interruption_while_threads_start_ends_them(vendor: Counting, tmp_path: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def read_on(client: Client, seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        list(client.get_many(((VENDOR, f"c-{number}") for number in count()), jobs=64))

    previous = signal.signal(signal.SIGALRM, interrupt)
    try:
        with Client(environ=account(vendor, tmp_path)) as client:
            assert codes(client.get_many(targets(3))) == ["c-0", "c-1", "c-2"]  # so that all is imported
            for tenth in range(4, 44, 4):
                with pytest.raises(KeyboardInterrupt):
                    read_on(client, tenth / 10_000)
    finally:
        signal.signal(signal.SIGALRM, previous)


def test_a_dropped_iterator_takes_no_more_targets(vendor: Counting, tmp_path: Path) -> None:
    """Of a queue, say, which another iterator reads on."""
    waiting: SimpleQueue[tuple[str, str] | None] = SimpleQueue()
    for target in targets(3):
        waiting.put(target)
    with Client(environ=account(vendor, tmp_path)) as client:
        found = client.get_many(iter(waiting.get, None), jobs=4)
        assert codes(islice(found, 3)) == ["c-0", "c-1", "c-2"]
        del found
        for target in targets(6, "d"):
            waiting.put(target)
        waiting.put(None)
        end = time.monotonic() + SOON
        while workers() and time.monotonic() < end:
            time.sleep(0.01)
        # One thread waited for its target already.
        assert codes(client.get_many(iter(waiting.get, None))) == [f"d-{number}" for number in range(1, 6)]


def test_an_iterator_that_was_never_read_has_no_threads(vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path)) as client:
        kept = client.get_many(targets(3))
        assert not workers()
    with pytest.raises(CallinspectError, match="the client is closed"):
        next(kept)
    assert vendor.requests == 0


@pytest.mark.parametrize("wait", ["60", "0"], ids=["held back", "reading"])
def test_closing_ends_what_waits(wait: str, tmp_path: Path) -> None:
    """Threads that wait for the vendor, for their turn, or for the reader of their results."""

    def choose(request: bytes) -> Answer:
        return call(request) if wait == "0" or asked_for(request) == "c-0" else limited(wait)

    with Chooser(choose) as server:
        client = Client(environ=env_of(tmp_path, server.url))
        found = client.get_many((VENDOR, f"c-{number}") for number in count())
        assert isinstance(next(found), Call)
        time.sleep(0.3)
        began = time.monotonic()
        client.close()
        with pytest.raises(CallinspectError, match="the client was closed before all calls were read"):
            list(found)
        assert time.monotonic() - began < SOON


def test_a_closed_client_asks_nobody(vendor: Counting, tmp_path: Path) -> None:
    with Client(environ=account(vendor, tmp_path)) as client:
        client.get(*targets(1)[0])
    client.close()
    for ask in (
        lambda: client.get(*targets(1)[0]),
        lambda: client.get_many(targets(1)),
        lambda: client.list(VENDOR),
    ):
        with pytest.raises(CallinspectError, match=r"^the client is closed$"):
            ask()
    assert vendor.requests == 1


@pytest.mark.parametrize("vendor", [{"delay": 0.02}], indirect=True)
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("error", [LookupError, CallinspectError, KeyboardInterrupt, SystemExit])
def test_an_error_of_the_targets_comes_after_their_calls(
    error: type[BaseException], ordered: bool, vendor: Counting, tmp_path: Path
) -> None:
    """Those that were in progress are not lost; the traceback leads to where the program raised it."""

    def broken() -> Iterator[tuple[str, str]]:
        yield from targets(20)
        raise error("the database is gone")

    found: list[Call | CallinspectError] = []
    with Client(environ=account(vendor, tmp_path)) as client:
        with pytest.raises(error, match="the database is gone") as raised:
            found.extend(client.get_many(broken(), ordered=ordered))
        assert sorted(codes(iter(found))) == sorted(each for _, each in targets(20))
        assert client.get(*targets(1)[0]).id == "c-0"
    assert (raised.traceback[-1].name == "broken") is (error is not CallinspectError)


def test_an_account_is_asked_again_after_its_limit() -> None:
    """A client may live for longer than any limit."""
    standing = Standing(patience=0.1)
    error = RateLimitedError("too many", retry_after=0.3)
    assert not standing.outlasts(error)
    with pytest.raises(RateLimitedError), standing.asking(Deadline(1)):
        pass
    time.sleep(0.35)
    with standing.asking(Deadline(1)):
        pass
