"""The sandbox's Twilio, over its real port, as Twilio's documentation describes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, basic, described, get, record, send, words

from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

ACCOUNT = account("twilio")
ROOT = "/twilio/api"
CALLS = f"/2010-04-01/Accounts/{ACCOUNT['account_sid']}/Calls"
AUTHORIZATION = basic(ACCOUNT["api_key"], ACCOUNT["api_secret"])


def ask(running: Sandbox, path: str = ".json") -> Answer:
    return send(running, ROOT + CALLS + path, AUTHORIZATION)


def test_the_vendor_s_words_are_all_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "twilio", "status", "direction") >= {
        *("queued", "ringing", "in-progress", "completed", "busy", "no-answer", "canceled", "failed"),
        *("inbound", "outbound-api", "outbound-dial", "trunking-originating", "trunking-terminating"),
    }


def test_ids_have_the_vendor_s_shape() -> None:
    assert all(re.fullmatch("CA[0-9a-f]{32}", each.id) for each in calls("twilio"))


def test_a_price_comes_later_than_the_end() -> None:
    call = described("twilio", "its price known at 25 s")
    life = [("queued", None), ("ringing", None), ("in-progress", None), ("completed", None), ("completed", "-0.01300")]
    seen: list[tuple[str, str | None]] = []
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        for clock.seconds in range(45):
            body = record(call, get(running, call))
            seen += [now] if (now := (body["status"], body["price"])) not in seen[-1:] else []
    assert seen == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_the_vendor_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, f"{ROOT}{CALLS}.json", authorization)
    assert (answer.status, answer.json["code"]) == (401, 20003)


def test_both_ways_to_authenticate_are_accepted(sandbox: Sandbox) -> None:
    token = basic(ACCOUNT["account_sid"], ACCOUNT["auth_token"])
    assert [send(sandbox, f"{ROOT}{CALLS}.json", each).status for each in (AUTHORIZATION, token)] == [200, 200]


def test_another_account_is_not_found(sandbox: Sandbox) -> None:
    path = f"{ROOT}/2010-04-01/Accounts/AC{'0' * 32}/Calls.json"
    answer = send(sandbox, path, AUTHORIZATION)
    said = f"The requested resource {path.removeprefix(ROOT)} was not found"
    assert (answer.status, answer.json["code"], answer.json["message"]) == (404, 20404, said)


def test_without_json_at_its_end_a_path_is_answered_in_xml(sandbox: Sandbox) -> None:
    call = described("twilio", "outgoing, busy")
    answer = ask(sandbox, f"/{call.id}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/xml")
    assert f"<TwilioResponse><Call><Sid>{call.id}</Sid>".encode() in answer.body
    refused = send(sandbox, f"{ROOT}{CALLS}/{call.id}")
    assert refused.status == 401
    assert b"<TwilioResponse><RestException><Code>20003</Code>" in refused.body


def test_every_answer_has_a_request_id(sandbox: Sandbox) -> None:
    ids = [ask(sandbox, each).headers["Twilio-Request-Id"] for each in (".json", "/CA1.json", "")]
    assert all(re.fullmatch("RQ[0-9a-f]{32}", each) for each in ids)


def test_pages_lead_to_one_another(sandbox: Sandbox) -> None:
    found, target = [], f"{CALLS}.json?PageSize=7"
    while target:
        page = send(sandbox, ROOT + target, AUTHORIZATION).json
        assert (page["page_size"], page["start"]) == (7, 7 * page["page"])
        assert len(page["calls"]) == 7 or page["next_page_uri"] is None
        found += page["calls"]
        target = page["next_page_uri"]
    created = [each["sid"] for each in ask(sandbox, ".json?PageSize=1000").json["calls"]]
    assert [each["sid"] for each in found] == created
    assert len(created) > 20


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=1001", "PageSize=x", "PageToken=%21"])
def test_a_page_that_cannot_be_is_a_usage_error(sandbox: Sandbox, query: str) -> None:
    answer = ask(sandbox, f".json?{query}")
    assert (answer.status, answer.json["code"]) == (400, 20001)


def test_days_leave_out_what_has_not_started(sandbox: Sandbox) -> None:
    everything = ask(sandbox, ".json?PageSize=1000").json["calls"]
    since = ask(sandbox, ".json?PageSize=1000&StartTime%3E=2000-01-01").json["calls"]
    assert {each["status"] for each in everything} - {each["status"] for each in since} >= {"queued"}
    assert ask(sandbox, ".json?StartTime%3C=2000-01-01").json["calls"] == []
    assert ask(sandbox, ".json?StartTime=2000-01-01").json["calls"] == []


def test_a_rate_limit_does_not_say_how_long_to_wait(sandbox: Sandbox) -> None:
    answer = get(sandbox, described("twilio", "rate limited for 999999 s"))
    assert (answer.status, answer.json["code"]) == (429, 20429)
    assert "Retry-After" not in answer.headers
