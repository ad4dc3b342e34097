"""The command: what can be asked for, and in which order it is done."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import bulk, counting, eleven, installed, machine, normalize, one, report, servers, start
from benchmarks.bench import Bench
from benchmarks.installed import UnableError
from benchmarks.measure import Measure, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

GROUPS: Mapping[str, Callable[[Bench], list[Measure]]] = {
    "one": one.measures,
    "start": start.measures,
    "bulk": bulk.measures,
    "normalize": normalize.measures,
    "counting": counting.measures,
    "eleven": eleven.measures,
}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and write down; return the exit status."""
    options = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _measure(options)
    except UnableError as error:
        progress(str(error))
        return 1
    except KeyboardInterrupt:
        progress("interrupted")
        return 130


def _measure(options: argparse.Namespace) -> int:
    load, failed = machine.load(), False
    if os.getloadavg()[0] > len(os.sched_getaffinity(0)) / 4:
        progress(f"the machine is busy (load {load}): what is measured now means little")
    with ExitStack() as stack:
        # On the way out after Ctrl-C a server may still be writing there.
        named = tempfile.TemporaryDirectory(prefix="callinspect-benchmarks-", ignore_cleanup_errors=True)
        bench = _set_up(stack, Path(stack.enter_context(named)), options)
        measures: list[Measure] = []
        for name in options.only or GROUPS:
            try:
                measures += GROUPS[name](bench)
            except UnableError as error:
                bench.absent[name] = str(error)
                failed = True
        described = machine.description(bench, load)
        text = report.as_markdown(described, measures, bench.absent)
        values = report.as_json(described, measures, bench.absent)
    out = options.out or Path(tempfile.mkdtemp(prefix="callinspect-speed-"))
    out.mkdir(parents=True, exist_ok=True)
    (out / "speed.md").write_text(text, encoding="utf-8")
    (out / "speed.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
    print(text)
    progress(f"written to {out}/speed.md and speed.json")
    return int(failed)


def _set_up(stack: ExitStack, folder: Path, options: argparse.Namespace) -> Bench:
    """Install and start what is measured, and what it is measured with."""
    certificate = servers.certificate(folder)
    vendor = stack.enter_context(servers.at_once(folder, certificate))
    peers = (options.peers or folder).absolute()
    peers.mkdir(parents=True, exist_ok=True)
    progress("installing callinspect")
    programs = installed.callinspect(folder)
    progress("installing the programs to compare with")
    httpie = installed.httpie(peers)
    wants_twilio = not options.quick or (peers / "twilio").exists()
    return Bench(
        folder=folder,
        programs=programs,
        httpie=httpie,
        twilio=installed.twilio(peers) if wants_twilio else None,
        certificate=certificate,
        vendor=vendor,
        rounds=options.rounds or (2 if options.quick else 20),
        calls=options.calls or (200 if options.quick else 1000),
        many=2000 if options.quick else 100_000,
        records=20_000 if options.quick else 1_000_000,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure how fast callinspect is.")
    parser.add_argument("--only", action="append", choices=GROUPS, help="one group of measures; repeatable")
    parser.add_argument("--rounds", type=int, help="how often to run what is short; thousands a quarter as often; 20")
    parser.add_argument("--calls", type=int, help="how many calls thousands are; 1000")
    parser.add_argument("--quick", action="store_true", help="only show that it works; twilio-cli if it is there")
    parser.add_argument("--out", type=Path, help="directory for speed.md and speed.json; a temporary one")
    parser.add_argument(
        "--peers", type=Path, help="directory where HTTPie and twilio-cli are, or are installed to; a temporary one"
    )
    return parser
