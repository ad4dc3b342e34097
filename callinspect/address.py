"""Web addresses, in the one form in which they are compared, and what may be sent to them.

Scheme and host are in small letters, the scheme's usual port is left out, and there is no slash at the end. Whatever is
read is brought to that form once, with `canonical`, and compared in it from then on.
"""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"https": 443, "http": 80}


def canonical(address: str) -> str:
    """Return an address in the form in which it is compared.

    Raises:
        ValueError: it is not one of the form `https://host/path`; the message says in a few words what is wrong.
    """
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.username is not None or "@" in parts.netloc:
        raise ValueError("must not have a user name in it")
    if not host or any(character <= " " or character in "?#\\\x7f" for character in address):
        raise ValueError("is not an address of the form https://host/path")
    if parts.scheme not in DEFAULT_PORTS:
        raise ValueError("must begin with https:// (http:// is for loopback only)")
    named = "" if port in {None, DEFAULT_PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{host}{named}{parts.path.rstrip('/')}"


def authority(address: str) -> str:
    """Return host and port of an address, in the form in which they are compared; a scheme's usual port is left out.

    Raises:
        ValueError: it has none.
    """
    parts = urlsplit(address)
    return urlsplit(canonical(f"{parts.scheme}://{parts.netloc}")).netloc


def check(address: str) -> str:
    """Return an address, in the form in which it is compared, that credentials may be sent to.

    Raises:
        ValueError: they may not; the message says why in a few words.
    """
    form = canonical(address)
    if not is_secure(form):
        raise ValueError("must begin with https:// (http:// is for loopback only)")
    return form


def is_secure(form: str) -> bool:
    """Whether nobody on the way can read what is sent there: TLS, or this machine itself."""
    parts = urlsplit(form)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine itself."""
    if host is not None and host.lower() == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _host(parts: SplitResult) -> str:
    """Return a host in small letters, an IPv6 address in its short form and in brackets."""
    host = parts.hostname or ""
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[{number}]" if number.version == 6 else str(number)  # noqa: PLR2004 - of IP
