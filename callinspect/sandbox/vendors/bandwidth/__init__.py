"""Bandwidth Voice v2: "Retrieve Call Information", list, recordings and statistics, and the OAuth token endpoint."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import JSON_UTF8, Refusal, Reply, Request
from callinspect.sandbox.scene import At, Here, digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from callinspect.sandbox.scene import Call, Record

PAGE_LIMIT: Final = 10_000
PAGE_DEFAULT: Final = 1000
RECORDINGS_LIMIT: Final = 1000

_ACCOUNT: Final = {
    "account_id": "5550100",
    "client_id": "sandbox-bandwidth-client",
    "client_secret": "sandbox-bandwidth-secret",
    "username": "sandbox-bandwidth-user",
    "password": "sandbox-bandwidth-password",
}
_OF_THE_CALL: Final = ("accountId", "applicationId", "callId", "parentCallId", "to", "from", "direction")
"""Fields that a recording has from its call."""
_SILENCE: Final = bytes.fromhex(
    "52494646 24000000 57415645 666d7420 10000000 01000100 401f0000 401f0000 01000800 64617461 00000000"
)


def _call_id(name: str) -> str:
    digits = iter(digest(f"bandwidth {name}").hex())
    return "c-" + "-".join("".join(next(digits) for _ in range(width)) for width in (8, 8, 4, 4, 4, 12))


def _complete(_name: str, record: dict[str, Any]) -> Mapping[str, Any]:
    moments = [record[each].seconds for each in record if each.endswith("Time") and isinstance(record[each], At)]
    return {**record, "lastUpdate": At(max(moments) + 0.01)}


def _error(status: int, kind: str, description: str, **headers: str) -> Refusal:
    body = {"type": kind, "description": description, "id": None}
    return Refusal(status, body, {name.replace("_", "-"): value for name, value in headers.items()}, JSON_UTF8)


_CALLS = read(Path(__file__).with_name("calls.json"), _call_id, complete=_complete, known=_ACCOUNT).calls
_LIMIT: Final = "Account concurrent call limit exceeded"


class Bandwidth(Vendor):
    """The Bandwidth side of one sandbox."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("account_id", "client_id", "client_secret")
    addresses = {"base_url": "/api/v2", "token_url": "/api/v1/oauth2/token"}
    refusals = {
        "credentials": _error(
            *(401, "authentication-error", "The credentials provided were invalid"),
            WWW_Authenticate='Basic realm="Bandwidth"',
        ),
        "path": _error(404, "validation", "Not Found"),
        "method": _error(405, "validation", "Method Not Allowed"),
        "call": _error(404, "validation", "Call [{call_id}] not found"),
        "recording": _error(404, "validation", "Recording [{recording}] not found"),
        "transcription": _error(404, "validation", "Transcription [{transcription}] not found"),
        "invalid": _error(400, "validation", "{problem}"),
        "403": _error(403, "authorization-error", "Access is denied"),
        "429": _error(429, "error", _LIMIT, Retry_After="{wait}"),
        "429 date": _error(429, "error", _LIMIT, Retry_After="{date}"),
        "500": _error(500, "internal-error", "An unknown internal error occurred"),
        "503": _error(503, "system-overloaded", "Managing too many concurrent calls"),
        "form": _error(415, "validation", "Content type '{type}' not supported"),
        "client": Refusal(401, {"error": "invalid_client", "error_description": "Client authentication failed"}),
        "grant": Refusal(400, {"error": "unsupported_grant_type"}),
    }

    def routes(self) -> Sequence[Route]:
        """Return the token endpoint and the paths of an account."""
        account = "/api/v2/accounts/*"
        call = f"{account}/calls/{{}}"
        return (
            Route("/api/v1/oauth2/token", self._issue, "POST", public=True),
            Route(f"{account}/calls", self._list),
            Route(call, self.one),
            Route(f"{account}/recordings", self._account_recordings),
            Route(f"{account}/statistics", self._statistics),
            Route(f"{call}/recordings", self._recordings),
            Route(f"{call}/recordings/{{}}", self._recording),
            Route(f"{call}/recordings/{{}}/media", self._media),
            Route(f"{call}/recordings/{{}}/transcription", self._transcription),
            Route(f"{call}/transcriptions", self._transcriptions),
            Route(f"{call}/transcriptions/{{}}", self._tracks),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 without a valid token or password, 403 for another account."""
        password = request.basic == (self.account["username"], self.account["password"])
        if not password and self.tokens.role(request.bearer) is None:
            return self.refuse(request, "credentials")
        if request.segments[2:4] not in {("accounts", self.account["account_id"]), ("accounts",), ()}:
            return self.refuse(request, "403")
        return None

    def present(self, call: Call, record: Any) -> Reply:
        """Return the answer that shows one call's record; one call is shown as an array."""
        return self.reply([record] if call.extra.get("array") else record)

    def _list(self, request: Request) -> Reply:
        query = request.query
        try:
            earliest, latest = _moment(query.get("minStartTime")), _moment(query.get("maxStartTime"))
            size = _page_size(query.get("pageSize"))
            start = _page_start(query.get("pageToken"))
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        found = sorted(
            (record for _, record in self.current() if _wanted(record, query, earliest, latest)), key=_started
        )
        return self.reply(found[start : start + size], headers=self._next_page(request, start + size, len(found)))

    def _next_page(self, request: Request, start: int, total: int) -> dict[str, str]:
        if start >= total:
            return {}
        query = urlencode({**request.query, "pageToken": base64.urlsafe_b64encode(str(start).encode()).decode()})
        return {"Link": f'<{self.scene.url}{request.path}?{query}>; rel="next"'}

    def _recordings(self, _request: Request, call_id: str) -> Reply:
        """Return the recordings of a call; none, and no 404, also for a call that is not there."""
        return self.reply(self._of_call(call_id))

    def _account_recordings(self, request: Request) -> Reply:
        query = request.query
        try:
            earliest, latest = _moment(query.get("minStartTime")), _moment(query.get("maxStartTime"))
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        known = [self.scene.render(item) for call in self.calls for item in self._of_call(call.id)]
        found = [item for item in known if _recorded(item, query, earliest, latest)]
        return self.reply(found[:RECORDINGS_LIMIT])

    def _of_call(self, call_id: str) -> list[Record]:
        call = self.find(call_id)
        return [_whole(item, call[1]) for item in call[0].below.get("recordings", ())] if call else []

    def _find(self, call_id: str, recording: str) -> Record | None:
        return next((item for item in self._of_call(call_id) if item["recordingId"] == recording), None)

    def _recording(self, request: Request, call_id: str, recording: str) -> Reply:
        item = self._find(call_id, recording)
        return self.reply(item) if item else self.refuse(request, "recording", recording=recording)

    def _media(self, request: Request, call_id: str, recording: str) -> Reply:
        item = self._find(call_id, recording)
        if not item or not item["mediaUrl"]:
            return self.refuse(request, "recording", recording=recording)
        return Reply(200, _SILENCE, (("Content-Type", "audio/vnd.wave"),))

    def _transcription(self, request: Request, call_id: str, recording: str) -> Reply:
        item = self._find(call_id, recording)
        if not item or "url" not in (item["transcription"] or {}):
            return self.refuse(request, "recording", recording=recording)
        return self.reply({"transcripts": [{"speaker": 0, "text": "Thank you for calling.", "confidence": 0.96}]})

    def _transcriptions(self, _request: Request, call_id: str) -> Reply:
        """Return where the texts are that were written down while the call went on."""
        return self.reply(self.below(call_id, "transcriptions") or ())

    def _tracks(self, request: Request, call_id: str, transcription: str) -> Reply:
        texts = self.below(call_id, "tracks") or ()
        text = next((each for each in texts if each["transcriptionId"] == transcription), None)
        return self.reply(text) if text else self.refuse(request, "transcription", transcription=transcription)

    def _statistics(self, _request: Request) -> Reply:
        waiting = sum(record.get("state") == "queued" for _, record in self.current())
        return self.reply({"currentCallQueueSize": waiting, "maxCallQueueSize": 900})

    def _issue(self, request: Request) -> Reply:
        if not request.is_form:
            return self.refuse(request, "form", type=request.headers.get("Content-Type", ""))
        if request.basic != (self.account["client_id"], self.account["client_secret"]):
            return self.refuse(request, "client")
        if request.form.get("grant_type") != "client_credentials":
            return self.refuse(request, "grant")
        token = self.tokens.issue()
        return self.reply({"access_token": token, "token_type": "Bearer", "expires_in": self.tokens.seconds})


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


def _recorded(item: Record, query: Mapping[str, str], earliest: datetime | None, latest: datetime | None) -> bool:
    """Whether a recording is wanted; unlike among calls, the latest start is not."""
    started = datetime.fromisoformat(item["startTime"])
    return (
        all(query.get(end, item[end]) == item[end] for end in ("to", "from"))
        and (earliest is None or earliest <= started)
        and (latest is None or started < latest)
    )


def _whole(item: Record, call: Record) -> Record:
    """Return a recording with what it has from its call, and with the addresses of what is there to fetch."""
    path = f"/api/v2/accounts/{call['accountId']}/calls/{call['callId']}/recordings/{item['recordingId']}"
    text = item["transcription"]
    if text and text["status"] == "available":
        text = {**text, "url": Here(f"{path}/transcription")}
    return {
        **{name: call[name] for name in _OF_THE_CALL},
        **item,
        "mediaUrl": Here(f"{path}/media") if item["status"] == "complete" else None,
        "transcription": text,
    }


VENDOR = Bandwidth
