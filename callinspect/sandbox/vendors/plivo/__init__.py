"""Plivo: "Retrieve a call", a live and a queued one, all calls, recordings and their transcriptions."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LIMIT: Final = 20
WEEK: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=30)

SCOPED_TOKEN: Final = "stk_sandbox-plivo-scoped-token"
"""A token for `Bearer`, in place of the auth token."""

EQUAL: Final = ("call_direction", "parent_call_uuid", "hangup_cause_code", "hangup_source", "call_uuid")
"""Filters by a field of the same name."""

NUMBERS: Final = {"from_number": ("from_number", "from"), "to_number": ("to_number", "to")}
"""Filters by the beginning of a number, and the names of the field in a record and in a live call."""

_ACCOUNT: Final = {"auth_id": "MASANDBOXSANDBOXSAND", "auth_token": "sandbox-plivo-auth-token"}


def _uuid(name: str) -> str:
    return str(uuid.UUID(bytes=digest(f"plivo {name}")[:16]))


def _error(status: int, text: str, headers: Mapping[str, str] | None = None) -> Refusal:
    return Refusal(status, {"api_id": "{uuid}", "error": text}, headers or {})


_CALLS = read(
    Path(__file__).with_name("calls.json"),
    _uuid,
    known={**_ACCOUNT, "api": _uuid("api"), "conference": _uuid("conference")},
    form="iso_offset_blank",
).calls


class Plivo(Vendor):
    """The Plivo side of one sandbox: an account whose console is set to Indian time."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("auth_id", "auth_token")
    addresses = {"base_url": "/v1"}
    refusals = {
        "credentials": _error(401, "authentication failed", {"WWW-Authenticate": 'Basic realm="plivo"'}),
        "path": _error(404, "not found"),
        "method": _error(405, "method {method} is not allowed"),
        "call": _error(404, "not found"),
        "invalid": _error(400, "{problem}"),
        "403": _error(403, "not permitted"),
        "429": _error(429, "too many requests"),
        "500": _error(500, "internal server error"),
        "503": Refusal(503, {"global_error": "service unavailable"}),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of an account, each of which ends with a slash."""
        account = "/v1/Account/*"
        return (
            Route(account, self._account),
            Route(f"{account}/Call", self._list),
            Route(f"{account}/Call/{{}}", self._one),
            Route(f"{account}/Recording", self._recordings),
            Route(f"{account}/Transcription/{{}}", self._transcription),
        )

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials, and for those of another account."""
        is_good = request.basic == tuple(self.account.values()) or request.bearer == SCOPED_TOKEN
        is_own = request.segments[2:3] in {(), (self.account["auth_id"],)}
        return None if is_good and is_own else self.refuse(request, "credentials")

    def answer(self, request: Request) -> Reply:
        """Return the answer, 404 for a path without its slash."""
        return super().answer(request) if request.path.endswith("/") else self.refuse(request, "path")

    def _one(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        if found and _document(found[1]) != request.query.get("status"):
            return self.refuse(request, "call")
        return self.one(request, call_id)

    def _account(self, _request: Request) -> Reply:
        return self.reply({"api_id": str(uuid.uuid4()), "auth_id": self.account["auth_id"], "name": "Sandbox"})

    def _list(self, request: Request) -> Reply:
        status = request.query.get("status")
        found = [record for _, record in self.current() if _document(record) == status]
        wanted = _wanted(found, request.query)
        if status is not None:
            return self.reply({"api_id": str(uuid.uuid4()), "calls": [each["call_uuid"] for each in wanted]})
        records = [{name: value for name, value in each.items() if name != "api_id"} for each in wanted]
        return self._page(request, records, "end_time")

    def _recordings(self, request: Request) -> Reply:
        found = self.scene.render(self.everything("recordings"))
        faulty = self.scene.render(self.below(request.query.get("call_uuid", ""), "recordings") or ())
        known = {each["recording_id"]: each for each in (*found, *faulty)}
        return self._page(request, _wanted(known.values(), request.query), "add_time")

    def _transcription(self, request: Request, recording_id: str) -> Reply:
        found = [each for each in self.everything("transcriptions") if each["transcription_id"] == recording_id]
        return self.reply({"api_id": str(uuid.uuid4()), **found[0]}) if found else self.refuse(request, "call")

    def _page(self, request: Request, found: Iterable[Mapping[str, Any]], at: str) -> Reply:
        """Return a page of a list, which is of the last week unless the query says other times."""
        query = request.query
        try:
            since, until = _within(query, at, datetime.now(UTC))
            limit, offset = _number(query, "limit", LIMIT), _number(query, "offset", 0, len(self.calls))
        except ValueError as problem:
            return self.refuse(request, "invalid", problem=str(problem))
        timed = [(_moment(each[at]), each) for each in found if each[at]]
        inside = sorted((each for each in timed if since <= each[0] < until), key=lambda each: each[0], reverse=True)
        shown = [each for _, each in inside]

        def page(start: int) -> str | None:
            named = {**query, "limit": str(limit), "offset": str(start)}
            return f"{request.path}?{urlencode(named)}" if 0 <= start < len(shown) else None

        meta = {"limit": limit, "offset": offset, "total_count": len(shown)}
        links = {"next": page(offset + limit), "previous": page(offset - limit)}
        objects = shown[offset : offset + limit]
        return self.reply({"api_id": str(uuid.uuid4()), "meta": meta | links, "objects": objects})


def _document(record: Mapping[str, Any]) -> str | None:
    """Return which of the three documents a record is, as `status` names it."""
    state = record.get("call_status")
    return state if state in {None, "queued"} else "live"


def _wanted(found: Iterable[Mapping[str, Any]], query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return what passes the filters by a field, and those by the beginning of a number."""
    return [
        each
        for each in found
        if all(str(each.get(name)) == query[name] for name in EQUAL if name in query)
        and all(_begins(each, fields, query[name]) for name, fields in NUMBERS.items() if name in query)
        and each.get("bill_duration", 0) >= int(query.get("bill_duration__gte", "0"))
    ]


def _begins(record: Mapping[str, Any], fields: Sequence[str], digits: str) -> bool:
    number = next((record[name] for name in fields if name in record), None)
    return (number or "").lstrip("+").startswith(digits.lstrip("+"))


def _within(query: Mapping[str, str], at: str, now: datetime) -> tuple[datetime, datetime]:
    """Return the times to search between.

    Raises:
        ValueError: they are more than 30 days apart, or malformed.
    """
    since, until = (
        next((_moment(query[f"{at}__{sign}"]) for sign in signs if f"{at}__{sign}" in query), None)
        for signs in (("gte", "gt"), ("lt", "lte"))
    )
    if since is None and until is None:
        return now - WEEK, now
    since, until = since or (until or now) - LONGEST, until or (since or now) + LONGEST
    if until - since > LONGEST:
        raise ValueError(f"date range of {at} cannot exceed 30 days")
    return since, until


def _moment(text: str) -> datetime:
    """Read a time, which is in UTC if it has no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(query: Mapping[str, str], name: str, default: int, most: int = LIMIT) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) > most:
        raise ValueError(f"{name} must be a number up to {most}")
    return int(text)


VENDOR = Plivo
