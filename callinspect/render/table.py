"""Several calls as a table; a vendor's own document as a table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.text import Text

from callinspect.duration import seconds
from callinspect.model import Call, Outcome, Party
from callinspect.render import moments
from callinspect.render.card import outcome_style, state_style
from callinspect.render.harmless import Harmless, harmless, rows
from callinspect.render.layout import GAP, cut, flattened, labeled, sentence, table_lines, to_text
from callinspect.render.numbers import compact
from callinspect.render.parties import named, sides
from callinspect.render.style import Style

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = ("time", "state", "from", "to", "duration", "provider", "id")

LAYOUTS = (COLUMNS, COLUMNS[:-1], ("time", "state", "duration"), ("time", "state"))
"""The columns for ever narrower terminals; what has no column stands on lines of its own below each row."""

PARTIES = ("from", "to")

MIN_PARTY, MAX_NUMBER = 12, 16
"""Columns of a party at least, and of the longest number, which is not cut."""

MAX_PARTY = 40
"""Columns of a party at most: one long name does not take the other columns' room."""

MIN_NAME = 5
"""Columns of a name, quotation marks included, from which it is shown."""

MINUTE = 60

INDENT = 1
BELOW = 3
"""Indent of the lines below a row."""

Cells = Mapping[str, Text]


def calls(several: Sequence[Call], style: Style) -> str:
    """Return calls as a table, one row for each; IDs are whole, names may be cut to fit."""
    shown = [harmless(each, style) for each in several]
    cells = [_cells(each, style) for each in shown]
    hidden = {"provider"} if len({each.provider for each in several}) == 1 else set()
    needed = {
        name: max(len(name), *(row[name].cell_len for row in cells))
        for name in COLUMNS
        if name not in hidden and any(row[name] for row in cells)
    }
    needed |= {name: min(needed[name], MAX_PARTY) for name in PARTIES}
    tight = needed | _tight(shown, needed, style)
    least = tight | {name: min(tight[name], _number_width(shown, name)) for name in PARTIES}
    widths = _widths(needed, tight, least, style.width - INDENT)
    below = [name for name in needed if name not in widths]
    if any(widths[name] < needed[name] for name in PARTIES if name in widths):
        shown = [_as_sent(each) for each in shown]  # in both columns or in none
    cells = [row | _sides(call, widths, style) for call, row in zip(shown, cells, strict=True)]
    heading, *lines = (Text.assemble(" " * INDENT, each) for each in table_lines(_table(cells, widths), style))
    days = _days(shown, style) if "time" in widths else [None] * len(shown)
    found = [heading]
    for day, row, line in zip(days, cells, lines, strict=True):
        found += [*(sentence(day, style) if day else []), line, *_below(row, below, style)]
    return to_text(found, style)


def document(json: Any, style: Style, indent: int = 1) -> str:
    """Return a vendor's document as a table: one row per field, with its path."""
    return to_text(labeled(rows(flattened(json), style), style, indent), style)


def _cells(call: Harmless, style: Style) -> dict[str, Text]:
    """Return a call's cells, its parties in full."""
    length = _duration(call)
    return {
        "time": Text(f"{style.local(call.at):%H:%M:%S}" if call.at else ""),
        "state": Text(call.outcome or call.state, _color(call)),
        **_sides(call, {}, style),
        "duration": Text("" if length is None else _length(length)),
        "provider": Text(call.provider),
        "id": Text(call.id),
    }


def _duration(call: Call) -> float | None:
    """Return how long a call was: talked, or else as the vendor counts; one that nobody answered, in all."""
    lengths = call.durations
    if call.outcome not in {None, Outcome.ANSWERED, Outcome.UNKNOWN}:
        return lengths.total
    reported = lengths.reported if call.outcome is Outcome.ANSWERED else lengths.reported or None
    return next((each for each in (lengths.talk, reported, lengths.total) if each is not None), None)


def _length(length: float) -> str:
    """Return a duration, to the second from one minute on, which is narrower."""
    return seconds(length if length < MINUTE else round(length))


def _color(call: Call) -> str:
    return outcome_style(call.outcome) if call.outcome else state_style(call)


def _sides(call: Harmless, rooms: Mapping[str, int], style: Style) -> dict[str, Text]:
    """Return the cells of both parties, without their places, cut to fit if the room is given."""
    from_, to = (
        _fitted(each, rooms.get(name), style) for each, name in zip((call.from_, call.to), PARTIES, strict=True)
    )
    drawn = dict(zip(PARTIES, sides(Harmless(call._replace(from_=from_, to=to)), kinds=False), strict=True))
    return {name: cut(cell, rooms.get(name, cell.cell_len), style) for name, cell in drawn.items()}


def _fitted(party: Party | None, room: int | None, style: Style) -> Party | None:
    """Return a party whose name fits beside its number, or is left out; without its place."""
    party = party and party._replace(location=None)
    if not party or room is None:
        return party
    if not party.name:
        return party
    has_number = party.number or party.uri
    left = room - (named(party._replace(name=None), kind=False).cell_len + 1 if has_number else 0)
    return party._replace(name=None if left < MIN_NAME else cut(Text(party.name), left, style).plain)


def _tight(several: Sequence[Harmless], needed: Mapping[str, int], style: Style) -> dict[str, int]:
    """Return how wide the columns of parties have to be if their numbers are as sent."""
    rows = [_sides(_as_sent(each), {}, style) for each in several]
    return {name: min(needed[name], max(len(name), *(row[name].cell_len for row in rows))) for name in PARTIES}


def _as_sent(call: Harmless) -> Harmless:
    """Return a call with its numbers as sent, which are shorter."""
    return Harmless(call._replace(from_=_compact(call.from_), to=_compact(call.to)))


def _compact(party: Party | None) -> Party | None:
    return party and party._replace(number=party.number and compact(party.number))


def _number_width(several: Sequence[Harmless], name: str) -> int:
    """Return how wide a column of parties has to be at least: so that numbers are whole in it."""
    parties = filter(None, (each.from_ if name == "from" else each.to for each in several))
    numbers = (cell_len(compact(each.number or "")) for each in parties)
    return max(MIN_PARTY, min(MAX_NUMBER, max(numbers, default=0)))


def _widths(needed: Mapping[str, int], tight: Mapping[str, int], least: Mapping[str, int], room: int) -> dict[str, int]:
    """Return the widths of the columns that fit; the parties get what the others leave.

    Args:
        needed: how wide each column has to be to show everything.
        tight: how wide it has to be with numbers as sent.
        least: how wide it has to be at least.
        room: how wide all may be together.
    """
    tries = ((COLUMNS, needed), (COLUMNS, tight), *((layout, least) for layout in LAYOUTS[1:]))
    for layout, known in tries:
        widths = {name: known[name] for name in layout if name in known}
        spare = room - sum(widths.values()) - GAP * (len(widths) - 1)
        if spare >= 0:
            break
    if "from" in widths:
        from_, to = (needed[name] - widths[name] for name in PARTIES)
        more = min(from_, max(spare // 2, spare - to))
        widths["from"] += more
        widths["to"] += min(to, spare - more)
    return widths


def _table(cells: Sequence[Cells], widths: Mapping[str, int]) -> "Table":
    """Return the table; its columns are as wide as their widest cells, so that Rich neither cuts nor wraps any."""
    from rich.table import Table

    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    for name, width in widths.items():
        table.add_column(name.upper(), width=width, no_wrap=True, justify="right" if name == "duration" else "left")
    for row in cells:
        table.add_row(*(row[name] for name in widths))
    return table


def _below(row: Cells, names: Sequence[str], style: Style) -> Iterator[Text]:
    """Yield the lines below a row: what has no column, the ID on a line of its own."""
    parts = [row[name] for name in names if name not in {*PARTIES, "id"}]
    if "from" in names:
        parts.append(Text(f" {style.arrow} ").join(row[name] for name in PARTIES))
    if parts:
        yield from sentence(Text("  ").join(parts), style, BELOW)
    if "id" in names:
        yield from sentence(row["id"], style, BELOW)


def _days(several: Sequence[Call], style: Style) -> Iterator[Text | None]:
    """Yield a heading for each call that is of another day than the previous one, else None.

    The zone is named where it is not that of the previous heading.
    """
    above = moments.Above()
    for call in several:
        local = call.at and style.local(call.at)
        day = moments.day(local) if local else "Time not reported"
        heading = above.new(day, moments.zone(local, style) if local else above.zone)
        yield Text(heading, "bold") if heading else None
