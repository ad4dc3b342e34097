"""Genesys Web Services: "Call resource", "Calls API", the user with its subresources, devices, and the version."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox import credentials as known
from callinspect.sandbox.exchange import JSON_UTF8, Reply, Request, reply
from callinspect.sandbox.genesys_calls import CALLS, DEVICE_URI, SERVER, guid
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Scene

VERSION: Final = "8.5.202.96"

_MESSAGES: Final = {
    2: "Parameter is not valid for the current state",
    4: "Device '15000' is not registered.",
    5: "User does not have the required permission",
    6: "Call not found",
}

_DEVICE: Final = {
    "id": guid("device"),
    "deviceState": "Active",
    "userState": {"id": guid("ready"), "displayName": "Ready", "state": "Ready"},
    "phoneNumber": "15000",
    "e164Number": "",
    "telephonyNetwork": "Private",
    "doNotDisturb": "Off",
    "voiceEnvironmentUri": f"{SERVER}/voice-environments/{guid('voice environment')}",
    "capabilities": ["DoNotDisturbOn", "ForwardCallsOn"],
    "channels": ["voice"],
}

_USER: Final = {
    "id": guid("user").replace("-", ""),
    "userName": known.GENESYS_USERNAME,
    "firstName": "Sam",
    "lastName": "Sandbox",
    "emailAddress": "",
    "roles": ["ROLE_AGENT"],
    "enabled": True,
    "changePasswordOnFirstLogin": False,
    "contactCenterId": guid("contact center"),
    "uri": f"{SERVER}/users/{guid('user').replace('-', '')}",
    "path": f"/users/{guid('user').replace('-', '')}",
}


class Genesys(Vendor):
    """The Genesys side of one sandbox: it knows the sessions that it has opened."""

    calls = CALLS

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._sessions: set[str] = set()

    def routes(self) -> Sequence[Route]:
        """Return the paths of the signed-in user, and the version, which is for anybody."""
        return (
            Route("/api/v2/diagnostics/version", self._version, public=True),
            Route("/api/v2/me", self._me),
            Route("/api/v2/me/calls", self._list),
            Route("/api/v2/me/calls/{}", self._get),
            Route("/api/v2/me/devices", self._devices),
            Route("/api/v2/me/devices/{}", self._device),
        )

    def answer(self, request: Request) -> Reply:
        """Return the answer; the first authenticated one opens a session."""
        answer = super().answer(request)
        if request.basic != (known.GENESYS_USERNAME, known.GENESYS_PASSWORD) or self._session(request):
            return answer
        session = secrets.token_hex(16)
        with self.lock:
            self._sessions.add(session)
        cookie = ("Set-Cookie", f"JSESSIONID={session}; Path=/api/v2; HttpOnly")
        return Reply(answer.status, answer.body, (*answer.headers, cookie), answer.delivery)

    def admit(self, request: Request) -> Reply | None:
        """Return statusCode 20 under HTTP 403 unless a password, a token or a session is right."""
        password = request.basic == (known.GENESYS_USERNAME, known.GENESYS_PASSWORD)
        if password or request.bearer == known.GENESYS_ACCESS_TOKEN or self._session(request):
            return None
        return _failure(20, "Access denied", status=403)

    def no_path(self, _request: Request) -> Reply:
        """Return statusCode 6 under HTTP 404."""
        return _failure(6, "Resource not found", status=404)

    def no_method(self, _request: Request, allowed: Mapping[str, str]) -> Reply:
        """Return statusCode 3 under HTTP 405."""
        return _failure(3, "The operation is forbidden", status=405, headers=allowed)

    def no_call(self, _request: Request, _call_id: str) -> Reply:
        """Return statusCode 6 under HTTP 404."""
        return _failure(6, _MESSAGES[6], status=404)

    def limited(self, _request: Request, wait: int) -> Reply:
        """Return 429 with Retry-After in seconds, as a proxy in front of the server would."""
        return _failure(4, "Too many requests", status=429, headers={"Retry-After": str(wait)})

    def unavailable(self, _request: Request) -> Reply:
        """Return 503."""
        return _failure(4, "Service unavailable", status=503)

    def spoil(self, step: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* hit by a fault; a statusCode under any HTTP status is one of this vendor's."""
        match step.split():
            case ["code", status, code]:
                return _failure(int(code), _MESSAGES[int(code)], status=int(status))
        return super().spoil(step, request, answer)

    def _get(self, request: Request, call_id: str) -> Reply:
        return self.one(request, call_id, _present)

    def _list(self, request: Request) -> Reply:
        return _listing(request, "calls", self._calls())

    def _calls(self) -> list[dict[str, Any]]:
        return [record for _, record in self.current() if record["state"] not in {"Released", "Completed"}]

    def _devices(self, request: Request) -> Reply:
        return _listing(request, "devices", [{**_DEVICE, "uri": DEVICE_URI}])

    def _device(self, request: Request, device: str) -> Reply:
        return _success("device", _DEVICE) if device == _DEVICE["id"] else self.no_path(request)

    def _me(self, request: Request) -> Reply:
        wanted = request.query.get("subresources", "").split(",")
        parts = {"devices": [_DEVICE], "calls": self._calls()}
        return _success("user", _USER | {name: part for name, part in parts.items() if {name, "*"} & set(wanted)})

    def _version(self, _request: Request) -> Reply:
        return _success("version", VERSION)

    def _session(self, request: Request) -> bool:
        cookies = (pair.strip().partition("=") for pair in request.headers.get("Cookie", "").split(";"))
        with self.lock:
            return any(name == "JSESSIONID" and value in self._sessions for name, _, value in cookies)


def _present(_call: Call, record: Any) -> Reply:
    return _success("call", record)


def _listing(request: Request, name: str, records: Sequence[Mapping[str, Any]]) -> Reply:
    fields = request.query.get("fields")
    if fields is None:
        return _success("uris", [record["uri"] for record in records])
    chosen = [
        {key: value for key, value in record.items() if fields == "*" or key in fields.split(",")} for record in records
    ]
    return _success(name, chosen)


def _success(name: str, content: Any) -> Reply:
    return reply({"statusCode": 0, name: content}, kind=JSON_UTF8)


def _failure(code: int, message: str, *, status: int, headers: Mapping[str, str] | None = None) -> Reply:
    return reply({"statusCode": code, "statusMessage": message}, status=status, kind=JSON_UTF8, headers=headers)
