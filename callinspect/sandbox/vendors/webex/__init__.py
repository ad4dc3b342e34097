"""Webex Calling: "Get Call Details" and its neighbours, and the token endpoint of "Login with Webex"."""

from __future__ import annotations

import base64
import secrets
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import JSON_UTF8, Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Scene

REFRESH_SECONDS: Final = 7_775_999
HISTORY_LIMIT: Final = 20

_ACTIONS: Final = (
    *("dial", "answer", "reject", "hangup", "hold", "resume", "mute", "unmute", "divert", "transfer", "park"),
    *("retrieve", "pickup", "bargeIn", "push", "pull", "startRecording", "stopRecording", "pauseRecording"),
    *("resumeRecording", "transmitDtmf"),
)
_UNAUTHORIZED: Final = "The request requires a valid access token set in the Authorization request header."
_FORBIDDEN: Final = "The access token is missing required scopes or the user is missing required roles or licenses."
_MALFORMED: Final = "The request could not be understood by the server due to malformed syntax."
_EXPIRED: Final = "The refresh token provided is expired, revoked, malformed, or invalid."


def _call_id(name: str) -> str:
    number = 100_000_000 + int.from_bytes(digest(f"webex {name}")[:4]) % 900_000_000
    return _encoded(f"ciscospark://us/CALL/callhalf-{number}:0")


def _encoded(uri: str) -> str:
    """Return *uri* as Webex writes IDs: base64 without padding."""
    return base64.b64encode(uri.encode()).decode().rstrip("=")


def _complete(name: str, record: dict[str, Any]) -> Mapping[str, Any]:
    session = uuid.UUID(bytes=digest(f"webex {name}")[:16], version=4)
    muted = record.pop("muted", False)
    capable = record["state"] in {"connected", "held", "remoteHeld"}
    return {
        "id": _call_id(name),
        "callSessionId": _encoded(str(session)),
        **record,
        "muteCapable": capable,
        "muted": muted,
    }


def _error(
    status: int, message: str, description: str | None = None, code: int | None = None, **headers: str
) -> Refusal:
    error = {"description": description or message} | ({} if code is None else {"errorCode": code})
    body = {"message": message, "errors": [error], "trackingId": "ROUTERGW_{uuid}"}
    return Refusal(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


_CALLS, _PARTS = read(Path(__file__).with_name("calls.json"), _call_id, complete=_complete)


class Webex(Vendor):
    """The Webex side of one sandbox: its refresh tokens rotate, its access tokens expire."""

    calls = _CALLS
    account = {
        "access_token": "sandbox-webex-user-token",
        "client_id": "sandbox-webex-client",
        "client_secret": "sandbox-webex-secret",
        "refresh_token": "sandbox-webex-refresh-token",
        "service_token": "sandbox-webex-service-app-token",
        "service_refresh_token": "sandbox-webex-service-app-refresh-token",
        "unscoped_token": "sandbox-webex-token-without-calls-read",
        "member_id": _encoded("ciscospark://us/PEOPLE/5ad0b0e0-0000-4000-8000-000000000100"),
        "org_id": _encoded("ciscospark://us/ORGANIZATION/5ad0b0e0-0000-4000-8000-000000000001"),
    }
    way = ("access_token",)
    addresses = {"base_url": "/v1"}
    kind = JSON_UTF8
    token_seconds = 1_209_599
    refusals = {
        "credentials": _error(401, _UNAUTHORIZED, WWW_Authenticate="Bearer"),
        "role": _error(400, "Target user not authorized", code=4003),
        "member": _error(404, "Target user is not a Webex Calling user", code=4008),
        "path": _error(404, "The requested resource could not be found."),
        "method": _error(405, "Method Not Allowed"),
        "action": _error(501, "The sandbox reads calls and does not act on them."),
        "call": _error(404, "Call not found"),
        "type": _error(400, "Invalid value for type: {type}"),
        "403": _error(403, _FORBIDDEN),
        "423": _error(423, "Locked", Retry_After="1"),
        "429": _error(429, "Too Many Requests", Retry_After="{wait}"),
        "500": _error(500, "Internal Server Error"),
        "503": _error(503, "Service Unavailable"),
        "form": _error(415, "Unsupported Media Type"),
        "client": _error(400, _MALFORMED, "Client Id is invalid"),
        "client secret": _error(401, "Client authentication failed."),
        "grant": _error(400, "The grant type is not supported."),
        "refresh token": _error(400, _EXPIRED),
    }

    def __init__(self, scene: Scene, **limits: int | None) -> None:
        super().__init__(scene, **limits)
        for token, role in (("access_token", "user"), ("service_token", "service"), ("unscoped_token", "unscoped")):
            self.tokens.accept(self.account[token], role)
        self._refresh = {self.account["refresh_token"]: "user", self.account["service_refresh_token"]: "service"}

    def routes(self) -> Sequence[Route]:
        """Return the own-user paths, the newer form of them, the members paths, and the token endpoint."""
        own, member = "/v1/telephony/calls", "/v1/telephony/calls/members"
        return (
            Route("/v1/access_token", self._renew, "POST", public=True),
            Route(own, self._list),
            *(Route(f"{own}/{action}", self._act, "POST") for action in _ACTIONS),
            Route(f"{own}/history", self._history),
            Route(f"{own}/{{}}", self.one),
            Route(f"{member}/{{}}/calls", self._list),
            Route(f"{member}/{{}}/history", self._history),
            Route(f"{member}/{{}}/calls/{{}}", self._member_get),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401, 403, or the 400 with errorCode 4003 for the wrong kind of token."""
        role = self.tokens.role(request.bearer)
        if role is None:
            return self.refuse(request, "credentials")
        if role == "unscoped":
            return self.refuse(request, "403")
        return None if role == _role_of(request.segments) else self.refuse(request, "role")

    def _list(self, request: Request, member: str = "me") -> Reply:
        if refusal := self._stranger(request, member):
            return refusal
        return self.reply({"items": [record for _, record in self.current() if record["state"] != "disconnected"]})

    def _history(self, request: Request, member: str = "me") -> Reply:
        if refusal := self._stranger(request, member):
            return refusal
        wanted = request.query.get("type")
        if wanted not in (None, "placed", "missed", "received"):
            return self.refuse(request, "type", type=wanted)
        return self.reply(
            {"items": [row for row in _PARTS["history"] if wanted in (None, row["type"])][:HISTORY_LIMIT]}
        )

    def _member_get(self, request: Request, member: str, call_id: str) -> Reply:
        return self._stranger(request, member) or self.one(request, call_id)

    def _stranger(self, request: Request, member: str) -> Reply | None:
        return None if member in {"me", self.account["member_id"]} else self.refuse(request, "member")

    def _act(self, request: Request) -> Reply:
        return self.refuse(request, "action")

    def _renew(self, request: Request) -> Reply:
        form = request.form
        if not request.is_form:
            return self.refuse(request, "form")
        if form.get("client_id") != self.account["client_id"]:
            return self.refuse(request, "client")
        if form.get("client_secret") != self.account["client_secret"]:
            return self.refuse(request, "client secret")
        if form.get("grant_type") != "refresh_token":
            return self.refuse(request, "grant")
        refresh = secrets.token_urlsafe(32)
        with self.lock:
            role = self._refresh.pop(form.get("refresh_token", ""), None)
            if role is None:
                return self.refuse(request, "refresh token")
            self._refresh[refresh] = role
        return self.reply(
            {
                "access_token": self.tokens.issue(role),
                "expires_in": self.tokens.seconds,
                "refresh_token": refresh,
                "refresh_token_expires_in": REFRESH_SECONDS,
                "token_type": "Bearer",
            }
        )


def _role_of(segments: Sequence[str]) -> str:
    match segments:
        case ("v1", "telephony", "calls", "members", member, *_) if member != "me":
            return "service"
    return "user"


VENDOR = Webex
