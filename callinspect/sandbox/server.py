"""The sandbox's HTTP server: loopback only, one port for all vendors, no log of its own, fast to start and stop."""

from __future__ import annotations

import ipaddress
import selectors
import socket
import struct
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

from callinspect import __version__
from callinspect.deadline import NoThreadError, started
from callinspect.sandbox import vendors
from callinspect.sandbox.exchange import Reply, Request
from callinspect.sandbox.faults import Dice, Fault
from callinspect.sandbox.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from callinspect.sandbox.vendor import Vendor

DRIP_SECONDS, DRIP_PAUSE = 60, 0.003
"""Seconds between two bytes at least: a long body takes longer."""
BODY_LIMIT: Final = 65_536
MAX_DIGITS: Final = 9
"""Of a length: Python refuses to read thousands."""
RANDOM_FAULT_WAIT: Final = 1
REMEMBERED: Final = 16
"""Requests of a connection that the next one knows of."""
SERVER: Final = f"callinspect-sandbox/{__version__}"
"""The Server header of all answers but those of proxies and gateways: it shows that a call is the sandbox's."""


class Sandbox:
    """All vendors on one loopback port, in a thread (as a context manager) or in the current one (`serve_forever`).

    Each vendor is served below its name as the path, and loaded when it is first needed.

    Args:
        host: A loopback address; anything else is a ValueError.
        port: The port, 0 for any free one.
        faults: Faults of a share of all requests, at random.
        log: Called with one line for each request.
        pace: How many times faster than real time living calls change.
        clock: Gives the seconds that pass for living calls; by default real time.
        burst: Requests before a vendor's rate limit of one per second applies; None for the vendor's own number.
        token_lifetime: Seconds until issued OAuth tokens expire; None for the vendor's own number.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Sequence[Fault] = (),
        log: Callable[[str], None] | None = None,
        pace: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        burst: int | None = None,
        token_lifetime: int | None = None,
    ) -> None:
        self._dice = Dice(faults)
        self._log = log
        self._thread: threading.Thread | None = None
        self._scene = Scene(pace, clock)
        self._burst = burst
        self._token_lifetime = token_lifetime
        self._vendors: dict[str, Vendor] = {}
        self._loading = threading.Lock()
        self._server = _Server((_loopback(host), port), self._answer)
        self.url = self._server.url
        self.environment: Mapping[str, str] = _Environment(self.url)

    def serve_forever(self) -> None:
        """Answer requests until Ctrl-C."""
        try:
            with suppress(KeyboardInterrupt):
                self._server.serve()
        finally:
            self._server.close()

    def __enter__(self) -> Self:
        try:
            self._thread = started(self._server.serve)
        except NoThreadError:
            self._server.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        if self._thread:
            self._thread.join()
        self._server.close()

    def _answer(self, request: Request) -> Reply:
        name = request.segments[0]
        if name in vendors.names():
            reply = self._with_fault(self._vendor(name), replace(request, root=f"/{name}"))
        else:
            reply = Reply(404, f"No vendor is here; each is below its name: {', '.join(vendors.names())}\n".encode())
        if self._log:
            note = "" if reply.delivery == "whole" else f" {reply.delivery}"
            self._log(f"{request.method} {ascii(request.target)[1:-1]} {reply.status}{note}")
        return reply

    def _with_fault(self, vendor: Vendor, request: Request) -> Reply:
        step = self._dice.throw()
        if step == "429":
            return vendor.refuse(request, step, wait=RANDOM_FAULT_WAIT)
        reply = vendor.answer(request)
        return vendor.spoil(step, request, reply) if step else reply

    def _vendor(self, name: str) -> Vendor:
        with self._loading:
            if name not in self._vendors:
                scene = self._scene.at(f"{self.url}/{name}")
                vendor = vendors.get(name)
                self._vendors[name] = vendor(scene, burst=self._burst, token_lifetime=self._token_lifetime)
            return self._vendors[name]


class _Environment(Mapping[str, str]):
    """The variables that point to a sandbox; a vendor is loaded when one of its variables is read."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __getitem__(self, variable: str) -> str:
        for name in vendors.names():
            if variable.startswith(f"CALLINSPECT_{name.upper()}_"):
                found = vendors.environment(name, self._url)
                if variable in found:
                    return found[variable]
        raise KeyError(variable)

    def __iter__(self) -> Iterator[str]:
        for name in vendors.names():
            yield from vendors.environment(name, self._url)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    timeout = 0

    def __init__(self, address: tuple[str, int], answer: Callable[[Request], Reply]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.answer = answer
        self.serving = 0
        self.stopping = threading.Event()
        self._wake, self._woken = socket.socketpair()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        try:
            super().__init__(address, _Handler)
        except OSError:
            self._close_wake()
            raise

    def server_bind(self) -> None:
        """Bind without the host name lookup of HTTPServer."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def url(self) -> str:
        host = f"[{self.server_name}]" if ":" in self.server_name else self.server_name
        return f"http://{host}:{self.server_port}"

    def serve(self) -> None:
        """Accept connections until `stop`, which takes effect at once."""
        self.serving = threading.get_ident()
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self.stopping.is_set():
                if any(key.fileobj is self for key, _ in selector.select()):
                    self.handle_request()

    def stop(self) -> None:
        """End `serve`, and every slow response."""
        self.stopping.set()
        self._wake.send(b".")

    def close(self) -> None:
        """Close the listening socket and every connection."""
        self.stopping.set()
        with self._lock:
            for connection in self._connections:
                _hang_up(connection)
        self.server_close()
        self._close_wake()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no more threads can be started
            self.process_request_thread(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect; print other errors, which are bugs of the sandbox."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def _close_wake(self) -> None:
        self._wake.close()
        self._woken.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server
    _earlier: tuple[str, ...] = ()

    def exchange(self) -> None:
        """Read one request and send the vendor's reply."""
        length = self.headers.get("Content-Length", "0")
        if (
            "Transfer-Encoding" in self.headers
            or not length.isdecimal()
            or len(length) > MAX_DIGITS
            or int(length) > BODY_LIMIT
        ):
            self.send_error(413)
            self.close_connection = True
            return
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400)
            self.close_connection = True
            return
        body = self.rfile.read(int(length))
        client = str(self.client_address[0])
        request = Request(self.command, self.path, self.headers, body, client, earlier=self._earlier)
        self._earlier = (request.segments[-1], *self._earlier)[:REMEMBERED]
        self._send(self.server.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = exchange  # noqa: N815

    def version_string(self) -> str:
        """Return the Server header."""
        return SERVER

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log nothing: the sandbox has its own log."""

    def _send(self, reply: Reply) -> None:
        if reply.delivery == "reset":
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self.send_response_only(reply.status)
        if reply.own:
            self.send_header("Server", SERVER)
        self.send_header("Date", self.date_time_string())
        for name, value in reply.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        if threading.get_ident() == self.server.serving:  # other connections wait for this thread
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        if reply.delivery == "slow":
            self._drip(reply.body)
        elif reply.delivery == "truncated":
            self.close_connection = True
            self.wfile.write(reply.body[: len(reply.body) // 2])
        else:
            self.wfile.write(reply.body)

    def _drip(self, body: bytes) -> None:
        self.close_connection = True
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            self.wfile.flush()
            if self.server.stopping.wait(max(DRIP_SECONDS / len(body), DRIP_PAUSE)):
                return


def _loopback(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise ValueError(f"the sandbox listens on loopback only, not on {host!r}")


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
