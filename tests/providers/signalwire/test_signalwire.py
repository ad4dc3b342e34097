"""What is SignalWire's alone."""

import json
from typing import Any

import pytest
from kit.program import callinspect
from kit.servers import Server, answer

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


@pytest.mark.parametrize(
    ("sip", "duration", "explanation", "next_"),
    [
        ("503", 0, "The carrier could not place the call", "ask SignalWire, with the call's ID"),
        (500, 0, "The carrier could not place the call", "ask SignalWire, with the call's ID"),
        (
            None,
            0,
            "SignalWire itself did not place the call, probably because of a limit",
            "Check the project's limits",
        ),
        ("404", 0, "because the number does not exist", "Check the number"),
        (None, 3, "because the number does not exist", "Check the number"),
        ("soon", 0, "because the number does not exist", "Check the number"),
    ],
)
def test_a_failure_is_told_by_its_facts(sip: Any, duration: int, explanation: str, next_: str) -> None:
    sent = {"sid": "1", "status": "failed", "sip_result_code": sip, "duration": duration}
    cause = providers.get("signalwire").normalize(Document(sent)).cause
    assert cause
    assert cause.code == "failed"
    assert explanation in (cause.explanation or "")
    assert next_ in (cause.next or "")
    assert cause.sip == (int(sip) if str(sip).isdecimal() else None)


@pytest.mark.parametrize("sip", [None, "503"])
def test_only_a_failure_is_the_carriers_or_the_platforms(sip: str | None) -> None:
    sent = {"sid": "1", "status": "busy", "sip_result_code": sip, "duration": 0}
    cause = providers.get("signalwire").normalize(Document(sent)).cause
    assert cause
    assert cause.title == "Busy"


def test_a_log_without_a_sip_code_says_no_more_of_a_failure() -> None:
    cause = providers.get("signalwire").normalize(Document({"id": "1", "status": "failed", "duration_ms": 0})).cause
    assert cause
    assert "because the number does not exist" in (cause.explanation or "")


OPEN = [
    "https://example.signalwire.com/api/laml/2010-04-01/Accounts/1/Recordings/CANARY",
    "https://example.signalwire.com/api/laml/2010-04-01/Accounts/1/Recordings/CANARY.mp3",
    "/api/laml/2010-04-01/Accounts/1/Recordings/CANARY.wav",
    "/api/laml/2010-04-01/Accounts/1/recordings/CANARY/",
    "the file is at https://example.signalwire.com/api/laml/2010-04-01/Accounts/1/Recordings/CANARY.mp3, for a day",
    '{"url": "https:\\\\/\\\\/example.signalwire.com\\\\/api\\\\/laml\\\\/Recordings\\\\/CANARY.mp3"}',
    "https://bucket.example.com/a.mp3?X-Amz-Signature=CANARY",
]
"""Addresses that are open to anyone who knows them."""


@pytest.mark.parametrize("address", OPEN)
@pytest.mark.parametrize("name", ["uri", "annotation", "group_sid", "from", "status", "subresource_uris"])
def test_no_open_address_is_in_a_record(address: str, name: str) -> None:
    for sent in ({"sid": "1"}, {"id": "1"}):
        for value in (address, {"recordings": address}, [address]):
            assert "CANARY" not in repr(providers.get("signalwire").normalize(Document({**sent, name: value})))
            assert "CANARY" not in repr(providers.get("signalwire").withheld({**sent, name: value}))


@pytest.mark.parametrize("name", ["recording_url", "media_url", "RecordingUrl", "media_uri"])
def test_what_leads_to_audio_by_its_name_is_withheld(name: str) -> None:
    call = providers.get("signalwire").normalize(Document({"sid": "1", name: "https://files.example.com/CANARY.mp3"}))
    assert call.vendor == {name: "[secret]"}


def extra(name: str, call: dict[str, Any], answer: Any) -> Any:
    """Return what an extra's flow returns for one answer."""
    account = Account(base_url="https://example.signalwire.com/api", values={"project_id": PROJECT})
    flow = providers.get("signalwire").extras[name].fetch(account, Document(call, "a"))
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(Response(200, {}, json.dumps(answer).encode()))
    return end.value.value


@pytest.mark.parametrize("address", OPEN)
def test_no_open_address_is_in_what_is_read_with_a_call(address: str) -> None:
    for call in ({"sid": "a"}, {"id": "a"}):
        assert "CANARY" not in repr(
            extra("events", call, {"data": [{"name": "n", "details": {"recording_url": address}}]})
        )
        assert "CANARY" not in repr(extra("events", call, {"data": [{"name": "n", "details": address}]}))
        assert "CANARY" not in repr(extra("recordings", call, {"recordings": [{"sid": "r", "uri": address}]}))
        assert "CANARY" not in repr(extra("recordings", call, {"recordings": [{"sid": "r", "media_url": address}]}))
    assert "CANARY" not in repr(extra("log", {"sid": "a"}, {"id": "a", "charge_details": [{"description": address}]}))


def test_the_address_of_a_recordings_metadata_is_kept() -> None:
    kept = {
        "sid": "r",
        "uri": "/api/laml/2010-04-01/Accounts/1/Recordings/r.json",
        "subresource_uris": {"transcriptions": "/api/laml/2010-04-01/Accounts/1/Recordings/r/Transcriptions.json"},
    }
    assert extra("recordings", {"sid": "a"}, {"recordings": [kept]}).found == [kept]


@pytest.mark.parametrize("call", [{"sid": "a"}, {"id": "a"}])
@pytest.mark.parametrize(
    ("name", "key", "owner"), [("recordings", "recordings", "call_sid"), ("events", "data", "log_id")]
)
def test_what_is_of_another_call_is_left_out(name: str, key: str, owner: str, call: dict[str, Any]) -> None:
    found = extra(name, call, {key: [{owner: "b"}, {owner: "a"}, {owner: None}]})
    assert found.found == [{owner: "a"}]
    assert found.notes == (f"the vendor also listed {name} of other calls, which were left out",)


def test_a_refused_log_names_the_scope_that_it_needs() -> None:
    refusal = providers.get("signalwire").refusal(Response(401, {}, b'{"error": "Unauthorized"}'))
    assert refusal
    assert "the scope Voice" in str(refusal.hint)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), b"listing SignalWire's voice logs: all calls\n"),
        (("--param", "page_size=50"), b"listing SignalWire's voice logs: all calls\n"),
        (("--param", "PageSize=50"), b"listing SignalWire's compatibility calls, without Relay, SWML and AI\n"),
    ],
)
def test_the_list_that_is_read_is_named_on_standard_error(
    given: tuple[str, ...], said: bytes, bare: dict[str, str]
) -> None:
    done = callinspect("--sandbox", "list", "signalwire", "--limit", "1", *given, env=bare)
    assert said in done.stderr
    assert b"listing" not in done.stdout


@pytest.mark.parametrize(
    ("seen", "outcome"),
    [
        (("ringing", "ending", "ended"), "unknown"),
        (("ending", "ended"), "unknown"),
        (("answered", "ending", "ended"), "answered"),
    ],
)
def test_a_call_that_is_hung_up_was_not_answered_by_that(
    seen: tuple[str, ...], outcome: str, bare: dict[str, str]
) -> None:
    elsewhere = answer(404, '{"code": 20404, "message": "The requested resource was not found", "status": 404}')
    logs = [answer(200, json.dumps({"id": RELAY, "status": each, "direction": "inbound"})) for each in seen]
    with Server(*(each for log in logs for each in (elsewhere, log))) as server:
        given = {"BASE_URL": server.url, "PROJECT_ID": PROJECT, "API_TOKEN": "PTcanary"}
        env = bare | {f"CALLINSPECT_SIGNALWIRE_{name}": value for name, value in given.items()}
        done = callinspect("wait", "signalwire", RELAY, "--interval", "0.1", env=env)
    assert json.loads(done.stdout)["outcome"] == outcome
