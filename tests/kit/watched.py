"""A user who is watched: the home is searched for secrets, and so is what every process writes.

What processes do is noted as well: none may start another one, or connect to an address that is not the vendor's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import TYPE_CHECKING

from kit import vendors, warm
from kit.canary import leaks
from kit.credential_runs import Run
from kit.program import SCRIPTS, TIMEOUT, environment, unmeasured
from kit.recipes import ID, RECIPES, TARGET, is_login
from kit.servers import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kit.leaky_vendor import FaultyVendor
    from kit.recipes import Command, Way

AT_ONCE = 24
"""Processes that run at the same time; most of them wait."""

MANY = """
import gc, json, os
from pathlib import Path

STARTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.forkpty"}

def witness(event, arguments):
    if event in STARTS or event == "socket.connect":
        line = f"{'connect' if event == 'socket.connect' else 'start'} {arguments[1:]}"
        os.write(seen, line.encode(errors="backslashreplace") + b"\\n")

def play(number, case):
    global seen
    files = [os.open(f"{folder}/{number}.{name}", os.O_RDWR | os.O_CREAT) for name in ("in", "out", "err", "seen")]
    os.write(files[0], case["stdin"].encode())
    os.lseek(files[0], 0, 0)
    seen = files[3]
    for target in range(3):
        os.dup2(files[target], target)
    os.environ.clear()
    os.environ.update(case["env"])
    sys.addaudithook(witness)
    os._exit(callinspect.cli.main.run(case["line"]))  # as the program does

cases, folder = json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2]
gc.freeze()  # a collection would touch, and so copy, all that a process shares
at_once, running, statuses = int(sys.argv[3]), {}, {}
for number, case in enumerate([*cases, *[None] * at_once]):
    if len(running) == at_once or (case is None and running):
        process, status = os.wait()
        statuses[running.pop(process)] = os.waitstatus_to_exitcode(status)
    if case is not None:
        process = os.fork()
        if process == 0:
            play(number, case)
        running[process] = number
print(json.dumps([statuses[number] for number in range(len(cases))]))
"""
"""Runs many command lines, each in a process of its own that has the program loaded already: starting takes longest.

Every process notes the processes that it starts, and the addresses that it connects to.
"""

KEYRING = '''
import logging, os, time, warnings
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

class Panic(BaseException):
    """As Rust's extensions raise it."""

class Kept(KeyringBackend):
    """Keeps items in memory; does what it is told first."""
    name = "kept"
    priority = 1
    item = os.environ.get("KEPT")

    def get_password(self, service, username):
        text = self.item
        exec(os.environ.get("WHEN_READ", ""))
        return self.item

    def set_password(self, service, username, password):
        text = password
        exec(os.environ.get("WHEN_WRITTEN", ""))
        self.item = password

    def delete_password(self, service, username):
        text = self.item
        exec(os.environ.get("WHEN_WRITTEN", ""))
        self.item = None
'''


@dataclass(frozen=True)
class Case:
    """A command, by whom, and what the vendor does.

    Attributes:
        arguments: what follows those of the command's recipe.
        stored: whether the credentials are in the keyring rather than in the environment.
        mounted: whether the secrets are in files that the environment names.
        stdin: for `auth login` the credentials unless something else is given.
        variables: of the environment, besides.
        recipe: instead of the command's own.
        origin: where the account is, if not at the vendor's.
    """

    command: Command
    way: Way
    fault: str = "good"
    arguments: Command = ()
    stored: bool = False
    mounted: bool = False
    stdin: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    recipe: Command | None = None
    origin: str | None = None

    @property
    def line(self) -> Command:
        words = RECIPES[self.command] if self.recipe is None else self.recipe
        if {"PROVIDER", TARGET} & {*words}:
            name = self.way.provider.name
            call_id = vendors.call_id(name, ID)
            known = {"PROVIDER": name, ID: call_id, TARGET: f"{name}:{call_id}"}
            words = tuple(known.get(word, word) for word in words)
        return (*self.command, *words, *self.arguments)

    def __str__(self) -> str:
        return f"{self.way.name}, {self.fault}: callinspect {' '.join(self.line)}"


@dataclass
class WatchedUser:
    """A user with an account at the vendor, whose whole home is searched, and whose every process is watched."""

    home: Path
    modules: Path
    vendor: FaultyVendor
    elsewhere: Server

    def env(self, case: Case) -> dict[str, str]:
        """Return the case's environment, in which everything is written below the home and every proxy is elsewhere."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), self.elsewhere.url)
        directories = ("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        if case.stored:
            account = {"KEPT": json.dumps(case.way.fields(self.address(case)))}
        elif is_login(case.command):
            account = {}
        elif case.mounted:
            account = case.way.mounted(self.modules, self.address(case))
        else:
            account = case.way.variables(self.address(case))
        own = {name: str(self.home / name) for name in directories} | {"PYTHONPATH": str(self.modules)}
        return unmeasured(
            environment(
                self.home, **own | proxies | {"PYTHON_KEYRING_BACKEND": "kept.Kept"} | account | dict(case.variables)
            )
        )

    def address(self, case: Case) -> str:
        return f"{case.origin or self.vendor.url}/{case.way.provider.name}/{case.fault}"

    def stdin(self, case: Case) -> str:
        if case.stdin is None and is_login(case.command):
            return json.dumps(case.way.fields(self.address(case)))
        return case.stdin or ""

    def sweep(self, cases: Iterable[Case]) -> list[Run]:
        """Run all of them; whatever they do, none shows a secret, starts a process or asks another origin."""
        cases = list(cases)
        results = Path(mkdtemp(dir=self.modules))
        played = [{"line": each.line, "env": self.env(each), "stdin": self.stdin(each)} for each in cases]
        (results / "cases.json").write_text(json.dumps(played))
        done = subprocess.run(
            [sys.executable, self.modules / "many.py", results / "cases.json", results, str(AT_ONCE)],
            env=unmeasured(environment(self.home, PYTHONPATH=str(self.modules))),
            capture_output=True,
            timeout=10 * TIMEOUT,
            check=True,
        )
        statuses = json.loads(done.stdout)
        runs = [
            Run(status, *((results / f"{number}.{name}").read_bytes().decode() for name in ("out", "err")))
            for number, status in enumerate(statuses)
        ]
        wrong = [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)]
        assert wrong == [], f"{len(wrong)} texts of {len(runs)} runs\n" + "\n".join(wrong)
        seen = {line for number in range(len(cases)) for line in (results / f"{number}.seen").read_text().splitlines()}
        self.search(seen)
        return runs

    def search(self, seen: Iterable[str] = ()) -> None:
        """Search the home, what processes did, and the other origin."""
        for path in (self.home, *self.home.rglob("*")):
            assert leaks(str(path).encode()) == []
            if path.is_file():
                assert leaks(path.read_bytes()) == [], path
        assert [line for line in seen if line.startswith("start") or str(self.elsewhere.port) in line] == []
        assert self.elsewhere.connections == 0


def shown(case: Case, run: Run) -> list[str]:
    """Return what a run shows that it must not."""
    texts = {"standard output": run.out, "standard error": run.err}
    return [f"{case}\n    {where}: {leak!r}" for where, text in texts.items() for leak in leaks(text.encode())]


def interrupted(line: Command, env: Mapping[str, str], ready: Callable[[], bool] = lambda: False) -> Run:
    """Run a command until it has written something, or is ready; then interrupt it."""
    with TemporaryFile() as out, TemporaryFile() as err:
        with subprocess.Popen([str(SCRIPTS / "callinspect"), *line], env=dict(env), stdout=out, stderr=err) as process:
            until = time.monotonic() + TIMEOUT
            while not (os.fstat(out.fileno()).st_size or ready()) and process.poll() is None:
                assert time.monotonic() < until, line
                time.sleep(0.02)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
        out.seek(0)
        err.seek(0)
        return Run(process.returncode, out.read().decode(), err.read().decode())


def without_bugs(runs: list[Run]) -> None:
    """Fail if one of the runs ended as only a bug ends one."""
    assert [run.err for run in runs if run.status == 1 or "Traceback" in run.err] == []


@contextmanager
def watched_user(folder: Path, kind: type[FaultyVendor]) -> Iterator[WatchedUser]:
    """Make a user, a vendor with faults, and another origin that must never be asked.

    Args:
        folder: an empty folder, for the home and for modules.
        kind: what the vendor answers.
    """
    home, modules = folder / "home", folder / "modules"
    (home / "TMPDIR").mkdir(parents=True)
    modules.mkdir()
    (modules / "many.py").write_text(warm.LOADING + MANY)
    (modules / "kept.py").write_text(KEYRING)
    with Server(lambda _: None) as elsewhere, kind(elsewhere.url) as vendor:
        yield WatchedUser(home, modules, vendor, elsewhere)
