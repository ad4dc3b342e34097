"""What is Asterisk's alone, through its provider and the command."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
from kit.case_playback import account
from kit.program import callinspect, error

from callinspect import providers
from callinspect.model import Outcome, State
from callinspect.provider import Document

Env = dict[str, str]
ASTERISK = providers.get("asterisk")
HOSTILE = "\x1b[31m[/red]\u202eEve\u2066\x9b2J"


def destroyed(cause: int, tech_cause: int | None = None, **channel: Any) -> dict[str, Any]:
    """Return the event of a channel's end."""
    sip = {} if tech_cause is None else {"tech_cause": tech_cause}
    known = {"id": "1764147200.18", "state": "Ringing"} | channel
    ended = "2025-11-26T08:54:20.949+0000"
    return {"type": "ChannelDestroyed", "timestamp": ended, "cause": cause, **sip, "channel": known}


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_name_cannot_control_the_terminal(form: str, bare: Env) -> None:
    """Names come from the caller: control characters escaped in the JSON, marks of direction as they are."""
    event = destroyed(17, caller={"name": HOSTILE, "number": HOSTILE}, connected={"name": HOSTILE, "number": ""})
    done = callinspect("get", "asterisk", "--from-file", "-", "-o", form, env=bare, stdin=json.dumps(event))
    written = done.stdout.decode()
    assert done.returncode == 0
    assert "Eve" in written
    assert not {"\x1b", "\u202e", "\u2066", "\x9b"} & set(written)


def test_a_saved_event_is_read_without_an_account(bare: Env) -> None:
    event = json.dumps(destroyed(21, 603))
    done = callinspect("get", "asterisk", "--from-file", "-", env=bare, stdin=event)
    call = json.loads(done.stdout)
    assert (call["state"], call["outcome"], call["cause"]["sip"]) == ("ended", "rejected", 603)
    assert done.returncode == 0


@pytest.mark.parametrize("cause", range(1, 128))
def test_a_ringing_leg_that_ended_was_not_answered(cause: int) -> None:
    call = ASTERISK.normalize(Document(destroyed(cause)))
    assert call.state is State.ENDED
    assert call.outcome not in {None, Outcome.ANSWERED, Outcome.UNKNOWN}
    assert call.cause
    assert (call.cause.code, call.cause.q850) == (str(cause), cause)
    assert call.cause.title
    assert (call.cause.title == "Undocumented cause") == bool(call.warnings)


@pytest.mark.parametrize("cause", [0, 16, 17, 34, 127])
def test_a_leg_that_was_up_was_answered_whatever_ended_it(cause: int) -> None:
    call = ASTERISK.normalize(Document(destroyed(cause, 500, state="Up")))
    assert (call.outcome, call.was_answered) == (Outcome.ANSWERED, True)


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        ("http://127.0.0.1:8088", "http://127.0.0.1:8088/ari"),
        ("https://pbx.example.com/asterisk", "https://pbx.example.com/asterisk/ari"),
        ("https://pbx.example.com/asterisk/ari", "https://pbx.example.com/asterisk/ari"),
        ("https://pbx.example.com/safari", "https://pbx.example.com/safari/ari"),
    ],
)
@pytest.mark.parametrize("call_id", ["1764147200.18", "desk 7/a+b;c?d#e%2F", "é/" * 49 + "+1", "PJSIP/trunk-00000007"])
def test_an_id_is_sent_whole_below_ari(base_url: str, address: str, call_id: str) -> None:
    request = next(ASTERISK.fetch(account(ASTERISK, {"base_url": base_url}), call_id))
    start, _, last = request.url.rpartition("/")
    assert start == f"{address}/channels"
    assert unquote(last) == call_id
    assert last.isascii()
    assert not {"+", ";", "?", "#", " "} & set(last)


def test_the_name_of_a_channel_is_said_to_be_none_of_its_ids(env: Env) -> None:
    done = callinspect("get", "asterisk", "PJSIP/trunk-00000007", "--error-format", "json", env=env)
    assert "this looks like a channel name in asterisk, not a call ID" in error(done, 3)["hint"]


def test_words_of_the_path_are_refused_as_ids(env: Env) -> None:
    for word in ("create", "externalMedia"):
        done = callinspect("get", "asterisk", word, "--error-format", "json", env=env)
        assert "not a call ID" in error(done, 2)["message"]


def test_a_server_without_ari_is_not_one_without_the_call(env: Env) -> None:
    """Its web server answers by itself: ARI is off, or the address lacks the prefix."""
    away = {"CALLINSPECT_ASTERISK_BASE_URL": env["CALLINSPECT_ASTERISK_BASE_URL"].removesuffix("/pbx")}
    done = callinspect("get", "asterisk", "1764147200.18", "--error-format", "json", env=env | away)
    said = error(done, 7)
    assert (said["code"], said["http_status"]) == ("vendor_unavailable", 404)
    assert said["hint"].startswith("no ARI at that address: ")
    assert "http.conf" in said["hint"]
