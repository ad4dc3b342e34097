"""The sandbox's Genesys Web Services, over its real port, as Genesys's documentation describes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, basic, described, get, odd, send, until, words

from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

ACCOUNT = account("genesys")
BASE = "/genesys/api/v2"
CALLS = f"{BASE}/me/calls"
AUTHORIZATION = basic(ACCOUNT["username"], ACCOUNT["password"])


def ask(running: Sandbox, path: str = "") -> Answer:
    return send(running, CALLS + path, AUTHORIZATION)


def test_the_vendor_s_words_are_all_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "genesys", "state", "callType", "mute", "recordingState") >= {
        *("Ringing", "Dialing", "Established", "Held", "Released", "Internal", "Inbound", "Outbound", "Consult"),
        *("On", "Recording", "Paused", "Stopped"),
    }


def test_ids_have_the_vendor_s_shape() -> None:
    assert all(re.fullmatch(r"[0-9A-V]{32}|[0-9a-f]{16}", each.id) for each in calls("genesys"))


def test_a_call_goes_through_its_states() -> None:
    call = described("genesys", "inbound, rings")
    life: list[int | str] = ["Ringing", "Established", "Held", "Established", "Released", 404]
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, call, life) == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_the_vendor_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, CALLS, authorization)
    assert (answer.status, answer.json) == (403, {"statusCode": 20, "statusMessage": "Access denied"})


def test_an_unknown_call_and_an_unknown_path(sandbox: Sandbox) -> None:
    answer = ask(sandbox, "/nonsense")
    assert (answer.status, answer.json["statusCode"]) == (404, 6)
    assert send(sandbox, f"{BASE}/conversations/calls", AUTHORIZATION).status == 404


def test_a_call_that_succeeds_is_wrapped(sandbox: Sandbox) -> None:
    assert get(sandbox, described("genesys", "inbound, ringing")).json["statusCode"] == 0


def test_a_rate_limit_says_for_how_long(sandbox: Sandbox) -> None:
    assert get(sandbox, described("genesys", "rate limited for 2 s twice")).headers["Retry-After"] == "2"
    assert get(sandbox, described("genesys", "999999")).headers["Retry-After"] == "999999"


def test_a_genesys_session_or_bearer_token_is_enough(sandbox: Sandbox) -> None:
    cookie = send(sandbox, CALLS, AUTHORIZATION).headers["Set-Cookie"].partition(";")[0]
    assert send(sandbox, CALLS, headers={"Cookie": cookie}).status == 200
    assert send(sandbox, CALLS, headers={"Cookie": "JSESSIONID=guess"}).status == 403
    assert send(sandbox, CALLS, f"Bearer {ACCOUNT['access_token']}").status == 200
    assert send(sandbox, "/genesys/api/v2/diagnostics/version").json["version"]


def test_lists_in_its_three_forms(sandbox: Sandbox) -> None:
    uris = ask(sandbox).json["uris"]
    full = ask(sandbox, "?fields=*").json["calls"]
    assert [uri.rpartition("/")[2] for uri in uris] == [call["id"] for call in full]
    assert ask(sandbox, "?fields=id,state").json["calls"][0].keys() == {"id", "state"}
    me = send(sandbox, "/genesys/api/v2/me?subresources=devices,calls", AUTHORIZATION).json["user"]
    assert [call["id"] for call in me["calls"]] == [call["id"] for call in full]
    assert me["devices"]
    assert "calls" not in send(sandbox, "/genesys/api/v2/me", AUTHORIZATION).json["user"]


@pytest.mark.parametrize(
    ("description", "status", "code"),
    [("statusCode 2 ", 200, 2), ("statusCode 6 ", 200, 6), ("statusCode 4 ", 500, 4), ("statusCode 5 ", 403, 5)],
)
def test_a_code_has_its_http_status_and_message(sandbox: Sandbox, description: str, status: int, code: int) -> None:
    answer = get(sandbox, described("genesys", description))
    assert (answer.status, answer.json["statusCode"]) == (status, code)
    assert answer.json["statusMessage"]


def test_only_a_call_about_a_warning_is_read_with_one(sandbox: Sandbox) -> None:
    assert odd(sandbox, "genesys", "nobody has documented", "first call is over", "none of the user's") == []


def call_of(sandbox: Sandbox, description: str) -> Any:
    return get(sandbox, described("genesys", description)).json["call"]


def last(uri: str) -> str:
    """Return what an address ends in, all that may be taken from it."""
    return uri.rpartition("/")[2]


@pytest.mark.parametrize(
    ("description", "state"),
    [("inbound, ringing", "Active"), ("on a device that is not ready", "Inactive"), ("none of the user's", None)],
)
def test_the_device_of_a_call_is_there_if_it_is_the_users(
    sandbox: Sandbox, description: str, state: str | None
) -> None:
    device = last(call_of(sandbox, description)["deviceUri"])
    answer = send(sandbox, f"{BASE}/me/devices/{device}", AUTHORIZATION)
    assert (answer.status, answer.json["statusCode"]) == ((200, 0) if state else (404, 6))
    assert answer.json.get("device", {}).get("deviceState") == state
    listed = send(sandbox, f"{BASE}/me/devices", AUTHORIZATION).json["uris"]
    assert (device in map(last, listed)) is (state is not None)


def test_a_consultation_names_the_call_it_was_started_from(sandbox: Sandbox) -> None:
    consult, alone = call_of(sandbox, "from the held call"), call_of(sandbox, "whose first call is over")
    assert ask(sandbox, f"/{last(consult['parentCallUri'])}").json["call"]["state"] == "Held"
    assert ask(sandbox, f"/{last(alone['parentCallUri'])}").status == 404


def test_two_calls_have_one_call_uuid(sandbox: Sandbox) -> None:
    first = call_of(sandbox, "a second call has the same callUuid")
    listed = ask(sandbox, "?fields=*").json["calls"]
    assert [call["callType"] for call in listed if call["callUuid"] == first["callUuid"]] == ["Inbound", "Internal"]


def test_the_device_of_a_struck_call_fails_after_it_only(sandbox: Sandbox) -> None:
    call = call_of(sandbox, "--with reads is not found")
    assert send(sandbox, f"{BASE}/me/devices/{last(call['deviceUri'])}", AUTHORIZATION).status == 200
