"""Ask the current SDK of Bandwidth for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import re
import sys
from contextlib import suppress
from typing import Any

sdk: Any = importlib.import_module("bandwidth")


REFUSING = (sdk.ApiException, ValueError, AttributeError)


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, with its recordings, or how the SDK refused it."""
    configuration = sdk.Configuration(
        host=account["base_url"],
        ignore_operation_servers=True,
        client_id=account["client_id"],
        client_secret=account["client_secret"],
        access_token_url=account["token_url"],
    )
    with sdk.ApiClient(configuration) as client:
        try:
            call = sdk.CallsApi(client).get_call_state(account["account_id"], call_id).to_dict()
        except REFUSING as error:
            return {"refused": type(error).__name__, "status": getattr(error, "status", None)}
        if "recordings" in extras:
            with suppress(*REFUSING):
                found = sdk.RecordingsApi(client).list_call_recordings(account["account_id"], call_id)
                call["with recordings"] = [each.to_dict() for each in found]
    return {"call": call}


def words(field: str) -> list[str]:
    """Return the words in the SDK's description of a field of a call."""
    return re.findall(r"`([a-z-]+)`", sdk.CallState.model_fields[field].description)


asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
vocabulary = {
    "states": words("state"),
    "causes": words("disconnect_cause"),
    "directions": [each.value for each in sdk.CallDirectionEnum],
}
json.dump({"answers": answers, "vocabulary": vocabulary}, sys.stdout, default=lambda moment: moment.isoformat())
