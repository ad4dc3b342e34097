"""The global options, which may come before or after the command's name."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import __version__
from callinspect.cli.console import streams
from callinspect.completion import Shell
from callinspect.deadline import NoThreadError
from callinspect.errors import CallinspectError, ConfigError, UsageError
from callinspect.redaction import Secrets

if TYPE_CHECKING:
    from callinspect.cli.console.progress import Pause

DEFAULT_TIMEOUT = 30.0
MAX_TIMEOUT = 31 * 86_400.0

MAX_SILENT_WAIT = 1.0
"""Seconds to wait for a retry without a notice on the terminal."""

EXITING = frozenset({"version", "show_completion"})
"""Options of the program that commands do not take: each prints something and exits."""


class ErrorFormat(StrEnum):
    """Formats of errors."""

    TEXT = "text"
    JSON = "json"


class Options:
    """The values of the global options.

    Attributes:
        secrets: every secret seen so far; all messages are redacted with it.
    """

    sandbox: bool = False
    timeout: float | None = None
    profile: str | None = None
    ca_file: str | None = None
    no_color: bool = False
    error_format: ErrorFormat | None = None
    quiet: bool = False
    verbose: int = 0
    debug: bool = False
    no_input: bool = False

    def __init__(self) -> None:
        self.secrets = Secrets()
        self._knows_environment = False

    @cached_property
    def pause(self) -> "Pause":
        """The current pause of a run."""
        from callinspect.cli.console.progress import Pause

        return Pause()

    def match_error_format(self, form: str) -> None:
        """Write errors as JSON if results are JSON, unless --error-format is given."""
        if form in {"json", "jsonl"} and self.error_format is None:
            self.error_format = ErrorFormat.JSON

    def notice(self, text: str) -> None:
        """Print a notice about the run to standard error, except with -q."""
        if not self.quiet:
            streams.write_error(f"callinspect: {streams.shortened(self.redacted(text))}")

    def broken(self, error: CallinspectError) -> None:
        """Report a provider that is skipped because it cannot be loaded."""
        self.notice(error.message)

    def trace(self, text: str) -> None:
        """Print what is being done, with -v."""
        if self.verbose or self.debug:
            streams.write_error(self.redacted(text))

    def waiting(self, seconds: float, why: str) -> None:
        """Report a long pause; one that several calls share is reported once, and one that is shown needs no notice."""
        from callinspect.render.duration import seconds as as_duration

        self.trace(f"retry in {as_duration(seconds)}: {streams.shortened(self.redacted(why))}")
        if seconds > MAX_SILENT_WAIT and self.pause.record(seconds, why) and streams.is_error_terminal():
            self.notice(f"waiting {as_duration(seconds)}: {why}")

    def add_environment_secrets(self) -> None:
        """Collect the secrets in the environment: one may have been typed by mistake, and would be repeated."""
        if self._knows_environment:
            return
        from callinspect import providers
        from callinspect.credentials.finding import variables

        self._knows_environment = True
        for provider in providers.every(lambda _: None):
            names = (name for each in provider.settings if each.secret for name in variables(provider, each))
            self.secrets.add(*(os.environ.get(name, "") for name in names))

    def redacted(self, text: str) -> str:
        """Return one of our own texts without the secrets seen so far."""
        return self.secrets.hide(text, ours=True)


_option = partial(typer.Option, rich_help_panel="Global options")


def begin(
    ctx: typer.Context,
    *,
    sandbox: Annotated[
        bool | None, _option("--sandbox", help="Use a local emulator of the vendors; no account needed.")
    ] = None,
    timeout: Annotated[
        float | None,
        _option(
            metavar="SECONDS",
            help=f"Time limit for each call, retries included (default {DEFAULT_TIMEOUT:g} s; wait, watch: 1 h).",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        _option(metavar="NAME", help="Profile of stored credentials; also CALLINSPECT_PROFILE."),
    ] = None,
    ca_file: Annotated[
        str | None, _option(metavar="FILE", help="CA certificates to trust instead of the system's.")
    ] = None,
    no_color: Annotated[bool | None, _option("--no-color", help="No color, even on a terminal.")] = None,
    error_format: Annotated[ErrorFormat | None, _option(help="Error format; -o json and -o jsonl imply json.")] = None,
    quiet: Annotated[bool | None, _option("--quiet", "-q", help="Print results and errors only.")] = None,
    verbose: Annotated[
        int,
        _option("--verbose", "-v", count=True, metavar="", show_default=False, help="Show every request; repeatable."),
    ] = 0,
    debug: Annotated[
        bool | None, _option("--debug", help="Show every request, and tracebacks of internal errors.")
    ] = None,
    no_input: Annotated[bool | None, _option("--no-input", help="Never prompt.")] = None,
    version: Annotated[bool | None, _option("--version", help="Show the version.")] = None,
    show_completion: Annotated[Shell | None, _option(help="Print the completion script for a shell.")] = None,
) -> None:
    """What happened to that call? One command, one record, for every telephony vendor.

    To try it without an account: callinspect sandbox calls, then callinspect --sandbox get PROVIDER CALL_ID.
    """
    if version:
        streams.write(f"callinspect {__version__}\n")
        raise typer.Exit
    if show_completion:
        from callinspect.completion.scripts import SCRIPTS

        streams.write(SCRIPTS[show_completion])
        raise typer.Exit
    update(ctx.ensure_object(Options), ctx.params)
    if ctx.invoked_subcommand is None:
        ctx.get_help()
        raise typer.Exit(UsageError.exit_status)


def update(options: Options, values: Mapping[str, Any]) -> None:
    """Store the parsed values of the options that were given.

    Raises:
        UsageError: one is invalid.
    """
    for name, value in values.items():
        if value not in {None, False}:
            setattr(options, name, value)
    if "" in {values.get("profile"), values.get("ca_file")}:
        raise UsageError("--profile and --ca-file cannot be empty")
    if values.get("timeout") is not None and not 0 < values["timeout"] <= MAX_TIMEOUT:
        raise UsageError("--timeout takes a number of seconds, more than 0 and at most 31 days")


@contextmanager
def environment(options: Options) -> Iterator[Mapping[str, str]]:
    """Yield the environment to read accounts from: the process's own, or with --sandbox, that of a new sandbox."""
    if not options.sandbox:
        yield os.environ
        return
    from callinspect.sandbox import Sandbox

    with ExitStack() as stack:
        try:
            sandbox = stack.enter_context(Sandbox())
        except NoThreadError:
            raise ConfigError(
                "the sandbox cannot be started: the system allows no more threads",
                hint="raise the process limit, or run callinspect sandbox serve separately",
            ) from None
        except OSError as error:
            raise ConfigError(f"the sandbox cannot be started: {error.strerror}") from None
        yield sandbox.environment
