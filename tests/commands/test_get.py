"""`callinspect get`, as a process, against every call that the sandbox knows."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kit import cases, vendors
from kit.case_playback import VALIDATOR
from kit.credential_runs import CALLS
from kit.program import SCRIPTS, callinspect, environment
from kit.sandbox_calls import ANSWERED, ATTACHED, BUSY, EACH, RINGING, known
from kit.screen import on_terminal

from callinspect import providers
from callinspect.sandbox import SandboxCall, calls

Env = dict[str, str]


def got(*arguments: str, env: Env) -> Any:
    done = callinspect("get", *arguments, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_every_call_is_a_record_of_the_schema(provider: str, env: Env) -> None:
    ids = [call.id for call in known() if call.provider == provider]
    done = callinspect("get", provider, *ids, "--rate", "1000/s", env=env)
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


def test_a_field_path_may_index_a_list(env: Env) -> None:
    done = callinspect("get", *RINGING, "-f", "redirections.1.reason", env=env)
    assert done.stdout == b"no-answer\n"


@pytest.mark.parametrize(("path", "nearest"), [("stat", "state"), ("from.numbr", "from.number"), ("causes", "cause")])
def test_an_unknown_field_is_an_error_that_names_the_nearest(path: str, nearest: str, bare: Env) -> None:
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
        ("-f", "state", "--query", "id"),
        ("-f", "state,"),
        ("-r",),
        ("-r", "--query", "id", "-o", "json"),
        ("--color", "always", "--no-color"),
        ("--utc", "--tz", "Europe/Berlin"),
        ("-o", "csv", "--raw"),
        ("-o", "table", "--query", "id"),
        ("--raw", "--include", "raw"),
        ("-o", "xml"),
        ("--timeout", "0"),
        ("--with", "sandwiches"),
        ("--with", ","),
        ("--without", "sandwiches"),
        ("--with", "recordings", "--raw"),
        ("--profile", "a:b"),
        ("--set", "nothing"),
        ("--set", "acount_id=1"),
        ("--set", "password=canary-secret"),
    ],
    ids=" ".join,
)
def test_options_that_make_no_sense_are_usage_errors(options: tuple[str, ...], env: Env) -> None:
    """They exclude each other, or mean nothing."""
    done = callinspect("get", *ANSWERED, *options, env=env)
    assert (done.returncode, done.stdout) == (2, b"")


def test_an_extra_that_does_not_exist_is_named(env: Env) -> None:
    done = callinspect("get", *ANSWERED, "--with", "sandwiches", env=env)
    assert done.stderr.decode().startswith(f"error: {ANSWERED[0]} has no “sandwiches” to read with a call\n  · ")
    assert (done.returncode, done.stdout) == (2, b"")


def test_csv_has_one_header_for_all_vendors_and_a_row_a_call(env: Env) -> None:
    words = [f"{provider}:{identifier}" for provider, identifier in EACH]
    done = callinspect("get", *words, "-o", "csv", env=env)
    assert done.stdout.count(b"\r\n") == len(EACH) + 1
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
    assert [row["id"] for row in rows] == [identifier for _, identifier in EACH]
    assert rows[0]["from.number"] == "+19195550143"
    assert rows[0]["durations.talk"] == "598.516"
    assert json.loads(rows[2]["metadata"]) == got(*ATTACHED, env=env)["metadata"]


def test_a_provider_and_an_id_can_be_one_word_and_mixed(env: Env) -> None:
    done = callinspect("get", f"webex:{RINGING[1]}", f"bandwidth:{BUSY[1]}", "-f", "provider", env=env)
    assert done.stdout == b"webex\nbandwidth\n"


def test_several_calls_come_in_the_order_asked_for(env: Env) -> None:
    """What fails is reported beside them, as an object of its own."""
    done = callinspect("get", "bandwidth", BUSY[1], "c-none", ANSWERED[1], "-o", "jsonl", env=env)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [BUSY[1], ANSWERED[1]]
    (error,) = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert (error["code"], error["call_id"], error["provider"]) == ("not_found", "c-none", "bandwidth")
    assert done.returncode == 9


@pytest.mark.parametrize("form", [("-o", "json"), ("-o", "jsonl"), ("--error-format", "json")], ids=" ".join)
@pytest.mark.parametrize("ids", [(BUSY[1], "c-none"), ("c-none",)], ids=["several", "one"])
def test_failures_are_json_where_json_is_requested(form: tuple[str, ...], ids: tuple[str, ...], env: Env) -> None:
    done = callinspect("get", "bandwidth", *ids, *form, env=env)
    assert json.loads(done.stderr)["error"]["call_id"] == "c-none"


@pytest.mark.parametrize("form", [(), ("-o", "csv"), ("-o", "json", "--error-format", "text")], ids=" ".join)
def test_failures_are_text_where_no_json_is_requested(form: tuple[str, ...], env: Env) -> None:
    done = callinspect("get", "bandwidth", BUSY[1], "c-none", *form, env=env)
    assert done.stderr.startswith(b"error: bandwidth has no call c-none (HTTP 404")


def test_failures_are_text_on_a_terminal(env: Env) -> None:
    _, written = on_terminal("get", "bandwidth", "c-none", "-o", "json", "--no-color", env=env)
    assert b"error: bandwidth has no call c-none" in written


def test_a_hint_is_given_once_for_many_calls(env: Env) -> None:
    done = callinspect("get", "bandwidth", "c-none", "c-nothing", env=env)
    lines = done.stderr.decode().splitlines()
    hints = [line for line in lines if line.startswith("  · ")]
    assert len([line for line in lines if line.startswith("error: ")]) == 2
    assert len(set(hints)) == len(hints) > 0


def test_calls_that_all_fail_alike_end_with_their_own_status(env: Env) -> None:
    assert callinspect("get", "bandwidth", "c-1", "c-2", env=env).returncode == 3


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["get", "webx", "1"], 2, "did you mean webex?"),
        (["gte", "webex", "1"], 2, "did you mean get?"),
        (["get"], 2, "PROVIDER"),
        (["get", "webex"], 2, "CALL_ID is missing"),
        (["get", "webex", ""], 2, "cannot be empty"),
        (["get", "webex", ".."], 2, "not an ID"),
        (["get", "webex", "a\tb"], 2, "control characters"),
        (["get", "webex", "history"], 2, "not a call ID"),
        (["get", "webex:"], 2, "cannot be empty"),
        (["get", "webx:1"], 2, "did you mean webex?"),
        (["get", "webex:1", "2"], 2, "“2” is not a call ID of a known form"),
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


def test_a_long_id_is_shortened_for_people_only(env: Env) -> None:
    for call_id in ("c-" + "7" * 50_000, "c 7" * 20_000):
        shown = callinspect("get", "bandwidth", call_id, env=env).stderr
        assert len(shown) < 2_000
        told = json.loads(callinspect("get", "bandwidth", call_id, "--error-format", "json", env=env).stderr)
        assert told["error"]["call_id"] == call_id


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_not_found_says_what_it_can_mean_at_that_vendor(provider: str, env: Env) -> None:
    call_id = cases.good(provider).call_id  # of another account than the sandbox's
    done = callinspect("get", provider, call_id, env=env)
    assert (done.returncode, done.stdout) == (3, b"")
    hints = [each.replace("{call}", f"{provider} {call_id}") for each in providers.get(provider).not_found_hints]
    assert [each for each in hints if each not in done.stderr.decode()] == []
    status = cases.account(provider)["missing"].get("status", 404)
    assert f"error: {provider} has no call {call_id} (HTTP {status}" in done.stderr.decode()


def test_an_id_of_no_form_of_the_vendors_says_so_first(env: Env) -> None:
    hint = f"it does not look like a call ID of {providers.get(ANSWERED[0]).title}: c- and hexadecimal groups"
    for call_id, is_unlike in ((ANSWERED[1][:-1], True), (cases.good(ANSWERED[0]).call_id, False)):
        done = callinspect("get", ANSWERED[0], call_id, "--error-format", "json", env=env)
        assert (done.returncode, json.loads(done.stderr)["error"]["hints"][0] == hint) == (3, is_unlike)


def test_a_wrong_option_is_refused_before_a_provider_is_chosen(env: Env) -> None:
    for words in (("-f", "Status"), ("--query", "["), ("-r",)):
        done = callinspect("get", ANSWERED[1], *words, env=env)
        assert (done.returncode, b"asking" in done.stderr) == (2, False)


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_wrong_credentials_are_refused_in_the_vendors_own_words(provider: str, env: Env) -> None:
    secret = {f"CALLINSPECT_{provider}_{each.name}".upper() for each in providers.get(provider).fields if each.secret}
    wrong = dict.fromkeys(secret & env.keys(), "wrong")
    done = callinspect("get", provider, CALLS[provider], "--error-format", "json", env=env | wrong)
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, done.stdout) == (4, b"")
    assert (error["code"], error["provider"], error["call_id"]) == ("auth_rejected", provider, CALLS[provider])
    assert error["message"]


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_missing_credentials_name_the_variables_and_the_command(provider: str, bare: Env) -> None:
    done = callinspect("get", provider, vendors.call_id(provider, "x1"), "--profile", "work", env=bare)
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (4, b"")
    assert f"callinspect auth login {provider} --profile work" in said
    assert f"CALLINSPECT_{provider.upper()}_" in said


PAGES = [call for call in calls() if "HTML page under HTTP 200" in call.description]


@pytest.mark.parametrize("call", PAGES, ids=lambda call: call.provider)
def test_a_web_page_instead_of_json_is_a_bad_response(call: SandboxCall, env: Env) -> None:
    done = callinspect("get", call.provider, call.id, env=env)
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
    assert done.returncode == 74
    assert done.stderr == b"error: the result could not be written: No space left on device\n"


def test_a_closed_standard_output_is_an_error_at_once(bare: Env) -> None:
    """No request is sent: there is nothing at that address."""
    env = bare | {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "t", "CALLINSPECT_WEBEX_BASE_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        ["/bin/sh", "-c", f"{SCRIPTS / 'callinspect'} get webex 1 >&-"], env=env, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (74, b"error: standard output is closed\n")


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


def test_the_sandbox_works_without_a_home(tmp_path: Path) -> None:
    env = environment(tmp_path)
    del env["HOME"]
    assert callinspect("--sandbox", "get", *ANSWERED, env=env).returncode == 0


def test_the_exit_status_can_tell_how_calls_ended(env: Env) -> None:
    assert callinspect("get", *ANSWERED, "--exit-status", env=env).returncode == 0
    assert callinspect("get", *BUSY, "--exit-status", env=env).returncode == 11
    assert callinspect("get", "bandwidth", ANSWERED[1], BUSY[1], "--exit-status", env=env).returncode == 11
    assert callinspect("get", *RINGING, "--exit-status", env=env).returncode == 0
