"""Files that the program keeps and files that it is given, whatever they turn out to be."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import pytest
from kit.calls import ANSWERED, BUSY, RINGING
from kit.program import SCRIPTS, TIMEOUT, callinspect, require, unmeasured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kit.accounts import SecretService

Env = dict[str, str]
Done = subprocess.CompletedProcess[bytes]
PROGRAM = str(SCRIPTS / "callinspect")
CANARY = "canary-9f3c1e-secret"
LOGIN = ("auth", "login", "webex", "--stdin", "--no-verify")
COMMANDS = {
    "login": LOGIN,
    "logout": ("auth", "logout", "webex"),
    "status": ("auth", "status"),
    "get": ("get", "webex", "x"),
}
LIMITED = 1_500_000
"""KiB of addresses that a process may have here; it takes a third of that for itself."""

GRACE = 20.0
SEVERAL = 20_000
"""Names in a file that takes long enough to write for others to come in between."""


def names(home: Path) -> Path:
    """Return the file of names, in a directory that is there."""
    file = home / ".config" / "callinspect" / "profiles.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def under(prefix: Iterable[str], *arguments: str, env: Env, stdin: str = "", cwd: Path | None = None) -> Done:
    """Run the program by way of another one."""
    return subprocess.run(
        [*prefix, PROGRAM, *arguments],
        env=env,
        input=stdin.encode(),
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
        cwd=cwd,
    )


def shell(before: str) -> list[str]:
    return ["bash", "-c", f'{before}; exec "$@"', "bash"]


def mortal() -> list[str]:
    """Return what takes away a superuser's right to every file, if it is one who runs the tests."""
    if os.geteuid() != 0:
        return []
    return [require("setpriv"), "--inh-caps=-all", "--bounding-set=-all"]


def account(**fields: str) -> str:
    return json.dumps({"access_token": CANARY, **fields})


def login(profile: str, env: Env, *, prefix: Iterable[str] = (), cwd: Path | None = None) -> Done:
    return under(prefix, *LOGIN, "--profile", profile, env=env, stdin=account(), cwd=cwd)


def said(done: Done) -> str:
    """Return what a run wrote on standard error, having made sure that it ended neither in a bug nor with a secret."""
    text = done.stderr.decode(errors="surrogateescape")
    assert done.returncode != 1, text
    assert "Traceback" not in text
    assert CANARY not in text + (done.stdout or b"").decode(errors="surrogateescape")
    return text


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
            running.wait(GRACE)
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
        done = login("work", user, prefix=shell(f"umask {umask}"))
        assert (done.returncode, said(done).count("\n")) == (0, 1)
        file = tmp_path / ".config" / "callinspect" / "profiles.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) & 0o077 == 0

    def test_so_is_the_directory_of_all_configuration_if_it_was_not_there(self, user: Env, tmp_path: Path) -> None:
        env = user | {"XDG_CONFIG_HOME": str(tmp_path / "a" / "b")}
        assert login("work", env, prefix=shell("umask 0000")).returncode == 0
        assert [stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700] * 2

    def test_a_umask_that_allows_nobody_anything_is_told(self, user: Env, tmp_path: Path) -> None:
        done = login("work", unmeasured(user), prefix=[*shell("umask 0777"), *mortal()])
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
    def test_where_it_cannot_be_written_the_old_one_stays_and_what_was_stored_is_told(
        self, trouble: str, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        file = names(tmp_path)
        file.write_text('{"webex": ["old"]}')
        prefix = shell("ulimit -f 0") if trouble == "file-size" else mortal()
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
            assert "webex/new is stored all the same, and used" in said(done)
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
        assert "webex/old is deleted all the same" in said(done)
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
        assert "webex/work is stored all the same" in said(done)

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
        commands = [("get", *BUSY), ("list", "webex"), ("wait", *BUSY), ("auth", "status", "webex"), ("providers",)]
        for command in commands:
            done = under(nobody, *command, env=env | more)
            assert (done.returncode, done.stderr) == (0, b""), command

    @pytest.mark.parametrize(
        ("command", "status", "says"),
        [
            (("get", *BUSY), 4, "there are no complete credentials"),
            (("auth", "status", "webex"), 4, "there are no complete credentials"),
            (("auth", "login", "webex", "--stdin"), 10, "there is no home directory, and so no keyring; set HOME"),
            (("auth", "logout", "webex"), 10, "there is no home directory to keep profiles in; set HOME"),
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
        prefix = [*shell(f"ulimit -v {LIMITED}"), "timeout", "6"]
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


IDS = f"{BUSY[1]}\n{ANSWERED[1]}\n"
ODD_NAMES = [
    "with space",
    "l1\nl2",
    "-x",
    "--input",
    "\x1b[2J",
    "ü\u202e",
    os.fsdecode(b"\xff\xfe"),
    "a" * 255,
    "*",
    "$(x)",
]


def offered(env: Env, option: str, path: str, **given: Any) -> Done:
    """Run `get` with a file for an option."""
    call = {"--input": (), "--from-file": (), "--resume": (ANSWERED[1],), "--ca-file": (ANSWERED[1],)}[option]
    if option == "--ca-file":
        env = env | {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://127.0.0.1:9/api/v2"}
    return callinspect("get", "bandwidth", *call, f"{option}={path}", "--timeout", "2", env=env, **given)


class TestGivenFiles:
    """Files that a command line names."""

    @pytest.mark.parametrize("option", ["--input", "--resume", "--from-file", "--ca-file"])
    def test_what_cannot_be_read_is_a_configuration_error_on_one_line_that_names_it(
        self, option: str, env: Env, tmp_path: Path
    ) -> None:
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "dangling").symlink_to("missing")
        (tmp_path / "file").touch()
        names_of_none = ODD_NAMES if option == "--ca-file" else ODD_NAMES[:7] if option == "--input" else ODD_NAMES[4:7]
        paths = ["loop", "dangling", "missing", "file/x", ".", "n" * 256, *names_of_none]
        paths = [str(tmp_path / path) for path in paths] + ["/proc/self/mem", "/dev/zero", os.fsdecode(b"/\xff")]
        with ThreadPoolExecutor(3) as pool:
            runs = dict(zip(paths, pool.map(lambda path: offered(env, option, path), paths), strict=True))
        for path, done in runs.items():
            told = said(done)
            assert (done.returncode, done.stdout, told.count("\n")) == (10, b"", 1), (path, told)
            assert "\x1b" not in told
            assert "\u202e" not in told

    @pytest.mark.parametrize("option", ["--input", "--resume", "--from-file"])
    def test_an_odd_name_is_a_name_like_any_other(self, option: str, env: Env, tmp_path: Path) -> None:
        body = callinspect("get", *BUSY, "--raw", env=env).stdout
        record = callinspect("get", *ANSWERED, "-o", "jsonl", env=env).stdout
        content = {"--input": IDS.encode(), "--resume": record, "--from-file": body}[option]
        odd = ODD_NAMES if option == "--input" else ODD_NAMES[1:7]
        for name in odd:
            (tmp_path / name).write_bytes(content)
        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(lambda name: offered(env, option, str(tmp_path / name)), odd))
        assert [(done.returncode, done.stderr) for done in runs] == [(0, b"")] * len(odd)

    def test_a_name_that_begins_with_a_dash_can_follow_the_option_as_a_word(self, env: Env, tmp_path: Path) -> None:
        (tmp_path / "-x").write_text(IDS)
        done = under([], "get", "bandwidth", "--input", "-x", env=env, cwd=tmp_path)
        assert (done.returncode, done.stdout.count(b"\n")) == (0, 2)

    @pytest.mark.parametrize(
        ("content", "status", "records"),
        [
            (b"", 0, 0),
            (b"\n\r\n \t\n", 0, 0),
            (IDS.encode().rstrip(), 0, 2),
            (IDS.replace("\n", "\r\n").encode(), 0, 2),
            (b"\xef\xbb\xbf" + IDS.encode(), 0, 2),
            (IDS.encode("utf-16"), 2, 0),
            (b"\0" * 3000, 2, 0),
            (IDS.encode() + b"\0\n", 9, 2),
            (IDS.encode() + b"x" * 1_000_000 + b"\n", 9, 2),
            (IDS.encode() + b"[" * 100_000 + b"\n", 9, 2),
            (IDS.encode() + b'{"id":' * 100_000 + b"\n", 9, 2),
            (IDS.replace("\n", "\r").encode(), 2, 0),
        ],
        ids=[
            *("empty", "blank", "no-final-newline", "CRLF", "BOM", "UTF-16", "zeroes", "zero", "long", "brackets"),
            *("nested", "CR"),
        ],
    )
    def test_a_file_of_ids_may_hold_anything(
        self, content: bytes, status: int, records: int, env: Env, tmp_path: Path
    ) -> None:
        (tmp_path / "ids").write_bytes(content)
        done = offered(env, "--input", str(tmp_path / "ids"))
        said(done)
        assert (done.returncode, done.stdout.count(b"\n")) == (status, records)
        assert ("is text in UTF-16, not in UTF-8" in said(done)) == (content[1:4:2] == b"\xfe\0")
        piped = callinspect("get", "bandwidth", "-", env=env, stdin=content)
        assert (piped.returncode, piped.stdout.count(b"\n")) == (status, records)

    @pytest.mark.parametrize("option", ["--input", "--from-file", "--resume"])
    def test_one_without_an_end_is_given_up_in_little_memory(self, option: str, env: Env) -> None:
        call = (ANSWERED[1],) if option == "--resume" else ()
        done = under(shell(f"ulimit -v {LIMITED}"), "get", "bandwidth", *call, option, "/dev/zero", env=env)
        assert (done.returncode, done.stdout) == (10, b"")
        assert "MiB" in said(done)

    def test_a_pipe_with_a_name_is_read_to_its_end(self, env: Env, tmp_path: Path) -> None:
        body = callinspect("get", *BUSY, "--raw", env=env).stdout
        record = callinspect("get", *BUSY, "-o", "jsonl", env=env).stdout
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        for option, content, expected in (
            ("--input", IDS.encode(), 2),
            ("--from-file", body, 0),
            ("--resume", record, 1),
        ):
            writer = threading.Thread(target=fifo.write_bytes, args=(content,))
            writer.start()
            done = offered(env, option, str(fifo))
            writer.join(GRACE)
            assert (done.returncode, done.stderr) == (0, b"")
            assert done.stdout.count(b"\n") == expected or option == "--from-file"

    @pytest.mark.parametrize("option", ["--input", "--ca-file"])
    def test_waiting_for_somebody_to_write_to_it_can_be_interrupted(
        self, option: str, env: Env, tmp_path: Path
    ) -> None:
        os.mkfifo(tmp_path / "fifo")
        env |= {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://127.0.0.1:9/api/v2"}
        running = subprocess.Popen(
            [PROGRAM, "get", "bandwidth", *(["x"] if option == "--ca-file" else []), option, str(tmp_path / "fifo")],
            env=env,
            stdout=-1,
            stderr=-1,
        )
        time.sleep(1.5)
        running.send_signal(signal.SIGTERM)
        try:
            running.communicate(timeout=GRACE)
        finally:
            running.kill()
        assert running.returncode in {143, -signal.SIGTERM}


class TestResuming:
    """An earlier output that a run goes on from."""

    @pytest.fixture
    def record(self, env: Env) -> bytes:
        return callinspect("get", *BUSY, "-o", "jsonl", env=env).stdout

    def resumed(self, env: Env, file: Path) -> Done:
        """Run `get … --resume FILE >> FILE`."""
        with file.open("ab") as output:
            return subprocess.run(
                [PROGRAM, "get", "bandwidth", "-", "--resume", str(file)],
                env=env,
                input=IDS.encode(),
                stdout=output,
                stderr=subprocess.PIPE,
                timeout=TIMEOUT,
                check=False,
            )

    @pytest.mark.parametrize(
        "end",
        [
            b"",
            b"CUT",
            b'{"provider":"bandwidth","id":"c-e4d4',
            b"{",
            b'{"provider":"bandwidth","id":"\xc3',
            b"\0" * 500,
        ],
        ids=["whole", "without-newline", "cut", "bracket", "in-a-character", "zeroes"],
    )
    def test_appended_to_itself_it_becomes_what_one_run_would_have_written(
        self, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.rstrip(b"\n") if end == b"CUT" else record + end)
        done = self.resumed(env, file)
        assert (done.returncode, done.stderr) == (0, b"")
        records = [json.loads(line) for line in file.read_bytes().splitlines()]
        assert [each["id"] for each in records] == [BUSY[1], ANSWERED[1]]
        assert file.read_bytes().endswith(b"}\n")

    def test_wherever_a_kill_cuts_it(self, env: Env, tmp_path: Path) -> None:
        whole = callinspect("get", "bandwidth", "-", env=env, stdin=IDS).stdout
        ids = [json.loads(line)["id"] for line in whole.splitlines()]
        cuts = sorted({0, 1, whole.index(b"\n"), whole.index(b"\n") + 1, len(whole) - 1, len(whole)})
        cuts += random.sample(range(2, len(whole) - 1), 6)

        def mended(cut: int) -> list[str]:
            file = tmp_path / f"out-{cut}.jsonl"
            file.write_bytes(whole[:cut])
            done = self.resumed(env, file)
            assert (done.returncode, done.stderr) == (0, b""), cut
            return [json.loads(line)["id"] for line in file.read_bytes().splitlines()]

        with ThreadPoolExecutor(3) as pool:
            assert dict(zip(cuts, pool.map(mended, cuts), strict=True)) == dict.fromkeys(cuts, ids)

    def test_into_another_file_it_is_left_as_it_is(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file, other = tmp_path / "out.jsonl", tmp_path / "other.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        before = file.stat()
        done = self.piped(env, file, f"> {other}")
        assert (done.returncode, done.stderr) == (0, b"")
        assert [json.loads(line)["id"] for line in other.read_bytes().splitlines()] == [ANSWERED[1]]
        assert file.read_bytes() == record + b'{"provider":"bandw'
        assert file.stat().st_mtime_ns == before.st_mtime_ns

    def piped(self, env: Env, file: Path, how: str, ids: str = IDS, prefix: list[str] | None = None) -> Done:
        """Run `get … --resume FILE` in a shell, with what follows it there; the exit status is its own."""
        script = f'"$1" get bandwidth - -o jsonl --resume "$2" {how}; exit ${{PIPESTATUS[0]}}'
        words = [*(prefix or []), "bash", "-c", script, "bash", PROGRAM, str(file)]
        return subprocess.run(words, env=env, input=ids.encode(), capture_output=True, timeout=TIMEOUT, check=False)

    @pytest.mark.parametrize("end", [b"", b"CUT", b'{"provider":"bandwidth","id":"c-e4d4', b"{", b"\0" * 500])
    @pytest.mark.parametrize("how", ['| tee -a "$2" > /dev/null', '| cat >> "$2"', '| tee -a "$2" | cat', '>> "$2"'])
    def test_however_it_is_gone_on_with_it_becomes_whole(
        self, how: str, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.rstrip(b"\n") if end == b"CUT" else record + end)
        for _ in range(2):
            done = self.piped(env, file, how)
            assert done.returncode == 0, said(done)
            records = [json.loads(line) for line in file.read_bytes().splitlines()]
            assert [each["id"] for each in records] == [BUSY[1], ANSWERED[1]]

    def test_one_that_nobody_can_write_is_left_as_it_is(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        file.chmod(0o400)
        done = self.piped(unmeasured(env), file, "| cat", prefix=mortal())
        assert (done.returncode, done.stderr) == (0, b"")
        assert file.read_bytes() == record + b'{"provider":"bandw'

    @pytest.mark.parametrize("form", [("-f", "id"), ("-f", "nofield"), ("-o", "csv")])
    def test_another_form_and_a_refused_command_line_leave_it_as_it_is(
        self, form: tuple[str, ...], record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        done = callinspect("get", "bandwidth", "-", *form, "--resume", str(file), env=env, stdin=f"{ANSWERED[1]}\n")
        assert done.returncode == (2 if "nofield" in form else 0)
        assert file.read_bytes() == record + b'{"provider":"bandw'

    def test_what_was_said_meanwhile_is_passed_over(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(b"callinspect: waiting 2 s: slow down\n" + record + b"callinspect: interrupted\n")
        done = self.piped(env, file, "| cat", ids=f"{json.loads(record)['id']}\n")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    @pytest.mark.parametrize("spelled", [str.upper, quote_plus, lambda each: each.replace("-", "%2d"), "{}=".format])
    def test_an_id_in_another_spelling_is_the_same_call(
        self, spelled: Callable[[str], str], record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record)
        done = self.piped(env, file, "| cat", ids=f"{spelled(BUSY[1])}\n")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def test_a_call_asked_for_by_its_session_is_not_asked_again(self, env: Env, tmp_path: Path) -> None:
        record = json.loads(callinspect("get", "webex", RINGING[1], "-o", "jsonl", env=env).stdout)
        file = tmp_path / "out.jsonl"
        note = f"the call that was asked for is {record['session_id']}"
        for notes, left in (([], 1), ([note], 0)):
            file.write_text(json.dumps(record | {"warnings": notes}) + "\n")
            words = ("get", "webex", "-", "--resume", str(file), "-o", "jsonl")
            done = callinspect(*words, env=env, stdin=f"{record['id']}\n{record['session_id']}\n")
            assert len((done.stdout + done.stderr).splitlines()) == left

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b"id,provider\nx,bandwidth\n", 1),
            (b"RECORDnot a record\nRECORD", 2),
            (b"RECORD5\n", 2),
            (b"RECORD[]\n", 2),
            (b'RECORD{"provider": "bandwidth"}\n', 2),
            (b'RECORD{"provider": 1, "id": "x"}\n', 2),
            (b"RECORD" + b"[" * 100_000 + b"\n", 2),
            (b"RECORDRECORD\0\0\0\n", 3),
            (b'{"provider":"bandwRECORD', 1),
        ],
        ids=["csv", "text", "number", "list", "no-id", "id-of-number", "nested", "zeroes", "glued"],
    )
    def test_what_is_no_earlier_output_is_refused_with_the_line_and_left_as_it_is(
        self, content: bytes, line: int, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        content = content.replace(b"RECORD", record)
        file.write_bytes(content)
        done = self.resumed(env, file)
        assert done.returncode == 10
        assert f"{file}, line {line}, is no record" in said(done)
        assert file.read_bytes() == content

    @pytest.mark.parametrize("form", ["BOM", "UTF-16"])
    def test_so_is_one_in_another_encoding(self, form: str, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        content = b"\xef\xbb\xbf" + record if form == "BOM" else record.decode().encode("utf-16")
        file.write_bytes(content)
        done = self.resumed(env, file)
        if form == "UTF-16":
            assert f"{file} is text in UTF-16, not in UTF-8; save it as UTF-8" in said(done)
        if done.returncode == 0:
            assert form == "BOM"
            assert [json.loads(each)["id"] for each in file.read_text("utf-8-sig").splitlines()] == [
                BUSY[1],
                ANSWERED[1],
            ]
        else:
            assert (done.returncode, file.read_bytes()) == (10, content)

    @pytest.mark.parametrize("end", [b"precious notes", b"id;provider", b"[1, 2"], ids=["notes", "csv", "list"])
    def test_a_last_line_that_no_record_begins_with_is_not_taken_for_one_that_was_cut_off(
        self, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + end)
        assert self.resumed(env, file).returncode == 10
        assert file.read_bytes() == record + end

    def test_lines_may_end_as_on_windows(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.replace(b"\n", b"\r\n"))
        assert self.resumed(env, file).returncode == 0
        assert [json.loads(line)["id"] for line in file.read_bytes().splitlines()] == [BUSY[1], ANSWERED[1]]

    def test_it_may_be_reached_by_a_symbolic_link(self, record: bytes, env: Env, tmp_path: Path) -> None:
        (tmp_path / "real").write_bytes(record + b'{"prov')
        (tmp_path / "out.jsonl").symlink_to("real")
        assert self.resumed(env, tmp_path / "out.jsonl").returncode == 0
        assert [json.loads(line)["id"] for line in (tmp_path / "real").read_bytes().splitlines()] == [
            BUSY[1],
            ANSWERED[1],
        ]

    def test_one_that_is_empty_is_where_every_run_begins(self, env: Env, tmp_path: Path) -> None:
        (tmp_path / "out.jsonl").touch()
        assert self.resumed(env, tmp_path / "out.jsonl").returncode == 0
        assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 2

    def test_standard_input_is_refused(self, env: Env) -> None:
        done = offered(env, "--resume", "-")
        assert (done.returncode, done.stdout) == (2, b"")
        assert "--resume reads a file, not standard input" in said(done)
