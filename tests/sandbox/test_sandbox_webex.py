"""The sandbox's Webex Calling, over its real port, as Cisco's documentation describes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, described, get, odd, send, until, words

from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

ACCOUNT = account("webex")
CALLS = "/webex/v1/telephony/calls"
AUTHORIZATION = f"Bearer {ACCOUNT['access_token']}"


def ask(running: Sandbox, path: str = "") -> Answer:
    return send(running, CALLS + path, AUTHORIZATION)


def test_the_vendor_s_words_are_all_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "webex", "state", "personality", "recordingState") >= {
        *("connecting", "alerting", "connected", "held", "remoteHeld", "disconnected"),
        *("originator", "terminator", "clickToDial", "pending", "started", "paused", "stopped", "failed"),
    }


def test_ids_have_the_vendor_s_shape() -> None:
    assert all(re.fullmatch(r"[A-Za-z0-9+/]+=*", each.id) for each in calls("webex"))


@pytest.mark.parametrize(
    ("description", "life"),
    [
        ("incoming, rings", ["alerting", "connected", "held", "connected", "disconnected", 404]),
        ("without a last word", ["connecting", "connected", 404]),
    ],
)
def test_a_call_goes_through_its_states(description: str, life: list[int | str]) -> None:
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, described("webex", description), life) == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_the_vendor_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, CALLS, authorization)
    assert answer.status == 401
    assert answer.json["message"].startswith("The request requires a valid access token")
    assert answer.json["trackingId"].startswith("ROUTERGW_")


def test_a_token_without_the_scope_is_forbidden(sandbox: Sandbox) -> None:
    assert send(sandbox, CALLS, f"Bearer {ACCOUNT['unscoped_token']}").status == 403


def test_an_unknown_call_and_an_unknown_path(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "/nonsense")
    assert (answer.status, answer.json["message"]) == (404, "Call not found")
    answer = send(sandbox, "/webex/v1/people", AUTHORIZATION)
    assert answer.status == 404
    assert "call" not in answer.json["message"].lower()


def test_a_locked_call_is_423(sandbox: Sandbox) -> None:
    assert get(sandbox, described("webex", "locked")).status == 423


def test_a_rate_limit_says_for_how_long(sandbox: Sandbox) -> None:
    assert get(sandbox, described("webex", "rate limited for 2 s twice")).headers["Retry-After"] == "2"
    assert get(sandbox, described("webex", "999999")).headers["Retry-After"] == "999999"


REFRESH = {
    "grant_type": "refresh_token",
    "client_id": ACCOUNT["client_id"],
    "client_secret": ACCOUNT["client_secret"],
    "refresh_token": ACCOUNT["refresh_token"],
}


def renew(running: Sandbox, **form: str) -> Answer:
    return send(running, "/webex/v1/access_token", method="POST", form=REFRESH | form)


def test_names_of_actions_are_not_ids(sandbox: Sandbox) -> None:
    assert ask(sandbox, "/dial").status == 405
    assert send(sandbox, f"{CALLS}/dial", AUTHORIZATION, method="POST").status == 501


def test_lists_what_is_in_progress(sandbox: Sandbox) -> None:
    states = {item["state"] for item in ask(sandbox).json["items"]}
    assert "connected" in states
    assert "disconnected" not in states


def test_history_is_filtered_by_type(sandbox: Sandbox) -> None:
    types = [item["type"] for item in ask(sandbox, "/history").json["items"]]
    assert set(types) == {"placed", "missed", "received"}
    assert [item["type"] for item in ask(sandbox, "/history?type=missed").json["items"]] == ["missed"]
    assert ask(sandbox, "/history?type=nonsense").status == 400


def test_a_refresh_token_is_good_once() -> None:
    with Sandbox() as fresh:
        first = renew(fresh)
        assert first.status == 200
        assert first.json["expires_in"] == 1_209_599
        assert send(fresh, CALLS, f"Bearer {first.json['access_token']}").status == 200
        assert renew(fresh).status == 400
        assert renew(fresh, refresh_token=first.json["refresh_token"]).status == 200


def test_a_wrong_client_does_not_use_it_up() -> None:
    with Sandbox() as fresh:
        refused = renew(fresh, client_id="wrong")
        assert (refused.status, refused.json["errors"][0]["description"]) == (400, "Client Id is invalid")
        assert renew(fresh, client_secret="wrong").status == 401
        assert renew(fresh).status == 200


def test_access_tokens_expire() -> None:
    with Sandbox(token_lifetime=0) as short:
        issued = renew(short).json
        assert issued["expires_in"] == 0
        assert send(short, CALLS, f"Bearer {issued['access_token']}").status == 401


def test_members_paths_are_for_the_service_app_only(sandbox: Sandbox) -> None:
    service, user = f"Bearer {ACCOUNT['service_token']}", AUTHORIZATION
    member = f"{CALLS}/members/{ACCOUNT['member_id']}/calls"
    one = described("webex", "incoming and connected").id
    assert send(sandbox, f"{member}/{one}?orgId={ACCOUNT['org_id']}", service).json["id"] == one
    assert send(sandbox, member, service).json["items"]
    assert send(sandbox, f"{CALLS}/members/me/calls/{one}?lineOwnerId=x", user).json["id"] == one
    for path, token in ((member, user), (CALLS, service), (f"{CALLS}/members/me/calls", service)):
        refused = send(sandbox, path, token)
        assert (refused.status, refused.json["errors"][0]["errorCode"]) == (400, 4003)
    unlicensed = send(sandbox, f"{CALLS}/members/somebody/calls", service)
    assert (unlicensed.status, unlicensed.json["errors"][0]["errorCode"]) == (404, 4008)


def test_ten_redirections_name_ten_reasons(sandbox: Sandbox) -> None:
    redirections = get(sandbox, described("webex", "ten times")).json["redirections"]
    assert len({redirection["reason"] for redirection in redirections}) == 10


def test_only_a_call_about_a_warning_is_read_with_one(sandbox: Sandbox) -> None:
    assert odd(sandbox, "webex", "nobody has documented", "neither true nor false") == []


def test_two_calls_in_progress_share_a_session(sandbox: Sandbox) -> None:
    session = get(sandbox, described("webex", "in the same session")).json["callSessionId"]
    states = [item["state"] for item in ask(sandbox).json["items"] if item["callSessionId"] == session]
    assert states == ["held", "connected"]


def test_a_queue_and_then_a_busy_colleague_pass_a_call_on(sandbox: Sandbox) -> None:
    """The latest comes first, and the call still rings."""
    call = get(sandbox, described("webex", "before that by a call queue")).json
    assert [each["reason"] for each in call["redirections"]] == ["busy", "callQueue"]
    assert call["state"] == "alerting"
