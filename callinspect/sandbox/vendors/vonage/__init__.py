"""Vonage Voice: one leg, and the list of legs, for the bearer of an application's token.

The token is the ready-made one of the account, or any JWT with the right header and claims. Its signature is not
checked, which would take a library: so the sandbox shows how a token is refused, and not that one is well signed.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.signing import Keyed
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIZE_LIMIT: Final = 100
SIZE_DEFAULT: Final = 10

LIFETIME: Final = 900
"""Seconds for which a token without `exp` is valid."""

MAX_LIFETIME: Final = 86_400
"""Seconds after which no token is valid, whatever it says."""

LEEWAY: Final = 30
"""Seconds by which the clock of the token's maker may be ahead."""

_ACCOUNT: Final = {
    "application_id": "5a6db0c5-aaaa-4000-8000-5a6db0c5aaaa",
    "access_token": "sandbox-vonage-ready-made-token",
}


def _call_id(name: str) -> str:
    """Return the ID of a call: without hyphens if it came in from the telephone network."""
    found = uuid.UUID(bytes=digest(f"vonage {name}")[:16], version=4)
    return found.hex if name.startswith("inbound") else str(found)


def _complete(name: str, record: dict[str, Any]) -> dict[str, Any]:
    """Add the leg's own address, and the conversation that it has to itself unless the entry names one."""
    conversation = f"CON-{uuid.UUID(bytes=digest(f'vonage conversation {name}')[:16], version=4)}"
    links = {"self": {"href": f"/v1/calls/{record['uuid']}"}}
    return {"_links": links, "conversation_uuid": conversation, **record}


def _error(status: int, code: str, title: str, detail: str) -> Refusal:
    address = f"https://developer.vonage.com/api-errors#{code}"
    return Refusal(status, {"type": address, "title": title, "detail": detail, "instance": "{uuid}"})


class Vonage(Vendor):
    """The Vonage side of one sandbox: the legs of one application, in one region."""

    calls = read(Path(__file__).with_name("calls.json"), _call_id, complete=_complete).calls
    account = Keyed(_ACCOUNT)
    way = ("access_token",)
    addresses = {"base_url": "/v1"}
    refusals = {
        "credentials": _error(401, "unauthorized", "Unauthorized", "The credentials are not correct."),
        "path": Refusal(404, {"type": "NOT_FOUND", "error_title": "No such path"}),
        "method": Refusal(405, {"type": "METHOD_NOT_ALLOWED", "error_title": "Method not allowed"}),
        "call": _error(404, "not-found", "Not Found", "ID '{call_id}' does not exist, or is not yours"),
        "invalid": Refusal(
            400,
            {
                "type": 400,
                "title": "Bad Request",
                "invalid_parameters": [{"name": "{parameter}", "reason": "{reason}"}],
            },
        ),
        "403": _error(403, "forbidden", "Forbidden", "The application has no voice capability"),
        "429": _error(429, "rate-limit", "Rate Limit Hit", "Wait, then send the request again")._replace(
            headers={"Retry-After": "{wait}"}
        ),
        "500": Refusal(500, {"Error": "Internal Server Error"}),
        "503": Refusal(503, {"type": "SERVICE_UNAVAILABLE", "error_title": "Service unavailable"}),
    }

    def routes(self) -> Sequence[Route]:
        """Return the two paths."""
        return (Route("/v1/calls", self._list), Route("/v1/calls/{}", self.one))

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for a token that is not the application's, or not valid now."""
        token = request.bearer or ""
        is_known = token == self.account["access_token"] or _is_valid(
            token, self.account["application_id"], time.time()
        )
        return None if is_known else self.refuse(request, "credentials")

    def _list(self, request: Request) -> Reply:
        query = request.query
        try:
            size = _number(query, "page_size", SIZE_DEFAULT, SIZE_LIMIT)
            start = _number(query, "record_index", 0, 10**9)
        except ValueError as problem:
            parameter, reason = problem.args
            return self.refuse(request, "invalid", parameter=parameter, reason=reason)
        found = [record for _, record in self.current() if _wanted(record, query)]
        found.sort(key=_since, reverse=query.get("order") == "desc")
        pages = {"self": start, "first": 0, "next": start + size}
        links = {
            name: {"href": f"{request.path}?{urlencode({**query, 'page_size': size, 'record_index': index})}"}
            for name, index in pages.items()
            if index < len(found) or name != "next"
        }
        page = {"count": len(found), "page_size": size, "record_index": start, "_links": links}
        return self.reply({**page, "_embedded": {"calls": found[start : start + size]}})


def _wanted(record: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether the list has a call; one without a time is in every period."""
    same = all(record[name] == query[name] for name in ("status", "conversation_uuid") if name in query)
    at = _since(record)
    return same and (not at or query.get("date_start", "") <= at <= query.get("date_end", "9"))


def _since(record: Mapping[str, Any]) -> str:
    return record.get("start_time") or ""


def _number(query: Mapping[str, str], name: str, default: int, limit: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) > limit:
        raise ValueError(name, f"must be a number of at most {limit}")
    return int(text)


def _is_valid(token: str, application: str, now: float) -> bool:
    """Whether a token has the header and the claims of a JWT of the application's that is valid now."""
    header, claims = ([_decoded(each) for each in token.split(".")] + [{}, {}])[:2]
    made, until = claims.get("iat"), claims.get("exp")
    if header.get("alg") != "RS256" or claims.get("application_id") != application or not claims.get("jti"):
        return False
    if not isinstance(made, int | float) or made > now + LEEWAY or made + MAX_LIFETIME <= now:
        return False
    return now < (until if isinstance(until, int | float) else made + LIFETIME)


def _decoded(part: str) -> dict[str, Any]:
    """Return a part of a JWT; empty if it is not a JSON object."""
    try:
        found = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:  # of either
        return {}
    return found if isinstance(found, dict) else {}


VENDOR = Vonage
