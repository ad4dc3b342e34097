"""`callinspect list`: a vendor's list of calls, filtered."""

from typing import Annotated

import typer

from callinspect import providers
from callinspect.cli import groups, main, opening
from callinspect.cli.input import times
from callinspect.cli.options import Options
from callinspect.errors import UsageError, nearest
from callinspect.model import State
from callinspect.provider import Filters, Listing, Provider

app = main.command()

FILTERS = ("from", "to", "since", "until", "state", "cause")

FILTER_FIELDS = {"since": "time", "until": "time"}
"""The field that a filter compares with, if it has another name."""


@app.command("list", cls=main.Command)
@groups.expanded
def show(
    ctx: typer.Context,
    *,
    provider_name: Annotated[
        str,
        typer.Argument(metavar="PROVIDER", help="Provider name."),
    ],
    from_: Annotated[str | None, typer.Option("--from", metavar="NUMBER", help="Calling party's number.")] = None,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Called party's number.")] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Started at or after: 2h (ago), 7d, 2026-11-21T10:00Z."),
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Started at or before.")] = None,
    state: Annotated[State | None, typer.Option(help="Only calls in this state.")] = None,
    cause: Annotated[
        str | None, typer.Option(metavar="WORD", help="Only calls with this cause, in the vendor's terms.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Stop after N calls.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A query parameter of the vendor's own."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Past calls, as the vendor's own records: they have no IDs.")
    ] = False,
    results: groups.Results,
    reading: groups.Reading,
) -> int:
    """List calls.

    Prints a table on a terminal, once all calls have arrived, and JSON Lines in a pipe, as they arrive: list PROVIDER |
    get - looks each of them up. Calls are filtered by the vendor where it can, locally otherwise: callinspect providers
    PROVIDER shows which filters are the vendor's, and its own query parameters.
    """
    from callinspect.cli.tally import Tally

    options = ctx.ensure_object(Options)
    options.result_format = results.form
    provider = providers.get(provider_name)
    filters = Filters(
        from_=from_,
        to=to,
        since=times.moment(since, "--since"),
        until=times.moment(until, "--until"),
        state=state,
        cause=cause,
        limit=limit,
        options=opening.assignments(parameter or [], "--param"),
    )
    _check(provider, provider.history if history else provider.listing, filters)
    results = results._replace(raw=results.raw or history)
    tally = Tally(options, results.output(options, several=True))
    with opening.client(options, reading.setting, several=True) as client:
        if history and provider.history:
            options.notice(f"{provider.title}'s past calls have no IDs and cannot be looked up with get")
            tally.handle_all(client.past(provider, filters), None)
        else:
            tally.handle_all(client.calls(provider, filters), None)
            if not tally.written and (from_ or to):
                options.notice("no calls match; numbers must be complete, such as +19195550134")
    return tally.status()


def _check(provider: Provider, listing: Listing | None, filters: Filters) -> None:
    """Check that the vendor's list supports the filters and parameters.

    Raises:
        UsageError: it does not, or the vendor does not list calls.
    """
    if listing is None:
        what = "list calls" if listing is provider.listing else "list past calls"
        raise UsageError(f"{provider.title} does not {what}")
    given = zip(
        FILTERS, (filters.from_, filters.to, filters.since, filters.until, filters.state, filters.cause), strict=True
    )
    for name, value in given:
        if value is not None and name in listing.lacks:
            raise UsageError(
                f"{provider.title} lists calls without a {FILTER_FIELDS.get(name, name)}: --{name} cannot be applied"
            )
    for name in filters.options:
        if name not in listing.options:
            near = nearest(name, listing.options)
            known = ", ".join(f"{each} ({meaning})" for each, meaning in listing.options.items()) or "none"
            raise UsageError(
                f"{provider.name} has no parameter “{name}”",
                hint=f"did you mean {near}?" if near else f"its parameters: {known}",
            )
