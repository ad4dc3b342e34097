"""What is SignalWire's alone."""

import json
from typing import Any

import pytest
from kit.program import callinspect

from callinspect import providers
from callinspect.provider import Account, Document, Response
from callinspect.sandbox import calls

PROJECT = "4e7a1f60-83c2-4d5b-9b1e-6f0c2a9d7e31"
SANDBOX = {each.description: each.id for each in calls("signalwire")}
RELAY = SANDBOX["Relay: incoming, answered, with a leg that it made"]
CXML = SANDBOX["outgoing, answered by a person, recorded, with a leg that it made"]


def shown(*words: str, env: dict[str, str]) -> list[Any]:
    done = callinspect("--sandbox", *words, "-o", "jsonl", env=env)
    assert done.returncode == 0, done.stderr
    return [json.loads(each) for each in done.stdout.splitlines()]


@pytest.mark.parametrize("name", ["SIGNALWIRE_SPACE", "SIGNALWIRE_SPACE_URL", "CALLINSPECT_SIGNALWIRE_BASE_URL"])
@pytest.mark.parametrize(
    ("space", "address"),
    [
        ("example", "https://example.signalwire.com"),
        ("Example.signalwire.com", "https://example.signalwire.com"),
        ("example.signalwire.com/api/laml/2010-04-01", "https://example.signalwire.com/api"),
        ("https://example.signalwire.com", "https://example.signalwire.com"),
        ("https://example.signalwire.com/api", "https://example.signalwire.com/api"),
        ("https://example.signalwire.com/api/laml/", "https://example.signalwire.com/api"),
        ("https://example.signalwire.com/api/voice/logs", "https://example.signalwire.com/api"),
        ("https://proxy.example.com/api/space", "https://proxy.example.com/api/space"),
    ],
)
def test_a_space_may_be_its_name_or_host(name: str, space: str, address: str, bare: dict[str, str]) -> None:
    given = {name: space, "SIGNALWIRE_PROJECT_ID": PROJECT, "SIGNALWIRE_API_TOKEN": "PTcanary"}
    done = callinspect("auth", "status", "signalwire", "-o", "jsonl", env=bare | given)
    fields = {each["name"]: each["value"] for each in json.loads(done.stdout)["fields"]}
    assert fields == {"project_id": PROJECT, "api_token": None, "base_url": address}


def test_a_login_is_stored_for_the_address_of_the_space(user: dict[str, str]) -> None:
    given = f"base_url=example\nproject_id={PROJECT}\napi_token=PTcanary\n".encode()
    done = callinspect("auth", "login", "signalwire", "--stdin", "--no-verify", env=user, stdin=given)
    assert b"for https://example.signalwire.com only" in done.stderr
    same = {"SIGNALWIRE_SPACE": "example.signalwire.com"}
    done = callinspect("auth", "status", "signalwire", "-o", "jsonl", env=user | same)
    assert json.loads(done.stdout)["complete"] is True


@pytest.mark.parametrize(
    "space", ["example.", ".example", "example:8080", "example/api", "user@example.com", "ex ample"]
)
def test_what_is_no_space_is_refused(space: str, bare: dict[str, str]) -> None:
    given = {"SIGNALWIRE_SPACE": space, "SIGNALWIRE_PROJECT_ID": PROJECT, "SIGNALWIRE_API_TOKEN": "PTcanary"}
    done = callinspect("get", "signalwire", CXML, env=bare | given)
    assert done.returncode == 10
    assert b"base_url" in done.stderr


def test_the_providers_page_has_the_address_of_a_space(bare: dict[str, str]) -> None:
    shown = callinspect("providers", "signalwire", "-o", "table", env=bare).stdout
    assert b"address: https://NAME.signalwire.com (base_url)\n" in shown


def test_the_list_has_relay_calls_as_well(bare: dict[str, str]) -> None:
    listed = {each["id"] for each in shown("list", "signalwire", env=bare)}
    assert {RELAY, CXML} <= listed
    assert SANDBOX["a deleted voice log; its state is not reported"] not in listed


def test_a_parameter_of_the_compatibility_api_lists_its_calls(bare: dict[str, str]) -> None:
    dialed = SANDBOX["outgoing leg that another call made, answered"]
    found = shown("list", "signalwire", "--param", f"ParentCallSid={CXML}", env=bare)
    assert [(each["id"], each["cause"]["sip"]) for each in found] == [(dialed, 200)]


def test_the_list_is_read_to_its_last_page(bare: dict[str, str]) -> None:
    for few, many in (("page_size=2", "page_size=1000"), ("PageSize=2", "PageSize=1000")):
        pages = [shown("list", "signalwire", "--param", each, env=bare) for each in (few, many)]
        assert len(pages[0]) > 2
        assert [each["id"] for each in pages[0]] == [each["id"] for each in pages[1]]


def test_deleted_logs_are_listed_when_they_are_asked_for(bare: dict[str, str]) -> None:
    listed = shown("list", "signalwire", "--param", "include_deleted=true", env=bare)
    assert SANDBOX["a deleted voice log; its state is not reported"] in {each["id"] for each in listed}


@pytest.mark.parametrize("call_id", [RELAY, CXML])
def test_both_records_have_the_leg_that_the_call_made(call_id: str, bare: dict[str, str]) -> None:
    [call] = shown("get", "signalwire", call_id, "--with", "all", env=bare)
    [leg] = call["related"]["legs"]
    assert (leg["relation"], leg["call"]["parent_id"], call["warnings"]) == ("child", call_id, [])


def test_a_day_with_too_many_logs_is_not_searched_to_its_end() -> None:
    account = Account(base_url="https://example.signalwire.com/api", values={"project_id": PROJECT})
    day = {"data": [{"id": str(each), "parent_id": "a"} for each in range(1001)], "links": {}}
    flow = providers.get("signalwire").extras["legs"].fetch(account, Document({"id": "a"}, "a"))
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(Response(200, {}, json.dumps(day).encode()))
    assert len(end.value.value.found) == 1001
    assert end.value.value.notes == ("only 1001 voice logs of that day were searched for legs",)


def test_no_address_of_a_recordings_audio_is_made(bare: dict[str, str]) -> None:
    [call] = shown("get", "signalwire", CXML, "--with", "recordings", env=bare)
    [recording] = call["related"]["recordings"]
    assert (recording["url"], call["recording"]["url"]) == (None, None)


@pytest.mark.parametrize(
    ("charge", "amount"), [(0.00928, "0.00928"), (0.00000928, "0.00000928"), (1, "1"), ("0.5", "0.5")]
)
def test_a_charge_is_a_decimal_text(charge: Any, amount: str) -> None:
    log = {"id": "1", "status": "completed", "charge": charge}
    cost = providers.get("signalwire").normalize(Document(log)).cost
    assert cost
    assert (cost.amount, cost.currency) == (amount, "USD")


@pytest.mark.parametrize(
    ("status", "direction", "state"),
    [
        ("created", "inbound", "ringing"),
        ("created", "outbound-dial", "dialing"),
        ("created", None, "dialing"),
        ("initiated", "inbound", "ringing"),
        ("initiated", "outbound-api", "dialing"),
        ("ringing", "outbound", "ringing"),
        ("in-progress", "inbound", "active"),
    ],
)
def test_a_call_that_is_set_up_rings_or_is_dialed(status: str, direction: str | None, state: str) -> None:
    log = {"id": "1", "status": status, "direction": direction}
    assert providers.get("signalwire").normalize(Document(log)).state == state
