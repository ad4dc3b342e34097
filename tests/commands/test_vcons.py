"""`-o vcon` of every command that prints calls."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from kit import vcons, vendors
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, ATTACHED, BUSY, RINGING, known, living
from kit.screen import on_terminal

from callinspect.redaction import PLACEHOLDER
from callinspect.sandbox import calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    Env = Mapping[str, str]

LEGS = ("bandwidth", next(each.id for each in calls("bandwidth") if "the A-leg of two transfers" in each.description))
RECORDED = (
    "bandwidth",
    next(each.id for each in calls("bandwidth") if "recordings and transcriptions in every" in each.description),
)
EXTENSION = 6
"""Digits of the longest number that may be a part of something else by chance."""

SIGNED = ("bandwidth", next(each.id for each in calls("bandwidth") if "SIP Identity" in each.description))


def withheld(value: Any) -> set[str]:
    """Return the texts in a value of which something is withheld."""
    if isinstance(value, dict | list):
        return set().union(*map(withheld, value.values() if isinstance(value, dict) else value))
    return {value} if isinstance(value, str) and PLACEHOLDER in value else set()


def written(*arguments: str, env: Env, stdin: str = "", notice: str | None = None) -> list[Any]:
    """Return the vCons that a run writes, checked; one that is not several is indented."""
    done = callinspect(*arguments, "-o", "vcon", env=env, stdin=stdin)
    assert done.returncode == 0, done.stderr
    assert done.stderr.decode() == ("" if notice is None else f"callinspect: {notice}\n")
    text = done.stdout.decode()
    is_one = text.startswith("{\n  ")
    found = [json.loads(each) for each in ([text] if is_one else text.splitlines())]
    for each in found:
        vcons.check(each)
    return found


def test_every_call_of_the_sandbox_is_a_valid_vcon(env: Env) -> None:
    """And has the record that `-o jsonl` has, and the document that `--raw` has, without what the record withholds."""
    ids = "\n".join(f"{each.provider}:{each.id}" for each in known())
    asked = ("get", "-", "--rate", "500/s")
    found, records, sent = (
        [json.loads(each) for each in callinspect(*asked, *form, env=env, stdin=ids).stdout.splitlines()]
        for form in (("-o", "vcon"), ("-o", "jsonl"), ("--raw", "-o", "jsonl"))
    )
    assert len(found) == len(records) == len(sent) > 200
    for each, record, document in zip(found, records, sent, strict=True):
        vcons.check(each)
        assert {**vcons.record(each), "retrieved_at": ""} == {**record, "retrieved_at": ""}
        assert mended(vcons.document(each)) == mended(document) or withheld(record)
        assert withheld(vcons.document(each)) == withheld(record)
    assert [each["uuid"] for each in found] == sorted({each["uuid"] for each in found})


def mended(document: Any) -> str:
    """Return a document without what strict readers reject."""
    return re.sub(r"\\ud[89a-f]..|\\ufffd", "?", json.dumps(document))


def test_a_masked_call_is_a_valid_vcon_without_its_numbers(env: Env) -> None:
    ids = "\n".join(f"{each.provider}:{each.id}" for each in known(hostile=True) + known()[::5])
    asked = ("get", "-", "--rate", "500/s", "-q")
    lines = callinspect(*asked, "--redact", "-o", "vcon", env=env, stdin=ids).stdout.splitlines()
    records = [json.loads(each) for each in callinspect(*asked, "-o", "jsonl", env=env, stdin=ids).stdout.splitlines()]
    assert len(lines) == len(records) > 50
    for line, record in zip(lines, records, strict=True):
        found = json.loads(line)
        vcons.check(found)
        assert found["redacted"] == {"type": "pseudonymised"}
        assert not any("stir" in each for each in found["parties"])
        parties = [each for each in (record["from"], record["to"], *record["participants"]) if each]
        for number in (each["number"] for each in parties if each["number"] and len(each["number"]) > EXTENSION):
            assert number not in line.decode()


class TestOneAndSeveral:
    """One call is an object, indented; several are lines."""

    def test_one_call_is_an_object(self, env: Env) -> None:
        (found,) = written("get", *BUSY, env=env)
        assert found["dialog"][0]["disposition"] == "busy"

    def test_a_call_waited_for_is_an_object(self, env: Env) -> None:
        (found,) = written("wait", *ANSWERED, env=env)
        assert found["dialog"][0]["type"] == "recording-set"

    def test_calls_given_in_lines_are_lines(self, env: Env) -> None:
        found = written("get", "-", env=env, stdin="\n".join((":".join(BUSY), ":".join(ANSWERED))))
        assert [vcons.record(each)["outcome"] for each in found] == ["busy", "answered"]
        done = callinspect("get", "-", "-o", "vcon", env=env, stdin=":".join(BUSY))
        assert done.stdout.count(b"\n") == 1

    def test_a_list_is_lines(self, env: Env) -> None:
        found = written("list", "bandwidth", "--limit", "3", "--state", "ended", env=env)
        assert [vcons.record(each)["state"] for each in found] == ["ended"] * 3
        assert written("list", "bandwidth", "--until", "30d", "-q", env=env) == []

    def test_a_response_that_was_saved_is_an_object(self, env: Env) -> None:
        """It was not retrieved: the document is contributed now."""
        body = callinspect("get", *ANSWERED, "--raw", env=env).stdout.decode()
        (found,) = written("get", ANSWERED[0], "--from-file", "-", env=env, stdin=body)
        assert found["attachments"][0]["start"] == found["created_at"]
        assert vcons.document(found) == json.loads(body)

    def test_it_has_colors_on_a_terminal(self, env: Env) -> None:
        _, shown = on_terminal("get", *BUSY, "-o", "vcon", env=env)
        text = shown.decode()
        assert "\x1b[" in text
        vcons.check(json.loads(re.sub(r"\x1b\[[0-9;]*m", "", text)))


class TestWhatIsRead:
    """What `--with` reads is in it as well."""

    def test_recordings_are_dialogs_without_an_address(self, env: Env) -> None:
        (found,) = written("get", *RECORDED, "--with", "recordings", env=env)
        first, *recordings = found["dialog"]
        assert first["recordings"] == list(range(1, len(recordings) + 1))
        assert {each["type"] for each in recordings} == {"recording"}
        read = vcons.record(found)["related"]["recordings"]
        assert [each["start"] for each in recordings] == [each["started_at"] for each in read]
        assert any(each["url"] for each in read)

    def test_legs_are_dialogs(self, env: Env) -> None:
        (found,) = written("get", *LEGS, "--with", "legs", env=env)
        legs = [each["call"] for each in vcons.record(found)["related"]["legs"]]
        whole, *others = found["dialog"]
        assert len(others) == len(legs) == 2
        for leg, dialog in zip(legs, others, strict=True):
            assert (dialog["start"], dialog.get("duration")) == (leg["created_at"], leg["durations"]["total"])
            caller, called = (found["parties"][index] for index in dialog["parties"])
            assert caller["tel"] == leg["from"]["number"]
            assert called == ({"tel": leg["to"]["number"]} if leg["to"]["number"] else {"sip": leg["to"]["uri"]})
        assert whole["parties"] == [0, 1]

    def test_a_signed_call_has_its_token(self, env: Env) -> None:
        (found,) = written("get", *SIGNED, "--quiet", env=env)
        assert found["parties"][0]["stir"].count(".") == 2

    def test_a_vendor_without_times_has_no_dialog(self, env: Env) -> None:
        (found,) = written("get", *ATTACHED, env=env, notice="the call has not ended yet: the vCon shows it so far")
        assert "dialog" not in found
        assert ATTACHED[1] in json.dumps(vcons.document(found))


class TestNotices:
    """A call that is not over is written as it is, and that is said."""

    def test_one_call(self, env: Env) -> None:
        (found,) = written("get", *RINGING, env=env, notice="the call has not ended yet: the vCon shows it so far")
        assert found["dialog"][0].keys() == {"type", "start", "parties", "recordings"}
        assert written("get", *RINGING, "--quiet", env=env)

    def test_several_calls_are_counted(self, env: Env) -> None:
        both = "\n".join(":".join(each) for each in (RINGING, BUSY, ATTACHED))
        written("get", "-", env=env, stdin=both, notice="2 calls have not ended yet: their vCons show them so far")
        one = "\n".join(":".join(each) for each in (RINGING, BUSY))
        written("get", "-", env=env, stdin=one, notice="1 call has not ended yet: its vCon shows it so far")

    def test_a_call_waited_for_that_lives(self, quick: Env) -> None:
        call = living("bandwidth", "answered at 5 s")
        said = "the call has not ended yet: the vCon shows it so far"
        (found,) = written("wait", "bandwidth", call, "--for", "ringing,active", env=quick, notice=said)
        assert found["dialog"][0]["type"] == "recording-set"


@pytest.mark.parametrize(
    "options",
    [
        ("get", *BUSY, "-f", "id"),
        ("get", *BUSY, "--query", "id"),
        ("get", *BUSY, "-r"),
        ("get", *BUSY, "--include", "raw"),
        ("list", "bandwidth", "--raw"),
        ("wait", *BUSY, "-f", "id"),
    ],
    ids=" ".join,
)
def test_it_is_written_whole(options: tuple[str, ...], env: Env) -> None:
    done = callinspect(*options, "-o", "vcon", env=env)
    given = next(each for each in options if each.startswith("-"))
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"{given} cannot be combined with -o vcon" in done.stderr.decode()


def test_what_is_no_call_is_no_vcon(env: Env) -> None:
    done = callinspect("explain", "486", "-o", "vcon", env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    past = next(each for each in vendors.NAMES if callinspect("list", each, "--history", env=env).returncode == 0)
    done = callinspect("list", past, "--history", "-o", "vcon", env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "which -o vcon cannot hold" in done.stderr.decode()


def test_half_a_character_is_not_in_it(bare: Env) -> None:
    """Strict readers stop at it."""
    body = '{"callId": "c-1", "state": "disconnected", "from": "x\\ud83d", "tag\\ud83d": "\\udc00", "tag\\ud83e": 1}'
    done = callinspect("get", "bandwidth", "--from-file", "-", "-o", "vcon", env=bare, stdin=body)
    assert done.returncode == 0, done.stderr
    assert not re.search(rb"\\ud[89a-f]", done.stdout)
    found = json.loads(done.stdout.decode())
    vcons.check(found)
    assert len(vcons.document(found)) == 5
