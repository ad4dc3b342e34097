"""What every vendor's reader of answers shares: statuses, ids, parties, durations."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from callinspect.address import authority
from callinspect.coerce import Json, Reader, elapsed
from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    UsageError,
    VendorUnavailableError,
)
from callinspect.model import Durations, Party
from callinspect.provider import Request, Response

LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,"]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)')
"""One link of a `Link` header (RFC 8288): its target, and its parameters."""

PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
"""One of them: its name, and its value, quoted or bare."""

QUERY = re.compile(r"[!-~]{0,4000}", re.ASCII)
"""What can be the query of a link that is followed."""

_STATUSES: Mapping[int, type[CallinspectError]] = {
    400: UsageError,
    401: AuthRejectedError,
    403: ForbiddenError,
    404: NotFoundError,
    408: VendorUnavailableError,
    410: NotFoundError,
    423: RateLimitedError,
    429: RateLimitedError,
}


def error_for(status: int) -> type[CallinspectError] | None:
    """Return what an HTTP status means for a GET in general; None for a success."""
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        return VendorUnavailableError
    return None if 200 <= status < 300 else BadResponseError  # noqa: PLR2004 - the class of successes


def read(document: Json) -> Reader:
    """Return a reader of a JSON object.

    Raises:
        BadResponseError: the document is not an object.
    """
    if not isinstance(document, dict):
        raise BadResponseError("answered with something other than a call")
    return Reader(document, [])


def read_id(reader: Reader, name: str) -> str:
    """Return the call's id, the one field that a record cannot do without.

    Raises:
        BadResponseError: there is none.
    """
    value = reader.keep(name)
    if isinstance(value, int) and not isinstance(value, bool):
        reader.warnings.append(f"{name} is a number, not a text")
        return str(value)
    call_id = reader.text(name)
    if call_id is None:
        raise BadResponseError(f"answered with a call that has no {name}")
    return call_id


def items(document: Json) -> tuple[Json, ...]:
    """Return the elements of a JSON array.

    Raises:
        BadResponseError: the document is not an array.
    """
    if not isinstance(document, list):
        raise BadResponseError("answered with something other than a list of calls")
    return tuple(document)


def next_page(response: Response, page: str) -> Request | None:
    """Return the request for the page after this one, None when there is none.

    Only the query of the vendor's `Link` is used, with the address of this page: a link never decides where
    credentials go.

    Args:
        response: this page.
        page: its address without a query.

    Raises:
        BadResponseError: the link points at another host.
    """
    target = next((link[1] for link in LINK.finditer(response.headers.get("link", "")) if _leads_on(link[2])), None)
    if target is None:
        return None
    try:
        following = urljoin(page, target)
        is_here = authority(following) == authority(page)
        query = urlsplit(following).query
    except ValueError:
        raise BadResponseError("answered with an invalid address for the next page") from None
    if not is_here:
        raise BadResponseError("answered with a next page at another host, which is never followed")
    if not QUERY.fullmatch(query):
        raise BadResponseError("answered with a next page whose address cannot be one")
    return Request(url=f"{page}?{query}")


def _leads_on(parameters: str) -> bool:
    """Whether a link's parameters say that it leads to the next page."""
    relations = (quoted or bare for name, quoted, bare in PARAMETER.findall(parameters) if name.lower() == "rel")
    return "next" in next(relations, "").lower().split()


def party(address: str | None) -> Party | None:
    """Return the party with that address: a number, or a SIP or `user@host` address."""
    if address is None:
        return None
    if "@" in address or address.lower().startswith(("sip:", "sips:")):
        return Party(uri=address)
    return Party(number=address)


def durations(
    reader: Reader,
    created: datetime | None,
    answered: datetime | None,
    ended: datetime | None,
    *,
    billed: float | None = None,
) -> Durations:
    """Return a call's durations in seconds; a negative one is kept, and warned about."""
    ring, talk, total = elapsed(created, answered), elapsed(answered, ended), elapsed(created, ended)
    if ring is not None and ring < 0:
        reader.warnings.append("the answer comes before the start")
    if talk is not None and talk < 0:
        reader.warnings.append("the end comes before the answer")
    elif total is not None and total < 0:
        reader.warnings.append("the end comes before the start")
    return Durations(ring=ring, talk=talk, total=total, billed=billed)


def together(fields: Mapping[str, Any], others: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return fields and others in one object; if they share a key, the others as an object of that name."""
    if not fields.keys() & others.keys():
        return {**fields, **others}
    while name in fields:
        name += "_"
    return {**fields, name: dict(others)}
