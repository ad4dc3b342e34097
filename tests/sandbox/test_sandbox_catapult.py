"""The sandbox's Bandwidth v1 (“Catapult”), over its real port, as Bandwidth's documentation describes it."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, basic, described, get, odd, send, until, words

from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

ACCOUNT = account("catapult")
BASE = f"/catapult/v1/users/{ACCOUNT['user_id']}"
CALLS = f"{BASE}/calls"
AUTHORIZATION = basic(ACCOUNT["token"], ACCOUNT["secret"])


def ask(running: Sandbox, path: str = "") -> Answer:
    return send(running, CALLS + path, AUTHORIZATION)


def test_the_vendor_s_words_are_all_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "catapult", "state", "direction") >= {
        *("started", "rejected", "active", "completed", "transferring", "error", "in", "out"),
    }


def test_ids_have_the_vendor_s_shape() -> None:
    assert all(re.fullmatch(r"c-[a-z2-7]{23}", each.id) for each in calls("catapult"))


@pytest.mark.parametrize(
    ("description", "life"),
    [("active at 5 s", ["started", "active", "completed"]), ("gives up at", ["started", "completed"])],
)
def test_a_call_goes_through_its_states(description: str, life: list[int | str]) -> None:
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, described("catapult", description), life) == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_the_vendor_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, CALLS, authorization)
    assert (answer.status, answer.json["category"]) == (401, "authentication")


def test_another_user_is_forbidden(sandbox: Sandbox) -> None:
    answer = send(sandbox, "/catapult/v1/users/u-other/calls", AUTHORIZATION)
    assert (answer.status, answer.json["code"]) == (401, "user-access-denied")


def test_an_unknown_call_and_an_unknown_path(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "/nonsense")
    assert (answer.status, answer.json["code"]) == (404, "call-not-found")
    answer = send(sandbox, f"{BASE}/nonsense", AUTHORIZATION)
    assert answer.status == 404
    assert "call" not in answer.json["message"].lower()


def test_a_rate_limit_says_when_it_ends(sandbox: Sandbox) -> None:
    before = time.time()
    answer = get(sandbox, described("catapult", "rate limited for 2 s twice"))
    reset = int(answer.headers["X-RateLimit-Reset"])
    assert before * 1000 + 2000 <= reset < time.time() * 1000 + 2001
    assert answer.json["details"][0] == {"name": "rateLimitResetTime", "value": str(reset)}
    assert "message" not in answer.json
    assert "Retry-After" not in answer.headers
    long = get(sandbox, described("catapult", "999999"))
    assert round(int(long.headers["X-RateLimit-Reset"]) // 1000 - int(time.time()), -1) == 1_000_000


def test_pages_link_to_first_previous_next_and_last(sandbox: Sandbox) -> None:
    everything = [item["id"] for item in ask(sandbox, "?size=1000").json]
    found: list[str] = []
    relations: list[list[str]] = []
    path = "?size=8"
    while path:
        answer = ask(sandbox, path)
        found += [item["id"] for item in answer.json]
        links = {rel: url for url, rel in re.findall(r'<(\S+)>; rel="(\w+)"', answer.headers["Link"])}
        relations.append(list(links))
        path = links.get("next", "").removeprefix(sandbox.url + CALLS)
    assert found == everything
    assert relations[0] == ["first", "next", "last"]
    assert relations[1] == ["first", "previous", "next", "last"]
    assert relations[-1] == ["first", "previous", "last"]
    assert ask(sandbox, "?size=1001").json["category"] == "bad-request"


def test_a_list_is_ordered_and_filtered(sandbox: Sandbox) -> None:
    descending = [item["startTime"] for item in ask(sandbox, "?size=1000").json]
    ascending = [item["startTime"] for item in ask(sandbox, "?size=1000&sortOrder=asc").json]
    assert descending == sorted(descending, reverse=True)
    assert ascending == sorted(ascending)
    assert len(ask(sandbox, "?from=alice@sip.example.com").json) == 1
    assert len(ask(sandbox, "?conferenceId=conf-sandboxsandboxsandbox66").json) == 1


def test_hangup_causes_are_in_the_events(sandbox: Sandbox) -> None:
    unanswered = [call for call in calls() if call.provider == "catapult" and "never answered" in call.description]
    assert len(unanswered) == 10
    for call in unanswered:
        events = ask(sandbox, f"/{call.id}/events").json
        cause = re.findall(r"\(([A-Z_]+)\)", call.description)
        assert [event["data"] for event in events if event["name"] == "hangup"] == cause
    assert ask(sandbox, "/nonsense/events").json["code"] == "call-not-found"


def test_links_lead_to_what_they_name(sandbox: Sandbox) -> None:
    call = get(sandbox, described("catapult", "recorded and transcribed")).json
    for name in ("events", "recordings", "transcriptions"):
        assert call[name].startswith(sandbox.url)
        assert send(sandbox, call[name].removeprefix(sandbox.url), AUTHORIZATION).json
    event = ask(sandbox, f"/{call['id']}/events").json[0]
    single = ask(sandbox, f"/{call['id']}/events/{event['id']}").json
    assert isinstance(event["time"], str)
    assert isinstance(single["time"], int)


def test_limits_to_one_a_second_after_its_burst() -> None:
    with Sandbox(burst=3) as strict:
        granted, begun, asked = 0, time.monotonic(), time.time()
        while (answer := ask(strict)).status == 200:
            granted, asked = granted + 1, time.time()
        assert 3 <= granted <= 3 + time.monotonic() - begun
        assert send(strict, f"{BASE}/recordings", AUTHORIZATION).status == 200
        reset = int(answer.headers["X-RateLimit-Reset"]) / 1000
        assert asked < reset < time.time() + 1.1
        time.sleep(max(0.0, reset - time.time()) + 0.01)
        assert ask(strict).status == 200


def test_only_a_call_about_a_warning_is_read_with_one(sandbox: Sandbox) -> None:
    assert odd(sandbox, "catapult", "nobody has documented", "is not a time", "comes 3.2 s after") == []


def test_a_conference_of_four_is_three_calls(sandbox: Sandbox) -> None:
    own = get(sandbox, described("catapult", "in a conference of four")).json
    calls_in_it = ask(sandbox, f"?conferenceId={own['conferenceId']}").json
    assert len(calls_in_it) == 3
    assert {party for call in calls_in_it for party in (call["from"], call["to"])} == {
        *("+19195550100", "+19195550101", "+442079460000", "sip:dana@example.com"),
    }
    joined = [call for call in calls_in_it if call["id"] != own["id"]]
    assert all(call["startTime"] == call["activeTime"] > own["activeTime"] for call in joined)
    assert sorted(call["endTime"] == own["endTime"] for call in joined) == [False, True]


def test_a_bridge_has_two_calls(sandbox: Sandbox) -> None:
    bridge = get(sandbox, described("catapult", "going on in a bridge")).json["bridgeId"]
    assert [call["direction"] for call in ask(sandbox, f"?bridgeId={bridge}").json] == ["out", "in"]


def test_events_come_in_every_form(sandbox: Sandbox) -> None:
    """Times as numbers, words and JSON as data, and what happened after the hangup."""
    events = ask(sandbox, f"/{described('catapult', 'whose times are numbers').id}/events").json
    assert {type(event["time"]) for event in events} == {str, int}
    assert [event["data"] for event in events if event["name"] == "playback"] == ["start", "done"]
    assert json.loads(events[-1]["data"])["applicationName"] == "playback"
    hangup = next(event for event in events if event["name"] == "hangup")
    assert events[-1]["time"] / 1000 > datetime.fromisoformat(hangup["time"]).timestamp()


def test_a_hangup_may_come_late_or_without_a_word(sandbox: Sandbox) -> None:
    late, empty = described("catapult", "3.2 s after the end"), described("catapult", "in its events is empty")
    end = datetime.fromisoformat(get(sandbox, late).json["endTime"])
    hangup = ask(sandbox, f"/{late.id}/events").json[-1]
    assert (datetime.fromisoformat(hangup["time"]) - end).total_seconds() == pytest.approx(3.2, abs=0.002)
    assert ask(sandbox, f"/{empty.id}/events").json[-1]["data"] == ""


def test_recordings_and_transcriptions_have_every_state(sandbox: Sandbox) -> None:
    path = f"/{described('catapult', 'in every state').id}"
    recordings, texts = (ask(sandbox, f"{path}/{name}").json for name in ("recordings", "transcriptions"))
    assert {item["state"] for item in recordings} == {"recording", "saving", "complete", "error"}
    assert {item["state"] for item in texts} == {"transcribing", "completed", "error"}
    assert [(len(item["text"]), item["textSize"]) for item in texts if "text" in item] == [(1000, 2460)]
    one = send(sandbox, f"{BASE}/recordings/{recordings[0]['id']}", AUTHORIZATION).json
    assert one == recordings[0]
    assert one in send(sandbox, f"{BASE}/recordings", AUTHORIZATION).json


def test_what_is_below_a_call_is_empty_or_not_found(sandbox: Sandbox) -> None:
    call = described("catapult", "incoming, answered, ended normally")
    for name in ("recordings", "transcriptions"):
        assert ask(sandbox, f"/{call.id}/{name}").json == []
        assert ask(sandbox, f"/nonsense/{name}").json["code"] == "call-not-found"


def test_events_of_a_struck_call_fail_whoever_asks(sandbox: Sandbox) -> None:
    call = described("catapult", "--with reads is forbidden")
    assert [get(sandbox, call).status, ask(sandbox, f"/{call.id}/events").status] == [200, 403]
