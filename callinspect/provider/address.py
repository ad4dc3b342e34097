"""Web addresses in canonical form, and what may be sent to them.

Scheme and host are lower case, the host is ASCII (a name in other letters is written as `xn--…`), the scheme's default
port is left out, and there is no trailing slash. An address is brought to that form once, with `canonical`, and
compared in it from then on.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from callinspect.errors import UsageError

_NOT_IN_AN_ID = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters and lone surrogates."""

_NOT_IN_AN_ADDRESS = re.compile(r"[\x00-\x20?#\\\x7f\ud800-\udfff]")
"""What ends a path or is removed by parsers, and lone surrogates."""

_PLAIN = re.compile("[A-Za-z0-9_-]+", re.ASCII)
"""Needs no encoding in a path, as most IDs do not."""

MAX_ID = 1000
"""Characters of a call's ID; the longest that vendors issue have about a hundred."""

_FIELD = re.compile(r"\{([a-z_]+)\}")
"""The name of a field within an address."""

_IN_A_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)

_PLACE = re.compile(r"(\[[^\[\]]+\]|[^\[\]:]+)(:[0-9]+)?", re.ASCII)
"""A host, an IPv6 address in brackets, and a port. A colon without one follows a scheme, as in `https://http://host`."""

_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.ASCII)
"""The name of a host. No other character, such as in a user name that is percent-encoded, is ever looked up."""

DEFAULT_PORTS = {"https": 443, "http": 80}


def canonical(address: str) -> str:
    """Return an address in canonical form.

    Raises:
        ValueError: it is not of the form `https://host/path`; the message says what is wrong in a few words.
    """
    if "@" in address:  # in a path as well: a password may contain a slash
        raise ValueError("must not contain a user name")
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if not host or _NOT_IN_AN_ADDRESS.search(address):
        raise ValueError("is not an address of the form https://host/path")
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("must begin with https:// (http:// is for loopback only)")
    named = "" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{named}{parts.path.rstrip('/')}"


def authority(address: str) -> str:
    """Return host and port of an address in canonical form; a scheme's default port is left out.

    Raises:
        ValueError: it has none.
    """
    parts = urlsplit(address)
    return urlsplit(canonical(f"{parts.scheme}://{parts.netloc.removesuffix(':')}")).netloc


def field_names(template: str) -> list[str]:
    """Return the names of the fields in an address template."""
    return _FIELD.findall(template)


def filled(template: str, values: Mapping[str, str]) -> str | None:
    """Fill an address template: field names in braces become their values; None if one is missing.

    Raises:
        ValueError: a value is not safe within a host name; the message names the field.
    """
    for name in field_names(template):
        if name not in values:
            return None
        if not _IN_A_HOST.fullmatch(values[name]):
            raise ValueError(f"{name} must be letters, digits, dots and hyphens")
    return _FIELD.sub(lambda found: values[found[1]], template)


def check(address: str, *, plain: bool = False) -> str:
    """Return an address that credentials may be sent to, in canonical form.

    Args:
        address: as it was given.
        plain: whether plain HTTP is allowed.

    Raises:
        ValueError: credentials may not be sent there; the message says why in a few words.
    """
    form = canonical(address)
    if not plain and not is_secure(form):
        raise ValueError("must begin with https:// (http:// is for loopback only)")
    return form


def is_secure(form: str) -> bool:
    """Whether nobody on the way can read what is sent there: TLS or loopback."""
    parts = urlsplit(form)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def is_loopback(host: str | None) -> bool:
    """Whether a host is loopback."""
    if host is not None and host.lower() == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    """Return a host in lower case and ASCII, an IPv6 address in its short form and in brackets; empty if there is none.

    Raises:
        ValueError: no host can have that name.
    """
    host = parts.hostname or ""
    if parts.netloc and not _PLACE.fullmatch(parts.netloc):
        raise ValueError(parts.netloc)
    if not host.isascii():
        # Not Python's own codec, which knows the standard of 2003: to it, straße.de is strasse.de, somebody else's.
        import idna

        host = idna.encode(host).decode("ascii")
    try:
        number = ip_address(host)
    except ValueError:
        if host and ("[" in parts.netloc or not _HOST.fullmatch(host)):
            raise
        return host
    return f"[{number}]" if number.version == 6 else str(number)  # noqa: PLR2004 - of IP


def url(base: str, *segments: str, ending: str = "", **query: str | None) -> str:
    """Join a base URL, path segments (each percent-encoded whole) and query parameters (None leaves one out).

    Args:
        base: without a slash at its end.
        segments: of the path.
        ending: what follows the last one, unencoded, such as `.json` or `/`.
        query: the parameters.

    Raises:
        UsageError: a segment is empty, `.` or `..`, or contains control characters: it would reach another endpoint; or
            a parameter contains them.
    """
    path = "/".join(segment(each) for each in segments)
    return queried(f"{base}/{path}{ending}", {name: value for name, value in query.items() if value is not None})


def queried(page: str, query: Mapping[str, str]) -> str:
    """Return the address of a page with a query.

    Raises:
        UsageError: a parameter contains control characters, or half a character.
    """
    if any(_NOT_IN_AN_ID.search(each) for each in query.values()):
        raise UsageError("a parameter cannot contain control characters")
    return page + (f"?{urlencode(query, quote_via=quote, safe='')}" if query else "")


def segment(text: str) -> str:
    """Return a text as one segment of a path.

    Raises:
        UsageError: it would reach another endpoint.
    """
    if len(text) > MAX_ID:
        raise UsageError(f"an ID cannot be longer than {MAX_ID} characters")
    if _PLAIN.fullmatch(text):
        return text
    if not text:
        raise UsageError("an ID cannot be empty")
    if text in {".", ".."}:
        raise UsageError(f"“{text}” is a path, not an ID")
    if _NOT_IN_AN_ID.search(text):
        raise UsageError("an ID cannot contain control characters")
    return quote(text, safe="")
