"""The program: finds the command, runs it, and turns the result into an exit status and at most one message."""

import errno
import re
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from callinspect import stdio
from callinspect.cli import options, redacting
from callinspect.cli.console import messages, streams
from callinspect.cli.console.signals import Signals
from callinspect.errors import (
    INTERRUPTED,
    READER_GONE,
    CallinspectError,
    ConfigError,
    InternalError,
    OutputError,
)
from callinspect.redaction import Secrets

SECTIONS = {
    "Calls": ("get", "list", "stats", "wait", "watch", "diff", "identify"),
    "Accounts": ("auth", "providers", "doctor"),
    "Without an account": ("sandbox",),
    "Reference": ("explain", "help", "schema", "completion"),
}
"""The commands, by section of the help."""

COMMANDS = tuple(name for names in SECTIONS.values() for name in names)
"""Each command is a module of `callinspect.commands`, imported when it is needed."""

SETTINGS = {"help_option_names": ["-h", "--help"]}


class HelpMixin:
    """Writes help as results are written: completely, or the exit status is not 0."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse a command line; an error knows which command it is about."""
        try:
            found: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]  # of the class that this is mixed into
        except typer.TyperException as error:
            vars(error)["ctx"] = getattr(error, "ctx", None) or ctx
            raise
        return found

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the command's page."""
        from callinspect.cli.manual import examples, pages, text

        streams.check_output()
        color = streams.has_color(ctx.ensure_object(options.Options).color)
        page = pages.page(self, ctx)
        streams.write_for_people(text.as_text(page, examples.filled(page.path), streams.width(), color=color))

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Return the words of the usage line, without braces, as in manual pages."""
        return [each.strip("{}") for each in super().collect_usage_pieces(ctx)]  # type: ignore[misc]  # as above


class Command(HelpMixin, TyperCommand):
    """A command that also takes the global options after its name."""

    def __init__(self, **settings: Any) -> None:
        """Keep the paragraphs of the help, but not its line breaks."""
        paragraphs = (settings.get("help") or _from_source(settings["callback"])).split("\n\n")
        super().__init__(**settings | {"help": "\n\n".join(each.replace("\n", " ") for each in paragraphs)})

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the command's own parameters, then the global options."""
        shared = (each for each in ctx.find_root().command.params if each.name not in options.EXITING)
        return [*super().get_params(ctx), *shared]

    def invoke(self, ctx: Any) -> Any:
        """Store the global options, and run the command with its own parameters."""
        shared = {each.name: ctx.params.pop(each.name, None) for each in ctx.find_root().command.params if each.name}
        given = ctx.ensure_object(options.Options)
        given.command = ctx.command_path
        options.update(given, shared)
        given.settle()
        return super().invoke(ctx)


class Group(HelpMixin, TyperGroup):
    """A command with subcommands; an unknown one is one of our usage errors."""

    def summaries(self, ctx: Any) -> dict[str, dict[str, str]]:
        """Return what each subcommand does, by section."""
        found: dict[str, Any] = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {"Commands": {name: each.get_short_help_str(limit=100) for name, each in found.items()}}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return a subcommand and its arguments.

        Raises:
            UsageError: there is no such command.
        """
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-") and not ctx.resilient_parsing:
            from callinspect.cli import usage

            raise usage.unknown_command(ctx, names, args)
        return super().resolve_command(ctx, args)


class Program(Group):
    """The commands by name: each is imported when it is used, and none to list them."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        found = get_command(import_module(f"callinspect.commands.{cmd_name}").app)
        found.name = cmd_name
        return found

    def summaries(self, ctx: Any) -> dict[str, dict[str, str]]:
        """Return what each command does, by section, from completion's table."""
        from callinspect.completion.answers import table

        known = table()["commands"]
        return {title: {name: known[name]["help"] for name in names} for title, names in SECTIONS.items()}


def command(**settings: Any) -> typer.Typer:
    """Return a Typer app for one command or a group of them."""
    return typer.Typer(cls=Group, context_settings=SETTINGS, add_completion=False, **settings)


def _from_source(callback: Any) -> str:
    """Return a command's help if Python has dropped its docstring (`-OO`)."""
    from callinspect.cli import docs

    return docs.docstring(callback)


def program() -> Any:
    """Return the program as one command, ready to run or to complete."""
    app = typer.Typer(cls=Program, context_settings=SETTINGS, add_completion=False)
    app.callback(invoke_without_command=True, help=options.begin.__doc__ or _from_source(options.begin))(options.begin)
    return get_command(app)


def run(arguments: list[str]) -> int:
    """Run the program with arguments; return its exit status. Tracebacks are shown only with --debug."""
    stdio.begin()
    opts = options.Options()
    opts.color = options.color_in(arguments)  # help is shown before the rest of the line is parsed
    opts.redact = redacting.is_requested(arguments)
    streams.said, streams.finished = opts.redacted, opts.finished
    signals = Signals()
    try:
        with signals:
            try:
                status = _run(arguments, opts)
                streams.finish()
            except (streams.ReaderGoneError, SystemExit):
                status = READER_GONE
            except typer.Abort:
                status = INTERRUPTED
            except Exception as error:  # noqa: BLE001 - the last line of defence
                # What an import in C, or a guard that reports any exception, makes of the interruption.
                if signals.is_ending and (error.__cause__ or not isinstance(error, CallinspectError)):
                    raise KeyboardInterrupt from None
                _debug(error, opts)
                status = messages.report(_as_error(error), opts, arguments)
    except KeyboardInterrupt:
        status = INTERRUPTED
    stdio.restore()
    return signals.status or status or 0


def _as_error(error: Exception) -> CallinspectError:
    """Return the error to report for any exception that ends a run."""
    if isinstance(error, CallinspectError):
        return error
    if isinstance(error, typer.TyperException):
        from callinspect.cli import usage

        return usage.error(error)
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EIO, errno.EDQUOT}:
        return OutputError(f"the result could not be written: {error.strerror}")
    if isinstance(error, RuntimeError) and "start new thread" in str(error):  # raised in a library
        return ConfigError("the system allows no more threads", hint="raise the process limit")
    from callinspect.client.inspection import unexpected

    return unexpected(error)


def _run(arguments: list[str], opts: options.Options) -> int | None:
    status: int | None = program().main(args=arguments, prog_name="callinspect", standalone_mode=False, obj=opts)
    return status


def _debug(error: Exception, opts: options.Options) -> None:
    """Print the traceback of an internal error, with --debug."""
    is_bug = isinstance(error, InternalError) or not isinstance(error, CallinspectError | typer.TyperException)
    if opts.debug and is_bug:
        for line in opts.redacted("".join(_traceback(error, opts.secrets))).rstrip("\n").split("\n"):
            streams.write_error(line)


def _traceback(error: BaseException | None, secrets: Secrets) -> Iterator[str]:
    """Yield a traceback as Python prints it, the first error first; secrets are removed from the errors' texts."""
    errors: list[BaseException] = []
    while error is not None and not any(error is each for each in errors):
        errors.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for each in reversed(errors):
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(each.__traceback__)
        text = "".join(traceback.format_exception_only(each))
        kind = re.match(r"[\w.]*", text)
        yield (kind[0] if kind else "") + secrets.hide(text[kind.end() if kind else 0 :])
        yield "" if each is errors[0] else "\nwhich led to\n\n"
