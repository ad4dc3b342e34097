"""Webex Calling: "Get Call Details" and its neighbours, and the token endpoint of "Login with Webex"."""

from __future__ import annotations

import secrets
import time
import uuid
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from callinspect.sandbox import credentials as known
from callinspect.sandbox.exchange import JSON_UTF8, Reply, Request, reply
from callinspect.sandbox.vendor import Route, Vendor
from callinspect.sandbox.webex_calls import CALLS, HISTORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Scene

ACCESS_SECONDS: Final = 1_209_599
REFRESH_SECONDS: Final = 7_775_999
HISTORY_LIMIT: Final = 20
LOCKED_SECONDS: Final = 1

_ACTIONS: Final = (
    *("dial", "answer", "reject", "hangup", "hold", "resume", "mute", "unmute", "divert", "transfer", "park"),
    *("retrieve", "pickup", "bargeIn", "push", "pull", "startRecording", "stopRecording", "pauseRecording"),
    *("resumeRecording", "transmitDtmf"),
)
_UNAUTHORIZED: Final = "The request requires a valid access token set in the Authorization request header."
_FORBIDDEN: Final = "The access token is missing required scopes or the user is missing required roles or licenses."


class _Token(NamedTuple):
    role: str
    expires: float


class Webex(Vendor):
    """The Webex side of one sandbox: its refresh tokens rotate, its access tokens expire."""

    calls = CALLS

    def __init__(self, scene: Scene, token_lifetime: int | None = None) -> None:
        super().__init__(scene)
        self._lifetime = ACCESS_SECONDS if token_lifetime is None else token_lifetime
        self._access = {
            known.WEBEX_ACCESS_TOKEN: _Token("user", float("inf")),
            known.WEBEX_SERVICE_TOKEN: _Token("service", float("inf")),
            known.WEBEX_UNSCOPED_TOKEN: _Token("unscoped", float("inf")),
        }
        self._refresh = {known.WEBEX_REFRESH_TOKEN: "user", known.WEBEX_SERVICE_REFRESH_TOKEN: "service"}

    def routes(self) -> Sequence[Route]:
        """Return the own-user paths, the newer form of them, the members paths, and the token endpoint."""
        own, member = "/v1/telephony/calls", "/v1/telephony/calls/members"
        return (
            Route("/v1/access_token", self._renew, "POST", public=True),
            Route(own, self._list),
            *(Route(f"{own}/{action}", self._unsupported, "POST") for action in _ACTIONS),
            Route(f"{own}/history", self._history),
            Route(f"{own}/{{}}", self._get),
            Route(f"{member}/{{}}/calls", self._member_list),
            Route(f"{member}/{{}}/history", self._member_history),
            Route(f"{member}/{{}}/calls/{{}}", self._member_get),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401, 403, or the 400 with errorCode 4003 for the wrong kind of token."""
        with self.lock:
            token = self._access.get(request.bearer or "")
        if token is None or token.expires <= time.monotonic():
            return _error(401, _UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
        if token.role == "unscoped":
            return _error(403, _FORBIDDEN)
        if token.role != _role_of(request.segments):
            return _error(400, "Target user not authorized", code=4003)
        return None

    def no_path(self, _request: Request) -> Reply:
        """Return the 404 of a path."""
        return _error(404, "The requested resource could not be found.")

    def no_method(self, _request: Request, allowed: Mapping[str, str]) -> Reply:
        """Return 405."""
        return _error(405, "Method Not Allowed", headers=allowed)

    def no_call(self, _request: Request, _call_id: str) -> Reply:
        """Return the 404 of a call that has ended or never was."""
        return _error(404, "Call not found")

    def limited(self, _request: Request, wait: int) -> Reply:
        """Return 429 with Retry-After in seconds."""
        return _error(429, "Too Many Requests", headers={"Retry-After": str(wait)})

    def unavailable(self, _request: Request) -> Reply:
        """Return 503."""
        return _error(503, "Service Unavailable")

    def spoil(self, step: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* hit by a fault; 423 is one that only Webex documents."""
        if step == "423":
            return _error(423, "Locked", headers={"Retry-After": str(LOCKED_SECONDS)})
        return super().spoil(step, request, answer)

    def _get(self, request: Request, call_id: str) -> Reply:
        return self.one(request, call_id, _present)

    def _list(self, _request: Request) -> Reply:
        return _ok({"items": [record for _, record in self.current() if record["state"] != "disconnected"]})

    def _history(self, request: Request) -> Reply:
        wanted = request.query.get("type")
        if wanted not in (None, "placed", "missed", "received"):
            return _error(400, f"Invalid value for type: {wanted}")
        rows = [row for row in HISTORY if wanted in (None, row["type"])]
        return _ok({"items": self.scene.render(rows[:HISTORY_LIMIT])})

    def _member_get(self, request: Request, member: str, call_id: str) -> Reply:
        return _no_member(member) or self._get(request, call_id)

    def _member_list(self, request: Request, member: str) -> Reply:
        return _no_member(member) or self._list(request)

    def _member_history(self, request: Request, member: str) -> Reply:
        return _no_member(member) or self._history(request)

    def _unsupported(self, _request: Request) -> Reply:
        return _error(501, "The sandbox reads calls and does not act on them.")

    def _renew(self, request: Request) -> Reply:
        form = request.form
        if not request.is_form:
            return _error(415, "Unsupported Media Type")
        if form.get("client_id") != known.WEBEX_CLIENT_ID:
            return _error(
                400,
                "The request could not be understood by the server due to malformed syntax.",
                "Client Id is invalid",
            )
        if form.get("client_secret") != known.WEBEX_CLIENT_SECRET:
            return _error(401, "Client authentication failed.")
        if form.get("grant_type") != "refresh_token":
            return _error(400, "The grant type is not supported.")
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self.lock:
            role = self._refresh.pop(form.get("refresh_token", ""), None)
            if role is None:
                return _error(400, "The refresh token provided is expired, revoked, malformed, or invalid.")
            self._refresh[refresh] = role
            self._access[access] = _Token(role, time.monotonic() + self._lifetime)
        return _ok(
            {
                "access_token": access,
                "expires_in": self._lifetime,
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


def _no_member(member: str) -> Reply | None:
    if member in ("me", known.WEBEX_MEMBER_ID):
        return None
    return _error(404, "Target user is not a Webex Calling user", code=4008)


def _present(_call: Call, record: Any) -> Reply:
    return _ok(record)


def _ok(document: Any) -> Reply:
    return reply(document, kind=JSON_UTF8)


def _error(
    status: int,
    message: str,
    description: str | None = None,
    *,
    code: int | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    error = {"description": description or message} | ({} if code is None else {"errorCode": code})
    body = {"message": message, "errors": [error], "trackingId": f"ROUTERGW_{uuid.uuid4()}"}
    return reply(body, status=status, kind=JSON_UTF8, headers=headers)
