"""No command shows a secret, whether it ends well, is interrupted or runs on a terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle, product
from typing import TYPE_CHECKING

import pytest
from kit.canary import leaks
from kit.credential_runs import Run
from kit.pairwise import pairwise, sampled
from kit.program import SCRIPTS, TIMEOUT
from kit.recipes import ASKING, ENDLESS, FORMATS, ID, PATIENT, RECIPES, STARTING, TALK, WAYS, commands, is_login
from kit.watched import AT_ONCE, Case, interrupted, shown, without_bugs

from callinspect import providers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kit.recipes import Command
    from kit.watched import WatchedUser

LOOKING = [command for command in ASKING if not is_login(command)]


def test_every_command_has_a_recipe() -> None:
    assert set(commands()) == set(RECIPES)


def test_every_secret_belongs_to_a_way_that_is_tried() -> None:
    for name in providers.names():
        secrets = {each.name for each in providers.get(name).settings if each.secret}
        assert {each.name for way in WAYS if way.provider.name == name for each in way.secrets} == secrets


def test_no_command_shows_a_secret_when_all_is_well(watched: WatchedUser) -> None:
    known = [command for command in RECIPES if command not in {*ENDLESS, *STARTING}]
    cases = [
        Case(command, way, arguments=(*form, *PATIENT), stored=stored)
        for command, way, form, stored in pairwise(known, WAYS, FORMATS, (False, True))
        if command != ("list",) or way.provider.listing
    ]
    runs = watched.sweep(cases)
    assert [str(case) for case, run in zip(cases, runs, strict=True) if run.status] == []
    assert any(leaks(request) for request in watched.vendor.requests)


def test_no_command_shows_a_secret_that_a_file_holds(watched: WatchedUser) -> None:
    """Where it is used, and where the command ends in an error before that."""
    known = [command for command in RECIPES if command not in {*ENDLESS, *STARTING}]
    faults, formats = cycle(("good", "401", "503", "echo")), cycle(FORMATS)
    cases = [Case(command, way, next(faults), next(formats), mounted=True) for command, way in sampled(known, WAYS)]
    mistaken = [
        Case(("get",), way, arguments=TALK, recipe=("PROVIDER", ID, "-f", way.fields("")[each.name]), mounted=True)
        for way in WAYS
        for each in way.secrets
    ]
    runs = watched.sweep([*cases, *mistaken])
    without_bugs(runs)
    assert any(leaks(request) for request in watched.vendor.requests)
    assert all("[secret]" in run.err for run in runs[len(cases) :])


def test_a_command_without_end_shows_no_secret(watched: WatchedUser) -> None:
    for command in ENDLESS:
        case = Case(command, WAYS[0], arguments=TALK)
        run = interrupted(case.line, watched.env(case))
        assert shown(case, run) == []
        assert run.status == 0
        assert "\nexport " in run.out
    watched.search()


def test_a_program_that_is_started_gets_no_secret(watched: WatchedUser) -> None:
    """It prints its environment."""
    for command, way in product(STARTING, WAYS):
        case = Case(command, way, recipe=(*TALK, *RECIPES[command]))
        run = interrupted(case.line, watched.env(case))
        assert shown(case, run) == []
        assert f"\nCALLINSPECT_{way.provider.name.upper()}_BASE_URL=http://127.0.0.1:" in run.out
    watched.search()


def test_a_cut_off_message_shows_no_part_of_a_secret(watched: WatchedUser) -> None:
    watched.sweep(Case(command, way, "long", TALK) for command, way in sampled(ASKING, WAYS, 4))


def on_terminal(line: Command, env: Mapping[str, str]) -> Run:
    """Run a command on a terminal so wide that it breaks no line; return all that was drawn."""
    ours, theirs = pty.openpty()
    try:
        wide = {**env, "COLUMNS": "5000", "TERM": "xterm"}
        process = subprocess.Popen(
            [str(SCRIPTS / "callinspect"), *line], env=wide, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        drawn = b""
        with process, suppress(OSError):  # reading fails when the other side is closed
            while chunk := os.read(ours, 65536):
                drawn += chunk
        return Run(process.wait(TIMEOUT), drawn.decode(errors="backslashreplace"), "")
    finally:
        os.close(ours)


@pytest.mark.parametrize("fault", ["503", "401", "echo", "limit-without-end"])
def test_a_terminal_is_shown_no_secret(fault: str, watched: WatchedUser) -> None:
    cases = [Case(command, way, fault) for command, way in zip(LOOKING, cycle(WAYS), strict=False)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda case: on_terminal(case.line, watched.env(case)), cases))
    assert [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)] == []
    watched.search()


def test_an_interruption_shows_no_secret(watched: WatchedUser) -> None:
    def run(case: Case) -> Run:
        words, before = f"/{case.way.provider.name}/drip".encode(), len(watched.vendor.requests)
        return interrupted(
            case.line, watched.env(case), lambda: any(words in each for each in watched.vendor.requests[before:])
        )

    cases = [Case(command, way, "drip", (*TALK, *PATIENT)) for command, way in zip(LOOKING, cycle(WAYS), strict=False)]
    runs = [run(case) for case in cases]
    assert [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)] == []
    without_bugs(runs)
    assert {run.status for run in runs} <= {130, -signal.SIGINT}  # the latter where it was not ready to take signals
