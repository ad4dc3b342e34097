"""The program forked from a process that has imported it: a run takes a fifth of the time, most of which is importing.

Each run is a process of its own, with pipes, variables and a directory of its own. What an interpreter reads when it
starts cannot be given to a run, but for folders of plug-ins: whoever needs that starts the program (`serves` tells).
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Any

import callinspect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USUAL = {"LANG": "C.UTF-8"}
"""What an interpreter reads when it starts, besides what measures coverage."""

STARTING = "START_EVERY_RUN"
"""The variable with which every run is started after all, as users start it: slower, and shows what a start shows."""

PROGRAM = str(Path(callinspect.__file__).parents[1])
"""Where the program is that the tests import: the one that they are about."""

ENDING = 60.0
"""Seconds that the process may take to end; nothing comes near."""

BEGINNING = """
import sys
sys.path.insert(0, sys.argv[2])
"""

LOADING = """
import importlib, pkgutil, sys

sys.modules.update({"httpx._main": None, "anyio": None})  # as the program does
import callinspect.__main__
for each in pkgutil.walk_packages(callinspect.__path__, "callinspect."):
    importlib.import_module(each.name)
further = "keyring.backends.SecretService packaging.requirements phonenumbers rich.table truststore jmespath"
for each in (*further.split(), "encodings.idna", "encodings.utf_8_sig"):
    importlib.import_module(each)
"""
"""Loads the program, and what it loads when it is needed: a process that is forked from this one has all of it."""

FORKING = """
import gc, json, os, signal, socket, time

if measuring := sys.modules["coverage"].Coverage.current() if "coverage" in sys.modules else None:
    measuring.save()  # once, and not by every run; nor need each name all files of which it has run nothing
    measuring._post_save_work = lambda: None
gc.freeze()
tasks, told, ended = socket.socket(fileno=int(sys.argv[1])), {}, {}

def reap(*_):
    try:
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    except ChildProcessError:
        pass
    for pid in told.keys() & ended.keys():
        tell = told.pop(pid, None)
        if tell is not None:  # else the next signal, which came meanwhile, has told it
            say(tell, ended.pop(pid))
            os.close(tell)

def say(tell, number):
    try:
        os.write(tell, b"%d\\n" % number)
    except BrokenPipeError:
        pass  # nobody waits for this run any more

def play(task, *streams):
    os.setsid()  # so that whatever it starts can be ended with it
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with open(task) as given:
        task = json.load(given)
    for number, each in enumerate(streams):
        os.dup2(each, number)
    for each in (*streams, *told.values()):
        os.close(each)
    tasks.close()
    os.environ.clear()
    os.environ.update(task["env"])
    time.tzset()
    os.chdir(task["directory"])
    sys.path[:0] = [each for each in task["env"].get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.argv[:] = task["words"]
    callinspect.stdio.begin()
    sys.exit(callinspect.__main__.main())

signal.signal(signal.SIGCHLD, reap)
while True:
    word, given, _, _ = socket.recv_fds(tasks, 1, 5)
    if not word:
        break
    *streams, tell = given
    pid = os.fork()
    if not pid:
        os.close(tell)
        play(*streams)
    say(tell, pid)
    told[pid] = tell
    reap()
    for each in streams:
        os.close(each)
"""
"""Forks a process for each task: a file that describes it, its standard streams, and where its end is told."""


def serves(env: Mapping[str, str]) -> bool:
    """Whether a run with these variables can be forked: it starts no interpreter with ways of its own."""
    own = {key: value for key, value in env.items() if key.startswith(("PYTHON", "LANG", "LC_", "_"))}
    own.pop("PYTHON_KEYRING_BACKEND", None)
    folders = own.pop("PYTHONPATH").split(os.pathsep) if "PYTHONPATH" in own else []
    is_usual = own == USUAL and all(map(_only_adds, folders))
    return is_usual and hasattr(socket, "send_fds") and not os.environ.get(STARTING)


def _only_adds(folder: str) -> bool:
    """Whether what can be imported from a folder is in addition to what there is, and nothing is run at the start."""
    path = Path(folder)
    if path == Path(PROGRAM):
        return True
    if not path.is_absolute() or not path.is_dir():
        return False
    inside = [*path.iterdir()]
    modules = {each.stem for each in inside if each.suffix == ".py"}
    modules |= {each.name for each in inside if each.is_dir() and each.name.isidentifier()} - {"__pycache__"}
    distributions = [each.name.partition("-")[0] for each in inside if each.suffix in {".dist-info", ".egg-info"}]
    is_known = modules & {"sitecustomize", "usercustomize"} or any(map(importlib.util.find_spec, modules))
    return not is_known and not any(map(_is_installed, distributions)) and not list(path.glob("*.so"))


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def run(
    words: Sequence[str], env: Mapping[str, str], stdin: bytes, timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end; return what it wrote and its exit status, as if it had been started."""
    with contextlib.ExitStack() as stack:
        pipes = [os.pipe() for _ in range(4)]
        theirs = [pipes[0][0], *(write for _, write in pipes[1:])]
        ours = [
            stack.enter_context(open(own, mode, buffering=0))  # noqa: PTH123 - of descriptors, closed by the stack
            for own, mode in zip((pipes[0][1], *(read for read, _ in pipes[1:])), ("wb", "rb", "rb", "rb"), strict=True)
        ]
        _fork(words, env, *theirs)
        return _ended(words, stdin, timeout, *ours)


def drawn(words: Sequence[str], env: Mapping[str, str], columns: int, timeout: float) -> tuple[int, bytes]:
    """Run the program on a terminal of that width; return its exit status, and what it wrote there."""
    import fcntl  # none of these is there on Windows
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    read, tell = os.pipe()
    _fork(words, env, theirs, os.dup(theirs), os.dup(theirs), tell)
    written = b""
    with open(read, "rb", buffering=0) as told, open(ours, "rb", buffering=0) as terminal:  # noqa: PTH123 - descriptors
        late = threading.Timer(timeout, _kill, [int(told.readline())])
        late.start()
        with contextlib.suppress(OSError):  # reading fails when the other side is closed
            while chunk := terminal.read(65536):
                written += chunk
        status = int(told.readline())
        late.cancel()
    return status, written


def measured(env: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return how the coverage of a run is measured: what is measured alike is forked by one process."""
    return tuple(sorted((key, value) for key, value in env.items() if key.startswith("COVERAGE_")))


def _fork(words: Sequence[str], env: Mapping[str, str], *theirs: int) -> None:
    """Begin a run with these standard streams, and where its end is told; all of them are closed here."""
    measuring = measured(env)
    with tempfile.TemporaryFile() as task:
        task.write(json.dumps({"words": words, "env": dict(env), "directory": str(Path.cwd())}).encode())
        task.seek(0)
        _forking(measuring).fork(task.fileno(), *theirs)
    for each in theirs:
        os.close(each)


def _ended(
    words: Sequence[str], stdin: bytes, timeout: float, feed: Any, out: Any, err: Any, told: Any
) -> subprocess.CompletedProcess[bytes]:
    """Feed a run and return what came of it.

    Raises:
        subprocess.TimeoutExpired: it did not end in time.
    """
    began = told.readline()
    if not began:
        raise RuntimeError("the process that forks has ended: what is on its standard error says why")
    killing = threading.Timer(timeout, _kill, [int(began)])
    killing.start()
    with ThreadPoolExecutor(2) as pool:
        written = [pool.submit(each.readall) for each in (out, err)]
        with contextlib.suppress(BrokenPipeError):
            while stdin:
                stdin = stdin[feed.write(stdin) :]
        feed.close()
        status = int(told.readline())
        wait(written)  # what it started may hold the pipes: it has no more time than the run
    is_late = killing.finished.is_set()
    killing.cancel()
    if is_late:
        raise subprocess.TimeoutExpired(words, timeout)
    return subprocess.CompletedProcess(words, status, *(each.result() for each in written))


def _kill(session: int) -> None:
    """End a run and whatever it started that has no session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


class _Forking:
    """The process that forks, as long as the tests run."""

    def __init__(self, measuring: tuple[tuple[str, str], ...]) -> None:
        self._lock = threading.Lock()
        self._tasks, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", f"{BEGINNING}{LOADING}{FORKING}", str(theirs.fileno()), PROGRAM],
                env={"PATH": os.environ["PATH"], **USUAL, **dict(measuring)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.end)

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def fork(self, *descriptors: int) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):  # told by the end of what tells
            socket.send_fds(self._tasks, [b"."], descriptors)

    def end(self) -> None:
        """Have the process end, and wait until it has written what it measured."""
        self._tasks.close()
        self._process.wait(ENDING)


_started: dict[tuple[tuple[str, str], ...], _Forking] = {}
_starting = threading.Lock()


def end() -> None:
    """End every process that forks.

    They write how much of the program they have run when they end, and so have to end before that is collected: a file
    that is half written then cannot be read.
    """
    with _starting:
        while _started:
            _started.popitem()[1].end()


def _forking(measuring: tuple[tuple[str, str], ...]) -> _Forking:
    """Return the process that forks, a new one if it has ended."""
    with _starting:
        if measuring not in _started or not _started[measuring].is_alive:
            _started[measuring] = _Forking(measuring)
        return _started[measuring]
