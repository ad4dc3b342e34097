"""Every run ends within its time, whatever a server sends, and however slowly."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Self

import pytest
from kit.bounds import BOMB, LATE, LEEWAY, SHORT, SOON, Measured, bounded, one_call, together, within_bounds
from kit.program import TIMEOUT, VENDOR, ask, env_of, failure, unmeasured, with_slow_parser
from kit.servers import (
    CHUNKED,
    DRIP,
    GOOD,
    HEAD,
    HINTS,
    LONG,
    Answer,
    Chooser,
    Play,
    Server,
    after,
    answer,
    body,
    endlessly,
    head,
    limit,
    refusing,
    reset,
    silence,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_an_answer_that_never_ends_names_the_server_and_time(tmp_path: Path) -> None:
    with Server(silence) as server:
        said = failure(ask(env_of(tmp_path, server.url), "--timeout", SOON), 7)
        assert said.splitlines()[0] == f"error: {VENDOR} c-1: {server.address} did not answer within 0.3 s"
        assert len(server.requests) == 1


def test_a_server_that_takes_no_request_is_given_up_in_time(tmp_path: Path) -> None:
    with Server(greeting=silence) as server:
        started = time.monotonic()
        assert "did not answer within 0.3 s" in failure(ask(env_of(tmp_path, server.url), "--timeout", SOON), 7)
        assert time.monotonic() - started < LEEWAY


def test_the_time_covers_all_tries_and_the_pauses_between_them(tmp_path: Path) -> None:
    with Server(answer(503), silence) as server:
        started = time.monotonic()
        failure(ask(env_of(tmp_path, server.url), "--timeout", "1"), 7)
        assert time.monotonic() - started < 1 + LEEWAY


@pytest.mark.parametrize("fault", [silence, endlessly(b"\x16\x03\x03\x40\x00", 0.1)])
def test_a_handshake_that_never_ends_is_given_up_in_time(fault: Play, tmp_path: Path) -> None:
    with Server(greeting=fault) as server:
        started = time.monotonic()
        failure(ask(env_of(tmp_path, server.url.replace("http:", "https:")), "--timeout", SOON), 7)
        assert time.monotonic() - started < LEEWAY


NEVER_ENDING: dict[str, Answer] = {
    "a server that never answers": silence,
    "a status line byte by byte": endlessly(b"H", DRIP),
    "headers byte by byte": after(b"HTTP/1.1 200 OK\r\nX: ", endlessly(b"x", DRIP)),
    "interim answers without end": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "a body byte by byte": after(LONG, endlessly(b" ", DRIP)),
    "chunks byte by byte": after(CHUNKED, endlessly(b"1\r\n \r\n", DRIP)),
    "a body that stops": after(GOOD[:-5], silence),
    "a reason byte by byte": after(b"HTTP/1.1 200 ", endlessly(b"K", DRIP)),
    "a header's name byte by byte": after(HEAD, endlessly(b"X", DRIP)),
    "headers line by line": after(HEAD, endlessly(b"X: y\r\n", DRIP)),
    "a folded header line by line": after(HEAD + b"X: y\r\n", endlessly(b" z\r\n", DRIP)),
    "an interim answer's headers line by line": after(b"HTTP/1.1 103 Hm\r\n", endlessly(b"X: y\r\n", DRIP)),
    "interim answers now and then": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n", DRIP),
    "hints now and then": endlessly(HINTS, DRIP),
    "hints without end": endlessly(HINTS * 99),
    "interim answers of a status that there is not": endlessly(b"HTTP/1.1 199 What\r\n\r\n", DRIP),
    "an interim answer and silence": after(HINTS, silence),
    "a body without a length byte by byte": after(HEAD + b"\r\n", endlessly(b" ", DRIP)),
    "a call, then blanks byte by byte": after(HEAD + b"\r\n" + body().encode(), endlessly(b" ", DRIP)),
    "a body with a length too large to be one": after(
        HEAD + b"Content-Length: " + b"9" * 20 + b"\r\n\r\n", endlessly(b" ", DRIP)
    ),
    "a chunk's size byte by byte": after(CHUNKED, endlessly(b"0", 0.2)),
    "a chunk's extension byte by byte": after(CHUNKED + b"1;a=", endlessly(b"x", DRIP)),
    "chunks with extensions": after(CHUNKED, endlessly(b'1;a="b";c\r\n \r\n', DRIP)),
    "a chunk's content byte by byte": after(CHUNKED + b"ffff\r\n", endlessly(b" ", DRIP)),
    "chunks of one byte, as fast as it goes": after(CHUNKED, endlessly(b"1\r\n \r\n" * 9999)),
    "trailers line by line": after(CHUNKED + b"1\r\n \r\n0\r\n", endlessly(b"X: y\r\n", DRIP)),
    "a trailer byte by byte": after(CHUNKED + b"1\r\n \r\n0\r\nX: ", endlessly(b"y", DRIP)),
    "a failure's body byte by byte": after(head(503, "Content-Length: 9999"), endlessly(b" ", DRIP)),
    "a limit's body byte by byte": after(head(429, "Retry-After: 0"), endlessly(b" ", DRIP)),
    "a refusal's body byte by byte": after(head(401), endlessly(b" ", DRIP)),
    "a redirect's body byte by byte": after(head(302, "Location: /"), endlessly(b" ", DRIP)),
    "a body byte by byte from a half-closed connection's other half": after(
        LONG, lambda connection: endlessly(b" ", DRIP)(_deaf(connection))
    ),
}


def _deaf(connection: socket.socket) -> socket.socket:
    """End the other side's half of a connection."""
    connection.shutdown(socket.SHUT_RD)
    return connection


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    return together(one_call(tmp_path_factory.mktemp("home")), NEVER_ENDING)


@pytest.mark.parametrize("fault", NEVER_ENDING)
def test_a_dripping_answer_ends_within_the_timeout(fault: str, slow: dict[str, Measured]) -> None:
    ended = slow[fault]
    within_bounds(ended)
    assert (ended.status, ended.out) == (7, "")
    assert LATE in ended.err
    assert len(ended.requests) <= 2  # a machine that is busy for half a second looks like one that slept meanwhile


def test_a_flood_ends_within_the_timeout_on_a_busy_machine(tmp_path: Path) -> None:
    """What is busy with what came is not taken for what was stopped, whose time starts again."""
    with Server(NEVER_ENDING["chunks of one byte, as fast as it goes"]) as server:
        env = unmeasured(env_of(tmp_path, server.url, **with_slow_parser(tmp_path)))
        ended = bounded("get", VENDOR, "c-1", env=env, server=server)
    within_bounds(ended)
    assert (ended.status, ended.out) == (7, "")
    assert LATE in ended.err


class Reluctant:
    """Listens on loopback and takes what comes slowly, if at all; a context manager.

    Args:
        accepts: take a connection; else they wait until there is room for no more, and further ones are not answered.
        pause: seconds between two readings of a few bytes, None to read nothing.
    """

    def __init__(self, *, accepts: bool, pause: float | None = None) -> None:
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self._over = threading.Event()
        self._pause = pause
        self._waiting: list[socket.socket] = []
        self._thread = threading.Thread(target=self._take)
        if accepts:
            self._thread.start()
        else:
            self._fill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        for each in (*self._waiting, self._listener):
            each.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _fill(self) -> None:
        for _ in range(8):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(self._listener.getsockname())
            self._waiting.append(waiting)

    def _take(self) -> None:
        self._listener.settimeout(TIMEOUT)
        connection, _ = self._listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.settimeout(0.1)
            while not self._over.wait(self._pause or 0.1):
                if self._pause is not None:
                    with contextlib.suppress(TimeoutError):
                        connection.recv(512)


RELUCTANT: dict[str, tuple[bool, float | None, int]] = {
    "connections are not accepted": (False, None, 10),
    "a short request is not read": (True, None, 10),
    "a long request is not read": (True, None, 60_000),
    "a long request is read bit by bit": (True, 0.05, 60_000),
    "a long request is read a little faster": (True, 0.01, 60_000),
}


@pytest.fixture(scope="module")
def reluctant(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[bool, float | None, int]) -> Measured:
        accepts, pause, length = case
        with Reluctant(accepts=accepts, pause=pause) as server:
            filters = ("--from", "1" * length, "--since", "all")  # nothing else in a request may be that long
            return bounded("list", VENDOR, *filters, env=env_of(home, server.url))

    return together(run, RELUCTANT)


@pytest.mark.parametrize("fault", RELUCTANT)
def test_a_request_that_cannot_be_sent_is_given_up_in_time(fault: str, reluctant: dict[str, Measured]) -> None:
    ended = reluctant[fault]
    within_bounds(ended)
    assert (ended.status, ended.out) == (7, "")
    assert LATE in ended.err


def page(request: bytes, *, pause: float = 0.0, leads: str = "</?page={}>; rel=next") -> Play:
    """Return a page with one call, in two halves, and with a link to the next one."""
    at = int(request.split(b" ")[1].partition(b"page=")[2] or b"0")
    whole = answer(200, f"[{body(f'c-{at}')}]", {"Link": leads.format(at + 1)})

    def play(connection: socket.socket) -> None:
        connection.sendall(whole[:-9])
        time.sleep(pause)
        connection.sendall(whole[-9:])

    return play


def second(then: Answer) -> Callable[[bytes], Answer]:
    """Return what answers with a first page, and to the question for the second with something else."""
    return lambda request: page(request) if b"page=" not in request.partition(b"\r\n")[0] else then


LISTS: dict[str, tuple[Callable[[bytes], Answer], tuple[str, ...], int, int]] = {
    "a first page that never comes": (lambda _: silence, (), 7, 0),
    "a first page that drips": (lambda _: after(LONG, endlessly(b" ", DRIP)), (), 7, 0),
    "a second page that drips": (second(after(LONG, endlessly(b" ", DRIP))), (), 7, 1),
    "a second page whose headers drip": (second(after(HEAD, endlessly(b"X: y\r\n", DRIP))), (), 7, 1),
    "a second page without end": (second(after(HEAD + b"\r\n", endlessly(b" " * 4096, 0.001))), (), 7, 1),
    "a second page that names a wait": (second(limit(429, "Retry-After", ["999999"])), (), 6, 1),
    "a second page that names a wait with a failure": (second(limit(503, "Retry-After", ["999999"])), (), 7, 1),
    "a page that leads to itself": (
        lambda request: page(request, leads="</?page=7>; rel=next"),
        (),
        12,
        2,
    ),
    "pages that lead on, up to a limit": (page, ("--limit", "60"), 0, 60),
    "a link of a header's length": (
        lambda request: page(request, leads="</?" + "x" * 50_000 + ">; rel=next"),
        (),
        12,
        1,
    ),
    "many links": (lambda request: page(request, leads="<a>; rel=x, " * 5000 + "<"), (), 0, 1),
    "a link that is hard to read": (lambda request: page(request, leads="<a>" + "; x" * 15_000 + "<"), (), 0, 1),
    "pages that take their time": (partial(page, pause=0.3), ("--limit", "5"), 0, 5),
}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[Callable[[bytes], Answer], tuple[str, ...], int, int]) -> Measured:
        with Chooser(case[0]) as server:
            arguments = ["list", VENDOR, *case[1]]
            return bounded(*arguments, env=env_of(home, server.url), timeout=SHORT * 2, server=server)

    return together(run, LISTS)


@pytest.mark.parametrize("kind", LISTS)
def test_each_page_of_a_list_gets_a_full_timeout(kind: str, lists: dict[str, Measured]) -> None:
    """What came before it is whole."""
    ended, (_, _, status, count) = lists[kind], LISTS[kind]
    within_bounds(ended, SHORT * 2 * max(2, count))
    assert ended.status == status, ended.err
    assert [json.loads(line)["id"] for line in ended.out.splitlines()][:1] == ["c-0"][:count]
    assert len(ended.out.splitlines()) == count


AWAITED: dict[str, tuple[Answer, int]] = {
    "a vendor that never answers": (silence, 8),
    "headers that drip": (after(HEAD, endlessly(b"X: y\r\n", DRIP)), 8),
    "a body that drips": (after(LONG, endlessly(b" ", DRIP)), 8),
    "hints without end": (endlessly(HINTS * 99), 8),
    "a body without end": (after(HEAD + b"\r\n", endlessly(b" " * 4096, 0.001)), 8),
    "a gzip bomb": (answer(200, BOMB, {"Content-Encoding": "gzip"}), 8),
    "headers without end": (after(HEAD, endlessly(b"X: y\r\n" * 9999)), 8),
    "connections that break": (reset, 8),
    "a limit that names eleven days": (limit(429, "Retry-After", ["999999"]), 6),
    "a limit that names a date": (limit(429, "Retry-After", ["Fri Dec 31 23:59:59 9999"]), 6),
    "a limit that names no wait": (limit(429, "X", []), 8),
    "a limit that is over": (limit(429, "Retry-After", ["0"]), 8),
    "a failure that names eleven days": (limit(503, "Retry-After", ["999999"]), 7),
    "a failure that names no wait": (limit(503, "Retry-After", ["soon"]), 8),
    "a call that is not found": (refusing(404), 8),
    "a page of something in between": (answer(404, "<html>"), 8),
    "a call that never ends": (GOOD, 8),
}


@pytest.fixture(scope="module")
def awaited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[str, Answer]) -> Measured:
        command, sent = case
        with Server(sent) as server:
            arguments = [command, VENDOR, "c-1", "--interval", "0.1"]
            return bounded(*arguments, env=env_of(home, server.url), timeout=SHORT, server=server)

    commands = ("wait", "watch")
    return together(
        run, {f"{command} {fault}": (command, sent) for fault, (sent, _) in AWAITED.items() for command in commands}
    )


@pytest.mark.parametrize("fault", AWAITED)
@pytest.mark.parametrize("command", ["wait", "watch"])
def test_waiting_for_a_call_ends_in_time_whatever_comes(command: str, fault: str, awaited: dict[str, Measured]) -> None:
    ended = awaited[f"{command} {fault}"]
    within_bounds(ended)
    assert ended.status == AWAITED[fault][1], ended.err
    assert (ended.out == "") == (command == "wait" or fault != "a call that never ends")
