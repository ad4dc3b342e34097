"""Connections whose every read and write ends by the deadline of the moment.

httpx's time-outs are for one read each: a body that drips never runs into one. Its connection pool, httpcore's, takes a
backend that opens connections, and that is where a limit on a whole call has its place.
"""

import ssl
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

from callinspect.deadline import Deadline, within


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects under the deadline of the moment, name resolution included."""

    def __init__(self, deadline: Callable[[], Deadline]) -> None:
        self._deadline = deadline
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
        left = self._deadline().remaining
        try:
            stream = within(
                left, lambda: self._backend.connect_tcp(host, port, max(left, 0.001), local_address, socket_options)
            )
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    """A connection whose every read and write ends by the deadline of the moment."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Callable[[], Deadline]) -> None:
        self._stream = stream
        self._deadline = deadline

    def _left(self, late: type[Exception]) -> float:
        left = self._deadline().remaining
        if left <= 0:
            raise late
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self._stream.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self._stream.write(buffer, self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        left = self._left(httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def has_surplus(connection: Any) -> bool:
    """Whether h11 holds bytes that came after an answer; httpcore looks at those still in the socket only."""
    state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])
