"""`callinspect list`: the calls that a vendor will list, filtered."""

from typing import Annotated

import typer

from callinspect import providers
from callinspect.cli import main, opening
from callinspect.cli.input import times
from callinspect.cli.options import Options
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
from callinspect.errors import UsageError, nearest
from callinspect.model import State
from callinspect.provider import Filters, Listing, Provider

app = main.command()

FILTERS = ("from", "to", "since", "until", "state", "cause")


MEANT = {"since": "time", "until": "time"}
"""What a filter compares with, where it is called otherwise."""


def _applied(name: str) -> str:
    """Say who applies a filter."""
    listings = {each: providers.get(each).listing for each in providers.built_in()}
    there = [each for each, listing in listings.items() if listing and name in listing.applied]
    nowhere = [each for each, listing in listings.items() if listing and name in listing.lacks]
    said = f"Applied by {' and '.join(there)} themselves" if there else "Applied here"
    return said + (f"; not for {' and '.join(nowhere)}." if nowhere else ".")


@app.command("list", cls=main.Command)
def show(
    ctx: typer.Context,
    provider_name: Annotated[
        str,
        typer.Argument(metavar="PROVIDER", help="Whose calls."),
    ],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="NUMBER", help=f"Calling party. {_applied('from')}")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help=f"Called party. {_applied('to')}")] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help=f"Began then or later: 2h, 7d, 2026-11-21T10:00Z. {_applied('since')}"),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help=f"Began then or earlier. {_applied('until')}")
    ] = None,
    state: Annotated[State | None, typer.Option(help=f"Where the call stands. {_applied('state')}")] = None,
    cause: Annotated[
        str | None, typer.Option(metavar="WORD", help=f"The vendor's word for why it ended. {_applied('cause')}")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="No more than so many; ends the reading.")] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A parameter of the vendor's own, such as bridgeId=ID."),
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Past calls, which have no ids (webex): the vendor's own records.")
    ] = False,
    output: OutputOption = Format.AUTO,
    raw: RawOption = False,
    field: FieldOption = None,
    query: QueryOption = None,
    include: IncludeOption = None,
    setting: opening.SetOption = None,
    utc: UTCOption = False,
) -> int:
    """List calls.

    A table on a terminal, once all have come; JSON Lines in a pipe, each as it arrives, so that list webex | get -
    looks every one up. Filters go to the vendor where it can apply them, and are applied here where it cannot.
    """
    from callinspect.cli.tally import Tally

    options = ctx.ensure_object(Options)
    options.expect(output)
    provider = providers.get(provider_name)
    wanted = Filters(
        from_=from_,
        to=to,
        since=times.moment(since, "--since"),
        until=times.moment(until, "--until"),
        state=state,
        cause=cause,
        limit=limit,
        options=opening.assignments(parameter or [], "--param"),
    )
    _check(provider, provider.history if history else provider.listing, wanted)
    result = Output(
        form=output,
        several=True,
        raw=raw or history,
        paths=field or [],
        query=query,
        include=include,
        utc=utc,
        color=not options.no_color,
    )
    tally = Tally(options, result)
    with opening.client(options, setting, several=True) as client:
        if history and provider.history:
            options.notice(f"{provider.title}'s past calls have no ids: none can be looked up with get")
            for inspection in client.past(provider, wanted):
                tally.take(inspection)
        else:
            tally.take_each(client.calls(provider, wanted), None)
            if not tally.written and (from_ or to):
                options.notice("no call matches; numbers are compared whole, such as +19195550134")
    return tally.status()


def _check(provider: Provider, listing: Listing | None, wanted: Filters) -> None:
    """Refuse a filter that nothing could be compared with, and a parameter that the vendor does not have."""
    if listing is None:
        what = "list calls" if listing is provider.listing else "list past calls"
        raise UsageError(f"{provider.title} does not {what}")
    given = zip(FILTERS, (wanted.from_, wanted.to, wanted.since, wanted.until, wanted.state, wanted.cause), strict=True)
    for name, value in given:
        if value is not None and name in listing.lacks:
            raise UsageError(f"the calls that {provider.title} lists do not say their {MEANT.get(name, name)}")
    for name in wanted.options:
        if name not in listing.options:
            near = nearest(name, listing.options)
            known = ", ".join(f"{each} ({meaning})" for each, meaning in listing.options.items()) or "none"
            raise UsageError(
                f"{provider.name} has no parameter “{name}”",
                hint=f"did you mean {near}?" if near else f"it has {known}",
            )
