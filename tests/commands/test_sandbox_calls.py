"""`callinspect sandbox calls`: what a person sees who looks for a call to try, and what a program gets."""

import json
import subprocess
from textwrap import wrap

import pytest
from kit.program import callinspect
from kit.terminals import Terminal

from callinspect import sandbox as emulator
from callinspect.sandbox import SandboxCall

PROVIDERS = emulator.names()
FIRST = PROVIDERS[0]
CALLS = ("sandbox", "calls")


def drawn(*arguments: str, columns: int, env: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
    done = callinspect(*CALLS, *arguments, "-o", "table", env={**env, "COLUMNS": str(columns)})
    assert done.returncode == 0, done.stderr
    return done


def text(call: SandboxCall) -> str:
    """Return what is said of a call."""
    return f"living: {call.description}" if call.living else call.description


@pytest.mark.parametrize("columns", [20, 40, 80, 120, 200])
@pytest.mark.parametrize("provider", [None, *PROVIDERS])
def test_every_call_is_there_and_no_id_is_cut(provider: str | None, columns: int, bare: dict[str, str]) -> None:
    known = emulator.calls(*filter(None, [provider]))
    lines = drawn(*filter(None, [provider]), columns=columns, env=bare).stdout.decode().splitlines()
    words = " ".join(" ".join(lines).split())
    for call in known:
        name = "" if provider else f"{call.provider} "
        assert f"{name}{call.id} {text(call)}" in words
    assert all(len(line) <= columns or len(line.split()) == 1 for line in lines)


def test_descriptions_are_aligned_beside_ids_that_leave_room(bare: dict[str, str]) -> None:
    for columns in (80, 120):
        lines = drawn("genesys", columns=columns, env=bare).stdout.decode().splitlines()
        assert all(line[32:34] == "  " and line[34] != " " for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 100, 140])
def test_all_vendors_descriptions_are_aligned(columns: int, bare: dict[str, str]) -> None:
    lines = drawn(columns=columns, env=bare).stdout.decode().splitlines()
    starts = set()
    for call in emulator.calls():
        at = next(number for number, line in enumerate(lines) if call.id in line.split())
        beside = lines[at].partition(call.id)[2].lstrip()
        starts.add(len(lines[at]) - len(beside) if beside else len(lines[at + 1]) - len(lines[at + 1].lstrip()))
    assert len(starts) == 1


def test_descriptions_are_below_ids_that_leave_none(bare: dict[str, str]) -> None:
    lines = drawn("bandwidth", columns=60, env=bare).stdout.decode().splitlines()
    call = emulator.calls("bandwidth")[0]
    assert lines[:2] == [call.id, *wrap(call.description, initial_indent="    ")]


def test_a_line_to_type_is_on_standard_error(bare: dict[str, str]) -> None:
    """It works as it stands; so does a line copied from the list."""
    done = drawn(columns=80, env=bare)
    lines = done.stderr.decode().splitlines()
    first, living = (next(each for each in emulator.calls() if each.living is alive) for alive in (False, True))
    assert lines[1:] == [
        f"  callinspect --sandbox get {first.provider} {first.id}",
        f"  callinspect --sandbox watch {living.provider} {living.id}",
    ]
    assert "start again 30 s after their end" in lines[0]
    seen = callinspect(*lines[1].split()[1:], "-f", "id", env=bare)
    assert seen.stdout.decode() == f"{first.id}\n"
    copied = callinspect("--sandbox", "get", *done.stdout.decode().splitlines()[0].split(), "-f", "id", env=bare)
    assert copied.stdout.decode() == f"{first.id}\n"


def test_with_q_and_in_a_pipe_there_are_results_only(bare: dict[str, str]) -> None:
    assert drawn("-q", columns=80, env=bare).stderr == b""
    for form in ((), ("-o", "json"), ("-o", "jsonl")):
        assert callinspect(*CALLS, *form, env=bare).stderr == b""


def test_living_calls_alone_are_watched(bare: dict[str, str]) -> None:
    done = drawn(FIRST, "--living", columns=100, env=bare)
    alive = [call for call in emulator.calls(FIRST) if call.living]
    assert done.stdout.decode().count("living: ") == len(alive)
    assert done.stderr.decode().splitlines()[1:] == [f"  callinspect --sandbox watch {FIRST} {alive[0].id}"]


def test_json_is_an_array_of_what_json_lines_have(bare: dict[str, str]) -> None:
    array = callinspect(*CALLS, "-o", "json", env=bare).stdout
    lines = callinspect(*CALLS, "-o", "jsonl", env=bare).stdout
    assert json.loads(array) == [json.loads(line) for line in lines.splitlines()]
    assert callinspect(*CALLS, env=bare).stdout == lines
    assert [list(each) for each in json.loads(array)] == [["provider", "id", "living", "description"]] * len(
        emulator.calls()
    )


@pytest.mark.parametrize("command", [("providers",), ("auth", "status"), (*CALLS, FIRST)], ids=" ".join)
def test_every_list_is_a_json_array_on_request(command: tuple[str, ...], bare: dict[str, str]) -> None:
    array = json.loads(callinspect(*command, "-o", "json", env=bare).stdout)
    lines = callinspect(*command, "-o", "jsonl", env=bare).stdout.splitlines()
    assert array == [json.loads(line) for line in lines]
    assert len(array) > 1


def test_on_a_terminal_it_is_for_people(bare: dict[str, str]) -> None:
    screen = Terminal(*CALLS, FIRST, env=bare).ended().out.decode()
    assert emulator.calls(FIRST)[0].id in screen
    assert "callinspect --sandbox get" in screen.splitlines()[-2]
