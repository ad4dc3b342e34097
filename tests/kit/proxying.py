"""A proxy that plays the vendor behind it, and runs that are to show nothing of its password."""

from __future__ import annotations

import ssl
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from kit.bounds import LEEWAY
from kit.program import BASIC, KILLED, PASSWORD, VENDOR, measured
from kit.servers import silence

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

BEHIND = "https://vendor.test"
"""The vendor's base URL: a name that only the proxy knows, since loopback is never reached through one."""

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Inner:
    """TLS on top of a connection, which may have TLS already; Python's own wrapping takes plain ones only."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def handshake(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._connection.sendall(self._outgoing.read())
                self._receive()
            else:
                self._connection.sendall(self._outgoing.read())
                return

    def request(self) -> bytes:
        """Return the next request, nothing when there is none to come."""
        received = b""
        while b"\r\n\r\n" not in received:
            try:
                received += self._tls.read(65536)
            except ssl.SSLWantReadError:
                self._receive()
        return received

    def records(self, content: bytes) -> bytes:
        """Return what the content becomes on the way."""
        self._tls.write(content)
        return self._outgoing.read()

    def send(self, content: bytes) -> None:
        self._connection.sendall(self.records(content))

    def _receive(self) -> None:
        received = self._connection.recv(65536)
        if not received:
            raise ConnectionError
        self._incoming.write(received)


class Tunnel:
    """What a proxy does that connects to the vendor, or plays the vendor itself.

    Args:
        context: the vendor's TLS.
        answers: the vendor's.

    Attributes:
        received: the requests that the vendor got.
    """

    def __init__(self, context: ssl.SSLContext, *answers: bytes | Callable[[Inner, socket.socket], None]) -> None:
        self._context = context
        self._answers = answers
        self.received: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(ESTABLISHED)
        inner = Inner(connection, self._context)
        inner.handshake()
        for each in self._answers:
            self.received.append(inner.request())
            if isinstance(each, bytes):
                inner.send(each)
            else:
                each(inner, connection)
        silence(connection)


@dataclass(frozen=True)
class Seen:
    """How a run ended, and what the proxy and the vendor behind it saw."""

    status: int
    out: str
    err: str
    connections: int
    at_proxy: list[bytes]
    at_vendor: list[bytes]

    @property
    def said(self) -> str:
        """The error that it ends with, and its hints, below the trace of requests."""
        return self.err[max(0, self.err.rfind("error: ")) :]


USER = "me"
PROXY_PASSWORD = "canary-7a:b/c"
SENT = b64encode(f"{USER}:{PROXY_PASSWORD}".encode()).decode()
ENCODED = quote(PROXY_PASSWORD, safe="")
SECRET = f"{USER}:{ENCODED}@"


def looked(env: Mapping[str, str], *arguments: str, timeout: float = 5) -> tuple[int, str, str]:
    """Run `get` for one call at its most talkative; it ends in time, without a bug, and shows no secret in any form."""
    told = ("-vv", "--debug", "--timeout", f"{timeout:g}", *arguments)
    done, seconds, _ = measured("get", VENDOR, "c-1", *told, env=env, longest=timeout + LEEWAY)
    assert done.returncode != KILLED, "it had not ended long after its time was over"
    assert seconds < timeout + LEEWAY
    for secret in (PASSWORD, BASIC, PROXY_PASSWORD, ENCODED, SENT):
        assert secret.encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    assert done.returncode != 1, done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()
