"""Thousands of calls, looked up and written; callinspect normalizes them besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import servers
from benchmarks.bench import url
from benchmarks.installed import require
from benchmarks.measure import Contender, Measure, Run, interleaved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.bench import Bench

LATENCY = 0.05
AT_ONCE = (32, 100)
MANY_AT_ONCE = 32
EACH_A_PROCESS = 300
"""Calls at the most for a contender that starts a process for each; only the rate counts."""


def measures(bench: Bench) -> list[Measure]:
    """Measure."""
    found: list[Measure] = []
    rounds = max(1, bench.rounds // 4)
    with servers.after(LATENCY, bench.folder, bench.certificate) as slow:
        for name, vendor in (("no latency", bench.vendor), (f"{LATENCY * 1000:g} ms", slow)):
            for jobs in AT_ONCE:
                case = f"{name}, {jobs} at once"
                contenders = _contenders(bench, vendor.https, jobs, case)
                found += _rates(case, contenders, interleaved(contenders, rounds))
        # Of a thousand, a good part is what it takes to start, and to connect a hundred times.
        case, jobs, more = f"{LATENCY * 1000:g} ms, {max(AT_ONCE)} at once, ten times as many", max(AT_ONCE), 10
        contenders = [
            _ours(bench, slow.https, jobs, bench.calls * more, f"callinspect get -, {case}"),
            _curl(bench, slow.https, jobs, bench.calls * more, f"curl -Z, {case}"),
        ]
        found += _rates(case, contenders, interleaved(contenders, max(1, rounds // 2)))
    return [*found, *_server(bench), *_many(bench)]


def _contenders(bench: Bench, base: str, jobs: int, case: str) -> list[Contender]:
    fewer = min(bench.calls, EACH_A_PROCESS)
    return [
        _ours(bench, base, jobs, bench.calls, f"callinspect get -, {case}"),
        _curl(bench, base, jobs, bench.calls, f"curl -Z, {case}"),
        Contender(
            name=f"xargs -P curl, jq, {case}",
            command=(
                *(require("bash"), "-c", 'xargs -P "$1" -I@ "$2" -s --cacert "$3" -u "$4" "$5" | "$6" -c .', "bash"),
                *(str(jobs), require("curl"), str(bench.certificate.authority), _user(), url(base, "@")),
                require("jq"),
            ),
            env=bench.env(),
            lines=fewer,
            stdin=_ids(bench, fewer),
        ),
    ]


def _ours(bench: Bench, base: str, jobs: int, calls: int, name: str) -> Contender:
    command = (bench.callinspect, "get", "bandwidth", "-", "-o", "jsonl", "--jobs", str(jobs))
    env = bench.account(base)
    return Contender(name=name, command=command, env=env, lines=calls, stdin=_ids(bench, calls), watched=True)


def _curl(bench: Bench, base: str, jobs: int, calls: int, name: str) -> Contender:
    options = ("-Z", "--no-progress-meter", "--cacert", str(bench.certificate.authority), "-u", _user())
    command = (require("curl"), *options, "--parallel-max", str(jobs), "-K", "-")
    return Contender(name=name, command=command, env=bench.env(), lines=calls, stdin=_urls(bench, base, calls))


def _user() -> str:
    return f"{servers.USERNAME}:{servers.PASSWORD}"


def _ids(bench: Bench, calls: int) -> Path:
    path = bench.folder / f"ids-{calls}"
    if not path.exists():
        path.write_text("".join(f"c-{number}\n" for number in range(calls)), encoding="ascii")
    return path


def _urls(bench: Bench, base: str, calls: int) -> Path:
    path = bench.folder / f"urls-{calls}-{base.rpartition(':')[2]}"
    if not path.exists():
        urls = (url(base, f"c-{number}") for number in range(calls))
        path.write_text("".join(f'url = "{each}"\n' for each in urls), encoding="ascii")
    return path


def _rates(case: str, contenders: Sequence[Contender], runs: Mapping[str, Sequence[Run]]) -> list[Measure]:
    group = f"thousands: {case}"
    rates = [
        Measure(group, each.name, "calls/s", [(each.lines or 0) / run.seconds for run in runs[each.name]])
        for each in contenders
    ]
    ours = contenders[0]
    cpu = [run.cpu * 1000 / (ours.lines or 1) for run in runs[ours.name]]
    return [
        *rates,
        Measure(group, f"CPU a call: {ours.name}", "ms", cpu),
        Measure(group, f"memory: {ours.name}", "MiB", [run.memory for run in runs[ours.name]]),
    ]


def _server(bench: Bench) -> list[Measure]:
    """Find out what the server with the latency can do without it."""
    group = "thousands: servers"
    with servers.after(0, bench.folder, bench.certificate) as quick:
        contender = _curl(bench, quick.https, max(AT_ONCE), bench.calls * 4, "the server of the 50 ms, by curl -Z")
        (runs,) = interleaved([contender], 1).values()
    return [Measure(group, contender.name, "calls/s", [(contender.lines or 0) / run.seconds for run in runs])]


def _many(bench: Bench) -> list[Measure]:
    """Look up many, once."""
    calls, tenth, base = bench.many, bench.many // 10, bench.vendor.https
    group = f"{calls} calls: no latency, {MANY_AT_ONCE} at once"
    contenders = [
        _ours(bench, base, MANY_AT_ONCE, calls, "callinspect get -"),
        _curl(bench, base, MANY_AT_ONCE, calls, "curl -Z"),
    ]
    found: list[Measure] = []
    for name, (run,) in interleaved(contenders, 1, warm=False).items():
        first, last = run.at(1), run.at(calls)
        in_first_tenth = (tenth - first.lines) / ((run.at(tenth).seconds - first.seconds) or 1e-9)
        in_last_tenth = tenth / ((last.seconds - run.at(calls - tenth).seconds) or 1e-9)
        found += [
            Measure(group, f"{name}, many", "calls/s", [calls / run.seconds]),
            Measure(group, f"to the first line: {name}", "ms", [first.seconds * 1000]),
            Measure(group, f"in the first tenth: {name}", "calls/s", [in_first_tenth]),
            Measure(group, f"in the last tenth: {name}", "calls/s", [in_last_tenth]),
        ]
        if name.startswith("callinspect"):
            found += [
                Measure(group, f"memory: {name}, in the first tenth of many", "MiB", [run.at(tenth).memory]),
                Measure(group, f"memory: {name}, to the end of many", "MiB", [run.memory]),
            ]
    return found
