"""The keyring in every state that it can be in: what each command does then, and that nothing is lost.

Nearly all with a real Secret Service, read back with another program than ours.
"""

from __future__ import annotations

import json
import stat
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from kit.credential_commands import COMMANDS, READING, all_ten, run_each, statuses, words
from kit.credential_runs import CALLS, CANARY, Vendor, get, login, logout, run
from kit.keyrings import SecretService
from kit.program import require
from kit.ways import CLIENT, PASSWORD, REFRESH, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    State = Callable[[SecretService], AbstractContextManager[None]]

Env = dict[str, str]

REAL = "keyring.backends.SecretService.Keyring"
CHAIN = "keyring.backends.chainer.ChainerBackend"
GRACE = 15.0
"""Seconds that a run may take beyond the time for the keyring, on a busy machine."""


class TestKeyringStates:
    """A keyring that is not there, or does not work."""

    @pytest.mark.parametrize(
        ("backend", "state"),
        [("fail", "there is no keyring on this machine"), ("null", "the keyring is disabled (null backend)")],
    )
    def test_without_one_get_asks_for_credentials_and_login_advises(self, backend: str, state: str, bare: Env) -> None:
        env = bare | {"PYTHON_KEYRING_BACKEND": f"keyring.backends.{backend}.Keyring"}
        assert get(TOKEN, env=env).status == 4
        done = login(TOKEN, "--no-verify", env=env, stdin={TOKEN.secret: CANARY})
        assert done.status == 10
        assert state in done.said
        assert "set the credentials in the environment instead" in done.said
        assert "keyring-pass" in done.said
        assert "dbus-run-session" in done.said

    def test_a_silent_daemon_is_given_up_before_anything_is_sent(self, vendor: Vendor, tmp_path: Path) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.stop()
            env = keyring.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="1")
            for command in (words("get", REFRESH), ("auth", "login", REFRESH.provider, "--stdin")):
                started = time.monotonic()
                done = run(*command, env=env, stdin=vendor.account(REFRESH))
                assert time.monotonic() - started < 1 + GRACE
                assert (done.status, done.out) == (10, "")
                assert "the keyring does not respond" in done.said
        assert vendor.log == []

    def test_it_is_waited_for_once_in_a_run(self, tmp_path: Path) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.stop()
            started = time.monotonic()
            done = run("auth", "status", env=keyring.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="2"))
            assert time.monotonic() - started < 2 + GRACE < 2 * len(CALLS)
            assert done.out.count("the keyring does not respond") == len(CALLS)

    def test_a_locked_keyring_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "daemon").mkdir(mode=0o700)
        with SecretService(tmp_path / "daemon") as keyring:
            keyring.lock()
            done = get(TOKEN, env=keyring.user(tmp_path))
            assert (done.status, done.out) == (10, "")
            assert "the keyring is locked\n  · unlock it" in done.said

    @pytest.mark.parametrize("given", ["soon", "0", "nan", "inf"])
    def test_the_time_for_it_is_a_number_of_seconds(self, given: str, user: Env) -> None:
        done = get(TOKEN, env=user | {"CALLINSPECT_KEYRING_TIMEOUT": given})
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
        keyring.put(TOKEN.item, content)
        done = get(TOKEN, "-o", "json", env=user)
        assert (done.status, done.out) == (10, "")
        assert '"code":"keyring"' in done.said

    def test_fields_of_an_item_that_are_not_text_are_not_there(self, keyring: SecretService, user: Env) -> None:
        keyring.put(REFRESH.item, {"access_token": 5, "refresh_token": [], "base_url": None})
        assert get(REFRESH, env=user).status == 4


class TestReadableFiles:
    """A keyring that stores secrets in a readable file."""

    def test_it_is_refused_unless_it_is_named(self, plain: Env, vendor: Vendor, tmp_path: Path) -> None:
        account = vendor.account(TOKEN)
        assert get(TOKEN, env=plain).status == 4
        done = login(TOKEN, env=plain, stdin=account)
        assert done.status == 10
        assert "stores secrets in a readable file" in done.said
        assert "name it in PYTHON_KEYRING_BACKEND if that is what you want" in done.said
        assert list(tmp_path.rglob("*")) == []
        named = plain | {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}
        assert login(TOKEN, env=named, stdin=account).status == 0
        assert get(TOKEN, env=named).status == 0

    def test_beside_a_real_one_it_gets_nothing(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        del user["PYTHON_KEYRING_BACKEND"]
        account = vendor.account(TOKEN)
        done = login(TOKEN, env=user, stdin=account)
        assert f"stored {TOKEN.item} in SecretService Keyring" in done.said
        assert keyring.item(TOKEN.item) == account
        files = [each for each in tmp_path.rglob("*") if stat.S_ISREG(each.stat().st_mode)]
        assert [each.name for each in files] == ["profiles.json"]

    def test_naming_all_of_them_together_is_not_naming_it(self, plain: Env, tmp_path: Path) -> None:
        env = plain | {"PYTHON_KEYRING_BACKEND": "keyring.backends.chainer.ChainerBackend"}
        assert login(TOKEN, env=env, stdin={TOKEN.secret: CANARY}).status == 10
        assert list(tmp_path.rglob("*")) == []


STATES = pytest.mark.parametrize(
    ("state", "seconds", "message"),
    [
        (SecretService.locked, 30, "the keyring is locked\n  · unlock it"),
        (SecretService.stopped, 1, "the keyring does not respond\n  · unlock it or restart its daemon"),
        (SecretService.killed, 30, "the keyring is locked\n  · unlock it"),
    ],
    ids=["locked", "stopped", "killed"],
)


class TestBrokenDaemon:
    """A real keyring whose daemon is there and does not do its work."""

    @STATES
    @pytest.mark.parametrize("backend", [REAL, None, CHAIN], ids=["named", "found", "chained"])
    def test_every_command_says_so_in_time_and_loses_nothing(
        self,
        backend: str | None,
        state: State,
        seconds: int,
        message: str,
        vendor: Vendor,
        fragile: SecretService,
        tmp_path: Path,
    ) -> None:
        item = vendor.account(CLIENT)
        fragile.put(CLIENT.item, item)
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT=str(seconds), PYTHON_KEYRING_BACKEND=backend or "")
        if backend is None:
            del env["PYTHON_KEYRING_BACKEND"]
        commands = tuple(COMMANDS) if backend == REAL else ("get", "login", "logout")
        with state(fragile):
            started = time.monotonic()
            # A locked one asks its owner about one program at a time, and may forget those that wait for their turn.
            runs = run_each(commands, env, stdin=item, jobs=3 if state is SecretService.stopped else 1)
            assert time.monotonic() - started < seconds * len(commands) + GRACE
        assert statuses(runs) == all_ten(commands)
        assert {name: done.said for name, done in runs.items() if message not in done.said} == {}
        assert {done.out for done in runs.values()} == {""}
        assert vendor.log == []
        assert fragile.item(CLIENT.item) == item
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
            assert statuses(run_each(("status", "list"), unasked)) == {"status": 0, "list": 0}
            del user[CLIENT.variable(CLIENT.fields[0])]
            assert message in run(*words("get"), env=user).said

    def test_a_locked_one_ends_all_that_ask_it_at_once_in_time(self, fragile: SecretService, tmp_path: Path) -> None:
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="3")
        fragile.put(CLIENT.item, {"account_id": "1"})
        with fragile.locked():
            started = time.monotonic()
            runs = run_each(READING, env, jobs=len(READING))
            assert time.monotonic() - started < 3 + GRACE
        assert statuses(runs) == all_ten(READING)
        assert {done.out for done in runs.values()} == {""}
        assert fragile.item(CLIENT.item) == {"account_id": "1"}


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
    def test_nothing_is_stored_and_the_environment_is_enough(
        self, address: str | None, deserted: str, plain: Env, env: Env, tmp_path: Path
    ) -> None:
        if address is not None:
            plain["DBUS_SESSION_BUS_ADDRESS"] = deserted if address == "deserted" else address
        commands = ("get", "login", "logout")
        found = run_each(commands, plain, stdin=CLIENT.account)
        named = run_each(commands, plain | {"PYTHON_KEYRING_BACKEND": REAL}, stdin=CLIENT.account)
        assert statuses(found) == {"get": 4, "login": 10, "logout": 10}
        assert statuses(named) == all_ten(commands)
        assert all("the keyring cannot be used (" in done.said for done in named.values())
        assert get(CLIENT, env=env | plain | {"PYTHON_KEYRING_BACKEND": REAL}).status == 0
        assert list(tmp_path.rglob("*")) == []


def holding(**fields: str) -> bytes:
    """Return an item with these fields beside the others that are needed."""
    return json.dumps({**PASSWORD.account, "base_url": "https://vendor.example.com", **fields}).encode()


OTHER_TYPES = json.dumps(
    {field: {"a": 1} for field in PASSWORD.needs} | {PASSWORD.fields[0]: 5, "base_url": None}
).encode()


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
            (OTHER_TYPES, 4),
            (holding(**{PASSWORD.secret: "\ud800"}), 10),
            (holding(base_url="http://example.com"), 10),
        ],
        ids=[
            *("text", "list", "nested-lists", "nested-objects", "1MB", "zero-byte", "binary", "empty", "other-types"),
            *("surrogate", "other-address"),
        ],
    )
    def test_it_is_reported_and_can_be_replaced_and_deleted(
        self, content: bytes, expected: int, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(PASSWORD.item, content)
        runs = run_each(READING, user, PASSWORD)
        assert statuses(runs) == dict.fromkeys(READING, expected)
        assert all(done.out == "" for name, done in runs.items() if name != "status")
        given = vendor.account(PASSWORD)
        assert login(PASSWORD, "--no-verify", env=user, stdin=given).status == 0
        assert keyring.item(PASSWORD.item) == given
        keyring.put(PASSWORD.item, content)
        assert logout(PASSWORD, env=user).status == 0
        assert keyring.text(PASSWORD.item) is None

    def test_logging_out_deletes_what_another_program_wrote_too(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        given = vendor.account(CLIENT)
        assert login(CLIENT, "--no-verify", env=user, stdin=given).status == 0
        keyring.put(CLIENT.item, given, "another-mark", "1")
        assert logout(CLIENT, env=user).status == 0
        assert keyring.text(CLIENT.item) is None

    def test_another_account_beside_it_is_left_alone(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(CLIENT.item, b"broken")
        keyring.put(f"{CLIENT.provider}/work", vendor.account(CLIENT))
        assert get(CLIENT, "--profile", "work", env=user).status == 0
        logout(CLIENT, env=user)
        assert get(CLIENT, "--profile", "work", env=user).status == 0
