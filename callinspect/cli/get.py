"""`callinspect get`: one call as a card, several as a table, or either as JSON."""

from typing import Annotated

import typer

from callinspect.cli import main, session, targets
from callinspect.cli.options import ErrorFormat, Options
from callinspect.cli.output import (
    FieldOption,
    Format,
    IncludeOption,
    Output,
    OutputOption,
    QueryOption,
    RawOption,
    UTCOption,
)
from callinspect.errors import SOME_FAILED, CallinspectError

app = main.command()


@app.command(cls=main.Command)
def get(
    ctx: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(
            metavar="PROVIDER", help="Whose call; or PROVIDER:CALL_ID.", autocompletion=targets.complete_provider
        ),
    ],
    call_ids: Annotated[list[str] | None, typer.Argument(metavar="CALL_ID...", help="The vendor's id.")] = None,
    output: OutputOption = Format.AUTO,
    raw: RawOption = False,
    field: FieldOption = None,
    query: QueryOption = None,
    include: IncludeOption = None,
    extra: session.WithOption = None,
    setting: session.SetOption = None,
    utc: UTCOption = False,
) -> int:
    """Show what happened to a call.

    One call is a card on a terminal and a JSON object in a pipe. Several are a table and JSON Lines, in the order
    given; those that fail are told on standard error, and the exit status is 9 when only some do.

    CSV holds numbers such as +14155550100 as they are: a spreadsheet has to import those columns as text, or it
    takes the plus sign for arithmetic.
    """
    options = ctx.ensure_object(Options)
    if output in {Format.JSON, Format.JSONL}:
        options.error_format = ErrorFormat.JSON
    wanted = targets.read(provider, call_ids or [])
    result = Output(
        form=output,
        several=len(wanted) > 1,
        raw=raw,
        paths=field or [],
        query=query,
        include=include,
        utc=utc,
        color=not options.no_color,
    )
    failures: list[CallinspectError] = []
    with session.client(options, setting) as client:
        for target in wanted:
            try:
                result.add(client.inspect(target, frozenset(extra or ())))
            except CallinspectError as error:
                if len(wanted) == 1 or error.call_id is None:
                    raise
                failures.append(error)
                main.report(error, options)
    result.end()
    return _status(failures, len(wanted))


def _status(failures: list[CallinspectError], asked: int) -> int:
    """Return the exit status: that of the failures if all failed alike, else that of some having failed."""
    statuses = {error.exit_status for error in failures}
    if len(failures) == asked and len(statuses) == 1:
        return statuses.pop()
    return SOME_FAILED if failures else 0
