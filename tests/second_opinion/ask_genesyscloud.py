"""Ask the SDK of Genesys Cloud for conversations, where it is installed: questions on stdin, answers on stdout."""

import importlib
import inspect
import json
import re
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

sdk: Any = importlib.import_module("PureCloudPlatformClientV2")
rest: Any = importlib.import_module("PureCloudPlatformClientV2.rest")

NOT_FOUND = 404
DIMENSIONS = {"from": "ani", "to": "dnis"}
FORMLESS = (ValueError, TypeError, AttributeError)


def client_of(account: dict[str, str]) -> Any:
    client = sdk.ApiClient(account["base_url"].removesuffix("/api/v2"))
    if "access_token" in account:
        client.access_token = account["access_token"]
        return client
    return client.get_client_credentials_token(account["client_id"], account["client_secret"])


def answer(call_id: str, account: dict[str, str], extras: list[str]) -> dict[str, Any]:
    """Return a conversation under the names of the vendor's JSON: its call, or else its details of the analytics."""
    client = client_of(account)
    api = sdk.ConversationsApi(client)
    try:
        call = _call(client, api, call_id)
    except (rest.ApiException, *FORMLESS) as error:
        return {"refused": type(error).__name__, "status": getattr(error, "status", None) or None}
    return {"call": {**call, **dict(_below(client, api, call_id, extras))}}


def _call(client: Any, api: Any, call_id: str) -> dict[str, Any]:
    try:
        return dict(client.sanitize_for_serialization(api.get_conversations_call(call_id)))
    except rest.ApiException as error:
        if error.status != NOT_FOUND:
            raise
    details = api.get_analytics_conversation_details(call_id)
    sessions = [session for each in details.participants or () for session in each.sessions or ()]
    if not any(each.media_type == "voice" for each in sessions):
        raise rest.ApiException(NOT_FOUND, "the conversation has no call")
    return dict(client.sanitize_for_serialization(details))


def _below(client: Any, api: Any, call_id: str, extras: list[str]) -> Iterator[tuple[str, Any]]:
    """Give what else is asked of a conversation."""
    reading = {
        "events": api.get_analytics_conversation_details,
        "recordings": sdk.RecordingApi(client).get_conversation_recordingmetadata,
    }
    for name in reading.keys() & set(extras):
        try:
            yield f"with {name}", client.sanitize_for_serialization(reading[name](call_id))
        except (rest.ApiException, *FORMLESS) as error:
            yield f"without {name}", str(error)


def listed(account: dict[str, str], filters: dict[str, Any]) -> list[str]:
    """Return the IDs of the conversations by telephone that fit the filters, of all pages."""
    api = sdk.ConversationsApi(client_of(account))
    numbers = {DIMENSIONS[name]: f"tel:{filters[name]}" for name in DIMENSIONS.keys() & filters.keys()}
    begin, end = filters.get("since", "2025-01-01"), filters.get("until", "2100-01-01")
    query = {
        "interval": f"{begin}T00:00:00.000Z/{end}T00:00:00.000Z",
        "segmentFilters": [
            {
                "type": "and",
                "predicates": [
                    {"dimension": name, "value": value} for name, value in {"mediaType": "voice", **numbers}.items()
                ],
            }
        ],
    }
    found: list[str] = []
    for number in count(1):
        paging = {"pageSize": filters["size"], "pageNumber": number}
        page = api.post_analytics_conversations_details_query({**query, "paging": paging})
        found += [each.conversation_id for each in page.conversations or ()]
        if number * filters["size"] >= page.total_hits:
            break
    return found


def words(model: Any, field: str) -> list[str]:
    """Return the words that a model takes in a field; no other place of the SDK has them."""
    [allowed] = re.findall(r"allowed_values = (\[.*\])", inspect.getsource(getattr(model, field).fset))
    return list(json.loads(allowed))


asked = json.load(sys.stdin)
answers = {name: answer(**each) for name, each in asked["calls"].items()}
lists = {name: listed(**each) for name, each in asked["lists"].items()}
vocabulary = {
    "states": words(sdk.CallMediaParticipant, "state"),
    "directions": words(sdk.CallMediaParticipant, "direction"),
    "recording": words(sdk.CallConversation, "recording_state"),
    "disconnects": words(sdk.CallMediaParticipant, "disconnect_type"),
    "disconnects of the analytics": words(sdk.AnalyticsConversationSegment, "disconnect_type"),
    "segments": words(sdk.AnalyticsConversationSegment, "segment_type"),
    "purposes": words(sdk.AnalyticsParticipant, "purpose"),
    "files": words(sdk.RecordingMetadata, "file_state"),
}
json.dump({"answers": answers, "lists": lists, "vocabulary": vocabulary}, sys.stdout)
