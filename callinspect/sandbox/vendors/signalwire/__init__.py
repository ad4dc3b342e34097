"""SignalWire: the compatibility API's calls and recordings, and the voice logs of all calls with their events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import At, Here, digest
from callinspect.sandbox.vendor import Route, Vendor
from callinspect.sandbox.vendors import _laml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from callinspect.sandbox.scene import Record

SIZE_DEFAULT: Final = 50

_ACCOUNT: Final = {
    "project_id": "5b0d7c31-2f4e-4a69-8d0c-9e1a5a7b3c20",
    "api_token": "PTsandboxsandboxsandboxsandboxsandboxsandbox55",
}


_PATH: Final = f"/api/laml/2010-04-01/Accounts/{_ACCOUNT['project_id']}"
_HELP: Final = "https://signalwire.com/docs/compatibility-api/rest/error-codes"

_SHARED: Final = {
    "id": "sid",
    "from": "from",
    "to": "to",
    "direction": "direction",
    "status": "status",
    "duration": "duration",
    "parent_id": "parent_call_sid",
}
"""What the voice log of a compatibility call has from its record, by name in the log."""


def _call_id(name: str) -> str:
    key = digest(f"signalwire {name}").hex()
    return f"{key[:8]}-{key[8:12]}-4{key[13:16]}-8{key[17:20]}-{key[20:32]}"


def _complete(_name: str, record: dict[str, Any]) -> Record:
    """Add what a compatibility record says of its numbers once more, and its addresses."""
    if "sid" not in record:
        return record
    own = f"{_PATH}/Calls/{record['sid']}"
    said = {f"formatted_{end}": record[end] for end in ("from", "to")}
    said |= {f"{end}_formatted": record[end] for end in ("from", "to")}
    return record | said | {"uri": own, "subresource_uris": {"notifications": None, "recordings": f"{own}/Recordings"}}


def _error(status: int, code: int | str, message: str) -> Refusal:
    return Refusal(status, {"code": code, "message": message, "more_info": _HELP, "status": status})


class SignalWire(Vendor):
    """SignalWire's side of one sandbox: a space with one project."""

    calls = read(
        Path(__file__).with_name("calls.json"), _call_id, complete=_complete, known=_ACCOUNT, form="mail"
    ).calls
    account = _ACCOUNT
    way = ("project_id", "api_token")
    addresses = {"base_url": "/api"}
    refusals = {
        "credentials": _error(401, 20003, "Authentication failed"),
        "path": Refusal(404, {"error": "Not Found"}),
        "method": _error(405, 20004, "The method {method} is not allowed"),
        "call": _error(404, "20404", "The requested resource was not found"),
        "page": Refusal(
            422,
            {
                "errors": [
                    {
                        "type": "validation_error",
                        "code": "invalid_parameter",
                        "message": "{field} has an invalid value",
                        "attribute": "{field}",
                        "url": _HELP,
                    }
                ]
            },
        ),
        "403": _error(403, 20010, "The token is not allowed to do this"),
        "429": _error(429, 20429, "Too many requests")._replace(headers={"Retry-After": "{wait}"}),
        "500": Refusal(500, {"error": "Internal Server Error"}),
        "503": _error(503, 20001, "An unknown error occurred"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of a space."""
        return (
            Route(f"{_PATH}/Calls", self._calls),
            Route(f"{_PATH}/Calls/{{}}", self._compatibility),
            Route(f"{_PATH}/Recordings", self._recordings),
            Route("/api/voice/logs", self._logs),
            Route("/api/voice/logs/{}", self._log),
            Route("/api/voice/logs/{}/events", self._events),
        )

    def answer(self, request: Request) -> Reply:
        """Answer a path that ends with `.json`, as older clients send it, like the one without."""
        path, mark, query = request.target.partition("?")
        return super().answer(replace(request, target=f"{path.removesuffix('.json')}{mark}{query}"))

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials, in the form of the API that is asked."""
        if request.basic == (self.account["project_id"], self.account["api_token"]):
            return None
        return self.refuse(request, "credentials")

    def _compatibility(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        if found and "sid" not in found[1]:
            return self.refuse(request, "call")
        return self.one(request, call_id)

    def _log(self, request: Request, call_id: str) -> Reply:
        found = self.find(call_id)
        return self.reply(_logged(found[1])) if found else self.refuse(request, "path")

    def _events(self, request: Request, call_id: str) -> Reply:
        events = self.below(call_id, "events")
        return self.refuse(request, "path") if events is None else self.reply({"data": events})

    def _known(self) -> Iterator[Record]:
        """Give the record of every call without faults, the latest first; its moments are not written out."""
        elapsed = self.scene.elapsed
        records = [call.at(elapsed) for call in self.calls if not call.faulty]
        yield from sorted((each for each in records if each), key=lambda each: -_created(each).seconds)

    def _calls(self, request: Request) -> Reply:
        records = [record for _, record in self.current() if "sid" in record]
        found = [each for each in _laml.wanted(records, request.query) if _began(each, request.query)]
        return self._listed(request, "calls", found)

    def _recordings(self, request: Request) -> Reply:
        call_id = request.query.get("CallSid")
        found = self.everything("recordings") if call_id is None else self.below(call_id, "recordings")
        return self._listed(request, "recordings", found or ())

    def _listed(self, request: Request, key: str, found: Sequence[Any]) -> Reply:
        try:
            size = _laml.number(request.query, "PageSize", SIZE_DEFAULT)
            start = _laml.number(request.query, "Page", 0, least=0) * size
        except ValueError:
            return self.refuse(request, "page", field="PageSize")
        address = f"{request.root}{request.path}", request.query
        return self.reply(_laml.page(key, found, start, size, address, lambda at: f"PA{_call_id(f'page {at}')}"))

    def _logs(self, request: Request) -> Reply:
        try:
            size = _laml.number(request.query, "page_size", SIZE_DEFAULT)
            number = _laml.number(request.query, "page_number", 0, least=0)
        except ValueError:
            return self.refuse(request, "page", field="page_size")
        found = [*self._dated(request.query)]
        further = {**request.query, "page_number": number + 1, "page_size": size}
        links: dict[str, Any] = {"self": Here(f"{request.path}?{urlencode(request.query)}")}
        if (number + 1) * size < len(found):
            links["next"] = Here(f"{request.path}?{urlencode(further)}")
        return self.reply({"links": links, "data": found[number * size : (number + 1) * size]})

    def _dated(self, query: Mapping[str, str]) -> Iterator[Record]:
        for each in map(_logged, self._known()):
            day = str(self.scene.render(each["created_at"]))[:10]
            is_wanted = query.get("created_after", "") < day < query.get("created_before", "~")
            is_wanted = is_wanted and query.get("created_on", day) == day
            if is_wanted and ("discarded_at" not in each or query.get("include_deleted") == "true"):
                yield each


def _created(record: Record) -> At:
    return cast("At", record.get("date_created") or record["created_at"])


def _logged(record: Record) -> Record:
    """Return the voice log of a call: its record, if it is one, or what it has of the compatibility record."""
    if "sid" not in record:
        return record
    log = {name: record[own] for name, own in _SHARED.items()}
    ends = {"outbound": "outbound-dial" if record["parent_call_sid"] else "outbound-api"}
    is_over = record["end_time"] is not None
    return log | {
        "source": "laml",
        "charge": record["price"] or 0,
        "charge_details": [],
        "created_at": At(_created(record).seconds, "iso_seconds"),
        "type": "laml_call",
        "url": Here(f"{_PATH}/Calls/{record['sid']}"),
        "direction": ends.get(record["direction"], record["direction"]),
        "duration": record["duration"] if is_over else None,
        "duration_ms": record["duration"] * 1000 if is_over else None,
        "billing_ms": 60000 if record["price"] else None,
    }


def _began(record: Record, query: Mapping[str, str]) -> bool:
    """Whether a call began when a query says; one that has not begun fits no time."""
    after, before = query.get("StartTime>"), query.get("StartTime<")
    if after is None and before is None:
        return True
    start = record["start_time"] and _moment(record["start_time"])
    return bool(start) and not (after and start <= _moment(after)) and not (before and start >= _moment(before))


def _moment(text: str) -> datetime:
    """Return the moment that a text names as in mail, or the beginning of a day."""
    return parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text).replace(tzinfo=UTC)


VENDOR = SignalWire
