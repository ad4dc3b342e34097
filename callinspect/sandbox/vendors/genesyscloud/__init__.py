"""Genesys Cloud: "Get call conversation", the user's own calls, analytics by ID and by query, recordings, tokens.

A call is one story: who took part, from when to when, and what each did. `views` tells of it what each resource would.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor
from callinspect.sandbox.vendors.genesyscloud.query import Query
from callinspect.sandbox.vendors.genesyscloud.views import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from callinspect.sandbox.scene import Call

_ACCOUNT: Final = {
    "client_id": "5a6db0c5-6c10-4000-8000-5a6db0c50001",
    "client_secret": "sandbox-genesyscloud-secret",
    "access_token": "sandbox-genesyscloud-user-token",
}


def _call_id(name: str) -> str:
    return str(uuid.UUID(bytes=digest(f"genesyscloud {name}")[:16], version=4))


def _error(status: int, code: str, message: str, **headers: str) -> Refusal:
    body = {"message": message, "code": code, "status": status, "messageParams": {}, "contextId": "{uuid}"}
    sent = {"ININ-Correlation-Id": "{uuid}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, {**body, "details": [], "errors": []}, sent)


def _no_client(description: str) -> Refusal:
    return Refusal(400, {"error": "invalid_client", "description": description, "error_description": description}, {})


_CATALOGUE: Final = read(Path(__file__).with_name("calls.json"), _call_id)
_VIEW: Final = (
    "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
    "[analytics:conversationDetail:view, analytics:agentConversationDetail:view]"
)


class GenesysCloud(Vendor):
    """The Genesys Cloud side of one sandbox: an organization with a contact center."""

    calls = _CATALOGUE.calls
    account = _ACCOUNT
    way = ("client_id", "client_secret")
    addresses = {"base_url": "/api/v2", "token_url": "/oauth/token"}
    token_seconds = 86_400
    refusals = {
        "credentials": _error(401, "bad.credentials", "Invalid login credentials."),
        "path": _error(404, "not.found", "The requested resource was not found."),
        "method": _error(405, "method.not.allowed", "The method {method} is not allowed here."),
        "call": _error(404, "conversation.error.conversation.not.found", "The conversation does not exist."),
        "conversation": _error(404, "not.found", "The requested conversation was not found."),
        "recordings": _error(404, "conversation.not.found", "The conversation could not be found."),
        "client": _no_client("client not found"),
        "secret": _no_client("authentication failed"),
        "grant": Refusal(400, {"error": "unsupported_grant_type", "error_description": "unsupported grant type"}),
        "no user": _error(
            *(400, "not.a.user", "This request needs a user; client credentials cannot be used for this resource.")
        ),
        "invalid": _error(400, "bad.request", "{problem}"),
        "403": _error(403, "missing.any.permissions", _VIEW),
        "429": _error(
            *(429, "too.many.requests.retry.after", "Rate limit exceeded. Retry the request in [{wait}] seconds"),
            Retry_After="{wait}",
        ),
        "500": _error(500, "internal.server.error", "The server met an unexpected condition."),
        "503": _error(503, "service.unavailable", "The service is unavailable. Try again later."),
    }

    def routes(self) -> Sequence[Route]:
        """Return the token endpoint and the paths of the Platform API."""
        conversation, details = "/api/v2/conversations", "/api/v2/analytics/conversations"
        return (
            Route("/oauth/token", self._issue, "POST", public=True),
            Route("/api/v2/tokens/me", self._me),
            Route(f"{conversation}/calls", self._own),
            Route(f"{conversation}/calls/{{}}", self._call),
            Route(f"{conversation}/{{}}", self._conversation),
            Route(f"{conversation}/{{}}/recordingmetadata", self._recordings),
            Route(f"{details}/details/query", self._query, "POST"),
            Route(f"{details}/{{}}/details", self._details),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 without a valid token, of a client or of a user."""
        known = request.bearer == self.account["access_token"] or self.tokens.role(request.bearer)
        return None if known else self.refuse(request, "credentials")

    def present(self, call: Call, record: Any) -> Reply:
        """Return what the calls resource says of a conversation."""
        return self.reply(self._story(call, record).call())

    def _story(self, call: Call, record: Any) -> Story:
        return Story(call.id, record, _CATALOGUE.parts["people"], self.scene.elapsed)

    def _stories(self) -> Iterator[tuple[Call, Story]]:
        """Give what there is of each call at this moment."""
        for each in self.calls:
            if not each.faulty and (found := self.find(each.id)):
                yield found[0], self._story(*found)

    def _call(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        only_later = found is not None and found[0].extra.get("only") in {"analytics", "chat"}
        return self.refuse(request, "call") if only_later else self.one(request, call_id)

    def _details(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        if found is None:
            return self.refuse(request, "conversation")
        hidden = found[0].extra.get("hidden")
        return self.refuse(request, "403") if hidden else self.reply(self._story(*found).details())

    def _conversation(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        return self.refuse(request, "conversation") if found is None else self.reply(self._story(*found).conversation())

    def _recordings(self, request: Request, call_id: str) -> Reply:
        found = self.below(call_id, "recordingmetadata")
        return self.refuse(request, "recordings") if found is None else self.reply(found)

    def _own(self, request: Request) -> Reply:
        """Return what goes on at the moment, which only users are told: the account's user takes part in all of it."""
        if request.bearer != self.account["access_token"]:
            return self.refuse(request, "no user")
        alive = [story.call() for call, story in self._stories() if not (story.over or call.extra.get("only"))]
        return self.reply({"entities": alive, "pageSize": len(alive), "pageNumber": 1, "total": len(alive)})

    def _query(self, request: Request) -> Reply:
        try:
            query = Query.read(request.json)
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        return self.reply(query.answer([self.scene.render(story.details()) for _, story in self._stories()]))

    def _me(self, request: Request) -> Reply:
        client = {"id": self.account["client_id"], "name": "Sandbox"}
        kind = {"OAuthClient": client} if self.tokens.role(request.bearer) else {"clonedUser": None}
        return self.reply({"organization": {"id": "5a6db0c5-6c10-4000-8000-5a6db0c50000", "name": "Example"}, **kind})

    def _issue(self, request: Request) -> Reply:
        name, secret = request.basic or ("", "")
        if name != self.account["client_id"]:
            return self.refuse(request, "client")
        if secret != self.account["client_secret"]:
            return self.refuse(request, "secret")
        if request.form.get("grant_type") != "client_credentials":
            return self.refuse(request, "grant")
        token = self.tokens.issue()
        return self.reply({"access_token": token, "token_type": "bearer", "expires_in": self.tokens.seconds})


VENDOR = GenesysCloud
