"""Ask the SDK of Plivo for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from typing import Any

rest: Any = importlib.import_module("plivo.rest.client")
errors: Any = importlib.import_module("plivo.exceptions")

NOT_FOUND = 404
ADDRESSES = (
    "PLIVO_API_BASE_URI",
    "API_VOICE_BASE_URI",
    "API_VOICE_BASE_URI_FALLBACK_1",
    "API_VOICE_BASE_URI_FALLBACK_2",
)
"""The constants that hold the vendor's address: there is no option for it."""

WINDOW, KEPT = timedelta(days=30), timedelta(days=90)
FILTERS = {
    "from": "from_number",
    "to": "to_number",
    "cause": "hangup_cause_code",
    "size": "limit",
}


def client_of(account: dict[str, str]) -> Any:
    for name in ADDRESSES:
        setattr(rest, name, f"{account['base_url']}/Account")
    return rest.Client(account["auth_id"], account["auth_token"])


def plain(value: Any) -> Any:
    """Return what the SDK read, under the names of the vendor's JSON."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    known = vars(value) if hasattr(value, "__dict__") else value
    return {name: plain(each) for name, each in known.items() if name != "client"} if isinstance(known, dict) else value


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON: a record, or else the live or the queued call."""
    client = client_of(account)
    for place in (client.calls, client.live_calls, client.queued_calls):
        try:
            call = plain(place.get(call_id))
        except errors.ResourceNotFoundError:
            continue
        except (errors.PlivoRestError, AttributeError, TypeError) as error:
            return {"refused": type(error).__name__, "status": None}
        return {"call": {**call, **dict(_below(client, call, extras))}}
    return {"refused": "ResourceNotFoundError", "status": NOT_FOUND}


def _below(client: Any, call: dict[str, Any], extras: list[str]) -> Iterator[tuple[str, Any]]:
    """Give the lists of a call that are asked for; a record's window is the vendor's own, its last seven days."""
    reading = {
        "recordings": lambda: client.recordings.list(call_uuid=call["call_uuid"]),
        "legs": lambda: client.calls.list(parent_call_uuid=call["call_uuid"]),
    }
    for name in reading.keys() & set(extras):
        try:
            yield f"with {name}", plain(reading[name]().objects)
        except (errors.PlivoRestError, AttributeError, TypeError) as error:
            yield f"without {name}", str(error)


def windows(since: str | None, until: str | None) -> Iterator[dict[str, str]]:
    """Give the times that can be asked for at once, the latest first: 30 days, and none over 90 days ago."""
    now = datetime.now(UTC)
    earliest = max(now - KEPT, datetime.fromisoformat(f"{since}T00:00:00Z")) if since else now - KEPT
    end = datetime.fromisoformat(f"{until}T00:00:00Z") if until else now
    while end > earliest:
        start = max(earliest, end - WINDOW)
        bounds = {"end_time__gte": start, "end_time__lt": end}
        yield {name: moment.strftime("%Y-%m-%d %H:%M:%S") for name, moment in bounds.items()}
        end = start


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the calls that fit the filters, of all pages."""
    client = client_of(account)
    query = {
        FILTERS[name]: int(filters[name]) if name == "cause" else filters[name]
        for name in FILTERS.keys() & filters.keys()
    }
    return [
        call_id
        for window in windows(filters.get("since"), filters.get("until"))
        for call_id in _pages(client, {**query, **window})
    ]


def _pages(client: Any, query: dict[str, Any]) -> list[str]:
    found: list[str] = []
    while True:
        page = client.calls.list(**query, offset=len(found))
        found += [each.call_uuid for each in page.objects]
        if not page.meta.next or not page.objects:
            return found


asked = json.load(sys.stdin)
with redirect_stdout(sys.stderr):  # the SDK says there that it tries again
    answers = {name: answer(**each) for name, each in asked["calls"].items()}
    lists = {name: listed(**each) for name, each in asked["lists"].items()}
json.dump({"answers": answers, "lists": lists, "vocabulary": {}}, sys.stdout)
