"""Ask the SDK of Telnyx for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import sys
import typing
from typing import Any
from urllib.parse import parse_qsl, urlsplit

sdk: Any = importlib.import_module("telnyx")
model: Any = importlib.import_module("telnyx.types.texml.accounts.call_resource")

hangup: Any = importlib.import_module("telnyx.types.call_hangup")

FILTERS = {
    "from": "From",
    "to": "To",
    "cause": "Status",
    "size": "PageSize",
    "since": "StartTime_gt",
    "until": "StartTime_lt",
}
"""As the specification has them: the SDK's names for days hold an operator (`StartTime>`)."""


def client_of(account: dict[str, str]) -> Any:
    return sdk.Telnyx(api_key=account["api_key"], base_url=account["base_url"], max_retries=0, timeout=10)


def dumped(found: Any) -> Any:
    return found.model_dump(mode="json", by_alias=True, exclude_unset=True)


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON: the TeXML record, or else that of Call Control."""
    client = client_of(account)
    try:
        call = _call(client, call_id, account.get("account_sid"))
    except (sdk.APIError, KeyError, TypeError) as error:
        return {"refused": type(error).__name__, "status": getattr(error, "status_code", None)}
    for name in {"events", "recordings"} & set(extras):
        try:
            call[f"with {name}"] = [dumped(each) for each in _listed(client, name, call)]
        except (sdk.APIError, UnicodeEncodeError) as error:
            call[f"without {name}"] = str(error)
    return {"call": call}


def _call(client: Any, call_id: str, account_sid: str | None) -> dict[str, Any]:
    if account_sid:
        try:
            return dict(dumped(client.texml.accounts.calls.retrieve(call_id, account_sid=account_sid)))
        except sdk.NotFoundError:
            pass
    return dict(dumped(client.calls.retrieve_status(call_id))["data"])


def _listed(client: Any, name: str, call: dict[str, Any]) -> Any:
    if name == "recordings" and "sid" in call:
        texml = client.texml.accounts.calls.recordings_json
        return texml.retrieve_recordings_json(call["sid"], account_sid=call["account_sid"]).recordings
    if name == "recordings":
        return client.recordings.list(filter={"call_control_id": call["call_control_id"]})
    leg = call.get("call_leg_id") or client.calls.retrieve_status(call["sid"]).data.call_leg_id
    found = client.call_events.list(filter={"leg_id": leg}, page_size=250)
    return [each for each in found if each.call_leg_id == leg]  # the vendor may list those of others, too


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the calls that fit the filters, of all pages."""
    calls = client_of(account).texml.accounts.calls
    query = {FILTERS[name]: value for name, value in filters.items()}
    found: list[str] = []
    while True:
        page = calls.retrieve_calls(account["account_sid"], extra_query=query)
        found += [each.sid for each in page.calls]
        if not page.next_page_uri:
            return found
        query = dict(parse_qsl(urlsplit(page.next_page_uri).query))


def words(holder: Any, field: str) -> list[str]:
    """Return the literals of a field of a model."""
    either = typing.get_args(holder.model_fields[field].annotation)
    return [word for each in either for word in typing.get_args(each)]


asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
lists = {name: listed(**each) for name, each in asked["lists"].items()}
vocabulary = {
    "statuses": words(model.CallResource, "status"),
    "directions": words(model.CallResource, "direction"),
    "answered by": words(model.CallResource, "answered_by"),
    "causes": words(hangup.Payload, "hangup_cause"),
    "hangup sources": words(hangup.Payload, "hangup_source"),
}
json.dump({"answers": answers, "lists": lists, "vocabulary": vocabulary}, sys.stdout)
