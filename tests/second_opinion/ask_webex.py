"""Ask wxc_sdk for Webex calls, where it is installed: questions on stdin, answers on stdout, in JSON."""

import importlib
import json
import sys
from typing import Any

sdk: Any = importlib.import_module("wxc_sdk")
rest: Any = importlib.import_module("wxc_sdk.rest")
model: Any = importlib.import_module("wxc_sdk.telephony.calls")


def answer(call_id: str, account: dict[str, str], **_: object) -> dict[str, Any]:
    """Return a call under the names of the vendor's JSON, or how the SDK refused it."""
    rest.RestSession.BASE = account["base_url"]
    with sdk.WebexSimpleApi(tokens=account["access_token"]) as api:
        try:
            return {"call": api.telephony.calls.call_details(call_id).model_dump(mode="json", by_alias=True)}
        except (rest.RestError, ValueError) as error:
            response = getattr(error, "response", None)
            return {"refused": type(error).__name__, "status": getattr(response, "status_code", None)}


# Read first: the SDK adds every new word that it meets.
vocabulary = {
    name: [each.value for each in words]
    for name, words in {
        "states": model.CallState,
        "directions": model.Personality,
        "reasons": model.RedirectReason,
        "recording states": model.RecordingState,
    }.items()
}
asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
json.dump({"answers": answers, "vocabulary": vocabulary}, sys.stdout)
