"""What belongs to another call is no part of this one, though the vendor lists it: a cache or a proxy may answer so."""

import json
from typing import Any

import pytest
from kit import cases

from callinspect import providers
from callinspect.errors import BadResponseError
from callinspect.provider import Account, Document, Incomplete, Response

LISTS: dict[tuple[str, str], tuple[dict[str, Any], str | None, str]] = {
    ("bandwidth", "recordings"): ({"callId": "a"}, None, "callId"),
    ("catapult", "recordings"): ({"id": "a"}, None, "call"),
    ("genesyscloud", "recordings"): ({"id": "a"}, None, "conversationId"),
    ("telnyx", "recordings"): ({"sid": "a"}, "recordings", "call_sid"),
    ("twilio", "notifications"): ({"sid": "a"}, "notifications", "call_sid"),
    ("twilio", "recordings"): ({"sid": "a"}, "recordings", "call_sid"),
}
"""By vendor and extra: a call, the key of the list in the answer, and the key that names the call of each part."""


def fetched(name: str, extra: str, call: dict[str, Any], answer: Any) -> Incomplete:
    """Return what an extra's flow returns for one answer."""
    account = Account(base_url="https://vendor.example", values=cases.account(name)["fields"])
    flow = providers.get(name).extras[extra].fetch(account, Document(call, "a"))
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(Response(200, {}, json.dumps(answer).encode()))
    found: Incomplete = end.value.value
    return found


@pytest.mark.parametrize(("name", "extra"), LISTS)
def test_parts_of_another_call_are_left_out_with_a_warning(name: str, extra: str) -> None:
    call, key, of = LISTS[name, extra]
    parts = [{of: "b", "n": 1}, {of: "A", "n": 2}, {"n": 3}, {of: "https://vendor.example/calls/a", "n": 4}]
    found = fetched(name, extra, call, parts if key is None else {key: parts})
    assert isinstance(found.found, list)
    assert [each["n"] for each in found.found if isinstance(each, dict)] == [2, 3, 4]
    assert found.notes == (f"the vendor also listed {extra} of other calls, which were left out",)


def test_a_transcription_of_another_call_is_left_out() -> None:
    account = Account(base_url="https://vendor.example", values=cases.account("bandwidth")["fields"])
    flow = providers.get("bandwidth").extras["transcriptions"].fetch(account, Document({"callId": "a"}, "a"))
    next(flow)
    other = [{"callId": "b", "recordingId": "r", "transcription": {"id": "t"}}]
    flow.send(Response(200, {}, json.dumps(other).encode()))
    with pytest.raises(StopIteration) as end:
        flow.send(Response(200, {}, b"[]"))
    assert end.value.value.found == [[], []]


def test_the_log_of_another_call_is_not_read() -> None:
    account = Account(base_url="https://vendor.example", values=cases.account("signalwire")["fields"])
    flow = providers.get("signalwire").extras["log"].fetch(account, Document({"sid": "a"}, "a"))
    next(flow)
    with pytest.raises(BadResponseError, match="another call's log"):
        flow.send(Response(200, {}, b'{"id": "b"}'))
