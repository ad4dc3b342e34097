"""The file with the names of profiles, whoever wrote it, wherever it is, whatever happens meanwhile."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit.files import CANARY, LIMITED, LOGIN, PROGRAM, account, bash, login, mortal, names, said, under
from kit.program import TIMEOUT, Env, callinspect, require, unmeasured
from kit.sandbox_calls import BUSY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kit.keyrings import SecretService

COMMANDS = {
    "login": LOGIN,
    "logout": ("auth", "logout", "webex"),
    "status": ("auth", "status"),
    "get": ("get", "webex", "x"),
}

SEVERAL = 20_000
"""Names in a file that takes long enough to write for others to come in between."""


class TestNamesWritten:
    """The file with the names of profiles, written by one, by several, and by one that does not live to see it."""

    def test_of_logins_at_once_none_is_lost(self, user: Env, tmp_path: Path) -> None:
        names(tmp_path).write_text(json.dumps({"bandwidth": [f"p{number}" for number in range(SEVERAL)]}))
        wanted = [f"w{number}" for number in range(5)]
        for _ in range(2):
            with ThreadPoolExecutor(5) as pool:
                runs = list(pool.map(lambda profile: login(profile, user), wanted))
            assert [done.returncode for done in runs] == [0] * len(wanted)
            stored = json.loads(names(tmp_path).read_bytes())
            assert (stored["webex"], len(stored["bandwidth"])) == (wanted, SEVERAL)
            callinspect("auth", "logout", "webex", "--profile", wanted.pop(), env=user)

    def test_killed_at_any_moment_it_is_whole(self, user: Env, tmp_path: Path) -> None:
        many = {"bandwidth": [f"p{number}" for number in range(SEVERAL)]}
        file = names(tmp_path)
        file.write_text(json.dumps(many))
        before = file.stat().st_mtime_ns
        for number in range(6):
            running = subprocess.Popen(
                [PROGRAM, *LOGIN, "--profile", f"w{number}"], env=user, stdin=-1, stdout=-1, stderr=-1
            )
            assert running.stdin
            running.stdin.write(account().encode())
            running.stdin.close()
            deadline = time.monotonic() + TIMEOUT
            if number % 3 == 0:  # as soon as something is beside it
                while len(list(file.parent.iterdir())) == 1 and file.stat().st_mtime_ns == before:
                    assert time.monotonic() < deadline
            elif number % 3 == 1:  # as soon as it is another one
                while file.stat().st_mtime_ns == before:
                    assert time.monotonic() < deadline
            else:
                time.sleep(random.uniform(0.05, 0.6))
            running.kill()
            running.wait(TIMEOUT)
            running.stdout and running.stdout.close()
            running.stderr and running.stderr.close()
            stored = json.loads(file.read_bytes())
            assert stored["bandwidth"] == many["bandwidth"]
            before = file.stat().st_mtime_ns
            for left in set(file.parent.iterdir()) - {file}:
                left.unlink()
        assert login("last", user).returncode == 0
        assert "last" in json.loads(file.read_bytes())["webex"]

    @pytest.mark.parametrize("umask", ["0000", "0022", "0077", "0177"])
    def test_it_is_for_its_owner_only_whatever_the_umask(self, umask: str, user: Env, tmp_path: Path) -> None:
        done = login("work", user, prefix=bash(f"umask {umask}"))
        assert (done.returncode, said(done).count("\n")) == (0, 1)
        file = tmp_path / ".config" / "callinspect" / "profiles.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) & 0o077 == 0

    def test_so_is_a_directory_of_configuration_that_is_made(self, user: Env, tmp_path: Path) -> None:
        env = user | {"XDG_CONFIG_HOME": str(tmp_path / "a" / "b")}
        assert login("work", env, prefix=bash("umask 0000")).returncode == 0
        assert [stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700] * 2

    def test_a_umask_that_allows_nobody_anything_is_told(self, user: Env, tmp_path: Path) -> None:
        done = login("work", unmeasured(user), prefix=[*bash("umask 0777"), *mortal()])
        assert done.returncode == 10
        assert "profiles.json cannot be" in said(done)
        for each in (tmp_path / ".config", tmp_path / ".config" / "callinspect"):
            if each.exists():
                each.chmod(0o700)

    @pytest.mark.parametrize("mode", [0o755, 0o777, 0o700])
    def test_a_directory_that_is_there_keeps_its_mode(self, mode: int, user: Env, tmp_path: Path) -> None:
        names(tmp_path).parent.chmod(mode)
        assert login("work", user).returncode == 0
        assert stat.S_IMODE(names(tmp_path).parent.stat().st_mode) == mode
        assert stat.S_IMODE(names(tmp_path).stat().st_mode) == 0o600

    @pytest.mark.parametrize("there", [True, False], ids=["there", "dangling"])
    def test_a_symbolic_link_is_written_through(self, there: bool, user: Env, tmp_path: Path) -> None:
        target = tmp_path / "dotfiles" / "profiles.json"
        target.parent.mkdir()
        if there:
            target.write_text('{"webex": ["old"]}')
        names(tmp_path).symlink_to(target)
        assert login("new", user).returncode == 0
        assert names(tmp_path).is_symlink()
        assert json.loads(target.read_bytes())["webex"][0] == "new"

    @pytest.mark.parametrize("trouble", ["file-size", "read-only", "read-only-file"])
    def test_where_it_cannot_be_written_the_old_one_stays(
        self, trouble: str, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        """What was stored all the same is reported."""
        file = names(tmp_path)
        file.write_text('{"webex": ["old"]}')
        prefix = bash("ulimit -f 0") if trouble == "file-size" else mortal()
        if trouble == "read-only":
            file.parent.chmod(0o500)
        elif trouble == "read-only-file":
            file.chmod(0o400)
        done = login("new", unmeasured(user), prefix=prefix)
        file.parent.chmod(0o700)
        assert [each.name for each in file.parent.iterdir()] == [file.name]
        assert keyring.item("webex/new")["access_token"] == CANARY
        if trouble == "read-only-file":  # it is replaced, not written to
            assert json.loads(file.read_bytes()) == {"webex": ["new", "old"]}
        else:
            assert done.returncode == 10
            assert f"{file} cannot be written" in said(done)
            assert "webex/new is stored anyway and will be used" in said(done)
            assert json.loads(file.read_bytes()) == {"webex": ["old"]}

    def test_what_it_has_already_need_not_be_written(self, keyring: SecretService, user: Env, tmp_path: Path) -> None:
        file = names(tmp_path)
        file.write_text('{"webex": ["new"]}')
        file.parent.chmod(0o500)
        done = login("new", unmeasured(user), prefix=mortal())
        gone = under(mortal(), "auth", "logout", "webex", "--profile", "other", env=unmeasured(user))
        file.parent.chmod(0o700)
        assert (done.returncode, gone.returncode) == (0, 0), said(done) + said(gone)
        assert keyring.item("webex/new")["access_token"] == CANARY

    def test_a_logout_that_cannot_be_written_is_one(self, keyring: SecretService, user: Env, tmp_path: Path) -> None:
        file = names(tmp_path)
        assert login("old", user).returncode == 0
        file.parent.chmod(0o500)
        done = under(mortal(), "auth", "logout", "webex", "--profile", "old", env=unmeasured(user))
        file.parent.chmod(0o700)
        assert done.returncode == 10
        assert "deleted webex/old" in said(done)
        assert "webex/old is deleted anyway" in said(done)
        assert keyring.text("webex/old") is None


class TestPlaceOfNames:
    """Where the file with the names of profiles is."""

    @pytest.mark.parametrize(
        ("value", "where"),
        [
            ("", ".config"),
            ("relative", ".config"),
            ("~/odd", ".config"),
            ("../up", ".config"),
            ("HOME/with space", "with space"),
            ("HOME/l1\nl2", "l1\nl2"),
            ("HOME/ünï", "ünï"),
            ("HOME/a/../b//c/.", "b/c"),
        ],
        ids=["empty", "relative", "tilde", "up", "space", "newline", "unicode", "dots"],
    )
    def test_it_is_in_xdg_config_home_if_that_is_absolute(
        self, value: str, where: str, user: Env, tmp_path: Path
    ) -> None:
        (tmp_path / "a").mkdir()
        elsewhere = tmp_path / "cwd"
        elsewhere.mkdir()
        env = user | {"XDG_CONFIG_HOME": value.replace("HOME", str(tmp_path))}
        done = login("work", env, cwd=elsewhere)
        assert (done.returncode, said(done).count("\n")) == (0, 1)
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == [
            tmp_path / where / "callinspect" / "profiles.json"
        ]

    @pytest.mark.parametrize("value", ["/dev/null", "/proc/self/mem", "/proc/none"])
    def test_a_place_that_cannot_be_is_a_configuration_error(self, value: str, user: Env) -> None:
        done = login("work", user | {"XDG_CONFIG_HOME": value})
        assert (done.returncode, done.stdout) == (10, b"")
        assert f"{value}/callinspect/profiles.json cannot be written" in said(done)
        assert "webex/work is stored anyway" in said(done)

    @pytest.mark.parametrize("value", ["", "relative"])
    def test_it_is_never_in_the_current_directory(self, value: str, user: Env, tmp_path: Path) -> None:
        login("work", user | {"HOME": value}, cwd=tmp_path)
        assert list(tmp_path.rglob("profiles.json")) == []

    @pytest.fixture
    def nobody(self) -> list[str]:
        """Return what makes a process one of a user without a name."""
        if os.geteuid() == 0:
            right = "dac_override"
            return [require("setpriv"), "--reuid=54321", f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
        return [require("unshare"), "--map-user=54321"]

    def test_a_user_who_has_no_home_is_told(self, nobody: list[str], bare: Env) -> None:
        del bare["HOME"]
        done = under(nobody, "auth", "status", env=bare)
        assert done.returncode in {0, 10}
        assert "bug" not in said(done)

    @pytest.mark.parametrize("more", [{}, {"LANG": "xx"}, {"TMPDIR": "/none"}, {"HOME": "relative"}], ids=str)
    def test_without_a_home_the_environment_suffices(self, more: Env, nobody: list[str], env: Env) -> None:
        del env["HOME"]
        commands = [
            ("get", *BUSY),
            ("list", "webex", "-q"),
            ("wait", *BUSY),
            ("auth", "status", "webex"),
            ("providers",),
        ]
        for command in commands:
            done = under(nobody, *command, env=env | more)
            assert (done.returncode, done.stderr) == (0, b""), command

    @pytest.mark.parametrize(
        ("command", "status", "says"),
        [
            (("get", *BUSY), 4, "are missing or incomplete"),
            (("auth", "status", "webex"), 4, "are missing or incomplete"),
            (
                ("auth", "login", "webex", "--stdin"),
                10,
                "there is no home directory, so there is no keyring\n  · set HOME",
            ),
            (("auth", "logout", "webex"), 10, "there is no home directory to keep profiles in\n  · set HOME"),
        ],
    )
    def test_without_a_home_what_is_missing_is_told(
        self, command: tuple[str, ...], status: int, says: str, nobody: list[str], bare: Env
    ) -> None:
        for name in ("HOME", "PYTHON_KEYRING_BACKEND"):
            del bare[name]
        done = under(nobody, *command, env=bare)
        assert done.returncode == status
        assert says in said(done)


def sparse(file: Path) -> None:
    file.touch()
    os.truncate(file, 4 * 1024**3)


def linked_fifo(file: Path) -> None:
    os.mkfifo(file.with_name("fifo"))
    file.symlink_to(file.with_name("fifo"))


HOSTILE: dict[str, Callable[[Path], object]] = {
    "list": lambda file: file.write_bytes(b"[]"),
    "number": lambda file: file.write_bytes(b"5" * 5000),
    "other-types": lambda file: file.write_bytes(b'{"webex": {"default": 1}}'),
    "number-for-name": lambda file: file.write_bytes(b'{"webex": [1]}'),
    "BOM": lambda file: file.write_bytes(b'\xef\xbb\xbf{"webex": []}x'),
    "UTF-16": lambda file: file.write_bytes('{"webex": []}x'.encode("utf-16")),
    "torn": lambda file: file.write_bytes(b'{"webex": ["wo'),
    "two": lambda file: file.write_bytes(b'{"webex": []}{"webex": []}'),
    "nested": lambda file: file.write_bytes(b'{"webex":' * 100_000),
    "zeroes": lambda file: file.write_bytes(b"\0" * 100_000),
    "control-characters": lambda file: file.write_bytes(b'{"webex": ["\\u001b[2J"]}'),
    "path": lambda file: file.write_bytes(b'{"webex": ["../../x"]}'),
    "directory": lambda file: file.mkdir(),
    "loop": lambda file: file.symlink_to(file),
}
BOUND: dict[str, Callable[[Path], object]] = {
    "sparse": sparse,
    "endless": lambda file: file.symlink_to("/dev/zero"),
    "FIFO": os.mkfifo,
    "FIFO-behind-link": linked_fifo,
}


class TestForeignNames:
    """A file of names that the program has not written."""

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_it_is_told_and_left_as_it_is_by_every_command(
        self, kind: str, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        file = names(tmp_path)
        HOSTILE[kind](file)
        before = (file.lstat(), file.read_bytes() if file.is_file() else b"")
        with ThreadPoolExecutor(2) as pool:
            done = pool.map(lambda command: callinspect(*command, env=user, stdin=account()), COMMANDS.values())
            runs = dict(zip(COMMANDS, done, strict=True))
        assert {name: each.returncode for name, each in runs.items()} == {
            **dict.fromkeys(("login", "logout", "status"), 10),
            "get": 4,
        }
        for name in ("login", "logout", "status"):
            assert f"{file} " in said(runs[name])
            assert "move it away" in said(runs[name])
        assert keyring.text("webex/default") is None
        after = (file.lstat(), file.read_bytes() if file.is_file() else b"")
        assert [(each.st_ino, each.st_mtime_ns, each.st_mode) for each in (before[0], after[0])] == [
            (before[0].st_ino, before[0].st_mtime_ns, before[0].st_mode)
        ] * 2
        assert after[1] == before[1]
        assert sorted(each.name for each in file.parent.iterdir()) == [file.name]

    @pytest.mark.parametrize("kind", BOUND)
    def test_one_without_an_end_is_told_in_bounded_time_and_memory(self, kind: str, user: Env, tmp_path: Path) -> None:
        BOUND[kind](names(tmp_path))
        prefix = [*bash(f"ulimit -v {LIMITED}"), "timeout", "6"]
        done = under(prefix, *COMMANDS["status"], env=user)
        assert done.returncode == 10
        assert "move it away" in said(done)

    def test_one_that_may_not_be_read_is_told_and_left(self, user: Env, tmp_path: Path) -> None:
        file = names(tmp_path)
        file.write_text('{"webex": ["old"]}')
        file.chmod(0)
        done = login("new", user, prefix=mortal())
        assert done.returncode == 10
        assert f"{file} cannot be read: Permission denied" in said(done)
        assert file.read_text() == '{"webex": ["old"]}'

    @pytest.mark.parametrize(
        "content",
        [
            '\n{"webex": ["old"], "webex": ["work"]}',
            '{"gone-plugin": ["x"], "webex": ["work"]}',
            '{"webex": ["work"]}\r\n',
        ],
        ids=["twice", "other-provider", "CRLF"],
    )
    def test_one_that_others_could_have_written_is_used(self, content: str, user: Env, tmp_path: Path) -> None:
        names(tmp_path).write_bytes(content.encode())
        assert login("new", user).returncode == 0
        stored = json.loads(names(tmp_path).read_bytes())
        assert stored["webex"] == ["new", "work"]
        assert stored.get("gone-plugin", ["x"]) == ["x"]
