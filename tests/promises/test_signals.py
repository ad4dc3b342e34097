"""Signals at every moment: whole lines, the signal's own exit status, and no traceback."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import termios
import time
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING

import pytest
from kit.counting import ids
from kit.credential_runs import ACCEPTED
from kit.program import TIMEOUT, Env, environment
from kit.servers import Server, silence
from kit.streams import CALLINSPECT, COMMANDS, FAILURES, LINES, Ended, Pipe, all_at_once, give, shell
from kit.timed_signals import CALLS, SIGNALS, Struck

if TYPE_CHECKING:
    from pathlib import Path

    from kit.keyrings import SecretService

    from callinspect.sandbox import Sandbox


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", ["get", "list", "watch"])
def test_a_signal_at_any_moment_ends_a_run_with_its_own_status(
    name: str, number: signal.Signals, struck: Struck
) -> None:
    steps = 8 if number is signal.SIGINT else 4
    for moment, run in struck.sweep(COMMANDS[name], number, steps).items():
        assert run.status in {SIGNALS[number], -number, 0}, (moment, run)
        assert not run.speaks_python, (moment, run)
        assert not run.out or run.out.endswith(b"\n"), (moment, run)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_before_start_up_ends_the_run_silently(number: signal.Signals, struck: Struck) -> None:
    for moment, run in struck.sweep(COMMANDS["get"], number, 5, since="begun").items():
        assert (run.status, run.out, run.err) == (-number, b"", b""), (moment, run)


@pytest.mark.parametrize(
    "moments",
    [("~invoke", "~get", "cb"), ("~run", "leave")],
    ids=["in-a-callback", "at-exit"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_that_cannot_be_raised_is_not_lost(
    moments: tuple[str, ...], number: signal.Signals, struck: Struck
) -> None:
    """In a callback and at the exit, where Python itself shows an exception and goes on."""
    run = struck.run(COMMANDS["get"], number, *moments)
    assert run.struck == 1
    assert run.err == b""
    assert run.status in ({SIGNALS[number]} if "cb" in moments else {SIGNALS[number], -number, 0})


@pytest.mark.parametrize("later", [1, 100, 400])
def test_a_signal_while_an_error_is_told_is_not_a_traceback(later: int, struck: Struck) -> None:
    run = struck.run(FAILURES["not-found"][0], signal.SIGINT, "~report", f"+{later}")
    assert run.struck == 1
    assert run.status in {130, -signal.SIGINT, 3}
    assert not run.speaks_python


def test_a_signal_between_two_results_ends_the_run(many: tuple[Struck, tuple[str, ...]]) -> None:
    program, words = many
    run = program.run(words, signal.SIGINT, "~handle_all", "~give", "+1", patience=10)
    assert (run.status, run.struck) == (130, 1)


def test_a_signal_during_a_result_leaves_whole_lines(
    many: tuple[Struck, tuple[str, ...]],
) -> None:
    """What was not done is counted in one line."""
    program, words = many
    ended = all_at_once(
        lambda case: program.run(words, case[0], "~handle_all", "~add", f"+{case[1]}"),
        [(number, later) for at, number in enumerate(SIGNALS) for later in (1 + at, 10 + at * 5, 40 - at * 10)],
    )
    for (number, later), run in ended.items():
        assert (run.status, run.struck) == (SIGNALS[number], 1), (later, run)
        done = ids(run.out)
        assert done == CALLS[: len(done)]
        assert run.err == f"callinspect: interrupted: {len(done)} calls done, {40 - len(done)} not done\n".encode()


def test_a_second_signal_at_any_later_moment_is_not_a_traceback(many: tuple[Struck, tuple[str, ...]]) -> None:
    program, words = many
    ended = all_at_once(
        lambda later: program.run(words, signal.SIGINT, "~handle_all", "~add", "text", f"+{later}", patience=10),
        [1, *range(8, 250, 40)],
    )
    for later, run in ended.items():
        assert run.status in {130, -signal.SIGINT}, (later, run)
        assert not run.speaks_python, (later, run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize(
    "form", [("-o", "jsonl"), ("-o", "csv"), ("-f", "id"), ("--raw", "-o", "jsonl"), ("-o", "table")], ids=" ".join
)
def test_after_a_signal_output_is_whole_in_every_form(
    form: tuple[str, ...], number: signal.Signals, many: tuple[Struck, tuple[str, ...]]
) -> None:
    program, words = many
    run = program.run((*words, *form), number, "~handle_all", *["~add"] * 5, "+3")
    assert (run.status, run.struck) == (SIGNALS[number], 1)
    lines = run.out.splitlines(keepends=True)
    assert all(line.endswith(b"\n") for line in lines)
    header = 1 if form[-1] in {"csv", "table"} else 0
    done = int(run.err.partition(b"interrupted: ")[2].split()[0])
    assert len(lines) - header == done or (form[-1] == "table" and len(lines) >= done)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("order", [(), ("--unordered",)], ids=["ordered", "unordered"])
def test_resuming_after_a_signal_completes_exactly_the_rest(
    order: tuple[str, ...], number: signal.Signals, many: tuple[Struck, tuple[str, ...]], tmp_path: Path
) -> None:
    program, words = many
    first = program.run((*words, *order), number, "~handle_all", *["~add"] * 9, "+2")
    assert (first.status, first.struck) == (SIGNALS[number], 1)
    assert 0 < len(ids(first.out)) < 40
    (tmp_path / "out").write_bytes(first.out)
    rest = shell((*words, "--resume", str(tmp_path / "out")), "", env=program.env)
    assert rest.status == 0
    assert sorted(ids(first.out) + ids(rest.out)) == sorted(CALLS)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize(
    "words", [("get", "webex", "1"), ("wait", "webex", "1"), ("get", "webex", "1", "2")], ids=" ".join
)
def test_a_signal_ends_a_run_whose_vendor_is_silent(
    words: tuple[str, ...], number: signal.Signals, tmp_path: Path
) -> None:
    with Server(silence) as server:
        env = environment(tmp_path, CALLINSPECT_WEBEX_ACCESS_TOKEN="t", CALLINSPECT_WEBEX_BASE_URL=server.url)
        process = subprocess.Popen([CALLINSPECT, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + TIMEOUT
        while not server.requests:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(number)
        out, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, out) == (SIGNALS[number], b"")
    assert said == (b"callinspect: interrupted: 0 calls done, 2 not done\n" if words[-1] == "2" else b"")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_that_was_ignored_before_stays_ignored(
    number: signal.Signals, many: tuple[Struck, tuple[str, ...]]
) -> None:
    program, words = many
    name = number.name.removeprefix("SIG")
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'trap "" {name}; echo ignored >&2; exec "$0" "$@"', CALLINSPECT, *words],
        env=program.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert process.stderr
    assert process.stderr.readline() == b"ignored\n"
    for _ in range(8):
        time.sleep(0.05)
        process.send_signal(number)
    out, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, ids(out), said) == (0, CALLS, b"")


@pytest.mark.parametrize(
    "commands",
    [
        [COMMANDS["schema"]],
        [COMMANDS["bulk"], ("help", "record")],
    ],
    ids=["schema", "bulk-and-help"],
)
def test_a_second_signal_does_not_wait_for_a_stuck_reader(commands: list[tuple[str, ...]], env: Env) -> None:
    cases = [(words, number) for words in commands for number in (signal.SIGINT, signal.SIGTERM)]
    for (words, number), status in all_at_once(lambda case: stuck(*case, env=env), cases).items():
        assert status in {SIGNALS[number], -number}, words


def stuck(words: tuple[str, ...], number: signal.Signals, *, env: Env) -> int | None:
    """Send two signals to the program that waits for its reader; return its status, None if it is not impressed."""
    pipe = Pipe()
    process = subprocess.Popen(
        [CALLINSPECT, *words], env=env, stdin=subprocess.PIPE, stdout=pipe.write, stderr=subprocess.DEVNULL
    )
    os.close(pipe.write)
    give(process, LINES * 20)
    waiting = 0
    while not 0 < waiting == unread(pipe.read):
        waiting = unread(pipe.read)
        time.sleep(0.4)
    for _ in range(2):
        process.send_signal(number)
        time.sleep(0.5)
    status = None
    with suppress(subprocess.TimeoutExpired):
        status = process.wait(TIMEOUT)
    os.close(pipe.read)
    process.kill()
    process.wait()
    return status


def unread(read: int) -> int:
    """Return how many bytes are waiting in a pipe."""
    waiting = bytearray(4)
    fcntl.ioctl(read, termios.FIONREAD, waiting)
    return int.from_bytes(waiting, "little")


def test_a_signal_at_any_moment_of_storing_leaves_all_or_nothing(
    keyring: SecretService, tmp_path: Path, sandbox: Sandbox
) -> None:
    base_url = sandbox.environment["CALLINSPECT_WEBEX_BASE_URL"]
    given = {"base_url": base_url, "access_token": ACCEPTED["webex"]["access_token"]}
    profiles = count()

    def stored(case: tuple[signal.Signals, tuple[str, ...]]) -> tuple[Ended, str | None, list[str]]:
        home = tmp_path / f"home{next(profiles)}"
        home.mkdir()
        program = Struck(home, keyring.user(home, XDG_CONFIG_HOME=str(home / "config")))
        words = ("auth", "login", "webex", "--stdin", "--profile", home.name)
        run = program.run(words, case[0], *case[1], stdin=json.dumps(given))
        files = [file.name for file in (home / "config").rglob("*") if file.is_file()]
        return run, keyring.text(f"webex/{home.name}"), files

    moments: list[tuple[str, ...]] = [("~verify", "+1"), ("~verify", "+40")]
    moments += [("~verify", "~write", f"+{later}") for later in (1, 10, 20)]
    moments += [("mkstemp",), ("~mkstemp", "fdopen"), ("~mkstemp", "replace")]
    cases = [(number, moment) for number in (signal.SIGINT, signal.SIGTERM) for moment in moments]
    for case, (run, item, files) in all_at_once(stored, cases).items():
        assert run.struck == 1, (case, run)
        assert run.status == SIGNALS[case[0]], (case, run)
        assert not run.speaks_python, (case, run)
        assert item is None or given.items() <= json.loads(item).items()
        assert files in ([], ["profiles.json"]), (case, files)


SWEPT = [step * 0.04 for step in range(16)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_at_any_time_after_the_start_leaves_whole_lines(
    number: signal.Signals, many: tuple[Struck, tuple[str, ...]]
) -> None:
    program, words = many

    def begun(delay: float) -> Ended:
        process = subprocess.Popen([CALLINSPECT, *words], env=program.env, stdout=-1, stderr=-1)
        time.sleep(delay)
        process.send_signal(number)
        out, said = process.communicate(timeout=TIMEOUT)
        return Ended(process.returncode, out, said)

    for delay, run in all_at_once(begun, SWEPT).items():
        assert run.status in {SIGNALS[number], -number, 0}, (delay, run)
        assert not run.speaks_python, (delay, run)
        done = ids(run.out)
        assert done == CALLS[: len(done)]
