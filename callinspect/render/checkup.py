"""The checks of `doctor`: a line each, and under what is wrong what to do about it."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text

from callinspect.render.layout import WIDE, padded, sentence, to_text
from callinspect.render.style import Style

COLORS = {"ok": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}

NAME = len("credentials")
"""Columns of the longest name of a check; on a wide terminal, what was found stands in a column beside the names."""


class Line(NamedTuple):
    """One check.

    Attributes:
        name: its name.
        status: ok, warn, fail or skip.
        summary: what was found.
        remedies: what to do about it.
    """

    name: str
    status: str
    summary: str
    remedies: Sequence[str] = ()


def checkup(heading: str | None, lines: Sequence[Line], style: Style) -> str:
    """Return checks, below a heading.

    Args:
        heading: the provider, None for none.
        lines: the checks.
        style: how to draw.
    """
    drawn = sentence(Text(style.inert(heading), "bold"), style, 0) if heading else []
    for each in lines:
        drawn += _line(each, style)
    return to_text(drawn, style)


def conclusion(statuses: Sequence[str], style: Style) -> str:
    """Return the last line: how many checks failed, and how many warned."""
    failed, warned = statuses.count("fail"), statuses.count("warn")
    checks = "check" if failed == 1 else "checks"
    parts = [f"{failed} {checks} failed"] * bool(failed) + [f"{warned} warning{'s' * (warned > 1)}"] * bool(warned)
    worst = "fail" if failed else "warn" if warned else "ok"
    return to_text(sentence(Text(", ".join(parts) or "All well.", COLORS[worst]), style, 0), style)


def _line(line: Line, style: Style) -> list[Text]:
    mark = style.checks[line.status]
    name = padded(line.name, NAME) if style.width >= WIDE else line.name
    indent = len(mark) + 1 + (len(name) + 2 if style.width >= WIDE else 0)
    text = Text(f"{mark} {name}  {style.inert(line.summary)}", "dim" if line.status == "skip" else "")
    text.stylize(COLORS[line.status], 0, len(mark))
    drawn = sentence(text, style, 0, indent)
    for each in line.remedies:
        drawn += sentence(Text(f"{style.next} {style.inert(each)}"), style, indent, len(style.next) + 1)
    return drawn
