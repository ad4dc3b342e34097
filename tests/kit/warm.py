"""The program forked from a process that has imported it: a run takes a fifth of the time, most of which is importing.

Each run is a process of its own, with pipes, variables and a directory of its own. What an interpreter reads when it
starts cannot be given to a run: whoever needs that starts the program (`serves` tells).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USUAL = {"LANG": "C.UTF-8"}
"""What an interpreter reads when it starts, besides what measures coverage."""

ENDING = 10.0
"""Seconds that the process may take to end; nothing comes near."""

FORKING = """
import gc, importlib, json, os, pkgutil, signal, socket, sys, time

sys.modules.update({"httpx._main": None, "anyio": None})  # as the program does
import callinspect.__main__
for each in pkgutil.walk_packages(callinspect.__path__, "callinspect."):
    importlib.import_module(each.name)
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
            os.write(tell, b"%d\\n" % ended.pop(pid))
            os.close(tell)

def play(task, *streams):
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
    os.write(tell, b"%d\\n" % pid)
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
    return own == USUAL and hasattr(socket, "send_fds")


def run(
    words: Sequence[str], env: Mapping[str, str], stdin: bytes, timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end; return what it wrote and its exit status, as if it had been started."""
    measuring = tuple(sorted((key, value) for key, value in env.items() if key.startswith("COVERAGE_")))
    with contextlib.ExitStack() as stack:
        task = stack.enter_context(tempfile.TemporaryFile())
        task.write(json.dumps({"words": words, "env": dict(env), "directory": str(Path.cwd())}).encode())
        task.seek(0)
        pipes = [os.pipe() for _ in range(4)]
        theirs = [pipes[0][0], *(write for _, write in pipes[1:])]
        ours = [
            stack.enter_context(open(own, mode, buffering=0))  # noqa: PTH123 - of descriptors, closed by the stack
            for own, mode in zip((pipes[0][1], *(read for read, _ in pipes[1:])), ("wb", "rb", "rb", "rb"), strict=True)
        ]
        _forking(measuring).fork(task.fileno(), *theirs)
        for each in theirs:
            os.close(each)
        return _ended(words, stdin, timeout, *ours)


def _ended(
    words: Sequence[str], stdin: bytes, timeout: float, feed: Any, out: Any, err: Any, told: Any
) -> subprocess.CompletedProcess[bytes]:
    """Feed a run and return what came of it.

    Raises:
        subprocess.TimeoutExpired: it did not end in time.
    """
    pid = int(told.readline())
    killing = threading.Timer(timeout, os.kill, (pid, signal.SIGKILL))
    killing.start()
    with ThreadPoolExecutor(2) as pool:
        written = [pool.submit(each.readall) for each in (out, err)]
        with contextlib.suppress(BrokenPipeError):
            while stdin:
                stdin = stdin[feed.write(stdin) :]
        feed.close()
        status = int(told.readline())
    is_late = killing.finished.is_set()
    killing.cancel()
    if is_late:
        raise subprocess.TimeoutExpired(words, timeout)
    return subprocess.CompletedProcess(words, status, *(each.result() for each in written))


class _Forking:
    """The process that forks, as long as the tests run."""

    def __init__(self, measuring: tuple[tuple[str, str], ...]) -> None:
        self._lock = threading.Lock()
        self._tasks, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", FORKING, str(theirs.fileno())],
                env={"PATH": os.environ["PATH"], **USUAL, **dict(measuring)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._end)

    def fork(self, *descriptors: int) -> None:
        with self._lock:
            socket.send_fds(self._tasks, [b"."], descriptors)

    def _end(self) -> None:
        self._tasks.close()
        self._process.wait(ENDING)


@cache
def _forking(measuring: tuple[tuple[str, str], ...]) -> _Forking:
    return _Forking(measuring)
