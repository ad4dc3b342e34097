"""What is Twilio's alone."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from kit import cases
from kit.program import callinspect, failure
from kit.sandbox_requests import described
from kit.servers import Server, answer

from callinspect import providers
from callinspect.provider import Account, Document, Response

if TYPE_CHECKING:
    from kit.program import Env

OF = cases.account("twilio")
ID = OF["id"]


def variables(base_url: str, **more: str) -> dict[str, str]:
    return {
        "TWILIO_ACCOUNT_SID": OF["fields"]["account_sid"],
        "TWILIO_API_KEY": OF["fields"]["api_key"],
        "TWILIO_API_SECRET": "canary",
        "CALLINSPECT_TWILIO_BASE_URL": base_url,
        **more,
    }


@pytest.mark.parametrize("sid", [OF["fields"]["api_key"], "AC1", "AC../../2010-04-01/Accounts/AC123456789012"])
def test_a_malformed_account_sid_is_refused_unsent(sid: str, bare: Env) -> None:
    """Such as the SID of an API key, which some programs take in its place."""
    with Server(answer(200, "{}")) as server:
        done = callinspect("get", "twilio", ID, env=bare | variables(server.url, TWILIO_ACCOUNT_SID=sid))
        assert not server.requests
    said = failure(done, 10)
    assert "account_sid must be AC and 32 hexadecimal digits" in said
    assert "it belongs into api_key" in said


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        *(("RE", "a recording's ID"), ("AC", "an account's ID"), ("NO", "a notification's ID")),
        *(
            ("CF", "a conference's ID"),
            ("PN", "a number's ID"),
            ("SK", "a key's ID"),
            ("GP", "a group's ID"),
            ("ZZ", "an ID of another kind"),
        ),
    ],
)
def test_an_id_of_another_kind_says_so_and_is_not_sent(prefix: str, kind: str, bare: Env) -> None:
    with Server(answer(200, "{}")) as server:
        done = callinspect("get", "twilio", f"{prefix}{ID[2:]}", env=bare | variables(server.url))
        assert not server.requests
    assert f"{kind} in twilio, not a call ID" in failure(done, 2)
    identified = json.loads(callinspect("identify", f"{prefix}{ID[2:]}", env=bare).stdout)
    [found] = identified["candidates"]
    assert (found["provider"], found["certainty"], found["kind"] == "call") == ("twilio", "certain", False)


def test_the_two_ways_to_log_in_have_titles_of_their_own() -> None:
    titles = [scheme.title for scheme in providers.get("twilio").schemes]
    assert titles == ["API key and secret", "account SID and auth token"]


def test_a_failed_call_s_notifications_are_read_unasked(env: Env) -> None:
    """Only they say why."""
    failed = described("twilio", "the number is invalid (13224)")
    cause = json.loads(callinspect("get", failed.id, env=env).stdout)["cause"]
    assert (cause["code"], cause["message"]) == ("failed", "error 13224: The number cannot be called")
    assert cause["explanation"] == "The number is invalid, or Twilio cannot reach it"
    without = json.loads(callinspect("get", failed.id, "--without", "notifications", env=env).stdout)["cause"]
    assert (without["message"], "--with notifications" in without["next"]) == (None, True)


def test_a_rate_limit_without_a_wait_is_waited_out(env: Env) -> None:
    limited = described("twilio", "rate limited for 2 s twice")
    done = callinspect("get", limited.id, env=env)
    assert (done.returncode, json.loads(done.stdout)["state"]) == (0, "ended")


def test_no_such_call_may_be_in_another_region(env: Env) -> None:
    done = callinspect("get", "twilio", ID, env=env)
    assert "region (base_url)" in failure(done, 3)


@pytest.mark.parametrize(("word", "kind"), [("no-answer", "state"), ("13227", "notification"), ("20005", "error")])
def test_a_word_or_code_of_twilio_is_explained_offline(word: str, kind: str, bare: Env) -> None:
    found = json.loads(callinspect("explain", "twilio", word, env=bare).stdout)
    assert (found["word"], found["kind"]) == (word, kind)
    assert found["next"]


def test_a_code_named_after_a_sip_code_leads_to_it(bare: Env) -> None:
    codes = {"31404": 404, "31480": 480, "31486": 486, "31487": 487, "31603": 603}
    found = {code: json.loads(callinspect("explain", "twilio", code, env=bare).stdout) for code in codes}
    assert {code: each["sip"] for code, each in found.items()} == codes


def test_only_explain_says_that_a_voicemail_counts_as_an_answer(bare: Env, env: Env) -> None:
    explained = next(
        each
        for line in callinspect("explain", "twilio", "completed", "-o", "jsonl", env=bare).stdout.splitlines()
        if (each := json.loads(line))["kind"] == "state"
    )
    assert "voicemail" in explained["explanation"]
    answered = described("twilio", "a person answered")
    assert "voicemail" not in json.loads(callinspect("get", answered.id, env=env).stdout)["cause"]["explanation"]


def test_the_nearest_word_is_quoted(bare: Env) -> None:
    assert "the nearest entry is “both”" in failure(callinspect("explain", "twilio", "robot", env=bare), 2)


@pytest.mark.parametrize("parent", [None, "CA" + "2" * 32, 7])
def test_a_listed_call_of_another_parent_is_no_leg(parent: object) -> None:
    provider = providers.get("twilio")
    own, account = "CA" + "1" * 32, Account(base_url="https://api.example.com", values={"account_sid": "AC" + "0" * 32})
    listed = [{"sid": "CA" + "3" * 32, "parent_call_sid": own}, {"sid": "CA" + "4" * 32, "parent_call_sid": parent}]
    flow = provider.extras["legs"].fetch(account, Document({"sid": own}, own))
    next(flow)
    with pytest.raises(StopIteration) as ended:
        flow.send(Response(200, {}, json.dumps({"calls": listed, "next_page_uri": None}).encode()))
    found, (note,) = ended.value.value
    assert [each["call"]["sid"] for each in found] == ["CA" + "3" * 32]
    assert note == "the vendor also listed calls that others made, which were left out"


def test_an_error_in_xml_is_read_from_its_beginning() -> None:
    """What follows, up to the limit of a body, is not looked through: a hundred times as much memory would be taken."""
    body = b"<TwilioResponse><RestException><Code>20404</Code><Message>m</Message>" + b"<Code>1</Code>" * 700_000
    tracemalloc.start()
    refusal = providers.get("twilio").refusal(Response(404, {"twilio-request-id": "RQ1"}, body))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refusal
    assert refusal.message == "m"
    assert most < 2 * 1024 * 1024
