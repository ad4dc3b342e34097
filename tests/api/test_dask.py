"""README's lines for more than one machine, with a real cluster of two processes."""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from kit import readme
from kit.program import Env, environment, unmeasured
from kit.sandbox_calls import known

from callinspect.sandbox import Sandbox

CODE = readme.code("More than one machine", "python")

RATE = 40
"""Requests per second that README's lines share out."""

PROGRAM = """
import json, os, sys, threading
import psutil
from dask.distributed import Client, LocalCluster

def threads():
    return [each.name for each in threading.enumerate() if "(run)" in each.name]  # which a client has started

if __name__ == "__main__":
    targets = json.load(sys.stdin)
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as engine:
        workers = set(engine.run(os.getpid).values())
        processes = [psutil.Process(each) for each in workers]
{code}
        left = list(engine.run(threads).values())
    gone, alive = psutil.wait_procs([each for each in processes if each.is_running()], timeout=10)
    json.dump({"records": records, "threads": left, "workers": len(workers), "alive": len(alive)}, sys.stdout)
"""


class Watched:
    """When each vendor was asked, by its name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)

    def __call__(self, line: str) -> None:
        method, path, *_ = line.split()
        if method == "GET":
            self.times[path.split("/")[1]].append(time.monotonic())

    def most(self, vendor: str) -> int:
        """Return how many requests a vendor got in any one second."""
        times = self.times[vendor]
        return max(sum(begun <= each < begun + 1 for each in times) for begun in times)


def targets() -> list[list[str]]:
    """Return some hundred calls of all vendors, mixed, with one that is there twice and many that are unknown."""
    there = [[each.provider, each.id] for each in known()]
    unknown = [["bandwidth", f"c-{number:08x}-00000000-0000-0000-0000-000000000000"] for number in range(120)]
    mixed = [*there, there[0], *unknown]
    random.Random(7).shuffle(mixed)
    return mixed


def played(code: str, given: list[list[str]], env: Env, directory: Path) -> dict[str, Any]:
    """Have a cluster read calls; return what it found, and what it left."""
    lines = "\n".join(f"        {line}".rstrip() for line in code.splitlines())
    (directory / "program.py").write_text(PROGRAM.replace("{code}", lines), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(directory / "program.py")],
        input=json.dumps(given),
        env=env,
        cwd=directory,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert (done.returncode, said(done.stderr)) == (0, [])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def said(text: str) -> list[str]:
    """Return the lines of standard error, but for what Dask logs of a process that took long to end, and was killed."""
    return [line for line in text.splitlines() if "distributed.nanny - WARNING" not in line]


def named(record: dict[str, Any]) -> list[str]:
    """Return the provider and ID of a call, or of an error in its place."""
    error = record.get("error")
    return [error["provider"], error["call_id"]] if error else [record["provider"], record["id"]]


def test_a_cluster_loses_and_doubles_nothing_and_keeps_the_rate(tmp_path: Path) -> None:
    given, watched = targets(), Watched()
    with Sandbox(burst=100_000, log=watched) as sandbox:
        found = played(CODE, given, unmeasured(environment(tmp_path, **sandbox.environment)), tmp_path)
    assert len(given) > 300
    assert list(map(named, found["records"])) == given
    errors = [each["error"] for each in found["records"] if "error" in each]
    assert {each["code"] for each in errors} == {"not_found"}
    assert len(errors) == 120
    assert (found["workers"], found["threads"], found["alive"]) == (2, [[], []], 0)
    # Seen as late as a busy machine gets to it: some come at once that were sent one after another.
    for vendor in watched.times:
        assert watched.most(vendor) <= RATE * 1.5, vendor
    busiest = watched.times["bandwidth"]
    assert len(busiest) > 120
    assert busiest[-1] - busiest[0] >= (len(busiest) - 2) / RATE - 1


def test_the_lines_work_as_a_script_without_a_cluster(tmp_path: Path) -> None:
    """Dask then starts processes of its own, which read the script again."""
    given = targets()[:40]
    shown = "    import json\n    print(json.dumps(records))\n"
    (tmp_path / "script.py").write_text(f"targets = {given!r}\n{CODE}\n{shown}", encoding="utf-8")
    with Sandbox(burst=100_000) as sandbox:
        env = unmeasured(environment(tmp_path, **sandbox.environment))
        command = [sys.executable, str(tmp_path / "script.py")]
        done = subprocess.run(command, env=env, capture_output=True, check=False, text=True, timeout=300)
    assert (done.returncode, said(done.stderr)) == (0, [])
    assert list(map(named, json.loads(done.stdout))) == given


def test_without_shares_the_cluster_would_exceed_the_rate(tmp_path: Path) -> None:
    """Which shows that the one above measures it; slowly, so that a busy machine is fast enough for twice the rate."""
    rate = RATE // 5
    given, watched = [each for each in targets() if each[0] == "bandwidth"][: 15 * rate], Watched()
    assert len(given) == 15 * rate
    with Sandbox(burst=100_000, log=watched) as sandbox:
        greedy = CODE.replace("rate=RATE / WORKERS", f"rate={rate}")
        assert greedy != CODE
        played(greedy, given, unmeasured(environment(tmp_path, **sandbox.environment)), tmp_path)
    assert watched.most("bandwidth") > rate * 1.5
    asked = watched.times["bandwidth"]
    assert asked[-1] - asked[0] < (len(asked) - 2) / rate - 1
