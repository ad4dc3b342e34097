"""Standard streams in every state, and signals at every moment: output is whole, or the exit status says otherwise."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import select
import signal
import subprocess
import termios
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from kit.calls import ANSWERED, BUSY, BUSY_SOON
from kit.counting import Counting, account, ids
from kit.program import SCRIPTS, TIMEOUT, env_of, environment, require
from kit.servers import GOOD, Answer, Chooser, Server, answer, refusing, silence
from ptyprocess import PtyProcess

from callinspect.sandbox import Sandbox, calls
from callinspect.sandbox import credentials as known

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kit.accounts import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]
K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 4
"""Runs at a time."""

PAGE = 4096
"""Bytes: the smallest that a pipe can be made."""

CALLINSPECT = str(SCRIPTS / "callinspect")
TAB = {"_CALLINSPECT_COMPLETE": "complete_fish", "_CALLINSPECT_WORDS": "callinspect\nget", "_CALLINSPECT_WORD": ""}

PAIR = ("get", "bandwidth", ANSWERED[1], BUSY[1])
COMMANDS: dict[str, tuple[str, ...]] = {
    "get": ("get", *ANSWERED),
    "get-table": ("get", *ANSWERED, "-o", "table"),
    "get-field": ("get", *ANSWERED, "-f", "state"),
    "get-raw": ("get", *ANSWERED, "--raw"),
    "several": PAIR,
    "several-table": (*PAIR, "-o", "table"),
    "several-csv": (*PAIR, "-o", "csv"),
    "several-raw": (*PAIR, "--raw", "-o", "table"),
    "bulk": ("get", "-"),
    "list": ("list", "webex", "--limit", "9"),
    "list-table": ("list", "webex", "--limit", "9", "-o", "table"),
    "history": ("list", "webex", "--history"),
    "wait": ("wait", *ANSWERED),
    "watch": ("watch", *ANSWERED),
    "auth-status": ("auth", "status"),
    "auth-status-one": ("auth", "status", "webex"),
    "schema": ("schema",),
    "providers": ("providers", "-o", "table"),
    "help": ("help", "exit-codes"),
    "version": ("--version",),
    "show-completion": ("--show-completion", "zsh"),
}
"""Commands that write a result, and exit with 0 when they have."""

HELP: dict[str, tuple[str, ...]] = {
    "program": ("--help",),
    "command": ("get", "-h"),
    "group": ("auth", "--help"),
}
FAILURES: dict[str, tuple[tuple[str, ...], int]] = {
    "usage": (("gte",), 2),
    "no-command": (("auth",), 2),
    "not-found": (("get", "bandwidth", "c-none"), 3),
    "nothing-to-read": (("auth", "login", "webex", "--stdin"), 10),
}
"""Commands that write no result, and what they exit with."""

FEW = ("get", "several-table", "bulk", "watch", "schema", "version")
"""Commands that write in as many ways."""

LINES = f"bandwidth:{ANSWERED[1]}\nbandwidth:{BUSY[1]}\n"


@dataclass
class Ended:
    """How a run ended.

    Attributes:
        status: its exit status, a negative number for a signal, None if it had to be killed.
        out: what it wrote to standard output, or on its terminal.
        err: what it wrote to standard error.
        struck: how many of its moments came.
        counted: calls of functions in all, those until our own code had begun, and those until it took signals.
    """

    status: int | None
    out: bytes
    err: bytes
    struck: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def speaks_python(self) -> bool:
        return any(word in self.out + self.err for word in (b"Traceback", b"Exception ignored", b"Fatal Python"))


def shell(words: Sequence[str], redirections: str, *, env: Env, stdin: str | None = LINES) -> Ended:
    """Run the program as a shell does, with these redirections."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" "$@" {redirections}', CALLINSPECT, *words],
        env=env,
        input=None if stdin is None else stdin.encode(),
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def all_at_once(work: Callable[[K], V], given: Sequence[K]) -> dict[K, V]:
    """Return what the work returns for each that is given, done several at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(given, pool.map(work, given), strict=True))


def one_line(said: bytes, message: str) -> bool:
    """Whether this message is all that was said, as text or as JSON."""
    return said.count(b"\n") == 1 and message.encode() in said and b"Traceback" not in said


def shape(out: bytes) -> tuple[int, bytes]:
    """Return what two runs have in common that differ in their time only."""
    return out.count(b"\n"), out[-1:]


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
    names = list(COMMANDS) if plight.said else FEW
    ended = all_at_once(lambda name: shell(COMMANDS[name], plight.redirections, env=env), names)
    for name, run in ended.items():
        said = [line for line in run.err.splitlines(keepends=True) if b"have no ids" not in line]
        status = 10 if name == "bulk" and "<&-" in plight.redirections else 1
        assert (run.status, run.out) == (status, b""), (name, run)
        assert one_line(b"".join(said), plight.said) if plight.said else not said, (name, run)


@pytest.mark.parametrize(
    "plight",
    [pytest.param(plight, id=name) for name, plight in UNREADABLE.items()],
)
def test_help_that_nobody_gets_is_an_error_in_one_line(plight: Plight, env: Env) -> None:
    ended = all_at_once(lambda name: shell(HELP[name], plight.redirections, env=env), list(HELP))
    for name, run in ended.items():
        assert (run.status, run.out) == (1, b""), (name, run)
        assert one_line(run.err, plight.said) if plight.said else not run.err, (name, run)


def test_what_stands_in_the_way_of_messages_takes_nothing_from_results(env: Env) -> None:
    commands = COMMANDS | HELP
    whole = all_at_once(lambda name: shell(commands[name], "", env=env), list(commands))
    cases = [(name, "error-closed") for name in commands]
    cases += [(name, plight) for name in ("get", "several-table", "watch", *HELP) for plight in READABLE]
    ended = all_at_once(lambda case: shell(commands[case[0]], READABLE[case[1]], env=env), cases)
    for case, run in ended.items():
        assert (run.status, shape(run.out)) == (0, shape(whole[case[0]].out)), (case, run)
        assert run.err == (whole[case[0]].err if case[1] == "input-closed" else b""), (case, run)
    assert all(run.status == 0 and run.out for run in whole.values())


def test_failures_keep_their_status_whatever_stands_in_the_way_of_their_messages(env: Env) -> None:
    ways = [">/dev/full", "2>/dev/full", "2>&-", ">/dev/full 2>&1"]
    cases = [(name, way) for name in FAILURES for way in ways]
    ended = all_at_once(lambda case: shell(FAILURES[case[0]][0], case[1], env=env), cases)
    for (name, way), run in ended.items():
        assert (run.status, run.out) == (FAILURES[name][1], b""), (name, way, run)
        assert (run.err.count(b"\n") == 1) == (way == ">/dev/full"), (name, way, run)


def test_ids_from_a_closed_standard_input_are_a_configuration_error(env: Env) -> None:
    for words in (("get", "-"), ("get", "webex", "--input", "/dev/stdin")):
        run = shell(words, "<&-", env=env, stdin=None)
        assert (run.status, run.out) == (10, b"")
        assert run.err.count(b"\n") == 1


@pytest.mark.parametrize(
    ("way", "status"),
    [
        pytest.param(">/dev/full", 1),
        (">&-", 1),
        ("<&- >&- 2>&-", 1),
        ("2>&-", 0),
        ("<&-", 0),
    ],
)
def test_a_tab_that_cannot_be_answered_says_nothing(way: str, status: int, env: Env) -> None:
    run = shell((), way, env=env | TAB)
    assert (run.status, run.out.count(b"\n"), run.err) == (status, 0 if status else 4, b"")


def test_a_tab_whose_asker_is_gone_says_nothing(env: Env) -> None:
    run = left((), env=env | TAB)
    assert (run.status in {1, 141}, run.err) == (True, b"")


# Readers


def give(process: subprocess.Popen[bytes], text: str) -> None:
    """Write all that there is to standard input; it fits a pipe."""
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin as stream:
        stream.write(text.encode())
    process.stdin = None


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


def test_a_reader_that_is_gone_before_the_first_byte_is_no_error_to_speak_of(env: Env) -> None:
    commands = COMMANDS | HELP
    ended = all_at_once(lambda name: left(commands[name], env=env), list(commands))
    for name, run in ended.items():
        assert run.status == 141, (name, run)
        assert not [line for line in run.err.splitlines() if b"have no ids" not in line], (name, run)


@pytest.mark.parametrize("both", [False, True], ids=["errors-elsewhere", "errors-in-the-same-pipe"])
@pytest.mark.parametrize("lines", [0, 1, 3])
def test_a_reader_that_leaves_midway_has_had_whole_lines(lines: int, both: bool, env: Env) -> None:
    commands = [*(COMMANDS[name] for name in ("bulk", "list", "schema")), ("get", "-", "-o", "csv"), HELP["command"]]
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
    "between-readings": (("watch", "bandwidth", "c-1", "--interval", "60"), GOOD),
    "for-an-answer": (("watch", "bandwidth", "c-1", "--interval", "0.1"), silence),
    "for-a-vendor-that-is-busy": (("watch", "-q", "bandwidth", "c-1", "--interval", "0.1"), limited),
    "for-a-state": (("wait", "bandwidth", "c-1", "--interval", "60"), GOOD),
    "for-the-next-of-many": (("get", "bandwidth", "-", "--jobs", "1", "--timeout", "600"), limited),
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


@pytest.mark.parametrize("words", [("get", *ANSWERED), PAIR, ("wait", *ANSWERED)], ids=["get", "several", "wait"])
def test_a_run_whose_reader_has_had_all_is_done(words: tuple[str, ...], env: Env) -> None:
    lines = 2 if words == PAIR else 1
    assert left((*words, "-f", "state"), env=env, lines=lines).status == 0


@dataclass
class Pipe:
    """A small pipe that a run writes to; `blocking` as another process that shares it may have set it."""

    blocking: bool = True

    def __post_init__(self) -> None:
        self.read, self.write = os.pipe()
        fcntl.fcntl(self.write, fcntl.F_SETPIPE_SZ, PAGE)
        os.set_blocking(self.write, self.blocking)

    def drained(self, after: float) -> bytes:
        """Close this end for writing, take no notice of what comes for some time, then read slowly to the end."""
        os.close(self.write)
        time.sleep(after)
        out = b""
        with os.fdopen(self.read, "rb", buffering=0) as reader:
            while chunk := reader.read(1000):
                out += chunk
                time.sleep(0.002)
        return out


def slowly(words: Sequence[str], *, env: Env, blocking: bool, errors: bool = False) -> Ended:
    """Run the program with a slow reader of standard output, or of standard error."""
    pipe = Pipe(blocking)
    streams = (subprocess.PIPE, pipe.write) if errors else (pipe.write, subprocess.PIPE)
    process = subprocess.Popen(
        [CALLINSPECT, *words], env=env, stdin=subprocess.PIPE, stdout=streams[0], stderr=streams[1]
    )
    give(process, LINES * 20)
    with ThreadPoolExecutor(1) as other:
        drained = other.submit(pipe.drained, 1.5)
        out, said = process.communicate(timeout=TIMEOUT)
    return Ended(process.returncode, *((out, drained.result()) if errors else (drained.result(), said)))


LONG = {name: COMMANDS[name] for name in ("bulk", "list", "list-table", "schema")} | {"help": HELP["command"]}
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


# Encodings and terminals

POOR: dict[str, Env] = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX-strict": {
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii:strict",
    },
}
FOREIGN = next(
    call for call in calls() if call.provider == "webex" and "not ASCII" in call.description and not call.living
)


@pytest.mark.parametrize("poor", [POOR["latin-1"], POOR["POSIX-strict"]], ids=["latin-1", "POSIX-strict"])
def test_an_encoding_that_lacks_characters_costs_nothing_but_them(poor: Env, env: Env) -> None:
    foreign = {form: ("get", FOREIGN.provider, FOREIGN.id, "-o", form) for form in ("table", "json", "csv")}
    commands = COMMANDS | HELP | foreign
    ended = all_at_once(lambda name: shell(commands[name], "", env=env | poor), list(commands))
    for name, run in ended.items():
        assert run.status == 0, (name, run)
        assert run.out.endswith((b"\n", b"}")), (name, run)
        assert not run.speaks_python, (name, run)
    assert ended["table"].out.decode("latin-1" if "PYTHONUTF8" not in poor else "ascii")
    assert b"\\u" in ended["table"].out
    rich = all_at_once(lambda form: shell(foreign[form], "", env=env), ["json", "csv"])
    for form, run in rich.items():
        assert len(run.out) == len(ended[form].out)
        run.out.decode()
        assert not ended[form].out.isascii()
    failed = shell(("gte",), "", env=env | poor)
    assert failed.status == 2
    assert failed.err.startswith(rb"callinspect: there is no command \u201cgte\u201d; ")


@pytest.mark.parametrize(
    "columns",
    [
        *("0", "1", "12", "abc", "-5"),
        pytest.param("9" * 30),
    ],
)
def test_any_width_is_wide_enough_for_identifiers(columns: str, env: Env) -> None:
    narrow = env | {"COLUMNS": columns}
    commands = {name: COMMANDS[name] for name in ("get-table", "several-table", "several-raw")}
    ended = all_at_once(lambda name: shell(commands[name], "", env=narrow), list(commands))
    for name, run in ended.items():
        assert (run.status, run.err) == (0, b""), (name, run)
        assert ANSWERED[1].encode() in run.out, (name, run)


def test_help_has_words_at_any_width(env: Env) -> None:
    for columns in ("12", "1"):
        run = shell(HELP["command"], "", env=env | {"COLUMNS": columns})
        assert run.status == 0
        assert b"get" in run.out.replace(b"\n", b"")


def without_core() -> None:
    """Have a process that is killed leave no image of its memory behind, which takes long."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Terminal:
    """The program on a terminal of its own, as a context manager; or another program that runs it there."""

    def __init__(self, *words: str, env: Env, program: str = CALLINSPECT) -> None:
        self._process = PtyProcess.spawn(
            [program, *words], env={"TERM": "xterm", **env}, dimensions=(50, 100), preexec_fn=without_core
        )
        self.before = termios.tcgetattr(self._process.fd)
        self.pid: int = self._process.pid
        self.screen = b""

    def until(self, text: str) -> None:
        """Read until that is shown after all that was read before."""
        seen, deadline = len(self.screen), time.monotonic() + TIMEOUT
        while text.encode() not in self.screen[seen:]:
            assert time.monotonic() < deadline, (text, self.screen[seen:])
            if select.select([self._process.fd], [], [], 0.1)[0]:
                self.screen += self._process.read(4096)

    def type(self, text: str) -> None:
        time.sleep(0.1)  # a program that has asked is not yet listening
        self._process.write(text.encode())

    @property
    def echoes(self) -> bool:
        return bool(self.attributes()[3] & termios.ECHO)

    def attributes(self) -> list[Any]:
        found: list[Any] = termios.tcgetattr(self._process.fd)
        return found

    def until_silent(self) -> None:
        """Wait until what is typed is not shown."""
        deadline = time.monotonic() + TIMEOUT
        while self.echoes:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def strike(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def ended(self) -> Ended:
        """Read the rest; return how it ended. It is as well if the program is no more there to be killed."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if select.select([self._process.fd], [], [], 0.1)[0]:
                try:
                    self.screen += self._process.read(65536)
                except EOFError:
                    break
        self._process.wait()
        killed_by = self._process.signalstatus
        return Ended(self._process.exitstatus if killed_by is None else -killed_by, self.screen, b"")

    def kill(self) -> None:
        with suppress(OSError):
            self._process.terminate(force=True)

    @property
    def shows_cursor(self) -> bool:
        return self.screen.rfind(b"\x1b[?25h") >= self.screen.rfind(b"\x1b[?25l")


@pytest.mark.parametrize("given", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"TERM": "xterm"}], ids=str)
def test_a_terminal_gets_as_much_colour_as_it_can_bear(given: Env, env: Env) -> None:
    def shown(words: tuple[str, ...]) -> Ended:
        return Terminal(*words, env=env | given).ended()

    commands = [COMMANDS["get"], COMMANDS["several"], COMMANDS["watch"], ("gte",)]
    for words, run in all_at_once(shown, commands).items():
        assert run.status == (2 if words == ("gte",) else 0), (words, run)
        assert not run.speaks_python
        assert b"\x1b[3" not in run.out or given == {"TERM": "xterm"}, (words, run)
        assert b"\x1b" not in run.out or given != {"TERM": "dumb"}, (words, run)


FORCED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color"}
HELPS = [("--help",), ("get", "-h"), ("auth", "--help"), (), ("help", "output"), ("get", "--nonsense"), ("gte",)]


@pytest.mark.parametrize("given", [{}, FORCED], ids=["usual", "forced"])
def test_help_and_errors_have_no_colour_that_is_not_wanted(given: Env, bare: Env) -> None:
    def shown(case: tuple[tuple[str, ...], Env]) -> Ended:
        return Terminal(*case[0], env=bare | given | case[1]).ended()

    plain = [(("--no-color", *words), Env()) for words in HELPS] + [((*words, "--no-color"), Env()) for words in HELPS]
    plain += [(words, {"NO_COLOR": "1"}) for words in HELPS] + [(words, {"TERM": "dumb"}) for words in HELPS]
    for words, environ in plain:
        run = shown((words, environ))
        assert run.out, words
        assert b"\x1b" not in run.out, (words, environ)
    assert b"\x1b[1;33m" in shown((("--help",), {})).out


def test_only_what_is_asked_for_colours_a_pipe(env: Env) -> None:
    for words in (("--help",), COMMANDS["get-table"]):
        assert b"\x1b[" in shell(words, "", env=env | {"FORCE_COLOR": "1"}).out
        for given in ({"FORCE_COLOR": ""}, {"GITHUB_ACTIONS": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}):
            assert b"\x1b" not in shell(words, "", env=env | given).out, (words, given)
        assert b"\x1b" not in shell((*words, "--no-color"), "", env=env | {"FORCE_COLOR": "1"}).out


@pytest.mark.parametrize("given", [{}, FORCED], ids=["usual", "forced"])
def test_progress_has_no_colour_that_is_not_wanted(given: Env, many: tuple[Struck, tuple[str, ...]]) -> None:
    program, words = many
    for word, environ in (("--no-color", Env()), ("-v", {"NO_COLOR": "1"}), ("-v", {"TERM": "dumb"}), ("-v", {})):
        run = Terminal(*words, word, "-o", "table", env=program.env | given | environ).ended()
        is_colored = b"\x1b[3" in run.out or b"\x1b[9" in run.out
        assert (run.status, is_colored) == (0, word == "-v" and not environ), environ
        assert (b" failed" in run.out) == ("TERM" not in environ), environ


def test_a_pause_of_all_calls_is_told_once_and_counted_down(user: Env, tmp_path: Path) -> None:
    def choose(_request: bytes) -> Answer:
        is_limited = len(server.times) > 1 and server.times[-1] < server.times[1] + 2.9
        return answer(429, given={"Retry-After": "3"}) if is_limited else GOOD

    with Chooser(choose) as server:
        words = ["get", "bandwidth", *["c-1"] * 20, "--jobs", "4", "--timeout", "1", "-o", "table"]
        run = Terminal(*words, env=env_of(tmp_path, server.url) | user).ended()
    assert run.status == 0, run
    assert run.out.count(b"waiting 3 s") == 1
    left = [int(each) for each in re.findall(rb"going on in (\d) s", run.out)]
    assert set(left) == {3, 2, 1}
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("poor", [POOR["C"], POOR["POSIX-strict"], {"TERM": ""}], ids=["C", "POSIX-strict", "no-TERM"])
def test_questions_are_asked_in_any_encoding(poor: Env, keyring: SecretService, user: Env) -> None:
    terminal = Terminal("auth", "login", "catapult", "--no-verify", env=user | poor)
    terminal.until("User id (u-")
    terminal.type(f"{known.CATAPULT_USER_ID}\n")
    for question, value in (("API token", known.CATAPULT_TOKEN), ("API secret", known.CATAPULT_SECRET)):
        terminal.until(question)
        terminal.until_silent()
        terminal.type(f"{value}\n")
    run = terminal.ended()
    assert run.status == 0, run
    assert known.CATAPULT_SECRET.encode() not in run.out
    assert keyring.item("catapult/default")["secret"] == known.CATAPULT_SECRET
    assert terminal.attributes() == terminal.before


# Signals

HOOK = """
import atexit, json, os, signal, sys

moments, number, told = os.environ.pop("MOMENTS").split(), int(os.environ.pop("NUMBER")), os.environ.pop("TOLD")
counted = {"all": 0, "begun": 0, "ready": 0, "struck": 0}

def tell():
    with open(told, "w") as file:
        json.dump(counted, file)

def end():
    sys.setprofile(None)
    sys.settrace(None)
    tell()

def seen(frame, event, _):
    if event != "call":
        return
    counted["all"] += 1
    name, path = frame.f_code.co_name, frame.f_code.co_filename
    if not counted["begun"] and (name, path[-9:]) == ("signal", "signal.py"):
        counted["begun"] = counted["all"]
    if not counted["ready"] and name == "__enter__" and path.endswith("cli/console/signals.py"):
        counted["ready"] = counted["all"]
    if not moments:
        return
    moment = moments[0].lstrip("~")
    if moment[0] == "+" and moment[1:].isdecimal():
        moment = moments[0] = str(counted["all"] + int(moment))
    if moment not in (name, str(counted["all"])):
        return
    waited_for = moments.pop(0)[0] == "~"
    if not waited_for:
        counted["struck"] += 1
        tell()
        try:
            os.kill(os.getpid(), number)
        except BaseException:
            sys.settrace(seen if moments else None)  # the profiler is taken out when it raises
            raise

def leave(status, usual=os._exit):
    end()
    usual(status)

atexit.register(end)
os._exit = leave
sys.setprofile(seen)
"""
"""Sends signals to the process that it is in, at chosen moments of it, however fast or slow the machine is."""


@dataclass(frozen=True)
class Struck:
    """The program, in whose process signals come at chosen moments.

    A moment is a number of calls of functions, a number with a plus sign for so many calls later than the moment
    before, or a function's name; a name with a tilde is waited for, and no signal is sent then.
    """

    home: Path
    env: Env
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        (self.home / "hook").mkdir()
        (self.home / "hook" / "sitecustomize.py").write_text(HOOK)

    def run(
        self, words: Sequence[str], number: int, *moments: object, stdin: str = "", patience: float = TIMEOUT
    ) -> Ended:
        told = self.home / f"told{next(self.numbers)}"
        hook = {"MOMENTS": " ".join(map(str, moments)), "NUMBER": str(int(number)), "TOLD": str(told)}
        process = subprocess.Popen(
            [CALLINSPECT, *words],
            env=self.env | {"PYTHONPATH": str(self.home / "hook")} | hook,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            out, said = process.communicate(stdin.encode(), timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            out, said = process.communicate()
            return Ended(None, out, said)
        counted = json.loads(told.read_text()) if told.exists() else {"struck": 0}
        return Ended(process.returncode, out, said, counted.pop("struck"), counted)

    def sweep(self, words: Sequence[str], number: int, steps: int, *, since: str = "ready") -> dict[int, Ended]:
        """Run it as many times, with the signal at moments from when it was ready for signals to its end."""
        whole = self.run(words, number)
        assert whole.status == 0, whole
        first, last = whole.counted[since] + 50, whole.counted["all" if since == "ready" else "ready"]
        moments = [first + step * (last - first) // steps for step in range(steps)]
        return all_at_once(lambda moment: self.run(words, number, moment), moments)


@pytest.fixture
def struck(env: Env, tmp_path: Path) -> Struck:
    """The program against a vendor that answers."""
    return Struck(tmp_path, env)


@pytest.fixture
def counting(request: pytest.FixtureRequest) -> Iterator[Counting]:
    """A vendor that takes its time."""
    server = Counting(delay=getattr(request, "param", 0.02))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
CALLS = [f"c-{number}" for number in range(40)]
MANY = ("get", "bandwidth", "--jobs", "4", "--input")


@pytest.fixture
def many(counting: Counting, tmp_path: Path) -> tuple[Struck, tuple[str, ...]]:
    """The program with many calls to ask for."""
    (tmp_path / "ids").write_text("\n".join(CALLS))
    return Struck(tmp_path, account(counting, tmp_path)), (*MANY, str(tmp_path / "ids"))


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("name", ["get", "list", "watch"])
def test_a_signal_at_any_moment_ends_a_run_with_its_own_status(
    name: str, number: signal.Signals, struck: Struck
) -> None:
    for moment, run in struck.sweep(COMMANDS[name], number, 8).items():
        assert run.status in {SIGNALS[number], -number, 0}, (moment, run)
        assert not run.speaks_python, (moment, run)
        assert not run.out or run.out.endswith(b"\n"), (moment, run)


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_so_does_one_before_the_program_is_ready(number: signal.Signals, struck: Struck) -> None:
    for moment, run in struck.sweep(COMMANDS["get"], number, 5, since="begun").items():
        assert (run.status, run.out, run.err) == (-number, b"", b""), (moment, run)


@pytest.mark.parametrize(
    "moments",
    [("~invoke", "~get", "cb"), ("~run", "leave")],
    ids=["in-a-callback", "at-exit"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_where_nobody_can_catch_it_is_not_shown_and_not_lost(
    moments: tuple[str, ...], number: signal.Signals, struck: Struck
) -> None:
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
    run = program.run(words, signal.SIGINT, "~take_each", "~give", "+1", patience=10)
    assert (run.status, run.struck) == (130, 1)


def test_a_signal_while_a_result_is_written_leaves_whole_lines_and_tells_the_rest(
    many: tuple[Struck, tuple[str, ...]],
) -> None:
    program, words = many
    ended = all_at_once(
        lambda case: program.run(words, case[0], "~take_each", "~add", f"+{case[1]}"),
        [(number, later) for number in SIGNALS for later in (1, 5, 10, 20, 30, 40)],
    )
    for (number, later), run in ended.items():
        assert (run.status, run.struck) == (SIGNALS[number], 1), (later, run)
        done = ids(run.out)
        assert done == CALLS[: len(done)]
        assert run.err == f"callinspect: interrupted: {len(done)} calls are done, {40 - len(done)} are not\n".encode()


def test_a_second_signal_at_any_later_moment_is_not_a_traceback(many: tuple[Struck, tuple[str, ...]]) -> None:
    program, words = many
    ended = all_at_once(
        lambda later: program.run(words, signal.SIGINT, "~take_each", "~add", "text", f"+{later}", patience=10),
        [1, *range(8, 250, 22)],
    )
    for later, run in ended.items():
        assert run.status in {130, -signal.SIGINT}, (later, run)
        assert not run.speaks_python, (later, run)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize(
    "form", [("-o", "jsonl"), ("-o", "csv"), ("-f", "id"), ("--raw", "-o", "jsonl"), ("-o", "table")], ids=" ".join
)
def test_what_was_written_when_a_signal_came_is_whole_in_every_form(
    form: tuple[str, ...], number: signal.Signals, many: tuple[Struck, tuple[str, ...]]
) -> None:
    program, words = many
    run = program.run((*words, *form), number, "~take_each", *["~add"] * 5, "+3")
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
    first = program.run((*words, *order), number, "~take_each", *["~add"] * 9, "+2")
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
def test_a_signal_while_the_vendor_is_silent_ends_the_run_at_once(
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
        out, said = process.communicate(timeout=15)
    assert (process.returncode, out) == (SIGNALS[number], b"")
    assert said == (b"callinspect: interrupted: 0 calls are done, 2 are not\n" if words[-1] == "2" else b"")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_that_was_ignored_before_stays_ignored(
    number: signal.Signals, many: tuple[Struck, tuple[str, ...]]
) -> None:
    program, words = many
    name = number.name.removeprefix("SIG")
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'trap "" {name}; exec "$0" "$@"', CALLINSPECT, *words],
        env=program.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(8):
        time.sleep(0.05)
        process.send_signal(number)
    out, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, ids(out), said) == (0, CALLS, b"")


@pytest.mark.parametrize(
    "commands",
    [
        [COMMANDS["schema"]],
        pytest.param([COMMANDS["bulk"], HELP["command"]]),
    ],
    ids=["schema", "bulk-and-help"],
)
def test_a_second_signal_does_not_wait_for_a_reader_that_does_not_read(
    commands: list[tuple[str, ...]], env: Env
) -> None:
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
        time.sleep(1.0)
    for _ in range(2):
        process.send_signal(number)
        time.sleep(0.5)
    status = None
    with suppress(subprocess.TimeoutExpired):
        status = process.wait(5)
    os.close(pipe.read)
    process.kill()
    process.wait()
    return status


def unread(read: int) -> int:
    """Return how many bytes are waiting in a pipe."""
    waiting = bytearray(4)
    fcntl.ioctl(read, termios.FIONREAD, waiting)
    return int.from_bytes(waiting, "little")


# Signals on a terminal


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_while_a_secret_is_asked_for_leaves_the_terminal_as_it_was(
    number: signal.Signals, keyring: SecretService, user: Env, tmp_path: Path
) -> None:
    terminal = Terminal("auth", "login", "webex", "--no-verify", env=user)
    terminal.until("Which [1]:")
    terminal.type("2\n")
    terminal.until("Access token:")
    terminal.until_silent()
    terminal.strike(number)
    run = terminal.ended()
    assert (run.status, run.speaks_python) == (SIGNALS[number], False)
    assert terminal.attributes() == terminal.before
    assert keyring.text("webex/default") is None
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_at_any_time_of_watching_leaves_the_terminal_as_it_was(number: signal.Signals, env: Env) -> None:
    def watched(delay: float) -> tuple[Ended, bool, bool]:
        terminal = Terminal("watch", *BUSY_SOON, "--timeout", "60", env=env)
        terminal.until("QUEUED")
        time.sleep(delay)
        terminal.strike(number)
        return terminal.ended(), terminal.shows_cursor, terminal.attributes() == terminal.before

    for delay, (run, shows_cursor, is_as_before) in all_at_once(watched, [0.0, 0.05, 0.3, 0.55]).items():
        assert (run.status, run.speaks_python) == (SIGNALS[number], False), (delay, run)
        assert shows_cursor
        assert is_as_before


DEADLY = [signal.SIGQUIT, signal.SIGABRT, signal.SIGALRM, signal.SIGUSR1, signal.SIGXCPU]


def drawing(name: str, env: Env, tmp_path: Path) -> Terminal:
    """Return the program once it has changed its terminal."""
    if name == "secret":
        terminal = Terminal("auth", "login", "webex", "--no-verify", env=env)
        terminal.until("Which [1]:")
        terminal.type("2\n")
        terminal.until("Access token:")
        terminal.until_silent()
    elif name == "card":
        terminal = Terminal("watch", "bandwidth", "c-1", env=env)
        terminal.until("UNKNOWN")
    else:
        (tmp_path / "ids").write_text("\n".join(CALLS))
        words = ("get", "bandwidth", "--input", str(tmp_path / "ids"), "--rate", "1/s", "-o", "table")
        terminal = Terminal(*words, env=env)
        terminal.until(" failed")
    return terminal


@pytest.mark.parametrize("name", ["card", "progress", "secret"])
def test_a_signal_that_kills_leaves_the_terminal_as_it_was(name: str, user: Env, tmp_path: Path) -> None:
    with Server(GOOD) as server:
        env = env_of(tmp_path, server.url) | user
        for number in DEADLY:
            terminal = drawing(name, env, tmp_path)
            terminal.strike(number)
            run = terminal.ended()
            assert (run.status, run.speaks_python) == (-number, False), run
            assert terminal.shows_cursor, number
            assert terminal.attributes() == terminal.before, number


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("words", [("get", *ANSWERED), ("watch", *ANSWERED)], ids=["get", "watch"])
def test_a_signal_at_any_time_of_starting_leaves_the_terminal_as_it_was(
    words: tuple[str, ...], number: signal.Signals, env: Env
) -> None:
    def begun(delay: float) -> tuple[Ended, bool, bool]:
        terminal = Terminal(*words, env=env)
        time.sleep(delay)
        terminal.strike(number)
        return terminal.ended(), terminal.shows_cursor, terminal.attributes() == terminal.before

    for delay, (run, shows_cursor, is_as_before) in all_at_once(begun, [0.0, 0.1, 0.2, 0.3, 0.4]).items():
        is_python_s = b"Fatal Python error: init" in run.out  # the interpreter's own, before it has read any of ours
        assert run.status in {SIGNALS[number], -number, 0} or is_python_s, (delay, run)
        assert shows_cursor
        assert is_as_before


@pytest.fixture
def shell_terminal() -> Iterator[Callable[[Env], Terminal]]:
    """A shell with job control, on a terminal."""
    bash, begun = require("bash"), list[Terminal]()

    def start(env: Env) -> Terminal:
        begun.append(Terminal("--norc", "--noprofile", "-i", env={**env, "PS1": "ready> "}, program=bash))
        begun[-1].until("ready> ")
        return begun[-1]

    yield start
    for each in begun:
        each.kill()


def test_a_secret_is_not_seen_after_a_stop_and_a_return_either(
    shell_terminal: Callable[[Env], Terminal], user: Env
) -> None:
    terminal = shell_terminal(user)
    terminal.type("callinspect auth login webex --no-verify\n")
    terminal.until("Which [1]:")
    terminal.type("2\n")
    terminal.until("Access token:")
    terminal.until_silent()
    terminal.type("\x1a")
    terminal.until("Stopped")
    terminal.type("fg\n")
    terminal.until("callinspect auth login")
    time.sleep(0.5)
    terminal.type("canary-9f3c1e\n")
    terminal.until("stored webex/default")
    assert b"canary-9f3c1e" not in terminal.screen


def test_the_cursor_is_seen_while_watching_is_stopped(shell_terminal: Callable[[Env], Terminal], env: Env) -> None:
    terminal = shell_terminal(env)
    terminal.type(f"callinspect watch bandwidth {BUSY_SOON[1]}\n")
    terminal.until("QUEUED")
    time.sleep(0.5)
    terminal.type("\x1a")
    terminal.until("Stopped")
    assert terminal.shows_cursor


# Signals while credentials are stored


def test_a_signal_at_any_moment_of_storing_leaves_all_or_nothing(
    keyring: SecretService, tmp_path: Path, sandbox: Sandbox
) -> None:
    base_url = sandbox.environment["CALLINSPECT_WEBEX_BASE_URL"]
    given = {"base_url": base_url, "access_token": known.WEBEX_ACCESS_TOKEN}
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
    moments += [("mkstemp",), ("~mkstemp", "dump"), ("~mkstemp", "replace")]
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
