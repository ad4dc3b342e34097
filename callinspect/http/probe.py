"""The way to a server, gone step by step: name, connection, TLS. No request is sent to the server itself."""

import ssl
import time
from datetime import UTC, datetime
from os import environ
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore

from callinspect.deadline import Deadline
from callinspect.errors import CallinspectError, ConfigError, NetworkError
from callinspect.http import faults, proxies, tls
from callinspect.http.connection import NUMERIC, DeadlineBackend
from callinspect.http.message import HEADERS, message
from callinspect.provider import Request
from callinspect.provider.address import is_loopback

OURS, STARTED, COMPLETE = "connection.", "start_tls.started", "start_tls.complete"
"""How httpcore names the steps of a connection; those of one within a proxy's begin with the proxy's kind."""


class Way(NamedTuple):
    """How far the way to a server was gone.

    Attributes:
        connected: seconds until there was a connection to it, None if there was none.
        certificate: what was agreed on, None if TLS was not reached.
        error: why it was gone no further.
    """

    connected: float | None = None
    certificate: "Certificate | None" = None
    error: CallinspectError | None = None


class Certificate(NamedTuple):
    """A server's certificate, as far as it is known.

    Attributes:
        version: of TLS.
        issuer: the name of the authority, None if the system has checked it and does not say.
        expires: when it ends, None likewise.
    """

    version: str
    issuer: str | None
    expires: datetime | None


class _ArrivedError(Exception):
    """The way is gone; whatever httpcore would do next is not done."""


class Probe:
    """Looks at the way to a server within one deadline. For one thread.

    Args:
        base_url: its address.
        ca_file: file of certificates to trust instead of the system's.
        deadline: by which all of it must be done.

    Attributes:
        host: the server's host, in ASCII.
        port: its port.
        is_secure: whether TLS is used.
        is_local: whether it is on this machine, and never reached through a proxy.
    """

    def __init__(self, base_url: str, ca_file: str | None, deadline: Deadline) -> None:
        self._url, self._ca_file, self._deadline = base_url, ca_file, deadline
        parts = urlsplit(base_url)
        self.host = (parts.hostname or "").strip("[]")
        self.is_secure = parts.scheme == "https"
        self.port = parts.port or (443 if self.is_secure else 80)
        self.is_local = is_loopback(parts.hostname)
        self._backend = DeadlineBackend()
        self._backend.deadline = deadline
        self._proxy: httpcore.Proxy | None = None

    @property
    def remaining(self) -> float:
        """Seconds left."""
        return self._deadline.remaining

    @property
    def has_proxy(self) -> bool:
        """Whether a proxy is used, once it has been looked for."""
        return self._proxy is not None

    @property
    def proxy_place(self) -> str:
        """Scheme, host and port of the proxy, without user and password."""
        if self._proxy is None:
            return ""
        url = self._proxy.url
        named = "" if url.port is None else f":{url.port}"
        return f"{url.scheme.decode()}://{url.host.decode()}{named}"

    def named_proxy(self) -> proxies.Named | None:
        """Return what names the proxy that leads to the server, None if there is none.

        Raises:
            ConfigError: it cannot be used.
        """
        if self.is_local or not self.is_secure:
            return None
        named = proxies.leading_to("https", self.host, self.port, environ)
        if named is not None:
            self._proxy = proxies.read(named, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        return named

    def trust(self) -> tls.Trust:
        """Return which certificates are trusted.

        Raises:
            ConfigError: they cannot be read.
        """
        return tls.trust(self._ca_file)

    def addresses(self) -> list[str]:
        """Return the addresses of the server, or of the proxy, which looks up the server's by itself.

        Raises:
            NetworkError: there is none, or the name servers do not answer.
            ConfigError: it cannot be the name of a host.
        """
        host, port = (self.host, self.port) if self._proxy is None else _place(self._proxy)
        try:
            found = self._backend.addresses(host, port)
        except TimeoutError:
            raise NetworkError(f"{host} was not resolved within {self._deadline.seconds:g} s") from None
        except UnicodeError:
            raise ConfigError(f"{host} cannot be the name of a host") from None
        except OSError as error:
            why = f": {error.strerror[:1].lower()}{error.strerror[1:]}" if error.strerror else ""
            raise NetworkError(f"cannot resolve {host}{why}") from None
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    @property
    def proxy_address(self) -> str:
        """Host and port of the proxy."""
        if self._proxy is None:
            return ""
        host, port = _place(self._proxy)
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def origin(self) -> str:
        """The server's address without a path."""
        parts = urlsplit(self._url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def connected_host(self) -> str:
        """The host that is connected to: the server's, or the proxy's."""
        return self.host if self._proxy is None else _place(self._proxy)[0]

    @property
    def is_numeric(self) -> bool:
        """Whether the host that is connected to is an address, so that there is no name to look up."""
        return NUMERIC.fullmatch(self.connected_host) is not None

    def go(self, *, secures: bool) -> Way:
        """Connect, and agree on TLS where it is used.

        Args:
            secures: whether TLS is tried; without it, there is just a connection.
        """
        trusted = tls.context(self._ca_file) if secures else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        proxy = self._proxy
        walk = _Walk(is_proxied=proxy is not None, secures=self.is_secure and secures, is_secure=self.is_secure)
        if proxy is not None and proxy.ssl_context is not None:
            proxy.ssl_context = trusted
        error: CallinspectError | None = None
        try:
            outgoing = message(Request(f"{self._url}/"), HEADERS)
            outgoing.extensions = {"trace": walk.note}
            pool = httpcore.ConnectionPool(
                ssl_context=trusted if self.is_secure else None, proxy=proxy, network_backend=self._backend
            )
            pool.create_connection(outgoing.url.origin).handle_request(outgoing)
        except _ArrivedError:
            pass
        except faults.POSSIBLE as failure:
            # Until a proxy is reached, what fails is the way to it.
            url = self.proxy_place if proxy is not None and walk.stream is None else self._url
            hint = None if proxy is None else proxies.advice("https", environ)
            error = faults.explained(failure, faults.Place(url, self._backend.peer, self._deadline.seconds, hint))
        finally:
            walk.close()
        return Way(walk.connected, walk.certificate, error)


class _Walk:
    """Notes how far httpcore has come, and stops it at the end of the way.

    Args:
        is_proxied: whether there is a proxy in between.
        secures: whether TLS with the server belongs to the way.
        is_secure: whether the server has TLS.

    Attributes:
        stream: the connection, to the proxy if there is one; None while there is none.
        connected: seconds until there was one to the server, None while there is none.
        certificate: what was agreed on with the server, None while nothing is.
    """

    def __init__(self, *, is_proxied: bool, secures: bool, is_secure: bool) -> None:
        self._begun = time.monotonic()
        self._is_proxied, self._secures, self._is_secure = is_proxied, secures, is_secure
        self.stream: httpcore.NetworkStream | None = None
        self.connected: float | None = None
        self.certificate: Certificate | None = None

    def note(self, event: str, info: dict[str, Any]) -> None:
        """Note a step of httpcore's.

        Raises:
            _ArrivedError: it was the last one.
        """
        if event.endswith((".connect_tcp.complete", f".{COMPLETE}")):
            self.stream = info["return_value"]
        is_servers = event.startswith(OURS) is not self._is_proxied
        if is_servers and event.endswith(STARTED if self._is_secure else "connect_tcp.complete"):
            self.connected = time.monotonic() - self._begun
            if not self._secures:
                raise _ArrivedError
        if is_servers and event.endswith(COMPLETE):
            self.certificate = _certificate(info["return_value"].get_extra_info("ssl_object"))
            raise _ArrivedError

    def close(self) -> None:
        """Close the connection."""
        if self.stream is not None:
            self.stream.close()


def _certificate(there: Any) -> Certificate:
    """Return what is known of a connection's certificate: where the system checks it, Python has none of it."""
    found = there.getpeercert() or {}
    names = dict(pair for each in found.get("issuer", ()) for pair in each)
    ends = found.get("notAfter")
    return Certificate(
        version=(there.version() or "TLS").replace("v", " "),
        issuer=names.get("organizationName") or names.get("commonName"),
        expires=datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None,
    )


def _place(proxy: httpcore.Proxy) -> tuple[str, int]:
    """Return host and port of a proxy; the ports are those that httpcore takes."""
    url = proxy.url
    usual = {b"https": 443, b"socks5": 1080, b"socks5h": 1080}.get(url.scheme, 80)
    return url.host.decode("ascii").strip("[]"), url.port or usual
