"""The keyring in every state that it can be in: what each command does then, and that nothing is lost.

Nearly all with a real Secret Service, read back with another program than ours.
"""

from __future__ import annotations

import json
import random
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from kit.accounts import (
    BANDWIDTH_OAUTH,
    CALLS,
    CANARY,
    WEBEX_REFRESH,
    Run,
    SecretService,
    Vendor,
    get,
    run,
    stored,
)
from kit.program import SCRIPTS, callinspect, environment, require
from ptyprocess import PtyProcess

from callinspect.sandbox import credentials as known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    State = Callable[[SecretService], AbstractContextManager[None]]

Env = dict[str, str]

GET = [str(SCRIPTS / "callinspect"), "get", "webex", CALLS["webex"]]
COMMANDS = {
    "get": ("get", "bandwidth", "x"),
    "list": ("list", "bandwidth"),
    "wait": ("wait", "bandwidth", "x", "--for", "ended"),
    "status": ("auth", "status", "bandwidth"),
    "login": ("auth", "login", "bandwidth", "--stdin", "--no-verify"),
    "logout": ("auth", "logout", "bandwidth"),
}
READING = ("get", "list", "wait", "status")
REAL = "keyring.backends.SecretService.Keyring"
CHAIN = "keyring.backends.chainer.ChainerBackend"
USED_UP = "the stored refresh token is used up: callinspect auth login webex"
AGAIN = "store new credentials: callinspect auth login webex"
GRACE = 15.0
"""Seconds that a run may take beyond the time for the keyring, on a busy machine."""


def each(names: tuple[str, ...], env: Env, *arguments: str, stdin: Any = "", jobs: int = 3) -> dict[str, Run]:
    """Run several commands, some of them at once."""
    with ThreadPoolExecutor(jobs) as pool:
        runs = pool.map(lambda name: run(*COMMANDS[name], *arguments, env=env, stdin=stdin), names)
        return dict(zip(names, runs, strict=True))


def statuses(runs: Mapping[str, Run]) -> dict[str, int]:
    return {name: done.status for name, done in runs.items()}


def all_ten(names: tuple[str, ...]) -> dict[str, int]:
    return dict.fromkeys(names, 10)


class TestKeyringStates:
    """A keyring that is not there, or does not work."""

    @pytest.mark.parametrize(
        ("backend", "state"),
        [("fail", "there is no keyring on this machine"), ("null", "the keyring is switched off (null backend)")],
    )
    def test_without_one_get_asks_for_credentials_and_login_advises(self, backend: str, state: str, bare: Env) -> None:
        env = bare | {"PYTHON_KEYRING_BACKEND": f"keyring.backends.{backend}.Keyring"}
        assert get("webex", env=env).status == 4
        done = run("auth", "login", "webex", "--stdin", "--no-verify", env=env, stdin={"access_token": CANARY})
        assert done.status == 10
        assert state in done.said
        assert "set the credentials in the environment instead" in done.said
        assert "keyring-pass" in done.said
        assert "dbus-run-session" in done.said

    def test_a_daemon_that_never_answers_is_given_up_before_anything_is_sent(
        self, vendor: Vendor, tmp_path: Path
    ) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.stop()
            env = keyring.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="1")
            for command in (["get", "webex", "x"], ["auth", "login", "webex", "--stdin"]):
                started = time.monotonic()
                done = run(*command, env=env, stdin=stored(vendor, "webex", **WEBEX_REFRESH))
                assert time.monotonic() - started < 3
                assert (done.status, done.out) == (10, "")
                assert "the keyring does not answer" in done.said
        assert vendor.log == []

    def test_it_is_waited_for_once_in_a_run(self, tmp_path: Path) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.stop()
            started = time.monotonic()
            done = run("auth", "status", env=keyring.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="1"))
            assert time.monotonic() - started < 3
            assert done.out.count("the keyring does not answer") == len(CALLS)

    def test_a_locked_one_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.lock()
            done = get("webex", env=keyring.user(tmp_path))
            assert (done.status, done.out) == (10, "")
            assert "the keyring is locked; unlock it" in done.said

    @pytest.mark.parametrize("given", ["soon", "0", "nan", "inf"])
    def test_the_time_for_it_is_a_number_of_seconds(self, given: str, user: Env) -> None:
        done = get("webex", env=user | {"CALLINSPECT_KEYRING_TIMEOUT": given})
        assert done.status == 10
        assert "CALLINSPECT_KEYRING_TIMEOUT is not a number of seconds" in done.said

    @pytest.mark.parametrize(
        "content",
        [b"", b"garbage", b"[]", b'"text"', b"5" * 5000, b"[" * 100_000, b"\xff\xfe"],
        ids=["empty", "garbage", "list", "text", "number", "nested", "not-text"],
    )
    def test_an_item_that_was_not_written_by_us_is_an_error(
        self, content: bytes, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", content)
        done = get("webex", "-o", "json", env=user)
        assert (done.status, done.out) == (10, "")
        assert '"code":"keyring"' in done.said

    def test_fields_of_an_item_that_are_not_text_are_not_there(self, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", {"access_token": 5, "refresh_token": [], "base_url": None})
        assert get("webex", env=user).status == 4


@pytest.fixture
def plain(tmp_path: Path) -> Env:
    """The environment of a user whose only keyring is keyrings.alt's readable file."""
    if find_spec("keyrings.alt") is None:
        pytest.fail("keyrings.alt is not installed")
    env = environment(tmp_path)
    del env["PYTHON_KEYRING_BACKEND"]
    return env


class TestReadableFiles:
    """A keyring that keeps secrets readable in a file."""

    def test_it_is_refused_unless_it_is_named(self, plain: Env, vendor: Vendor, tmp_path: Path) -> None:
        account = stored(vendor, "webex", access_token=known.WEBEX_ACCESS_TOKEN)
        assert get("webex", env=plain).status == 4
        done = run("auth", "login", "webex", "--stdin", env=plain, stdin=account)
        assert done.status == 10
        assert "keeps secrets readable in a file" in done.said
        assert "name it in PYTHON_KEYRING_BACKEND if that is what you want" in done.said
        assert list(tmp_path.rglob("*")) == []
        named = plain | {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}
        assert run("auth", "login", "webex", "--stdin", env=named, stdin=account).status == 0
        assert get("webex", env=named).status == 0

    def test_beside_a_real_one_it_gets_nothing(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        del user["PYTHON_KEYRING_BACKEND"]
        account = stored(vendor, "webex", access_token=known.WEBEX_ACCESS_TOKEN)
        done = run("auth", "login", "webex", "--stdin", env=user, stdin=account)
        assert "stored webex/default in SecretService Keyring" in done.said
        assert keyring.item("webex/default") == account
        files = [each for each in tmp_path.rglob("*") if stat.S_ISREG(each.stat().st_mode)]
        assert [each.name for each in files] == ["profiles.json"]

    def test_naming_all_of_them_together_is_not_naming_it(self, plain: Env, tmp_path: Path) -> None:
        env = plain | {"PYTHON_KEYRING_BACKEND": "keyring.backends.chainer.ChainerBackend"}
        assert run("auth", "login", "webex", "--stdin", env=env, stdin={"access_token": CANARY}).status == 10
        assert list(tmp_path.rglob("*")) == []


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
AT_A_SLOW_VENDOR = '{"base_url": "http://127.0.0.1:9/v1", "access_token": "t"}'


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
        done = get("webex", env=odd(tmp_path, get=f"raise {kind}('{CANARY}')"), secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert f"the keyring cannot be used ({kind})" in done.said

    @pytest.mark.parametrize("command", ["status", "login", "logout"])
    def test_auth_says_so_as_well(self, command: str, tmp_path: Path) -> None:
        env = odd(tmp_path, get=f"raise RuntimeError('{CANARY}')")
        done = run("auth", command, "webex", *["--stdin"][: command == "login"], env=env, secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert "the keyring cannot be used (RuntimeError)" in done.said

    @pytest.mark.parametrize("name", ["nowhere.Keyring", "json.Keyring", "json.JSONDecoder"])
    def test_a_backend_that_is_none_is_an_unusable_keyring(self, name: str, bare: Env) -> None:
        done = get("webex", env=bare | {"PYTHON_KEYRING_BACKEND": name})
        assert (done.status, done.out) == (10, "")
        assert "the keyring cannot be used" in done.said

    @pytest.mark.parametrize("given", ["5", "b'x'", "['x']"])
    def test_an_item_of_another_type_is_an_error(self, given: str, tmp_path: Path) -> None:
        assert get("webex", env=odd(tmp_path, get=f"return {given}")).status == 10

    def test_what_cannot_be_read_back_is_not_stored(self, tmp_path: Path) -> None:
        env = odd(tmp_path, put="pass")
        login = ("auth", "login", "webex", "--stdin", "--no-verify")
        done = run(*login, env=env, stdin={"access_token": CANARY}, secrets=(CANARY,))
        assert done.status == 10
        assert "the keyring took the credentials and does not have them" in done.said
        assert "webex/default" not in run("auth", "status", env=env).said

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
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        get_item = f"import os, subprocess, sys, threading, time; {doing}; return json.dumps({item!r})"
        ids = f"{CALLS['bandwidth']}\n" * 3
        done = callinspect("get", "bandwidth", "-", "-f", "id", env=odd(tmp_path, get=get_item), stdin=ids)
        assert (done.returncode, done.stdout.decode()) == (0, ids), done.stderr

    @pytest.mark.parametrize(
        ("asking", "status"),
        [
            ("import getpass; getpass.getpass('Master password: ')", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); time.sleep(60)", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); raise RuntimeError", 10),
            ("import os, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR)); return None", 4),
            (f"import threading; threading.Timer(0.3, {LATER_RAW}).start(); return {AT_A_SLOW_VENDOR!r}", 7),
        ],
        ids=["asks", "hangs", "fails", "forgets", "comes late"],
    )
    def test_the_terminal_is_left_as_it_was_found(self, asking: str, status: int, tmp_path: Path) -> None:
        env = odd(tmp_path, get=f"import time; {asking}") | {"CALLINSPECT_KEYRING_TIMEOUT": "1", "TERM": "xterm"}
        told = f"stty -a; {SCRIPTS}/callinspect get webex x; echo status $?; stty -a"
        terminal = PtyProcess.spawn(["bash", "-c", told], env=env, dimensions=(24, 200))
        screen = b""
        with suppress(EOFError):
            while True:
                screen += terminal.read(65536)
        terminal.wait()
        before, _, after = screen.decode().partition("callinspect: ")
        assert f"status {status}" in after
        assert settings_of(after) == settings_of(before) != []

    @pytest.mark.parametrize("closed", ["<&-", "2>&-", "<&- 2>&-"])
    def test_a_closed_stream_s_place_is_no_connection_of_ours(
        self, closed: str, vendor: Vendor, tmp_path: Path
    ) -> None:
        """What is written there later would go to the vendor, in the middle of our requests."""
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        writes = "[(time.sleep(0.1), os.write(place, b'NOISE')) for _ in range(9) for place in (0, 2)]"
        later = f"import os, threading, time; threading.Thread(target=lambda: {writes}, daemon=True).start()"
        env = odd(tmp_path, get=f"{later}; return json.dumps({item!r})")
        call = CALLS["bandwidth"]
        command = f"callinspect get bandwidth {call} {call} {call} {call} -f id --rate 4/s --jobs 1 {closed}"
        done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, timeout=30, check=False)
        assert (done.returncode, done.stdout.decode().split()) == (0, [call] * 4), done.stderr

    def test_a_pager_keeps_the_terminal_as_it_has_set_it(self, vendor: Vendor, tmp_path: Path) -> None:
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        env = odd(tmp_path, get=f"import time; time.sleep(1); return json.dumps({item!r})") | {"TERM": "xterm"}
        raw = "import os, sys, tty; tty.setraw(os.open('/dev/tty', os.O_RDWR))"
        reader = f"{raw}; sys.stdin.read(); os.system('stty -a < /dev/tty')"
        command = f'callinspect get bandwidth {CALLS["bandwidth"]} | {sys.executable} -c "{reader}"'
        terminal = PtyProcess.spawn(["bash", "-c", command], env=env, dimensions=(24, 200))
        screen = b""
        with suppress(EOFError):
            while True:
                screen += terminal.read(65536)
        terminal.wait()
        assert b"-icanon" in screen

    def test_a_token_that_cannot_be_stored_is_used_all_the_same(self, vendor: Vendor, tmp_path: Path) -> None:
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        env = odd(tmp_path, get=f"return json.dumps({item!r})", put=f"raise RuntimeError('{CANARY}')")
        done = get("bandwidth", env=env, secrets=(CANARY,))
        assert done.status == 0
        assert "the new access token could not be stored: the keyring cannot be used (RuntimeError)" in done.said


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """A keyring that may be broken; whoever does so repairs it."""
    with SecretService(tmp_path_factory.mktemp("fragile")) as running:
        yield running


@contextmanager
def locked(keyring: SecretService) -> Iterator[None]:
    keyring.lock()
    try:
        yield
    finally:
        keyring.restart()


@contextmanager
def stopped(keyring: SecretService) -> Iterator[None]:
    keyring.stop()
    try:
        yield
    finally:
        keyring.resume()


@contextmanager
def killed(keyring: SecretService) -> Iterator[None]:
    keyring.kill()
    try:
        yield
    finally:
        keyring.restart()


STATES = pytest.mark.parametrize(
    ("state", "seconds", "message"),
    [
        (locked, 30, "the keyring is locked; unlock it"),
        (stopped, 1, "the keyring does not answer; unlock it or restart its daemon"),
        (killed, 30, "the keyring is locked; unlock it"),
    ],
    ids=["locked", "stopped", "killed"],
)


class TestBrokenDaemon:
    """A real keyring whose daemon is there and does not do its work."""

    @STATES
    @pytest.mark.parametrize("backend", [REAL, None, CHAIN], ids=["named", "found", "chained"])
    def test_every_command_says_so_in_time_and_what_is_stored_is_still_there(
        self,
        backend: str | None,
        state: State,
        seconds: int,
        message: str,
        vendor: Vendor,
        fragile: SecretService,
        tmp_path: Path,
    ) -> None:
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        fragile.put("bandwidth/default", item)
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT=str(seconds), PYTHON_KEYRING_BACKEND=backend or "")
        if backend is None:
            del env["PYTHON_KEYRING_BACKEND"]
        commands = tuple(COMMANDS) if backend == REAL else ("get", "login", "logout")
        with state(fragile):
            started = time.monotonic()
            # A locked one asks its owner about one program at a time, and may forget those that wait for their turn.
            runs = each(commands, env, stdin=item, jobs=3 if state is stopped else 1)
            assert time.monotonic() - started < seconds * len(commands) + GRACE
        assert statuses(runs) == all_ten(commands)
        assert {name: done.said for name, done in runs.items() if message not in done.said} == {}
        assert {done.out for done in runs.values()} == {""}
        assert vendor.log == []
        assert fragile.item("bandwidth/default") == item
        assert list(tmp_path.rglob("*")) == []

    @STATES
    def test_a_complete_environment_does_not_ask_it_even_then(
        self, state: State, seconds: int, message: str, env: Env, fragile: SecretService, tmp_path: Path
    ) -> None:
        user = env | fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT=str(seconds))
        # With such a time for the keyring whoever asks it fails, however it is.
        unasked = user | {"CALLINSPECT_KEYRING_TIMEOUT": "none"}
        with state(fragile):
            calls = [f"{provider}:{call}" for provider, call in CALLS.items()]
            done = run("get", *calls, env=unasked)
            assert (done.status, len(done.out.splitlines())) == (0, len(CALLS))
            assert statuses(each(("status", "list"), unasked)) == {"status": 0, "list": 0}
            del user["CALLINSPECT_BANDWIDTH_ACCOUNT_ID"]
            assert message in run(*COMMANDS["get"], env=user).said

    def test_a_locked_one_that_several_ask_at_once_ends_all_of_them_in_time(
        self, fragile: SecretService, tmp_path: Path
    ) -> None:
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="3")
        fragile.put("bandwidth/default", {"account_id": "1"})
        with locked(fragile):
            started = time.monotonic()
            runs = each(READING, env, jobs=len(READING))
            assert time.monotonic() - started < 3 + GRACE
        assert statuses(runs) == all_ten(READING)
        assert {done.out for done in runs.values()} == {""}
        assert fragile.item("bandwidth/default") == {"account_id": "1"}

    def test_ctrl_c_ends_the_wait_for_it(self, tmp_path: Path) -> None:
        marker = tmp_path / "asked"
        env = odd(tmp_path, get=f"open({str(marker)!r}, 'w').close(); __import__('time').sleep(60)")
        for command in ("get", "login"):
            marker.unlink(missing_ok=True)
            running = subprocess.Popen(
                [str(SCRIPTS / "callinspect"), *COMMANDS[command]], env=env, stdin=-1, stdout=-1, stderr=-1
            )
            while not marker.exists() and running.poll() is None:
                time.sleep(0.02)
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=GRACE)
            assert (running.returncode, out) == (130, b"")

    def test_the_time_for_it_holds_for_one_that_works_in_a_thread_of_its_own(self, tmp_path: Path) -> None:
        env = odd(tmp_path, get="ThreadPoolExecutor(1).submit(__import__('time').sleep, 25).result()")
        started = time.monotonic()
        done = run(*COMMANDS["get"], env=env | {"CALLINSPECT_KEYRING_TIMEOUT": "0.5"})
        assert (done.status, done.out) == (10, "")
        assert time.monotonic() - started < 0.5 + GRACE


BUS = """
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@pytest.fixture(scope="module")
def deserted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a bus with no keyring on it, and none that could be started."""
    config = tmp_path_factory.mktemp("bus") / "session.conf"
    config.write_text(BUS)
    command = [require("dbus-run-session"), f"--config-file={config}", "--", "bash", "-c"]
    with subprocess.Popen(
        [*command, 'printf "%s\\n" "$DBUS_SESSION_BUS_ADDRESS"; read -r'],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bus:
        assert bus.stdout
        yield bus.stdout.readline().strip()


class TestNoDaemon:
    """A machine without a Secret Service, such as a server that cron runs on."""

    @pytest.mark.parametrize("address", ["deserted", "", None, "unix:path=/nowhere", "nonsense", "tcp:host=::1,port=9"])
    def test_nothing_is_stored_anywhere_and_a_complete_environment_is_enough(
        self, address: str | None, deserted: str, plain: Env, env: Env, tmp_path: Path
    ) -> None:
        if address is not None:
            plain["DBUS_SESSION_BUS_ADDRESS"] = deserted if address == "deserted" else address
        commands = ("get", "login", "logout")
        found = each(commands, plain, stdin=BANDWIDTH_OAUTH)
        named = each(commands, plain | {"PYTHON_KEYRING_BACKEND": REAL}, stdin=BANDWIDTH_OAUTH)
        assert statuses(found) == {"get": 4, "login": 10, "logout": 10}
        assert statuses(named) == all_ten(commands)
        assert all("the keyring cannot be used (" in done.said for done in named.values())
        assert get("bandwidth", env=env | plain | {"PYTHON_KEYRING_BACKEND": REAL}).status == 0
        assert list(tmp_path.rglob("*")) == []


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
        program = [str(SCRIPTS / "callinspect"), *COMMANDS[command]]
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
    def test_it_is_heeded_or_told(self, content: bytes, expected: tuple[int, int], plain: Env, tmp_path: Path) -> None:
        config = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
        config.parent.mkdir(parents=True)
        config.write_bytes(content)
        runs = [
            run(*COMMANDS[name], "--error-format", "json", env=plain, stdin=BANDWIDTH_OAUTH)
            for name in ("get", "login")
        ]
        assert tuple(done.status for done in runs) == expected
        if expected[1] != 0:
            assert all(json.loads(done.err)["error"]["code"] for done in runs)
            assert [path for path in tmp_path.rglob("*") if path.is_file()] == [config]

    def test_one_that_is_a_directory_is_as_good_as_none(self, plain: Env, tmp_path: Path) -> None:
        (tmp_path / ".config" / "python_keyring" / "keyringrc.cfg").mkdir(parents=True)
        runs = each(("get", "login"), plain, stdin=BANDWIDTH_OAUTH)
        assert statuses(runs) == {"get": 4, "login": 10}

    def test_what_the_library_has_to_say_of_it_is_not_among_the_errors(self, plain: Env, tmp_path: Path) -> None:
        config = tmp_path / ".config" / "python_keyring" / "keyringrc.cfg"
        config.parent.mkdir(parents=True)
        config.write_text("[backend]\nx=1\n")
        done = run(*COMMANDS["get"], "-o", "json", env=plain)
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
        runs = each(("get", "login", "logout"), env, stdin=BANDWIDTH_OAUTH)
        assert statuses(runs) == all_ten(("get", "login", "logout"))
        assert all("the keyring cannot be used (" in done.said for done in runs.values())
        assert all("canary" not in done.err for done in runs.values())


class TestValuesKept:
    """What is stored comes back as it was."""

    @pytest.mark.parametrize("way", ["JSON", "lines"])
    def test_whatever_the_text(self, way: str, keyring: SecretService, user: Env) -> None:
        passwords = {
            "unicode": "pässwörd-日本語-עברית",
            "emoji": "👩‍👩‍👧 ☎️",
            "quotes": "\"'`$(id)\\n%s{}",
            "json": '{"token": {"access_token": "x"}}',
            "equals": "a=b==",
            "spaces": "  in  and  around  ",
            "separators": "a\u2028b\u2029c\x85d",
            "noncharacters": "\ufffe\U0010ffff\ufeff",
            "decomposed": "e\u0301",
            "long": "ü" * 1200,
        }

        def login(profile: str) -> Run:
            given = {"base_url": "https://gws.example.com", "username": "me", "password": passwords[profile]}
            text = "".join(f"{name}={value}\n" for name, value in given.items()) if way == "lines" else given
            secrets = (passwords[profile],)
            command = ("auth", "login", "genesys", "--stdin", "--no-verify", "--profile", profile)
            return run(*command, env=user, stdin=text, secrets=secrets)

        with ThreadPoolExecutor(3) as pool:
            assert {done.status for done in pool.map(login, passwords)} == {0}
        assert {name: keyring.item(f"genesys/{name}")["password"] for name in passwords} == passwords

    def test_every_secret_of_an_item_may_be_as_long_as_one_may_be(self, keyring: SecretService, user: Env) -> None:
        given = {"client_id": "c", "client_secret": "s" * 1200, "refresh_token": "r" * 1200, "access_token": "a" * 1200}
        done = run("auth", "login", "webex", "--stdin", "--no-verify", env=user, stdin=given)
        assert done.status == 0
        assert keyring.item("webex/default") == {"base_url": "https://webexapis.com/v1", **given}

    def test_what_could_not_be_sent_is_not_stored_and_does_not_replace(self, keyring: SecretService, user: Env) -> None:
        before = {"base_url": "https://gws.example.com", "username": "me", "password": "good"}
        keyring.put("genesys/default", before)
        bad = ["canary\n", "can\0ary", "\x1b[2Jcanary", "canary\x7f", "canary\ud800", "c" * 1201, "👩" * 1201]

        def login(password: str) -> Run:
            return run(
                *("auth", "login", "genesys", "--stdin", "--no-verify"), env=user, stdin=before | {"password": password}
            )

        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(login, bad))
        assert [done.status for done in runs] == [10] * len(bad)
        assert all("password" in done.said and "canary" not in done.err for done in runs)
        assert keyring.item("genesys/default") == before


class TestForeignItems:
    """An item that another program has written over."""

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"not JSON", 10),
            (b"[]", 10),
            (b"[" * 10_000, 10),
            (b'{"password":' * 10_000, 10),
            (b"a" * 1_000_000, 10),
            (b"{}\0{}", 10),
            pytest.param(b"\xff\xfe\x00\x01\x80", 10),
            (b"{}", 4),
            (b'{"account_id": 5, "username": [], "password": {"a": 1}, "base_url": null}', 4),
            (b'{"account_id": "1", "username": "me", "password": "\\ud800"}', 10),
            (b'{"account_id": "1", "username": "me", "password": "x", "base_url": "http://example.com"}', 10),
        ],
        ids=[
            *("text", "list", "nested-lists", "nested-objects", "1MB", "zero-byte", "binary", "empty", "other-types"),
            *("surrogate", "other-address"),
        ],
    )
    def test_it_is_told_by_whoever_reads_it_and_can_be_replaced_and_deleted(
        self, content: bytes, expected: int, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("bandwidth/default", content)
        runs = each(READING, user)
        assert statuses(runs) == dict.fromkeys(READING, expected)
        assert all(done.out == "" for name, done in runs.items() if name != "status")
        given = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        assert run(*COMMANDS["login"], env=user, stdin=given).status == 0
        assert keyring.item("bandwidth/default") == given
        keyring.put("bandwidth/default", content)
        assert run(*COMMANDS["logout"], env=user).status == 0
        assert keyring.text("bandwidth/default") is None

    def test_logging_out_leaves_no_item_of_that_name_whoever_wrote_it(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        given = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        assert run(*COMMANDS["login"], env=user, stdin=given).status == 0
        keyring.put("bandwidth/default", given, "another-mark", "1")
        assert run(*COMMANDS["logout"], env=user).status == 0
        assert keyring.text("bandwidth/default") is None

    def test_another_account_beside_it_is_left_alone(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("bandwidth/default", b"broken")
        keyring.put("bandwidth/work", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH))
        assert get("bandwidth", "--profile", "work", env=user).status == 0
        run(*COMMANDS["logout"], env=user)
        assert get("bandwidth", "--profile", "work", env=user).status == 0


def without_token(keyring: SecretService) -> None:
    """Take the access token out of an item, so that only its refresh token is of use."""
    item = keyring.item("webex/default")
    keyring.put("webex/default", {name: value for name, value in item.items() if name != "token"})


class TestRotation:
    """A refresh token that is replaced while others use it, or while the keyring or the program fails."""

    @pytest.mark.parametrize("processes", [2, 5])
    def test_processes_that_renew_at_once_lose_nothing(self, processes: int, keyring: SecretService, user: Env) -> None:
        for _ in range(5):
            with Vendor() as vendor:
                keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
                with ThreadPoolExecutor(processes) as pool:
                    runs = list(pool.map(lambda _: get("webex", env=user), range(processes)))
                assert [(done.status, done.said) for done in runs] == [(0, "")] * processes
                assert keyring.item("webex/default")["refresh_token"] != known.WEBEX_REFRESH_TOKEN
                without_token(keyring)
                assert get("webex", env=user).status == 0
                assert vendor.exchanges[-2:] == ["POST 200", "GET 200"]

    def test_even_where_tokens_live_too_short_to_be_shared(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=1) as vendor:
            keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
            with ThreadPoolExecutor(3) as pool:
                runs = list(pool.map(lambda _: get("webex", env=user), range(3)))
            assert [done.status for done in runs] == [0, 0, 0]

    @pytest.mark.parametrize("command", ["get", "login"])
    @pytest.mark.parametrize("state", [stopped, locked, killed])
    def test_a_keyring_that_fails_before_the_new_one_is_stored_is_told_with_what_it_costs(
        self, state: State, command: str, fragile: SecretService, tmp_path: Path
    ) -> None:
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="4")
        with ExitStack() as broken, Vendor(renewed=lambda: broken.enter_context(state(fragile))) as vendor:
            item = stored(vendor, "webex", **WEBEX_REFRESH)
            fragile.put("webex/default", item)
            if command == "get":
                done = get("webex", env=env)
                assert (done.status, done.json["provider"]) == (0, "webex")
            else:
                done = run("auth", "login", "webex", "--stdin", env=env, stdin=item)
                assert (done.status, done.out) == (10, "")
            assert USED_UP in done.said
        assert fragile.item("webex/default") == item

    def test_a_process_that_is_killed_before_it_could_store_the_new_one_costs_a_login_and_no_more(
        self, keyring: SecretService, user: Env
    ) -> None:
        running: list[subprocess.Popen[bytes]] = []

        def kill() -> None:
            running[0].kill()

        with Vendor(renewed=kill) as vendor:
            item = stored(vendor, "webex", **WEBEX_REFRESH)
            keyring.put("webex/default", item)
            running.append(subprocess.Popen(GET, env=user, stdout=-1, stderr=-1))
            running[0].communicate(timeout=GRACE)
            assert running[0].returncode == -signal.SIGKILL
            assert keyring.item("webex/default") == item
            later = get("webex", env=user)
            assert (later.status, later.out) == (4, "")
            assert AGAIN in later.said
            assert keyring.item("webex/default") == item

    def test_one_that_is_killed_at_any_moment_leaves_what_works_or_says_what_to_do(
        self, keyring: SecretService, user: Env
    ) -> None:
        for _ in range(5):
            with Vendor() as vendor:
                keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
                running = [subprocess.Popen(GET, env=user, stdout=-1, stderr=-1) for _ in range(2)]
                time.sleep(random.uniform(0.1, 0.6))
                running[0].kill()
                for process in running:
                    process.communicate(timeout=2 * GRACE)
                without_token(keyring)
                later = get("webex", env=user)
                assert later.status == 0 or AGAIN in later.said
                assert running[1].returncode == 0 or running[1].returncode == later.status == 4

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_one_that_is_interrupted_stores_the_new_one_first(
        self, number: signal.Signals, keyring: SecretService, user: Env
    ) -> None:
        running: list[subprocess.Popen[bytes]] = []

        def interrupt() -> None:
            running[0].send_signal(number)
            time.sleep(0.5)

        with Vendor(renewed=interrupt) as vendor:
            keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
            running.append(subprocess.Popen(GET, env=user, stdout=-1, stderr=-1))
            running[0].communicate(timeout=GRACE)
            assert running[0].returncode in {128 + number, 130}
            assert keyring.item("webex/default")["refresh_token"] != known.WEBEX_REFRESH_TOKEN

    def test_a_login_made_meanwhile_is_not_written_over(self, keyring: SecretService, user: Env) -> None:
        newer: dict[str, Any] = {}
        with Vendor(renewed=lambda: keyring.put("webex/default", newer)) as vendor:
            keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
            newer |= stored(vendor, "webex", client_id="other", client_secret=CANARY, refresh_token=CANARY)
            assert get("webex", env=user, secrets=(CANARY,)).status == 0
            assert keyring.item("webex/default") == newer

    def test_a_logout_made_meanwhile_holds(self, keyring: SecretService, user: Env) -> None:
        with Vendor(renewed=keyring.clear) as vendor:
            keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
            assert get("webex", env=user).status == 0
            assert keyring.text("webex/default") is None
