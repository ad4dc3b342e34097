"""The ladder of a call with several parties: a lifeline for each, and from top to bottom who did what to whom.

Where there is no room for it, it is a list that names both. The parties are lettered; the legend says who is who.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from callinspect.render.harmless import Harmless
from callinspect.render.lanes import Lanes
from callinspect.render.layout import WIDE, padded, sentence
from callinspect.render.moments import clock, day, zone
from callinspect.render.rungs import Arrow, Mark, Rung, rungs
from callinspect.render.style import Style

APART = {2: 14, 3: 11, 4: 9, 5: 7}
CLOSE = 6
"""Columns from one lifeline to the next, by how many there are; for more, the smallest distance that holds an arrow."""

MAX_LIFELINES = 8
MIN_WORDS = 12
"""Columns for words beside the lifelines, without which it is a list."""

MAX_RUNGS = 200
"""Entries that are drawn at most: as many of the first as of the last ones."""

CLOCK, SHORT_CLOCK = len("00:00:00.000"), len("00:00:00")
GAP = "  "
NO_TIME = "?"

COLORS = {Mark.HELD: "cyan", Mark.CALLS: "yellow", Mark.TALKS: "green", Mark.LEAVES: "red"}


def lifelines(call: Harmless) -> int:
    """Return how many parties the call's timeline has; two are told by a list."""
    return len(Lanes(call).names)


def ladder(call: Harmless, style: Style) -> list[Text]:
    """Return who is who, and what they did in which order, as lines."""
    lanes = Lanes(call)
    drawn = _shortened(rungs(call, lanes), style)
    legend = _legend(lanes, style)
    apart = APART.get(len(lanes.names), CLOSE)
    margin = 1 + CLOCK + len(GAP) + apart * (len(lanes.names) - 1) + 1 + len(GAP)
    is_list = len(lanes.names) > MAX_LIFELINES or style.width < max(WIDE, margin + MIN_WORDS)
    return [*legend, *(_listed(drawn, style) if is_list else _Ladder(len(lanes.names), apart, margin, style).of(drawn))]


def _legend(lanes: Lanes, style: Style) -> Iterator[Text]:
    for lane, name in enumerate(lanes.names):
        yield from sentence(Text.assemble((_letter(lane), "bold"), GAP, name), style, 1, 1 + len(GAP))
    for leg, number in lanes.numbers.items():
        yield from sentence(Text(f"leg {number}{GAP}{leg}{GAP}{lanes.relations[leg]}"), style)


def _shortened(every: list[Rung], style: Style) -> list[Rung]:
    """Return the lines without those in the middle, if they are too many; one stands for them all."""
    left_out = every[MAX_RUNGS // 2 : -MAX_RUNGS // 2] if len(every) > MAX_RUNGS else []
    if not left_out:
        return every
    words, after = f"{style.ellipsis} {len(left_out)} more, see -o json", left_out[-1].after
    more = left_out[0]._replace(words=words, arrow=None, alone=None, marks=after, after=after)
    return [*every[: MAX_RUNGS // 2], more, *every[-MAX_RUNGS // 2 :]]


def _letter(lane: int) -> str:
    """Return the letters of a lane: A to Z, then AA, as the columns of a spreadsheet."""
    before, last = divmod(lane, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _by_day(drawn: Sequence[Rung], style: Style) -> Iterator[tuple[list[Text], list[Rung]]]:
    """Yield the date and zone as lines, and what happened then; without a time, with what comes next."""
    headings: list[str] = []
    for rung in reversed(drawn):
        local = style.local(rung.entry.at) if rung.entry.at else None
        headings.append(f"{day(local)}, {zone(local, style)}" if local else headings[-1] if headings else "")
    dated = zip(reversed(headings), drawn, strict=True)
    for heading, of_day in groupby(dated, key=lambda each: each[0]):
        yield sentence(Text(heading, "dim"), style) if heading else [], [rung for _, rung in of_day]


def _time(rung: Rung, style: Style, width: int) -> str:
    at = rung.entry.at
    return " " + padded(clock(style.local(at))[:width] if at else NO_TIME, width) + GAP


def _listed(drawn: Sequence[Rung], style: Style) -> Iterator[Text]:
    """Yield the list for a terminal that has no room for a ladder: from whom to whom, before the words."""
    width = SHORT_CLOCK if style.width < WIDE else CLOCK
    who = [_who(rung, style) for rung in drawn]
    widest = max(map(len, who), default=0)
    between = iter(who)
    for heading, of_day in _by_day(drawn, style):
        yield from heading
        for rung in of_day:
            start = _time(rung, style, width) + padded(next(between), widest) + GAP
            yield from sentence(Text.assemble(start[1:], rung.words), style, 1, len(start) - 1)


def _who(rung: Rung, style: Style) -> str:
    if rung.arrow:
        return f" {'->' if style.ascii else '→'} ".join(map(_letter, rung.arrow))
    return "" if rung.alone is None else _letter(rung.alone)


class _Ladder:
    """Draws lifelines side by side, and words to the right of them."""

    def __init__(self, count: int, apart: int, margin: int, style: Style) -> None:
        self._places = [apart * lane for lane in range(count)]
        self._margin = margin
        self._style = style
        self._marks = " ~:|x" if style.ascii else " ▒┆┃╳"
        self._line, self._crossing, self._left, self._right = "-+<>" if style.ascii else "─┼◀▶"

    def of(self, drawn: Sequence[Rung]) -> Iterator[Text]:
        letters = None
        for heading, of_day in _by_day(drawn, self._style):
            yield from heading
            if letters is None:
                letters = self._letters()
                yield letters
            for rung in of_day:
                yield from self._rung(rung)

    def _letters(self) -> Text:
        line = [" "] * (self._places[-1] + 1)
        for lane, place in enumerate(self._places):
            line[place] = _letter(lane)
        return Text.assemble(" " * (1 + CLOCK + len(GAP)), ("".join(line), "bold"))

    def _rung(self, rung: Rung) -> Iterator[Text]:
        """Yield the line of an entry, and those that its words take below it, beside the lifelines."""
        words = sentence(Text(rung.words), self._style, self._margin, 0)
        start, marks, arrow = _time(rung, self._style, CLOCK), rung.marks, rung.arrow
        for line in words:
            yield Text.assemble(start, self._lifelines(marks, arrow), GAP, line[self._margin :])
            start, marks, arrow = " " * len(start), rung.after, None

    def _lifelines(self, marks: Sequence[Mark], arrow: Arrow | None) -> Text:
        cells = [" "] * (self._places[-1] + 1)
        if arrow:
            first, last = sorted(self._places[lane] for lane in arrow)
            cells[first:last] = self._line * (last - first)
            if arrow[0] < arrow[1]:
                cells[last - 1] = self._right
            else:
                cells[first + 1] = self._left
        between = range(min(arrow) + 1, max(arrow)) if arrow else ()
        for lane, (place, mark) in enumerate(zip(self._places, marks, strict=True)):
            if lane in between:
                cells[place] = {Mark.OFF: self._line, Mark.LEAVES: self._marks[mark]}.get(mark, self._crossing)
            else:
                cells[place] = self._marks[mark]
        line = Text("".join(cells))
        for place, mark in zip(self._places, marks, strict=True):
            if color := COLORS.get(mark):
                line.stylize(color, place, place + 1)
        return line
