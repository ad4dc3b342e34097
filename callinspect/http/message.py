"""A request as it is sent: its target, headers and body.

An unusual address is parsed by httpx, which is only imported if there is one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import httpcore

from callinspect import __version__
from callinspect.errors import UsageError
from callinspect.provider import Request
from callinspect.provider.auth import is_visible_ascii
from callinspect.redaction import PLACEHOLDER

if TYPE_CHECKING:
    import httpx

HEADERS = {
    b"accept": b"application/json",
    b"accept-encoding": b"identity",
    b"connection": b"keep-alive",
    b"user-agent": f"callinspect/{__version__}".encode(),
}

PLAIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
"""A usual address, up to its path."""

_WITHHELD = re.compile(r"auth(?!enticate)|cookie|credential|key|password|secret|session|signature|token")
"""Names of headers that may hold a secret which is not known to be one."""

_SCHEME = re.compile(r"(?:Basic|Bearer) ", re.IGNORECASE)


class _Origin(NamedTuple):
    """Where requests go, and the Host header for it."""

    scheme: bytes
    host: bytes
    port: int | None
    header: bytes


def headers(request: Request, authorization: str | None) -> dict[bytes, bytes]:
    """Return a request's headers, except those that follow from its address and body."""
    own = {name.encode(): value.encode() for name, value in request.headers.items()}
    return HEADERS | own | ({b"authorization": authorization.encode()} if authorization else {})


def message(request: Request, named: dict[bytes, bytes]) -> httpcore.Request:
    """Return a request as it is sent, with these headers.

    Raises:
        UsageError: its address is invalid.
        httpcore.UnsupportedProtocol: its address is not HTTP.
    """
    scheme, _, rest = request.url.partition("://")
    host, slash, path = rest.partition("/")
    origin = _origin(f"{scheme}://{host}")
    target = (slash + path).encode() if is_visible_ascii(path) else _unusual(request.url).raw_path
    url = httpcore.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=target)
    named = {b"host": origin.header, **named}
    body = request.body
    if body is not None:
        named |= {b"content-type": request.content_type.encode(), b"content-length": b"%d" % len(body)}
    made = httpcore.Request(request.method, url, content=body)
    made.headers = list(named.items())  # without httpcore's type check of each
    return made


def shown(raw: Iterable[tuple[bytes, bytes]], hide: Callable[[str], str]) -> Iterator[str]:
    """Yield headers as lines for the user: of one that may hold a secret, at most the authentication scheme.

    Args:
        raw: the headers.
        hide: removes the known secrets from a value.
    """
    for field, content in raw:
        name, value = (each.decode("utf-8", "backslashreplace") for each in (field.lower(), content))
        if _WITHHELD.search(name):
            scheme = _SCHEME.match(value)
            yield f"{name}: {scheme[0] if scheme else ''}{PLACEHOLDER}"
        else:
            yield f"{name}: {hide(value)}"


@lru_cache
def _origin(address: str) -> _Origin:
    """Read the part of an address before its path."""
    if plain := PLAIN.fullmatch(address):
        port = int(plain["port"]) if plain["port"] else None
        return _Origin(plain["scheme"].encode(), plain["host"].encode(), port, address.partition("://")[2].encode())
    url = _unusual(address)
    if url.scheme not in {"http", "https"}:
        raise httpcore.UnsupportedProtocol
    host = b"[%b]" % url.raw_host if b":" in url.raw_host else url.raw_host
    return _Origin(url.raw_scheme, host, url.port, url.netloc)


def _unusual(address: str) -> "httpx.URL":
    """Parse an unusual address: with non-ASCII letters, or characters that need encoding.

    Raises:
        UsageError: it is invalid.
    """
    import httpx

    try:
        return httpx.URL(address)
    except httpx.InvalidURL:
        raise UsageError("base_url and the ID do not make a valid address") from None
