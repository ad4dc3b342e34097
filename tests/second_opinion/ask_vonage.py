"""Ask the SDK of Vonage for calls, where it is installed: questions on stdin, answers on stdout, in JSON.

A token among the questions is one of callinspect's: the SDK's library says what is in it, if its signature is right,
and what is in one that the SDK makes of the same key.
"""

import importlib
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

adapters: Any = importlib.import_module("requests.adapters")
sdk: Any = importlib.import_module("vonage")
http: Any = importlib.import_module("vonage_http_client.http_client")
voice: Any = importlib.import_module("vonage_voice")
errors: Any = importlib.import_module("vonage_http_client.errors")
states: Any = importlib.import_module("vonage_voice.models.enums").CallState
jwt: Any = importlib.import_module("jwt")

UNREAD = ("detail", "disconnected_by", "reason", "sip_code")
"""What webhooks have, and the SDK leaves out of a call."""

FILTERS = {"since": "date_start", "until": "date_end", "cause": "status", "size": "page_size"}


class Unencrypted(adapters.HTTPAdapter):  # type: ignore[misc]  # the SDK's library is imported by name
    """Sends without encryption what the SDK, which knows no other way, means for a server that has it."""

    def send(self, request: Any, **options: Any) -> Any:
        request.url = request.url.replace("https:", "http:", 1)
        return super().send(request, **options)


def client_of(account: dict[str, str]) -> Any:
    host = account["base_url"].removeprefix("http://").removesuffix("/v1")
    options = sdk.HttpClientOptions(api_host=host, timeout=10)
    return sdk.Vonage(sdk.Auth(application_id=account["application_id"], private_key=key_of(account)), options)


def key_of(account: dict[str, str]) -> str:
    """Return the text of a key that may be named by its file."""
    key = account["private_key"].replace("\\n", "\n")
    return key if "-----BEGIN" in key else Path(key).read_text(encoding="ascii")


def named(found: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON."""
    call = dict(found.model_dump(mode="json", by_alias=True))
    more = {name: sent[name] for name in UNREAD if name in sent}
    return {"from": call.pop("from_"), "_links": {"self": {"href": call.pop("link")}}, **call, **more}


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, or how the SDK refused it."""
    client = client_of(account)
    try:
        call = named(client.voice.get_call(call_id), client.http_client.last_response.json())
    except (errors.HttpRequestError, ValueError, TypeError) as error:
        response = getattr(error, "response", None)
        return {"refused": type(error).__name__, "status": getattr(response, "status_code", None)}
    if "legs" in extras:
        try:
            call["with legs"] = of_all_pages(client, conversation_uuid=call["conversation_uuid"])
        except (errors.HttpRequestError, ValueError, TypeError) as error:
            call["without legs"] = str(error)
    return {"call": call}


def of_all_pages(client: Any, **query: Any) -> list[dict[str, Any]]:
    """Return the calls of all pages, as the vendor sent them: the SDK refuses a page over the form of a single call.

    Where the next page begins is taken from its address: the SDK counts pages where the vendor counts calls.
    """
    found: list[dict[str, Any]] = []
    while True:
        with suppress(ValueError):
            client.voice.list_calls(voice.ListCallsFilter(**query))
        page = client.http_client.last_response.json()
        new = [each for each in page["_embedded"]["calls"] if each not in found]
        found += new
        if "next" not in page["_links"] or not new:
            return found
        query = {"page_size": None, **dict(parse_qsl(urlsplit(page["_links"]["next"]["href"]).query))}


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the calls that fit the filters, of all pages."""
    days = {name: f"{filters[name]}T00:00:00Z" for name in {"since", "until"} & filters.keys()}
    query = {FILTERS[name]: value for name, value in {**filters, **days}.items()}
    return [each["uuid"] for each in of_all_pages(client_of(account), **query)]


def token(ours: str, account: dict[str, str], public_key: str) -> dict[str, Any]:
    """Return what stands in a token of callinspect's, whose signature is right, and in one of the SDK's."""
    theirs = client_of(account).http_client.auth.create_jwt_auth_string().decode().partition(" ")[2]
    return {
        whose: {"header": jwt.get_unverified_header(each), "claims": jwt.decode(each, public_key, algorithms=["RS256"])}
        for whose, each in {"ours": ours, "theirs": theirs}.items()
    }


http.HTTPAdapter = Unencrypted
asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
lists = {name: listed(**each) for name, each in asked["lists"].items()}
tokens = {name: token(**each) for name, each in asked.get("tokens", {}).items()}
vocabulary = {"statuses": [each.value for each in states]}
json.dump({"answers": answers, "lists": lists, "tokens": tokens, "vocabulary": vocabulary}, sys.stdout)
