"""What happened to a call, step by step: when, what it was, and what it took."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rich.text import Text

from callinspect.model import Call, State
from callinspect.model.timeline import Entry, Happened
from callinspect.render.harmless import Harmless
from callinspect.render.labels import MOMENTS
from callinspect.render.layout import HANGING, MAX_LINES, WIDE, omission, padded, sentence, shortened
from callinspect.render.moments import CLOCK, NO_TIME, clock, headings
from callinspect.render.style import NO_BREAK, Style
from callinspect.render.telling import Telling, drawn, end, how_long_ago

SECOND = timedelta(seconds=1)

MIN_WORD, MAX_WORD = 8, 24
"""Columns for the words; a longer one takes what it needs, and where there is little room, what it took is below it."""

MIN_TOOK = 10
"""Columns from which the lines of what a step took hang below each other."""


class Step(NamedTuple):
    """One line of the list.

    Attributes:
        at: when; None if the vendor does not report it.
        word: what happened.
        took: how long what came before it took, or how it happened.
        ago: how long ago it was.
        color: the color of the word.
    """

    at: datetime | None
    word: str
    took: str = ""
    ago: str = ""
    color: str = ""


def steps(call: Harmless, style: Style, now: datetime | None) -> Iterator[Text]:
    """Yield the steps, each below its date and zone; at the end, how long ago that was if it is within a day.

    Args:
        call: the call.
        style: how to draw.
        now: the current time; None if that is not known better than when the call was read.
    """
    is_narrow = style.width < WIDE
    every = _steps(call, now, is_narrow=is_narrow)
    first, left_out, last = shortened(every, MAX_LINES)
    most = MIN_WORD if is_narrow else MAX_WORD
    width = max((len(each.word) for each in every if each.took and len(each.word) <= most), default=MIN_WORD)
    drawn = [*first, *last]
    for number, (heading, step) in enumerate(zip(headings([each.at for each in drawn], style), drawn, strict=True)):
        if left_out and number == len(first):
            yield from sentence(Text(omission(left_out, style), "dim"), style)
        if heading:
            yield from sentence(Text(heading, "dim"), style)
        yield from _line(step, max(width, MIN_WORD), style)


def _line(step: Step, width: int, style: Style) -> list[Text]:
    """Return the lines of a step; the second and later ones hang under what it took, or else under the word."""
    time = Text(padded(clock(style.local(step.at)) if step.at else NO_TIME, CLOCK))
    word = Text(padded(step.word, width) if step.took else step.word, step.color)
    ago = Text(step.ago.replace(" ", NO_BREAK), "dim")
    beside = [time, word, Text(step.took), ago]
    below = []
    if step.took and style.width < WIDE and len(step.word) > width + 1:
        beside, below = [time, word], [each for each in (Text(step.took), ago) if each]
    hanging = CLOCK + 2 + (width + 2 if step.took and not below else HANGING)
    hanging = hanging if style.width - hanging > MIN_TOOK else HANGING
    lines = sentence(Text("  ").join(filter(None, beside)), style, hanging=hanging)
    return lines + (sentence(Text("  ").join(below), style, 1 + hanging, 0) if below else [])


def _steps(call: Harmless, now: datetime | None, *, is_narrow: bool) -> list[Step]:
    """Return the steps of the timeline, and the last update of a call in progress, unless it is the last moment's."""
    told = drawn(call)
    telling, last = Telling(call, told, is_narrow=is_narrow), end(told)
    found = []
    for each in told:
        word, took, why, color = telling.hear(each)
        is_own_end = each.event is Happened.ENDED and each.leg is None  # the call's own cause is above
        took = ": ".join(filter(None, (took, "" if is_own_end else why)))
        found.append(Step(each.at, word, took, how_long_ago(last, now) if each is last else "", color))
    is_observed = bool(told) and told[-1].event is Happened.OBSERVED
    if updated := _updated(call, told):
        found.insert(len(found) - is_observed, Step(updated, MOMENTS["updated_at"]))
    return found


def _updated(call: Call, told: Sequence[Entry]) -> datetime | None:
    last = max((each.at for each in told if each.at and each.event is not Happened.OBSERVED), default=None)
    if call.state is State.ENDED or call.updated_at is None or (last and call.updated_at - last < SECOND):
        return None
    return call.updated_at
