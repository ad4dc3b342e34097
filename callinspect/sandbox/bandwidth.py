"""Bandwidth Voice v2: "Retrieve Call Information", list, recordings and statistics, and the OAuth token endpoint."""

from __future__ import annotations

import base64
import secrets
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox import credentials as known
from callinspect.sandbox.bandwidth_calls import CALLS, RECORDINGS
from callinspect.sandbox.exchange import JSON_UTF8, Reply, Request, reply
from callinspect.sandbox.faults import SHORT_WAIT
from callinspect.sandbox.scene import Here
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Record, Scene

TOKEN_SECONDS: Final = 3600
PAGE_LIMIT: Final = 10_000
PAGE_DEFAULT: Final = 1000

_SILENCE: Final = bytes.fromhex(
    "52494646 24000000 57415645 666d7420 10000000 01000100 401f0000 401f0000 01000800 64617461 00000000"
)


class Bandwidth(Vendor):
    """The Bandwidth side of one sandbox: it knows the tokens that it has issued."""

    calls = CALLS

    def __init__(self, scene: Scene, token_lifetime: int | None = None) -> None:
        super().__init__(scene)
        self._lifetime = TOKEN_SECONDS if token_lifetime is None else token_lifetime
        self._tokens: dict[str, float] = {}

    def routes(self) -> Sequence[Route]:
        """Return the token endpoint and the paths of an account."""
        account = "/api/v2/accounts/*"
        call = f"{account}/calls/{{}}"
        return (
            Route("/api/v1/oauth2/token", self._issue, "POST", public=True),
            Route(f"{account}/calls", self._list),
            Route(call, self._get),
            Route(f"{account}/recordings", self._account_recordings),
            Route(f"{account}/statistics", self._statistics),
            Route(f"{call}/recordings", self._recordings),
            Route(f"{call}/recordings/{{}}", self._recording),
            Route(f"{call}/recordings/{{}}/media", self._media),
            Route(f"{call}/recordings/{{}}/transcription", self._transcription),
            Route(f"{account}/calls/*/transcriptions", self._transcriptions),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 without a valid token or password, 403 for another account."""
        with self.lock:
            token_valid = self._tokens.get(request.bearer or "", 0) > time.monotonic()
        if not token_valid and request.basic != (known.BANDWIDTH_USERNAME, known.BANDWIDTH_PASSWORD):
            challenge = {"WWW-Authenticate": 'Basic realm="Bandwidth"'}
            return _error(401, "authentication-error", "The credentials provided were invalid", challenge)
        if request.segments[2:4] not in {("accounts", known.BANDWIDTH_ACCOUNT_ID), ("accounts",), ()}:
            return _error(403, "authorization-error", "Access is denied")
        return None

    def no_path(self, _request: Request) -> Reply:
        """Return the 404 of a path."""
        return _error(404, "validation", "Not Found")

    def no_method(self, _request: Request, allowed: Mapping[str, str]) -> Reply:
        """Return 405."""
        return _error(405, "validation", "Method Not Allowed", allowed)

    def no_call(self, _request: Request, call_id: str) -> Reply:
        """Return the 404 of a call that is not there: not yet, no longer, or never."""
        return _error(404, "validation", f"Call [{call_id}] not found")

    def limited(self, _request: Request, wait: int) -> Reply:
        """Return 429 with Retry-After in seconds."""
        return _limited(str(wait))

    def unavailable(self, _request: Request) -> Reply:
        """Return 503."""
        return _error(503, "system-overloaded", "Managing too many concurrent calls")

    def spoil(self, step: str, request: Request, answer: Reply) -> Reply:
        """Return *answer* hit by a fault; Retry-After as a date is one of this vendor's."""
        if step == "429 date":
            return _limited(format_datetime(datetime.now(UTC) + timedelta(seconds=SHORT_WAIT), usegmt=True))
        return super().spoil(step, request, answer)

    def _get(self, request: Request, call_id: str) -> Reply:
        return self.one(request, call_id, _present)

    def _list(self, request: Request) -> Reply:
        query = request.query
        try:
            earliest, latest = _moment(query.get("minStartTime")), _moment(query.get("maxStartTime"))
            size = _page_size(query.get("pageSize"))
            start = _page_start(query.get("pageToken"))
        except ValueError as problem:
            return _error(400, "validation", str(problem))
        found = sorted(
            (record for _, record in self.current() if _wanted(record, query, earliest, latest)), key=_started
        )
        return reply(found[start : start + size], headers=_next_page(self.scene, request, start + size, len(found)))

    def _recordings(self, _request: Request, call_id: str) -> Reply:
        return self._show([item for item in RECORDINGS if item["callId"] == call_id])

    def _account_recordings(self, request: Request) -> Reply:
        return self._show(
            [
                item
                for item in RECORDINGS
                if all(request.query.get(end, item[end]) == item[end] for end in ("to", "from"))
            ]
        )

    def _recording(self, _request: Request, call_id: str, recording: str) -> Reply:
        item = _recording(call_id, recording)
        return reply(self.scene.render(_linked(item))) if item else _no_recording(recording)

    def _media(self, _request: Request, call_id: str, recording: str) -> Reply:
        item = _recording(call_id, recording)
        if not item or item["status"] != "complete":
            return _no_recording(recording)
        return Reply(200, _SILENCE, (("Content-Type", "audio/vnd.wave"),))

    def _transcription(self, _request: Request, call_id: str, recording: str) -> Reply:
        item = _recording(call_id, recording)
        if not item or not item["transcription"]:
            return _no_recording(recording)
        return reply({"transcripts": [{"speaker": 0, "text": "Thank you for calling.", "confidence": 0.96}]})

    def _transcriptions(self, _request: Request) -> Reply:
        return reply([])

    def _statistics(self, _request: Request) -> Reply:
        waiting = sum(record.get("state") == "queued" for _, record in self.current())
        return reply({"currentCallQueueSize": waiting, "maxCallQueueSize": 900})

    def _show(self, recordings: Sequence[Record]) -> Reply:
        return reply(self.scene.render([_linked(item) for item in recordings]))

    def _issue(self, request: Request) -> Reply:
        if not request.is_form:
            return _error(415, "validation", f"Content type '{request.headers.get('Content-Type', '')}' not supported")
        if request.basic != (known.BANDWIDTH_CLIENT_ID, known.BANDWIDTH_CLIENT_SECRET):
            return reply({"error": "invalid_client", "error_description": "Client authentication failed"}, status=401)
        if request.form.get("grant_type") != "client_credentials":
            return reply({"error": "unsupported_grant_type"}, status=400)
        token = secrets.token_urlsafe(32)
        with self.lock:
            self._tokens[token] = time.monotonic() + self._lifetime
        return reply({"access_token": token, "token_type": "Bearer", "expires_in": self._lifetime})


def _present(call: Call, record: Any) -> Reply:
    return reply([record] if call.extra.get("array") else record)


def _started(record: Mapping[str, Any]) -> str:
    return str(record["startTime"] or record.get("enqueuedTime"))


def _wanted(
    record: Mapping[str, Any], query: Mapping[str, str], earliest: datetime | None, latest: datetime | None
) -> bool:
    if any(query.get(name, record[name]) != record[name] for name in ("to", "from", "disconnectCause")):
        return False
    started = datetime.fromisoformat(_started(record))
    return (earliest is None or earliest <= started) and (latest is None or started <= latest)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Invalid time: {text}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page_size(text: str | None) -> int:
    size = int(text) if text is not None and text.isdecimal() else PAGE_DEFAULT if text is None else 0
    if not 1 <= size <= PAGE_LIMIT:
        raise ValueError(f"Invalid pageSize: must be between 1 and {PAGE_LIMIT}")
    return size


def _page_start(token: str | None) -> int:
    try:
        return int(base64.urlsafe_b64decode(token)) if token is not None else 0
    except ValueError:
        raise ValueError("Invalid pageToken") from None


def _next_page(scene: Scene, request: Request, start: int, total: int) -> dict[str, str]:
    if start >= total:
        return {}
    query = urlencode({**request.query, "pageToken": base64.urlsafe_b64encode(str(start).encode()).decode()})
    return {"Link": f'<{scene.url}{request.path}?{query}>; rel="next"'}


def _recording(call_id: str, recording: str) -> Record | None:
    return next((i for i in RECORDINGS if (i["callId"], i["recordingId"]) == (call_id, recording)), None)


def _no_recording(recording: str) -> Reply:
    return _error(404, "validation", f"Recording [{recording}] not found")


def _linked(item: Record) -> Record:
    path = f"/api/v2/accounts/{item['accountId']}/calls/{item['callId']}/recordings/{item['recordingId']}"
    text = item["transcription"]
    return {
        **item,
        "mediaUrl": Here(f"{path}/media") if item["status"] == "complete" else None,
        "transcription": text and {**text, "url": Here(f"{path}/transcription")},
    }


def _limited(retry_after: str) -> Reply:
    return _error(429, "error", "Account concurrent call limit exceeded", {"Retry-After": retry_after})


def _error(status: int, kind: str, description: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = {"type": kind, "description": description, "id": None}
    return reply(body, status=status, kind=JSON_UTF8, headers=headers)
