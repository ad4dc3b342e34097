"""How long the parts of a call took: a bar of ringing, talking and hold, its legend, and what the vendor counts."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from rich.text import Text

from callinspect.duration import seconds
from callinspect.model import Call, Outcome, State
from callinspect.render.harmless import Harmless
from callinspect.render.holds import holds, on_hold, within
from callinspect.render.layout import WIDE, flowing
from callinspect.render.moments import span, until
from callinspect.render.style import CALLING, HOLD, TALKING, Style
from callinspect.render.telling import NEVER_ANSWERED, has_waited

TALK = "talk"
SINCE_ANSWER = "since answer"
"""The name of the talk of which some was on hold, but nobody knows how much."""

INDENTS = 2
"""Columns to the left and to the right of the bar."""


class Phase(NamedTuple):
    """A part of a call's duration, and how it is drawn."""

    name: str
    length: float
    mark: str
    color: str


def bar(call: Harmless, style: Style, now: datetime | None, vendor: str) -> list[Text]:
    """Return the bar of a call and its legend; for a call in progress, until now.

    Args:
        call: the call.
        style: how to draw.
        now: the current time; None if that is not known better than when the call was read.
        vendor: the vendor's name.
    """
    is_counted = call.state is State.ENDED and call.outcome is Outcome.ANSWERED  # before that, vendors count nothing
    lengths = _lengths(call, until(call, now), style)
    total = span(call.created_at, call.ended_at) if lengths else None
    given = (("billed", call.durations.billed), (f"duration according to {vendor}:", call.durations.reported))
    reported = [
        Text(f"{label} {seconds(value)}")
        for label, value in given
        if value is not None and (value or is_counted) and (label == "billed" or value != total)
    ]
    return [*lengths, *flowing(reported, style)]


def _lengths(call: Harmless, end: datetime | None, style: Style) -> list[Text]:
    begun = call.created_at or (call.queued_at if call.state is State.QUEUED else None)
    own = holds(call.timeline or ()).get(None, [])
    is_hold_lost = call.state is State.HELD and not (own and own[-1][1] is None)
    ringing, talking = style.marks
    spans = (
        (_before_answer(call), span(begun, call.answered_at or end), ringing, CALLING),
        (SINCE_ANSWER if is_hold_lost else TALK, span(call.answered_at, end), talking, TALKING),
    )
    phases = [Phase(name, length, mark, color) for name, length, mark, color in spans if name and length]
    total = span(begun, end)
    if any(length < 0 for length in (*(each.length for each in phases), total or 0)):
        return []
    cut = _with_holds(call, phases, within(own, call.answered_at, end), end, style)
    held = on_hold(call, own, call.answered_at, end)
    legend = _legend(phases, held, style.on_hold if len(cut) > len(phases) else "", style)
    if phases and end and not call.ended_at:
        legend.append(Text("so far", "dim").append(", now on hold" if is_hold_lost else "", f"not dim {HOLD}"))
    elif total is not None:
        legend.append(Text(f"total {seconds(total)}" if call.ended_at else f"{seconds(total)} so far", "dim"))
    return [*(_drawn(cut, style) if end else []), *flowing(legend, style)]  # half of a call is no proportion


def _legend(phases: Sequence[Phase], held: float | None, mark: str, style: Style) -> list[Text]:
    """Return how long each phase took, and how much of the talk was on hold: after the mark that the bar has for it."""
    legend = [Text.assemble((each.mark, each.color), f" {each.name} {seconds(each.length)}") for each in phases]
    if held is None:
        return legend
    marked = Text.assemble((mark, HOLD), " " * len(mark))
    if style.width < WIDE or not phases or phases[-1].name not in {TALK, SINCE_ANSWER}:
        return [*legend, marked.append(f"hold {seconds(held)}")]
    legend[-1].append(", ").append(marked.append(f"{seconds(held)} of it on hold"))
    return legend


def _with_holds(
    call: Call,
    phases: Sequence[Phase],
    cuts: Sequence[tuple[datetime, datetime]],
    end: datetime | None,
    style: Style,
) -> list[Phase]:
    """Return the phases with the talk cut up where the call was on hold, if there is room for that."""
    if not cuts or 2 * len(cuts) + len(phases) > style.width - INDENTS:
        return list(phases)
    *before, talk = phases
    hold = talk._replace(mark=style.on_hold, color=HOLD)
    edges = [edge for edge in (call.answered_at, *(edge for cut in cuts for edge in cut), end) if edge]
    parts = [
        (hold if number % 2 else talk)._replace(length=(last - first).total_seconds())
        for number, (first, last) in enumerate(pairwise(edges))
    ]
    return [*before, *parts]


def _drawn(phases: Sequence[Phase], style: Style) -> list[Text]:
    """Return a bar of phases in proportion; each takes at least one column unless its length is 0."""
    total = sum(each.length for each in phases)
    if not total:
        return []
    room = style.width - INDENTS
    columns = [max(round(room * each.length / total), int(each.length > 0)) for each in phases]
    while (spare := room - sum(columns)) and max(columns) > 1:
        columns[columns.index(max(columns))] += 1 if spare > 0 else -1
    return [Text.assemble(" ", *((each.mark * count, each.color) for each, count in zip(phases, columns, strict=True)))]


def _before_answer(call: Call) -> str:
    """Return the name of the time before the answer, empty if the call may have been answered in it.

    A call that was not answered may not have rung.
    """
    if call.answered_at or call.state is State.RINGING:
        return "wait" if has_waited(call) else "ring"
    if call.state in {State.QUEUED, State.DIALING}:
        return call.state
    return "no answer" if call.state is State.ENDED and call.outcome in NEVER_ANSWERED else ""
