"""How fast thousands of calls are looked up, and with how much memory, beside curl on the same server.

Run it from a checkout whose virtual environment has callinspect, on a machine that has curl, jq and xargs:

    .venv/bin/python tests/benchmarks/bulk.py

Prints a Markdown table. A case of a thousand runs three times, interleaved with the others of its kind, and the median
counts. The server is one process of asyncio on loopback, without TLS, so it is part of what is measured.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

RUNS = 3
FEW, MANY = 1_000, 100_000
LATENCIES = (0.0, 0.05)
AT_ONCE = 32
CALLINSPECT = Path(sys.executable).with_name("callinspect")


class Result(NamedTuple):
    """Seconds that a run took, and the most memory its process had, in MiB."""

    seconds: float
    memory: float


@contextmanager
def vendor(latency: float) -> Iterator[str]:
    """Give the base URL of a server that answers after so many seconds."""
    script = Path(__file__).with_name("vendor.py")
    server = subprocess.Popen([sys.executable, script, str(latency)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/api/v2"
    finally:
        server.terminate()
        server.wait()


def measured(command: str, base: str) -> Result:
    """Run a shell command in a scrubbed environment; fail if it does."""
    environment = {
        "PATH": os.environ["PATH"],
        "CALLINSPECT_BANDWIDTH_BASE_URL": base,
        "CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "1",
        "CALLINSPECT_BANDWIDTH_USERNAME": "user",
        "CALLINSPECT_BANDWIDTH_PASSWORD": "pass",
    }
    started = time.monotonic()
    process = subprocess.Popen(["/bin/bash", "-c", f"set -o pipefail; {command}"], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} exited with {process.returncode}")
    return Result(time.monotonic() - started, usage.ru_maxrss / 1024)


def commands(ids: Path, base: str, output: Path) -> dict[str, str]:
    """Return the commands that do the same work, by name: look up every id of a file, write the answers to a file."""
    urls = f"{base}/accounts/1/calls"
    parallel = f"curl -Z --no-progress-meter --parallel-max {AT_ONCE} -u user:pass -K -"
    config = f"sed 's|.*|url = \"{urls}/&\"|' {ids}"
    return {
        "callinspect get -": f"{CALLINSPECT} get bandwidth - --jobs {AT_ONCE} < {ids} > {output}",
        "curl --parallel": f"{config} | {parallel} > {output}",
        "xargs -P curl, jq": f"xargs -P {AT_ONCE} -I@ curl -s -u user:pass {urls}/@ < {ids} | jq -c . > {output}",
    }


def main() -> None:
    """Measure and print."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {AT_ONCE} at once")
    print(f"medians of {RUNS} runs at {FEW} ids, one run at {MANY}\n")
    print("| ids | latency | | calls a second | peak MiB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for count in (FEW, MANY):
            ids, output = Path(folder, "ids"), Path(folder, "output")
            ids.write_text("".join(f"c-{number}\n" for number in range(count)), encoding="ascii")
            for latency in LATENCIES:
                results: dict[str, list[Result]] = defaultdict(list)
                with vendor(latency) as base:
                    rounds = RUNS if count == FEW else 1
                    for name, command in list(commands(ids, base, output).items()) * rounds:
                        # One process a call: at a hundred thousand it takes minutes and shows nothing new.
                        if count == FEW or not name.startswith("xargs"):
                            results[name].append(measured(command, base))
                for name, runs in results.items():
                    speed = count / statistics.median(run.seconds for run in runs)
                    memory = statistics.median(run.memory for run in runs)
                    print(f"| {count} | {latency * 1000:g} ms | {name} | {speed:.0f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
