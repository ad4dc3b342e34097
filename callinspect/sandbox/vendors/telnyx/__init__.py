"""Telnyx: "Fetch a call" and the list of TeXML, "Retrieve a call status" of Call Control, call events, recordings."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import JSON_UTF8, Refusal, Reply, Request
from callinspect.sandbox.scene import At, digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Record

PAGE_DEFAULT: Final = 50
PAGE_LIMIT: Final = 1000
LIST_DEFAULT: Final = 20
LIST_LIMIT: Final = 250

ALIVE: Final = frozenset({"queued", "initiated", "ringing", "in-progress"})
"""States of TeXML in which Call Control says that a call is alive."""

_ACCOUNT: Final = {
    "api_key": "KEY5A6DB0X_sandboxsandboxsandbox",
    "account_sid": "5a6db0c5-0000-4000-8000-5a6db0c50000",
}


def _call_id(name: str) -> str:
    return "v3:" + base64.urlsafe_b64encode(digest(f"telnyx {name}") * 2).decode().rstrip("=")


def _leg(call: Call, kind: str = "leg") -> str:
    """Return the UUID of a call's leg, or of its session."""
    return str(uuid.UUID(bytes=digest(f"telnyx {kind} {call.id}")[:16]))


def _errors(status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None) -> Refusal:
    meta = {"url": f"https://developers.telnyx.com/docs/overview/errors/{code}"}
    return Refusal(status, {"errors": [{"code": code, "title": title, "detail": detail, "meta": meta}]}, headers or {})


_CALLS = read(Path(__file__).with_name("calls.json"), _call_id, known=_ACCOUNT, form="mail").calls


class Telnyx(Vendor):
    """The Telnyx side of one sandbox: an organization with TeXML calls and Call Control calls."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("api_key", "account_sid")
    addresses = {"base_url": "/v2"}
    kind = JSON_UTF8
    refusals = {
        "credentials": _errors(401, "10009", "Authentication failed", "The API key was invalid or not included"),
        "account": _errors(404, "10005", "Resource not found", "The requested resource or URL could not be found"),
        "path": _errors(404, "10005", "Resource not found", "The requested resource or URL could not be found"),
        "method": _errors(405, "10002", "Method not allowed", "The method {method} is not allowed here"),
        "call": Refusal(404, {"errors": [{"detail": "Resource not found"}]}),
        "control": _errors(422, "90015", "Invalid Call Control ID", "The call_control_id provided was not valid"),
        "over": _errors(422, "90018", "Call has already ended", "This call is no longer active"),
        "invalid": _errors(400, "10015", "Bad Request", "{problem}"),
        "403": _errors(403, "10010", "Authorization failed", "The key is not allowed to read {path}"),
        "429": _errors(
            *(429, "10011", "Too many requests", "There were too many requests"), {"x-ratelimit-reset": "{wait}"}
        ),
        "500": _errors(500, "10007", "Unexpected error", "An unexpected error occurred"),
        "503": _errors(503, "10016", "Service unavailable", "The service is temporarily unavailable"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of both interfaces."""
        calls = "/v2/texml/Accounts/*/Calls"
        return (
            Route(calls, self._list),
            Route(f"{calls}/{{}}", self._texml),
            Route(f"{calls}/{{}}/Recordings.json", self._texml_recordings),
            Route("/v2/calls/{}", self._control),
            Route("/v2/call_events", self._events),
            Route("/v2/recordings", self._recordings),
            Route("/v2/whoami", self._whoami),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for a wrong key, 404 for the account of another organization."""
        if request.bearer != self.account["api_key"]:
            return self.refuse(request, "credentials")
        texml = request.segments[1:3] == ("texml", "Accounts")
        is_other = texml and request.segments[3:4] != (self.account["account_sid"],)
        return self.refuse(request, "account") if is_other else None

    def present(self, _call: Call, record: Any) -> Reply:
        """Return the answer that shows one call's record: Call Control's is in an envelope."""
        return self.reply({"data": record} if "is_alive" in record else record)

    def _texml(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        return self.refuse(request, "call") if found and "is_alive" in found[1] else self.one(request, call_id)

    def _control(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        if found is None:
            return self.refuse(request, "control")
        call, record = found
        if "is_alive" in record:
            own = {"call_leg_id": _leg(call), "call_session_id": _leg(call, "session"), "record_type": "call"}
            return self._gone_through(call.steps, call.id, request, self.present(call, {**record, **own}))
        is_known = "events" in call.extra or record["status"] in ALIVE
        return self.present(call, _as_control(call, record)) if is_known else self.refuse(request, "over")

    def _events(self, request: Request) -> Reply:
        known = ((call, record) for call in self.calls if (record := call.at(self.scene.elapsed)) is not None)
        current = (call.current(self.scene.elapsed) for call, _ in known)
        found = [
            event
            for call in current
            for event in _story(call)
            if event["event_timestamp"].seconds <= self.scene.elapsed
        ]
        legs = request.query.get("filter[leg_id]")
        return self._paged(request, [each for each in found if legs in {None, each["call_leg_id"]}])

    def _recordings(self, request: Request) -> Reply:
        call_id = request.query.get("filter[call_control_id]", "")
        return self._paged(request, [*(self.below(call_id, "recordings") or ())])

    def _texml_recordings(self, request: Request, call_id: str) -> Reply:
        found = self.below(call_id, "recordings")
        return self.refuse(request, "call") if found is None else self._page_of("recordings", request, [*found])

    def _paged(self, request: Request, found: Sequence[Any]) -> Reply:
        try:
            size = _number(request.query, "page[size]", LIST_DEFAULT, LIST_LIMIT)
            number = max(_number(request.query, "page[number]", 1, len(found) + 1), 1)
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        meta = {"page_number": number, "page_size": size, "total_results": len(found)}
        pages = {"total_pages": -(-len(found) // size)}
        return self.reply({"data": found[(number - 1) * size : number * size], "meta": meta | pages})

    def _list(self, request: Request) -> Reply:
        found = [record for _, record in self.current() if "sid" in record and _wanted(record, request.query)]
        found.sort(key=lambda record: parsedate_to_datetime(record["date_created"]), reverse=True)
        return self._page_of("calls", request, found)

    def _page_of(self, key: str, request: Request, found: Sequence[Any]) -> Reply:
        try:
            size = _number(request.query, "PageSize", PAGE_DEFAULT, PAGE_LIMIT)
            number = _number(request.query, "Page", 0, len(found))
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        start = number * size
        path = f"{request.path.removesuffix('.json')}.json"
        address = {page: f"{path}?{urlencode({**request.query, 'Page': page})}" for page in (0, number, number + 1)}
        page = {"page": number, "page_size": size, "start": start, "end": min(start + size, len(found))}
        links = {"uri": address[number], "first_page_uri": address[0]}
        following = {"next_page_uri": address[number + 1]} if start + size < len(found) else {}
        return self.reply({key: found[start : start + size], **page, **links, **following})

    def _whoami(self, _request: Request) -> Reply:
        return self.reply({"data": {"organization_id": self.account["account_sid"], "record_type": "whoami"}})


def _wanted(record: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    same = {"To": "to", "From": "from", "Status": "status"}
    day = parsedate_to_datetime(record["date_created"]).astimezone(UTC).date().isoformat()
    return (
        all(record.get(field) == query[name] for name, field in same.items() if name in query)
        and query.get("StartTime", day) == day
        and query.get("StartTime_gt", "") < day < query.get("StartTime_lt", "9")
    )


def _number(query: Mapping[str, str], name: str, default: int, limit: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) > limit:
        raise ValueError(f"{name} must be a number up to {limit}")
    return int(text)


def _as_control(call: Call, record: Record) -> Record:
    """Return what Call Control says of a TeXML call."""
    times = {name: At(record[key].seconds, "iso_milliseconds") for name, key in _TIMES.items() if key in record}
    known = {"call_control_id": call.id, "call_leg_id": _leg(call), "call_session_id": _leg(call, "session")}
    return {**known, "is_alive": record["status"] in ALIVE, "record_type": "call", **times}


_TIMES: Final = {"start_time": "date_created", "end_time": "end_time"}


def _story(call: Call) -> list[dict[str, Any]]:
    """Return a call's events: all have the parties, and each what it tells."""
    leg, session = _leg(call), _leg(call, "session")
    ids = {"call_leg_id": leg, "call_session_id": session}
    common = {"call_control_id": call.id, **ids, "connection_id": "5550100", "client_state": None}
    return [
        {
            "record_type": "call_event",
            **ids,
            "event_timestamp": at,
            "name": name,
            "type": "webhook" if "." in name else "command",
            "metadata": {
                "event_type": name,
                "occurred_at": at,
                "payload": {**common, **call.extra.get("parties", {}), **payload},
            },
        }
        for at, name, payload in call.extra.get("events", ())
    ]


VENDOR = Telnyx
