"""Twilio Programmable Voice: "Fetch a Call", list, events, notifications and recordings; in XML without `.json`."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor
from callinspect.sandbox.vendors import _laml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PAGE_DEFAULT: Final = 20
JSON_ENDING: Final = ".json"
HOST: Final = "/api"
"""Stands for the host, `api.twilio.com`, of which the API has the whole path."""

_ACCOUNT: Final = {
    "account_sid": "AC5a2d9e0c7b1f4e3680d1c2b3a4958677",
    "api_key": "SK0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "api_secret": "sandbox-twilio-api-secret",
    "auth_token": "sandbox-twilio-auth-token",
}
_ROOT: Final = f"/2010-04-01/Accounts/{_ACCOUNT['account_sid']}"
_SUBRESOURCES: Final = ("Notifications", "Recordings", "Events", "Transcriptions")
"""Those that say something about a call; Twilio's calls have some more."""


def _sid(kind: str, key: str) -> str:
    return kind + digest(f"twilio {kind} {key}").hex()[:32]


def _complete(_name: str, record: dict[str, Any]) -> Mapping[str, Any]:
    path = f"{_ROOT}/Calls/{record['sid']}"
    below = {name.lower(): f"{path}/{name}{JSON_ENDING}" for name in _SUBRESOURCES}
    return {**record, "uri": f"{path}{JSON_ENDING}", "subresource_uris": below}


def _error(status: int, code: int, message: str, **more: str) -> Refusal:
    body = {"code": code, "message": message, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return Refusal(status, {**body, "status": status, **more})


_CALLS = read(
    Path(__file__).with_name("calls.json"),
    lambda name: _sid("CA", name),
    complete=_complete,
    known={**_ACCOUNT, "number sid": _sid("PN", "office"), "trunk": _sid("TK", "trunk")},
    form="mail",
).calls


class Twilio(Vendor):
    """The Twilio side of one sandbox. A 429 does not say how long to wait: the limit is one of concurrency."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("account_sid", "api_key", "api_secret")
    addresses = {"base_url": HOST}
    refusals = {
        "credentials": _error(
            *(401, 20003, "Authenticate"), detail="Your AccountSid or AuthToken was incorrect."
        )._replace(headers={"WWW-Authenticate": 'Basic realm="Twilio API"'}),
        "inactive": _error(401, 20005, "Account not active"),
        "path": _error(404, 20404, "The requested resource /{path}.json was not found"),
        "method": _error(405, 20004, "Method not allowed"),
        "call": _error(404, 20404, "The requested resource /{path}.json was not found"),
        "invalid": _error(400, 20001, "{problem}"),
        "403": _error(403, 70051, "Authorization Error: the key has no permission to read this"),
        "429": _error(429, 20429, "Too Many Requests"),
        "500": _error(500, 20500, "An internal server error has occurred"),
        "503": _error(503, 20503, "Service unavailable"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of an account, as they are without `.json`."""
        calls = f"{HOST}/2010-04-01/Accounts/*/Calls"
        below = ("Events", "Notifications", "Recordings")
        return (
            Route(calls, self._list),
            Route(f"{calls}/{{}}", self.one),
            *(Route(f"{calls}/{{}}/{name}", self._below(name.lower())) for name in below),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials, 404 for another account."""
        pairs = (("api_key", "api_secret"), ("account_sid", "auth_token"))
        if request.basic not in {(self.account[name], self.account[word]) for name, word in pairs}:
            return self.refuse(request, "credentials")
        account = request.segments[3:4]
        return self.refuse(request, "path") if account and account != (self.account["account_sid"],) else None

    def answer(self, request: Request) -> Reply:
        """Return the answer, in XML if the path does not end with `.json`."""
        path, mark, query = request.target.partition("?")
        earlier = tuple(each.removesuffix(JSON_ENDING) for each in request.earlier)
        answer = super().answer(replace(request, target=path.removesuffix(JSON_ENDING) + mark + query, earlier=earlier))
        if answer.own:
            answer = replace(answer, headers=(*answer.headers, ("Twilio-Request-Id", _sid("RQ", path))))
        return answer if path.endswith(JSON_ENDING) or not answer.own else _in_xml(answer)

    def _below(self, name: str) -> Callable[[Request, str], Reply]:
        def answer(request: Request, call_id: str) -> Reply:
            found = self.below(call_id, name)
            return self.refuse(request, "call") if found is None else self._page(request, name, found)

        return answer

    def _list(self, request: Request) -> Reply:
        found = _laml.wanted((record for _, record in self.current()), request.query)
        return self._page(request, "calls", [record for record in found if _is_within(record, request.query)])

    def _page(self, request: Request, name: str, found: Sequence[Any]) -> Reply:
        """Return a page of a list. A token leads to the next one; pages cannot be asked for by their number alone."""
        query = request.query
        try:
            size = _laml.number(query, "PageSize", PAGE_DEFAULT)
            start = int(base64.urlsafe_b64decode(query.get("PageToken", "MA==")))
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        path = f"{request.path.removeprefix(HOST)}{JSON_ENDING}"
        return self.reply(_laml.page(name, found, start, size, (path, query), _token))


def _token(start: int) -> str:
    return base64.urlsafe_b64encode(str(start).encode()).decode()


def _is_within(record: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a call passes the filters of a query by time, which are by the day, in UTC."""
    for name, field in {"StartTime": "start_time", "EndTime": "end_time"}.items():
        on = parsedate_to_datetime(record[field]).date().isoformat() if record[field] else None
        asked = {sign: query[name + sign] for sign in ("", ">", "<") if name + sign in query}
        if asked and (
            on is None or on != asked.get("", on) or on < asked.get(">", on) or ("<" in asked and on >= asked["<"])
        ):
            return False
    return True


def _in_xml(answer: Reply) -> Reply:
    """Return an answer as the API gives it by default: `<TwilioResponse><Call><Sid>…`."""
    document = json.loads(answer.body)
    name = "RestException" if "code" in document else "Call" if "sid" in document else "Page"
    body = f"<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse>{_element(name, document)}</TwilioResponse>"
    headers = tuple(each for each in answer.headers if each[0] != "Content-Type")
    return replace(answer, body=body.encode(), headers=(("Content-Type", "application/xml"), *headers))


def _element(name: str, value: Any) -> str:
    match value:
        case dict():
            inner = "".join(_element(each, within) for each, within in value.items())
        case list():
            inner = "".join(_element("item", each) for each in value)
        case _:
            inner = "" if value is None else escape(str(value))
    tag = "".join(part[:1].upper() + part[1:] for part in name.split("_"))
    return f"<{tag}>{inner}</{tag}>"


VENDOR = Twilio
