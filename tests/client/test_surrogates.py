"""Half a surrogate pair in what a vendor sends: JSON can spell it, UTF-8 and strict readers cannot."""

import json
import re
from pathlib import Path

import pytest
from kit.program import callinspect, env_of, environment
from kit.servers import Server, answer

Env = dict[str, str]


HALVES = r"""{"call": {"id": "1\ud83d", "callUuid": "\uDE00x", "ani": "\ud83d", "dnis": "2", "uri": "http://h/\udfff",
"participants": [{"name": "Anna \ud83d", "digits": "\ud83d"}],
"userData": {"a\ud800": 1, "a\ud801": 2, "whole": "\ud83d\ude00"},
"capabilities": ["Hold\ud83d"], "new": [{"deep": "\udfff"}]}}"""


@pytest.mark.parametrize("form", [("-o", "json"), ("-o", "jsonl"), ("-o", "csv"), ("-o", "table"), ("-f", "vendor")])
def test_half_a_surrogate_pair_is_replaced_in_every_form(form: tuple[str, ...], bare: Env) -> None:
    done = callinspect("get", "genesys", "--from-file", "-", *form, env=bare, stdin=HALVES)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert "\ufffd" in text
    assert not re.search(r"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u....)\\u[dD][c-fC-F]", text)


def test_half_a_surrogate_pair_is_named_in_the_warnings(bare: Env) -> None:
    done = callinspect("get", "genesys", "--from-file", "-", env=bare, stdin=HALVES)
    record = json.loads(done.stdout)
    assert (record["id"], record["session_id"], record["from"]["number"]) == ("1\ufffd", "\ufffdx", "\ufffd")
    assert record["metadata"] == {"a\ufffd": 1, "a\ufffd\ufffd": 2, "whole": "😀"}
    said = [each.removesuffix(" contains half a character, shown as U+FFFD") for each in record["warnings"]]
    assert said[:4] == ["call.id", "call.callUuid", "call.ani", "call.uri"]
    assert said[4:] == [
        *("call.participants[0].name", "call.participants[0].digits", "the name “call.userData.a\ufffd”"),
        *("call.capabilities[0]", "call.new[0].deep"),
    ]
    raw = callinspect("get", "genesys", "--from-file", "-", "--raw", env=bare, stdin=HALVES)
    assert raw.stdout == HALVES.encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, r'{"type": "validation", "description": "Call \ud83d not found", "id": "\udfff"}'),
        (400, r'{"type": "validation", "description": "\ude00\ud83d", "id": null}'),
        (200, r'{"callId": "x\ud83d"}'),
        (200, r'[{"callId": "x\ud83d"}, {"callId": "\udfff"}]'),
    ],
)
def test_an_error_in_json_has_no_half_characters(status: int, body: str, tmp_path: Path) -> None:
    with Server(answer(status, body)) as server:
        done = callinspect(
            *("get", "bandwidth", "c-1", "--error-format", "json"), env=env_of(tmp_path, server.url), stdin=""
        )
    assert done.returncode
    text = done.stderr.decode("utf-8")
    assert json.loads(text)["error"]["call_id"] == "c-1"
    json.loads(text)["error"]["message"].encode("utf-8")
    assert not re.search(r"\\u[dD][89a-fA-F]", text)


@pytest.mark.parametrize("form", [(), ("--include", "raw"), ("-o", "jsonl", "--include", "raw"), ("-o", "csv")])
def test_half_a_character_stops_no_strict_reader(form: tuple[str, ...], tmp_path: Path) -> None:
    call = '{"callId": "c-1", "from": "sip:a\\ud83d@b", "tag\\uDC00": ["\\ud83d\\ude00", "\\ude00\\ud83d"]}'
    with Server(answer(200, call)) as server:
        done = callinspect("get", "bandwidth", "c-1", *form, env=env_of(tmp_path, server.url))
    assert done.returncode == 0
    text = re.sub(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..", "", done.stdout.decode("utf-8"))
    assert not re.search(r"\\u[dD][89a-fA-F]", text)
    assert "�" in text


def test_an_id_with_half_a_character_stops_no_reader_of_errors(tmp_path: Path) -> None:
    uris = r'{"statusCode": 0, "uris": ["http://h/api/v2/me/calls/x\ud83d", "http://h/api/v2/me/calls/\udfff"]}'
    with Server(answer(200, uris)) as server:
        env = environment(
            tmp_path,
            CALLINSPECT_GENESYS_BASE_URL=server.url,
            CALLINSPECT_GENESYS_USERNAME="agent",
            CALLINSPECT_GENESYS_PASSWORD="canary",
        )
        done = callinspect("list", "genesys", "--error-format", "json", env=env)
    errors = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert [each["call_id"] for each in errors[:2]] == ["x\ufffd", "\ufffd"]
    assert not re.search(r"\\u[dD][89a-fA-F]", done.stderr.decode())
