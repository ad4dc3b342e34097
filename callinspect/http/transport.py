"""HTTP under guard: the only module that imports httpx.

One deadline covers connecting, every read, every retry and every sleep between them; a body is capped; redirects are
never followed; and no text of a library's error is passed on, since it can quote a header with a token in it.

A request goes to a connection of httpcore, on which httpx stands: what httpx does with each, for clients with cookies,
redirects and many connections, takes as long in thousands of calls as all the rest. httpx reads what it knows best, the
address of a proxy and any address that is not plainly written, and is imported where there is one.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC
from functools import lru_cache
from os import environ
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import SplitResult, urlencode, urlsplit

import httpcore

from callinspect import __version__
from callinspect.deadline import Deadline, now
from callinspect.errors import (
    BadResponseError,
    CallinspectError,
    ConfigError,
    NetworkError,
    TLSError,
    UsageError,
)
from callinspect.http import proxies, tls
from callinspect.http.connection import DeadlineBackend, has_surplus
from callinspect.http.pace import Pace, jitter
from callinspect.provider import MAX_BODY, Refusal, Request, Response
from callinspect.provider.address import is_loopback
from callinspect.provider.auth import is_visible_ascii
from callinspect.provider.reader import shown
from callinspect.provider.refusals import LIMITS

if TYPE_CHECKING:
    import httpx

TRIES = 3
"""How often a fault is tried in all."""

FAULTS = frozenset({None, 502, 503, 504})
"""Statuses of answers that may be another one the next time; None where there was no answer at all."""

BACKOFF = 0.5
"""Seconds: upper limit of the first pause before a retry; it doubles with each."""

LAST_TRY = 0.5
"""Seconds that are kept for one more try, where nobody says how long to wait."""

TRUSTED = 30.0
"""Seconds for which a connection may lie idle; one that has longer may be gone without a sign."""

HEADERS = {
    b"accept": b"application/json",
    b"accept-encoding": b"identity",
    b"connection": b"keep-alive",
    b"user-agent": f"callinspect/{__version__}".encode(),
}

PLAIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
"""An address before its path, as nearly all of them are."""

SOCKS = frozenset({"socks5", "socks5h"})

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
        self._trace = trace
        self._waiting = waiting
        self._local = is_loopback(urlsplit(base_url).hostname)
        self._ca_file = ca_file
        self._backend = DeadlineBackend()
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
        """Send a request until it is answered with a success; return the answer.

        A GET is sent again on a broken connection and the statuses in FAULTS, a few times. Any request is sent again to
        a vendor that is asked too fast, which has not done it, as often as the time allows; and once more, with all of
        its time, where a stop of the process has outlasted it.

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
        self._backend.deadline = deadline
        headers = HEADERS | {name.encode(): value.encode() for name, value in request.headers.items()}
        if authorization:
            headers[b"authorization"] = authorization.encode()
        faults = 0
        earlier: CallinspectError | None = None
        asked = time.monotonic()
        pace.take()
        deadline.postpone(time.monotonic() - asked)
        while True:
            wait: float | None = None
            stops = deadline.stops
            try:
                response = self._send(request, headers)
            except NetworkError as error:
                if deadline.stops > stops or deadline.wakes():
                    deadline.begin_again()
                    continue
                # What has run out of time says less than what the vendor said before.
                failure = (error if deadline.remaining else earlier or error).alone()
            else:
                refusal = judge(response)
                if refusal is None:
                    pace.ease()
                    return response
                wait = _named_wait(response, refusal)
                failure = _failure(response, refusal, wait)
            is_fault = failure.http_status in FAULTS
            faults += is_fault
            if faults >= TRIES or (is_fault and request.form is not None):
                raise failure
            self._wait(failure, faults, pace, deadline)
            earlier = failure

    def _wait(self, failure: CallinspectError, faults: int, pace: Pace, deadline: Deadline) -> None:
        """Wait until a request may be sent again.

        Raises:
            CallinspectError: the failure itself, where another try makes no sense, or there is no time for it.
        """
        named = failure.retry_after or 0.0
        if failure.http_status in LIMITS:
            longest = deadline.remaining if named else deadline.remaining - LAST_TRY
            if longest <= named:
                raise failure
            pause = pace.hold(named or None, longest)
        elif failure.http_status in FAULTS:
            pause = max(named, jitter(0, BACKOFF * 2 ** (faults - 1)))
            if pause >= deadline.remaining:
                raise failure
        else:
            raise failure
        self._waiting(pause, failure.told)
        if failure.http_status in FAULTS:
            time.sleep(pause)
        pace.take(deadline.remaining)
        if deadline.wakes():
            deadline.begin_again()
        if not deadline.remaining:
            raise failure

    def _send(self, request: Request, headers: dict[bytes, bytes]) -> Response:
        started = time.monotonic()
        shown = repr(request)
        try:
            message = _message(request, headers)
            answer = self._connected(message.url).handle_request(message)
            with closing(answer):
                body = _capped(cast("Iterable[bytes]", answer.stream))
            self._used = now()
        except _FAULTS as error:
            self._trace(f"{shown} → {type(error).__name__} after {time.monotonic() - started:.3f} s")
            raise self._explained(error, request.url) from None
        self._trace(f"{shown} → {answer.status}, {len(body)} bytes in {time.monotonic() - started:.3f} s")
        if 300 <= answer.status < 400:  # noqa: PLR2004 - the class of redirects
            raise BadResponseError(
                f"answered with a redirect ({answer.status}), which is never followed",
                hint="check base_url",
                http_status=answer.status,
            )
        return Response(answer.status, _headers(answer.headers), body)

    def _connected(self, url: httpcore.URL) -> httpcore.ConnectionInterface:
        """Return the connection to an origin: the one there is, or where that has come to its end a new one."""
        there = self._connection
        if there is not None:
            is_usable = there.can_handle_request(url.origin) and not there.is_closed() and not there.has_expired()
            # What came after an answer would pass for the answer to the next request.
            if is_usable and now() - self._used < TRUSTED and not has_surplus(there):
                return there
            there.close()
        if self._pool is None:
            self._pool = self._opened(url.origin)
        self._connection = self._pool.create_connection(url.origin)
        return self._connection

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
        if isinstance(error, httpcore.TimeoutException):
            return NetworkError(f"{host} did not answer within {self._backend.deadline.seconds:g} s", hint=proxy)
        if isinstance(error, httpcore.ProxyError):
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

    def _opened(self, origin: httpcore.Origin) -> httpcore.ConnectionPool:
        """Return what connects to the vendor, through a proxy where the environment names one.

        TLS is verified by the very word by which the connection is made: everything but plain http is.
        """
        if origin.scheme == b"http":
            if not self._local:
                raise ConfigError("base_url must begin with https:// (http:// is for loopback only)")
            return httpcore.ConnectionPool(network_backend=self._backend)
        context = tls.context(self._ca_file)
        host = origin.host.decode("ascii").strip("[]")
        named = None if self._local else proxies.leading_to("https", host, origin.port, environ)
        proxy = _proxy(named, context) if named else None
        return httpcore.ConnectionPool(ssl_context=context, proxy=proxy, network_backend=self._backend)


def _proxy(named: proxies.Named, context: ssl.SSLContext) -> httpcore.Proxy:
    """Return the proxy that a variable names.

    Raises:
        ConfigError: it cannot be used.
    """
    from importlib.util import find_spec

    import httpx

    hint = f"check {named.variable} in the environment"
    try:
        known = httpx.Proxy(named.value if "://" in named.value else f"http://{named.value}")
    except (ValueError, httpx.InvalidURL):
        raise ConfigError("the environment names a proxy whose address cannot be used", hint=hint) from None
    if known.url.scheme in SOCKS and not find_spec("socksio"):
        raise ConfigError("the environment names a SOCKS proxy, which needs the package socksio", hint=hint)
    url = httpcore.URL(scheme=known.url.raw_scheme, host=known.url.raw_host, port=known.url.port, target=b"/")
    secured = context if known.url.scheme == "https" else None
    return httpcore.Proxy(url, auth=known.raw_auth, headers=known.headers.raw, ssl_context=secured)


_MEANINGS: dict[type[Exception], tuple[type[CallinspectError], str, str | None]] = {
    httpcore.ConnectError: (NetworkError, "cannot connect to {host}{why}", "check the network and base_url"),
    httpcore.RemoteProtocolError: (NetworkError, "{host} did not send a whole HTTP answer", "check base_url"),
    httpcore.LocalProtocolError: (ConfigError, "a credential has characters in it that no HTTP header can carry", None),
    UnicodeError: (ConfigError, "base_url has a host name that cannot be one", None),
    httpcore.UnsupportedProtocol: (ConfigError, "base_url is not an address of HTTP", None),
}
"""What each of the errors of httpx and httpcore means: kind of failure, message, hint."""

_FAULTS: tuple[type[Exception], ...] = (
    *_MEANINGS,
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProxyError),
    *(OSError, ValueError, BadResponseError, UsageError),
)
"""What can come of sending a request and reading its answer."""


class _Address(NamedTuple):
    """Where requests go: an origin, and the header that names it."""

    scheme: bytes
    host: bytes
    port: int | None
    header: bytes


@lru_cache
def _address(origin: str) -> _Address:
    """Read the part of an address before its path."""
    if plain := PLAIN.fullmatch(origin):
        port = int(plain["port"]) if plain["port"] else None
        return _Address(plain["scheme"].encode(), plain["host"].encode(), port, origin.partition("://")[2].encode())
    url = _unusual(origin)
    if url.scheme not in {"http", "https"}:
        raise httpcore.UnsupportedProtocol
    host = b"[%b]" % url.raw_host if b":" in url.raw_host else url.raw_host
    return _Address(url.raw_scheme, host, url.port, url.netloc)


def _unusual(address: str) -> "httpx.URL":
    """Read an address that is not plainly written: with letters outside ASCII, or what is to be encoded.

    Raises:
        UsageError: it is not a valid one.
    """
    import httpx

    try:
        return httpx.URL(address)
    except httpx.InvalidURL:
        raise UsageError("the address made from base_url and the id is not a valid one") from None


def _message(request: Request, headers: dict[bytes, bytes]) -> httpcore.Request:
    """Return a request as it is sent."""
    scheme, _, rest = request.url.partition("://")
    host, slash, path = rest.partition("/")
    address = _address(f"{scheme}://{host}")
    target = (slash + path).encode() if is_visible_ascii(path) else _unusual(request.url).raw_path
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=target)
    headers = {b"host": address.header, **headers}
    form = None if request.form is None else urlencode(request.form).encode()
    if form is not None:
        headers |= {b"content-type": b"application/x-www-form-urlencoded", b"content-length": b"%d" % len(form)}
    message = httpcore.Request(request.method, url, content=form)
    message.headers = list(headers.items())  # past a check of each for being bytes
    return message


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


def _named_wait(response: Response, refusal: Refusal) -> float | None:
    """Return the seconds that an answer asks to wait, in any of the forms in use; None when it names no wait.

    A moment is one by the clock that the answer's own date is of, which need not agree with ours.
    """
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and refusal.retry_at is None:
        return float(value.lstrip("0")[:12] or 0)
    end = _http_date(value) if refusal.retry_at is None else refusal.retry_at
    if end is None:
        return None
    sent = _http_date(response.headers.get("date", ""))
    return max(0.0, end - (time.time() if sent is None else sent))


def _http_date(text: str) -> float | None:
    """Return a date of HTTP in seconds since the epoch, None for any other text."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        # HTTP's dates are in UTC, in the oldest of their forms without saying so.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _failure(response: Response, refusal: Refusal, wait: float | None) -> CallinspectError:
    ours = refusal.summary or f"answered with HTTP status {response.status}"
    if refusal.summary and refusal.message:
        ours += f": {shown(refusal.message)}"
    is_vendors = bool(refusal.message) and refusal.summary is None
    return refusal.error(
        (is_vendors and refusal.message) or ours,
        vendor_message=is_vendors,
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
    given = proxies.concerning("https", environ)
    return f"check {', '.join(given)} in the environment" if given else None
