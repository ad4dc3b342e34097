"""What happened to a call, step by step: when, what it was, and what it took."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from rich.text import Text

from callinspect.duration import ago, seconds
from callinspect.model import Call, State
from callinspect.model.timeline import Entry, Happened
from callinspect.render.bar import NEVER_ANSWERED, on_hold
from callinspect.render.harmless import SEEN, Harmless
from callinspect.render.labels import MOMENTS
from callinspect.render.layout import HANGING, WIDE, padded, sentence
from callinspect.render.moments import clock, day, is_running, span, zone
from callinspect.render.style import Style

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

MAX_STEPS = 200
"""Steps that are listed at most: as many of the first as of the last ones."""

NO_TIME = "?"
CLOCK = len("00:00:00.000")
"""Columns of a time."""

MIN_WORD, MAX_WORD = 8, 16
"""Columns for the words; a longer one, or any longer one where there is little room, takes what it needs."""

MIN_TOOK = 10
"""Columns from which the lines of what a step took hang below each other."""

PLAIN = {
    "queued_at": Happened.QUEUED,
    "created_at": Happened.CREATED,
    "answered_at": Happened.ANSWERED,
    "ended_at": Happened.ENDED,
}
"""The timeline of a call that comes without one."""

STATES: Mapping[str, str] = {
    State.HELD: "still on hold when read",
    State.ENDED: "already over when read",
    State.UNKNOWN: "state not known when read",
}
"""How a call was when it was read, where that is not “still” and the name of the state."""

TOOK = {
    Happened.CREATED: ("queued", Happened.QUEUED),
    Happened.ANSWERED: ("rang", Happened.CREATED),
    Happened.RESUMED: ("held", Happened.HELD),
    Happened.ENDED: ("talked", Happened.ANSWERED),
}
"""What was going on before these steps, and since which step."""

SAID = frozenset({Happened.PLAYED, Happened.SPOKE, Happened.KEYED, Happened.COLLECTED, Happened.STEP})
"""What is told together with its detail: what was played, spoken, or keyed in."""


class Step(NamedTuple):
    """One line of the list.

    Attributes:
        at: when; None if the vendor does not report it.
        word: what happened.
        took: how long what came before it took, or how it happened.
        ago: how long ago it was.
    """

    at: datetime | None
    word: str
    took: str = ""
    ago: str = ""


def entries(call: Call) -> Sequence[Entry]:
    """Return the call's timeline; of one that comes without it, that of its own moments."""
    if call.timeline is not None:
        return call.timeline
    return [Entry(at, event, source=f"/{key}") for key, event in PLAIN.items() if (at := getattr(call, key))]


def steps(call: Harmless, style: Style, now: datetime | None) -> Iterator[Text]:
    """Yield the steps, each below its date and zone; of a call that was over within a day, how long ago that was.

    Args:
        call: the call.
        style: how to draw.
        now: the current time; None if that is not known better than when the call was read.
    """
    is_narrow = style.width < WIDE
    every = _steps(call, now, is_narrow=is_narrow)
    left_out = range(MAX_STEPS // 2, len(every) - MAX_STEPS // 2)
    most = MIN_WORD if is_narrow else MAX_WORD
    width = max((len(each.word) for each in every if each.took and len(each.word) <= most), default=0)
    headed = ""
    for number, step in enumerate(every):
        if number in left_out:
            if number == left_out.start:
                yield from sentence(Text(f"{style.ellipsis} {len(left_out)} more, see -o json", "dim"), style)
            continue
        local = style.local(step.at) if step.at else None
        heading = f"{day(local)}, {zone(local, style)}" if local else headed
        if heading != headed:
            headed = heading
            yield from sentence(Text(heading, "dim"), style)
        yield from _line(step, clock(local) if local else NO_TIME, max(width, MIN_WORD), style)


def _line(step: Step, time: str, width: int, style: Style) -> list[Text]:
    """Return the lines of a step; the second and later ones hang under what it took, or else under the word."""
    word = padded(step.word, width) if step.took else step.word
    line = Text("  ").join(Text(each) for each in (padded(time, CLOCK), word, step.took) if each)
    if step.ago:
        line.append(f"  {step.ago}", "dim")
    hanging = CLOCK + 2 + (width + 2 if step.took else HANGING)
    return sentence(line, style, hanging=hanging if style.width - hanging > MIN_TOOK else HANGING)


def _steps(call: Harmless, now: datetime | None, *, is_narrow: bool) -> list[Step]:
    """Return the steps of the timeline, and the last update of a call in progress, unless it is the last moment's."""
    told = entries(call)
    legs = {None: ("", call)} | {
        leg.id: (f"leg {number} ", leg.call) for number, leg in enumerate((call.related and call.related.legs) or (), 2)
    }
    begun: dict[str | None, dict[Happened, datetime]] = {}
    found = []
    for each in told:
        whose, subject = legs.get(each.leg, (f"leg {each.leg} ", None))
        since = begun.setdefault(each.leg, {})
        took = _took(each, subject, since, is_narrow=is_narrow)
        found.append(Step(each.at, whose + _word(each, subject), took))
        if each.event is Happened.RESUMED:
            since.pop(Happened.HELD, None)  # there may be another one
        elif each.at:
            since.setdefault(each.event, each.at)
    is_observed = bool(told) and told[-1].event is Happened.OBSERVED
    if updated := _updated(call, told):
        found.insert(len(found) - is_observed, Step(updated, MOMENTS["updated_at"]))
    if now and found and (at := found[-1].at) and not is_observed and not is_running(call):
        found[-1] = found[-1]._replace(ago=_how_long_ago(at, now))
    return found


def _updated(call: Call, told: Sequence[Entry]) -> datetime | None:
    last = max((each.at for each in told if each.at and each.event is not Happened.OBSERVED), default=None)
    if call.state is State.ENDED or call.updated_at is None or (last and call.updated_at - last < SECOND):
        return None
    return call.updated_at


def _how_long_ago(moment: datetime, now: datetime) -> str:
    return ago((now - moment).total_seconds()) if timedelta() <= now - moment < DAY else ""


def _word(entry: Entry, subject: Call | None) -> str:
    """Return what happened, in our words; in the vendor's where we have none."""
    event, detail = entry.event, entry.detail or ""
    if event is Happened.OBSERVED:
        return STATES.get(detail, f"still {detail or State.ACTIVE} when read")
    if event is Happened.ENDED and subject and subject.ended_by:
        return f"{event} by {subject.ended_by}"
    if event is Happened.ERROR and detail:
        return f"{event}: {detail}"
    word = event.replace("-", " ")
    if event is Happened.OTHER:
        return entry.vendor_event or word
    return f"{word} {detail}" if event in SAID and detail else word


def _took(entry: Entry, subject: Call | None, since: Mapping[Happened, datetime], *, is_narrow: bool) -> str:
    """Return how long what came before a step took, or how it happened.

    Args:
        entry: the step.
        subject: the call or leg that it happened to, None if that could not be read.
        since: when what happened to it before did.
        is_narrow: whether there is little room.
    """
    took = "" if entry.event in since else _length(entry, subject, since, is_narrow=is_narrow)
    detail = "" if entry.event in SAID | {Happened.ERROR, Happened.OBSERVED} else entry.detail or ""
    if entry.source == SEEN:
        return f"seen; {took}" if took else detail
    if entry.event is Happened.ENDED:
        return ": ".join(filter(None, (took, detail if entry.leg else "")))  # the call's own cause is above
    return ", ".join(filter(None, (took, detail)))


def _length(entry: Entry, subject: Call | None, since: Mapping[Happened, datetime], *, is_narrow: bool) -> str:
    """Return how long what came before a step took, empty if that is not known or no time."""
    verb, before = TOOK.get(entry.event, ("", entry.event))
    if entry.event is Happened.ENDED and before not in since:
        is_unanswered = subject is not None and subject.outcome in NEVER_ANSWERED
        verb, before = ("not answered for" if is_unanswered else "", Happened.CREATED)
    length = span(since.get(before), entry.at) or 0
    if not verb or length <= 0:
        return ""
    held = on_hold(subject, entry.at) if subject and before is Happened.ANSWERED and not is_narrow else None
    return f"{verb} {seconds(length)}" + (f", {seconds(held)} of it on hold" if held else "")
