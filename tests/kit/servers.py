"""A server that plays what it is told, byte by byte: for everything that a well-behaved one never sends."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import trustme

Play = Callable[[socket.socket], None]
"""Does something to a connection, which is closed afterwards."""

Answer = bytes | Play
"""Bytes that are sent as they are, after which the connection waits for the next request; or something else."""

PATIENCE = 30.0
"""Seconds after which a server gives up on its client; a client that got here has failed already."""

MOST_AT_ONCE = 65_536
"""Bytes of a request that are read at once."""

RESET = struct.pack("ii", 1, 0)


class Server:
    """Answers the first request with the first answer and so on, the last answer again for whatever follows.

    A context manager: it listens on loopback inside.

    Attributes:
        answers: what it plays.
        requests: every request, head and body, as it came.
        times: when each was there, in seconds since the epoch.
        connections: how many there have been, with a TLS handshake or without.
    """

    def __init__(
        self,
        *answers: Answer,
        tls: ssl.SSLContext | None = None,
        greeting: Play | None = None,
        family: socket.AddressFamily = socket.AF_INET,
    ) -> None:
        self.answers = answers
        self._tls = tls
        self._greeting = greeting
        self._host = "::1" if family is socket.AF_INET6 else "127.0.0.1"
        self._listener = socket.create_server((self._host, 0), family=family)
        self._open: list[socket.socket] = []
        self._closing = False
        self._threads = [threading.Thread(target=self._listen)]
        self._lock = threading.Lock()
        self.requests: list[bytes] = []
        self.times: list[float] = []
        self.connections = 0

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def address(self) -> str:
        return f"[{self._host}]:{self.port}" if ":" in self._host else f"{self._host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()[:2]).close()
        self._threads[0].join(PATIENCE)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _listen(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            connection.settimeout(PATIENCE)
            if self._closing:
                connection.close()
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            with self._lock:
                self.connections += 1
                self._open.append(connection)
                self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self._greeting is not None:
                self._greeting(connection)
                return
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
                with self._lock:
                    self._open.append(connection)
            while (request := read_request(connection)) is not None:
                answer = self._next_answer(request)
                if not isinstance(answer, bytes):
                    answer(connection)
                    return
                connection.sendall(answer)

    def _next_answer(self, request: bytes) -> Answer:
        with self._lock:
            self.requests.append(request)
            self.times.append(time.time())
            return self.answers[min(len(self.requests), len(self.answers)) - 1]


class Chooser(Server):
    """Answers every request by what it asks for.

    Args:
        choose: returns the answer to a request, which comes as it was sent.
    """

    def __init__(self, choose: Callable[[bytes], Answer], tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._choose = choose

    def _next_answer(self, request: bytes) -> Answer:
        with self._lock:
            self.requests.append(request)
            self.times.append(time.time())
            return self._choose(request)


def read_request(connection: socket.socket) -> bytes | None:
    """Return the next request, None when there is none to come."""
    received = bytearray()
    while b"\r\n\r\n" not in received[-MOST_AT_ONCE - 3 :]:
        chunk = connection.recv(MOST_AT_ONCE)
        if not chunk:
            return None
        received += chunk
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    length = int(header(head, "content-length") or 0)
    while len(body) < length:
        body += connection.recv(MOST_AT_ONCE)
    return head + b"\r\n\r\n" + body


def headers(request: bytes) -> dict[str, str]:
    """Return a request's headers, names in lower case."""
    lines = request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def header(request: bytes, name: str) -> str | None:
    """Return the value of a request's header."""
    return headers(request).get(name)


def answer(status: int, body: bytes | str = b"", given: Mapping[str, str] | None = None) -> bytes:
    """Return a whole HTTP answer, with its length unless the given headers say otherwise."""
    content = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(given or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Scripted\r\n{head}\r\n".encode("latin-1") + content


def reset(connection: socket.socket) -> None:
    """Break the connection the hard way."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.close()


def silence(connection: socket.socket) -> None:
    """Say nothing until the other side leaves."""
    while connection.recv(65536):
        pass


def hang_up(_connection: socket.socket) -> None:
    """Close the connection."""


def after(beginning: bytes, then: Play) -> Play:
    """Send a beginning, then do something else."""

    def play(connection: socket.socket) -> None:
        connection.sendall(beginning)
        then(connection)

    return play


def half_close(connection: socket.socket) -> None:
    """End our side of the connection only."""
    connection.shutdown(socket.SHUT_WR)
    silence(connection)


def endlessly(chunk: bytes, pause: float = 0.0) -> Play:
    """Send the same bytes for ever."""

    def play(connection: socket.socket) -> None:
        while True:
            connection.sendall(chunk)
            time.sleep(pause)

    return play


def later(seconds: float, then: Answer) -> Play:
    """Answer after so long."""

    def play(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(then) if isinstance(then, bytes) else then(connection)

    return play


def body(call_id: str = "c-1") -> str:
    """Return a call of the vendor that tests take as an example."""
    return json.dumps({"callId": call_id, "state": "active", "direction": "inbound"})


def at(state: str, **fields: str) -> bytes:
    """Return Bandwidth's answer about a call in that state."""
    return answer(200, json.dumps(json.loads(body()) | {"state": state, **fields}))


def refusing(status: int, said: str = "Call not found", given: Mapping[str, str] | None = None) -> bytes:
    """Return an error in that vendor's own form."""
    return answer(status, json.dumps({"type": "validation", "description": said, "id": None}), given)


GOOD = answer(200, body())
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = HEAD + b"Content-Length: 9999\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"

DRIP = 0.05
"""Seconds between two bytes: none of them comes late enough for a time-out of its own."""


WITH_ZONE, OLDER, OLDEST = "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"
"""The three forms of a date in HTTP."""


def head(status: int, *lines: str) -> bytes:
    """Return the head of an answer whose body has no length."""
    return f"HTTP/1.1 {status} Slow\r\n".encode() + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def limit(status: int, name: str, values: Iterable[str], text: str = "{}") -> bytes:
    """Return an answer with a header as often as there are values, encoded as UTF-8."""
    lines = "".join(f"{name}: {value}\r\n" for value in values).encode()
    return head(status, f"Content-Length: {len(text)}").replace(b"\r\n", b"\r\n" + lines, 1) + text.encode()


def limited(seconds: str) -> bytes:
    """Return an answer that names a wait of so many seconds."""
    return answer(429, given={"Retry-After": seconds})


def unshared_port() -> int:
    """Return a port that is free, and that the system does not give to whoever takes any: those are above it."""
    for port in random.sample(range(10_000, 30_000), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("no port is free")


def contexts(authority: trustme.CA, name: str = "127.0.0.1", **dates: Any) -> ssl.SSLContext:
    """Return a server's TLS with a certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **dates).configure_cert(context)
    return context
