"""`callinspect sandbox run`: a command of the user's, which finds a sandbox in place of the vendors."""

import http.client
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from kit.credential_runs import CALLS as ANY
from kit.program import SCRIPTS, TIMEOUT, callinspect
from kit.servers import unshared_port
from kit.terminals import Terminal

from callinspect import providers
from callinspect import sandbox as emulator
from callinspect.credentials.environment import variables

Script = Callable[[str], str]
RUN = ("sandbox", "run")
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGQUIT]

COUNTING = """#!/usr/bin/env python3
import os, signal, time
seen, told = os.pipe()
os.set_blocking(told, False)
signal.set_wakeup_fd(told)
signal.signal(signal.SIGINT, lambda *_: None)
print("ready", flush=True)
os.read(seen, 1)
time.sleep(0.5)
os.set_blocking(seen, False)
try:
    print("again", len(os.read(seen, 99)))
except BlockingIOError:
    print("once")
raise SystemExit(5)
"""
"""Says whether it was interrupted once, or again within half a second."""


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Write an executable file; return its path."""

    def write(text: str) -> str:
        path = tmp_path / "runbook.sh"
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    return write


class TestStreams:
    """What passes through."""

    def test_arguments_streams_and_status_are_the_command_s(self, script: Script, bare: dict[str, str]) -> None:
        """Options after the command are the command's, ours or not, and so is `--`."""
        runbook = script('#!/bin/sh\necho "$@"\ncat\necho oops >&2\nexit 42\n')
        for ours in ((), ("--",), ("--fault", "503=0", "--")):
            done = callinspect(
                *RUN, *ours, runbook, "--json", "-v", "--port", "x", "--", "--help", env=bare, stdin="in\n"
            )
            assert done.stdout == b"--json -v --port x -- --help\nin\n"
            assert (done.stderr, done.returncode) == (b"oops\n", 42)

    def test_bytes_pass_unchanged(self, bare: dict[str, str]) -> None:
        everything = bytes(range(256)) * 1000
        assert callinspect(*RUN, "cat", env=bare, stdin=everything).stdout == everything

    def test_no_shell_reads_the_words(self, bare: dict[str, str]) -> None:
        done = callinspect(*RUN, "printf", "%s\n", "$HOME", "a  b", "*", "; false", env=bare)
        assert done.stdout.decode().splitlines() == ["$HOME", "a  b", "*", "; false"]

    def test_with_v_a_line_says_where_it_is(self, bare: dict[str, str]) -> None:
        done = callinspect(*RUN, "-v", "true", env=bare)
        assert (done.stdout, done.returncode) == (b"", 0)
        assert done.stderr.startswith(b"serving on http://127.0.0.1:")
        assert done.stderr.count(b"\n") == 1


class TestEnvironment:
    """Where the command is led."""

    @pytest.mark.parametrize("provider", emulator.names())
    def test_callinspect_inside_asks_the_sandbox(self, provider: str, bare: dict[str, str]) -> None:
        done = callinspect(*RUN, "callinspect", "get", provider, ANY[provider], "-f", "id", env=bare)
        assert (done.stdout.decode(), done.returncode) == (f"{ANY[provider]}\n", 0), done.stderr

    def test_no_other_account_is_left_there(self, bare: dict[str, str]) -> None:
        """Neither ours nor of the vendors' names, nor a file with one, a profile or a provider; the rest stays."""
        known = [providers.get(name) for name in emulator.names()]
        names = [name for each in known for field in each.settings for name in variables(each, field)]
        names += [f"{name}_FILE" for name in names if name.startswith("CALLINSPECT_")]
        names += ["CALLINSPECT_PROFILE", "CALLINSPECT_PROVIDER"]
        done = callinspect(*RUN, "env", env={**bare, "OTHER": "KEPT", **dict.fromkeys(names, "REAL-CREDENTIAL")})
        given = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
        assert "REAL-CREDENTIAL" not in given.values()
        assert (given["OTHER"], given["HOME"]) == ("KEPT", bare["HOME"])
        for name in emulator.names():
            assert given[f"CALLINSPECT_{name.upper()}_BASE_URL"].startswith("http://127.0.0.1:")

    def test_faults_are_as_in_serve(self, bare: dict[str, str]) -> None:
        get = ("callinspect", "get", "bandwidth", ANY["bandwidth"], "--timeout", "1")
        assert callinspect(*RUN, "--fault", "503=1", *get, env=bare).returncode == 7
        assert callinspect(*RUN, "--fault", "503=2", *get, env=bare).returncode == 2

    def test_the_port_is_the_one_named_and_free_afterwards(self, bare: dict[str, str]) -> None:
        port = unshared_port()
        with socket.create_server(("127.0.0.1", port)):
            for command in (RUN, ("sandbox", "serve")):
                done = callinspect(*command, "--port", str(port), *(["true"] if command is RUN else []), env=bare)
                assert (done.stdout, done.returncode) == (b"", 10)
                assert f"port {port} is in use\n  · name another port" in done.stderr.decode()
        done = callinspect(*RUN, "--port", str(port), "env", env=bare)
        assert f"CALLINSPECT_BANDWIDTH_BASE_URL=http://127.0.0.1:{port}/bandwidth/api/v2\n" in done.stdout.decode()
        with pytest.raises(ConnectionRefusedError):
            http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT).request("GET", "/")


class TestStatus:
    """How it ends."""

    @pytest.mark.parametrize(("words", "status"), [("exit 3", 3), ("kill -9 $$", 137), ("kill -TERM $$", 143)])
    def test_a_signal_s_number_is_added_to_128(self, words: str, status: int, bare: dict[str, str]) -> None:
        done = callinspect(*RUN, "sh", "-c", words, env=bare)
        assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")

    def test_a_command_that_does_not_exist_is_127(self, bare: dict[str, str]) -> None:
        for name in ("no-such-command", "./no-such-command", "/dev/null/no-such-command"):
            done = callinspect(*RUN, name, env=bare)
            assert (done.returncode, done.stdout) == (127, b"")
            assert f"“{name}” cannot be run: there is no such program" in done.stderr.decode()

    def test_a_command_that_cannot_be_executed_is_126(self, script: Script, bare: dict[str, str]) -> None:
        plain = script("echo hello\n")
        done = callinspect(*RUN, plain, env=bare)
        assert done.returncode == 126
        assert "a script needs a first line such as #!/bin/sh" in done.stderr.decode()
        lost = script("#!/no/such/interpreter\n")
        done = callinspect(*RUN, lost, env=bare)
        assert done.returncode == 126
        assert "its first line names a program that does not exist" in done.stderr.decode()
        assert callinspect(*RUN, bare["HOME"], env=bare).returncode == 126

    def test_a_file_without_its_mode_names_the_remedy(self, script: Script, bare: dict[str, str]) -> None:
        runbook = script("#!/bin/sh\n")
        Path(runbook).chmod(0o644)
        done = callinspect(*RUN, runbook, env=bare)
        assert (done.returncode, done.stdout) == (126, b"")
        assert f"chmod +x {runbook}" in done.stderr.decode()

    def test_without_a_command_an_example_is_shown(self, bare: dict[str, str]) -> None:
        for words in ((), ("--",), ("--port", "0")):
            done = callinspect(*RUN, *words, env=bare)
            assert (done.returncode, done.stdout) == (2, b"")
            assert "callinspect sandbox run -- ./runbook.sh" in done.stderr.decode()


class TestSignals:
    """The command is told, and waited for."""

    @pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
    def test_a_signal_is_passed_on_and_the_end_awaited(
        self, number: signal.Signals, script: Script, bare: dict[str, str]
    ) -> None:
        name = number.name.removeprefix("SIG")
        trap = f"trap 'sleep 0.3; echo got {name}; exit 7' {name}"
        runbook = script(f"#!/bin/sh\n{trap}\necho ready\nwhile :; do sleep 0.05; done\n")
        with subprocess.Popen(
            [SCRIPTS / "callinspect", *RUN, runbook], env=bare, stdout=subprocess.PIPE, start_new_session=True
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            assert process.stdout.read() == f"got {name}\n".encode()
            assert process.wait(TIMEOUT) == 7

    def test_a_system_without_a_foreground_passes_ctrl_c_on(self, bare: dict[str, str], tmp_path: Path) -> None:
        """Windows has neither the function that names the foreground nor the flag to open its terminal with."""
        (tmp_path / "sitecustomize.py").write_text("import os\ndel os.tcgetpgrp, os.O_NOCTTY\n")
        with subprocess.Popen(
            [SCRIPTS / "callinspect", *RUN, "sh", "-c", "echo ready; exec sleep 60"],
            env={**bare, "PYTHONPATH": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=TIMEOUT)
            assert (process.returncode, said) == (130, b"")

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
    def test_a_command_that_a_signal_ends_ends_us(self, number: signal.Signals, bare: dict[str, str]) -> None:
        with subprocess.Popen(
            [SCRIPTS / "callinspect", *RUN, "sh", "-c", "echo ready; exec sleep 60"], env=bare, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            assert process.wait(TIMEOUT) == 128 + number

    def test_a_signal_that_is_ignored_stays_so(self, bare: dict[str, str]) -> None:
        """As under nohup."""
        line = f"trap '' HUP; exec {SCRIPTS}/callinspect sandbox run sh -c 'echo ready; read word; echo $word'"
        with subprocess.Popen(["sh", "-c", line], env=bare, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(signal.SIGHUP)
            process.stdin.write(b"on\n")
            process.stdin.close()
            assert (process.stdout.read(), process.wait(TIMEOUT)) == (b"on\n", 0)

    def test_ctrl_c_reaches_the_command_once(self, script: Script, bare: dict[str, str]) -> None:
        """The terminal sends it to both; it is not passed on as well."""
        terminal = Terminal(*RUN, script(COUNTING), env=bare)
        terminal.until("ready")
        terminal.type("\x03")
        ended = terminal.ended()
        assert b"once" in ended.out
        assert ended.status == 5

    def test_ctrl_c_that_ends_the_command_ends_us(self, bare: dict[str, str]) -> None:
        terminal = Terminal(*RUN, "sh", "-c", "echo ready; exec sleep 60", env=bare)
        terminal.until("ready")
        terminal.type("\x03")
        ended = terminal.ended()
        assert ended.status == 130
        assert b"Traceback" not in ended.out
