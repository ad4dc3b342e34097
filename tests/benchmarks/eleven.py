"""What it costs that there are many vendors: where one is asked, or none, it should be nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import installed, servers
from benchmarks.bench import CALL_ID
from benchmarks.goals import ALL, FOUR
from benchmarks.measure import Contender, Measure, interleaved, times
from benchmarks.start import TABS, question

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bench import Bench

GROUP = "all vendors or four"

FEW = ("webex", "bandwidth", "catapult", "genesys")
"""The first ones."""

LIST, LIST_ONE, LIST_PACED = (f"callinspect list, {which}" for which in ("all vendors", "one vendor", "a paced vendor"))
PACED = "catapult"
"""A vendor that allows one page a second, of which there are two: no list over all can be quicker than its own."""


def measures(bench: Bench) -> list[Measure]:
    """Measure."""
    few = installed.callinspect(bench.folder / "four", only=FEW)
    contenders = [*_lines(bench, bench.programs, ALL), *_lines(bench, few, FOUR)]
    return [*times(GROUP, interleaved(contenders, bench.rounds)), *_listed(bench)]


def _lines(bench: Bench, programs: Path, which: str) -> list[Contender]:
    env, ours = bench.env(), str(programs / "callinspect")
    account = bench.account(bench.vendor.https)
    get = (ours, "get", "bandwidth", CALL_ID, "-o", "json")
    return [
        Contender(name=f"--version, {which}", command=(ours, "--version"), env=env, says=b"callinspect "),
        *(
            Contender(name=f"TAB: {what}, {which}", command=(ours,), env=env | question(line), says=answer)
            for what, (line, answer) in TABS.items()
        ),
        Contender(name=f"--help, {which}", command=(ours, "--help"), env=env, says=b"Usage: callinspect"),
        Contender(name=f"get -o json, {which}", command=get, env=account, says=CALL_ID.encode()),
        Contender(name=f"explain sip 486, {which}", command=(ours, "explain", "sip", "486"), env=env, says=b'"Busy'),
        Contender(
            name=f"providers, {which}",
            command=(ours, "providers"),
            env=env,
            says=b'"bandwidth"',
            lines=len(installed.vendors()) if which == ALL else len(FEW),
        ),
    ]


def _listed(bench: Bench) -> list[Measure]:
    """List the calls of all vendors, which are asked at once, and of one."""
    with servers.sandbox(bench.folder) as accounts:
        env = bench.env(**accounts)
        words = (bench.callinspect, "list", "--since", "1d", "-o", "jsonl")
        contenders = [
            Contender(name=LIST_PACED, command=(*words, PACED), env=env, says=b'"provider":"%s"' % PACED.encode()),
            Contender(name=LIST, command=words, env=env, says=b'"provider":'),
            Contender(name=LIST_ONE, command=(*words, "bandwidth"), env=env, says=b'"provider":"bandwidth"'),
        ]
        runs = interleaved(contenders, max(1, bench.rounds // 2))
    group = "list, from the sandbox"
    cpu = [Measure(group, f"CPU: {name}", "ms", [run.cpu * 1000 for run in found]) for name, found in runs.items()]
    return [*times(group, runs), *cpu]
