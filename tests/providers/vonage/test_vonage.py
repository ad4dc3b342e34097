"""What is Vonage's alone: secrets of the customer's, conversations, regions, and tokens that are signed."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest
from kit.private_keys import rsa
from kit.program import callinspect
from kit.sandbox_requests import WRONG, described, send

from callinspect import providers
from callinspect.provider import Account, Document, Filters, Request
from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from pathlib import Path

    from kit.program import Env

VONAGE = providers.get("vonage")
CALLS = "/vonage/v1/calls"
APPLICATION = account("vonage")["application_id"]
READY = f"Bearer {account('vonage')['access_token']}"
CONVERSATION = "CON-5a6db0c5-0001-4000-8000-5a6db0c50001"
UNKNOWN = "7c0d5a4e-1b2f-4c3d-8e9f-0a1b2c3d4e5f"

SECRETS: list[dict[str, Any]] = [
    {"authorization": {"type": "custom", "value": "Bearer CANARY"}},
    {"authorization": {"type": "CANARY", "value": {"a": ["CANARY"]}, "token": "CANARY"}} | {"type": "websocket"},
    {"authorization": "CANARY"},
    {"Authorization": {"type": "custom", "value": "CANARY"}},
    {"Headers": {"X-Key": "CANARY"}},
    {"authorization": ["CANARY"]},
    {"headers": {"X-Key": "CANARY", "deeper": {"type": {"a": "CANARY"}}, "list": [{"b": "CANARY"}]}},
    {"headers": "CANARY"},
    {"uri": "wss://bot.example.com/socket?token=CANARY"},
    {"uri": "wss://name:CANARY@bot.example.com/socket"},
]
"""What an endpoint may have that only the customer's own server must see."""


def sent(endpoint: Any, **more: Any) -> dict[str, Any]:
    return {"uuid": "1", "status": "completed", "to": endpoint, **more}


@pytest.mark.parametrize("secret", SECRETS)
def test_what_the_customers_server_is_sent_is_withheld(secret: dict[str, Any]) -> None:
    endpoint = {"type": "websocket", "content-type": "audio/l16;rate=16000", **secret}
    for body in (sent(endpoint), sent([endpoint]), sent([endpoint, endpoint]), sent(None, custom={"deeper": endpoint})):
        call = VONAGE.normalize(Document(body))
        assert "CANARY" not in repr(call)
        assert "audio/l16" in repr(call)
        assert "CANARY" not in repr(VONAGE.withheld(body))


def test_what_is_no_secret_of_an_endpoint_stays() -> None:
    """Also who is to check the credential, and which headers there are."""
    endpoint = {
        "authorization": {"type": "custom", "value": "x"},
        "headers": {"X-Key": "x", "X-Number": 7, "X-No": None},
    }
    call = VONAGE.normalize(Document(sent({"type": "websocket", **endpoint})))
    assert call.vendor["to"] == {
        "authorization": {"type": "custom", "value": "[secret]"},
        "headers": {"X-Key": "[secret]", "X-Number": "[secret]", "X-No": None},
    }


def test_only_raw_shows_what_the_customers_server_is_sent(env: Env) -> None:
    call_id = described("vonage", "WebSocket with credentials").id
    for words in (("get", call_id), ("get", call_id, "--with", "all"), ("list", "--since", "all", "--limit", "50")):
        for form in (("-o", "json"), ("-o", "vcon"), ("--include", "raw"), ("--include", "raw", "-o", "table")):
            done = callinspect(words[0], "vonage", *words[1:], *form, env=env)
            assert (done.returncode, b"bot.example.com" in done.stdout) == (0, True)
            assert b"of-the-customer" not in done.stdout + done.stderr
    assert b"of-the-customer" in callinspect("get", "vonage", call_id, "--raw", env=env).stdout


def test_a_legs_secrets_are_withheld_as_well() -> None:
    leg = sent({"authorization": {"value": "CANARY"}}, conversation_uuid="CON-1") | {"uuid": "2"}
    read = VONAGE.extras["legs"].read
    assert read
    found = read([{"relation": "sibling", "id": None, "call": leg}], VONAGE.normalize(Document(sent(None))), [])
    assert [each.id for each in found] == ["2"]
    assert "CANARY" not in repr(found)


# --- Conversations and regions ----------------------------------------------------------------------------------------


def test_a_conversation_is_refused_with_what_lists_its_legs(env: Env) -> None:
    done = callinspect("get", "vonage", CONVERSATION, "--error-format", "json", env=env)
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, error["message"]) == (2, "this is a conversation's ID, not a call ID")
    listed = callinspect(*error["hint"].removeprefix("callinspect ").split(), "-f", "session_id", env=env)
    assert listed.stdout.decode().split() == [CONVERSATION] * 2


def test_the_legs_of_a_conversation_are_on_the_ladder(env: Env) -> None:
    """And a leg that has its conversation to itself has no other."""
    inbound, colleague, alone = (described("vonage", each).id for each in ("two legs", "second leg", "outbound, busy"))
    for one, others in ((inbound, [colleague]), (colleague, [inbound]), (alone, [])):
        found = json.loads(callinspect("get", "vonage", one, "--with", "legs", env=env).stdout)
        assert [(each["relation"], each["id"]) for each in found["related"]["legs"]] == [
            ("sibling", each) for each in others
        ]


@pytest.mark.parametrize("outcome", ["busy", "rejected"])
def test_an_incoming_call_can_have_been_refused(outcome: str, env: Env) -> None:
    done = callinspect(
        "get", "vonage", described("vonage", f"inbound, {outcome}").id, "-f", "direction,outcome", env=env
    )
    assert done.stdout.decode().split() == ["inbound", outcome]


def test_no_such_call_may_be_in_another_region(env: Env) -> None:
    done = callinspect("get", "vonage", UNKNOWN, env=env)
    assert done.returncode == 3
    hosts = ("api-us", "api-eu", "api-ap", "api-us-3", "api-us-4", "api-eu-3", "api-eu-4", "api-ap-3", "api-ap-4")
    assert f"--set base_url={hosts[0]} (or {', '.join(hosts[1:])})" in done.stderr.decode()


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("api-eu", "api-eu.vonage.com/v1"),
        ("api-ap-4", "api-ap-4.vonage.com/v1"),
        ("api-us-3.vonage.com", "api-us-3.vonage.com/v1"),
        ("https://api-us-3.vonage.com", "api-us-3.vonage.com/v1"),
        ("https://api-us-3.vonage.com/v1/", "api-us-3.vonage.com/v1"),
        ("https://api-us-3.vonage.com/v1/calls", "api-us-3.vonage.com/v1"),
        ("https://api-eu-1.nexmo.com/v1", "api-eu-1.nexmo.com/v1"),
    ],
)
def test_a_region_is_named_in_any_form(given: str, asked: str, bare: Env) -> None:
    words = ("-v", "get", "vonage", UNKNOWN, "--set", f"base_url={given}", "--timeout", "1")
    refused = {"HTTPS_PROXY": "http://127.0.0.1:1", "VONAGE_JWT": "a.ready.one"}
    assert f"GET https://{asked}/calls/{UNKNOWN} " in callinspect(*words, env=bare | refused).stderr.decode()


@pytest.mark.parametrize("given", ["status=human", "status=nothing", "order=newest", "order="])
def test_a_parameter_that_is_refused_is_not_sent(given: str, bare: Env) -> None:
    own = {"VONAGE_JWT": "a.ready.one", "HTTPS_PROXY": "http://127.0.0.1:1"}
    done = callinspect("list", "vonage", "--param", given, env=bare | own)
    assert (done.returncode, b"cannot be" in done.stderr) == (2, True)


# --- Tokens -----------------------------------------------------------------------------------------------------------


def token(header: Any = None, **changed: Any) -> str:
    """Return a token of the sandbox's application, made now, except for what is changed; nobody signed it."""
    now = int(time.time())
    claims = {"application_id": APPLICATION, "iat": now, "jti": "a", "exp": now + 900} | changed
    parts = (
        header or {"alg": "RS256", "typ": "JWT"},
        {name: each for name, each in claims.items() if each is not None},
    )
    return ".".join(urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in (*parts, "signature"))


NOW = int(time.time())


@pytest.mark.parametrize(
    ("made", "accepted"),
    [
        ({}, True),
        ({"exp": None}, True),
        ({"exp": None, "iat": NOW - 1000}, False),
        ({"exp": NOW - 1}, False),
        ({"iat": NOW - 70_000, "exp": NOW + 9000}, True),
        ({"iat": NOW - 90_000, "exp": NOW + 900}, False),
        ({"iat": NOW + 30_000, "exp": NOW + 40_000}, False),
        ({"iat": None}, False),
        ({"jti": None}, False),
        ({"application_id": UNKNOWN}, False),
        ({"header": {"alg": "HS256", "typ": "JWT"}}, False),
        ({"header": {"alg": "none"}}, False),
        ({"header": ["RS256"]}, False),
    ],
)
def test_the_sandbox_takes_tokens_that_are_valid_now(made: dict[str, Any], accepted: bool, sandbox: Sandbox) -> None:
    answer = send(sandbox, CALLS, f"Bearer {token(**made)}")
    assert answer.status == (200 if accepted else 401)
    assert accepted or answer.json["type"].endswith("#unauthorized")


@pytest.mark.parametrize("authorization", [*WRONG, "Bearer a.b.c", "Bearer bnVsbA.bnVsbA.a", "Bearer ....", "Bearer é"])
def test_the_sandbox_takes_nothing_else(authorization: str | None, sandbox: Sandbox) -> None:
    answer = send(sandbox, CALLS, authorization)
    assert (answer.status, answer.json["title"]) == (401, "Unauthorized")


@pytest.mark.parametrize("variable", ["VONAGE_PRIVATE_KEY", "VONAGE_APPLICATION_PRIVATE_KEY_PATH"])
def test_a_call_is_read_with_a_key_of_ones_own(variable: str, sandbox: Sandbox, bare: Env, tmp_path: Path) -> None:
    """The key's text, with line ends or not, or the file that holds it."""
    file = tmp_path / "private.key"
    file.write_text(rsa(), encoding="ascii")
    file.chmod(0o600)
    own = {"VONAGE_APPLICATION_ID": APPLICATION, "CALLINSPECT_VONAGE_BASE_URL": f"{sandbox.url}/vonage/v1"}
    for value in (str(file),) if variable.endswith("_PATH") else (rsa(), rsa().replace("\n", "\\n"), str(file)):
        done = callinspect("get", "vonage", calls("vonage")[0].id, env=bare | own | {variable: value})
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["outcome"] == "answered"


def test_an_application_that_is_no_uuid_is_not_signed_for(bare: Env) -> None:
    own = {"VONAGE_APPLICATION_ID": "abc", "VONAGE_PRIVATE_KEY": rsa(), "HTTPS_PROXY": "http://127.0.0.1:1"}
    done = callinspect("get", "vonage", UNKNOWN, env=bare | own)
    assert (done.returncode, b"a UUID" in done.stderr) == (10, True)


def test_a_ready_made_token_is_taken_before_a_key(sandbox: Sandbox, bare: Env) -> None:
    """Who sets one for a run means that one: the key, which is none, is not read."""
    own = {
        "VONAGE_JWT": READY.removeprefix("Bearer "),
        "VONAGE_APPLICATION_ID": APPLICATION,
        "VONAGE_PRIVATE_KEY": "/nowhere/private.key",
        "CALLINSPECT_VONAGE_BASE_URL": f"{sandbox.url}/vonage/v1",
    }
    assert callinspect("get", "vonage", calls("vonage")[0].id, env=bare | own).returncode == 0


# --- The sandbox's list -----------------------------------------------------------------------------------------------


def test_the_list_is_read_page_by_page(sandbox: Sandbox) -> None:
    """The vendor's own default is ten calls, the oldest first, and a page names the next one by its path."""
    page = send(sandbox, CALLS, READY).json
    assert (page["page_size"], len(page["_embedded"]["calls"])) == (10, 10)
    assert page["_links"]["next"]["href"].startswith("/v1/calls?")
    listing = VONAGE.listing
    assert listing
    ids: list[str] = []
    of = Account(base_url=f"{sandbox.url}/vonage/v1", values={})
    request: Request | None = listing.first(of, Filters(limit=7))
    while request is not None:
        answer = send(sandbox, request, READY)
        ids += [each["uuid"] for each in answer.json["_embedded"]["calls"]]
        request = listing.following(of, answer.response, request)
    assert len(ids) == len({*ids}) == page["count"] > 20


@pytest.mark.parametrize("query", ["page_size=101", "page_size=x", "record_index=-1"])
def test_an_invalid_parameter_is_named(query: str, sandbox: Sandbox) -> None:
    answer = send(sandbox, f"{CALLS}?{query}", READY)
    assert (answer.status, answer.json["type"]) == (400, 400)
    assert [each["name"] for each in answer.json["invalid_parameters"]] == [query.partition("=")[0]]
