"""Signals at chosen moments of the program, however fast or slow the machine is."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from kit.program import TIMEOUT, VENDOR, Env, unmeasured
from kit.streams import CALLINSPECT, Ended, all_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


HOOK = """
import atexit, json, os, signal, sys

moments, number, told = os.environ.pop("MOMENTS").split(), int(os.environ.pop("NUMBER")), os.environ.pop("TOLD")
counted = {"all": 0, "begun": 0, "ready": 0, "struck": 0}

def tell():
    with open(told, "w") as file:
        json.dump(counted, file)

def end():
    sys.setprofile(None)
    sys.settrace(None)
    tell()

def seen(frame, event, _):
    if event != "call":
        return
    counted["all"] += 1
    name, path = frame.f_code.co_name, frame.f_code.co_filename
    if not counted["begun"] and (name, path[-9:]) == ("signal", "signal.py"):
        counted["begun"] = counted["all"]
    if not counted["ready"] and name == "__enter__" and path.endswith("cli/console/signals.py"):
        counted["ready"] = counted["all"]
    if not moments:
        return
    moment = moments[0].lstrip("~")
    if moment[0] == "+" and moment[1:].isdecimal():
        moment = moments[0] = str(counted["all"] + int(moment))
    if moment not in (name, str(counted["all"])):
        return
    waited_for = moments.pop(0)[0] == "~"
    if not waited_for:
        counted["struck"] += 1
        tell()
        try:
            os.kill(os.getpid(), number)
        except BaseException:
            sys.settrace(seen if moments else None)  # the profiler is taken out when it raises
            raise

def leave(status, usual=os._exit):
    end()
    usual(status)

atexit.register(end)
os._exit = leave
sys.setprofile(seen)
"""
"""Sends signals to the process that it is in, at chosen moments of it, however fast or slow the machine is."""


@dataclass(frozen=True)
class Struck:
    """The program, in whose process signals come at chosen moments.

    A moment is a number of calls of functions, a number with a plus sign for so many calls later than the moment
    before, or a function's name; a name with a tilde is waited for, and no signal is sent then.
    """

    home: Path
    env: Env
    numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        (self.home / "hook").mkdir()
        (self.home / "hook" / "sitecustomize.py").write_text(HOOK)

    def run(
        self, words: Sequence[str], number: int, *moments: object, stdin: str = "", patience: float = TIMEOUT
    ) -> Ended:
        told = self.home / f"told{next(self.numbers)}"
        hook = {"MOMENTS": " ".join(map(str, moments)), "NUMBER": str(int(number)), "TOLD": str(told)}
        process = subprocess.Popen(
            [CALLINSPECT, *words],
            env=unmeasured(self.env) | {"PYTHONPATH": str(self.home / "hook")} | hook,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            out, said = process.communicate(stdin.encode(), timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            out, said = process.communicate()
            return Ended(None, out, said)
        counted = json.loads(told.read_text()) if told.exists() else {"struck": 0}
        return Ended(process.returncode, out, said, counted.pop("struck"), counted)

    def sweep(self, words: Sequence[str], number: int, steps: int, *, since: str = "ready") -> dict[int, Ended]:
        """Run it as many times, with the signal at moments from when it was ready for signals to its end."""
        whole = self.run(words, number)
        assert whole.status == 0, whole
        first, last = whole.counted[since] + 50, whole.counted["all" if since == "ready" else "ready"]
        moments = [first + step * (last - first) // steps for step in range(steps)]
        return all_at_once(lambda moment: self.run(words, number, moment), moments)


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
CALLS = [f"c-{number}" for number in range(40)]
MANY = ("get", VENDOR, "--jobs", "4", "--input")
