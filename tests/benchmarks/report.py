"""What was measured, as Markdown and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.eleven import LIST_ONE
from benchmarks.goals import BARE, COUNTED, GOALS, START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.goals import Goal
    from benchmarks.measure import Measure

PEERS = (BARE, START, COUNTED, LIST_ONE)
"""What a whole group is a ratio to."""


def as_json(machine: Mapping[str, str], measures: Sequence[Measure], absent: Mapping[str, str]) -> dict[str, Any]:
    """Return everything, every value of every round included."""
    named = {each.name: each for each in measures}
    return {
        "machine": dict(machine),
        "measures": [
            {
                "group": each.group,
                "name": each.name,
                "unit": each.unit,
                "median": each.median,
                "spread": each.spread,
                "values": list(each.values),
            }
            for each in measures
        ],
        "not_measured": dict(absent),
        "goals": [
            {
                "title": goal.title,
                "measure": goal.measure,
                "peer": goal.peer,
                "goal": goal.limit,
                "stretch": goal.stretch,
                "value": goal.reached(named),
                "verdict": goal.verdict(goal.reached(named)).strip("*"),
            }
            for goal in GOALS
        ],
    }


def as_markdown(machine: Mapping[str, str], measures: Sequence[Measure], absent: Mapping[str, str]) -> str:
    """Return the tables."""
    named = {each.name: each for each in measures}
    parts = [
        "# Measured speed\n",
        ", ".join(f"{name} {value}" for name, value in machine.items()) + ".\n",
        *(f"Not measured: {name}, because {reason}.\n" for name, reason in absent.items()),
        "## Goals\n",
        _table(
            ("", "goal", "stretch", "measured", "ratio to", ""),
            ("---", "--:", "--:", "--:", "---", "---"),
            (_goal(goal, named) for goal in GOALS if goal.reached(named) is not None or goal.peer in absent),
        ),
    ]
    for group in dict.fromkeys(each.group for each in measures):
        found = [each for each in measures if each.group == group]
        peer = next((each for each in found if each.name in PEERS), None)
        parts += [
            f"## {group[0].upper()}{group[1:]}\n",
            _table(
                ("", "median", "spread", "rounds", f"ratio to {peer.name}" if peer else ""),
                ("---", "--:", "--:", "--:", "--:"),
                (_measure(each, peer) for each in found),
            ),
        ]
    parts.append("Spread is from the first quartile to the third. Ratios are medians of the ratios of every round.\n")
    return "\n".join(parts)


def _table(head: Sequence[str], rule: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *rows))


def _goal(goal: Goal, named: Mapping[str, Measure]) -> tuple[str, ...]:
    value = goal.reached(named)
    return (
        goal.title,
        goal.limit,
        "" if goal.stretch is None else f"{goal.stretch:g}",
        "" if value is None else _figure(value),
        goal.peer or "",
        goal.verdict(value),
    )


def _measure(each: Measure, peer: Measure | None) -> tuple[str, ...]:
    return (
        each.name,
        f"{_figure(each.median)} {each.unit}",
        _figure(each.spread),
        str(len(each.values)),
        _figure(each.ratio(peer)) if peer is not None and each.unit == peer.unit else "",
    )


def _figure(value: float) -> str:
    """Return three digits that count, or all before the point."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
