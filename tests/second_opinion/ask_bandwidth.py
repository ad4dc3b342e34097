"""Ask the current SDK of Bandwidth for calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import re
import sys
from typing import Any

sdk: Any = importlib.import_module("bandwidth")


def answer(api: Any, account_id: str, call_id: str) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, or how the SDK refused it."""
    try:
        return {"call": api.get_call_state(account_id, call_id).to_dict()}
    except (sdk.ApiException, ValueError, AttributeError) as error:
        return {"refused": type(error).__name__, "status": getattr(error, "status", None)}


def words(field: str) -> list[str]:
    """Return the words in the SDK's description of a field of a call."""
    return re.findall(r"`([a-z-]+)`", sdk.CallState.model_fields[field].description)


asked = json.load(sys.stdin)
configuration = sdk.Configuration(
    host=asked["base_url"],
    ignore_operation_servers=True,
    client_id=asked["client_id"],
    client_secret=asked["client_secret"],
    access_token_url=asked["token_url"],
)
with sdk.ApiClient(configuration) as client:
    calls = sdk.CallsApi(client)
    answers = {each: answer(calls, asked["account_id"], each) for each in asked["ids"]}
vocabulary = {
    "states": words("state"),
    "causes": words("disconnect_cause"),
    "directions": [each.value for each in sdk.CallDirectionEnum],
}
json.dump({"answers": answers, "vocabulary": vocabulary}, sys.stdout, default=lambda moment: moment.isoformat())
