"""The proxy for an address, from the environment as curl reads it: HTTPS_PROXY, ALL_PROXY, NO_PROXY.

Variables that do not concern the address are ignored. httpx parses the proxy's address, and is only imported if
there is one.
"""

import re
import ssl
import sys
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import NamedTuple

import httpcore

from callinspect.errors import ConfigError

EXCEPTIONS = "no_proxy"

MAX_PORT = 65_535

SOCKS = frozenset({"socks5", "socks5h"})
"""Proxy schemes that need an additional package."""

_BREAKS = re.compile(r"[,\s]+")
_EXCEPTION = re.compile(
    r"(?:\w+://)?(?:\*?\.)?(?P<host>\[[^\]]*\]|[^:/]*|[^/]*)(?P<bits>/\d+)?(?::(?P<port>\d+))?/?", re.ASCII
)
"""An entry of NO_PROXY: a name, an address or a network, optionally with a port."""


class Named(NamedTuple):
    """A proxy's address as written, and the variable that it comes from."""

    variable: str
    value: str


def leading_to(scheme: str, host: str, port: int, environ: Mapping[str, str]) -> Named | None:
    """Return the proxy for an address, None if there is none.

    Args:
        scheme: of the address, `https` or `http`.
        host: its host, an IPv6 address without brackets.
        port: its port.
        environ: the environment.
    """
    names = (f"{scheme}_proxy", "all_proxy")
    found = next((each for each in (_variable(name, environ) for name in names) if each is not None), None)
    if found is None and sys.platform in {"darwin", "win32"}:
        found = _system(scheme)
    return None if found is None or is_exception(host, port, environ) else found


def read(named: Named, context: ssl.SSLContext) -> httpcore.Proxy:
    """Return the proxy that a variable names.

    Args:
        named: its address, and the variable.
        context: the trusted certificates, if the proxy uses TLS.

    Raises:
        ConfigError: it cannot be used.
    """
    from importlib.util import find_spec

    import httpx

    hint = f"check {named.variable} in the environment"
    try:
        known: httpx.Proxy | None = httpx.Proxy(named.value if "://" in named.value else f"http://{named.value}")
    except (ValueError, httpx.InvalidURL):
        known = None
    if known is None or not known.url.host or (known.url.port or 1) > MAX_PORT:
        raise ConfigError("the environment names a proxy with an invalid address", hint=hint)
    if known.url.scheme in SOCKS and not find_spec("socksio"):
        raise ConfigError("the environment names a SOCKS proxy, which needs the package socksio", hint=hint)
    url = httpcore.URL(scheme=known.url.raw_scheme, host=known.url.raw_host, port=known.url.port, target=b"/")
    secured = context if known.url.scheme == "https" else None
    return httpcore.Proxy(url, auth=known.raw_auth, headers=known.headers.raw, ssl_context=secured)


def concerning(scheme: str, environ: Mapping[str, str]) -> list[str]:
    """Return the names of the variables that concern addresses of a scheme, for a hint."""
    known = (f"{scheme}_proxy", "all_proxy", EXCEPTIONS)
    return [each for name in known for each in environ if each.lower() == name and environ[each]]


def exceptions_variable(environ: Mapping[str, str]) -> str:
    """Return the variable that excludes addresses: the one that is read, else the usual one."""
    read = _variable(EXCEPTIONS, environ)
    return read.variable if read else EXCEPTIONS.upper()


def advice(scheme: str, environ: Mapping[str, str]) -> str | None:
    """Return the hint to check the variables that concern addresses of a scheme, None if there are none."""
    given = concerning(scheme, environ)
    return f"check {', '.join(given)} in the environment" if given else None


def is_exception(host: str, port: int, environ: Mapping[str, str]) -> bool:
    """Whether NO_PROXY excludes an address."""
    given = _variable(EXCEPTIONS, environ)
    words = _BREAKS.split(given.value) if given else []
    return any(word == "*" or (word and _matches(word, host.lower().rstrip("."), port)) for word in words)


def _matches(word: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY matches an address: the same, a subdomain, or within a network."""
    parts = _EXCEPTION.fullmatch(word)
    if parts is None or parts["port"] not in {None, str(port)}:
        return False
    meant = parts["host"].strip("[]").lower().rstrip(".")
    try:
        return ip_address(host) in ip_network(meant + (parts["bits"] or ""), strict=False)
    except ValueError:
        return bool(meant) and not parts["bits"] and f".{host}".endswith(f".{meant}")


def _variable(name: str, environ: Mapping[str, str]) -> Named | None:
    """Return a variable in lower case, else in any other case; None if it is empty."""
    given = [name] if name in environ else [each for each in environ if each.lower() == name]
    return next((Named(each, environ[each].strip(" ")) for each in given if environ[each].strip(" ")), None)


def _system(scheme: str) -> Named | None:
    """Return the proxy of the system settings."""
    from urllib.request import getproxies

    value = getproxies().get(scheme)
    return Named("the system's settings", value) if value else None
