"""Ask the current SDK of SignalWire for voice logs, where it is installed: questions on stdin, answers on stdout."""

import importlib
import json
import re
import sys
import typing
from typing import Any

rest: Any = importlib.import_module("signalwire.rest")
types: Any = importlib.import_module("signalwire.rest.namespaces.voice_types_generated")


FILTERS = {"since": "created_after", "until": "created_before", "size": "page_size"}


def client_of(account: dict[str, str]) -> Any:
    host = account["base_url"].partition("://")[2].removesuffix("/api")
    return rest.RestClient(project=account["project_id"], token=account["api_token"], host=host)


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a voice log, with its events if they are asked for, or how the SDK refused it."""
    client = client_of(account)
    try:
        call = dict(client.logs.voice.get(call_id))
    except (rest.SignalWireRestError, ValueError, TypeError) as error:
        return {"refused": type(error).__name__, "status": getattr(error, "status_code", None)}
    if "events" in extras:
        try:
            call["with events"] = client.logs.voice.list_events(call_id)["data"]
        except rest.SignalWireRestError as error:
            call["without events"] = str(error)
    return {"call": call}


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the logs that fit the filters, of all pages."""
    own = {FILTERS[name]: value for name, value in filters.items()}
    return [each["id"] for each in client_of(account).logs.voice.paginate(**own)]


def words(name: str) -> list[str]:
    """Return the literals of a type."""
    found = getattr(types, name)
    literal = re.findall(r"'([^']+)'", found) if isinstance(found, str) else typing.get_args(found)
    return list(literal)


asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
vocabulary = {
    "statuses of logs": words("VoiceLogStatus"),
    "directions of logs": words("VoiceDirection"),
    "sources of logs": words("VoiceSources"),
}
lists = {name: listed(**each) for name, each in asked["lists"].items()}
json.dump({"answers": answers, "lists": lists, "vocabulary": vocabulary}, sys.stdout)
