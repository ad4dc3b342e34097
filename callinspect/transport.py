"""HTTP under guard: the only module that imports httpx.

httpx has no limit on the whole of a call, nor on a body's size, and its errors can quote a header with a token in it.
Here one deadline covers connecting, every read, every retry and every sleep between them; a body is capped; redirects
are never followed; and no text of an httpx error is passed on.
"""

import email.utils
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import UTC
from typing import Any, cast
from urllib.parse import SplitResult, urlsplit

import httpcore
import httpx

from callinspect import __version__, tls
from callinspect.connection import DeadlineBackend, has_surplus
from callinspect.deadline import Deadline
from callinspect.errors import (
    BadResponseError,
    CallinspectError,
    ConfigError,
    NetworkError,
    TLSError,
    UsageError,
)
from callinspect.pace import Pace
from callinspect.provider import MAX_BODY, Refusal, Request, Response, is_loopback

TRIES = 3
"""How often a fault is tried in all."""

RETRIED = frozenset({423, 429, 502, 503, 504})
NAMING_THEIR_WAIT = frozenset({423, 429})
"""Statuses obeyed as often as the time allows when they say how long to wait."""

BACKOFF = 0.5
"""Seconds: upper limit of the first pause before a retry; it doubles with each."""

LEAST_PAUSE = 0.05
"""Seconds before a retry although the vendor names no wait at all, so that it is not hammered for being lenient."""

HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",
    "connection": "keep-alive",
    "user-agent": f"callinspect/{__version__}",
}

PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
"""In capitals, in small letters, or mixed."""

Judge = Callable[[Response], Refusal | None]
"""Reads an answer: None for a success."""


class Transport:
    """One connection at a time to a vendor, kept open between requests. For one thread.

    Args:
        base_url: where requests go; loopback is never reached through a proxy.
        ca_file: file of certificates to trust instead of the system's.
        trace: told of every request and its answer, in one line.
        waiting: told, with the seconds, of every pause before a retry.
    """

    def __init__(
        self,
        base_url: str,
        *,
        ca_file: str | None = None,
        trace: Callable[[str], None] = lambda _: None,
        waiting: Callable[[float, str], None] = lambda _seconds, _why: None,
    ) -> None:
        self._deadline = Deadline(0)
        self._trace = trace
        self._waiting = waiting
        self._local = is_loopback(urlsplit(base_url).hostname)
        self._pools: list[httpcore.ConnectionPool] = []
        self._backend = DeadlineBackend(lambda: self._deadline)
        self._client = self._open(base_url, ca_file)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def exchange(
        self,
        request: Request,
        judge: Judge,
        deadline: Deadline,
        *,
        authorization: str | None = None,
        pace: Pace | None = None,
    ) -> Response:
        """Send a request until it is answered with a success; return the answer.

        A GET is tried again on a broken connection and on the statuses in RETRIED.

        Args:
            request: what to send.
            judge: reads an answer, None for a success.
            deadline: when to give up.
            authorization: the Authorization header's value.
            pace: says when it is this request's turn; waiting for the first turn is not the call's own time.

        Raises:
            CallinspectError: the failure that the last answer, or its absence, means.
        """
        pace = pace or Pace()
        self._deadline = deadline
        headers = {**HEADERS, **request.headers} | ({"authorization": authorization} if authorization else {})
        faults = 0
        earlier: CallinspectError | None = None
        asked = time.monotonic()
        pace.take()
        deadline.postpone(time.monotonic() - asked)
        while True:
            wait: float | None = None
            try:
                response = self._send(request, headers)
            except NetworkError as error:
                # What has run out of time says less than what the vendor said before.
                failure: CallinspectError = error if deadline.remaining else earlier or error
            else:
                refusal = judge(response)
                if refusal is None:
                    pace.ease()
                    return response
                wait = _named_wait(response, refusal)
                failure = _failure(response, refusal, wait)
            named = wait is not None and failure.http_status in NAMING_THEIR_WAIT
            faults += not named
            if request.form is not None or faults >= TRIES or failure.http_status not in {None, *RETRIED}:
                raise failure
            jitter = _jitter(BACKOFF * 2 ** (faults - 1))
            pause = max(wait, LEAST_PAUSE) if named and wait is not None else max(wait or 0.0, jitter)
            if pause >= deadline.remaining:
                raise failure
            self._waiting(pause, failure.message)
            if failure.http_status in NAMING_THEIR_WAIT and pause > LEAST_PAUSE:
                pace.hold(pause)
            else:
                time.sleep(pause)
            pace.take(deadline.remaining)
            if not deadline.remaining:
                raise failure
            earlier = failure

    def _send(self, request: Request, headers: dict[str, str]) -> Response:
        started = time.monotonic()
        shown = f"{request.method} {request.url}"
        try:
            # Past the client, whose cookies, redirects and headers nobody wants: a tenth of the time of a call in bulk.
            message = httpx.Request(request.method, request.url, headers=headers, data=request.form)
            answer = self._client._transport_for_url(message.url).handle_request(message)  # noqa: SLF001 - as in _open
            with closing(answer):
                body = _capped(cast("Iterable[bytes]", answer.stream))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, BadResponseError) as error:
            self._trace(f"{shown} → {type(error).__name__} after {time.monotonic() - started:.3f} s")
            raise self._explained(error, request.url) from None
        self._drop_surplus()
        self._trace(f"{shown} → {answer.status_code}, {len(body)} bytes in {time.monotonic() - started:.3f} s")
        if answer.is_redirect:
            raise BadResponseError(
                f"answered with a redirect ({answer.status_code}), which is never followed",
                hint="check base_url",
                http_status=answer.status_code,
            )
        return Response(answer.status_code, _headers(answer.headers.raw), body)

    def _drop_surplus(self) -> None:
        """Close a connection on which more came than the answer: it would pass for the answer to the next request."""
        for pool in self._pools:
            if any(has_surplus(connection) for connection in pool.connections):
                pool.close()

    def _explained(self, error: Exception, url: str) -> CallinspectError:
        """Return our error for one of httpx's; its text is not used, since it can hold what was sent."""
        if isinstance(error, CallinspectError):
            return error
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                return self._tls_error(cause, url)
            cause = cause.__cause__ or cause.__context__
        return self._network_error(error, urlsplit(url), None if self._local else _proxy_hint())

    def _network_error(self, error: Exception, url: SplitResult, proxy: str | None) -> CallinspectError:
        host = url.netloc
        if isinstance(error, httpx.TimeoutException):
            return NetworkError(f"{host} did not answer within {self._deadline.seconds:g} s", hint=proxy)
        if isinstance(error, httpx.ProxyError):
            status = str(error)[:3]
            return NetworkError(
                f"the proxy refused the connection to {host}",
                hint=proxy,
                http_status=int(status) if status.isdigit() else None,
            )
        if isinstance(error, UnicodeError) and _is_host_name(url.hostname):
            return ConfigError("the environment names a proxy with a host name that cannot be one", hint=proxy)
        for kind, (meaning, message, hint) in _MEANINGS.items():
            if isinstance(error, kind):
                return meaning(
                    message.format(host=host, why=_reason(error)), hint=(meaning is NetworkError and proxy) or hint
                )
        return NetworkError(f"the connection to {host} broke before the whole answer had arrived", hint=proxy)

    def _tls_error(self, error: ssl.SSLError, url: str) -> TLSError:
        peer = self._backend.peer
        if peer not in {None, urlsplit(url).hostname}:
            return tls.failure(error, f"the proxy {peer}", _proxy_hint())
        return tls.failure(error, urlsplit(url).netloc)

    def _open(self, base_url: str, ca_file: str | None) -> httpx.Client:
        context = tls.context(ca_file) if base_url.startswith("https:") else None
        try:
            client = httpx.Client(
                verify=context or False,
                trust_env=not self._local,
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            )
        except ImportError:
            raise ConfigError(
                "the environment names a SOCKS proxy, which takes the package socksio", hint=_proxy_hint()
            ) from None
        except (ValueError, OSError, httpx.InvalidURL) as error:
            raise ConfigError(
                f"the environment's proxy settings cannot be used ({type(error).__name__})", hint=_proxy_hint()
            ) from None
        # httpx offers no limit on a whole call; its connection pool takes a backend whose every read can have one.
        for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001 - as above
            if isinstance(transport, httpx.HTTPTransport):
                pool: Any = transport._pool  # noqa: SLF001 - it has no public name
                pool._network_backend = self._backend  # noqa: SLF001 - as above
                if isinstance(pool, httpcore.HTTPProxy) and pool._proxy_url.scheme == b"https":  # noqa: SLF001 - as above
                    pool._proxy_ssl_context = context  # noqa: SLF001 - as above
                self._pools.append(pool)
        return client


_MEANINGS: Mapping[type[Exception], tuple[type[CallinspectError], str, str | None]] = {
    httpx.ConnectError: (NetworkError, "cannot connect to {host}{why}", "check the network and base_url"),
    httpx.RemoteProtocolError: (NetworkError, "{host} did not send a whole HTTP answer", "check base_url"),
    httpx.LocalProtocolError: (ConfigError, "a credential has characters in it that no HTTP header can carry", None),
    httpx.InvalidURL: (UsageError, "the address made from base_url and the id is not a valid one", None),
    UnicodeError: (ConfigError, "base_url has a host name that cannot be one", None),
    httpx.UnsupportedProtocol: (ConfigError, "base_url is not an address of HTTP", None),
}
"""What each of httpx's errors means: kind of failure, message, hint."""


def _capped(chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            raise BadResponseError(f"answered with more than {MAX_BODY // 1024**2} MiB")
    return bytes(body)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name in lower case, the values of one that is repeated joined."""
    headers: dict[str, str] = {}
    for field, content in raw:
        name, value = field.decode("latin-1").lower(), content.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _reason(error: BaseException) -> str:
    """Return why the system could not connect, in its own words, which hold nothing that was sent."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return f": {cause.strerror.lower()}"
        cause = cause.__cause__ or cause.__context__
    return ""


def _jitter(limit: float) -> float:
    """Return any number of seconds up to a limit."""
    import random

    return random.uniform(0, limit)  # noqa: S311 - not a secret


def _named_wait(response: Response, refusal: Refusal) -> float | None:
    """Return the seconds that an answer asks to wait, in any of the forms in use; None when it names no wait."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and refusal.retry_at is None:
        return float(value.lstrip("0")[:12] or 0)
    end = _http_date(value) if refusal.retry_at is None else refusal.retry_at
    return None if end is None else max(0.0, end - time.time())


def _http_date(text: str) -> float | None:
    """Return a date of HTTP in seconds since the epoch, None for any other text."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        # HTTP's dates are in UTC, in the oldest of their forms without saying so.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _failure(response: Response, refusal: Refusal, wait: float | None) -> CallinspectError:
    return refusal.error(
        refusal.message or f"answered with HTTP status {response.status}",
        hint=refusal.hint,
        http_status=response.status,
        vendor_code=refusal.code,
        request_id=refusal.request_id,
        retry_after=None if wait is None else round(wait, 3),
    )


def _is_host_name(text: str | None) -> bool:
    try:
        (text or "").encode("idna")
    except UnicodeError:
        return False
    return True


def _proxy_hint() -> str | None:
    from os import environ

    given = [name for known in PROXY_VARIABLES for name in environ if name.upper() == known and environ[name]]
    return f"check {', '.join(given)} in the environment" if given else None
