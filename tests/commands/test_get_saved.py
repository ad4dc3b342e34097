"""`get --from-file` of a record that was saved: it is shown as it was, and nobody is asked."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, ATTACHED, BUSY_EVENTS, EACH, RINGING

Env = dict[str, str]
READ = ("--with", "all")
DIALING = ("genesys", "P1EOBCEPSJ43C16K0BG9DLC9QC2DV81Q")
WITH_LEGS = ("webex", "Y2lzY29zcGFyazovL3VzL0NBTEwvY2FsbGhhbGYtODE4MDM3NjUyOjA")


def saved(call: tuple[str, str], env: Env, *options: str) -> Any:
    done = callinspect("get", *call, "-o", "json", "--include", "raw", *options, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown(record: Any, *arguments: str, env: Env) -> str:
    """Return what is shown of a record."""
    done = callinspect("get", *arguments, "--from-file", "-", env=env, stdin=json.dumps(record))
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


@pytest.mark.parametrize("call", [*EACH, BUSY_EVENTS], ids=lambda call: call[0])
def test_a_saved_record_is_shown_as_it_was(call: tuple[str, str], env: Env, bare: Env) -> None:
    record = saved(call, env)
    assert json.loads(shown(record, "-o", "json", "--include", "raw", env=bare)) == record
    assert json.loads(shown(record, "--raw", env=bare)) == record["raw"]
    assert shown(record, *call, "-f", "id,state", env=bare) == f"{record['id']}\t{record['state']}\n"
    card = shown(record, "-o", "table", "--utc", env=bare)
    assert record["id"] in card
    assert "unread" not in card
    assert "--with" not in card


def test_a_list_of_one_record_is_that_record(env: Env, bare: Env) -> None:
    record = saved(ANSWERED, env)
    assert json.loads(shown([record], "-o", "json", "--include", "raw", env=bare)) == record


def test_a_word_of_a_later_version_is_unknown(env: Env, bare: Env) -> None:
    record = saved(ANSWERED, env) | {"state": "parked", "later": {"x": 1}}
    assert shown(record, "-f", "state", env=bare) == "unknown\n"


def test_what_happened_in_a_later_version_is_something_else(env: Env, bare: Env) -> None:
    record = saved(ANSWERED, env)
    record["timeline"][1]["event"] = "whispered"
    assert json.loads(shown(record, "-o", "json", env=bare))["timeline"][1]["event"] == "other"


@pytest.mark.parametrize("call", [RINGING, DIALING, WITH_LEGS], ids=lambda call: call[0])
def test_the_user_is_a_party_of_a_saved_record(call: tuple[str, str], env: Env, bare: Env) -> None:
    """As in the card of the call itself, whose record leaves out whose it is; legs are of the same user."""
    cards = [callinspect("get", *call, *READ, "-o", "table", "--utc", env=env).stdout.decode()]
    cards.append(shown(saved(call, env, *READ), "-o", "table", "--utc", env=bare))
    live, kept = (each.count("this user") for each in cards)
    assert kept == live > 0


def test_a_saved_record_is_masked_offline(env: Env, bare: Env) -> None:
    record = saved(ANSWERED, env)
    number = record["from"]["number"]
    for options in (("-o", "json", "--include", "raw"), ("-o", "table"), ("-o", "csv"), ("-f", "from.number")):
        text = shown(record, "--redact", *options, env=bare)
        assert "num+1-" in text
        assert number[-7:] not in text.replace("-", "")
        assert record["id"] in text or "-f" in options
    masked = json.loads(shown(record, "--redact", "-o", "json", env=bare))
    assert json.loads(shown(masked, "-o", "json", env=bare)) == masked


def bad(env: Env) -> dict[str, tuple[Any, tuple[str, ...], str]]:
    """Return what cannot be shown: the content of the file, what is typed besides, and what is said."""
    good = saved(ANSWERED, env)
    bare = {key: value for key, value in good.items() if key != "raw"}
    return {
        "of another version": (good | {"schema_version": "2"}, (), "its schema_version is “2”, not “1”"),
        "without a provider": ({"schema_version": "1", "id": "x"}, (), "is not a record: it has no provider"),
        "of no provider": (good | {"provider": "moon"}, (), "there is no provider “moon”"),
        "of another provider": (good, (RINGING[0],), f"this is a record of {ANSWERED[0]}, not of {RINGING[0]}"),
        "of another call": (good, (ANSWERED[0], "c-1"), "the record is of this call, not of the one that was typed"),
        "several": ([good, good], (), "has several records, and one is needed"),
        "a list with others": ([good, 1], (), "has several records, and one is needed"),
        "no record": ({"callId": "c-1"}, (), "it has no schema_version"),
        "a wrong time": (good | {"created_at": "noon"}, (), "created_at is not a time with an offset"),
        "a wrong number": (good | {"durations": {"talk": "long"}}, (), "durations.talk is not a number"),
        "a wrong party": (good | {"from": "me"}, (), "from is not an object"),
        "a wrong word": (good | {"ended_by": "moon"}, (), "ended_by is not a word that this version knows"),
        "without a response": (bare, ("--raw",), "the record does not have the vendor's response"),
        "nothing to include": (bare, ("--include", "raw"), "the record does not have the vendor's response"),
    }


def test_what_is_no_record_of_the_call_says_why(env: Env, bare: Env) -> None:
    for name, (content, words, said) in bad(env).items():
        done = callinspect("get", *words, "--from-file", "-", env=bare, stdin=json.dumps(content))
        assert (name, done.returncode, done.stdout) == (name, 2, b"")
        assert said in done.stderr.decode(), name


UNUSED = ("--input x", "--column x", "--resume x", "--jobs 2", "--rate 5/s", "--unordered", "--set base_url=x")


@pytest.mark.parametrize("options", [*UNUSED, "--with legs", "--without legs", "--input x --jobs 2 --with legs"])
def test_an_option_without_an_effect_is_refused(options: str, bare: Env) -> None:
    """Before the file is read: there is none."""
    done = callinspect("get", "--from-file", "none", *options.split(), env=bare | {"COLUMNS": "200"})
    names = [each for each in options.split() if each.startswith("--")]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"no vendor is asked: leave out {listed}\n" in done.stderr.decode()


def test_lines_of_several_records_are_several(env: Env, bare: Env) -> None:
    line = json.dumps(saved(ATTACHED, env))
    for between in ("\n", "\n\n", "\r\n \r\n"):
        done = callinspect("get", "--from-file", "-", env=bare, stdin=f"\n{line}{between}{line}\n{line}\n")
        assert (done.returncode, done.stdout) == (2, b"")
        assert "has several records" in done.stderr.decode()


def test_a_call_in_progress_is_shown_as_when_it_was_read(env: Env, bare: Env) -> None:
    """It may be over by now."""
    moments = {"created_at": "2026-01-02T03:04:05.000Z", "retrieved_at": "2026-01-02T03:04:14.000Z"}
    record = saved(RINGING, env) | moments | {"timeline": None}
    for options in ((), ("--redact",)):
        assert re.search(r"ring 9 s +so far", shown(record, "-o", "table", *options, env=bare))


def test_a_vcon_of_a_call_saved_in_progress_says_so(env: Env, bare: Env) -> None:
    record = saved(RINGING, env)
    done = callinspect("get", "--from-file", "-", "-o", "vcon", env=bare, stdin=json.dumps(record))
    notice = b"callinspect: the call had not ended when it was saved: the vCon shows it up to then\n"
    assert (done.returncode, done.stderr) == (0, notice)
