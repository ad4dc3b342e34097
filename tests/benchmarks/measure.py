"""Runs of whole programs, timed: every contender once a round, in random order."""

from __future__ import annotations

import os
import random
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.installed import UnableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 900.0
"""Seconds after which a run is given up."""

CHUNK = 65536

BETWEEN_SAMPLES = 0.1
"""Seconds from one look at a process's memory to the next."""

COLUMNS, LINES = 80, 24


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A program that does the work.

    Attributes:
        name: what to call it.
        command: its words.
        env: its whole environment.
        says: what it writes if it has done its work.
        lines: how many lines it writes, where they are counted.
        terminal: whether it runs on a terminal.
        stdin: a file to read.
        watched: whether to look at its memory now and then.
    """

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    says: bytes = b""
    lines: int | None = None
    terminal: bool = False
    stdin: Path | None = None
    watched: bool = False


class Moment(NamedTuple):
    """What there was so many seconds after the start: whole lines written, and the most memory so far, in MiB."""

    seconds: float
    lines: int
    memory: float


@dataclass(frozen=True)
class Run:
    """What a run took: seconds, seconds of the processor's, and what there was meanwhile where its lines count."""

    seconds: float
    cpu: float
    moments: Sequence[Moment]

    @property
    def memory(self) -> float:
        """The most memory that was seen, in MiB."""
        return max(moment.memory for moment in self.moments)

    def at(self, lines: int) -> Moment:
        """Return the moment at which so many lines were there."""
        return next(moment for moment in self.moments if moment.lines >= lines)


@dataclass(frozen=True)
class Measure:
    """Values of one thing, one a round; where a round has none there is none at all."""

    group: str
    name: str
    unit: str
    values: Sequence[float]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values)

    def ratio(self, peer: Measure) -> float:
        """Return the median ratio to another measure of the same rounds."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.values, peer.values, strict=True))

    @property
    def spread(self) -> float:
        """From the first quartile to the third."""
        if len(self.values) == 1:
            return 0.0
        first, _, third = statistics.quantiles(self.values, method="inclusive")
        return third - first


def run(contender: Contender) -> Run:
    """Run a program to its end.

    Raises:
        UnableError: it failed, or did not do its work.
    """
    with ExitStack() as stack:
        errors = stack.enter_context(tempfile.TemporaryFile())
        if contender.terminal:
            reader, writer = os.openpty()
            termios.tcsetwinsize(writer, (LINES, COLUMNS))
        else:
            reader, writer = os.pipe()
        stack.callback(os.close, reader)
        stdin = stack.enter_context((contender.stdin or Path(os.devnull)).open("rb"))
        started = time.perf_counter()
        process = subprocess.Popen(
            contender.command,
            env=contender.env,
            stdin=writer if contender.terminal else stdin,
            stdout=writer,
            stderr=writer if contender.terminal else errors,
            start_new_session=True,
        )
        stack.callback(_end, process)
        os.close(writer)
        beginning, moments = _read(reader, process.pid, started, contender)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        written = moments[-1].lines
        if process.returncode or contender.says not in beginning or contender.lines not in {None, written}:
            errors.seek(0)
            raise UnableError(
                f"{contender.name} exited with {process.returncode} and wrote {written} lines: {contender.command}\n"
                f"{beginning[:2000].decode(errors='replace')}\n{errors.read(2000).decode(errors='replace')}"
            )
    return Run(seconds, usage.ru_utime + usage.ru_stime, moments)


def _read(reader: int, pid: int, started: float, contender: Contender) -> tuple[bytes, list[Moment]]:
    """Read what a program writes; return its beginning, and what there was at every piece of it."""
    beginning = b""
    moments: list[Moment] = []
    lines, memory, due = 0, 0.0, 0.0
    while (now := time.perf_counter() - started) < LONGEST:
        if contender.watched and now >= due:
            memory, due = max(memory, most_memory(pid)), now + BETWEEN_SAMPLES
        if not select.select([reader], [], [], BETWEEN_SAMPLES if contender.watched else LONGEST)[0]:
            continue
        chunk = b""
        with suppress(OSError):  # a terminal without programs has an error for an end
            chunk = os.read(reader, CHUNK)
        if len(beginning) < CHUNK:
            beginning += chunk
        lines += chunk.count(b"\n")
        if contender.lines is not None or not chunk:
            moments.append(Moment(time.perf_counter() - started, lines, memory))
        if not chunk:
            return beginning, moments
    raise UnableError(f"{contender.name} has not ended after {LONGEST:g} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that was not waited for, and what it started."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def most_memory(pid: int) -> float:
    """Return the most memory that a process has had so far, in MiB; 0 for one that has ended."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
        return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024
    return 0.0


def interleaved(contenders: Sequence[Contender], rounds: int, *, warm: bool = True) -> dict[str, list[Run]]:
    """Run every contender once a round, in random order; once before, which does not count, where it is to be warm."""
    runs: dict[str, list[Run]] = {each.name: [] for each in contenders}
    for each in contenders if warm else ():
        run(each)
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}, {len(contenders)} contenders")
        for each in random.sample(contenders, len(contenders)):
            runs[each.name].append(run(each))
    return runs


def progress(text: str) -> None:
    """Say on standard error how far it is."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


LAUNCH = """
import os, sys
pid = os.fork()
if not pid:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
with open(sys.argv[1], "w") as file:
    file.write(str(usage.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Runs a program and writes down the most memory it had, in KiB.

From a small process: what a fork has counts for what it turns into.
"""


def peak(contender: Contender) -> float:
    """Run a program; return the most memory it had, in MiB."""
    with tempfile.NamedTemporaryFile() as file:
        launcher = (sys.executable, "-I", "-S", "-c", LAUNCH, file.name)
        run(replace(contender, command=(*launcher, *contender.command)))
        return int(Path(file.name).read_text(encoding="ascii")) / 1024


def times(group: str, runs: Mapping[str, Sequence[Run]]) -> list[Measure]:
    """Return how long each contender's runs took."""
    return [Measure(group, name, "ms", [each.seconds * 1000 for each in found]) for name, found in runs.items()]
