"""`callinspect stats`: what many calls come to."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import stdio
from callinspect.cli import groups, main, opening
from callinspect.cli.console import signals, streams
from callinspect.cli.counting import by as grouping
from callinspect.cli.counting import records, summed
from callinspect.cli.counting.results import FigureResults
from callinspect.cli.input import masked, typed
from callinspect.cli.listing import sources
from callinspect.cli.listing.filters import Selection
from callinspect.cli.options import Options
from callinspect.cli.picturing import Chart
from callinspect.cli.results import writers
from callinspect.cli.results.output import Format
from callinspect.errors import UsageError
from callinspect.figures import Counting, Statistics
from callinspect.figures.slots import MAX_SLOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from callinspect.client.filters import Wanted
    from callinspect.model import Call

app = main.command()


@app.command(cls=main.Command)
@groups.expanded
def stats(
    ctx: typer.Context,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROVIDER|FILE...",
            help="Provider names, by default all that have credentials; or files with records, such as ./calls.jsonl, "
            "or - for standard input.",
        ),
    ] = None,
    selection: Selection,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD", help="Also count groups: by provider, direction, country, cause, hour, day, or any field."
        ),
    ] = None,
    results: FigureResults,
    chart: Chart,
    reading: groups.Reading,
) -> int:
    """Count calls: outcomes, answer rates, durations, causes and cost, with bars over time.

    Counts what vendors list, as list does, or records that were printed as JSON: list -o jsonl | stats -. A call is
    counted as often as it comes; jq -cs 'unique_by(.provider, .id)[]' removes doubles first.

    ASR, the answer-seizure ratio (ITU-T E.425), is the share of ended calls that were answered: that have an answer
    time or the outcome answered. Calls whose outcome is unknown are left out.

    NER, the network effectiveness ratio (ITU-T E.425), is the share of the same calls that reached the called party:
    answered, busy, no-answer, rejected, or canceled by the caller.

    ACD, the average call duration, is the mean talk time of answered calls. Ring and talk are of answered calls too:
    half of them do not exceed the p50, 95 % do not exceed the p95, both exact to 0.1 s.

    Calls still going on are counted apart. A figure that cannot be known, for example because the vendor gives no
    times, is null, never 0. Of some vendors, only the events of a call say why it was not answered, and they are slow
    to read: list PROVIDER -o jsonl | get - --with events | stats -.
    """
    options = ctx.ensure_object(Options)
    result = results.output(options)
    chart.check()
    wanted = selection.wanted(options)
    group = grouping.parsed(by or [], options.zone)
    counting = Counting(group, zone=options.zone)
    tell = grouping.telling(group)
    names, found = records.sorted_words(words or [])
    of_one_account = {"--param": selection.parameter, "--set": reading.setting}
    if found:
        _check_unused(of_one_account)
        status = _count_records(options, found, wanted.without_default(), counting, tell)
    else:
        sources.check_alone(names, of_one_account)
        status = _count_listed(options, names, wanted, _listed(options, counting, tell), reading)
    statistics = summed.statistics(counting, _most_slots(result.form))
    if statistics.overall.calls or not status:
        chart.draw(statistics, options)
        results.write(statistics, result)
        _tell(options, statistics, is_drawn=result.form is Format.TABLE)
    return status


def _most_slots(form: Format) -> int:
    """Return how many slots of time there may be: on a terminal, as many as it has room for."""
    if form is not Format.TABLE or not streams.is_terminal():
        return MAX_SLOTS
    from callinspect.render import people

    return people.slots_fitting(streams.size().lines)


def _check_unused(given: "Mapping[str, Any]") -> None:
    """Refuse options, by name, that have no effect on records.

    Raises:
        UsageError: one was given.
    """
    for option in (name for name, value in given.items() if value):
        raise UsageError(f"{option} has no effect on records: it is for calls that a provider lists")


def _count_records(
    options: Options, found: "Sequence[str]", wanted: "Wanted", counting: Counting, tell: "Callable[[Call], Call]"
) -> int:
    """Count the records of files; return the exit status."""
    is_typed = "-" in found and typed.announced(options, "records, one a line")
    mask = partial(masked.record, options, source="a record", tell=tell) if options.masker is not None else None
    tally = summed.SummedTally(options, summed.Summed(counting, lambda record: record))
    with signals.reader_needed():
        every = records.read(found, wanted, counting.leave_out, mask)
        tally.handle_all(every, None, with_progress=not is_typed)
    return tally.status()


def _listed(options: Options, counting: Counting, tell: "Callable[[Call], Call]") -> writers.Writer:
    """Return what counts calls that providers list."""
    writer = summed.Summed(counting, writers.record_of)
    if options.masker is None:
        return writer
    return writers.Shown(writer, lambda found: options.shown(found.known_as(tell(found.call))))


def _count_listed(
    options: Options, names: "Sequence[str]", wanted: "Wanted", writer: writers.Writer, reading: groups.Reading
) -> int:
    """Count what providers list; return the exit status."""
    tally = summed.SummedTally(options, writer)
    if not names and stdio.is_fed():
        options.warn("counting what providers list; type stats - to count records from standard input")
    with opening.environment(options) as environ:
        asked = sources.choose(names, wanted, options, environ)
        with opening.client(options, reading.setting, several=True, environ=environ) as client:
            tally.handle_all(calls := sources.Calls(client, asked, limit=wanted.limit), None)
    return calls.status(tally)


def _tell(options: Options, statistics: Statistics, *, is_drawn: bool) -> None:
    """Say on standard error what should be known of the figures, if the drawing does not."""
    if not statistics.overall.calls and options.has_notices and not is_drawn:
        streams.write_error("callinspect: no calls")
    for each in () if is_drawn else statistics.notes:
        options.notice(each)
