"""The ladder of a call with several parties: a lifeline for each, and from top to bottom who did what to whom.

Where there is no room for it, it is a list that names both. The parties are lettered; the legend says who is who.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from callinspect.model import Call, Outcome
from callinspect.model.timeline import Entry, Happened
from callinspect.render.harmless import Harmless
from callinspect.render.ladder.lanes import Lanes
from callinspect.render.ladder.presence import Mark
from callinspect.render.ladder.rung import Arrow, Rung
from callinspect.render.ladder.rungs import rungs
from callinspect.render.layout import HANGING, MAX_LINES, WIDE, capped, omission, padded, sentence, shortened
from callinspect.render.moments import CLOCK, NO_TIME, clock, headings
from callinspect.render.style import CALLING, HOLD, NO_BREAK, TALKING, Style
from callinspect.render.telling import end, how_long_ago

APART = {3: 11, 4: 9, 5: 7}
CLOSE = 6
"""Columns from one lifeline to the next, by how many there are; of more, so many that an arrow is still seen."""

MIN_LIFELINES, MAX_LIFELINES = 3, 8
"""Lifelines that are drawn; fewer are told by the list of steps, more by a list that names both."""

MIN_WORDS = 12
"""Columns for words beside the lifelines, without which it is a list."""

SHORT_CLOCK = len("00:00:00")
GAP = "  "

COLORS = {Mark.HELD: HOLD, Mark.CALLS: CALLING, Mark.TALKS: TALKING, Mark.LEAVES: "dim"}
FAILED = "red"


class Ladder:
    """The ladder of a call.

    Args:
        call: the call.
        style: how to draw.

    Attributes:
        is_needed: whether the call has more parties than a list of steps tells apart.
    """

    def __init__(self, call: Harmless, style: Style) -> None:
        self._call = call
        self._style = style
        self._lanes = Lanes(call)
        self.is_needed = len(self._lanes.names) >= MIN_LIFELINES

    def repeats(self) -> Iterator[str]:
        """Yield the fields of the record that the ladder tells, so that the card need not."""
        told = self._call.timeline or ()
        if self._call.parent_id in self._lanes.numbers:
            yield "parent_id"
        if any(each.event is Happened.REDIRECTED for each in told):
            yield "redirections"
        if any(each.event is Happened.CREATED and each.leg is None and each.detail for each in told):
            yield "recall"

    def lines(self, now: datetime | None) -> Iterator[Text]:
        """Yield who is who, and what they did in which order, as lines.

        Args:
            now: the current time; None if that is not known better than when the call was read.
        """
        count = len(self._lanes.names)
        apart = APART.get(count, CLOSE)
        margin = 1 + CLOCK + len(GAP) + apart * (count - 1) + 1 + len(GAP)
        is_list = count > MAX_LIFELINES or self._style.width < max(WIDE, margin + MIN_WORDS)
        drawn = self._shortened(rungs(self._call, self._lanes, is_narrow=self._style.width < WIDE, is_list=is_list))
        words = _Words(self._call, now)
        yield from _legend(self._lanes, self._style)
        yield Text()
        if is_list:
            yield from _listed(drawn, words, self._style)
        else:
            yield from _Drawing(count, apart, margin, self._style).of(drawn, words)

    def _shortened(self, every: list[Rung]) -> Sequence[Rung]:
        """Return the lines without those in the middle, if they are too many; one stands for them all."""
        first, count, last = shortened(every, MAX_LINES)
        if not count:
            return first
        after = every[-len(last) - 1].after
        words = omission(count, self._style)
        more = every[len(first)]._replace(words=words, color="", arrow=None, alone=None, marks=after, after=after)
        return [*first, more, *last]


class _Words:
    """The words of each line, with how long ago the end was, and the color of those who leave."""

    def __init__(self, call: Call, now: datetime | None) -> None:
        self._end: Entry | None = end(call.timeline or ())
        self._ago = how_long_ago(self._end, now).replace(" ", NO_BREAK)
        legs = (call.related and call.related.legs) or ()
        outcomes = {None: call.outcome} | {leg.id: leg.call and leg.call.outcome for leg in legs}
        self._failed = {leg for leg, outcome in outcomes.items() if outcome is Outcome.FAILED}

    def of(self, rung: Rung) -> Text:
        words = Text(rung.words, rung.color)
        return words.append(f"{GAP}{self._ago}", "dim") if self._ago and rung.entry is self._end else words

    def leaving(self, rung: Rung) -> str:
        return FAILED if rung.entry.leg in self._failed else COLORS[Mark.LEAVES]


def _legend(lanes: Lanes, style: Style) -> Iterator[Text]:
    """Yield who is who, who else takes part, and which leg is which."""
    parties = [Text.assemble((_letter(lane), "bold"), GAP, name) for lane, name in enumerate(lanes.names)]
    yield from _capped(parties, style, hanging=1 + len(GAP))
    if lanes.dialed:
        yield from sentence(Text.assemble(("dialed ", "dim"), lanes.dialed), style)
    if lanes.shown:
        yield from sentence(Text.assemble(("showing ", "dim"), lanes.shown), style)
    if lanes.others:
        yield from sentence(Text.assemble(("with ", "dim"), Text(", ").join(capped(lanes.others, style))), style)
    legs = [(f"leg {number}", leg, lanes.relations[leg]) for leg, number in lanes.numbers.items()]
    yield from _capped([_fitting(leg, style) for leg in legs], style)


def _capped(several: Sequence[Text], style: Style, hanging: int = HANGING) -> Iterator[Text]:
    for each in capped(several, style):
        yield from sentence(each, style, hanging=hanging)


def _fitting(parts: Sequence[str], style: Style) -> Text:
    """Return parts in one line, closer together if that makes them fit."""
    line = Text(GAP.join(parts))
    return line if line.cell_len < style.width else Text(" ".join(parts))


def _letter(lane: int) -> str:
    """Return the letters of a lane: A to Z, then AA, as the columns of a spreadsheet."""
    before, last = divmod(lane, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _dated(drawn: Sequence[Rung], style: Style) -> Iterator[tuple[list[Text], Rung]]:
    """Yield each line, with the lines of the date and zone above it where they are new."""
    for heading, rung in zip(headings([each.entry.at for each in drawn], style), drawn, strict=True):
        yield sentence(Text(heading, "dim"), style) if heading else [], rung


def _time(rung: Rung, style: Style, width: int) -> str:
    at = rung.entry.at
    return padded(clock(style.local(at))[:width] if at else NO_TIME, width) + GAP


def _listed(drawn: Sequence[Rung], words: _Words, style: Style) -> Iterator[Text]:
    """Yield the list for a terminal that has no room for a ladder: from whom to whom, before the words."""
    width = SHORT_CLOCK if style.width < WIDE else CLOCK
    widest = max((len(_who(each, style)) for each in drawn), default=0)
    for heading, rung in _dated(drawn, style):
        yield from heading
        start = _time(rung, style, width) + padded(_who(rung, style), widest) + GAP
        yield from sentence(Text.assemble(start, words.of(rung)), style, hanging=len(start))


def _who(rung: Rung, style: Style) -> str:
    if rung.arrow:
        return f" {'->' if style.ascii else '→'} ".join(map(_letter, rung.arrow))
    return "" if rung.alone is None else _letter(rung.alone)


class _Drawing:
    """Draws lifelines side by side, and words to the right of them."""

    def __init__(self, count: int, apart: int, margin: int, style: Style) -> None:
        self._places = [apart * lane for lane in range(count)]
        self._margin = margin
        self._style = style
        self._marks = " ~:|x" if style.ascii else " ▒┆┃╳"
        self._line, self._crossing, self._left, self._right = "-+<>" if style.ascii else "─┼◀▶"

    def of(self, drawn: Sequence[Rung], words: _Words) -> Iterator[Text]:
        for number, (heading, rung) in enumerate(_dated(drawn, self._style)):
            yield from heading
            if number == 0:
                yield self._letters()
            yield from self._rung(rung, words)

    def _letters(self) -> Text:
        line = [" "] * (self._places[-1] + 1)
        for lane, place in enumerate(self._places):
            line[place] = _letter(lane)
        return Text.assemble(" " * (1 + CLOCK + len(GAP)), ("".join(line), "bold"))

    def _rung(self, rung: Rung, words: _Words) -> Iterator[Text]:
        """Yield the line of an entry, and those that its words take below it, beside the lifelines."""
        colors = COLORS | {Mark.LEAVES: words.leaving(rung)}
        start, marks, arrow = " " + _time(rung, self._style, CLOCK), rung.marks, rung.arrow
        for line in sentence(words.of(rung), self._style, self._margin, 0):
            yield Text.assemble(start, self._lifelines(marks, arrow, colors), GAP, line[self._margin :])
            start, marks, arrow = " " * len(start), rung.after, None

    def _lifelines(self, marks: Sequence[Mark], arrow: Arrow | None, colors: dict[Mark, str]) -> Text:
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
            if color := colors.get(mark):
                line.stylize(color, place, place + 1)
        return line
