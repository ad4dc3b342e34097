"""Groups of calls as a table, with as many columns as there is room for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.text import Text

from callinspect.figures.counting import OTHERS
from callinspect.figures.names import DAY, HOUR
from callinspect.model import Outcome
from callinspect.render.amounts import costs, length, minutes, percent
from callinspect.render.harmless import ADDRESS, limited
from callinspect.render.jsontext import dumps
from callinspect.render.layout import GAP, MAX_LINES, WIDE, cut, omission, sentence
from callinspect.render.moments import Above, Named, day, zone
from callinspect.render.numbers import readable
from callinspect.render.style import Style

if TYPE_CHECKING:
    from callinspect.figures import Figures, Group, Statistics

COLUMNS = ("calls", "ended", "answered", "asr", "ner", "acd", "ring p95", "talk p50", "minutes", "cost")

BY_WEIGHT = ("calls", "asr", "ended", "acd", "ner", "answered", "ring p95", "talk p50", "minutes", "cost")
"""The columns in the order in which they get room; how many ended is left out if all have."""

VALUE, NARROW_VALUE = 24, 10
"""Columns that a value can count on; it gets more where there is room."""

MAX_VALUE = 40
"""Columns of a value at most: a longer word stands above its row."""

NONE = "(none)"
"""Stands for the value of calls that have none."""


def groups(found: "Statistics", style: Style, named: Named) -> list[Text]:
    """Return the table of the groups, none where there are none.

    Args:
        found: the figures.
        style: how to draw.
        named: what the headline names of the times.
    """
    if found.field is None or not found.groups:
        return []
    is_time = found.field in {HOUR, DAY}
    first, left_out, last = _shown(found.groups, is_time=is_time)
    shown = [*first, *last]
    values = [_value(each.value, found.field, style) for each in shown]
    rows = [_cells(each.figures, style) for each in shown]
    heading = style.word(limited(found.field, style)).upper()
    widths = _widths([heading, *values], rows, style)
    lines = [_line(Text(heading, "bold"), {name: name.upper() for name in COLUMNS}, widths, style, "dim")]
    above = Above(named.zone, named.day if found.field == HOUR else named.year)
    for number, (group, value, row) in enumerate(zip(shown, values, rows, strict=True)):
        if left_out and number == len(first):
            lines.append(Text(f" {omission(left_out, style)}", "dim"))
        if is_time and (new := _day(group.value, found.field, above, style)):
            lines += sentence(Text(new, "bold"), style)
        lines += _row(value, row, widths, style)
    return lines


def _shown(every: "Sequence[Group]", *, is_time: bool) -> "tuple[Sequence[Group], int, Sequence[Group]]":
    """Return the groups that are shown, and how many are left out between them.

    In the order of time, these are as many of the first as of the last; else the largest, and the last one, which may
    be that of the calls without a value.
    """
    if len(every) <= MAX_LINES:
        return every, 0, ()
    last = MAX_LINES // 2 if is_time else 1
    return every[: MAX_LINES - last], len(every) - MAX_LINES, every[-last:]


def _cells(figures: "Figures", style: Style) -> dict[str, str]:
    return {
        "calls": f"{figures.calls:,}",
        "ended": f"{figures.ended:,}",
        "answered": f"{figures.outcomes[Outcome.ANSWERED]:,}",
        "asr": percent(figures.asr, style),
        "ner": percent(figures.ner, style),
        "acd": length(figures.acd, style),
        "ring p95": length(figures.ring.p95, style),
        "talk p50": length(figures.talk.p50, style),
        "minutes": minutes(figures.minutes, style),
        "cost": costs(figures, style),
    }


def _value(value: Any, field: str, style: Style) -> str:
    """Return the value of a group, harmless. Of a time, the day stands above the row."""
    if value is None:
        return NONE
    if not isinstance(value, str):
        return style.inert(dumps(value, lines=True))
    if (at := _time(value, field, style)) is not None:
        return f"{at:%H:%M}" if field == HOUR else f"{at:%a} {at.day:2} {at:%b}"
    if value == OTHERS:
        return value
    text = limited(value, style)
    return readable(text) if ADDRESS.fullmatch(text) else style.word(text)


def _time(value: Any, field: str, style: Style) -> datetime | None:
    """Return the time that a value is, in the zone of display; None if it is none."""
    if field not in {HOUR, DAY} or not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return style.local(at) if at.tzinfo else at


def _day(value: Any, field: str, above: Above, style: Style) -> str:
    """Return the heading above the row of a time, "" for none."""
    at = _time(value, field, style)
    if at is None:
        return above.new("Time not reported", above.zone) if field == HOUR else ""
    return above.new(day(at), zone(at, style)) if field == HOUR else above.new(f"{at.year}", above.zone)


def _widths(values: Iterable[str], rows: Sequence[Mapping[str, str]], style: Style) -> dict[str, int]:
    """Return the widths of the columns that there is room for; that of the values is called ""."""
    needed = min(max(map(cell_len, values)), MAX_VALUE)
    value = min(needed, VALUE if style.width >= WIDE else NARROW_VALUE)
    widths: dict[str, int] = {}
    spare = style.width - 1 - value
    have_all_ended = all(row["ended"] == row["calls"] for row in rows)
    for name in (each for each in BY_WEIGHT if each != "ended" or not have_all_ended):
        width = max(len(name), *(cell_len(row[name]) for row in rows))
        if GAP + width > spare:
            break
        widths[name] = width
        spare -= GAP + width
    return {"": min(needed, value + max(spare, 0)), **{name: widths[name] for name in COLUMNS if name in widths}}


def _row(value: str, row: Mapping[str, str], widths: Mapping[str, int], style: Style) -> Iterator[Text]:
    """Yield a row. A value that is one word, such as an ID or a number, is not cut: it stands above if it is long."""
    if cell_len(value) > widths[""] and not value.startswith(style.quoted("")[0]):
        yield from sentence(Text(value), style)
        value = ""
    yield _line(Text(value), row, widths, style)


def _line(value: Text, row: Mapping[str, str], widths: Mapping[str, int], style: Style, look: str = "") -> Text:
    first = cut(value, widths[""], style)
    line = Text.assemble(" ", first, " " * (widths[""] - first.cell_len))
    for name, width in widths.items():
        if name:
            line.append(" " * (GAP + width - cell_len(row[name])) + row[name], look)
    return line
