"""Connections: opened, used again, left behind; names with addresses that are dead."""

from __future__ import annotations

import contextlib
import gc
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from kit.bounds import LEEWAY
from kit.program import TIMEOUT, ask, env_of
from kit.servers import GOOD, Server, after, answer, body, contexts, hang_up, read_request
from kit.transport_calls import OK, Asked, refusal_of

from callinspect.client import bulk
from callinspect.deadline import Deadline
from callinspect.errors import BadResponseError, NetworkError
from callinspect.http.connection import Selector
from callinspect.http.transport import Transport
from callinspect.provider import Refusal, Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import trustme


def test_a_resolver_that_never_answers_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(TIMEOUT) and [])
    started = time.monotonic()
    with contextlib.closing(Transport("https://vendor.test")) as transport:
        with pytest.raises(NetworkError, match=r"^vendor\.test did not answer within 0\.3 s$"):
            transport.exchange(Request(url="https://vendor.test/"), _judge, Deadline(0.3))
        over.set()
    assert time.monotonic() - started < 0.3 + LEEWAY


def _judge(response: Response) -> Refusal | None:
    return Refusal(error=BadResponseError) if response.status >= 300 else None


def test_two_calls_use_one_connection(tmp_path: Path) -> None:
    with Server(GOOD) as server:
        assert ask(env_of(tmp_path, server.url), "c-1", "--jobs", "1").returncode == 0
        assert (len(server.requests), server.connections) == (2, 1)


def test_a_second_answer_is_not_taken_for_the_next_call_s(tmp_path: Path) -> None:
    with Server(GOOD + answer(200, body("c-other")), answer(200, body("c-2"))) as server:
        done = ask(env_of(tmp_path, server.url), "c-2", "--jobs", "1", "-f", "id")
        assert done.stdout.split() == [b"c-1", b"c-2"]


def test_a_rest_of_a_tls_record_is_not_taken_for_an_answer(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    """It is where nothing that waits for the socket sees it."""
    long = answer(200, body("c-1").ljust(8192 - len(answer(200, " " * 8000)) + 8000))
    assert len(long) == 8192
    with Server(long + answer(200, body("c-other")), answer(200, body("c-2")), tls=contexts(authority)) as server:
        done = ask(env_of(tmp_path, server.url), "c-2", "--jobs", "1", "-f", "id", "--ca-file", ca_file)
        assert done.stdout.split() == [b"c-1", b"c-2"]


def test_a_connection_that_was_closed_is_opened_again(tmp_path: Path) -> None:
    with Server(after(GOOD, hang_up), answer(200, body("c-2"))) as server:
        done = ask(env_of(tmp_path, server.url), "c-2", "--jobs", "1", "-f", "id")
        assert (done.returncode, done.stdout.split()) == (0, [b"c-1", b"c-2"])


def test_broken_connections_leave_no_garbage() -> None:
    """Nothing that only the garbage collector would find."""

    def exchanged(_: object) -> Response:
        transport = Transport(server.url)
        with contextlib.closing(transport):
            return transport.exchange(Request(url=f"{server.url}/"), refusal_of, Deadline(0.5))

    with Server(hang_up) as server:
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            kinds = {type(each) for each in bulk.each(range(5), exchanged, jobs=1)}
            gc.collect()
            found = {type(each) for each in gc.garbage}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
    assert kinds == {NetworkError}
    assert not found & {NetworkError, Selector}


def test_a_request_the_system_has_no_room_for_is_sent_whole() -> None:
    path = "/" + "x" * 8_000_000

    def late(connection: socket.socket) -> None:
        time.sleep(0.5)
        request = read_request(connection)
        server.requests.append(request or b"")
        connection.sendall(OK)

    with Server(greeting=late) as server:
        assert Asked(server.url, request=Request(url=server.url + path), seconds=TIMEOUT).response
        assert server.requests[0].startswith(b"GET " + path.encode() + b" HTTP/1.1\r\n")


def test_a_request_that_is_not_taken_ends_with_its_time() -> None:
    over = threading.Event()

    def wait(_: object) -> None:
        over.wait(TIMEOUT)

    with Server(greeting=wait) as server:
        error = Asked(server.url, request=Request(url=f"{server.url}/{'x' * 8_000_000}"), seconds=1.0).error
        over.set()
        assert error
        assert (error.code, error.message) == ("network", f"{server.address} did not answer within 1 s")


@contextlib.contextmanager
def hole() -> Iterator[tuple[str, int]]:
    """A place that drops what comes, as a network does that leads nowhere: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.2", 0), backlog=0))
        for _ in range(6):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


def asked_at(url: str, *places: tuple[str, int], seconds: float = 5.0) -> Asked:
    """Ask where every name leads to those places."""
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *_, **__: known)
        return Asked(url, seconds=seconds)


@pytest.mark.parametrize("dead", [1, 3])
def test_a_name_s_dead_addresses_do_not_cost_the_call(dead: int) -> None:
    """A connection that nobody answers is given up by the system after two minutes."""
    with contextlib.ExitStack() as stack, Server(GOOD) as server:
        holes = [stack.enter_context(hole()) for _ in range(dead)]
        assert asked_at(server.url, *holes, ("127.0.0.1", server.port)).error is None


def test_of_a_name_s_addresses_that_refuse_the_next_is_tried(closed_port: int) -> None:
    with Server(GOOD) as server:
        assert asked_at(server.url, *[("127.0.0.1", closed_port)] * 3, ("127.0.0.1", server.port)).error is None
        assert server.connections == 1


def test_where_every_address_is_dead_the_time_is_kept() -> None:
    with hole() as first, hole() as second:
        error = asked_at("http://127.0.0.1:9", first, second, seconds=1).error
        assert error
        assert error.message == "127.0.0.1:9 did not answer within 1 s"
