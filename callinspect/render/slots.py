"""Calls over time: a bar for each slot, stacked by outcome, and what its characters stand for.

Outcomes are told apart by characters as well as by colors, so that they are where there is no color, and for who sees
none.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from callinspect.duration import seconds
from callinspect.model import Outcome
from callinspect.render.card import outcome_style
from callinspect.render.layout import GAP, flowing, padded, sentence
from callinspect.render.moments import Above, Named, day, zone
from callinspect.render.style import Style

if TYPE_CHECKING:
    from callinspect.figures import Slot

FILLS = {
    Outcome.ANSWERED: ("█", "#"),
    Outcome.NO_ANSWER: ("░", "."),
    Outcome.BUSY: ("▒", "="),
    Outcome.CANCELED: ("─", "-"),
    Outcome.REJECTED: ("/", "/"),
    Outcome.FAILED: ("╳", "x"),
    Outcome.UNANSWERED: ("·", ":"),
    Outcome.UNKNOWN: ("?", "?"),
}
"""The character of each outcome, and the one in ASCII."""

MOST, MOST_ON_TALL = 25, 48
"""Slots at most: 25 hours are those of a day that does not begin with one. A tall terminal has room for more."""

TALL = 70
"""Lines from which on a terminal is tall."""

MINUTE, DAY = 60, 86_400

MOST_EMPTY = 2
"""Slots without a call in a row that are drawn; of more, it is said until when they are."""


def fitting(lines: int) -> int:
    """Return how many slots a terminal of that many lines has room for."""
    return MOST_ON_TALL if lines >= TALL else MOST


class _Row(NamedTuple):
    """A slot as it is shown: what stands above, unless that is so already, and what stands before its bar."""

    slot: "Slot"
    calls: int
    above: str
    zone: str
    label: str


def bars(slots: "Sequence[Slot]", style: Style, named: Named) -> list[Text]:
    """Return a bar for each slot, headings for their days, and a legend.

    Args:
        slots: stretches of time of one length without a gap; not empty.
        style: how to draw.
        named: what the headline names of the times.
    """
    rows = [_row(each, style, named) for each in slots]
    most = max(row.calls for row in rows)
    occurring = [outcome for outcome in FILLS if any(each.outcomes[outcome] for each in slots)]
    width = max(cell_len(row.label) for row in rows)
    count = len(f"{most:,}")
    room = max(style.width - width - count - 2 * GAP - 2, len(occurring))
    lines = sentence(Text(f"Ended calls by start time ({_length(slots[0].seconds)} per bar)", "bold"), style)
    above = Above(named.zone, named.year if slots[0].seconds >= DAY else named.day)
    for row, after in _shown(rows):
        if heading := above.new(row.above, row.zone):
            lines += sentence(Text(heading, "bold"), style)
        bar = _bar(row.slot.outcomes, room, most, style)
        if after:
            until = f"{style.ellipsis} until {after.label.strip()}"
            bar = Text(until if cell_len(until) <= room else style.ellipsis, "dim")
        numbers = f"{row.calls:{count},}"
        lines.append(Text.assemble(" ", (padded(row.label, width), "dim"), " " * GAP, numbers, " " * GAP, bar))
    legend = [Text.assemble((_fill(each, style), outcome_style(each)), f" {each}") for each in occurring]
    return [*lines, *flowing(legend, style)]


def _shown(rows: Sequence[_Row]) -> "Iterator[tuple[_Row, _Row | None]]":
    """Yield the rows that are drawn; one that stands for many without a call, with the row that comes after these."""
    number = 0
    while number < len(rows):
        after = next((each for each in range(number, len(rows)) if rows[each].calls), len(rows))
        is_long = after - number > MOST_EMPTY and after < len(rows)
        yield rows[number], rows[after] if is_long else None
        number = after if is_long else number + 1


def _row(slot: "Slot", style: Style, named: Named) -> _Row:
    """Return a slot as it is shown: below its day, or below the year where it is as long as days."""
    local = style.local(slot.at)
    calls = sum(slot.outcomes.values())
    if slot.seconds >= DAY:
        date = date_of(local)
        return _Row(slot, calls, f"{date.year}", named.zone, f"{date:%a} {date.day:2} {date:%b}")
    label = f"{local:%H:%M:%S}" if slot.seconds < MINUTE else f"{local:%H:%M}"
    return _Row(slot, calls, day(local), zone(local, style), label)


def cells(parts: Sequence[int], length: int) -> list[int]:
    """Return how many of the cells of a bar each part takes.

    Args:
        parts: the parts' sizes.
        length: the cells of all; at least as many as there are parts that are not 0.

    Returns:
        Cells in proportion by largest remainder; at least one for each part that is not 0.
    """
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    exact = [length * part / total for part in parts]
    found = [max(int(share), int(part > 0)) for share, part in zip(exact, parts, strict=True)]
    while (spare := length - sum(found)) > 0:
        owed = [share - taken for share, taken in zip(exact, found, strict=True)]
        for number in sorted(range(len(parts)), key=lambda each: -owed[each])[:spare]:
            found[number] += 1
    while sum(found) > length:
        owed = [share - taken if taken > 1 else length for share, taken in zip(exact, found, strict=True)]
        found[owed.index(min(owed))] -= 1
    return found


def _bar(outcomes: Mapping[str, int], room: int, most: int, style: Style) -> Text:
    """Return the bar of a slot: the one with most calls takes all the room."""
    parts = [outcomes[outcome] for outcome in FILLS]
    length = max(round(room * sum(parts) / most), sum(map(bool, parts)))
    pieces = zip(FILLS, cells(parts, length), strict=True)
    return Text.assemble(*((_fill(outcome, style) * taken, outcome_style(outcome)) for outcome, taken in pieces))


def _fill(outcome: Outcome, style: Style) -> str:
    return FILLS[outcome][style.ascii]


def _length(length: int) -> str:
    """Return the length of a slot for people."""
    if length < DAY:
        return seconds(length)
    days = length // DAY
    return "1 day" if days == 1 else f"{days} days"


def date_of(local: datetime) -> date:
    """Return the day of a slot of days. It begins at midnight, or an hour beside where clocks change just then."""
    try:
        return (local + timedelta(hours=12)).date()
    except OverflowError:
        return local.date()
