"""Genesys' addresses, and what its answers are wrapped in."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from callinspect.errors import BadResponseError, ConfigError
from callinspect.provider import Account, Json, Page, Response, last_segment, pick_call

ENVELOPE = frozenset({"statusCode", "data", "call", "calls", "user"})

GENESYS_CLOUD = re.compile(r"(^|\.)(mypurecloud\.(com|ie|de|jp|com\.au)|pure\.cloud)$")


def base(account: Account) -> str:
    """Return the address of the API.

    Raises:
        ConfigError: it is Genesys Cloud.
    """
    address = urlsplit(account.base_url)
    if GENESYS_CLOUD.search(address.hostname or ""):
        raise ConfigError(
            f"{address.hostname} is Genesys Cloud, a different product with a different API",
            hint="base_url must be a server of Genesys Web Services (PureEngage, Engage)",
        )
    return account.base_url if address.path.endswith("/api/v2") else f"{account.base_url}/api/v2"


def list_read(response: Response) -> Page:
    """Read a list of calls or of their URIs; only the IDs of these are used, not their hosts."""
    match response.document:
        case {"calls": list(calls)} | {"user": {"calls": list(calls)}}:
            return Page(calls=tuple(calls))
        case {"uris": list(uris)}:
            ids = [last_segment(uri) if isinstance(uri, str) else None for uri in uris]
            nameless = tuple(uri for uri, call_id in zip(uris, ids, strict=True) if call_id is None)
            return Page(calls=nameless, call_ids=tuple(call_id for call_id in ids if call_id is not None))
    raise BadResponseError("answered with something other than a list of calls")


def unwrapped(document: Json, call_id: str | None) -> tuple[Json, Mapping[str, Any]]:
    """Return the call resource, and the other fields of its envelope or event message."""
    if not isinstance(document, dict):
        return document, {}
    others = {name: value for name, value in document.items() if name not in ENVELOPE}
    match document:
        case {"data": {"call": call} as message}:
            return call, {name: value for name, value in message.items() if name != "call"} | others
        case {"call": call}:
            return call, others
        case {"calls": list(calls)} | {"user": {"calls": list(calls)}}:
            return pick_call(calls, call_id), others
        case {"uris": list()}:
            raise BadResponseError("answered with call addresses instead of a call")
    return document, {}
