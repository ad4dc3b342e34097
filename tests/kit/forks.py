"""The program, forked for each run from one that has done all its imports."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Self

from kit import vendors, warm
from kit.outcomes import EXITS, UNIT, Done
from kit.program import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

FORKING = """
import gc, json, os, time
from callinspect.cli.main import run

def play(task):
    for number, path in enumerate(task["files"]):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(task["env"])
    time.tzset()
    return run(task["arguments"])

tell, tasks = os.fdopen(os.dup(1), "w"), os.fdopen(os.dup(0))
for number, line in enumerate(tasks):
    task = json.loads(line)
    if number < 3:
        play(task)
        status, memory = 0, 0
        gc.freeze()  # a collection would touch, and so copy, all that a process shares
    else:
        child = os.fork()
        if child == 0:
            os._exit(play(task))  # as the program does: to clean up takes longer than most runs
        _, status, usage = os.wait4(child, 0)
        status, memory = os.waitstatus_to_exitcode(status), usage.ru_maxrss
    print(json.dumps([status, memory]), file=tell, flush=True)
"""
"""Runs the program in a process forked for each line of its input; in itself at first, so that imports are done."""


class Forks:
    """The program, run as often as wanted without importing it each time; for two threads. A context manager."""

    def __enter__(self) -> Self:
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._closing = ExitStack()
        self._home = Path(self._closing.enter_context(tempfile.TemporaryDirectory()))
        self.runs = 0
        body = json.dumps(vendors.least(vendors.PLAIN, vendors.call_id(vendors.PLAIN, "1"))).encode()
        for _ in range(2):
            process = subprocess.Popen(
                [sys.executable, "-c", warm.LOADING + FORKING],
                env=environment(self._home),
                stdin=-1,
                stdout=-1,
                cwd=self._home,
            )
            self._closing.callback(self._end, process)
            self._idle.put(process)
            for form in ("table", "csv", "json"):
                self._play(process, ["get", vendors.PLAIN, "--from-file", "-", "-o", form], {}, body)
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with process:
            process.kill()

    def run(self, *arguments: str, env: Mapping[str, str], stdin: bytes = b"") -> Done:
        process = self._idle.get()
        try:
            done = self._play(process, arguments, env, stdin)
        finally:
            self._idle.put(process)
        assert done.status in {0, 9, *EXITS.values()}, done
        assert b"Traceback" not in done.err
        return done

    def _play(
        self, process: subprocess.Popen[bytes], arguments: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> Done:
        self.runs += 1
        with ExitStack() as stack:
            files = [stack.enter_context(tempfile.NamedTemporaryFile(dir=self._home)) for _ in range(3)]
            files[0].write(stdin)
            files[0].flush()
            task = {"arguments": arguments, "env": env, "files": [file.name for file in files]}
            process.stdin.write(json.dumps(task).encode() + b"\n")  # type: ignore[union-attr] # a pipe
            process.stdin.flush()  # type: ignore[union-attr] # as above
            status, memory = json.loads(process.stdout.readline())  # type: ignore[union-attr] # as above
            out, err = (Path(file.name).read_bytes() for file in files[1:])
        return Done(status, out, err, memory * UNIT)


def at_once(calls: Iterable[Callable[[], None]]) -> None:
    """Make calls from two threads; raise what one of them raises."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()
