"""One record: read, normalized and written, for each vendor."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Measure, progress

if TYPE_CHECKING:
    from benchmarks.bench import Bench

GROUP = "a record read, normalized and written"


def measures(bench: Bench) -> list[Measure]:
    """Measure, with the first call that the sandbox knows of each vendor, in the vendor's own bytes."""
    progress("normalizing")
    listed = _said(bench, "sandbox", "calls", "-o", "jsonl").splitlines()
    first = {call["provider"]: call["id"] for call in reversed([json.loads(line) for line in listed])}
    documents = []
    for vendor, call_id in first.items():
        path = bench.folder / f"{vendor}.json"
        path.write_bytes(_said(bench, "--sandbox", "get", vendor, call_id, "--raw"))
        documents.append(f"{vendor}={path}")
    script = str(Path(__file__).with_name("record.py"))
    command = [bench.python, script, str(bench.rounds), *documents]
    done = subprocess.run(command, env=bench.env(), stdout=subprocess.PIPE, check=True)
    return [Measure(GROUP, f"record: {vendor}", "ms CPU", values) for vendor, values in json.loads(done.stdout).items()]


def _said(bench: Bench, *arguments: str) -> bytes:
    done = subprocess.run([bench.callinspect, *arguments], env=bench.env(), stdout=subprocess.PIPE, check=True)
    return done.stdout
