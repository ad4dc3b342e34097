"""Keyring backends of all sorts: those that do what they like, and the one that keyring's own configuration names."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from kit.credential_commands import all_ten, run_each, statuses, words
from kit.credential_runs import CALLS, CANARY, NOWHERE, Vendor, get, login, run
from kit.program import SCRIPTS, callinspect, environment
from kit.ways import CLIENT, TOKEN
from ptyprocess import PtyProcess

if TYPE_CHECKING:
    from pathlib import Path

Env = dict[str, str]

GRACE = 15.0
"""Seconds that a run may take beyond the time for the keyring, on a busy machine."""


BACKEND = '''
import json
from concurrent.futures import ThreadPoolExecutor
from keyring.backend import KeyringBackend

class PanicException(BaseException):
    """As Rust's extensions raise it."""

class Odd(KeyringBackend):
    """Does what a test wants."""
    name = "odd"
    priority = 1
    item = None
    def get_password(self, service, username):
        {get}
    def set_password(self, service, username, password):
        {put}
    def delete_password(self, service, username):
        {put}
'''


def odd(home: Path, *, get: str = "return self.item", put: str = "self.item = password") -> Env:
    """Return the environment of a user with a keyring whose methods do that."""
    (home / "modules").mkdir()
    (home / "modules" / "odd.py").write_text(BACKEND.format(get=get, put=put))
    return environment(home, PYTHONPATH=str(home / "modules"), PYTHON_KEYRING_BACKEND="odd.Odd")


LATER_RAW = "lambda: __import__('tty').setraw(__import__('os').open('/dev/tty', 2))"
DEAF = "[os.set_blocking(each, False) for each in range(3)]"
AT_NO_VENDOR = json.dumps({"base_url": NOWHERE, TOKEN.secret: "t"})
LACKING = f"return {AT_NO_VENDOR!r}"


def settings_of(screen: str) -> list[str]:
    """Return what `stty -a` has written of a terminal's settings."""
    return [line for line in screen.splitlines() if line.startswith(("-", "isig", "icanon", "opost", "brkint"))]


class TestOddKeyrings:
    """A keyring that raises what it likes, or does not do what it says."""

    @pytest.mark.parametrize(
        "kind",
        [
            *("RuntimeError", "EOFError", "ModuleNotFoundError", "AttributeError", "OSError"),
            *("RecursionError", "SystemExit", "PanicException"),
        ],
    )
    def test_whatever_it_raises_is_an_unusable_keyring(self, kind: str, tmp_path: Path) -> None:
        done = get(TOKEN, env=odd(tmp_path, get=f"raise {kind}('{CANARY}')"), secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert f"the keyring cannot be used ({kind})" in done.said

    @pytest.mark.parametrize("command", ["status", "login", "logout"])
    def test_auth_reports_an_unusable_keyring_as_well(self, command: str, tmp_path: Path) -> None:
        env = odd(tmp_path, get=f"raise RuntimeError('{CANARY}')")
        done = run(*words(command, TOKEN), env=env, secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert "the keyring cannot be used (RuntimeError)" in done.said

    @pytest.mark.parametrize("name", ["nowhere.Keyring", "json.Keyring", "json.JSONDecoder"])
    def test_a_backend_that_is_none_is_an_unusable_keyring(self, name: str, bare: Env) -> None:
        done = get(TOKEN, env=bare | {"PYTHON_KEYRING_BACKEND": name})
        assert (done.status, done.out) == (10, "")
        assert "the keyring cannot be used" in done.said

    @pytest.mark.parametrize("given", ["5", "b'x'", "['x']"])
    def test_an_item_of_another_type_is_an_error(self, given: str, tmp_path: Path) -> None:
        assert get(TOKEN, env=odd(tmp_path, get=f"return {given}")).status == 10

    def test_what_cannot_be_read_back_is_not_stored(self, tmp_path: Path) -> None:
        env = odd(tmp_path, put="pass")
        done = login(TOKEN, "--no-verify", env=env, stdin={TOKEN.secret: CANARY}, secrets=(CANARY,))
        assert done.status == 10
        assert "the keyring accepted the credentials but does not return them" in done.said
        assert TOKEN.item not in run("auth", "status", env=env).said

    @pytest.mark.parametrize(
        "doing",
        [
            "print('canary-out')",
            "sys.stdout.write('canary-out'); sys.stdout.flush()",
            "sys.__stdout__.buffer.raw.write(b'canary-out')",
            "os.write(1, b'canary-out')",
            "subprocess.run(['sh', '-c', 'echo canary-out; cat'])",
            "threading.Thread(target=lambda: [time.sleep(0.3), print('canary-out', flush=True)]).start()",
            "sys.stdin.read(); os.read(0, 65536)",
        ],
    )
    def test_standard_streams_are_out_of_its_reach(self, doing: str, vendor: Vendor, tmp_path: Path) -> None:
        """What it prints is not among the results, and what it reads are not the ids on standard input."""
        item = vendor.account(CLIENT)
        get_item = f"import os, subprocess, sys, threading, time; {doing}; return json.dumps({item!r})"
        ids = f"{CALLS[CLIENT.provider]}\n" * 3
        done = callinspect("get", CLIENT.provider, "-", "-f", "id", env=odd(tmp_path, get=get_item), stdin=ids)
        assert (done.returncode, done.stdout.decode()) == (0, ids), done.stderr

    @pytest.mark.parametrize(
        ("asking", "status"),
        [
            ("import getpass; getpass.getpass('Master password: ')", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); time.sleep(60)", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); raise RuntimeError", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); return None", 4),
            (f"import threading; threading.Timer(0.3, {LATER_RAW}).start(); return {AT_NO_VENDOR!r}", 7),
        ],
        ids=["asks", "hangs", "fails", "forgets", "comes late"],
    )
    def test_the_terminal_is_left_as_it_was_found(self, asking: str, status: int, tmp_path: Path) -> None:
        env = odd(tmp_path, get=f"import time; {asking}") | {"CALLINSPECT_KEYRING_TIMEOUT": "1", "TERM": "xterm"}
        told = f"stty -a; {SCRIPTS}/callinspect {' '.join(words('get', TOKEN))}; echo status $?; stty -a"
        terminal = PtyProcess.spawn(["bash", "-c", told], env=env, dimensions=(24, 200))
        screen = b""
        with suppress(EOFError):
            while True:
                screen += terminal.read(65536)
        terminal.wait()
        before, _, after = screen.decode().partition("error:")
        assert f"status {status}" in after
        assert settings_of(after) == settings_of(before) != []

    @pytest.mark.parametrize(
        "then",
        ["return None", "time.sleep(60)", "raise OSError", f"threading.Timer(0.3, lambda: {DEAF}).start(); {LACKING}"],
        ids=["returns", "hangs", "fails", "comes late"],
    )
    def test_what_reads_the_terminal_next_still_waits(self, then: str, tmp_path: Path) -> None:
        """Whether reading waits is a mode that all descriptors of the terminal share."""
        env = odd(tmp_path, get=f"import os, threading, time; {DEAF}; {then}")
        program = f"{SCRIPTS}/callinspect {' '.join(words('get', TOKEN))}"
        asking = f"{sys.executable} -c 'import os; print([os.get_blocking(each) for each in range(3)])'"
        terminal = PtyProcess.spawn(
            ["bash", "-c", f"{program}; {asking}"], env=env | {"CALLINSPECT_KEYRING_TIMEOUT": "1", "TERM": "xterm"}
        )
        screen = b""
        with suppress(EOFError):
            while True:
                screen += terminal.read(65536)
        terminal.wait()
        assert screen.split(b"\r\n")[-2] == b"[True, True, True]"

    @pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
    def test_a_closed_stream_s_place_is_no_connection_of_ours(
        self, closed: str, vendor: Vendor, tmp_path: Path
    ) -> None:
        """What is written there later would go to the vendor, in the middle of our requests."""
        item = vendor.account(CLIENT)
        writes = "[(time.sleep(0.1), os.write(place, b'NOISE')) for _ in range(9) for place in (0, 2)]"
        later = f"import os, threading, time; threading.Thread(target=lambda: {writes}, daemon=True).start()"
        env = odd(tmp_path, get=f"{later}; return json.dumps({item!r})")
        call = CALLS[CLIENT.provider]
        command = f"callinspect get {CLIENT.provider} {call} {call} {call} {call} -f id --rate 4/s --jobs 1 {closed}"
        done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, timeout=30, check=False)
        assert (done.returncode, done.stdout.decode().split()) == (0, [call] * 4), done.stderr

    def test_a_pager_keeps_the_terminal_as_it_has_set_it(self, vendor: Vendor, tmp_path: Path) -> None:
        item = vendor.account(CLIENT)
        env = odd(tmp_path, get=f"import time; time.sleep(1); return json.dumps({item!r})") | {"TERM": "xterm"}
        raw = "import os, sys, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR))"
        reader = f"{raw}; sys.stdin.read(); os.system('stty -a < /dev/tty')"
        command = f'callinspect {" ".join(words("get"))} | {sys.executable} -c "{reader}"'
        terminal = PtyProcess.spawn(["bash", "-c", command], env=env, dimensions=(24, 200))
        screen = b""
        with suppress(EOFError):
            while True:
                screen += terminal.read(65536)
        terminal.wait()
        assert b"-icanon" in screen

    @pytest.mark.parametrize("mask", ["0", "0o777"])
    def test_a_file_of_ours_is_where_and_as_it_is_meant(self, mask: str, vendor: Vendor, tmp_path: Path) -> None:
        """Whatever directory a keyring changes to, and whatever the process's mask is by then."""
        for each in ("here", "elsewhere"):
            (tmp_path / each).mkdir()
        changes = f"import os; os.chdir({str(tmp_path / 'elsewhere')!r}); os.umask({mask})"
        env = odd(tmp_path, get=f"{changes}; return json.dumps({vendor.account(CLIENT)!r})")
        command = [str(SCRIPTS / "callinspect"), *words("get"), "--export", "call.svg"]
        subprocess.run(command, env=env, cwd=tmp_path / "here", capture_output=True, timeout=GRACE, check=True)
        assert (tmp_path / "here" / "call.svg").stat().st_mode & 0o777 == 0o600
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_a_token_that_cannot_be_stored_is_used_all_the_same(self, vendor: Vendor, tmp_path: Path) -> None:
        item = vendor.account(CLIENT)
        env = odd(tmp_path, get=f"return json.dumps({item!r})", put=f"raise RuntimeError('{CANARY}')")
        done = get(CLIENT, env=env, secrets=(CANARY,))
        assert done.status == 0
        assert "the new access token could not be stored: the keyring cannot be used (RuntimeError)" in done.said

    def test_ctrl_c_ends_the_wait_for_it(self, tmp_path: Path) -> None:
        marker = tmp_path / "asked"
        env = odd(tmp_path, get=f"open({str(marker)!r}, 'w').close(); __import__('time').sleep(60)")
        for command in ("get", "login"):
            marker.unlink(missing_ok=True)
            running = subprocess.Popen(
                [str(SCRIPTS / "callinspect"), *words(command)], env=env, stdin=-1, stdout=-1, stderr=-1
            )
            while not marker.exists() and running.poll() is None:
                time.sleep(0.02)
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=GRACE)
            assert (running.returncode, out) == (130, b"")

    def test_the_time_for_it_holds_for_one_with_threads_of_its_own(self, tmp_path: Path) -> None:
        env = odd(tmp_path, get="ThreadPoolExecutor(1).submit(__import__('time').sleep, 25).result()")
        started = time.monotonic()
        done = run(*words("get"), env=env | {"CALLINSPECT_KEYRING_TIMEOUT": "0.5"})
        assert (done.status, done.out) == (10, "")
        assert time.monotonic() - started < 0.5 + GRACE


PLANTED = "[backend]\ndefault-keyring=odd.Odd\nkeyring-path=planted\n"


class TestConfiguredKeyring:
    """A keyring that the library's own configuration file names, or fails to name."""

    @pytest.mark.parametrize(
        "variables",
        [
            *({"XDG_CONFIG_HOME": value} for value in (".", "here", "./here", "")),
            *({"HOME": value} for value in (".", "here", "")),
            {"XDG_CONFIG_HOME": ".", "HOME": "."},
        ],
        ids=lambda variables: " ".join(f"{name}={value}" for name, value in variables.items()),
    )
    @pytest.mark.parametrize("command", ["get", "status", "login", "logout"])
    def test_none_is_taken_from_the_current_directory(
        self, variables: Env, command: str, plain: Env, tmp_path: Path
    ) -> None:
        current = tmp_path / "current"
        for place in (".", "here", ".config", "here/.config"):
            (current / place / "python_keyring").mkdir(parents=True)
            (current / place / "python_keyring" / "keyringrc.cfg").write_text(PLANTED)
        (current / "planted").mkdir()
        (current / "planted" / "odd.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        program = [str(SCRIPTS / "callinspect"), *words(command)]
        env = {**plain, **variables}
        subprocess.run(program, env=env, cwd=current, input=b"{}", capture_output=True, timeout=30, check=False)
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", (4, 10)),
            (b"[other]\nx=1\n", (4, 10)),
            (b"[backend]\ndefault-keyring=keyring.backends.fail.Keyring\n", (4, 10)),
            (b"[backend]\ndefault-keyring=keyring.backends.null.Keyring\n", (4, 10)),
            (b"[backend]\ndefault-keyring=keyring.backends.chainer.ChainerBackend\n", (4, 10)),
            (b"[backend]\ndefault-keyring=keyrings.alt.file.PlaintextKeyring\n", (4, 0)),
            (b"[backend]\ndefault-keyring=nowhere.Keyring\n", (10, 10)),
            (b"[backend]\ndefault-keyring=Keyring\n", (10, 10)),
            (b"[backend]\ndefault-keyring=\n", (10, 10)),
            (b"[backend]\ndefault-keyring=json.JSONDecoder\n", (10, 10)),
            (b"[backend]\nkeyring-path=/nowhere\ndefault-keyring=odd.Odd\n", (10, 10)),
            (b"default-keyring=x\n", (10, 10)),
            (b"[backend]\nx=1\n[backend]\n", (10, 10)),
            (b"\xff\xfe[\x00", (10, 10)),
            (b"\x00" * 5000, (10, 10)),
        ],
        ids=[
            *("empty", "other", "fail", "null", "chainer", "file", "nowhere", "one-word", "no-word", "no-keyring"),
            *("odd-path", "no-section", "twice", "UTF-16", "zeroes"),
        ],
    )
    def test_it_is_heeded_or_reported(
        self, content: bytes, expected: tuple[int, int], plain: Env, tmp_path: Path
    ) -> None:
        config = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
        config.parent.mkdir(parents=True)
        config.write_bytes(content)
        runs = [
            run(*words(name), "--error-format", "json", env=plain, stdin=CLIENT.account) for name in ("get", "login")
        ]
        assert tuple(done.status for done in runs) == expected
        if expected[1] != 0:
            assert all(json.loads(done.err)["error"]["code"] for done in runs)
            assert [path for path in tmp_path.rglob("*") if path.is_file()] == [config]

    def test_one_that_is_a_directory_is_as_good_as_none(self, plain: Env, tmp_path: Path) -> None:
        (tmp_path / ".config" / "python_keyring" / "keyringrc.cfg").mkdir(parents=True)
        runs = run_each(("get", "login"), plain, stdin=CLIENT.account)
        assert statuses(runs) == {"get": 4, "login": 10}

    def test_the_library_s_own_warnings_are_not_among_the_errors(self, plain: Env, tmp_path: Path) -> None:
        config = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
        config.parent.mkdir(parents=True)
        config.write_text("[backend]\nx=1\n")
        done = run(*words("get"), "-o", "json", env=plain)
        assert done.status == 4
        assert json.loads(done.err)["error"]["code"] == "auth_missing"

    @pytest.mark.parametrize(
        "source",
        ["raise ImportError('canary')", "def", "raise SystemExit(3)", "Odd = 5", "class Odd: priority = 1"],
        ids=["ImportError", "SyntaxError", "SystemExit", "number", "class"],
    )
    def test_a_module_that_cannot_be_loaded_is_an_unusable_keyring(self, source: str, tmp_path: Path) -> None:
        env = odd(tmp_path)
        (tmp_path / "modules" / "odd.py").write_text(source)
        runs = run_each(("get", "login", "logout"), env, stdin=CLIENT.account)
        assert statuses(runs) == all_ten(("get", "login", "logout"))
        assert all("the keyring cannot be used (" in done.said for done in runs.values())
        assert all("canary" not in done.err for done in runs.values())
