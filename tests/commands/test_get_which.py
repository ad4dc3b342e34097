"""`callinspect get`: which call an answer is about, and a body that was saved."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect, env_of, failure
from kit.sandbox_calls import ANSWERED, BUSY
from kit.servers import Server, answer, body

Env = dict[str, str]


SAME = [
    ("bandwidth", "C-95AC", {"callId": "c-95ac"}),
    ("bandwidth", "17", {"callId": 17}),
    ("catapult", "c-a%2Fb", {"id": "c-a/b"}),
    ("catapult", "c-a/b", {"id": "c-a%2fb"}),
    ("webex", "Y2lzY28", {"id": "Y2lzY28="}),
    ("webex", "Y2lzY28=", {"id": "Y2lzY28"}),
    ("genesys", "02fix", {"call": {"id": "02FIX"}}),
    ("genesys", " “02FIX”,", {"call": {"id": "02FIX"}}),
    ("genesys", "02fix", {"calls": [{"id": "1"}, {"id": "02FIX"}]}),
    ("genesys", "02FIX", {"calls": [{"id": "02fix", "state": "Held"}, {"id": "02FIX", "state": "Ringing"}]}),
]


OTHER = [
    ("bandwidth", "c-1", {"callId": "c-2"}, "c-2"),
    ("bandwidth", "c-1", [{"callId": "c-11"}], "c-11"),
    ("catapult", "c-1", {"id": "c-l"}, "c-l"),
    ("webex", "Y2lzY28", {"id": "Y2lzY29"}, "Y2lzY29"),
    ("genesys", "02FIX0", {"call": {"id": "02FIXO"}}, "02FIXO"),
    ("genesys", "1", {"data": {"call": {"id": "2"}}}, "2"),
]


@pytest.mark.parametrize(("provider", "asked", "body"), SAME)
def test_an_id_in_another_but_equal_form_is_the_same_call(provider: str, asked: str, body: Any, bare: Env) -> None:
    done = callinspect("get", provider, "--from-file", "-", "--", asked, env=bare, stdin=json.dumps(body))
    record = json.loads(done.stdout)
    assert (done.returncode, done.stderr, record["state"] == "held") == (0, b"", False)
    assert not any("asked for" in each for each in record["warnings"])


@pytest.mark.parametrize(("provider", "asked", "body", "came"), OTHER)
def test_an_answer_about_another_call_is_none(provider: str, asked: str, body: Any, came: str, bare: Env) -> None:
    done = callinspect("get", provider, asked, "--from-file", "-", env=bare, stdin=json.dumps(body))
    assert (done.returncode, done.stdout) == (12, b"")
    assert f"{provider} {asked}: the answer is about another call: “{came}”" in done.stderr.decode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_a_saved_body_in_another_encoding_is_told(encoding: str, bare: Env, tmp_path: Path) -> None:
    body = callinspect("--sandbox", "get", *ANSWERED, "--raw", env=bare).stdout
    (tmp_path / "body.json").write_bytes(body.decode().encode(encoding))
    done = callinspect("get", "bandwidth", "--from-file", str(tmp_path / "body.json"), "-f", "id", env=bare)
    if encoding == "utf-8-sig":
        assert (done.returncode, done.stdout.decode()) == (0, f"{ANSWERED[1]}\n")
    else:
        assert failure(done, 12).partition("body.json ")[2].startswith("is UTF-16 text, not UTF-8\n  · save it as")


def test_a_call_of_genesys_may_be_asked_for_by_its_uuid(bare: Env) -> None:
    body = json.dumps({"call": {"id": "0071022ec8ac8056", "callUuid": "00RV9"}})
    done = callinspect("get", "genesys", "00RV9", "--from-file", "-", env=bare, stdin=body)
    assert json.loads(done.stdout)["warnings"] == ["the call that was asked for is “00RV9”"]


def test_a_live_answer_about_another_call_is_none(bare: Env, tmp_path: Path) -> None:
    with Server(answer(200, body("c-2"))) as server:
        done = callinspect("get", "bandwidth", "c-1", "c-2", "-f", "id", env=bare | env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout) == (9, b"c-2\n")
    assert "bandwidth c-1: the answer is about another call: “c-2”" in done.stderr.decode()


def test_several_calls_in_a_file_need_an_id(bare: Env) -> None:
    several = {"statusCode": 0, "calls": [{"id": "A", "state": "Held"}, {"id": "B", "state": "Ringing"}]}
    arguments = ("get", "genesys", "--from-file", "-", "-f", "state")
    for words, sent, code, said in (
        ((), several, 12, "this contains several calls: “A”, “B”"),
        (("B",), several, 0, "ringing"),
        (("C",), several, 12, "about other calls: “A”, “B”"),
        ((), {"statusCode": 0, "user": {"id": "u", "calls": []}}, 3, "without a call"),
    ):
        done = callinspect(arguments[0], arguments[1], *words, *arguments[2:], env=bare, stdin=json.dumps(sent))
        assert (done.returncode, said in (done.stdout + done.stderr).decode()) == (code, True)


def test_a_saved_body_becomes_a_record_without_an_account(env: Env, bare: Env) -> None:
    body = callinspect("get", *BUSY, "--raw", env=env).stdout
    done = callinspect("get", "bandwidth", "--from-file", "-", env=bare, stdin=body)
    record = json.loads(done.stdout)
    assert (record["outcome"], record["retrieved_at"]) == ("busy", None)


def test_a_saved_body_is_of_the_provider_that_the_id_names(env: Env, bare: Env, tmp_path: Path) -> None:
    """Its credentials are not needed, and nobody is asked."""
    (tmp_path / "body").write_bytes(callinspect("get", *BUSY, "--raw", env=env).stdout)
    for word in (BUSY[1], ":".join(BUSY), f"https://portal.example.com/calls/{BUSY[1]}"):
        done = callinspect("get", word, "--from-file", str(tmp_path / "body"), "-f", "provider,id", env=bare)
        assert (done.returncode, done.stderr, done.stdout.decode().split()) == (0, b"", [*BUSY])
    done = callinspect("get", "17", "--from-file", str(tmp_path / "body"), env=bare)
    assert (done.returncode, "“17” is not a call ID of a known form" in done.stderr.decode()) == (2, True)


def test_a_saved_body_that_is_no_call_is_a_bad_response(bare: Env) -> None:
    for saved in ("<html>", "", "[]", "{}"):
        done = callinspect("get", "bandwidth", "--from-file", "-", env=bare, stdin=saved)
        assert (done.returncode, done.stdout) == (12, b"")


@pytest.mark.parametrize(
    ("provider", "saved", "said"),
    [
        ("catapult", [{"id": "c-1"}, {"id": "c-2"}], "this is no call, but a list of calls"),
        (
            "catapult",
            {"category": "not-found", "code": "call-not-found", "message": "No such call"},
            "this is no call, but an error of Bandwidth v1 (Catapult), “No such call”",
        ),
        ("bandwidth", [{"callId": "c-1"}] * 2, "this is no call, but a list of calls"),
        ("bandwidth", {"x": 1}, "answered with a call that has no usable callId"),
        ("bandwidth", [1, 2], "answered with something other than a call"),
    ],
)
def test_a_saved_body_that_is_no_call_is_told_by_what_it_is(provider: str, saved: Any, said: str, bare: Env) -> None:
    done = callinspect("get", provider, "--from-file", "-", env=bare, stdin=json.dumps(saved))
    assert (done.returncode, done.stdout) == (12, b"")
    assert said in done.stderr.decode()
