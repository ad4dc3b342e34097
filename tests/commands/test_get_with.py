"""`--with` and `--without`: what else is read about a call, and where."""

import json
from typing import Any

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, BUSY_EVENTS, EACH
from kit.servers import Chooser, answer

Env = dict[str, str]

PARTS = ["events", "recordings", "transcriptions", "legs", "device"]


def got(*arguments: str, env: Env) -> Any:
    done = callinspect("get", *arguments, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def read(record: Any) -> set[str]:
    """Return the names of what was read."""
    return {name for name, found in record["related"].items() if found is not None}


def test_nothing_is_read_unless_it_is_asked_for(env: Env) -> None:
    record = got(*ANSWERED, env=env)
    assert record["related"] == dict.fromkeys(PARTS)
    assert read(got(*BUSY_EVENTS, "--without", "events", env=env)) == set()


@pytest.mark.parametrize(
    "options",
    [
        ("--with", "recordings,legs"),
        ("--with", "recordings", "--with", "LEGS"),
        ("--with", "all", "--without", "transcriptions"),
    ],
    ids=" ".join,
)
def test_names_come_with_commas_or_again_and_all_is_all(options: tuple[str, ...], env: Env) -> None:
    assert read(got(*ANSWERED, *options, env=env)) == {"recordings", "legs"}


def test_one_call_that_nobody_answered_says_why_unasked(env: Env) -> None:
    alone = got(*BUSY_EVENTS, env=env)
    assert (read(alone), alone["outcome"], alone["cause"]["code"]) == ({"events"}, "busy", "USER_BUSY")
    first, second = callinspect("get", ":".join(BUSY_EVENTS), ":".join(ANSWERED), env=env).stdout.splitlines()
    assert (read(json.loads(first)), json.loads(first)["outcome"]) == (set(), "unanswered")
    assert read(json.loads(second)) == set()


def test_only_one_call_has_a_timeline(env: Env) -> None:
    assert got(*ANSWERED, env=env)["timeline"]
    several = callinspect("get", *(":".join(each) for each in EACH), "--with", "legs", env=env).stdout.splitlines()
    assert [json.loads(each)["timeline"] for each in several] == [None] * len(EACH)
    listed = callinspect("list", ANSWERED[0], "--since", "all", env=env).stdout.splitlines()
    assert {json.loads(each)["timeline"] for each in listed} == {None}


def test_a_vendor_without_it_costs_a_warning_among_others(env: Env) -> None:
    """Of calls of several vendors; of one vendor's, it is a usage error."""
    done = callinspect("get", *(":".join(each) for each in EACH), "--with", "events", "-o", "jsonl", env=env)
    assert done.returncode == 0
    for record in map(json.loads, done.stdout.splitlines()):
        has_events = record["related"]["events"] is not None
        assert has_events != any("has no events to read" in each for each in record["warnings"])


@pytest.mark.parametrize("command", ["get", "wait"])
@pytest.mark.parametrize("option", ["--with", "--without"])
def test_what_a_vendor_lacks_is_refused_before_any_request(command: str, option: str, bare: Env) -> None:
    with Chooser(lambda _: answer(200, "{}")) as server:
        account = {
            "CALLINSPECT_BANDWIDTH_BASE_URL": server.url,
            "CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "1",
            "CALLINSPECT_BANDWIDTH_USERNAME": "u",
            "CALLINSPECT_BANDWIDTH_PASSWORD": "p",
        }
        done = callinspect(command, *ANSWERED, option, "recordings,device", env=bare | account)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().splitlines() == [
        "error: bandwidth has no “device” to read with a call",
        "  · --with takes recordings, transcriptions, legs or all here",
    ]
    assert server.requests == []


def test_a_record_with_all_of_it_fits_the_schema(env: Env) -> None:
    import jsonschema

    schema = json.loads(callinspect("schema", env=env).stdout)
    for call in EACH:
        jsonschema.validate(got(*call, "--with", "all", env=env), schema)


@pytest.mark.parametrize("path", ["related.recordings.state", "related.recordings[].state"])
def test_a_path_below_a_list_has_all_its_values(path: str, env: Env) -> None:
    done = callinspect("get", *ANSWERED, "--with", "recordings", "-f", f"outcome,{path}", env=env)
    assert done.stdout == b'answered\t["available","processing"]\n'
    one = callinspect("get", *ANSWERED, "--with", "recordings", "-f", "related.recordings[1].state", env=env)
    assert one.stdout == b"processing\n"
    keyed = callinspect("get", *ANSWERED, "--with", "recordings", "-f", path, "-o", "json", env=env)
    assert json.loads(keyed.stdout) == {path: ["available", "processing"]}


def test_a_card_says_what_was_not_read_and_what_is_not_there(env: Env) -> None:
    def ends(*options: str) -> list[str]:
        lines = callinspect("get", *BUSY_EVENTS, *options, "-o", "table", env=env).stdout.decode().splitlines()
        return [line.strip() for line in lines if line.startswith((" There are", " Not read"))]

    assert ends() == ["Not read: recordings, transcriptions, legs (--with all)"]
    assert ends("--with", "recordings,legs") == [
        "There are no recordings or legs.",
        "Not read: transcriptions (--with transcriptions)",
    ]
    assert ends("--with", "all") == ["There are no recordings, transcriptions or legs."]
    several = callinspect("get", ":".join(BUSY_EVENTS), ":".join(ANSWERED), "-o", "table", env=env).stdout
    assert b"Not read" not in several
