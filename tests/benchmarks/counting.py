"""Figures of many records, beside jq counting their outcomes alone."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from benchmarks.goals import BY_HOUR, COUNTED, STATS, TENTH
from benchmarks.installed import require
from benchmarks.measure import Contender, Measure, interleaved, progress

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bench import Bench

GROUP = "many records"

REDUCE = 'reduce inputs as $r ({}; .[$r.outcome // "none"] += 1)'


def measures(bench: Bench) -> list[Measure]:
    """Measure, with the sandbox's calls as `list` prints them, over and over."""
    progress("writing records")
    listed = (bench.callinspect, "--sandbox", "list", "--since", "1d", "-o", "jsonl")
    lines = subprocess.run(listed, env=bench.env(), stdout=subprocess.PIPE, check=True).stdout.splitlines(keepends=True)
    whole, tenth = _file(bench, lines, bench.records), _file(bench, lines, bench.records // 10)
    contenders = [
        _ours(bench, STATS, whole, bench.records),
        _ours(bench, BY_HOUR, whole, bench.records),
        _ours(bench, TENTH, tenth, bench.records // 10),
        Contender(
            name=COUNTED,
            command=(require("jq"), "-n", REDUCE, str(whole)),
            env=bench.env(),
            says=b'"answered"',
            watched=True,
        ),
    ]
    # Each takes half a minute, of which nothing is its start; the files are in the cache, having just been written.
    runs = interleaved(contenders, max(1, bench.rounds // 7), warm=False)
    group = f"{GROUP}: {bench.records} of {whole.stat().st_size // bench.records} bytes"
    return [
        *(Measure(group, name, "s", [run.seconds for run in found]) for name, found in runs.items()),
        *(Measure(group, f"CPU: {name}", "s", [run.cpu for run in found]) for name, found in runs.items()),
        *(Measure(group, f"memory: {name}", "MiB", [run.memory for run in found]) for name, found in runs.items()),
    ]


def _ours(bench: Bench, name: str, path: Path, count: int) -> Contender:
    options = ("--by", "hour") if name == BY_HOUR else ()
    command = (bench.callinspect, "stats", str(path), *options, "-o", "json")
    return Contender(name=name, command=command, env=bench.env(), says=b'"calls": %d,' % count, watched=True)


def _file(bench: Bench, lines: list[bytes], count: int) -> Path:
    """Write so many records, those that there are over and over."""
    path = bench.folder / f"records-{count}.jsonl"
    with path.open("wb") as file:
        whole, rest = divmod(count, len(lines))
        together = b"".join(lines)
        for _ in range(whole):
            file.write(together)
        file.writelines(lines[:rest])
    return path
