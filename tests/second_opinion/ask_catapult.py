"""Ask the SDK of Bandwidth v1 for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import re
import sys
from typing import Any

sdk: Any = importlib.import_module("bandwidth")


def camel(name: str) -> str:
    """Undo the SDK's renaming of a field."""
    return re.sub("_([a-z])", lambda found: found[1].upper(), name)


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, with the word of its hangup event and what else is asked."""
    endpoint, _, version = account["base_url"].rpartition("/")
    user = (account["user_id"], account["token"], account["secret"])
    api = sdk.client("voice", *user, api_endpoint=endpoint, api_version=version)
    try:
        call = {camel(name): value for name, value in api.get_call(call_id).items()}
    except sdk.voice.BandwidthVoiceAPIException as error:
        return {"refused": type(error).__name__, "status": error.status_code}
    lists = {
        "events": api.list_call_events,
        "recordings": api.list_call_recordings,
        "transcriptions": api.list_call_transcriptions,
    }
    for name in extras:
        try:
            found = [each for each in lists[name](call_id) if isinstance(each, dict)]
        except (sdk.voice.BandwidthVoiceAPIException, AttributeError, TypeError):
            continue
        call[f"with {name}"] = [{camel(key): value for key, value in each.items()} for each in found]
    words = [each.get("data") for each in call.get("with events", []) if each.get("name") == "hangup"]
    call["hangup"] = next((word for word in words if word and isinstance(word, str)), None)
    return {"call": call}


asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
json.dump({"answers": answers, "vocabulary": {}}, sys.stdout)
