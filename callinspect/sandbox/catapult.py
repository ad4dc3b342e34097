"""Bandwidth v1 ("Catapult"): "Fetch Call information", list, events, recordings, transcriptions, and rate limits."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox import credentials as known
from callinspect.sandbox.catapult_calls import (
    CALLS,
    RECORDINGS,
    TRANSCRIPTIONS,
    call_id,
    letters,
)
from callinspect.sandbox.exchange import Reply, Request, reply
from callinspect.sandbox.scene import At
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Record, Scene

SIZE_LIMIT: Final = 1000
SIZE_DEFAULT: Final = 25
BURST: Final = 5


class Catapult(Vendor):
    """The Catapult side of one sandbox: one request a second for each resource group, once *burst* is used up."""

    calls = CALLS

    def __init__(self, scene: Scene, burst: int = BURST) -> None:
        super().__init__(scene)
        self._burst = burst
        self._full_at: dict[str, float] = {}

    def routes(self) -> Sequence[Route]:
        """Return the paths of a user."""
        user = "/v1/users/*"
        call = f"{user}/calls/{{}}"
        return (
            Route(f"{user}/calls", self._list),
            Route(call, self._get),
            Route(f"{call}/events", self._events),
            Route(f"{call}/events/{{}}", self._event),
            Route(f"{call}/recordings", self._recordings),
            Route(f"{call}/transcriptions", self._transcriptions),
            Route(f"{user}/recordings", self._user_recordings),
            Route(f"{user}/recordings/{{}}", self._recording),
            Route(f"{user}/errors", self._errors),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials or another user, 429 for too many requests."""
        if request.basic != (known.CATAPULT_TOKEN, known.CATAPULT_SECRET):
            message = "The API token or secret is not valid"
            challenge = {"WWW-Authenticate": 'Basic realm="Catapult"'}
            return _error(request, 401, "authentication", "invalid-credentials", message, headers=challenge)
        user = request.segments[2:3]
        if user and user != (known.CATAPULT_USER_ID,):
            message = f"User {known.CATAPULT_USER_ID} does not have permission to access user {user[0]}"
            return _error(request, 401, "authorization", "user-access-denied", message)
        wait = self._take("/".join(request.segments[3:4]))
        return _limited(request, wait) if wait else None

    def no_path(self, request: Request) -> Reply:
        """Return the 404 of a path."""
        return _error(request, 404, "not-found", "resource-not-found", "The resource could not be found")

    def no_method(self, request: Request, allowed: Mapping[str, str]) -> Reply:
        """Return 405."""
        message = f"The method {request.method} is not allowed here"
        return _error(request, 405, "bad-request", "method-not-allowed", message, headers=allowed)

    def no_call(self, request: Request, call_id: str) -> Reply:
        """Return the 404 of a call."""
        message = f"The call {call_id} could not be found"
        return _error(request, 404, "not-found", "call-not-found", message, callId=call_id)

    def limited(self, request: Request, wait: int) -> Reply:
        """Return 429 with X-RateLimit-Reset, and without Retry-After or a message."""
        return _limited(request, wait)

    def unavailable(self, request: Request) -> Reply:
        """Return 503."""
        message = "The gateway gw-1 is temporarily unavailable"
        return _error(request, 503, "unavailable", "gateway-unavailable", message)

    def _get(self, request: Request, call_id: str) -> Reply:
        return self.one(request, call_id, _present)

    def _list(self, request: Request) -> Reply:
        query = request.query
        try:
            page, size = _number(query, "page", 0, math.inf), _number(query, "size", SIZE_DEFAULT, SIZE_LIMIT)
        except ValueError as problem:
            return _error(request, 400, "bad-request", "invalid-parameter", str(problem))
        if size == 0 or query.get("sortOrder", "desc") not in ("asc", "desc"):
            return _error(request, 400, "bad-request", "invalid-parameter", "The size or sortOrder is not valid")
        found = sorted(
            (record for _, record in self.current() if _wanted(record, query)),
            key=lambda record: str(record["startTime"]),
            reverse=query.get("sortOrder") != "asc",
        )
        if query.keys() & {"bridgeId", "conferenceId"}:
            return reply(found)
        last = max(0, math.ceil(len(found) / size) - 1)
        links = {"first": 0, "previous": page - 1, "next": page + 1, "last": last}
        header = ", ".join(
            f'<{self.scene.url}{request.path}?{urlencode({**query, "page": number, "size": size})}>; rel="{rel}"'
            for rel, number in links.items()
            if 0 <= number <= last
        )
        return reply(found[page * size : (page + 1) * size], headers={"Link": header})

    def _events(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        return reply(self.scene.render(_story(*found))) if found else self.no_call(request, call_id)

    def _event(self, request: Request, call_id: str, event_id: str) -> Reply:
        found = self.find(call_id)
        event = next((event for event in _story(*found) if event["id"] == event_id), None) if found else None
        if event is None:
            return self.no_path(request)
        return reply(self.scene.render({**event, "time": At(event["time"].seconds, "epoch")}))

    def _recordings(self, request: Request, call_id: str) -> Reply:
        return self._of_call(request, call_id, RECORDINGS)

    def _transcriptions(self, request: Request, call_id: str) -> Reply:
        return self._of_call(request, call_id, TRANSCRIPTIONS)

    def _of_call(self, request: Request, wanted: str, items: Sequence[Record]) -> Reply:
        if self.find(wanted) is None:
            return self.no_call(request, wanted)
        return reply(self.scene.render(items) if wanted == call_id("answered") else [])

    def _user_recordings(self, _request: Request) -> Reply:
        return reply(self.scene.render(RECORDINGS))

    def _recording(self, request: Request, recording: str) -> Reply:
        item = next((item for item in RECORDINGS if item["id"] == recording), None)
        if item is None:
            message = f"The recording {recording} could not be found"
            return _error(request, 404, "not-found", "recording-not-found", message)
        return reply(self.scene.render(item))

    def _errors(self, _request: Request) -> Reply:
        return reply([])

    def _take(self, group: str) -> float:
        """Take one request from the allowance of *group*; return the seconds to wait when there is none."""
        now = time.monotonic()
        with self.lock:
            full_at = max(self._full_at.get(group, now), now) + 1
            wait = full_at - now - self._burst
            if wait <= 0:
                self._full_at[group] = full_at
        return max(0.0, wait)


def _present(_call: Call, record: Any) -> Reply:
    return reply(record)


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
    implied: tuple[tuple[str, str, Record], ...] = (
        ("create", "startTime", {}),
        ("answer", "activeTime", {}),
        ("hangup", "endTime", cause),
    )
    events: list[dict[str, Any]] = [
        {"time": At(record[field].seconds), "name": name, **data}
        for name, field, data in implied
        if isinstance(record.get(field), At)
    ]
    events += [{"time": time, "name": name, "data": data} for name, time, data in call.extra.get("events", ())]
    return [{"id": f"ce-{letters(f'{call.id} {number}')}", **event} for number, event in enumerate(events)]


def _limited(request: Request, wait: float) -> Reply:
    reset = str(math.ceil((time.time() + wait) * 1000))
    body = {
        "category": "too-many-requests",
        "code": "rate-limit-reached",
        "details": [{"name": "rateLimitResetTime", "value": reset}, *_details(request)],
    }
    return reply(body, status=429, headers={"X-RateLimit-Reset": reset})


def _details(request: Request) -> list[dict[str, str]]:
    return [
        {"name": "requestMethod", "value": request.method},
        {"name": "remoteAddress", "value": request.client},
        {"name": "requestPath", "value": request.path.removeprefix("/v1/")},
    ]


def _error(
    request: Request,
    status: int,
    category: str,
    code: str,
    message: str,
    *,
    headers: Mapping[str, str] | None = None,
    **details: str,
) -> Reply:
    said = [{"name": name, "value": value} for name, value in details.items()]
    body = {"category": category, "code": code, "message": message, "details": [*said, *_details(request)]}
    return reply(body, status=status, headers=headers)
