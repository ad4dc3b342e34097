"""`callinspect get` for many calls: what it says while they are typed, and at its end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, BUSY
from kit.terminals import Terminal

from callinspect.errors import IN_WORDS, CallinspectError

if TYPE_CHECKING:
    from kit.program import Env

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

LINES = f"{ANSWERED[1]}\nc-none\nnot an ID\nc-neither\n"
SUMMARY = "1 of 4 done, 3 failed (2 not found, 1 invalid)"
READ = ("get", "bandwidth", "-")


@pytest.mark.parametrize("form", [("-o", "csv"), ("-f", "state"), ("-o", "table")], ids=lambda form: form[-1])
def test_a_run_ends_with_what_is_done_and_what_failed(form: tuple[str, ...], env: Env) -> None:
    done = callinspect(*READ, *form, env=env, stdin=LINES)
    assert done.returncode == 9
    assert done.stderr.decode().splitlines()[-1].startswith(f"callinspect: {SUMMARY}")
    assert SUMMARY.encode() not in callinspect(*READ, *form, "-q", env=env, stdin=LINES).stderr
    assert callinspect(*READ, *form, env=env, stdin=ANSWERED[1] + "\n" + BUSY[1]).stderr == b""


def test_errors_in_json_are_all_that_is_on_standard_error(env: Env) -> None:
    done = callinspect(*READ, "--error-format", "json", "-f", "state", env=env, stdin=LINES)
    assert [json.loads(line)["error"]["code"] for line in done.stderr.splitlines()] == [
        "not_found",
        "usage",
        "not_found",
    ]


def test_a_terminal_is_also_told_that_all_are_done(env: Env) -> None:
    run = Terminal("get", "bandwidth", ANSWERED[1], BUSY[1], env=env).ended()
    assert run.out.rstrip().splitlines()[-1].startswith(b"callinspect: 2 of 2 done")
    assert b" done" not in Terminal("get", *ANSWERED, env=env).ended().out


def test_every_kind_of_error_has_its_words() -> None:
    assert {kind.code for kind in CallinspectError.__subclasses__()} == set(IN_WORDS)


INVITATION = "Type or paste call IDs, one a line; Ctrl-D ends.\r\n"


def test_what_is_typed_is_answered_line_by_line(env: Env) -> None:
    terminal = Terminal(*READ, env=env | {"NO_COLOR": "1"})
    terminal.until(INVITATION)
    terminal.type(f"{ANSWERED[1]}\n")
    terminal.until("ENDED · answered")
    terminal.type(f"{BUSY[1]}\n")
    terminal.until("ENDED · busy")
    terminal.type("\x04")
    run = terminal.ended()
    assert run.status == 0
    assert run.out.endswith(b"callinspect: 2 of 2 done\r\n")
    assert run.out.count(b"Ctrl-D") == 1
    assert b"\x1b[?25l" not in run.out


def test_chosen_fields_of_what_is_typed_come_at_once(env: Env) -> None:
    terminal = Terminal(*READ, "-f", "id,outcome", "-o", "table", env=env | {"NO_COLOR": "1"})
    terminal.until(INVITATION)
    terminal.type(f"{ANSWERED[1]}\n")
    terminal.until(f"{ANSWERED[1]}  answered\r\n")
    terminal.type("\x04")
    assert terminal.ended().status == 0


@pytest.mark.parametrize("words", [("get", "--input", "-"), ("get", "-")], ids=" ".join)
def test_any_way_to_read_what_is_typed_says_so(words: tuple[str, ...], env: Env) -> None:
    terminal = Terminal(*words, env=env)
    terminal.until(INVITATION)
    terminal.type("\x04")
    assert terminal.ended().status == 0


def test_a_pasted_response_is_asked_for(env: Env) -> None:
    terminal = Terminal("get", "bandwidth", "--from-file", "-", env=env)
    terminal.until("Type or paste the vendor's response or a record; Ctrl-D ends.\r\n")
    terminal.type("{}\n\x04")
    assert terminal.ended().status == 12


def test_nothing_is_asked_of_who_is_not_to_be_asked(env: Env) -> None:
    terminal = Terminal(*READ, "-q", env=env)
    terminal.type(f"{ANSWERED[1]}\n\x04")
    run = terminal.ended()
    assert (run.status, b"Ctrl-D" in run.out, b"ENDED" in run.out) == (0, False, True)
    run = Terminal(*READ, "--no-input", env=env).ended()
    assert (run.status, b"--no-input" in run.out) == (2, True)
