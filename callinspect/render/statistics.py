"""The figures of many calls: how they ended, rates and durations, bars over time, causes, groups, and notes.

What comes from outside are the causes' words and the values of groups; both are quoted unless they are one plain word.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from callinspect.render.amounts import costs, length, minutes, percent
from callinspect.render.card import outcome_style
from callinspect.render.causes import causes
from callinspect.render.groups import groups
from callinspect.render.layout import GAP, WIDE, labeled, padded, sentence, to_text
from callinspect.render.moments import day, named, zone
from callinspect.render.slots import bars
from callinspect.render.style import Style

if TYPE_CHECKING:
    from datetime import datetime

    from callinspect.figures import Figures, Percentiles, Statistics

APART = 4
"""Blanks between outcomes and rates."""

HOUR = 3600

SHARE = len("100.0 %")


def statistics(found: "Statistics", style: Style) -> str:
    """Return the figures for people."""
    return to_text(lines(found, style), style)


def lines(found: "Statistics", style: Style) -> list[Text]:
    """Return the lines of the figures, their parts separated by empty lines."""
    known = named(found.first, found.last, style)
    parts = [
        _headline(found, style),
        _rates(found.overall, style) if found.overall.calls else [],
        bars(found.slots, style, known) if found.slots else [],
        list(causes(found.causes, style)),
        groups(found, style, known),
        [line for each in found.notes for line in sentence(Text(style.inert(each), "dim"), style)],
    ]
    return [line for part in parts if part for line in (Text(), *part)][1:]


def title(found: "Statistics", style: Style) -> str:
    """Return what a picture of the figures shows: how many calls, from when to when, and how many were answered."""
    figures = found.overall
    if not figures.calls:
        return "No calls"
    rates = [f"{name} {percent(rate, style)}" for name, rate in (("ASR", figures.asr), ("NER", figures.ner))]
    return f"{', '.join([_calls(figures.calls), *map(str, _period(found, style))])}: {', '.join(rates)}"


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"


def _headline(found: "Statistics", style: Style) -> list[Text]:
    """Return how many calls there are, how many of them have ended, and from when to when."""
    figures = found.overall
    lost = figures.calls - figures.ended - figures.going_on
    parts = [f"{figures.ended:,} ended", f"{figures.going_on:,} still going on"]
    parts += [f"{lost:,} in an unknown state"] * bool(lost)
    headline = Text(_calls(figures.calls) if figures.calls else "No calls", "bold")
    headline.append("".join(f" {style.dot} {each}" for each in parts), "not bold")
    return [line for each in (headline, *_period(found, style)) for line in sentence(each, style)]


def _period(found: "Statistics", style: Style) -> Iterator[Text]:
    """Yield when the first and the last call began."""
    if found.first is None or found.last is None:
        return
    known = named(found.first, found.last, style)
    first, last = style.local(found.first), style.local(found.last)
    is_short = (found.last - found.first).total_seconds() < HOUR

    def told(local: "datetime") -> str:
        clock = f"{local:%H:%M:%S}" if is_short else f"{local:%H:%M}"
        return clock if known.zone else f"{clock} {zone(local, style)}"

    begun, ended = (f"{day(local)} {told(local)}" for local in (first, last))
    end = told(last) if known.day else ended
    period = f"{begun} to {end}" if ended != begun else begun
    yield Text(f"{period}, {known.zone}" if known.zone else period)


def _rates(figures: "Figures", style: Style) -> list[Text]:
    """Return outcomes, and rates and durations: beside them where there is room, else below."""
    outcomes = list(_outcomes(figures, style))
    width = max((each.cell_len for each in outcomes), default=0)
    narrow = style._replace(width=style.width - width - APART)
    if style.width < WIDE or not outcomes:
        return [*outcomes, *([Text()] if outcomes else []), *labeled(list(_facts(figures, style)), style)]
    facts = labeled(list(_facts(figures, narrow)), narrow)
    return [
        Text.assemble(left, " " * (width - left.cell_len + APART - 1), right)
        for left, right in zip_longest(outcomes, facts, fillvalue=Text())
    ]


def _outcomes(figures: "Figures", style: Style) -> Iterator[Text]:
    """Yield a line for each outcome that occurs: its calls, and their share of those that ended."""
    occurring = {outcome: count for outcome, count in figures.outcomes.items() if count}
    width = max(map(cell_len, occurring), default=0)
    digits = max((len(f"{count:,}") for count in occurring.values()), default=0)
    has_room = 1 + width + digits + SHARE + 2 * GAP <= style.width
    for outcome, count in occurring.items():
        share = f"{percent(count / figures.ended, style):>{SHARE + GAP}}" if has_room else ""
        name = padded(outcome, width)
        yield Text.assemble(" ", (name, outcome_style(outcome)), f"{count:{digits + GAP},}{share}")


def _facts(figures: "Figures", style: Style) -> Iterator[tuple[str, str]]:
    """Yield labels and values of rates, durations and cost."""
    answered = f" ({figures.answered:,} of {figures.attempts:,})" if figures.attempts else ""
    yield "ASR", percent(figures.asr, style) + answered
    yield "NER", percent(figures.ner, style)
    yield "ACD", length(figures.acd, style)
    yield "Ring", _percentiles(figures.ring, style)
    yield "Talk", _percentiles(figures.talk, style)
    yield "Minutes", minutes(figures.minutes, style)
    yield "Cost", costs(figures, style)


def _percentiles(found: "Percentiles", style: Style) -> str:
    if found.p50 is None:
        return style.absent
    return f"p50 {length(found.p50, style)} {style.dot} p95 {length(found.p95, style)}"
