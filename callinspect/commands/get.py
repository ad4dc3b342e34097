"""`callinspect get`: one call as a card, several as a table, or either as JSON."""

from typing import TYPE_CHECKING, Annotated

import typer

from callinspect import providers
from callinspect.cli import groups, main, opening
from callinspect.cli.console import streams
from callinspect.cli.input import typed
from callinspect.cli.many import Many
from callinspect.cli.options import Options
from callinspect.cli.picturing import Picture
from callinspect.cli.results.output import Format

if TYPE_CHECKING:
    from callinspect.cli.results.tally import Tally

app = main.command()

DEFAULT_JOBS = 8
"""Calls of different vendors to fetch at once."""


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
    picture: Picture,
    reading: groups.Reading,
    many: Many,
    exit_status: groups.ExitStatusOption = False,
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
    related.check_use(results)
    if from_file is not None:
        many.check_saved(related, reading)
        tally = Tally(options, picture.output(results, options, several=False), check_outcome=exit_status)
        return _show_saved(tally, options, provider, call_ids or [], from_file)
    picture.output(results, options, several=False)  # a wrong option is refused before a provider is chosen
    selection = many.select(provider, call_ids or [], options.owners)
    several = selection.only is None
    picture.check(results, several=several)
    is_typed = "-" in {provider, many.file, *(call_ids or [])} and typed.announced(options)
    result = picture.output(results, options, several=several and not (is_typed and _is_table(results)))
    if selection.earlier and result.form is Format.JSONL and not results.paths:
        selection.earlier.repair(options.notice)
    tally = Tally(options, result, check_outcome=exit_status)
    extras = related.extras(selection.only.provider if selection.only else selection.provider)
    with opening.client(options, reading.setting, rate=many.pace, several=several, meanwhile=result.prepare) as client:
        if selection.only is not None:
            tally.handle(client.inspect(selection.only, extras._replace(is_alone=not results.raw)))
        else:
            jobs = many.jobs or (providers.get(selection.provider).jobs if selection.provider else DEFAULT_JOBS)
            found = client.inspect_each(selection.calls, extras, jobs=jobs, ordered=not many.unordered)
            tally.handle_all(found, selection.total, with_progress=not is_typed)
            tally.summarize(with_time=not is_typed, is_resumed=selection.earlier is not None)
    return tally.status()


def _is_table(results: groups.Results) -> bool:
    """Whether several calls are a table on a terminal, which would come after all has been typed."""
    return streams.is_terminal() and results.form in {Format.AUTO, Format.TABLE} and not results.query


def _show_saved(tally: "Tally", options: Options, provider: str | None, call_ids: list[str], path: str) -> int:
    """Show the saved response or record of --from-file; end when the reader of the output is gone."""
    from callinspect.cli.input import saved

    with typed.awaited(path, "the vendor's response or a record", options):
        inspection = saved.inspection([*filter(None, [provider]), *call_ids], options.owners, path)
    tally.handle(inspection)
    return tally.status()
