"""The checks of `doctor`: a line each, and under what is wrong what to do about it."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from callinspect.render.layout import padded, sentence, to_text
from callinspect.render.style import Style

COLORS = {"ok": "green", "warn": "yellow", "fail": "bold red", "skip": "dim"}

WIDE = 60
"""Columns from which on what was found stands beside the name of the check, in a column of its own."""


NARROW = 2
"""Columns before a command that is longer than the lines."""


class Line(NamedTuple):
    """One check.

    Attributes:
        name: its name.
        status: ok, warn, fail or skip.
        summary: what was found.
        remedies: what to do about it; a command follows a colon.
    """

    name: str
    status: str
    summary: str
    remedies: Sequence[str] = ()


def checkup(heading: str | None, lines: Sequence[Line], style: Style, width: int) -> str:
    """Return checks, below a heading.

    Args:
        heading: the provider, None for none.
        lines: the checks.
        style: how to draw.
        width: columns of the longest name.
    """
    drawn = sentence(Text(style.inert(heading), "bold"), style, 0) if heading else []
    for each in lines:
        drawn += _line(each, style, width)
    return to_text(drawn, style)


def conclusion(statuses: Sequence[str], style: Style) -> str:
    """Return the last line: how many checks failed, and how many warned."""
    failed, warned = statuses.count("fail"), statuses.count("warn")
    checks = "check" if failed == 1 else "checks"
    parts = [f"{failed} {checks} failed"] * bool(failed) + [f"{warned} warning{'s' * (warned > 1)}"] * bool(warned)
    worst = "fail" if failed else "warn" if warned else "ok"
    return to_text(sentence(Text(", ".join(parts) or "All well.", COLORS[worst]), style, 0), style)


def _line(line: Line, style: Style, width: int) -> list[Text]:
    mark = style.checks[line.status]
    name = padded(line.name, width) if style.width >= WIDE else line.name
    margin = len(mark) + 1 + len(name) + 2
    text = Text(f"{mark} {name}  {style.inert(line.summary)}", "dim" if line.status == "skip" else "")
    text.stylize(COLORS[line.status], 0, len(mark))
    hanging = margin if style.width >= WIDE else len(mark) + 1
    drawn = sentence(text, style, 0, hanging)
    for each in line.remedies:
        drawn += _remedy(f"{style.next} {style.inert(each)}", style, hanging)
    return drawn


def _remedy(text: str, style: Style, indent: int) -> list[Text]:
    """Return what to do. A command is never broken into lines: what is copied from the screen can be pasted."""
    said, colon, command = text.partition(": ")
    if not colon or cell_len(text) <= style.width - indent:
        return sentence(Text(text), style, indent, len(style.next) + 1)
    deeper = indent + len(style.next) + 1
    room = deeper if cell_len(command) <= style.width - deeper else NARROW
    drawn = sentence(Text(f"{said}:"), style, indent, len(style.next) + 1)
    return [*drawn, Text(" " * room + command)]
