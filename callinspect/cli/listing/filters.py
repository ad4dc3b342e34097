"""Options that select calls of a vendor's list."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from callinspect.cli import opening
from callinspect.cli.input import times, words
from callinspect.cli.options import Options
from callinspect.model import Outcome, State

if TYPE_CHECKING:
    from callinspect.client.filters import Wanted

DEFAULT_WINDOW = timedelta(hours=24)
"""How far back calls are listed if neither a time nor a number of calls is given."""

ALL = "all"
"""The time that lifts the default."""


class Selection(NamedTuple):
    """The filters; in several that are given, all must match, in several values of one, any."""

    number: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Calling or called number, in any spelling; or a URI."),
    ] = None
    from_: Annotated[str | None, typer.Option("--from", metavar="NUMBER", help="Calling party's number.")] = None
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Called party's number.")] = None
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Started at or after: 2h (ago), 1d12h, today, yesterday, 10:00, 2026-11-21T10:00Z; all for no limit. "
            "The last 24 hours by default.",
        ),
    ] = None
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Started at or before.")] = None
    state: Annotated[
        list[str] | None, typer.Option(metavar="STATE", help="Only calls in this state; several with commas.")
    ] = None
    outcome: Annotated[
        list[str] | None, typer.Option(metavar="OUTCOME", help="Only calls with this outcome; several with commas.")
    ] = None
    cause: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="Only calls with this cause, in the vendor's terms; several with commas."),
    ] = None
    failed: Annotated[bool, typer.Option("--failed", help="Only calls that ended with any outcome but answered.")] = (
        False
    )
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, metavar="N", help="Stop after N calls; with list --sort, show the first N."
        ),
    ] = None

    parameter: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A query parameter of the vendor's own."),
    ] = None

    def wanted(self, options: Options, *, is_sorted: bool = False) -> "Wanted":
        """Return which calls to list.

        Args:
            options: the global options; times are in their zone, and --redact shows the numbers that are typed here.
            is_sorted: whether the calls are sorted, for which all of them are needed, whatever the limit.

        Raises:
            UsageError: a value is invalid.
        """
        from callinspect.client import asked
        from callinspect.client.filters import Wanted

        options.learn_numbers(self.number, self.from_, self.to)
        since = times.moment(None if self.since == ALL else self.since, "--since", options.zone)
        until = times.moment(self.until, "--until", options.zone)
        states = frozenset(map(State, words.several(self.state, "--state", tuple(State))))
        is_live = bool(states) and not any(each.is_over for each in states)
        limit = None if is_sorted else self.limit
        is_recent = self.since is None and self.until is None and limit is None and not is_live
        wanted = Wanted(
            number=self.number,
            from_=self.from_,
            to=self.to,
            since=datetime.now(UTC) - DEFAULT_WINDOW if is_recent else since,
            until=until,
            states=states,
            outcomes=frozenset(words.several(self.outcome, "--outcome", tuple(Outcome))),
            causes=frozenset(words.several(self.cause, "--cause")),
            failed=self.failed,
            limit=limit,
            recent=is_recent,
            options=opening.assignments(self.parameter or [], "--param"),
        )
        return asked.check(wanted, "--{}")
