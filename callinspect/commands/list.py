"""`callinspect list`: the calls that vendors list, filtered."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from callinspect import providers
from callinspect.cli import groups, main, opening
from callinspect.cli.console import streams
from callinspect.cli.listing import sources
from callinspect.cli.listing.filters import Selection
from callinspect.cli.options import Options
from callinspect.cli.results.output import Format
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from collections import Counter

    from callinspect.cli.listing.order import Order
    from callinspect.client.filters import Wanted

app = main.command()


@app.command("list", cls=main.Command)
@groups.expanded
def show(
    ctx: typer.Context,
    *,
    provider_names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROVIDER...", help="Provider names; by default, all that have credentials."),
    ] = None,
    selection: Selection,
    sort: Annotated[
        str | None,
        typer.Option(metavar="PATH", help="Sort by a field, such as durations.talk; -PATH for the greatest first."),
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

    Several providers are asked at once. Their calls are merged on a terminal and with --sort, newest first; in a pipe,
    they come as they arrive.
    """
    from callinspect.cli.listing.order import NEWEST, Counted, Order, Ordered
    from callinspect.cli.results.tally import Tally

    options = ctx.ensure_object(Options)
    options.result_format = results.form
    names = list(dict.fromkeys(providers.get(each).name for each in provider_names or ()))
    sources.check_alone(names, {"--param": selection.parameter, "--history": history, "--set": reading.setting})
    order = None if sort is None else Order.parsed(sort)
    wanted = selection.wanted(options, is_sorted=order is not None)
    if history:
        return _show_history(names[0], wanted, order, options, results, reading)
    output = results.output(options, several=True)
    is_counted = streams.is_terminal() and streams.is_error_terminal() and not results.raw
    count = output.wrap(Counted).count if is_counted else None
    tally = Tally(options, output)
    with opening.environment(options) as environ:
        asked = sources.choose(names, wanted, options, environ)
        is_held = order is not None or streams.is_terminal() or output.form is Format.TABLE
        orders = [*([order] if order else []), *([NEWEST] if is_held else [])]
        if orders:
            output.wrap(partial(Ordered, orders=orders, limit=selection.limit, raw=results.raw))
        with opening.client(options, reading.setting, several=True, environ=environ) as client:
            tally.handle_all(calls := sources.Calls(client, asked, limit=None if is_held else wanted.limit), None)
    status = calls.status(tally)
    if options.has_notices:
        _conclude(asked, count, is_empty=not (tally.written or status))
    return status


def _conclude(asked: Sequence[sources.Asked], count: "Counter[str] | None", *, is_empty: bool) -> None:
    """Say how many calls there were, of each outcome or state; or that there were none, and why that may be."""
    from callinspect.cli.results.tally import breakdown

    if count:
        calls = count.total()
        streams.write_sentence(f"{calls} {'call' if calls == 1 else 'calls'}: {breakdown(count)}", is_ours=True)
    if not is_empty:
        return
    streams.write_error("callinspect: no calls match")
    wanted, dot = asked[0].wanted, streams.error_style().dot
    if wanted.number or wanted.from_ or wanted.to:
        streams.write_error(f"  {dot} a number matches whole, or by its last digits if you give seven or more")
    if any(each.wanted.recent for each in asked):
        streams.write_error(f"  {dot} only the last 24 hours were listed: --since 7d, --since all")


def _show_history(
    name: str,
    wanted: "Wanted",
    order: "Order | None",
    options: Options,
    results: groups.Results,
    reading: groups.Reading,
) -> int:
    """Show the vendor's records of past calls.

    Raises:
        UsageError: the vendor has none, or they are to be filtered, which needs calls.
    """
    from callinspect.cli.results.tally import Tally
    from callinspect.client import asked

    provider = providers.get(name)
    if provider.history is None:
        raise UsageError(f"{provider.title} does not list past calls")
    asked.check_parameters(provider, provider.history, wanted.options)
    unable = [*sorted(wanted.given), *(["sort"] if order else [])]
    if unable:
        raise UsageError(f"--history shows the vendor's records as they are: --{unable[0]} cannot be applied")
    if results.form is Format.VCON:
        raise UsageError("--history shows the vendor's records as they are, which -o vcon cannot hold")
    options.notice(f"{provider.title}'s past calls have no IDs and cannot be looked up with get")
    tally = Tally(options, results._replace(raw=True).output(options, several=True))
    with opening.client(options, reading.setting, several=True) as client:
        tally.handle_all(client.past(provider, wanted.without_default()), None)
    return tally.status()
