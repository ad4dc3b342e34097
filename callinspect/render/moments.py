"""When the moments of a call were, and how long its parts took: the moments by date and zone, a bar and its legend."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rich.text import Text

from callinspect.model import Call, Outcome, State
from callinspect.render.duration import ago, seconds
from callinspect.render.harmless import Harmless
from callinspect.render.labels import MOMENTS
from callinspect.render.layout import flowing, sentence
from callinspect.render.style import Style

NEVER_ANSWERED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CANCELED, Outcome.REJECTED, Outcome.UNANSWERED})

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

_OFFSET = re.compile(r"(UTC|GMT)?[+-]\d.*|UTC|")
"""A zone without a name of its own, such as `-03`."""


def timeline(call: Harmless, style: Style, now: datetime | None) -> list[Text]:
    """Return when the call's moments were, how long its parts took, and what the vendor counts.

    Args:
        call: the call.
        style: how to draw.
        now: the current time; None if that is not known better than when the call was read.
    """
    given = (("billed", call.durations.billed), (f"duration according to {call.provider}:", call.durations.reported))
    reported = [Text(f"{label} {seconds(value)}") for label, value in given if value is not None]
    until = _until(call, now)
    return [*_moments(call, style, now), *_lengths(call, until, style), *flowing(reported, style)]


def clock(moment: datetime) -> str:
    """Return the time of day, to the millisecond."""
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def day(local: datetime) -> str:
    """Return a time's day, such as `Thu 26 Nov 2026`."""
    return f"{local:%a} {local.day} {local:%b %Y}"


def zone(local: datetime, style: Style) -> str:
    """Return a time's zone by name and offset, such as `IST (UTC+5:30)` or `UTC`; one without a name by its offset."""
    name = local.tzname() or ""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = style.minus if minutes < 0 else "+"
    offset = f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
    if _OFFSET.fullmatch(name):
        return offset if minutes else "UTC"
    return style.inert(f"{name} ({offset})")


def _moments(call: Harmless, style: Style, now: datetime | None) -> Iterator[Text]:
    """Yield the moments, each below its date and zone; of one that is over within a day, how long ago it was."""
    headed = None
    moments = list(_labeled(call))
    for number, (label, moment) in enumerate(moments, 1):
        local = style.local(moment)
        heading = f"{day(local)}, {zone(local, style)}"
        if heading != headed:
            headed = heading
            yield from sentence(Text(heading, "dim"), style)
        line = Text.assemble(f"{clock(local)}  ", label)
        if number == len(moments) and now is not None and not _is_running(call):
            line.append(_how_long_ago(moment, now), "dim")
        yield from sentence(line, style)


def _labeled(call: Harmless) -> Iterator[tuple[str, datetime]]:
    """Yield what happened, and when; the last update of a call in progress, unless it is that of the last moment."""
    found = {key: moment for key in MOMENTS if (moment := getattr(call, key)) is not None}
    updated = found.pop("updated_at", None)
    for key, moment in found.items():
        ended_by = f" by {call.ended_by}" if key == "ended_at" and call.ended_by else ""
        yield MOMENTS[key] + ended_by, moment
    if updated and call.state is not State.ENDED and updated - max(found.values(), default=updated) >= SECOND:
        yield MOMENTS["updated_at"], updated


def _how_long_ago(moment: datetime, now: datetime) -> str:
    return f"  {ago((now - moment).total_seconds())}" if timedelta() <= now - moment < DAY else ""


def _is_running(call: Call) -> bool:
    """Whether the call was in progress when it was read; a response that was saved does not say when that was."""
    return call.ended_at is None and not call.state.is_over and call.retrieved_at is not None


def _until(call: Call, now: datetime | None) -> datetime | None:
    return (now or call.retrieved_at) if _is_running(call) else call.ended_at


class _Phase(NamedTuple):
    """A part of a call's duration, and how it is drawn."""

    name: str
    length: float
    mark: str
    color: str


def _lengths(call: Harmless, until: datetime | None, style: Style) -> list[Text]:
    """Return a bar of ring and talk time, and its legend; for a call in progress, until now."""
    begun = call.created_at or (call.queued_at if call.state is State.QUEUED else None)
    ringing, talking = style.marks
    spans = (
        (_before_answer(call), _span(begun, call.answered_at or until), ringing, "yellow"),
        ("talk", _span(call.answered_at, until), talking, "green"),
    )
    phases = [_Phase(name, length, mark, color) for name, length, mark, color in spans if name and length is not None]
    total = _span(begun, until)
    if any(length < 0 for length in (*(each.length for each in phases), total or 0)):
        return []
    legend = [Text.assemble((each.mark, each.color), f" {each.name} {seconds(each.length)}") for each in phases]
    if phases and until and not call.ended_at:
        legend.append(Text("so far", "dim"))
    elif total is not None:
        legend.append(Text(f"total {seconds(total)}" if call.ended_at else f"{seconds(total)} so far", "dim"))
    bar = _bar(phases, style) if until else []  # half of a call is no proportion
    return [*bar, *flowing(legend, style)]


def _bar(phases: Sequence[_Phase], style: Style) -> list[Text]:
    """Return a bar of one or two phases in proportion; each takes at least one column unless its length is 0."""
    total = sum(each.length for each in phases)
    if not total:
        return []
    room = style.width - 2
    first, last = phases[0], phases[-1]
    columns = round(room * first.length / total)
    if first is not last:
        columns = min(max(columns, int(first.length > 0)), room - int(last.length > 0))
    return [Text.assemble(" ", (first.mark * columns, first.color), (last.mark * (room - columns), last.color))]


def _before_answer(call: Call) -> str:
    """Return the name of the time before the answer, empty if the call may have been answered in it.

    A call that was not answered may not have rung.
    """
    if call.answered_at or call.state is State.RINGING:
        return "ring"
    if call.state in {State.QUEUED, State.DIALING}:
        return call.state
    return "unanswered" if call.state is State.ENDED and call.outcome in NEVER_ANSWERED else ""


def _span(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None
