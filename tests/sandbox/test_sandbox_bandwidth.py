"""The sandbox's Bandwidth Voice v2, over its real port, as Bandwidth's documentation describes it."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, basic, described, get, odd, send, until, words

from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

    from callinspect.sandbox import SandboxCall

ACCOUNT = account("bandwidth")
BASE = f"/bandwidth/api/v2/accounts/{ACCOUNT['account_id']}"
CALLS = f"{BASE}/calls"
AUTHORIZATION = basic(ACCOUNT["username"], ACCOUNT["password"])


def ask(running: Sandbox, path: str = "") -> Answer:
    return send(running, CALLS + path, AUTHORIZATION)


def test_the_vendor_s_words_are_all_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "bandwidth", "state", "disconnectCause") >= {
        *("queued", "initiated", "answered", "disconnected", "hangup", "busy", "timeout", "cancel", "rejected"),
        *("callback-error", "invalid-bxml", "application-error", "account-limit", "node-capacity-exceeded"),
        *("error", "unknown"),
    }


def test_ids_have_the_vendor_s_shape_and_never_change() -> None:
    shape = r"c-[0-9a-f]{8}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert all(re.fullmatch(shape, each.id) for each in calls("bandwidth"))
    assert described("bandwidth", "(hangup)").id == "c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1"


@pytest.mark.parametrize(
    ("description", "life"),
    [
        ("inbound, answered at", ["initiated", "answered", "disconnected"]),
        ("404 for 4 s", [404, "queued", "initiated", "answered", "disconnected"]),
    ],
)
def test_a_call_goes_through_its_states(description: str, life: list[int | str]) -> None:
    call = described("bandwidth", description)
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, call, life) == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_the_vendor_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, CALLS, authorization)
    assert (answer.status, answer.json) == (
        401,
        {"type": "authentication-error", "description": "The credentials provided were invalid", "id": None},
    )


def test_another_account_is_forbidden(sandbox: Sandbox) -> None:
    answer = send(sandbox, "/bandwidth/api/v2/accounts/9900000/calls", AUTHORIZATION)
    assert (answer.status, answer.json["type"]) == (403, "authorization-error")


def test_an_unknown_call_and_an_unknown_path(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "/nonsense")
    assert (answer.status, answer.json["description"]) == (404, "Call [nonsense] not found")
    assert send(sandbox, f"{BASE}/nonsense", AUTHORIZATION).status == 404


def test_a_rate_limit_says_for_how_long(sandbox: Sandbox) -> None:
    assert get(sandbox, described("bandwidth", "rate limited for 2 s twice")).headers["Retry-After"] == "2"
    assert get(sandbox, described("bandwidth", "999999")).headers["Retry-After"] == "999999"
    assert get(sandbox, described("bandwidth", "is a date")).headers["Retry-After"].endswith(" GMT")


def test_issues_tokens_that_work_and_expire(sandbox: Sandbox) -> None:
    client = basic(ACCOUNT["client_id"], ACCOUNT["client_secret"])
    grant = {"grant_type": "client_credentials"}
    path = sandbox.environment["CALLINSPECT_BANDWIDTH_TOKEN_URL"].removeprefix(sandbox.url)
    issued = send(sandbox, path, client, method="POST", form=grant).json
    assert issued["token_type"] == "Bearer"
    assert send(sandbox, CALLS, f"Bearer {issued['access_token']}").status == 200
    assert send(sandbox, path, basic("wrong", "wrong"), method="POST", form=grant).status == 401
    assert send(sandbox, path, client, method="POST", form={"grant_type": "password"}).status == 400
    assert send(sandbox, path, client, method="POST").status == 415
    with Sandbox(token_lifetime=1) as short:
        issued = send(short, path, client, method="POST", form=grant).json
        assert issued["expires_in"] == 1
        time.sleep(1.01)
        assert send(short, CALLS, f"Bearer {issued['access_token']}").status == 401


def test_dots_stay_in_their_segment(sandbox: Sandbox) -> None:
    assert ask(sandbox, "/..").json["description"] == "Call [..] not found"
    assert ask(sandbox, "/a%2Fb").json["description"] == "Call [a/b] not found"


def test_a_call_past_its_retention_is_not_found(sandbox: Sandbox) -> None:
    assert get(sandbox, described("bandwidth", "ended eight days ago")).status == 404


def test_pages_follow_the_link(sandbox: Sandbox) -> None:
    everything = [item["callId"] for item in ask(sandbox).json]
    found: list[str] = []
    path = "?pageSize=10"
    for _ in range(10):
        answer = ask(sandbox, path)
        found += [item["callId"] for item in answer.json]
        link = re.fullmatch(r'<(\S+)>; rel="next"', answer.headers.get("Link", ""))
        if not link:
            break
        path = link[1].removeprefix(sandbox.url + CALLS)
    assert found == everything
    assert len(found) > 20


def test_filters_narrow_the_list_and_bad_ones_are_refused(sandbox: Sandbox) -> None:
    everything = ask(sandbox).json
    starts = sorted(item["startTime"] for item in everything if item["startTime"])
    assert [item["disconnectCause"] for item in ask(sandbox, "?disconnectCause=busy").json] == ["busy"]
    late = ask(sandbox, "?" + urlencode({"minStartTime": starts[-1]})).json
    assert starts[-1] in [item["startTime"] for item in late]
    assert len(late) < len(everything)
    early = ask(sandbox, "?" + urlencode({"maxStartTime": starts[0]})).json
    assert {item["startTime"] for item in early} == {starts[0]}
    assert len(ask(sandbox, "?to=sip:agent@voice.example.com").json) == 1
    assert ask(sandbox, "?from=%2B19195550143").json
    assert ask(sandbox, "?from=+19195550143").json == []
    for wrong in ("pageSize=0", "pageSize=10001", "pageToken=%21", "minStartTime=yesterday"):
        assert ask(sandbox, f"?{wrong}").json["type"] == "validation"


def test_recordings_and_statistics(sandbox: Sandbox) -> None:
    path = f"/{described('bandwidth', '(hangup)').id}/recordings"
    first, second = ask(sandbox, path).json
    assert second["mediaUrl"] is None
    for url in (first["mediaUrl"], first["transcription"]["url"]):
        assert send(sandbox, url.removeprefix(sandbox.url), AUTHORIZATION).status == 200
    assert ask(sandbox, f"{path}/{first['recordingId']}").json == first
    assert ask(sandbox, f"{path}/r-none").status == 404
    assert ask(sandbox, "/nonsense/recordings").json == []
    assert len(send(sandbox, f"{BASE}/recordings", AUTHORIZATION).json) == 11
    statistics = send(sandbox, f"{BASE}/statistics", AUTHORIZATION).json
    assert statistics["currentCallQueueSize"] >= 1


def test_times_keep_to_the_pace() -> None:
    call, clock, life = (
        described("bandwidth", "inbound, answered at"),
        Clock(),
        ["initiated", "answered", "disconnected"],
    )
    with Sandbox(pace=40, clock=clock, burst=10_000) as fast:
        assert until(fast, clock, call, [*life], pace=40) == life
        ended = get(fast, call).json
    start, answered, end = (datetime.fromisoformat(ended[name]) for name in ("startTime", "answerTime", "endTime"))
    assert start < answered < end
    assert (end - start).total_seconds() == pytest.approx(clock.seconds, abs=0.01)


def test_only_a_call_about_a_warning_is_read_with_one(sandbox: Sandbox) -> None:
    assert odd(sandbox, "bandwidth", "nobody has documented", "before it was answered", "is not found") == []


def seconds(call: SandboxCall, sandbox: Sandbox, since: str) -> list[float]:
    """Return when a call began, was answered and ended, in seconds from a moment."""
    body, start = get(sandbox, call).json, datetime.fromisoformat(since)
    moments = [datetime.fromisoformat(body[name]) for name in ("startTime", "answerTime", "endTime")]
    return [round((moment - start).total_seconds(), 3) for moment in moments]


def test_a_leg_lies_within_the_call_that_it_belongs_to(sandbox: Sandbox) -> None:
    leg, parent = described("bandwidth", "B-leg of a transfer, to"), described("bandwidth", "A-leg of that transfer")
    first, second = get(sandbox, parent).json, get(sandbox, leg).json
    assert (second["parentCallId"], second["from"]) == (parent.id, first["to"])
    assert seconds(parent, sandbox, first["startTime"]) == [0, 1.5, 91.5]
    assert seconds(leg, sandbox, first["startTime"]) == [27.8, 31.8, 91.3]


def test_every_parent_is_there_but_for_one(sandbox: Sandbox) -> None:
    parents = {item["parentCallId"] for item in ask(sandbox).json if item["parentCallId"]}
    assert sorted(ask(sandbox, f"/{each}").status for each in parents) == [200, 200, 404]
    twice = described("bandwidth", "of two transfers").id
    legs = [item for item in ask(sandbox).json if item["parentCallId"] == twice]
    assert [item["disconnectCause"] for item in legs] == ["timeout", "hangup"]


def test_recordings_of_the_account_are_filtered(sandbox: Sandbox) -> None:
    """The first start is one of those asked for, the last is not."""
    path = f"{BASE}/recordings"
    starts = sorted(item["startTime"] for item in send(sandbox, path, AUTHORIZATION).json)
    query = urlencode({"minStartTime": starts[1], "maxStartTime": starts[3]})
    found = send(sandbox, f"{path}?{query}", AUTHORIZATION).json
    assert sorted(item["startTime"] for item in found) == starts[1:3]
    assert send(sandbox, f"{path}?to=%2B19195550199", AUTHORIZATION).json == []
    assert send(sandbox, f"{path}?minStartTime=yesterday", AUTHORIZATION).json["type"] == "validation"


def test_recordings_have_every_status_and_their_call_s_fields(sandbox: Sandbox) -> None:
    call = described("bandwidth", "in every status")
    recordings = ask(sandbox, f"/{call.id}/recordings").json
    assert {item["status"] for item in recordings} == {"processing", "partial", "complete", "deleted", "error"}
    assert {item["transcription"]["status"] for item in recordings if item["transcription"]} == {
        *("none", "processing", "available", "error", "timeout", "file-size-too-big", "file-size-too-small"),
    }
    body = get(sandbox, call).json
    assert all(item[name] == body[name] for item in recordings for name in ("callId", "from", "to", "direction"))


def test_a_text_of_a_living_call_is_where_the_list_says(sandbox: Sandbox) -> None:
    path = f"/{described('bandwidth', '(hangup)').id}/transcriptions"
    (transcription,) = ask(sandbox, path).json
    assert transcription.keys() == {"transcriptionId", "transcriptionName", "transcriptionUrl"}
    text = send(sandbox, transcription["transcriptionUrl"], AUTHORIZATION).json
    assert text["transcriptionId"] == transcription["transcriptionId"]
    assert [track["track"] for track in text["tracks"]] == ["inbound", "outbound"]
    assert ask(sandbox, f"{path}/t-none").status == 404
    assert ask(sandbox, "/nonsense/transcriptions").json == []


def test_recordings_of_a_struck_call_fail_whoever_asks(sandbox: Sandbox) -> None:
    call = described("bandwidth", "--with reads is forbidden")
    assert [get(sandbox, call).status, ask(sandbox, f"/{call.id}/recordings").status] == [200, 403]
