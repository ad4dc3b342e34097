"""Bandwidth v1 ("Catapult"): "Fetch Call information", list, events, recordings, transcriptions, and rate limits."""

from __future__ import annotations

import base64
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import At, digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Record

SIZE_LIMIT: Final = 1000
SIZE_DEFAULT: Final = 25

_ACCOUNT: Final = {
    "user_id": "u-sandboxsandboxsandbox22",
    "token": "t-sandboxsandboxsandbox33",
    "secret": "s-sandboxsandboxsandbox44",
}


def _call_id(name: str) -> str:
    return f"c-{_letters(name)}"


def _letters(key: str) -> str:
    """Return the 23 characters of a-z and 2-7 that stand for *key*."""
    return base64.b32encode(digest(f"catapult {key}")).decode().lower()[:23]


def _details(**first: str) -> list[dict[str, str]]:
    details = first | {"requestMethod": "{method}", "remoteAddress": "{client}", "requestPath": "{path}"}
    return [{"name": name, "value": value} for name, value in details.items()]


def _error(status: int, category: str, code: str, message: str, **details: str) -> Refusal:
    return Refusal(status, {"category": category, "code": code, "message": message, "details": _details(**details)})


_LONG: Final = ("Please call me back about the order of last week. " * 20)[:1000]
"""What a transcription has of a text that is longer."""

_CALLS = read(
    Path(__file__).with_name("calls.json"), _call_id, known={**_ACCOUNT, "long text": _LONG}, form="iso_seconds"
).calls


class Catapult(Vendor):
    """The Catapult side of one sandbox: one request a second for each resource group, once its burst is used up."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("user_id", "token", "secret")
    addresses = {"base_url": "/v1"}
    burst = 5
    refusals = {
        "credentials": _error(
            401, "authentication", "invalid-credentials", "The API token or secret is not valid"
        )._replace(headers={"WWW-Authenticate": 'Basic realm="Catapult"'}),
        "user": _error(
            *(401, "authorization", "user-access-denied"),
            f"User {_ACCOUNT['user_id']} does not have permission to access user {{user}}",
        ),
        "path": _error(404, "not-found", "resource-not-found", "The resource could not be found"),
        "method": _error(405, "bad-request", "method-not-allowed", "The method {method} is not allowed here"),
        "call": _error(404, "not-found", "call-not-found", "The call {call_id} could not be found", callId="{call_id}"),
        "recording": _error(404, "not-found", "recording-not-found", "The recording {recording} could not be found"),
        "invalid": _error(400, "bad-request", "invalid-parameter", "{problem}"),
        "403": _error(403, "authorization", "user-access-denied", "The user is not allowed to read {path}"),
        "429": Refusal(
            429,
            {
                "category": "too-many-requests",
                "code": "rate-limit-reached",
                "details": _details(rateLimitResetTime="{reset epoch_milliseconds}"),
            },
            {"X-RateLimit-Reset": "{reset epoch_milliseconds}"},
        ),
        "500": _error(500, "backend", "internal-server-error", "The request could not be processed"),
        "503": _error(503, "unavailable", "gateway-unavailable", "The gateway gw-1 is temporarily unavailable"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of a user."""
        user = "/v1/users/*"
        call = f"{user}/calls/{{}}"
        return (
            Route(f"{user}/calls", self._list),
            Route(call, self.one),
            Route(f"{call}/events", self._events),
            Route(f"{call}/events/{{}}", self._event),
            Route(f"{call}/recordings", self.listing("recordings")),
            Route(f"{call}/transcriptions", self.listing("transcriptions")),
            Route(f"{user}/recordings", self._user_recordings),
            Route(f"{user}/recordings/{{}}", self._recording),
            Route(f"{user}/errors", self._errors),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials or another user, 429 for too many requests."""
        if request.basic != (self.account["token"], self.account["secret"]):
            return self.refuse(request, "credentials")
        user = request.segments[2:3]
        if user and user != (self.account["user_id"],):
            return self.refuse(request, "user", user=user[0])
        wait = self.allowance.take("/".join(request.segments[3:4]))
        return self.refuse(request, "429", wait=wait) if wait else None

    def _list(self, request: Request) -> Reply:
        query = request.query
        try:
            page, size = _number(query, "page", 0, math.inf), _number(query, "size", SIZE_DEFAULT, SIZE_LIMIT)
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        if size == 0 or query.get("sortOrder", "desc") not in ("asc", "desc"):
            return self.refuse(request, "invalid", problem="The size or sortOrder is not valid")
        found = sorted(
            (record for _, record in self.current() if _wanted(record, query)),
            key=lambda record: str(record["startTime"]),
            reverse=query.get("sortOrder") != "asc",
        )
        if query.keys() & {"bridgeId", "conferenceId"}:
            return self.reply(found)
        last = max(0, math.ceil(len(found) / size) - 1)
        links = {"first": 0, "previous": page - 1, "next": page + 1, "last": last}
        header = ", ".join(
            f'<{self.scene.url}{request.path}?{urlencode({**query, "page": number, "size": size})}>; rel="{rel}"'
            for rel, number in links.items()
            if 0 <= number <= last
        )
        return self.reply(found[page * size : (page + 1) * size], headers={"Link": header})

    def _events(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        return self.reply(_story(*found)) if found else self.refuse(request, "call", call_id=call_id)

    def _event(self, request: Request, call_id: str, event_id: str) -> Reply:
        found = self.find(call_id)
        event = next((event for event in _story(*found) if event["id"] == event_id), None) if found else None
        if event is None:
            return self.refuse(request, "path")
        return self.reply({**event, "time": At(event["time"].seconds, "epoch_milliseconds")})

    def _user_recordings(self, _request: Request) -> Reply:
        return self.reply(self.everything("recordings"))

    def _recording(self, request: Request, recording: str) -> Reply:
        item = next((item for item in self.everything("recordings") if item["id"] == recording), None)
        return self.reply(item) if item else self.refuse(request, "recording", recording=recording)

    def _errors(self, _request: Request) -> Reply:
        return self.reply([])


def _wanted(record: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    return all(record.get(name) == query[name] for name in ("from", "to", "bridgeId", "conferenceId") if name in query)


def _number(query: Mapping[str, str], name: str, default: int, limit: float) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) > limit:
        raise ValueError(f"The value '{text}' of '{name}' is not valid")
    return int(text)


def _story(call: Call, record: Record) -> list[dict[str, Any]]:
    """Return the events that the record implies, and then those that only the call tells."""
    cause = {"data": call.extra["cause"]} if "cause" in call.extra else {}
    end = record.get("endTime")
    implied: tuple[tuple[str, Any, Record], ...] = (
        ("create", record.get("startTime"), {}),
        ("answer", record.get("activeTime"), {}),
        ("hangup", end and call.extra.get("hangup", end), cause),
    )
    events: list[dict[str, Any]] = [
        {"time": At(time.seconds), "name": name, **data} for name, time, data in implied if isinstance(time, At)
    ]
    events += [{"time": time, "name": name, "data": data} for name, time, data in call.extra.get("events", ())]
    return [{"id": f"ce-{_letters(f'{call.id} {number}')}", **event} for number, event in enumerate(events)]


VENDOR = Catapult
