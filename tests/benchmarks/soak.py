"""Look calls up for a long time at a vendor that fails now and then: nothing may be lost, doubled, or pile up.

    .venv/bin/python tests/benchmarks/soak.py [--minutes 15] [--jobs 8] [--fault KIND=SHARE]…

Ids are piped to `callinspect get bandwidth -` as fast as it takes them, and asked of a sandbox: calls that it knows,
each of them over and over, and ids that it does not know, each of them once. Once a minute a burst of calls that are
rate limited comes by. Every id has to come out exactly once and in its turn, as a record on standard output or as a
failure on standard error. Memory and open files of the process are looked at all the while.

The credentials are in a Secret Service, and buy tokens that live a minute. In the middle other ones are stored for
another address under the same name: the run keeps those that it began with, and nothing of it goes there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from itertools import cycle, pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

CALLINSPECT = Path(sys.executable).with_name("callinspect")
FAULTS = ("reset=0.01", "503=0.01", "429=0.0005")
BURST = 4
"""Calls; each is refused twice and answered then. Many more slow the pace down to a crawl for minutes."""

BETWEEN_BURSTS = 60.0
FIRST_BURST = 5.0
TOKEN_SECONDS = 60
LEFT_TO_END = 300.0
"""Seconds that the process has for what is still under way when the ids end."""


class Sample(NamedTuple):
    """What there was so many seconds after the start."""

    seconds: float
    memory: float
    files: int
    done: int


class Outcome:
    """What came out, as it comes."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.failed: list[str] = []
        self.codes: Counter[str] = Counter()
        self.nonsense: list[str] = []

    @property
    def done(self) -> int:
        """How many calls are done."""
        return len(self.written) + len(self.failed)

    def read_records(self, stream: IO[str]) -> None:
        """Read standard output to its end."""
        for line in stream:
            try:
                self.written.append(json.loads(line)["id"])
            except (ValueError, KeyError, TypeError):
                self.nonsense.append(line)

    def read_failures(self, stream: IO[str]) -> None:
        """Read standard error to its end."""
        for line in stream:
            try:
                error = json.loads(line)["error"]
                self.failed.append(error["call_id"])
            except (ValueError, KeyError, TypeError):
                self.nonsense.append(line)
            else:
                self.codes[error["code"]] += 1


SERVE = """
import json, sys
from callinspect.sandbox import Fault, Sandbox

faults = [Fault(kind, float(share)) for kind, _, share in (each.partition("=") for each in sys.argv[2:])]
log = open(sys.argv[1], "w", buffering=1)
sandbox = Sandbox(faults=faults, token_lifetime=%d, log=lambda line: print(line, file=log))
print(json.dumps(dict(sandbox.environment)), flush=True)
sandbox.serve_forever()
"""


class Place:
    """A sandbox, and who has an account at it.

    Args:
        account: the fields of Bandwidth.
        log: where it notes every request.
    """

    def __init__(self, account: dict[str, str], log: Path) -> None:
        self.account = account
        self._log = log

    @property
    def requests(self) -> list[str]:
        """Every request so far, with its status."""
        return self._log.read_text(encoding="utf-8").splitlines()


@contextlib.contextmanager
def sandbox(home: Path, name: str, faults: Sequence[str] = ()) -> Iterator[Place]:
    """Serve."""
    log = home / f"{name}.log"
    command = [sys.executable, "-c", SERVE % TOKEN_SECONDS, str(log), *faults]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            given = json.loads(process.stdout.readline())
            prefix = "CALLINSPECT_BANDWIDTH_"
            fields = {key.removeprefix(prefix).lower(): each for key, each in given.items() if key.startswith(prefix)}
            yield Place(fields, log)
        finally:
            process.terminate()


def log_in(env: Mapping[str, str], place: Place) -> None:
    """Store the credentials of an account, as a user does."""
    command = [str(CALLINSPECT), "auth", "login", "bandwidth", "--stdin"]
    subprocess.run(command, env=env, input=json.dumps(place.account), text=True, check=True)


def known(env: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the ids of calls that are always the same, and of those that are rate limited now and then."""
    command = [str(CALLINSPECT), "sandbox", "calls", "bandwidth", "-o", "jsonl"]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    calls = [json.loads(line) for line in done.stdout.splitlines()]
    steady = [call["id"] for call in calls if not call["living"] and not call["description"].startswith("fault")]
    limited = [call["id"] for call in calls if call["description"].startswith("fault: rate limited for 2 s")]
    return steady, limited


def feed(stream: IO[str], sent: list[str], steady: Sequence[str], limited: Sequence[str], seconds: float) -> None:
    """Write ids for so long, as fast as they are taken."""
    started = time.monotonic()
    burst = FIRST_BURST
    calls = cycle(steady)
    with contextlib.suppress(BrokenPipeError), stream:
        while (now := time.monotonic() - started) < seconds:
            some = [next(calls), f"c-unknown-{len(sent)}"]
            if now >= burst:
                some += list(limited) * BURST
                burst += BETWEEN_BURSTS
            stream.write("".join(f"{each}\n" for each in some))
            stream.flush()
            sent += some


def sample(pid: int, started: float, outcome: Outcome) -> Sample | None:
    """Look at a process; None when it has ended."""
    process = Path(f"/proc/{pid}")
    with contextlib.suppress(OSError, StopIteration):
        status = (process / "status").read_text(encoding="ascii", errors="replace").splitlines()
        memory = int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024
        return Sample(time.monotonic() - started, memory, len(list((process / "fd").iterdir())), outcome.done)
    return None


def observed(
    process: subprocess.Popen[str], started: float, outcome: Outcome, options: argparse.Namespace
) -> list[Sample]:
    """Look at the process every so often until it has ended, or should have; return how it was."""
    samples = []
    while process.poll() is None:
        if time.monotonic() - started > options.minutes * 60 + LEFT_TO_END:
            print(f"it has not ended {LEFT_TO_END:g} s after its input")
            break
        found = sample(process.pid, started, outcome)
        if found is not None:
            samples.append(found)
            print(f"{found.seconds:7.1f} s {found.memory:6.1f} MiB {found.files:4d} files {found.done:8d} done")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(options.every)
    return samples


def watched(
    env: Mapping[str, str], calls: tuple[Sequence[str], Sequence[str]], elsewhere: Place, options: argparse.Namespace
) -> tuple[int, list[str], Outcome, list[Sample]]:
    """Run the process, feed it and watch it; return its exit status, what went in, what came out, how it was."""
    half = threading.Timer(options.minutes * 30, log_in, (env, elsewhere))
    command = [str(CALLINSPECT), "get", "bandwidth", "-", "-o", "jsonl", "--error-format", "json"]
    started = time.monotonic()
    process = subprocess.Popen(
        [*command, "--jobs", str(options.jobs)],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    outcome, sent = Outcome(), list[str]()
    threads = [
        threading.Thread(target=feed, args=(process.stdin, sent, *calls, options.minutes * 60)),
        threading.Thread(target=outcome.read_records, args=(process.stdout,)),
        threading.Thread(target=outcome.read_failures, args=(process.stderr,)),
    ]
    for thread in (*threads, half):
        thread.start()
    try:
        samples = observed(process, started, outcome, options)
    finally:
        process.kill()
        half.cancel()
        for thread in threads:
            thread.join()
        process.stdout.close()
        process.stderr.close()
    return process.wait(), sent, outcome, samples


def problems(status: int, sent: Sequence[str], outcome: Outcome) -> list[str]:
    """Return what is not as it has to be."""
    came = Counter(outcome.written) + Counter(outcome.failed)
    wanted = Counter(sent)
    lost, doubled = wanted - came, came - wanted
    out_of_turn = 0
    expected = iter(sent)
    for call_id in outcome.written:
        # What is passed over has failed, or is lost.
        out_of_turn += all(each != call_id for each in expected)
    return [
        text
        for text, count in (
            (f"{lost.total()} lost: {list(lost)[:5]}", lost.total()),
            (f"{doubled.total()} doubled: {list(doubled)[:5]}", doubled.total()),
            (f"{out_of_turn} out of turn", out_of_turn),
            (f"{len(outcome.nonsense)} lines that are neither: {outcome.nonsense[:3]}", len(outcome.nonsense)),
            (f"exit status {status}", status not in {0, 9}),
        )
        if count
    ]


def summary(samples: Sequence[Sample]) -> str:
    """Return what became of memory and files since the first call was done, and of throughput."""
    begun = [each for each in samples if each.done] or samples
    lines = [
        f"{name}: first {values[0]:g}, after a tenth {values[len(values) // 10]:g}, last {values[-1]:g}, "
        f"most {max(values):g}"
        for name, values in (
            ("MiB", [round(each.memory, 1) for each in begun]),
            ("open files", [each.files for each in begun]),
        )
    ]
    per_minute: dict[int, int] = {}
    for before, after in pairwise(samples):
        minute = int(after.seconds // 60)
        per_minute[minute] = per_minute.get(minute, 0) + after.done - before.done
    lines.append(f"calls a minute: {' '.join(map(str, per_minute.values()))}")
    return "\n".join(lines)


def main() -> int:
    """Soak."""
    parser = argparse.ArgumentParser(description="Look calls up for a long time at a vendor that fails now and then.")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--every", type=float, default=5.0, help="seconds from one sample to the next")
    parser.add_argument("--fault", action="append", help=f"as of sandbox serve; {' '.join(FAULTS)}")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.path[0] = str(Path(__file__).parents[1])
    from benchmarks.servers import secret_service

    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bus = stack.enter_context(secret_service(home / "keyring"))
        here = stack.enter_context(sandbox(home, "here", options.fault or FAULTS))
        elsewhere = stack.enter_context(sandbox(home, "elsewhere"))
        env = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "DBUS_SESSION_BUS_ADDRESS": bus}
        log_in(env, here)
        status, sent, outcome, samples = watched(env, known(env), elsewhere, options)
        tokens = sum(line.startswith("POST") and " 200" in line for line in here.requests)
        others = elsewhere.requests
    print(summary(samples))
    print(f"{len(sent)} ids, {len(outcome.written)} records, {len(outcome.failed)} failures {dict(outcome.codes)}")
    print(f"{tokens} tokens; elsewhere, of the login in the middle: {', '.join(others)}")
    found = problems(status, sent, outcome)
    found += ["a request of the run went elsewhere"] * any("/calls/" in line for line in others)
    print("\n".join(found) or "nothing lost, nothing doubled, every one in its turn")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
