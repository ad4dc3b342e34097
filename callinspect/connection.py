"""Connections whose every read and write ends by the deadline of the moment.

httpx's time-outs are for one read each: a body that drips never runs into one. Its connection pool, httpcore's, takes a
backend that opens connections, and that is where a limit on a whole call has its place.
"""

import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import httpcore

from callinspect.deadline import Deadline, within

T = TypeVar("T")

NESTED = 2
"""Layers of TLS, to a proxy and through it to the vendor, for which httpcore gives each of many reads all the time."""


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects under the deadline of the moment, name resolution included.

    Attributes:
        peer: the host that the latest TLS handshake is with: the vendor's or the proxy's.
    """

    def __init__(self, deadline: Callable[[], Deadline]) -> None:
        self.deadline = deadline
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
        left = self.deadline().remaining
        try:
            stream = within(
                left, lambda: self._backend.connect_tcp(host, port, max(left, 0.001), local_address, socket_options)
            )
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline of the moment.

    Args:
        stream: the connection itself.
        backend: whose deadline it is.
        layers: of TLS on it.
    """

    def __init__(self, stream: httpcore.NetworkStream, backend: DeadlineBackend, layers: int = 0) -> None:
        self._stream = stream
        self._backend = backend
        self._layers = layers

    def _bounded(self, late: type[Exception], layers: int, call: Callable[[float], T]) -> T:
        """Return what a call returns that is told how many seconds are left."""
        left = self._backend.deadline().remaining
        if left <= 0:
            raise late
        if layers < NESTED:
            return call(left)
        try:
            return within(left, lambda: call(left))
        except TimeoutError:
            self.close()
            raise late from None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._bounded(httpcore.ReadTimeout, self._layers, lambda left: self._stream.read(max_bytes, left))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._bounded(httpcore.WriteTimeout, self._layers, lambda left: self._stream.write(buffer, left))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        self._backend.peer = server_hostname
        layers = self._layers + 1
        stream = self._bounded(
            httpcore.ConnectTimeout, layers, lambda left: self._stream.start_tls(ssl_context, server_hostname, left)
        )
        return _Stream(stream, self._backend, layers)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def has_surplus(connection: Any) -> bool:
    """Whether h11 holds bytes that came after an answer; httpcore looks at those still in the socket only."""
    state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])
