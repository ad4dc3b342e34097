"""One connection to a vendor: sends a request, reads one capped response, and retries in time.

One deadline covers connecting, every read, every retry and every pause between them; bodies are capped; redirects are
never followed.

This uses httpcore directly, on which httpx is built: in a run of thousands of calls, httpx's own work per request takes
as long as everything else.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from math import inf
from os import environ
from typing import cast
from urllib.parse import urlsplit

import httpcore

from callinspect.deadline import Deadline, now
from callinspect.errors import BadResponseError, CallinspectError, ConfigError, NetworkError
from callinspect.http import faults, proxies, retry, tls
from callinspect.http.connection import DeadlineBackend, has_surplus
from callinspect.http.message import headers, message, shown
from callinspect.http.pace import Pace, jitter
from callinspect.provider import MAX_BODY, Refusal, Request, Response
from callinspect.provider.address import is_loopback
from callinspect.provider.refusals import REDIRECTS

MAX_IDLE = 30.0
"""Seconds for which a connection may be idle; after that it may have been lost unnoticed."""

Judge = Callable[[Response], Refusal | None]
"""Reads a response: None for a success."""


class Transport:
    """One connection to a vendor, kept open between requests. For one thread.

    Args:
        base_url: where requests go; loopback is never reached through a proxy.
        allow_http: whether plain HTTP is allowed even if it is not loopback.
        ca_file: file of certificates to trust instead of the system's.
        trace: called with a line about every request and its response, and with more lines for their headers.
        hide: removes secrets from a response's header; without it, headers are not traced.
        waiting: called with the seconds of every pause before a retry, and the reason.
        meanwhile: called once, while a response is awaited.
    """

    def __init__(
        self,
        base_url: str,
        *,
        allow_http: bool = False,
        ca_file: str | None = None,
        trace: Callable[..., None] = lambda *_: None,
        hide: Callable[[str], str] | None = None,
        waiting: Callable[[float, str], None] = lambda _seconds, _why: None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._trace = trace
        self._hide = hide
        self._waiting = waiting
        self._local = is_loopback(urlsplit(base_url).hostname)
        self._allow_http = allow_http
        self._ca_file = ca_file
        self._backend = DeadlineBackend(meanwhile)
        self._pool: httpcore.ConnectionPool | None = None
        self._connection: httpcore.ConnectionInterface | None = None
        self._used = 0.0

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    def exchange(
        self,
        request: Request,
        judge: Judge,
        deadline: Deadline,
        *,
        authorization: str | None = None,
        pace: Pace | None = None,
    ) -> Response:
        """Send a request, with retries, until it succeeds; return the response.

        What only reads is retried on a fault, a few times. Any request that is rate limited, and so not processed, is
        retried as often as the time allows.

        Args:
            request: what to send.
            judge: reads a response, None for a success.
            deadline: when to give up.
            authorization: the Authorization header's value.
            pace: the request rate; waiting for the first turn counts towards a settled deadline only.

        Raises:
            CallinspectError: the last failure.
        """
        pace = pace or Pace()
        named = headers(request, authorization)
        asked = time.monotonic()
        pace.take(deadline.remaining if deadline.is_settled else inf)
        deadline.postpone(time.monotonic() - asked)
        if request.is_extra and not deadline.remaining:
            raise faults.too_late(deadline)
        faults_met, failure = 0, None
        while True:
            answer = self._tried(request, named, judge, deadline, failure)
            if isinstance(answer, Response):
                pace.ease()
                return answer
            failure = answer
            faults_met += retry.is_fault(failure)
            is_lost = request.form is not None and retry.is_fault(failure)  # it may have been processed
            wait = None if is_lost else retry.after(failure, faults_met, deadline.remaining, jitter)
            if wait is None or not self._has_waited(wait, failure, pace, deadline):
                raise failure

    def _tried(
        self,
        request: Request,
        named: dict[bytes, bytes],
        judge: Judge,
        deadline: Deadline,
        earlier: CallinspectError | None,
    ) -> Response | CallinspectError:
        """Send a request once; return the response or the failure.

        If the process was stopped past the deadline, the attempt starts again. A timeout says less than the vendor's
        earlier failure, which is returned instead.
        """
        while True:
            stops = deadline.stops
            try:
                response = self._sent(request, named, deadline)
            except NetworkError as error:
                if deadline.stops > stops or deadline.was_overslept():
                    deadline.restart()
                    continue
                return (error if deadline.remaining else earlier or error).detached()
            if deadline.stops > stops or deadline.was_overslept():  # its time starts again
                deadline.restart()
            refusal = judge(response)
            return response if refusal is None else faults.refused(response, refusal)

    def _has_waited(
        self, wait: retry.Pause | retry.Hold, failure: CallinspectError, pace: Pace, deadline: Deadline
    ) -> bool:
        """Wait before a retry; return whether there is time left for it."""
        if isinstance(wait, retry.Hold):
            self._waiting(pace.hold(wait.named, wait.longest), failure.shown_message)
        else:
            self._waiting(wait.seconds, failure.shown_message)
            time.sleep(wait.seconds)
        pace.take(deadline.remaining)
        if deadline.was_overslept():
            deadline.restart()
        return bool(deadline.remaining)

    def _sent(self, request: Request, named: dict[bytes, bytes], deadline: Deadline) -> Response:
        """Send a request; return the response, whatever its status.

        Raises:
            CallinspectError: there was no complete response, or a redirect.
        """
        self._backend.deadline = deadline
        started = time.monotonic()
        outgoing: httpcore.Request | None = None
        try:
            outgoing = message(request, named)
            answer = self._connected(outgoing.url).handle_request(outgoing)
            arrived_at = datetime.now(UTC)
            with closing(answer):
                body = _capped(cast("Iterable[bytes]", answer.stream))
            self._used = now()
        except faults.POSSIBLE as error:
            self._trace(
                f"{request!r} → {type(error).__name__} after {time.monotonic() - started:.3f} s",
                *self._headers_of(outgoing),
            )
            place = faults.Place(request.url, self._backend.peer, deadline.seconds, self._proxy_hint())
            raise faults.explained(error, place) from None
        self._trace(
            f"{request!r} → {answer.status}, {len(body)} bytes in {time.monotonic() - started:.3f} s",
            *self._headers_of(outgoing, answer),
        )
        if answer.status in REDIRECTS:
            raise faults.redirected(answer.status)
        return Response(answer.status, _headers(answer.headers), body, arrived_at)

    def _headers_of(self, *messages: httpcore.Request | httpcore.Response | None) -> Iterator[str]:
        """Yield the headers of a request and its response as lines, if headers are traced."""
        if self._hide is None:
            return
        hiding: tuple[Callable[[str], str], ...] = (str, self._hide)  # the request's headers are our own words
        for mark, each, hide in zip("><", messages, hiding, strict=False):
            yield from (f"  {mark} {line}" for line in shown(each.headers if each else (), hide))

    def _connected(self, url: httpcore.URL) -> httpcore.ConnectionInterface:
        """Return the connection to an origin: the existing one, or a new one if that is no longer usable."""
        there = self._connection
        if there is not None:
            is_usable = there.can_handle_request(url.origin) and not there.is_closed() and not there.has_expired()
            # Bytes after a response would be taken for the response to the next request.
            if is_usable and now() - self._used < MAX_IDLE and not has_surplus(there):
                return there
            there.close()
        if self._pool is None:
            self._pool = self._opened(url.origin)
        self._connection = self._pool.create_connection(url.origin)
        return self._connection

    def _opened(self, origin: httpcore.Origin) -> httpcore.ConnectionPool:
        """Return the pool that connects to the vendor, through a proxy if the environment names one.

        Everything but plain http is verified TLS: one scheme decides about both.
        """
        if origin.scheme == b"http":
            if not (self._local or self._allow_http):
                raise ConfigError("base_url must begin with https:// (http:// is for loopback only)")
            return httpcore.ConnectionPool(network_backend=self._backend)
        context = tls.context(self._ca_file)
        host = origin.host.decode("ascii").strip("[]")
        named = None if self._local else proxies.leading_to("https", host, origin.port, environ)
        proxy = proxies.read(named, context) if named else None
        return httpcore.ConnectionPool(ssl_context=context, proxy=proxy, network_backend=self._backend)

    def _proxy_hint(self) -> str | None:
        return None if self._local else proxies.advice("https", environ)


def _capped(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            raise BadResponseError(f"answered with more than {MAX_BODY // 1024**2} MiB")
    return bytes(body)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case, joining repeated ones."""
    found: dict[str, str] = {}
    for field, content in raw:
        name, value = field.decode("latin-1").lower(), content.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
