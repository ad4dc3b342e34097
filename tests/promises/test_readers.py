"""Readers that leave early or read slowly: they have whole lines, and nothing is said of it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit.program import TIMEOUT, VENDOR, Env, env_of
from kit.sandbox_calls import ANSWERED
from kit.servers import GOOD, Answer, Server, refusing, silence
from kit.streams import (
    CALLINSPECT,
    COMMANDS,
    HELP,
    LINES,
    PAGE,
    PAIR,
    TAB,
    Ended,
    Pipe,
    all_at_once,
    give,
    shape,
    shell,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence
    from pathlib import Path


def left(words: Sequence[str], *, env: Env, lines: int = 0, both: bool = False, restore: bool = True) -> Ended:
    """Run the program for a reader that goes away after so many lines, with SIGPIPE as by default or ignored."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, PAGE)
    errors = write if both else subprocess.PIPE
    ignored = None if restore else signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    process = subprocess.Popen(
        [CALLINSPECT, *words], env=env, stdin=subprocess.PIPE, stdout=write, stderr=errors, restore_signals=restore
    )
    if ignored is not None:
        signal.signal(signal.SIGPIPE, ignored)
    os.close(write)
    give(process, LINES * 20)
    out = b""
    with os.fdopen(read, "rb", buffering=0) as reader:
        for _ in range(lines):
            out += reader.readline()
    _, said = process.communicate(timeout=TIMEOUT)
    return Ended(process.returncode, out, said or b"")


def test_a_tab_whose_asker_is_gone_says_nothing(env: Env) -> None:
    run = left((), env=env | TAB)
    assert (run.status in {1, 141}, run.err) == (True, b"")


def test_of_a_reader_gone_before_the_first_byte_nothing_is_said(env: Env) -> None:
    commands = COMMANDS | HELP
    ended = all_at_once(lambda name: left(commands[name], env=env), list(commands))
    for name, run in ended.items():
        assert run.status == 141, (name, run)
        assert not [line for line in run.err.splitlines() if b"have no IDs" not in line], (name, run)


@pytest.mark.parametrize("both", [False, True], ids=["errors-elsewhere", "errors-in-the-same-pipe"])
@pytest.mark.parametrize("lines", [0, 1, 3])
def test_a_reader_that_leaves_midway_has_had_whole_lines(lines: int, both: bool, env: Env) -> None:
    commands = [*(COMMANDS[name] for name in ("bulk", "list", "schema")), ("get", "-", "-o", "csv"), ("help", "record")]
    ended = all_at_once(lambda words: left(words, env=env, lines=lines, both=both), commands)
    for words, run in ended.items():
        assert (run.status, run.out.count(b"\n"), run.err) == (141, lines, b""), (words, run)


def test_it_makes_no_difference_whether_sigpipe_was_ignored(env: Env) -> None:
    assert [left(("get", "-"), env=env, lines=1, restore=restore).status for restore in (True, False)] == [141, 141]


def limited(connection: socket.socket) -> None:
    """Ask for a pause of a minute, every time."""
    connection.sendall(refusing(429, "slow down", {"Retry-After": "60"}))
    silence(connection)


WAITS: dict[str, tuple[tuple[str, ...], Answer]] = {
    "between-readings": (("watch", VENDOR, "c-1", "--interval", "60"), GOOD),
    "for-an-answer": (("watch", VENDOR, "c-1", "--interval", "0.1"), silence),
    "for-a-vendor-that-is-busy": (("watch", "-q", VENDOR, "c-1", "--interval", "0.1"), limited),
    "for-a-state": (("wait", VENDOR, "c-1", "--interval", "60"), GOOD),
    "for-the-next-of-many": (("get", VENDOR, "-", "--jobs", "1", "--timeout", "600"), limited),
}
"""Commands that have read a call, and what the vendor says the second time: nothing more for a long while."""


@pytest.mark.parametrize("name", WAITS)
def test_a_run_that_waits_ends_when_its_reader_leaves(name: str, tmp_path: Path) -> None:
    words, second = WAITS[name]
    with (
        Server(GOOD, second) as server,
        subprocess.Popen(
            [CALLINSPECT, *words], env=env_of(tmp_path, server.url), stdin=-1, stdout=-1, stderr=-1
        ) as process,
    ):
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"c-1\nc-2\nc-3\n")
        process.stdin.flush()
        if words[0] != "wait":
            assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(10) == 141
        assert process.stderr.read() == b""


def test_no_saved_response_is_awaited_when_the_reader_has_left(bare: Env) -> None:
    words = [CALLINSPECT, "get", VENDOR, "--from-file", "-"]
    with subprocess.Popen(words, env=bare, stdin=-1, stdout=-1, stderr=-1) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.wait(10) == 141
        assert process.stderr.read() == b""


@pytest.mark.parametrize("words", [("get", *ANSWERED), PAIR, ("wait", *ANSWERED)], ids=["get", "several", "wait"])
def test_a_run_whose_reader_has_had_all_is_done(words: tuple[str, ...], env: Env) -> None:
    lines = 2 if words == PAIR else 1
    assert left((*words, "-f", "state"), env=env, lines=lines).status == 0


def slowly(words: Sequence[str], *, env: Env, blocking: bool, errors: bool = False) -> Ended:
    """Run the program with a slow reader of standard output, or of standard error."""
    pipe = Pipe(blocking)
    streams = (subprocess.PIPE, pipe.write) if errors else (pipe.write, subprocess.PIPE)
    process = subprocess.Popen(
        [CALLINSPECT, *words], env=env, stdin=subprocess.PIPE, stdout=streams[0], stderr=streams[1]
    )
    give(process, LINES * 20)
    with ThreadPoolExecutor(1) as other:
        drained = other.submit(pipe.drained, 1.0)
        out, said = process.communicate(timeout=TIMEOUT)
    return Ended(process.returncode, *((out, drained.result()) if errors else (drained.result(), said)))


LONG = {name: COMMANDS[name] for name in ("bulk", "list", "list-table", "schema")} | {"help": ("help", "record")}
"""Commands that write more than a small pipe holds."""


def test_a_slow_reader_gets_all(env: Env) -> None:
    ended = all_at_once(lambda name: slowly(LONG[name], env=env, blocking=True), list(LONG))
    for name, run in ended.items():
        whole = shell(LONG[name], "", env=env, stdin=LINES * 20)
        assert (run.status, shape(run.out), run.err) == (0, shape(whole.out), b""), (name, run)


@pytest.mark.parametrize("errors", [False, True], ids=["output", "errors"])
def test_a_slow_reader_of_a_pipe_that_does_not_block_gets_all(errors: bool, env: Env) -> None:
    given = {"bulk": (*LONG["bulk"], "-vv", "-o", "jsonl")} if errors else LONG
    ended = all_at_once(lambda name: slowly(given[name], env=env, blocking=False, errors=errors), list(given))
    for name, run in ended.items():
        whole = shell(given[name], "", env=env, stdin=LINES * 20)
        assert (run.status, shape(run.out)) == (0, shape(whole.out)), (name, run)
        assert shape(run.err) == shape(whole.err), (name, run)
