"""Ask an SDK of Twilio's shape for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import sys
from functools import partial
from typing import Any
from urllib.parse import urlsplit

http: Any = importlib.import_module("twilio.http.http_client")
model: Any = importlib.import_module("twilio.rest.api.v2010.account.call")
recordings: Any = importlib.import_module("twilio.rest.api.v2010.account.call.recording")
errors: Any = importlib.import_module("twilio.base.exceptions")

FORMLESS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
REFUSING = (errors.TwilioException, *FORMLESS)
HOSTS = {"twilio": "https://api.twilio.com", "signalwire": "https://example.signalwire.com"}
PATHS = {"twilio": "", "signalwire": "/api/laml"}
"""What stands before the version of the API, which an SDK may leave out of an address."""

FILTERS = {
    "from": "from_",
    "to": "to",
    "cause": "status",
    "since": "start_time_after",
    "until": "start_time_before",
    "size": "page_size",
    "parent": "parent_call_sid",
}


class Elsewhere(http.TwilioHttpClient):  # type: ignore[misc]  # the SDK is imported by name
    """Sends what is meant for the vendor's host to another server."""

    def __init__(self, provider: str, base_url: str) -> None:
        super().__init__(timeout=10)
        self.host, self.path = HOSTS[provider], PATHS[provider]
        self.server = base_url.removesuffix("/api") if self.path else base_url  # which may end with what the path has

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        path = url.removeprefix(self.host).removeprefix(urlsplit(self.server).path)
        return super().request(method, self.server + self.path + path.removeprefix(self.path), *args, **kwargs)


def client_of(provider: str, account: dict[str, str]) -> Any:
    elsewhere = Elsewhere(provider, account["base_url"])
    if provider == "twilio":
        owner = account["account_sid"]
        key = (account["api_key"], account["api_secret"]) if "api_key" in account else (owner, account["auth_token"])
        return importlib.import_module("twilio.rest").Client(*key, account_sid=owner, http_client=elsewhere)
    rest: Any = importlib.import_module("signalwire.rest")
    login = (account["project_id"], account["api_token"])
    return rest.Client(*login, signalwire_space_url=HOSTS[provider], http_client=elsewhere)


def named(each: Any) -> dict[str, Any]:
    """Return what the SDK read, under the names of the vendor's JSON."""
    known = getattr(each, "_properties", None) or {
        name: value for name, value in vars(each).items() if not name.startswith("_")
    }
    return {name.rstrip("_"): value for name, value in {"from": getattr(each, "_from", None), **known}.items()}


def answer(provider: str, call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, with what else is asked, or how the SDK refused it."""
    client = client_of(provider, account)
    try:
        call = named(client.calls(call_id).fetch())
    except REFUSING as error:
        return {"refused": type(error).__name__, "status": getattr(error, "status", None)}
    for name, read in lists_below(client, provider, call_id).items():
        if name in extras:
            try:
                call[f"with {name}"] = [named(each) for each in read()]
            except errors.TwilioException as error:
                call[f"without {name}"] = str(error)
            except FORMLESS:
                continue
    return {"call": call}


def lists_below(client: Any, provider: str, call_id: str) -> dict[str, Any]:
    """Return what reads each list of a call."""
    legs = {"legs": partial(client.calls.list, parent_call_sid=call_id)}
    if provider == "signalwire":
        return {**legs, "recordings": partial(client.recordings.list, call_sid=call_id)}
    own = client.calls(call_id)
    below = {"events": own.events, "notifications": own.notifications, "recordings": own.recordings}
    return {**legs, **{name: each.list for name, each in below.items()}}


def listed(provider: str, account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the calls that fit the filters, of all pages."""
    own = {FILTERS[name]: value for name, value in filters.items()}
    return [each.sid for each in client_of(provider, account).calls.list(**own)]


def words(holder: Any) -> list[str]:
    """Return the values of a class of words."""
    return [value for name, value in vars(holder).items() if name.isupper()]


asked = json.load(sys.stdin)
answers = {name: answer(asked["provider"], **each) for name, each in asked["calls"].items()}
lists = {name: listed(asked["provider"], **each) for name, each in asked["lists"].items()}
vocabulary = {
    "statuses": words(model.CallInstance.Status),
    "recordings": words(recordings.RecordingInstance.Status),
    "sources": words(recordings.RecordingInstance.Source),
}
json.dump(
    {"answers": answers, "lists": lists, "vocabulary": vocabulary},
    sys.stdout,
    default=lambda value: value.isoformat() if hasattr(value, "isoformat") else str(value),
)
