"""Connections whose every step obeys one deadline: name resolution, connecting, TLS, every read and write.

httpcore's own timeouts are per read: a body that trickles in never reaches one. So the limit on a whole call is applied
here, in the network backend that httpcore opens connections with.
"""

import errno
import math
import os
import re
import selectors
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

import httpcore

from callinspect.deadline import Deadline, NoThreadError, within

T = TypeVar("T")
R = TypeVar("R")

Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""Waits for a socket; poll has no limit on descriptors and needs none of its own."""

ATTEMPT_DELAY = 0.25
"""Seconds until a name's next address is tried in parallel (RFC 8305, 5)."""

IN_PROGRESS = {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK)}
"""Results of a non-blocking connect that has not failed."""

NUMERIC = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", re.ASCII)
"""An IPv4 or IPv6 address, which need not be looked up."""

CHUNK = 8192
"""Bytes read at a time: so few that the deadline is soon looked at again, however many chunks or answers they hold.

A process that is busy with them for longer than OVERSLEPT would look stopped, and begin its time again and again.
"""

MIN_TIMEOUT = 0.001
"""Seconds; a timeout of zero would mean not to wait at all."""

Address = tuple[Any, ...]
"""What `getaddrinfo` returns: family, kind, protocol, name, and where to connect to."""


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects within the current deadline.

    Attributes:
        deadline: the current one.
        peer: the host of the latest TLS handshake: the vendor's or the proxy's.
        meanwhile: called once, while the first response is awaited.
    """

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.deadline = Deadline(0)
        self.meanwhile: Callable[[], None] | None = meanwhile
        self.peer: str | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
        local_address: str | None = None,  # noqa: ARG002 - the system chooses
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - none are used
    ) -> httpcore.NetworkStream:
        """Open a connection to a host; an IPv6 address may be in brackets."""
        try:
            found = self.addresses(host.strip("[]"), port)
            return _Stream(_first_of(found, self.deadline), self)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError from error

    def addresses(self, host: str, port: int) -> Sequence[Address]:
        """Look up a name, for which no timeout can be set.

        Raises:
            TimeoutError: there was no answer in time.
            OSError: it has no address, or the name servers cannot be reached.
            UnicodeError: it cannot be a host's.
        """
        if NUMERIC.fullmatch(host):
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        try:
            return within(self.deadline.remaining, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except NoThreadError:  # then the resolver's own timeout applies, which is seconds
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _first_of(addresses: Sequence[Address], deadline: Deadline) -> socket.socket:
    """Return a socket connected to the first address that answers; attempts start shortly after each other.

    Raises:
        TimeoutError: none answered in time.
        OSError: none could be connected to; the error of the last one.
    """
    waiting = list(addresses)
    trying: list[socket.socket] = []
    refused = OSError()
    try:
        with Selector() as selector:
            while waiting or selector.get_map():
                if not deadline.remaining:
                    raise TimeoutError
                try:
                    if waiting:
                        trying.append(_connecting(waiting.pop(0)))
                        selector.register(trying[-1], selectors.EVENT_WRITE)
                    for connected in _finished(
                        selector, min(deadline.remaining, ATTEMPT_DELAY if waiting else math.inf)
                    ):
                        trying.remove(connected)
                        return connected
                except OSError as error:
                    refused = error
        raise refused
    finally:
        for each in trying:
            each.close()


def _connecting(address: Address) -> socket.socket:
    """Start connecting to an address.

    Raises:
        OSError: it cannot be connected to.
    """
    family, kind, protocol, _, place = address
    begun = socket.socket(family, kind, protocol)
    begun.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    begun.settimeout(0)
    code = begun.connect_ex(place)
    if code not in IN_PROGRESS:
        begun.close()
        raise OSError(code, os.strerror(code))
    return begun


def _finished(selector: selectors.BaseSelector, seconds: float) -> Iterator[socket.socket]:
    """Wait for sockets that have finished connecting; yield those that are connected.

    Raises:
        OSError: one could not be connected.
    """
    for key, _ in selector.select(seconds):
        there: Any = key.fileobj
        selector.unregister(there)
        code = there.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise OSError(code, os.strerror(code))
        yield there


class _Stream(httpcore.NetworkStream):
    """A connection, with or without TLS, whose every read and write obeys the current deadline.

    Its socket is non-blocking: setting a timeout for every read and write would make the threads of a bulk run switch
    each time.

    Args:
        connected: its socket.
        backend: has the deadline.
    """

    def __init__(self, connected: socket.socket, backend: DeadlineBackend) -> None:
        self._socket = connected
        self._socket.settimeout(0)
        self._backend = backend
        self._selector = Selector()
        self._selector.register(self._socket, selectors.EVENT_READ)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        few = min(max_bytes, CHUNK)
        return self._done(self._socket.recv, few, selectors.EVENT_READ, httpcore.ReadError, httpcore.ReadTimeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        while buffer:
            sent = self._done(
                self._socket.send, buffer, selectors.EVENT_WRITE, httpcore.WriteError, httpcore.WriteTimeout
            )
            buffer = buffer[sent:]

    def _done(
        self, step: Callable[[T], R], what: T, event: int, broken: type[Exception], timed_out: type[Exception]
    ) -> R:
        """Do a read or write as soon as the socket is ready.

        What arrived while the process was stopped is still read, even if the deadline passed meanwhile.
        """
        deadline = self._backend.deadline
        while deadline.remaining or deadline.was_overslept():
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
            if awaited is selectors.EVENT_READ and self._backend.meanwhile:
                meanwhile, self._backend.meanwhile = self._backend.meanwhile, None
                meanwhile()
                continue
            self._selector.modify(self._socket, awaited)
            self._selector.select(deadline.remaining)
        raise timed_out

    def close(self) -> None:
        self._selector.close()
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        self._backend.peer = peer = (server_hostname or "").strip("[]")
        if isinstance(self._socket, ssl.SSLSocket):
            return _NestedStream(self, ssl_context, peer)
        self._selector.close()  # the TLS stream has its own
        try:
            self._socket.settimeout(self._backend.deadline.remaining or MIN_TIMEOUT)
            return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=peer), self._backend)
        except TimeoutError:
            raise httpcore.ConnectTimeout from None
        except OSError as error:
            raise httpcore.ConnectError from error

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        if info == "is_readable":  # also if the other side has closed the connection
            self._selector.modify(self._socket, selectors.EVENT_READ)
            rest_of_a_record = self._socket.pending() if isinstance(self._socket, ssl.SSLSocket) else 0
            return bool(rest_of_a_record or self._selector.select(0))
        return None


class _NestedStream(httpcore.NetworkStream):
    """TLS inside the TLS to a proxy, with the same deadline.

    Args:
        outer: the connection to the proxy.
        ssl_context: the trusted certificates.
        peer: the host of the handshake.
    """

    def __init__(self, outer: _Stream, ssl_context: ssl.SSLContext, peer: str) -> None:
        self._outer = outer
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._inner = ssl_context.wrap_bio(self._incoming, self._outgoing, server_hostname=peer)
        try:
            self._done(self._inner.do_handshake)
        except ssl.SSLError as error:
            self.close()
            raise httpcore.ConnectError from error
        except httpcore.TimeoutException:
            self.close()
            raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        try:
            return self._done(lambda: self._inner.read(max_bytes))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # HTTP knows whether that was all
            return b""
        except ssl.SSLError as error:
            raise httpcore.ReadError from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        while buffer:
            rest = buffer
            buffer = buffer[self._done(lambda: self._inner.write(rest)) :]  # noqa: B023 - called at once

    def _done(self, step: Callable[[], R]) -> R:
        """Do a step of TLS, passing its data to and from the connection."""
        while True:
            try:
                result: R | None = step()
                is_done = True
            except ssl.SSLWantReadError:
                result, is_done = None, False
            if self._outgoing.pending:
                self._outer.write(self._outgoing.read())
            if is_done:
                return cast("R", result)
            received = self._outer.read(CHUNK)
            if received:
                self._incoming.write(received)
            else:
                self._incoming.write_eof()

    def close(self) -> None:
        self._outer.close()

    def get_extra_info(self, info: str) -> Any:
        return self._inner if info == "ssl_object" else self._outer.get_extra_info(info)


def has_surplus(connection: Any) -> bool:
    """Whether h11 has bytes left after a response; httpcore only checks those still in the socket.

    This is the only place that uses a private attribute, httpcore's h11 connection: only its parser knows where a
    response ended, and httpcore does not expose it.
    """
    state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])
