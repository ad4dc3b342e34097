"""Standard streams that are full or closed: output is whole, or the exit status says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.streams import COMMANDS, FAILURES, FEW, HELP, TAB, all_at_once, shape, shell

if TYPE_CHECKING:
    from kit.program import Env


def one_line(said: bytes, message: str) -> bool:
    """Whether this message is all that was said, as text or as JSON."""
    return said.count(b"\n") == 1 and message.encode() in said and b"Traceback" not in said


@dataclass(frozen=True)
class Plight:
    """A state of the standard streams, and what becomes of a run then."""

    redirections: str
    said: str | None
    """None where nobody could read it."""


NO_SPACE = "could not be written: No space left on device"
CLOSED = "standard output is closed"

UNREADABLE = {
    "out-full": Plight(">/dev/full", NO_SPACE),
    "both-full": Plight(">/dev/full 2>&1", None),
    "out-closed": Plight(">&-", CLOSED),
    "all-closed": Plight("<&- >&- 2>&-", None),
}
"""Standard output takes nothing."""

READABLE = {"error-full": "2>/dev/full", "error-closed": "2>&-", "input-closed": "<&-"}
"""Standard output is as it should be."""


@pytest.mark.parametrize("plight", UNREADABLE.values(), ids=UNREADABLE)
def test_output_that_nobody_gets_is_an_error_in_one_line(plight: Plight, env: Env) -> None:
    """Every command once, and of the other plights those commands that write in different ways."""
    names = list(COMMANDS) if plight.said == NO_SPACE else FEW
    ended = all_at_once(lambda name: shell(COMMANDS[name], plight.redirections, env=env), names)
    for name, run in ended.items():
        said = [line for line in run.err.splitlines(keepends=True) if b"have no IDs" not in line]
        assert (run.status, run.out) == (74, b""), (name, run)
        assert one_line(b"".join(said), plight.said) if plight.said else not said, (name, run)


@pytest.mark.parametrize("plight", UNREADABLE.values(), ids=UNREADABLE)
def test_help_that_nobody_gets_is_an_error_in_one_line(plight: Plight, env: Env) -> None:
    ended = all_at_once(lambda name: shell(HELP[name], plight.redirections, env=env), list(HELP))
    for name, run in ended.items():
        assert (run.status, run.out) == (74, b""), (name, run)
        assert one_line(run.err, plight.said) if plight.said else not run.err, (name, run)


def test_lost_messages_take_nothing_from_results(env: Env) -> None:
    commands = COMMANDS | HELP
    whole = all_at_once(lambda name: shell(commands[name], "", env=env), list(commands))
    cases = [(name, "error-closed") for name in commands]
    cases += [(name, plight) for name in ("get", "several-table", "watch", *HELP) for plight in READABLE]
    ended = all_at_once(lambda case: shell(commands[case[0]], READABLE[case[1]], env=env), cases)
    for case, run in ended.items():
        assert (run.status, shape(run.out)) == (0, shape(whole[case[0]].out)), (case, run)
        assert run.err == (whole[case[0]].err if case[1] == "input-closed" else b""), (case, run)
    assert all(run.status == 0 and run.out for run in whole.values())


def test_failures_keep_their_status_where_messages_are_lost(env: Env) -> None:
    ways = [">/dev/full", "2>/dev/full", "2>&-", ">/dev/full 2>&1"]
    cases = [(name, way) for name in FAILURES for way in ways]
    ended = all_at_once(lambda case: shell(FAILURES[case[0]][0], case[1], env=env), cases)
    for (name, way), run in ended.items():
        assert (run.status, run.out) == (FAILURES[name][1], b""), (name, way, run)
        headlines = [line for line in run.err.decode().splitlines() if not line.startswith("  · ")]
        assert len(headlines) == (way == ">/dev/full"), (name, way, run)


def test_ids_from_a_closed_stdin_are_a_usage_error(env: Env) -> None:
    for words in (("get", "-"), ("get", "webex", "--input", "/dev/stdin")):
        run = shell(words, "<&-", env=env, stdin=None)
        assert (run.status, run.out) == (2, b"")
        assert run.err.count(b"\n") == 1


@pytest.mark.parametrize(
    ("way", "status"),
    [
        (">/dev/full", 1),
        (">&-", 1),
        ("<&- >&- 2>&-", 1),
        ("2>&-", 0),
        ("<&-", 0),
    ],
)
def test_a_tab_that_cannot_be_answered_says_nothing(way: str, status: int, env: Env) -> None:
    run = shell((), way, env=env | TAB)
    assert (run.status, run.out.count(b"\n"), run.err) == (status, 0 if status else len(vendors.NAMES), b"")
