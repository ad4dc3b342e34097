"""Starting, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.bench import twilio_env
from benchmarks.goals import START, TYPED
from benchmarks.measure import Contender, Measure, interleaved, times

if TYPE_CHECKING:
    from benchmarks.bench import Bench

GROUP = "start"

EXPLAIN = "callinspect explain sip 486"

LINES = (
    ("callinspect g", b"get\n"),
    ("callinspect get --o", b"--output\n"),
    ("callinspect get b", b"bandwidth\n"),
)
TABS = dict(zip(TYPED, LINES, strict=True))
"""What was typed, and what bash is to be told."""


def measures(bench: Bench) -> list[Measure]:
    """Measure."""
    env = bench.env()
    ours = bench.callinspect
    contenders = [
        Contender(name=START, command=(bench.python, "-c", "pass"), env=env),
        Contender(name="callinspect --version", command=(ours, "--version"), env=env, says=b"callinspect "),
        Contender(name="callinspect --help", command=(ours, "--help"), env=env, says=b"Usage: callinspect"),
        Contender(name=EXPLAIN, command=(ours, *EXPLAIN.split()[1:]), env=env, says=b'"Busy Here"'),
        *(
            Contender(name=f"TAB: {what}", command=(ours,), env=env | question(line), says=answer)
            for what, (line, answer) in TABS.items()
        ),
        Contender(name="httpie --version", command=(str(bench.httpie), "--version"), env=env, says=b"."),
    ]
    if bench.twilio is None:
        bench.absent["twilio-cli --version"] = "it is not installed"
    else:
        command = (str(bench.twilio), "--version")
        contenders.append(
            Contender(name="twilio-cli --version", command=command, env=twilio_env(bench), says=b"twilio-cli/")
        )
    return times(GROUP, interleaved(contenders, bench.rounds))


def question(line: str) -> dict[str, str]:
    """Return how bash asks what a line can become."""
    return {
        "_CALLINSPECT_COMPLETE": "complete_bash",
        "_CALLINSPECT_LINE": line,
        "_CALLINSPECT_POINT": str(len(line)),
        "_CALLINSPECT_BREAKS": " \t\n\"'@><=;|&(:",
    }
