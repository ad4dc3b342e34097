"""Connections whose every read and write ends by the deadline of the moment.

httpx's time-outs are for one read each: a body that drips never runs into one. Its connection pool, httpcore's, takes a
backend that opens connections, and that is where a limit on a whole call has its place.
"""

import selectors
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import httpcore

from callinspect.deadline import Deadline, within

if TYPE_CHECKING:
    import socket

T = TypeVar("T")
R = TypeVar("R")

Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""Waits for a socket; with poll for as many of them as there are, and without a descriptor of its own."""


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects under the deadline of the moment, name resolution included.

    Attributes:
        deadline: that of the moment.
        peer: the host that the latest TLS handshake is with: the vendor's or the proxy's.
    """

    def __init__(self) -> None:
        self.deadline = Deadline(0)
        self.peer: str | None = None
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline is nearer
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection."""
        left = self.deadline.remaining
        try:
            stream = within(
                left, lambda: self._backend.connect_tcp(host, port, max(left, 0.001), local_address, socket_options)
            )
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """A connection, with TLS or without, whose every read and write ends by the deadline of the moment.

    Its socket does not block: a time-out would have to be set for every read and every write, and each time the threads
    of a run with many calls would take turns.

    Args:
        stream: the connection itself.
        backend: whose deadline it is.
    """

    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend) -> None:
        self._stream = stream
        self._backend = backend
        self._socket: socket.socket = stream.get_extra_info("socket")
        self._socket.settimeout(0)
        self._selector = Selector()
        self._selector.register(self._socket, selectors.EVENT_READ)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._done(self._socket.recv, max_bytes, selectors.EVENT_READ, httpcore.ReadError, httpcore.ReadTimeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        while buffer:
            sent = self._done(
                self._socket.send, buffer, selectors.EVENT_WRITE, httpcore.WriteError, httpcore.WriteTimeout
            )
            buffer = buffer[sent:]

    def _done(self, step: Callable[[T], R], what: T, event: int, broken: type[Exception], late: type[Exception]) -> R:
        """Do what the socket may not be ready for, as soon as it is."""
        while (left := self._backend.deadline.remaining) > 0:
            try:
                return step(what)
            except BlockingIOError:
                awaited = event
            except ssl.SSLWantReadError:
                awaited = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                awaited = selectors.EVENT_WRITE
            except OSError as error:
                raise broken from error
            self._selector.modify(self._socket, awaited)
            self._selector.select(left)
        raise late

    def close(self) -> None:
        self._selector.close()
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        self._backend.peer = server_hostname
        self._selector.close()  # what follows has its own
        if isinstance(self._socket, ssl.SSLSocket):
            return _NestedStream(self._stream, self._backend, ssl_context, server_hostname)
        left = self._backend.deadline.remaining
        if left <= 0:
            raise httpcore.ConnectTimeout
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _NestedStream(httpcore.NetworkStream):
    """TLS in the TLS to a proxy, for which httpcore gives each of many reads all the time there is."""

    def __init__(
        self,
        stream: httpcore.NetworkStream,
        backend: DeadlineBackend,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None,
    ) -> None:
        self._stream = stream
        self._backend = backend
        self._stream = self._in_time(
            httpcore.ConnectTimeout, lambda left: stream.start_tls(ssl_context, server_hostname, left)
        )

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._in_time(httpcore.ReadTimeout, lambda left: self._stream.read(max_bytes, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._in_time(httpcore.WriteTimeout, lambda left: self._stream.write(buffer, left))

    def _in_time(self, late: type[Exception], call: Callable[[float], R]) -> R:
        """Return what a call returns that is told how many seconds are left."""
        left = self._backend.deadline.remaining
        if left <= 0:
            raise late
        try:
            return within(left, lambda: call(left))
        except TimeoutError:
            self.close()
            raise late from None

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def has_surplus(connection: Any) -> bool:
    """Whether h11 holds bytes that came after an answer; httpcore looks at those still in the socket only."""
    state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])
