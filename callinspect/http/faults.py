"""Turns failures into our errors: those of httpcore and TLS, and a vendor's refusals.

No text of a library's error is passed on, since it can quote a header with a token.
"""

import ssl
import time
from collections.abc import Iterator
from datetime import UTC
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httpcore

from callinspect.deadline import Deadline
from callinspect.errors import (
    CHECK_NETWORK,
    BadResponseError,
    CallinspectError,
    ConfigError,
    NetworkError,
    TLSError,
    UsageError,
)
from callinspect.http import tls
from callinspect.provider import Refusal, Response
from callinspect.provider.reader import shown

_MEANINGS: dict[type[Exception], tuple[type[CallinspectError], str, str | None]] = {
    httpcore.ConnectError: (NetworkError, "cannot connect to {host}{why}", CHECK_NETWORK),
    httpcore.RemoteProtocolError: (NetworkError, "{host} did not send a complete HTTP response", "check base_url"),
    httpcore.LocalProtocolError: (
        ConfigError,
        "a credential has characters that are not allowed in an HTTP header",
        None,
    ),
    UnicodeError: (ConfigError, "base_url has an invalid host name", None),
    httpcore.UnsupportedProtocol: (ConfigError, "base_url is not an HTTP address", None),
}
"""What each error of httpcore means: kind of failure, message, hint."""

POSSIBLE: tuple[type[Exception], ...] = (
    *_MEANINGS,
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProxyError),
    *(OSError, ValueError, BadResponseError, UsageError),
)
"""Errors that sending a request and reading its response can raise."""


class Place(NamedTuple):
    """Where a failure happened.

    Attributes:
        url: the request's.
        peer: the host of the latest TLS handshake, None if there was none.
        seconds: the time limit of the call.
        proxy: what to check if a proxy may be involved, None if there is none.
    """

    url: str
    peer: str | None
    seconds: float
    proxy: str | None


def explained(error: Exception, place: Place) -> CallinspectError:
    """Return our error for a request that failed."""
    if isinstance(error, CallinspectError):
        return error
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
            return _tls_error(cause, place)
    return _network_error(error, urlsplit(place.url), place)


def refused(response: Response, refusal: Refusal) -> CallinspectError:
    """Return our error for an unsuccessful response."""
    ours = refusal.summary or f"answered with HTTP status {response.status}"
    if refusal.summary and refusal.message:
        ours += f": {shown(refusal.message)}"
    is_vendors = bool(refusal.message) and refusal.summary is None
    wait = _named_wait(response, refusal)
    return refusal.error(
        (is_vendors and refusal.message) or ours,
        vendor_message=is_vendors,
        hint=refusal.hint,
        http_status=response.status,
        vendor_code=refusal.code,
        request_id=refusal.request_id,
        retry_after=None if wait is None else round(wait, 3),
    )


def too_late(deadline: Deadline) -> NetworkError:
    """Return our error for a request that was not sent, since no time was left for it."""
    return NetworkError(f"no time was left of the {round(deadline.seconds, 2):g} s")


def redirected(status: int) -> BadResponseError:
    """Return our error for a redirect; credentials are not sent to its target."""
    return BadResponseError(
        "answered with a redirect, which is never followed", hint="check base_url", http_status=status
    )


def _tls_error(error: ssl.SSLError, place: Place) -> TLSError:
    url = urlsplit(place.url)
    if place.peer not in {None, url.hostname}:
        return tls.failure(error, f"the proxy {place.peer}", place.proxy)
    return tls.failure(error, url.netloc)


def _network_error(error: Exception, url: SplitResult, place: Place) -> CallinspectError:
    host, proxy = url.netloc, place.proxy
    if isinstance(error, httpcore.TimeoutException):
        return NetworkError(f"{host} did not answer within {round(place.seconds, 2):g} s", hint=proxy)
    if isinstance(error, httpcore.ProxyError):
        status = str(error)[:3]
        return NetworkError(
            f"the proxy refused the connection to {host}",
            hint=proxy,
            http_status=int(status) if status.isdigit() else None,
        )
    if isinstance(error, UnicodeError) and _is_host_name(url.hostname):
        return ConfigError("the environment names a proxy with an invalid host name", hint=proxy)
    is_cut = any(isinstance(cause, ssl.SSLEOFError) for cause in _causes(error))
    if is_cut and isinstance(error, httpcore.ConnectError):
        return NetworkError(
            f"{host} closed the connection during the TLS handshake", hint=proxy or "check the network and base_url"
        )
    for kind, (meaning, message, hint) in _MEANINGS.items():
        if isinstance(error, kind):
            advice = (meaning is NetworkError and proxy) or hint
            return meaning(message.format(host=host, why=_reason(error)), hint=advice)
    return NetworkError(f"the connection to {host} broke before the response was complete", hint=proxy)


def _reason(error: BaseException) -> str:
    """Return the system's reason for a failed connection, which contains nothing that was sent."""
    reasons = (cause.strerror for cause in _causes(error) if isinstance(cause, OSError) and cause.strerror)
    return next((f": {reason.lower()}" for reason in reasons), "")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_host_name(text: str | None) -> bool:
    try:
        (text or "").encode("idna")
    except UnicodeError:
        return False
    return True


def _named_wait(response: Response, refusal: Refusal) -> float | None:
    """Return the seconds that a response asks to wait, in any of the formats in use; None if it does not.

    A point in time is relative to the response's own Date, since the clocks may differ.
    """
    milliseconds = response.headers.get("retry-after-ms", "").strip()
    if milliseconds.isascii() and milliseconds.isdigit() and refusal.retry_at is None:
        return float(milliseconds.lstrip("0")[:15] or 0) / 1000
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and refusal.retry_at is None:
        return float(value.lstrip("0")[:12] or 0)
    end = _http_date(value) if refusal.retry_at is None else refusal.retry_at
    if end is None:
        return None
    sent = _http_date(response.headers.get("date", ""))
    return max(0.0, end - (time.time() if sent is None else sent))


def _http_date(text: str) -> float | None:
    """Return an HTTP date in seconds since the epoch, None for any other text."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
        # HTTP dates are UTC; the oldest format does not say so.
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
