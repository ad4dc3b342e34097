"""`callinspect get`: one call as a card, several as a table, or either as JSON."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import groups, main, opening
from callinspect.cli.console import streams
from callinspect.cli.input import targets, times, typed
from callinspect.cli.options import Options
from callinspect.cli.results.output import Format
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callinspect.cli.results.tally import Tally

app = main.command()

DEFAULT_JOBS = 8
"""Calls of different vendors to fetch at once."""

ASKING = {
    "file": "--input",
    "column": "--column",
    "resume": "--resume",
    "setting": "--set",
    "jobs": "--jobs",
    "rate": "--rate",
    "unordered": "--unordered",
}
"""Options that have no effect where no vendor is asked, by parameter."""


@app.command(cls=main.Command)
@groups.expanded
def get(
    ctx: typer.Context,
    *,
    provider: Annotated[
        str | None,
        typer.Argument(
            metavar="PROVIDER",
            help="Provider name, if the form of the call ID does not say it; "
            "or PROVIDER:CALL_ID; or - to read these from standard input.",
        ),
    ] = None,
    call_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="CALL_ID...", help="The vendor's call ID; - reads IDs from standard input."),
    ] = None,
    results: groups.Results,
    related: groups.Related,
    picture: groups.Picture,
    reading: groups.Reading,
    exit_status: groups.ExitStatusOption = False,
    file: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE", help="Read calls from a file, one per line."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Column of CSV input that has the call IDs; by default id, call_id …"),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Number of calls to fetch at once; 8 unless the vendor allows fewer."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            metavar="N/s", help="Fixed request rate per vendor, e.g. 5/s; by default it adapts to the vendor."
        ),
    ] = None,
    unordered: Annotated[bool, typer.Option("--unordered", help="Print results as they arrive, not in order.")] = False,
    resume: Annotated[
        str | None, typer.Option(metavar="FILE", help="Skip calls that are already in this earlier output.")
    ] = None,
    from_file: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Show a saved record or vendor response instead of calling the vendor; - is standard input.",
        ),
    ] = None,
) -> int:
    """Show what happened to a call. Without PROVIDER, the form of the ID says which one to ask.

    One call is a card on a terminal and a JSON object in a pipe; several are a table or JSON Lines, in the order given.
    Failures are reported on standard error, and the exit code is 9 if only some calls fail.

    Thousands of calls can be read from standard input or a file, one per line: an ID, PROVIDER:CALL_ID, or a JSON
    object with provider and id, as printed by list; or CSV with a header.

    CSV has numbers such as +14155550100 as they are. Import those columns as text, or a spreadsheet reads them as
    formulas: set their type in LibreOffice's import dialog, or in Excel under Data, From Text/CSV.
    """
    from callinspect.cli.results.tally import Tally

    options = ctx.ensure_object(Options)
    options.result_format = results.form
    related.check_use(results, from_file)
    if from_file is not None:
        tally = Tally(options, picture.output(results, options, several=False), check_outcome=exit_status)
        return _show_saved(tally, options, ctx.params)
    picture.output(results, options, several=False)  # a wrong option is refused before a provider is chosen
    selection = targets.select(provider, call_ids or [], options.owners, file=file, column=column, resume=resume)
    several = selection.only is None
    picture.check(results, several=several)
    is_typed = "-" in {provider, file, *(call_ids or [])} and typed.announced(options)
    result = picture.output(results, options, several=several and not (is_typed and _is_table(results)))
    if selection.earlier and result.form is Format.JSONL and not results.paths:
        selection.earlier.repair(options.notice)
    tally = Tally(options, result, check_outcome=exit_status)
    extras = related.extras(selection.only.provider if selection.only else selection.provider)
    with opening.client(
        options, reading.setting, rate=times.rate(rate), several=several, meanwhile=result.prepare
    ) as client:
        if selection.only is not None:
            tally.handle(client.inspect(selection.only, extras._replace(is_alone=not results.raw)))
        else:
            jobs = jobs or (providers.get(selection.provider).jobs if selection.provider else DEFAULT_JOBS)
            found = client.inspect_each(selection.calls, extras, jobs=jobs, ordered=not unordered)
            tally.handle_all(found, selection.total, with_progress=not is_typed)
            tally.summarize(with_time=not is_typed)
    return tally.status()


def _is_table(results: groups.Results) -> bool:
    """Whether several calls are a table on a terminal, which would come after all has been typed."""
    return streams.is_terminal() and results.form in {Format.AUTO, Format.TABLE} and not results.query


def _show_saved(tally: "Tally", options: Options, given: "Mapping[str, Any]") -> int:
    """Show the saved response or record of --from-file; end when the reader of the output is gone.

    Args:
        tally: takes the call.
        options: the global options.
        given: what the command was given.

    Raises:
        UsageError: an option is for calls that are asked for.
    """
    from callinspect.cli.input import saved

    for option in (option for name, option in ASKING.items() if given[name]):
        raise UsageError(f"{option} is for calls that a vendor is asked for, and --from-file asks nobody")
    path = given["from_file"]
    words = [*filter(None, [given["provider"]]), *(given["call_ids"] or [])]
    with typed.awaited(path, "the vendor's response or a record", options):
        inspection = saved.inspection(words, options.owners, path)
    tally.handle(inspection)
    return tally.status()
