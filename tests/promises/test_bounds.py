"""Every run ends in bounded time and memory, whatever a server sends, and however slowly.

Every run here is measured: the seconds from its start to its end, which --timeout bounds but for what the interpreter
takes to start and end on a busy machine, and the most memory that it ever had.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pytest
from kit.program import (
    BASIC,
    KILLED,
    PASSWORD,
    TIMEOUT,
    ask,
    callinspect,
    env_of,
    environment,
    failure,
    measured,
    unmeasured,
    with_threads,
)
from kit.servers import (
    GOOD,
    HEAD,
    Answer,
    Chooser,
    Play,
    Server,
    after,
    answer,
    body,
    endlessly,
    refusing,
    reset,
    silence,
)

from callinspect import providers
from callinspect.deadline import Deadline, within
from callinspect.errors import BadResponseError, NetworkError, RateLimitedError
from callinspect.http.transport import Transport
from callinspect.provider import Refusal, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

T = TypeVar("T")
R = TypeVar("R")

SOON = "0.3"
"""A --timeout for what never ends."""

GRACE = 5.0
"""Seconds beyond that for the interpreter to start and end, on a busy machine."""

TOGETHER = 8
"""Runs at a time: they wait, most of their time."""

SHORT = 0.5
"""A --timeout for what never ends, where several run at a time."""

LEEWAY = 10.0
"""Seconds beyond that for the interpreters of several to start and end, on a busy machine."""

MOST_MEMORY = 120 * 1024 * 1024
"""Bytes; a run that reads one call has a third of them."""

LATE = f"did not answer within {SHORT:g} s"


@dataclass(frozen=True)
class Ended:
    """How a measured run ended, and what its server saw of it."""

    status: int
    out: str
    err: str
    seconds: float
    memory: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def told(self) -> list[Any]:
        """What the errors that it wrote as JSON say."""
        return [json.loads(line)["error"] for line in self.err.splitlines() if line.startswith('{"error"')]


def bounded(
    *arguments: str, env: Mapping[str, str], timeout: float = SHORT, stdin: str = "", server: Server | None = None
) -> Ended:
    """Run the program with that --timeout for each call; whatever comes of it, no secret is shown."""
    longest = timeout * max(1, len(stdin.split())) + LEEWAY
    done, seconds, memory = measured(
        *arguments, "--timeout", f"{timeout:g}", env=env, stdin=stdin.encode(), longest=longest
    )
    for secret in (PASSWORD, BASIC):
        assert secret.encode() not in done.stdout + done.stderr
    return Ended(
        status=done.returncode,
        out=done.stdout.decode(),
        err=done.stderr.decode(),
        seconds=seconds,
        memory=memory,
        requests=server.requests if server else [],
        connections=server.connections if server else 0,
    )


def together(work: Callable[[T], R], cases: Mapping[str, T]) -> dict[str, R]:
    """Do the work for every case, several at a time."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        return dict(zip(cases, pool.map(work, cases.values()), strict=True))


def within_bounds(ended: Ended, timeout: float = SHORT) -> None:
    assert ended.status != KILLED, "it had not ended long after its time was over"
    assert ended.seconds < timeout + LEEWAY
    assert ended.memory < MOST_MEMORY
    assert "Traceback" not in ended.err
    assert ended.status != 1, ended.err


NEVER_ENDING: dict[str, Answer] = {
    "a server that never answers": silence,
    "a status line byte by byte": endlessly(b"H", 0.05),
    "headers byte by byte": after(b"HTTP/1.1 200 OK\r\nX: ", endlessly(b"x", 0.05)),
    "interim answers without end": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "a body byte by byte": after(HEAD + b"Content-Length: 9999\r\n\r\n", endlessly(b" ", 0.05)),
    "chunks byte by byte": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", endlessly(b"1\r\n \r\n", 0.05)),
    "a body that stops": after(GOOD[:-5], silence),
}


@pytest.mark.parametrize("fault", NEVER_ENDING.values(), ids=NEVER_ENDING.keys())
def test_an_answer_that_never_ends_is_given_up_when_the_time_is_over(fault: Answer, tmp_path: Path) -> None:
    with Server(fault) as server:
        started = time.monotonic()
        said = failure(ask(env_of(tmp_path, server.url), "--timeout", SOON), 7)
        assert time.monotonic() - started < GRACE
        assert said == f"callinspect: bandwidth c-1: {server.address} did not answer within 0.3 s"
        assert len(server.requests) == 1


def test_a_server_that_takes_no_request_is_given_up_when_the_time_is_over(tmp_path: Path) -> None:
    with Server(greeting=silence) as server:
        started = time.monotonic()
        assert "did not answer within 0.3 s" in failure(ask(env_of(tmp_path, server.url), "--timeout", SOON), 7)
        assert time.monotonic() - started < GRACE


def test_the_time_covers_all_tries_and_the_pauses_between_them(tmp_path: Path) -> None:
    with Server(answer(503), silence) as server:
        started = time.monotonic()
        failure(ask(env_of(tmp_path, server.url), "--timeout", "1"), 7)
        assert time.monotonic() - started < 1 + GRACE


def test_a_resolver_that_never_answers_is_given_up_when_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(TIMEOUT) and [])
    started = time.monotonic()
    with contextlib.closing(Transport("https://vendor.test")) as transport:
        with pytest.raises(NetworkError, match=r"^vendor\.test did not answer within 0\.3 s$"):
            transport.exchange(Request(url="https://vendor.test/"), _judge, Deadline(0.3))
        over.set()
    assert time.monotonic() - started < 0.3 + GRACE


def _judge(response: Response) -> Refusal | None:
    return Refusal(error=BadResponseError) if response.status >= 300 else None


def test_what_does_not_come_back_is_left_behind() -> None:
    with pytest.raises(TimeoutError):
        within(0.05, partial(time.sleep, 1))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("words", [("get", "c-1"), ("list",), ("wait", "c-1")], ids=lambda words: words[0])
def test_without_threads_a_call_is_read(words: tuple[str, ...], host: str, tmp_path: Path) -> None:
    ended = json.loads(body()) | {"state": "disconnected"}
    with Server(answer(200, json.dumps([ended] if words == ("list",) else ended))) as server:
        env = env_of(tmp_path, f"http://{host}:{server.port}") | with_threads(0, tmp_path)
        done = callinspect(words[0], "bandwidth", *words[1:], "-f", "id", env=unmeasured(env))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"c-1\n", b"")


@pytest.mark.parametrize(
    "words", [("auth", "login", "webex", "--stdin"), ("auth", "status", "webex"), ("get", "webex", "1")], ids=" ".join
)
def test_without_threads_a_keyring_is_not_waited_for(words: tuple[str, ...], tmp_path: Path) -> None:
    env = environment(tmp_path) | with_threads(0, tmp_path)
    said = failure(callinspect(*words, env=unmeasured(env)), 10)
    assert "the keyring cannot be asked, since the system lets no more threads be started" in said
    assert "set the credentials in the environment" in said


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_the_sandbox_needs_one_thread_beside_the_command(threads: int, tmp_path: Path) -> None:
    env = environment(tmp_path) | with_threads(threads, tmp_path)
    done = callinspect("--sandbox", "list", "catapult", "-f", "id", "--limit", "3", env=unmeasured(env))
    if threads:
        assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 3, b"")
    else:
        assert "the sandbox cannot run beside the command" in failure(done, 10)


def test_what_fails_in_time_fails_as_it_would_have() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


BOMB = gzip.compress(bytes(200_000_000), 9)
HUGE: dict[str, tuple[Answer, str]] = {
    "endless": (after(HEAD + b"\r\n", endlessly(b" " * 65536)), "answered with more than 10 MiB"),
    "endless chunks": (
        after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", endlessly(b"8000\r\n" + b" " * 0x8000 + b"\r\n")),
        "answered with more than 10 MiB",
    ),
    "declared": (after(HEAD + b"Content-Length: 99999999999\r\n\r\n", endlessly(b" " * 65536)), "more than 10 MiB"),
    "a gzip bomb": (answer(200, BOMB, {"Content-Encoding": "gzip"}), "encoded as gzip, which was not asked for"),
    "a deflate bomb": (answer(200, BOMB, {"Content-Encoding": "deflate"}), "encoded as deflate"),
}


@pytest.mark.parametrize(("sent", "says"), HUGE.values(), ids=HUGE.keys())
def test_a_body_beyond_measure_is_refused_in_little_memory(sent: Answer, says: str, tmp_path: Path) -> None:
    with Server(sent) as server:
        done, _, used = measured("get", "bandwidth", "c-1", env=env_of(tmp_path, server.url))
        assert says in failure(done, 12)
        assert used < 120_000_000
        assert len(server.requests) == 1


def test_a_body_of_ten_mebibytes_is_read_and_one_byte_more_is_refused(tmp_path: Path) -> None:
    most = body().ljust(10 * 1024 * 1024)
    with Server(answer(200, most), answer(200, most + " ")) as server:
        env = env_of(tmp_path, server.url)
        done = ask(env)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "more than 10 MiB" in failure(ask(env), 12)


@pytest.mark.parametrize("fault", [silence, endlessly(b"\x16\x03\x03\x40\x00", 0.1)])
def test_a_handshake_that_never_ends_is_given_up_when_the_time_is_over(fault: Play, tmp_path: Path) -> None:
    with Server(greeting=fault) as server:
        started = time.monotonic()
        failure(ask(env_of(tmp_path, server.url.replace("http:", "https:")), "--timeout", SOON), 7)
        assert time.monotonic() - started < GRACE


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = HEAD + b"Content-Length: 9999\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"
DRIP = 0.05
"""Seconds between two bytes: none of them comes late enough for a time-out of its own."""


def head(status: int, *lines: str) -> bytes:
    """Return the head of an answer whose body has no length."""
    return f"HTTP/1.1 {status} Slow\r\n".encode() + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


NEVER_ENDING_EITHER: dict[str, Answer] = {
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


TOO_LONG = "did not send a whole HTTP answer"
TOO_MUCH: dict[str, tuple[Answer, int, str]] = {
    "empty lines before the status line": (endlessly(b"\r\n", DRIP), 7, TOO_LONG),
    "a chunk extension without end": (after(CHUNKED + b"1;a=", endlessly(b"x" * 65536)), 7, TOO_LONG),
    "a chunk's size without end": (after(CHUNKED, endlessly(b"0" * 65536)), 7, TOO_LONG),
    "trailers without end": (after(CHUNKED + b"0\r\n", endlessly(b"X: y\r\n" * 9999)), 7, TOO_LONG),
    "a status line without end": (after(b"HTTP/1.1 200 ", endlessly(b"K" * 65536)), 7, TOO_LONG),
    "a folded header without end": (after(HEAD + b"X: y\r\n", endlessly(b" z\r\n" * 9999)), 7, TOO_LONG),
    "an interim answer's headers without end": (
        after(b"HTTP/1.1 103 Hm\r\n", endlessly(b"X: y\r\n" * 9999)),
        7,
        TOO_LONG,
    ),
    "a header of a megabyte": (HEAD + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n{}", 7, TOO_LONG),
    "headers of a megabyte": (HEAD + b"X: y\r\n" * 170_000 + b"\r\n{}", 7, TOO_LONG),
    "a failure's body without end": (after(head(500), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "a refusal's body without end": (after(head(401), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "a limit's body without end": (after(head(429), endlessly(b" " * 65536)), 12, "more than 10 MiB"),
    "large chunks": (after(CHUNKED, endlessly(b"ffffffff\r\n" + b" " * 0xFFFFF)), 12, "more than 10 MiB"),
    "a chunk of no size that there is": (after(CHUNKED + b"f" * 30 + b"\r\n", endlessly(b" " * 65536)), 7, TOO_LONG),
    "a raw deflate bomb": (
        answer(200, zlib.compress(bytes(9_000_000), wbits=-15), {"Content-Encoding": "deflate"}),
        12,
        "encoded as deflate",
    ),
    "a bomb in a bomb": (
        answer(200, gzip.compress(BOMB), {"Content-Encoding": "gzip, gzip"}),
        12,
        "encoded as gzip, gzip",
    ),
    "a bomb in chunks": (
        head(200, "Content-Encoding: GZIP", "Transfer-Encoding: chunked")
        + b"%x\r\n%b\r\n0\r\n\r\n" % (len(BOMB), BOMB),
        12,
        "which was not asked for",
    ),
    "a bomb among the transfer codings": (head(200, "Transfer-Encoding: gzip, chunked") + BOMB, 7, TOO_LONG),
    "a bomb that does not say so": (answer(200, BOMB), 12, "cannot be read"),
    "a bomb with a failure": (answer(500, BOMB, {"Content-Encoding": "gzip"}), 7, "HTTP status 500"),
    "brackets": (answer(200, b"[" * 10_000_000), 12, "cannot be read"),
    "digits": (answer(200, b"9" * 10_000_000), 12, "cannot be read"),
    "a text": (answer(200, b'{"callId": "' + b"x" * 10_000_000), 12, "cannot be read"),
    "escapes": (answer(200, b'"' + rb"\u0001" * 1_600_000 + b'"'), 12, "something other than a call"),
}

AMPLIFIED: dict[str, bytes] = {
    "texts": b'{"callId": "c-1", "x": [' + b'"ab",' * 2_000_000 + b'"ab"]}',
    "keys": b'{"callId": "c-1", ' + b",".join(b'"%x":1' % i for i in range(900_000)) + b"}",
    "values and an escape": b'["\\n",' + b'{"a":0},' * 1_300_000 + b"0]",
    "values and an escape of another kind": b'["%41&amp;\\u0041",' + b"[]," * 3_400_000 + b"0]",
    "escapes within escapes": b'["' + b"%5Cu0034%255C%2575" * 580_000 + b'"]',
    "passwords": b'["' + f"{BASIC} ".encode() * 380_000 + b'"]',
}
"""Bodies below ten mebibytes whose values take many times that."""

ENOUGH: dict[str, bytes] = {
    "a header of 60 kB": HEAD + b"X: " + b"x" * 60_000 + b"\r\nContent-Length: 18\r\n\r\n" + b'{"callId": "c-1"} ',
    "ten thousand headers": HEAD + b"X: y\r\n" * 10_000 + b"Content-Length: 18\r\n\r\n" + b'{"callId": "c-1"} ',
    "interim answers, then one": b"HTTP/1.1 100 Continue\r\n\r\n" * 5000 + HINTS * 5000 + GOOD,
    "chunks of one byte with extensions": CHUNKED
    + b"".join(b"1;a=b\r\n%c\r\n" % each for each in body().encode())
    + b"0\r\nX: y\r\n\r\n",
}


def one_call(home: Path, timeout: float = SHORT) -> Callable[[Answer], Ended]:
    """Return what asks for one call that is answered like that."""

    def run(sent: Answer) -> Ended:
        with Server(sent) as server:
            env = env_of(home, server.url)
            return bounded("get", "bandwidth", "c-1", env=env, timeout=timeout, server=server)

    return run


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    return together(one_call(tmp_path_factory.mktemp("home")), NEVER_ENDING_EITHER)


@pytest.mark.parametrize("fault", NEVER_ENDING_EITHER)
def test_whatever_part_of_an_answer_drips_the_run_ends_with_its_time(fault: str, slow: dict[str, Ended]) -> None:
    ended = slow[fault]
    within_bounds(ended)
    assert (ended.status, ended.out) == (7, "")
    assert LATE in ended.err
    assert len(ended.requests) <= 1


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    sent: dict[str, Answer] = {name: each for name, (each, _, _) in TOO_MUCH.items()}
    return together(one_call(tmp_path_factory.mktemp("home"), 20), sent | ENOUGH | _answers(AMPLIFIED))


def _answers(bodies: Mapping[str, bytes]) -> dict[str, Answer]:
    return {name: answer(200, each) for name, each in bodies.items()}


@pytest.mark.parametrize("fault", TOO_MUCH)
def test_whatever_part_of_an_answer_is_too_much_it_is_refused_in_little_memory(
    fault: str, large: dict[str, Ended]
) -> None:
    ended, (_, status, says) = large[fault], TOO_MUCH[fault]
    within_bounds(ended, 20)
    assert (ended.status, ended.out) == (status, "")
    assert says in ended.err


@pytest.mark.parametrize("kind", ENOUGH)
def test_much_that_is_not_too_much_is_read(kind: str, large: dict[str, Ended]) -> None:
    ended = large[kind]
    within_bounds(ended, 20)
    assert (ended.status, ended.err) == (0, "")


@pytest.mark.parametrize("kind", AMPLIFIED)
def test_a_body_of_countless_values_takes_little_memory(kind: str, large: dict[str, Ended]) -> None:
    within_bounds(large[kind], 20)


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
def reluctant(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[bool, float | None, int]) -> Ended:
        accepts, pause, length = case
        with Reluctant(accepts=accepts, pause=pause) as server:
            return bounded("get", "bandwidth", "-", env=env_of(home, server.url), stdin="c" * length + "\n")

    return together(run, RELUCTANT)


@pytest.mark.parametrize("fault", RELUCTANT)
def test_a_request_that_cannot_be_sent_is_given_up_when_the_time_is_over(
    fault: str, reluctant: dict[str, Ended]
) -> None:
    ended = reluctant[fault]
    within_bounds(ended)
    assert (ended.status, ended.out) == (7, "")
    assert LATE in ended.err


TIME = 2.0
"""A --timeout with room for three tries, and not for any wait that is named here."""

AHEAD = datetime.now(UTC) + timedelta(days=1)
WITH_ZONE, OLDER, OLDEST = "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"
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


def limit(status: int, name: str, values: Iterable[str], text: str = "{}") -> bytes:
    """Return an answer with a header as often as there are values, encoded as UTF-8."""
    lines = "".join(f"{name}: {value}\r\n" for value in values).encode()
    return head(status, f"Content-Length: {len(text)}").replace(b"\r\n", b"\r\n" + lines, 1) + text.encode()


def number(request: bytes) -> int:
    """Return the number in the id of the call that is asked for."""
    return int(request.split(b" ")[1].rpartition(b"-")[2])


@dataclass(frozen=True)
class Limited:
    """What became of many calls, each answered with a wait of its own."""

    ended: Ended
    said: Mapping[int, Any]
    asked: Mapping[int, int]


def limited(answers: list[bytes], env: Callable[[str], dict[str, str]], provider: str = "bandwidth") -> Limited:
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
def test_a_wait_is_what_it_is_in_every_form_and_no_other_form_is_one(
    status: int, value: str, waits: dict[str, Limited]
) -> None:
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
        transport = Transport(server.url)
        with contextlib.closing(transport), pytest.raises(RateLimitedError) as caught:
            transport.exchange(Request(f"{server.url}/", form={}), providers.get(provider).refusal, Deadline(TIME))
    return caught.value.retry_after


@pytest.mark.parametrize("value", [*NAMED, *OVER])
@pytest.mark.parametrize("status", [423, 429])
def test_a_limit_names_its_wait_in_the_same_forms(status: int, value: str) -> None:
    values, means = NAMED[value] if value in NAMED else ([OVER[value]], (0.0, 0.0))
    seconds = named(limit(status, "Retry-After", values), "bandwidth")
    assert seconds is None if means is None else means[0] <= (-1 if seconds is None else seconds) <= means[1]


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("value", ["three seconds", "eleven days", "tomorrow", "half a second", "several", "at once"])
def test_a_limit_that_stays_ends_with_the_time_of_the_call(value: str, status: int, tmp_path: Path) -> None:
    values, means = NAMED[value] if value in NAMED else ([OVER[value]], None)
    with Server(limit(status, "Retry-After", values)) as server:
        ended = bounded("get", "bandwidth", "c-1", env=env_of(tmp_path, server.url), timeout=TIME, server=server)
    within_bounds(ended, TIME)
    assert ended.status == 6
    assert len(ended.requests) == 1 if means else 3 <= len(ended.requests) <= 7


@pytest.mark.parametrize("status", [200, 401])
def test_a_wait_with_an_answer_that_is_not_tried_again_is_not_waited_for(
    status: int, waits: dict[str, Limited]
) -> None:
    assert set(waits[str(status)].asked.values()) == {1}


def test_leading_zeros_of_a_wait_mean_nothing_however_many_they_are(tmp_path: Path) -> None:
    with Server(answer(429, given={"Retry-After": "0" * 12 + "60"})) as server:
        ended = bounded("get", "bandwidth", "c-1", "-o", "json", env=env_of(tmp_path, server.url))
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


def catapult(home: Path, url: str) -> dict[str, str]:
    return environment(
        home,
        CALLINSPECT_CATAPULT_BASE_URL=f"{url}/v1",
        CALLINSPECT_CATAPULT_USER_ID="u-1",
        CALLINSPECT_CATAPULT_TOKEN="t-1",
        CALLINSPECT_CATAPULT_SECRET=PASSWORD,
    )


def in_body(value: str) -> str:
    return json.dumps({"code": "too-many", "details": [{"name": "rateLimitResetTime", "value": value}]})


@pytest.mark.parametrize("value", RESETS)
@pytest.mark.parametrize("place", ["header 429", "header 423", "body 429"])
def test_the_end_of_a_limit_is_what_it_is_and_no_other_form_is_one(place: str, value: str) -> None:
    values, means = RESETS[value]
    status = int(place[-3:])
    text = in_body(", ".join(values).strip()) if place.startswith("body") else "{}"
    sent = limit(status, "X" if place.startswith("body") else "X-RateLimit-Reset", values, text)
    seconds = named(sent, "catapult")
    assert seconds is None if means is None else means[0] <= (-1 if seconds is None else seconds) <= means[1]


@pytest.mark.parametrize("value", ["tomorrow", "in seconds", "a word"])
def test_whatever_end_of_a_limit_is_named_the_call_ends_within_its_time(value: str, tmp_path: Path) -> None:
    with Server(limit(429, "X-RateLimit-Reset", RESETS[value][0])) as server:
        ended = bounded("get", "catapult", "c-1", env=catapult(tmp_path, server.url), timeout=TIME, server=server)
    within_bounds(ended, TIME)
    assert ended.status == 6
    assert len(ended.requests) == 1 if value == "tomorrow" else 2 <= len(ended.requests) <= 3


def test_the_end_of_a_limit_says_nothing_of_a_failure(tmp_path: Path) -> None:
    with Server(limit(503, "X-RateLimit-Reset", RESETS["tomorrow"][0])) as server:
        env = catapult(tmp_path, server.url)
        ended = bounded("get", "catapult", "c-1", "--error-format", "json", env=env, timeout=TIME, server=server)
    assert [(each["code"], each["retry_after"]) for each in ended.told] == [("vendor_unavailable", None)]


def client_of_bandwidth(home: Path, url: str, vendor_url: str = "") -> dict[str, str]:
    return environment(
        home,
        CALLINSPECT_BANDWIDTH_BASE_URL=f"{vendor_url or url}/api/v2",
        CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{url}/token",
        CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
        CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
        CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
    )


def client_of_webex(home: Path, url: str) -> dict[str, str]:
    return environment(
        home,
        CALLINSPECT_WEBEX_BASE_URL=f"{url}/v1",
        CALLINSPECT_WEBEX_CLIENT_ID="client",
        CALLINSPECT_WEBEX_CLIENT_SECRET=PASSWORD,
        CALLINSPECT_WEBEX_REFRESH_TOKEN="refresh",
    )


CLIENTS = {"bandwidth": client_of_bandwidth, "webex": client_of_webex}

DRIPPING: list[Answer] = [
    silence,
    endlessly(b"H", DRIP),
    endlessly(HINTS, DRIP),
    after(HEAD, endlessly(b"X: y\r\n", DRIP)),
    after(LONG, endlessly(b" ", DRIP)),
    after(CHUNKED + b"1;a=", endlessly(b"x", DRIP)),
    after(head(503), endlessly(b" ", DRIP)),
    after(head(401), endlessly(b" ", DRIP)),
]
TOO_MUCH_FOR_A_TOKEN: list[Answer] = [
    after(HEAD + b"\r\n", endlessly(b" " * 65536)),
    after(HEAD, endlessly(b"X: y\r\n" * 9999)),
    answer(200, BOMB, {"Content-Encoding": "gzip"}),
    answer(200, b"[" * 10_000_000),
    answer(200, b'{"access_token": "' + b"x" * 10_000_000),
    answer(200, b'{"access_token": "' + b"x" * 9_000_000 + b'"}'),
    answer(200, b'{"access_token": "x", "refresh_token": "' + b"x" * 9_000_000 + b'"}'),
]


@dataclass(frozen=True)
class Tokens:
    """Answers of a token endpoint, one after the other, to as many calls."""

    provider: str
    answers: list[Answer]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    home = tmp_path_factory.mktemp("home")

    def run(case: Tokens) -> Ended:
        with Server(*case.answers) as server:
            ids = "".join(f"c-{each}\n" for each in range(len(case.answers)))
            arguments = ["get", case.provider, "-", "--jobs", "1", "-o", "jsonl"]
            env = CLIENTS[case.provider](home, server.url)
            return bounded(*arguments, env=env, timeout=SHORT * 2, stdin=ids, server=server)

    cases = {"slow": DRIPPING, "large": TOO_MUCH_FOR_A_TOKEN}
    return together(
        run, {f"{provider} {name}": Tokens(provider, each) for provider in CLIENTS for name, each in cases.items()}
    )


@pytest.mark.parametrize("provider", CLIENTS)
def test_a_token_endpoint_that_drips_ends_with_the_time_of_each_call(provider: str, tokens: dict[str, Ended]) -> None:
    ended = tokens[f"{provider} slow"]
    within_bounds(ended, SHORT * 2 * len(DRIPPING))
    assert [(each["code"], "did not answer within 1 s" in each["message"]) for each in ended.told] == [
        ("network", True)
    ] * len(DRIPPING)


@pytest.mark.parametrize("provider", CLIENTS)
def test_a_token_endpoint_that_sends_too_much_is_refused_in_little_memory(
    provider: str, tokens: dict[str, Ended]
) -> None:
    ended = tokens[f"{provider} large"]
    within_bounds(ended, SHORT * 2 * len(TOO_MUCH_FOR_A_TOKEN))
    assert len(ended.told) == len(TOO_MUCH_FOR_A_TOKEN)
    assert {each["code"] for each in ended.told} <= {"network", "bad_response", "vendor_unavailable"}


@pytest.mark.parametrize(("status", "exit_status"), [(423, 6), (429, 6), (503, 7)])
@pytest.mark.parametrize("provider", CLIENTS)
def test_a_token_endpoint_that_names_a_wait_is_told_so_and_not_waited_for(
    provider: str, status: int, exit_status: int, tmp_path: Path
) -> None:
    with Server(limit(status, "Retry-After", ["9"])) as server:
        env = CLIENTS[provider](tmp_path, server.url)
        ended = bounded("get", provider, "c-1", "--error-format", "json", env=env, timeout=TIME, server=server)
    assert (ended.status, [each["retry_after"] for each in ended.told]) == (exit_status, [9])
    assert [request.split()[0] for request in ended.requests] == [b"POST"]


def test_many_calls_do_not_wait_for_a_token_one_after_the_other(tmp_path: Path) -> None:
    with Server(GOOD) as vendor, Server(silence) as endpoint:
        env = client_of_bandwidth(tmp_path, endpoint.url, vendor.url)
        ids = "".join(f"c-{each}\n" for each in range(160))
        ended = bounded("get", "bandwidth", "-", "--jobs", "32", "-o", "jsonl", env=env, stdin=ids)
        within_bounds(ended, 160 / 32 * SHORT)
        assert len(ended.told) == 160
        assert vendor.requests == []


def test_a_token_that_is_renewed_has_no_time_of_its_own(tmp_path: Path) -> None:
    token = answer(200, '{"access_token": "t", "expires_in": 3600}')
    with Server(refusing(401)) as vendor, Server(token, silence) as endpoint:
        ended = bounded("get", "bandwidth", "c-1", env=client_of_bandwidth(tmp_path, endpoint.url, vendor.url))
        within_bounds(ended)
        assert (ended.status, len(vendor.requests)) == (7, 1)
        assert f"{endpoint.address} {LATE}" in ended.err


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
def lists(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[Callable[[bytes], Answer], tuple[str, ...], int, int]) -> Ended:
        with Chooser(case[0]) as server:
            arguments = ["list", "bandwidth", *case[1]]
            return bounded(*arguments, env=env_of(home, server.url), timeout=SHORT * 2, server=server)

    return together(run, LISTS)


@pytest.mark.parametrize("kind", LISTS)
def test_every_page_of_a_list_has_the_time_of_a_call_and_what_came_before_is_whole(
    kind: str, lists: dict[str, Ended]
) -> None:
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
    "a limit that names a date": (limit(429, "Retry-After", [AHEAD.strftime(OLDEST)]), 6),
    "a limit that names no wait": (limit(429, "X", []), 8),
    "a limit that is over": (limit(429, "Retry-After", ["0"]), 8),
    "a failure that names eleven days": (limit(503, "Retry-After", ["999999"]), 7),
    "a failure that names no wait": (limit(503, "Retry-After", ["soon"]), 8),
    "a call that is not found": (refusing(404), 8),
    "a page of something in between": (answer(404, "<html>"), 8),
    "a call that never ends": (GOOD, 8),
}


@pytest.fixture(scope="module")
def awaited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[str, Answer]) -> Ended:
        command, sent = case
        with Server(sent) as server:
            arguments = [command, "bandwidth", "c-1", "--interval", "0.1"]
            return bounded(*arguments, env=env_of(home, server.url), timeout=SHORT, server=server)

    commands = ("wait", "watch")
    return together(
        run, {f"{command} {fault}": (command, sent) for fault, (sent, _) in AWAITED.items() for command in commands}
    )


@pytest.mark.parametrize("fault", AWAITED)
@pytest.mark.parametrize("command", ["wait", "watch"])
def test_waiting_for_a_call_ends_with_its_time_whatever_the_vendor_does(
    command: str, fault: str, awaited: dict[str, Ended]
) -> None:
    ended = awaited[f"{command} {fault}"]
    within_bounds(ended)
    assert ended.status == AWAITED[fault][1], ended.err
    assert (ended.out == "") == (command == "wait" or fault != "a call that never ends")


MANY = b'{"x":[' + b"{}," * 6_000_000 + b"0]}\n"
KEYRING = """
from pathlib import Path
from keyring.backend import KeyringBackend

class Kept(KeyringBackend):
    name = "kept"
    priority = 1

    def get_password(self, service, username):
        return Path("many").read_text()

    def set_password(self, service, username, password):
        raise RuntimeError
"""
GIVEN: dict[str, tuple[tuple[str, ...], int, str]] = {
    "credentials on standard input": (("auth", "login", "catapult", "--stdin"), 2, "longer than any credentials"),
    "a keyring's item": (("get", "bandwidth", "c-1"), 10, "does not hold what was stored"),
    "a body that was saved": (("get", "bandwidth", "--from-file", "many"), 10, "larger than 10 MiB"),
    "a line of earlier output": (("get", "bandwidth", "c-1", "--resume", "many"), 10, "line 1, is no record"),
}
"""What is read besides answers: a command line that reads it, how that ends, and what is said."""


@pytest.mark.parametrize("kind", GIVEN)
def test_whatever_is_read_besides_answers_takes_little_memory(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments, status, says = GIVEN[kind]
    (tmp_path / "kept.py").write_text(KEYRING)
    (tmp_path / "many").write_bytes(b"null" if "login" in arguments else MANY)
    monkeypatch.chdir(tmp_path)
    env = environment(tmp_path, PYTHONPATH=str(tmp_path), PYTHON_KEYRING_BACKEND="kept.Kept")
    ended = bounded(*arguments, env=env, timeout=20, stdin=MANY.decode() if "login" in arguments else "")
    within_bounds(ended, 20)
    assert (ended.status, ended.out) == (status, ""), ended.err
    assert says in ended.err


def test_an_id_has_a_bound_wherever_it_comes_from(tmp_path: Path) -> None:
    """One of ten million characters takes half a gigabyte to be compared, or to be made part of an address."""
    long = "%41" * 1_000_000
    with Server(answer(200, json.dumps({"callId": long, "state": "queued"}))) as server:
        env = env_of(tmp_path, server.url)
        done, _, memory = measured("get", "bandwidth", "c-1", env=env)
        assert (done.returncode, memory < 150 * 2**20) == (12, True)
        server.requests.clear()
        done, _, memory = measured("get", "bandwidth", "-", env=env, stdin=long.encode())
        assert (done.returncode, server.requests, memory < 150 * 2**20) == (2, [], True)
    assert len(done.stderr) < 500
