"""The sandbox's Asterisk, over its real port."""

import json
from urllib.parse import quote

import pytest
from kit.clocks import Clock
from kit.program import callinspect
from kit.sandbox_requests import WRONG, Answer, basic, call, described, send, until, words

from callinspect.model import State
from callinspect.sandbox import Sandbox, account

Env = dict[str, str]
ACCOUNT = account("asterisk")
BASE = "/asterisk/pbx/ari"
AUTHORIZATION = basic(ACCOUNT["username"], ACCOUNT["password"])


def ask(running: Sandbox, path: str) -> Answer:
    return send(running, BASE + path, AUTHORIZATION)


def test_every_state_of_a_channel_is_there(sandbox: Sandbox) -> None:
    assert words(sandbox, "asterisk", "state") >= {
        *("Down", "Rsrvd", "Rsrved", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy", "Dialing Offhook"),
        *("Pre-ring", "Mute", "Unknown", "Unknown (11)"),
    }


def test_a_channel_is_gone_when_it_ends() -> None:
    life: list[int | str] = ["Ring", "Up", 404]
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        assert until(running, clock, described("asterisk", "a caller: rings"), life) == life


@pytest.mark.parametrize("authorization", WRONG)
def test_wrong_credentials_get_asterisk_s_refusal(sandbox: Sandbox, authorization: str | None) -> None:
    answer = send(sandbox, f"{BASE}/channels", authorization)
    assert (answer.status, answer.json) == (401, {"message": "Authentication required"})
    assert "Asterisk REST Interface" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/channels/nonsense", 404, "Channel not found"),
        ("/channels/create", 405, "Invalid method"),
        ("/channels/externalMedia", 405, "Invalid method"),
        ("/sounds/nonsense", 404, "Resource not found"),
        ("/channels/{id}/variable", 400, "Variable name is required"),
        ("/channels/{id}/variable?variable=DIALSTATUS", 404, "Provided variable was not found"),
        ("/channels/{id}/variable?variable=CDR%28start%2Cu%29", 500, "Unable to read provided function"),
        (
            "/channels/{id}/variables?variables=HANGUPCAUSE%2CCDR%28start%2Cu%29",
            500,
            "Unable to read provided function",
        ),
        ("/channels/nonsense/variable?variable=A", 404, "Provided channel was not found"),
        ("/channels/nonsense/variables?variables=A", 404, "Channel not found"),
    ],
)
def test_what_is_refused_is_refused_in_asterisk_s_words(sandbox: Sandbox, path: str, status: int, said: str) -> None:
    call_id = described("asterisk", "functions that its server does not have").id
    answer = ask(sandbox, path.replace("{id}", quote(call_id)).replace("HANGUPCAUSE", "CHANNEL%28onhold%29"))
    assert (answer.status, answer.json) == (status, {"message": said})


def test_the_web_server_answers_what_is_not_ari_s(sandbox: Sandbox) -> None:
    answer = send(sandbox, "/asterisk/nonsense", AUTHORIZATION)
    assert (answer.status, answer.body[:1]) == (404, b"<")


def test_a_caller_on_hold_is_held(sandbox: Sandbox) -> None:
    found = call(sandbox, described("asterisk", "waiting on hold"))
    assert (found.state, found.durations.ring) == (State.HELD, 5)


def test_a_second_cdr_does_not_say_when_it_was_answered(sandbox: Sandbox) -> None:
    assert call(sandbox, described("asterisk", "a caller's leg, answered")).answered_at
    assert call(sandbox, described("asterisk", "its second CDR")).answered_at is None


def test_variables_that_fail_together_are_read_one_by_one(sandbox: Sandbox) -> None:
    variables = call(sandbox, described("asterisk", "one by one")).vendor["variables"]
    assert len(variables) == 10
    assert (variables["CDR(start,u)"], variables["CHANNEL(onhold)"]) == (None, "0")


def test_the_other_channels_of_the_room_are_legs(env: Env) -> None:
    room = described("asterisk", "in a room").id
    done = callinspect("get", "asterisk", room, "--with", "legs", env=env)
    record = json.loads(done.stdout)
    assert [(each["relation"], each["call"] is None) for each in record["related"]["legs"]] == [
        *(("sibling", False), ("sibling", False), ("sibling", True))
    ]
    assert record["vendor"]["bridge"]["name"] == "Support room"
    assert [each["name"] for each in record["participants"]] == ["Support", "Ben Example"]
    assert record["warnings"] == []


def test_the_list_and_the_variables_name_the_same_session(env: Env) -> None:
    done = callinspect("list", "asterisk", "-q", "-n", "100", env=env)
    sessions = {each["id"]: each["session_id"] for each in map(json.loads, done.stdout.splitlines())}
    asked = [call_id for call_id, session in sessions.items() if session]
    read = callinspect("get", "asterisk", *asked, "--with", "variables", env=env)
    records = [json.loads(line) for line in read.stdout.splitlines()]
    assert len(records) == len(asked) > 10
    for record in records:
        said = record["vendor"]["variables"].get("CHANNEL(linkedid)")
        assert not said or said == sessions[record["id"]], record["id"]
