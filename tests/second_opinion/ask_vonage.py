"""Ask the SDK of Vonage for calls, where it is installed: questions on stdin, answers on stdout, in JSON.

A token among the questions is one of callinspect's: the SDK's library says what is in it, if its signature is right,
and what is in one that the SDK makes of the same key.
"""

import importlib
import json
import sys
from pathlib import Path
from typing import Any

adapters: Any = importlib.import_module("requests.adapters")
sdk: Any = importlib.import_module("vonage")
http: Any = importlib.import_module("vonage_http_client.http_client")
voice: Any = importlib.import_module("vonage_voice")
errors: Any = importlib.import_module("vonage_http_client.errors")
states: Any = importlib.import_module("vonage_voice.models.enums").CallState
jwt: Any = importlib.import_module("jwt")

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


def named(found: Any) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON."""
    call = dict(found.model_dump(mode="json", by_alias=True))
    return {"from": call.pop("from_"), "_links": {"self": {"href": call.pop("link")}}, **call}


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, or how the SDK refused it."""
    client = client_of(account)
    try:
        call = named(client.voice.get_call(call_id))
    except (errors.HttpRequestError, ValueError, TypeError) as error:
        response = getattr(error, "response", None)
        return {"refused": type(error).__name__, "status": getattr(response, "status_code", None)}
    if "legs" in extras:
        try:
            call["with legs"] = [
                named(each) for each in of_all_pages(client, conversation_uuid=call["conversation_uuid"])
            ]
        except (errors.HttpRequestError, ValueError, TypeError) as error:
            call["without legs"] = str(error)
    return {"call": call}


def of_all_pages(client: Any, **query: Any) -> list[Any]:
    """Return the calls of all pages, each once: the SDK counts pages where the vendor counts calls."""
    found: dict[str, Any] = {}
    index = 0
    while index is not None:
        calls, index = client.voice.list_calls(voice.ListCallsFilter(**query, record_index=index))
        found |= {each.uuid: each for each in calls}
    return list(found.values())


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the calls that fit the filters, of all pages."""
    return [each.uuid for each in of_all_pages(client_of(account), **{FILTERS[key]: filters[key] for key in filters})]


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
