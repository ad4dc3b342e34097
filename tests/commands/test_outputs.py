"""The forms of results: arrays, chosen columns, bare texts, and color where it is wanted."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from kit.program import SCRIPTS, callinspect
from kit.sandbox_calls import ANSWERED, BUSY
from kit.screen import on_terminal

if TYPE_CHECKING:
    from collections.abc import Mapping

    Env = Mapping[str, str]

PROVIDER, ANSWERED_ID = ANSWERED
BUSY_ID = BUSY[1]


def out(*arguments: str, env: Env, stdin: str = "", status: int = 0) -> str:
    """Return what a run writes to standard output."""
    done = callinspect(*arguments, env=env, stdin=stdin)
    assert done.returncode == status, done.stderr
    return done.stdout.decode()


class TestArrays:
    """Explicit `-o json` is an array wherever the command can yield several."""

    @pytest.mark.parametrize("ids", [(ANSWERED_ID, BUSY_ID), (BUSY_ID,), ()], ids=["two", "one", "none"])
    def test_ids_on_standard_input_become_one_array(self, ids: tuple[str, ...], env: Env) -> None:
        text = out("get", PROVIDER, "-", "-o", "json", env=env, stdin="\n".join(ids))
        assert [each["id"] for each in json.loads(text)] == list(ids)
        assert text.startswith("[\n  {\n    " if ids else "[]")

    def test_two_ids_are_an_array_and_one_is_an_object(self, env: Env) -> None:
        both = json.loads(out("get", PROVIDER, ANSWERED_ID, BUSY_ID, "-o", "json", env=env))
        assert [each["id"] for each in both] == [ANSWERED_ID, BUSY_ID]
        assert json.loads(out("get", PROVIDER, BUSY_ID, "-o", "json", env=env))["id"] == BUSY_ID

    def test_a_list_is_an_array(self, env: Env) -> None:
        found = json.loads(out("list", PROVIDER, "-o", "json", "--limit", "3", env=env))
        assert len({each["id"] for each in found}) == 3

    def test_what_fails_is_not_in_it(self, env: Env) -> None:
        text = out("get", PROVIDER, "c-none", BUSY_ID, "-o", "json", env=env, status=9)
        assert [each["id"] for each in json.loads(text)] == [BUSY_ID]
        assert json.loads(out("get", PROVIDER, "c-none", "c-no", "-o", "json", env=env, status=3)) == []

    def test_a_query_and_the_vendors_documents_make_arrays(self, env: Env) -> None:
        two = ("get", PROVIDER, ANSWERED_ID, BUSY_ID, "-o", "json")
        assert json.loads(out(*two, "--query", "outcome", env=env)) == ["answered", "busy"]
        assert [each["callId"] for each in json.loads(out(*two, "--raw", env=env))] == [ANSWERED_ID, BUSY_ID]

    def test_a_list_that_cannot_be_read_is_no_array(self, bare: Env) -> None:
        """An empty one would say that there are no calls."""
        done = callinspect("list", PROVIDER, "-o", "json", env=bare)
        assert (done.returncode, done.stdout) == (4, b"")

    def test_it_is_closed_when_interrupted(self, env: Env) -> None:
        command = [str(SCRIPTS / "callinspect"), "get", PROVIDER, "-", "-o", "json"]
        run = subprocess.Popen(command, env=env, stdin=-1, stdout=-1, stderr=-1, bufsize=0)
        assert run.stdin
        assert run.stdout
        run.stdin.write(f"{BUSY_ID}\n".encode())
        run.stdin.flush()
        begun = run.stdout.read(5)
        run.send_signal(signal.SIGINT)
        rest, _ = run.communicate(timeout=30)
        assert [each["id"] for each in json.loads(begun + rest)] == [BUSY_ID]
        assert run.returncode == 130


class TestCSV:
    """CSV begins with its header, also where there are no calls."""

    @pytest.mark.parametrize("columns", [(), ("-f", "id,from.number")], ids=["all", "chosen"])
    def test_no_calls_are_a_header(self, columns: tuple[str, ...], env: Env) -> None:
        full = out("get", *BUSY, "-o", "csv", *columns, env=env)
        head = full[: full.index("\r\n") + 2]
        assert out("list", PROVIDER, "-o", "csv", "--until", "30d", *columns, env=env) == head
        assert out("get", "-", "-o", "csv", *columns, env=env) == head
        assert head.startswith("id,from.number\r\n" if columns else "schema_version,provider,id,")

    def test_a_list_that_cannot_be_read_has_none(self, bare: Env) -> None:
        done = callinspect("list", PROVIDER, "-o", "csv", env=bare)
        assert (done.returncode, done.stdout) == (4, b"")


class TestChosenFields:
    """`-f` chooses values, columns and keys; paths are given together or one by one."""

    TWO = ("get", PROVIDER, ANSWERED_ID, BUSY_ID)

    @pytest.mark.parametrize("given", [("-f", "id,outcome"), ("-f", "id", "-f", "outcome"), ("-f", "id, outcome")])
    def test_bare_values_are_separated_by_tabs(self, given: tuple[str, ...], env: Env) -> None:
        text = out(*self.TWO, *given, env=env)
        assert text == f"{ANSWERED_ID}\tanswered\n{BUSY_ID}\tbusy\n"

    def test_they_are_the_columns_of_csv(self, env: Env) -> None:
        rows = list(csv.reader(io.StringIO(out(*self.TWO, "-o", "csv", "-f", "outcome,from.number,id", env=env))))
        assert rows[0] == ["outcome", "from.number", "id"]
        assert [(row[0], row[2]) for row in rows[1:]] == [("answered", ANSWERED_ID), ("busy", BUSY_ID)]

    def test_they_are_the_keys_of_json_as_typed(self, env: Env) -> None:
        found = json.loads(out(*self.TWO, "-o", "json", "-f", "id,cause.sip,durations", env=env))
        assert [list(each) for each in found] == [["id", "cause.sip", "durations"]] * 2
        assert found[1]["cause.sip"] == 486
        assert found[0]["durations"]["talk"] == 598.516
        lines = out(*self.TWO, "-o", "jsonl", "-f", "outcome", env=env)
        assert lines == '{"outcome":"answered"}\n{"outcome":"busy"}\n'

    def test_they_are_the_columns_of_a_table(self, env: Env) -> None:
        lines = out(*self.TWO, "-o", "table", "-f", "outcome,cause.q850,id", env=env).splitlines()
        assert re.split(" {2,}", lines[0]) == ["outcome", "cause.q850", "id"]
        assert {line.index("c-") for line in lines[1:]} == {lines[0].index("id")}

    def test_they_are_a_table_of_one_call_as_well(self, env: Env) -> None:
        lines = out("get", *BUSY, "-o", "table", "-f", "outcome,id", env=env).splitlines()
        assert [line.split() for line in lines] == [["outcome", "id"], ["busy", BUSY_ID]]

    def test_a_table_too_wide_shows_each_call_below_the_other(self, env: Env) -> None:
        words = (*self.TWO, "-q", "-o", "table", "-f", "id,outcome", "--no-color")
        status, written = on_terminal(*words, env=env, columns=50)
        first, second = written.decode().replace("\r\n", "\n").split("\n\n")
        assert (status, first.split()) == (0, ["id", ANSWERED_ID, "outcome", "answered"])
        assert second.split() == ["id", BUSY_ID, "outcome", "busy"]


class TestBareTexts:
    """`-r` prints the texts that `--query` finds as they are."""

    def test_a_text_has_no_quotation_marks(self, env: Env) -> None:
        assert out("get", *ANSWERED, "--query", "outcome", env=env) == '"answered"\n'
        assert out("get", *ANSWERED, "--query", "outcome", "-r", env=env) == "answered\n"

    @pytest.mark.parametrize(("query", "said"), [("durations.talk", "598.516"), ("recall", "null"), ("[id]", "[")])
    def test_anything_else_is_json_on_a_line(self, query: str, said: str, env: Env) -> None:
        text = out("get", *ANSWERED, "--query", query, "-r", env=env)
        assert text.startswith(said)
        assert text.count("\n") == 1


class TestColor:
    """JSON is in color on a terminal, or always if that is requested; a pipe gets plain text."""

    @pytest.mark.parametrize(
        ("options", "variables", "colored"),
        [
            ((), {}, False),
            ((), {"FORCE_COLOR": "1"}, False),
            (("--color", "always"), {}, True),
            (("--color", "always"), {"NO_COLOR": "1"}, True),
            (("--color", "auto"), {}, False),
        ],
    )
    def test_json_in_a_pipe(self, options: tuple[str, ...], variables: Env, colored: bool, env: Env) -> None:
        text = out("get", *ANSWERED, *options, env={**env, **variables})
        assert ("\x1b[" in text) is colored
        assert json.loads(re.sub(r"\x1b\[[0-9;]*m", "", text))["outcome"] == "answered"

    @pytest.mark.parametrize(
        ("options", "variables", "colored"),
        [
            ((), {}, True),
            ((), {"NO_COLOR": "1"}, False),
            (("--color", "always"), {"NO_COLOR": "1"}, True),
            (("--color=never",), {"FORCE_COLOR": "1"}, False),
            (("--no-color",), {}, False),
            ((), {"TERM": "dumb"}, False),
        ],
    )
    @pytest.mark.parametrize("command", [("get", *BUSY), ("get", *BUSY, "-o", "json"), ("get", PROVIDER, "c-none")])
    def test_a_terminal(
        self,
        command: tuple[str, ...],
        options: tuple[str, ...],
        variables: Env,
        colored: bool,
        env: Env,
    ) -> None:
        _, written = on_terminal(*command, *options, env={**env, **variables})
        assert (b"\x1b[" in written) is colored


class TestZones:
    """Times for people are in the zone of display; JSON is always in UTC."""

    @pytest.mark.parametrize(
        ("options", "zone"),
        [(("--tz", "Asia/Kolkata"), "IST"), (("--utc",), "UTC"), (("--tz", "utc"), "UTC"), (("--tz", "local"), "EST")],
    )
    def test_a_card_is_in_the_requested_zone(self, options: tuple[str, ...], zone: str, env: Env) -> None:
        text = out("get", *ANSWERED, "-o", "table", *options, env={**env, "TZ": "EST5"})
        assert f", {zone}" in text

    @pytest.mark.parametrize(
        ("zone", "hint"),
        [
            ("Mars/Base", "Europe/Berlin"),
            ("berlin", "did you mean Europe/Berlin?"),
            ("Europe", "Europe/"),
            ("../../etc/passwd", "Europe/Berlin"),
            ("", "Europe/Berlin"),
        ],
    )
    def test_an_unknown_zone_is_a_usage_error(self, zone: str, hint: str, env: Env) -> None:
        done = callinspect("get", *ANSWERED, "--tz", zone, env=env)
        assert (done.returncode, done.stdout) == (2, b"")
        assert f"there is no time zone “{zone}”" in done.stderr.decode()
        assert hint in done.stderr.decode()

    def test_json_stays_in_utc(self, env: Env) -> None:
        found: Any = json.loads(out("get", *ANSWERED, "--tz", "Asia/Kolkata", env=env))
        assert found["created_at"].endswith("Z")


def test_an_error_is_wrapped_at_words_on_a_terminal(env: Env) -> None:
    """Further lines are indented, those of the headline more than the hints, and no ID is broken."""
    gone = "c-00000000-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1"
    status, written = on_terminal("get", PROVIDER, gone, "--no-color", env=env, columns=60)
    lines = written.decode().rstrip().split("\r\n")
    assert status == 3
    assert lines[0].startswith(f"error: {PROVIDER} has no call")
    assert any(gone in line for line in lines)
    assert all(len(line) <= 60 for line in lines if gone not in line)
    hints = [number for number, line in enumerate(lines) if line.startswith("  · ")]
    assert len(hints) >= 2
    assert all(line.startswith(" " * 7) for line in lines[1 : hints[0]])
    assert all(line.startswith(("  · ", "    ")) for line in lines[hints[0] :])


class TestTimeLimits:
    """`--timeout`, `--interval` and `--grace` take seconds, or a time with its units."""

    @pytest.mark.parametrize("given", ["20", "20s", "2M", "1h30m"])
    def test_a_time_can_have_units(self, given: str, env: Env) -> None:
        assert out("get", *ANSWERED, "-f", "outcome", "--timeout", given, env=env) == "answered\n"
        waiting = ("wait", *ANSWERED, "-f", "outcome", "--interval", given, "--grace", given)
        assert out(*waiting, env=env) == "answered\n"

    @pytest.mark.parametrize("given", ["0", "-1", "soon", "2x", "32d", "nan", "inf", ""])
    @pytest.mark.parametrize("option", ["--timeout", "--interval"])
    def test_what_is_no_time_is_a_usage_error(self, option: str, given: str, env: Env) -> None:
        done = callinspect("wait", *ANSWERED, f"{option}={given}", env=env)
        assert (done.returncode, done.stdout) == (2, b"")
        assert f"{option} takes a time such as 30, 30s or 2m" in done.stderr.decode()
