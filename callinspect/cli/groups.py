"""Options shared by several commands: each group is declared once, and a command takes it as one parameter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from callinspect import providers
from callinspect.cli import main, opening
from callinspect.cli.input import targets, times, words
from callinspect.cli.options import Options
from callinspect.cli.results.output import Format, Include, Output
from callinspect.duration import MAX_TIMEOUT
from callinspect.errors import UsageError
from callinspect.provider import Extras, Target

if TYPE_CHECKING:
    from callinspect.client.polling import Polling

DEFAULT_TIMEOUT = 3600.0
"""Seconds to follow a call."""

MIN_INTERVAL = 0.1


def expanded(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take groups: Typer, which supports single options only, sees one parameter per option."""
    declared = signature(command)
    parameters = declared.parameters.values()
    groups = {each.name: each.annotation for each in parameters if hasattr(each.annotation, "_fields")}

    @wraps(command)
    def wrapper(**given: Any) -> Any:
        for name, group in groups.items():
            given[name] = group(**{field: given.pop(field) for field in group._fields})
        return command(**given)

    flat = [
        option.replace(kind=Parameter.KEYWORD_ONLY)  # so that one without a default may follow one with
        for each in parameters
        for option in (signature(each.annotation).parameters.values() if each.name in groups else [each])
    ]
    vars(wrapper)["__signature__"] = declared.replace(parameters=flat)
    return wrapper


class Reading(NamedTuple):
    """Options of every command that reads calls."""

    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Set a non-secret account field, such as base_url."),
    ] = None


class Related(NamedTuple):
    """Options for what is read besides the call."""

    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="NAME", help="Also read related data, such as events,recordings,legs; all is everything."
        ),
    ] = None
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="NAME", help="Do not read what is read by default, such as events."),
    ] = None

    def check_use(self, results: "Results") -> None:
        """Refuse these options where they have no effect.

        Raises:
            UsageError: only the response about the call is shown.
        """
        if (self.with_ or self.without) and results.raw:
            raise UsageError("--raw is the response about the call itself: leave out --with and --without")

    def extras(self, provider: str | None = None) -> Extras:
        """Return which related data to read.

        Args:
            provider: the provider of every call, None if there are several.

        Raises:
            UsageError: the provider, or every one, has no related data of that name.
        """
        named, without = words.several(self.with_, "--with"), words.several(self.without, "--without")
        if not (named or without):
            return Extras()
        from callinspect.client import asked

        each = [providers.get(name) for name in ([provider] if provider else providers.names())]
        return asked.extras(each, named, without, option="--with")


BareOption = Annotated[bool, typer.Option("-r", help="Print texts that --query finds without quotation marks.")]


class Results(NamedTuple):
    """Options for the output of results."""

    form: Annotated[Format, typer.Option("--output", "-o", metavar="FORMAT", help="Output format.")] = Format.AUTO
    raw: Annotated[bool, typer.Option("--raw", help="Print the vendor's response instead of the record.")] = False
    paths: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="PATH",
            help="Bare values, such as state,from.number, tab-separated; with -o, the columns or keys.",
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option(
            "--query", metavar="EXPR", help="Print the result of a JMESPath expression for each call, as JSON."
        ),
    ] = None
    bare: BareOption = False
    include: Annotated[
        Include | None, typer.Option("--include", help="Include the vendor's response in the record.")
    ] = None

    def output(self, options: Options, *, several: bool) -> Output:
        """Return the output to write results to; errors follow its format.

        Args:
            options: the global options.
            several: whether there may be more than one call.
        """
        return Output(**self._asdict(), several=several, options=options)


class FollowingCommand(main.Command):
    """A command that follows one call: of its two arguments, a single word is the call."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the words of the usage line: `[PROVIDER] CALL_ID`."""
        *others, call_id = super().collect_usage_pieces(ctx)
        return [*others, call_id.strip("[]")]


class Followed(NamedTuple):
    """A call to poll, and how often."""

    provider: Annotated[
        str | None,
        typer.Argument(
            metavar="PROVIDER",
            help="Provider name, if the form of the call ID does not say it; or PROVIDER:CALL_ID.",
        ),
    ] = None
    call_id: Annotated[str | None, typer.Argument(metavar="CALL_ID", help="The vendor's call ID.")] = None
    interval: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Polling interval: 2, 2s, 1m; by default it depends on the call's state."),
    ] = None
    grace: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Keep trying this long while the call is not found; the default depends on the vendor.",
        ),
    ] = None

    def target(self, options: Options) -> Target:
        """Return the call to poll.

        Raises:
            UsageError: the arguments do not name a call, or name two.
        """
        others = [] if self.call_id is None else [self.call_id]
        target, *more = targets.from_arguments(self.provider, others, options.owners)
        if more:
            raise UsageError("only one call can be followed at a time")
        return target

    @contextmanager
    def polling(self, options: Options, reading: Reading, related: Related = Related()) -> "Iterator[Polling]":  # noqa: B008 - an immutable value
        """Open a client and yield the polling; --timeout limits all of it.

        Args:
            options: the global options.
            reading: the options for reading calls.
            related: the options for what is read besides.
        """
        from callinspect.client.polling import Polling
        from callinspect.deadline import Deadline

        target = self.target(options)
        extras = related.extras(target.provider)
        interval = times.duration(self.interval, "--interval", MIN_INTERVAL, times.DAY)
        grace = times.duration(self.grace, "--grace", 0, MAX_TIMEOUT)
        deadline = Deadline(options.timeout or DEFAULT_TIMEOUT)
        options.timeout = None
        with opening.client(options, reading.setting) as client:
            yield Polling(
                client,
                providers.get(target.provider),
                target,
                deadline,
                extras=extras,
                interval=interval,
                grace=grace,
            )


ExitStatusOption = Annotated[
    bool,
    typer.Option(
        "--exit-status", help="Exit 11 if the call ended with another outcome than answered (busy, failed …)."
    ),
]
