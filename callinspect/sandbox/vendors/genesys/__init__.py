"""Genesys Web Services: "Call resource", "Calls API", the user with its subresources, devices, and the version."""

from __future__ import annotations

import base64
import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import JSON_UTF8, Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Scene

VERSION: Final = "8.5.202.96"

_ACCOUNT: Final = {
    "username": "agent.sandbox",
    "password": "sandbox-genesys-password",
    "access_token": "sandbox-genesys-token",
}


def _call_id(name: str) -> str:
    return base64.b32hexencode(digest(f"genesys {name}")).decode()


def _complete(name: str, record: dict[str, Any]) -> Mapping[str, Any]:
    return {**record, "connId": digest(f"genesys connection {name}")[:8].hex()}


def _failure(status: int, code: int, message: str, headers: Mapping[str, str] | None = None) -> Refusal:
    return Refusal(status, {"statusCode": code, "statusMessage": message}, headers or {})


_CALLS, _PARTS = read(Path(__file__).with_name("calls.json"), _call_id, complete=_complete, known=_ACCOUNT)


class Genesys(Vendor):
    """The Genesys side of one sandbox: it knows the sessions that it has opened."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("username", "password")
    addresses = {"base_url": "/api/v2"}
    kind = JSON_UTF8
    refusals = {
        "credentials": _failure(403, 20, "Access denied"),
        "path": _failure(404, 6, "Resource not found"),
        "method": _failure(405, 3, "The operation is forbidden"),
        "call": _failure(404, 6, "Call not found"),
        "403": _failure(403, 5, "User does not have the required permission"),
        "429": _failure(429, 4, "Too many requests", {"Retry-After": "{wait}"}),
        "500": _failure(500, 4, "Device '15000' is not registered."),
        "503": _failure(503, 4, "Service unavailable"),
        "code 200 2": _failure(200, 2, "Parameter is not valid for the current state"),
        "code 200 6": _failure(200, 6, "Call not found"),
    }

    def __init__(self, scene: Scene, **limits: int | None) -> None:
        super().__init__(scene, **limits)
        self._sessions: set[str] = set()

    def routes(self) -> Sequence[Route]:
        """Return the paths of the signed-in user, and the version, which is for anybody."""
        return (
            Route("/api/v2/diagnostics/version", self._version, public=True),
            Route("/api/v2/me", self._me),
            Route("/api/v2/me/calls", self._list),
            Route("/api/v2/me/calls/{}", self.one),
            Route("/api/v2/me/devices", self._devices),
            Route("/api/v2/me/devices/{}", self._device),
        )

    def answer(self, request: Request) -> Reply:
        """Return the answer; the first authenticated one opens a session."""
        answer = super().answer(request)
        if not self._password(request) or self._session(request):
            return answer
        session = secrets.token_hex(16)
        with self.lock:
            self._sessions.add(session)
        cookie = ("Set-Cookie", f"JSESSIONID={session}; Path={request.root}/api/v2; HttpOnly")
        return replace(answer, headers=(*answer.headers, cookie))

    def admit(self, request: Request) -> Reply | None:
        """Return statusCode 20 under HTTP 403 unless a password, a token or a session is right."""
        token = request.bearer == self.account["access_token"]
        if token or self._password(request) or self._session(request):
            return None
        return self.refuse(request, "credentials")

    def present(self, _call: Call, record: Any) -> Reply:
        """Return the answer that shows one call's record."""
        return self._success("call", record)

    def _list(self, request: Request) -> Reply:
        return self._listing(request, "calls", self._calls())

    def _calls(self) -> list[dict[str, Any]]:
        return [record for _, record in self.current() if record["state"] not in {"Released", "Completed"}]

    def _devices(self, request: Request) -> Reply:
        known = [{**each, "uri": f"{_PARTS['server']}/devices/{each['id']}"} for each in _PARTS["devices"]]
        return self._listing(request, "devices", known)

    def _device(self, request: Request, device: str) -> Reply:
        known = next((each for each in _PARTS["devices"] if each["id"] == device), None)
        return self._success("device", known) if known else self.refuse(request, "path")

    def _me(self, request: Request) -> Reply:
        wanted = request.query.get("subresources", "").split(",")
        parts = {"devices": _PARTS["devices"], "calls": self._calls()}
        shown = {name: part for name, part in parts.items() if {name, "*"} & set(wanted)}
        return self._success("user", _PARTS["user"] | shown)

    def _version(self, _request: Request) -> Reply:
        return self._success("version", VERSION)

    def _password(self, request: Request) -> bool:
        return request.basic == (self.account["username"], self.account["password"])

    def _session(self, request: Request) -> bool:
        cookies = (pair.strip().partition("=") for pair in request.headers.get("Cookie", "").split(";"))
        with self.lock:
            return any(name == "JSESSIONID" and value in self._sessions for name, _, value in cookies)

    def _listing(self, request: Request, name: str, records: Sequence[Mapping[str, Any]]) -> Reply:
        fields = request.query.get("fields")
        if fields is None:
            return self._success("uris", [record["uri"] for record in records])
        chosen = [
            {key: value for key, value in record.items() if fields == "*" or key in fields.split(",")}
            for record in records
        ]
        return self._success(name, chosen)

    def _success(self, name: str, content: Any) -> Reply:
        return self.reply({"statusCode": 0, name: content})


VENDOR = Genesys
