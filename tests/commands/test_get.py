"""`callinspect get`, as a process, against every call that the sandbox knows."""

import csv
import io
import json
import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from kit.calls import ANSWERED, ATTACHED, BILLED, BUSY, BUSY_EVENTS, EACH, RINGING, known
from kit.playing import VALIDATOR
from kit.program import SCRIPTS, callinspect, env_of, environment, failure
from kit.servers import Answer, Chooser, Server, answer, body, header, reset, silence

from callinspect.sandbox import calls

Env = dict[str, str]


def got(*arguments: str, env: Env) -> Any:
    done = callinspect("get", *arguments, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


@pytest.mark.parametrize("provider", ["webex", "bandwidth", "catapult", "genesys"])
def test_every_call_of_every_vendor_comes_out_as_a_record_of_the_schema(provider: str, env: Env) -> None:
    ids = [call.id for call in known() if call.provider == provider]
    done = callinspect("get", provider, *ids, env=env)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [record["id"] for record in records] == ids
    for record in records:
        VALIDATOR.validate(record)
        assert record["retrieved_at"] is not None


def test_one_call_in_a_pipe_is_one_indented_object(env: Env) -> None:
    done = callinspect("get", *ANSWERED, env=env)
    record = json.loads(done.stdout)
    assert (record["state"], record["outcome"], record["cause"]["code"]) == ("ended", "answered", "hangup")
    assert done.stdout == json.dumps(record, indent=2, ensure_ascii=False).encode() + b"\n"


def test_json_is_the_same_whether_asked_for_or_piped(env: Env) -> None:
    asked, piped = got(*ANSWERED, "-o", "json", env=env), got(*ANSWERED, env=env)
    assert asked | {"retrieved_at": None} == piped | {"retrieved_at": None}


def test_jsonl_is_one_line(env: Env) -> None:
    done = callinspect("get", *ANSWERED, "-o", "jsonl", env=env)
    assert done.stdout.count(b"\n") == 1
    assert json.loads(done.stdout)["id"] == ANSWERED[1]


@pytest.mark.parametrize("call", EACH, ids=lambda call: call[0])
def test_raw_in_a_pipe_is_the_vendors_own_bytes(call: tuple[str, str], env: Env) -> None:
    raw = callinspect("get", *call, "--raw", env=env).stdout
    included = got(*call, "--include", "raw", env=env)
    assert json.loads(raw) == included["raw"]
    assert not raw.endswith(b"\n")
    assert b'": ' not in raw.replace(b'\\": ', b"")


def test_raw_of_several_calls_is_a_line_each(env: Env) -> None:
    done = callinspect("get", "bandwidth", ANSWERED[1], BUSY[1], "--raw", env=env)
    assert [json.loads(line)["callId"] for line in done.stdout.splitlines()] == [ANSWERED[1], BUSY[1]]


def test_raw_as_a_table_is_a_row_a_field_with_its_path(env: Env) -> None:
    text = callinspect("get", *ATTACHED, "--raw", "-o", "table", env=env).stdout.decode()
    assert any(line.split() == ["call.state", "Established"] for line in text.splitlines())


def test_a_field_is_printed_bare(env: Env) -> None:
    done = callinspect(
        "get", *ANSWERED, "-f", "state", "-f", "from.number", "-f", "parent_id", "-f", "cause.sip", env=env
    )
    assert done.stdout == b"ended\t+19195550143\t\t\n"


def test_a_field_that_is_no_text_is_json(env: Env) -> None:
    done = callinspect("get", *ANSWERED, "-f", "durations.talk", "-f", "from.private", "-f", "warnings", env=env)
    assert done.stdout == b"598.516\tfalse\t[]\n"


def test_a_field_can_be_the_vendors_own(env: Env) -> None:
    assert callinspect("get", *ANSWERED, "-f", "vendor.accountId", env=env).stdout == b"5550100\n"


def test_a_field_of_an_element_of_a_list(env: Env) -> None:
    done = callinspect("get", *RINGING, "-f", "redirections.1.reason", env=env)
    assert done.stdout == b"no-answer\n"


@pytest.mark.parametrize(("path", "nearest"), [("stat", "state"), ("from.numbr", "from.number"), ("causes", "cause")])
def test_an_unknown_field_is_a_usage_error_that_names_the_nearest(path: str, nearest: str, bare: Env) -> None:
    done = callinspect("get", *ANSWERED, "-f", path, env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"did you mean {nearest}?" in done.stderr.decode()


def test_a_query_selects_json(env: Env) -> None:
    done = callinspect("get", *ANSWERED, "--query", "{from: from.number, ok: outcome == 'answered'}", env=env)
    assert json.loads(done.stdout) == {"from": "+19195550143", "ok": True}


def test_a_query_over_raw_sees_the_vendors_document(env: Env) -> None:
    assert got(*ANSWERED, "--raw", "--query", "accountId", env=env) == "5550100"


@pytest.mark.parametrize("query", ["from.[", "nothing(@)", "abs('x')"])
def test_a_query_that_cannot_be_meant_is_a_usage_error(query: str, env: Env) -> None:
    done = callinspect("get", *ANSWERED, "--query", query, env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    "options",
    [
        ("-f", "state", "--raw"),
        ("-f", "state", "-o", "json"),
        ("-o", "csv", "--raw"),
        ("-o", "table", "--query", "id"),
        ("--raw", "--include", "raw"),
        ("-o", "xml"),
        ("--timeout", "0"),
        ("--with", "sandwiches"),
        ("--profile", "a:b"),
        ("--set", "nothing"),
        ("--set", "acount_id=1"),
        ("--set", "password=canary-secret"),
    ],
    ids=" ".join,
)
def test_options_that_exclude_each_other_or_mean_nothing_are_usage_errors(options: tuple[str, ...], env: Env) -> None:
    done = callinspect("get", *ANSWERED, *options, env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"canary-secret" not in done.stderr


def test_csv_has_the_same_header_for_every_vendor_and_a_row_a_call(env: Env) -> None:
    words = [f"{provider}:{identifier}" for provider, identifier in EACH]
    done = callinspect("get", *words, "-o", "csv", env=env)
    assert done.stdout.count(b"\r\n") == len(EACH) + 1
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert [row["id"] for row in rows] == [identifier for _, identifier in EACH]
    assert rows[0]["from.number"] == "+19195550143"
    assert rows[0]["durations.talk"] == "598.516"
    assert json.loads(rows[2]["metadata"]) == got(*ATTACHED, env=env)["metadata"]


def test_events_of_catapult_say_why_a_call_ended(env: Env) -> None:
    without, with_events = got(*BUSY_EVENTS, env=env), got(*BUSY_EVENTS, "--with", "events", env=env)
    assert (without["outcome"], without["cause"]) == ("unanswered", None)
    assert (with_events["outcome"], with_events["cause"]["code"]) == ("busy", "USER_BUSY")
    assert [event["name"] for event in with_events["vendor"]["events"]] == ["create", "hangup"]


OVER = {"id": "c-1", "state": "completed"}
FAILING: dict[str, tuple[Answer, str]] = {
    "missing": (
        answer(404, json.dumps({"category": "not-found", "message": "No such call"})),
        "No such call (HTTP 404)",
    ),
    "forbidden": (answer(403, json.dumps({"category": "forbidden", "message": "Not yours"})), "Not yours (HTTP 403)"),
    "refused": (answer(401, json.dumps({"category": "authentication", "message": "Who?"})), "Who? (HTTP 401)"),
    "failed": (answer(500, json.dumps({"category": "backend", "message": "Down"})), "Down (HTTP 500)"),
    "overloaded": (answer(503, json.dumps({"message": "Too much"}), {"Retry-After": "9999"}), "Too much (HTTP 503)"),
    "limited": (answer(429, "{}", {"X-RateLimit-Reset": "9999999999999"}), "(HTTP 429)"),
    "a page": (answer(404, "<html>"), "a web page instead of the vendor's own error message (HTTP 404)"),
    "not JSON": (answer(200, "[{"), "cannot be read: it is not JSON"),
    "not a list": (answer(200, json.dumps({"name": "hangup", "data": "USER_BUSY"})), "the answer is not a list"),
    "out of time": (silence, "did not answer within"),
    "broken": (reset, "broke before the whole answer had arrived"),
    "elsewhere": (answer(302, given={"Location": "/elsewhere"}), "a redirect (302)"),
}
"""What comes in place of a call's events, and what is said of it."""


@pytest.mark.parametrize("kind", FAILING)
def test_events_that_cannot_be_had_cost_a_warning_only(kind: str, bare: Env) -> None:
    events, said = FAILING[kind]
    with Chooser(lambda request: events if b"/events" in request else answer(200, json.dumps(OVER))) as server:
        env = bare | {
            "CALLINSPECT_CATAPULT_BASE_URL": f"{server.url}/v1",
            "CALLINSPECT_CATAPULT_USER_ID": "u-1",
            "CALLINSPECT_CATAPULT_TOKEN": "t-canary",
            "CALLINSPECT_CATAPULT_SECRET": "s-canary",
        }
        record = got("catapult", "c-1", "--with", "events", "--timeout", "4", "--rate", "1000/s", env=env)
    assert (record["id"], record["outcome"], record["cause"]) == ("c-1", "unanswered", None)
    (warning,) = record["warnings"]
    assert warning.startswith("the call's events could not be read: ")
    assert said in warning


def test_a_warning_about_events_is_short_and_tells_no_secret(bare: Env) -> None:
    def choose(request: bytes) -> Answer:
        if b"/events" not in request:
            return answer(200, json.dumps(OVER))
        said = f"{'x' * 340} {header(request, 'authorization')} {'y' * 5000}"
        return answer(403, json.dumps({"category": "forbidden", "message": said}))

    with Chooser(choose) as server:
        env = bare | {
            "CALLINSPECT_CATAPULT_BASE_URL": f"{server.url}/v1",
            "CALLINSPECT_CATAPULT_USER_ID": "u-1",
            "CALLINSPECT_CATAPULT_TOKEN": "t-canary",
            "CALLINSPECT_CATAPULT_SECRET": "s-canary",
        }
        (warning,) = got("catapult", "c-1", "--with", "events", env=env)["warnings"]
    sent = b64encode(b"t-canary:s-canary").decode()
    assert len(warning) < 500
    assert not any(sent[:length] in warning for length in range(6, len(sent)))


SAME = [
    ("bandwidth", "C-95AC", {"callId": "c-95ac"}),
    ("bandwidth", "17", {"callId": 17}),
    ("catapult", "c-a%2Fb", {"id": "c-a/b"}),
    ("catapult", "c-a/b", {"id": "c-a%2fb"}),
    ("webex", "Y2lzY28", {"id": "Y2lzY28="}),
    ("webex", "Y2lzY28=", {"id": "Y2lzY28"}),
    ("genesys", "02fix", {"call": {"id": "02FIX"}}),
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
        assert failure(done, 12).partition("body.json ")[2].startswith("is text in UTF-16, not in UTF-8; save it as")


def test_a_call_of_genesys_may_be_asked_for_by_its_uuid(bare: Env) -> None:
    body = json.dumps({"call": {"id": "0071022ec8ac8056", "callUuid": "00RV9"}})
    done = callinspect("get", "genesys", "00RV9", "--from-file", "-", env=bare, stdin=body)
    assert json.loads(done.stdout)["warnings"] == ["the call that was asked for is “00RV9”"]


def test_a_live_answer_about_another_call_is_none(bare: Env, tmp_path: Path) -> None:
    with Server(answer(200, body("c-2"))) as server:
        done = callinspect("get", "bandwidth", "c-1", "c-2", "-f", "id", env=bare | env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout) == (9, b"c-2\n")
    assert "bandwidth c-1: the answer is about another call: “c-2”" in done.stderr.decode()


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
    said = [each.removesuffix(" has half a character in it, shown as U+FFFD") for each in record["warnings"]]
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


def test_several_calls_in_a_file_need_an_id(bare: Env) -> None:
    several = {"statusCode": 0, "calls": [{"id": "A", "state": "Held"}, {"id": "B", "state": "Ringing"}]}
    arguments = ("get", "genesys", "--from-file", "-", "-f", "state")
    for words, sent, code, said in (
        ((), several, 12, "this holds several calls: “A”, “B”"),
        (("B",), several, 0, "ringing"),
        (("C",), several, 12, "about other calls: “A”, “B”"),
        ((), {"statusCode": 0, "user": {"id": "u", "calls": []}}, 3, "no call"),
    ):
        done = callinspect(arguments[0], arguments[1], *words, *arguments[2:], env=bare, stdin=json.dumps(sent))
        assert (done.returncode, said in (done.stdout + done.stderr).decode()) == (code, True)


def test_a_provider_and_an_id_can_be_one_word_and_mixed(env: Env) -> None:
    done = callinspect("get", f"webex:{RINGING[1]}", f"bandwidth:{BUSY[1]}", "-f", "provider", env=env)
    assert done.stdout == b"webex\nbandwidth\n"


def test_several_calls_come_in_the_order_asked_for_and_failures_are_told_apart(env: Env) -> None:
    done = callinspect("get", "bandwidth", BUSY[1], "c-none", ANSWERED[1], "-o", "json", env=env)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [BUSY[1], ANSWERED[1]]
    (error,) = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert (error["code"], error["call_id"], error["provider"]) == ("not_found", "c-none", "bandwidth")
    assert done.returncode == 9


def test_failures_among_json_lines_are_json_lines_too_unless_text_is_asked_for(env: Env) -> None:
    done = callinspect("get", "bandwidth", BUSY[1], "c-none", env=env)
    assert json.loads(done.stderr)["error"]["call_id"] == "c-none"
    done = callinspect("get", "bandwidth", BUSY[1], "c-none", "--error-format", "text", env=env)
    assert done.stderr.startswith(b"callinspect: bandwidth c-none: ")


def test_several_calls_that_all_fail_alike_end_with_their_own_status(env: Env) -> None:
    assert callinspect("get", "bandwidth", "c-1", "c-2", env=env).returncode == 3


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["get", "webx", "1"], 2, "did you mean webex?"),
        (["gte", "webex", "1"], 2, "did you mean get?"),
        (["get"], 2, "PROVIDER"),
        (["get", "webex"], 2, "no call id"),
        (["get", "webex", ""], 2, "cannot be empty"),
        (["get", "webex", ".."], 2, "not an id"),
        (["get", "webex", "a\tb"], 2, "control characters"),
        (["get", "webex", "history"], 2, "not a call id"),
        (["get", "webex:"], 2, "cannot be empty"),
        (["get", "webx:1"], 2, "did you mean webex?"),
        (["get", "webex:1", "2"], 2, "names no provider"),
        (["help", "nothing"], 2, "exit-codes"),
        ([], 2, ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_command_line_that_cannot_be_meant_is_answered_at_once(
    arguments: list[str], status: int, said: str, bare: Env
) -> None:
    done = callinspect(*arguments, env=bare)
    assert done.returncode == status
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (("webex", "none"), "calls in progress only"),
        (("bandwidth", "c-none"), "7 days"),
        (("catapult", "c-none"), "try the provider bandwidth"),
        (("genesys", "NONE"), "own calls only"),
    ],
)
def test_not_found_says_what_it_can_mean_at_that_vendor(call: tuple[str, str], hint: str, env: Env) -> None:
    done = callinspect("get", *call, env=env)
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.count(b"\n") == 1
    assert hint in done.stderr.decode()
    assert f"{call[0]} {call[1]}" in done.stderr.decode()


@pytest.mark.parametrize(
    ("variable", "call"),
    [
        ("CALLINSPECT_WEBEX_ACCESS_TOKEN", RINGING),
        ("CALLINSPECT_BANDWIDTH_CLIENT_SECRET", ANSWERED),
        ("CALLINSPECT_CATAPULT_SECRET", BILLED),
        ("CALLINSPECT_GENESYS_PASSWORD", ATTACHED),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_wrong_credentials_are_refused_in_the_vendors_own_words(variable: str, call: tuple[str, str], env: Env) -> None:
    done = callinspect("get", *call, "--error-format", "json", env=env | {variable: "wrong"})
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, done.stdout) == (4, b"")
    assert (error["code"], error["provider"], error["call_id"]) == ("auth_rejected", *call)
    assert error["message"]


@pytest.mark.parametrize("provider", ["webex", "bandwidth", "catapult", "genesys"])
def test_missing_credentials_name_the_variables_and_the_command(provider: str, bare: Env) -> None:
    done = callinspect("get", provider, "x1", "--profile", "work", env=bare)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (4, b"")
    assert f"callinspect auth login {provider} --profile work" in said
    assert f"CALLINSPECT_{provider.upper()}_" in said


@pytest.mark.parametrize("provider", ["webex", "bandwidth", "catapult", "genesys"])
def test_a_web_page_instead_of_json_is_a_bad_response(provider: str, env: Env) -> None:
    page = next(
        call.id for call in calls() if call.provider == provider and "HTML page under HTTP 200" in call.description
    )
    done = callinspect("get", provider, page, env=env)
    assert (done.returncode, done.stdout) == (12, b"")
    assert b"web page instead of JSON" in done.stderr


def test_sandbox_needs_no_account_and_takes_no_notice_of_one(bare: Env) -> None:
    env = bare | {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://voice.example.com", "CALLINSPECT_BANDWIDTH_USERNAME": "me"}
    for arguments in (("--sandbox", "get", *ANSWERED), ("get", *ANSWERED, "--sandbox")):
        done = callinspect(*arguments, "-f", "outcome", env=env | {"HTTP_PROXY": "http://127.0.0.1:9"})
        assert (done.returncode, done.stdout, done.stderr) == (0, b"answered\n", b"")


def test_a_full_disk_is_an_error_and_not_a_traceback(env: Env) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([SCRIPTS / "callinspect", "get", *ANSWERED], env=env, stdout=full, stderr=-1, check=False)
    assert done.returncode == 1
    assert done.stderr == b"callinspect: the result could not be written: No space left on device\n"


def test_a_closed_standard_output_is_an_error_and_no_request_is_sent(bare: Env) -> None:
    env = bare | {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "t", "CALLINSPECT_WEBEX_BASE_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        ["/bin/sh", "-c", f"{SCRIPTS / 'callinspect'} get webex 1 >&-"], env=env, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"callinspect: standard output is closed\n")


def test_a_reader_that_went_away_is_no_error_to_speak_of(env: Env) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([SCRIPTS / "callinspect", "get", *ANSWERED], env=env, stdout=write, stderr=-1, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_closed_standard_error_takes_nothing_away(env: Env) -> None:
    command = f"{SCRIPTS / 'callinspect'} get {' '.join(ANSWERED)} -f state 2>&-"
    done = subprocess.run(["/bin/sh", "-c", command], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"ended\n")


def test_json_is_utf8_in_any_locale(env: Env) -> None:
    call = next(call for call in known() if call.provider == "webex" and "not ASCII" in call.description)
    arguments = ("get", call.provider, call.id, "-f", "from.name")
    there = callinspect(*arguments, env=env)
    here = callinspect(*arguments, env=env | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert there.stdout == here.stdout
    assert not there.stdout.isascii()


@pytest.mark.parametrize("form", ["json", "jsonl", "table"])
def test_nothing_in_a_hostile_record_can_act(form: str, env: Env) -> None:
    for call in known(hostile=True):
        out = callinspect("get", call.provider, call.id, "-o", form, env=env).stdout.decode()
        assert not {"\x1b", "\x07", "\x9b", "\x7f", "\u202e", "\u200b"} & set(out), (call, form)
        if form == "table":
            assert "[bold]" in out


def test_the_first_thing_that_a_newcomer_types_works_without_a_home(tmp_path: Path) -> None:
    env = environment(tmp_path)
    del env["HOME"]
    assert callinspect("--sandbox", "get", *ANSWERED, env=env).returncode == 0
