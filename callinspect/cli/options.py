"""The global options, which may come before or after the command's name."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import __version__
from callinspect.cli.console import streams
from callinspect.cli.console.streams import Color, shortened
from callinspect.cli.redacting import Redacting
from callinspect.duration import DEFAULT_TIMEOUT, MAX_TIMEOUT, MIN_TIMEOUT
from callinspect.errors import CallinspectError, UsageError, suggestion
from callinspect.render.inert import inert

if TYPE_CHECKING:
    from callinspect.cli.console.progress import Pause
    from callinspect.cli.input.owners import Owners

HEADERS = 2
"""How often -v is given to show headers as well."""

MAX_SILENT_WAIT = 1.0
"""Seconds to wait for a retry without a notice on the terminal."""

GLOBAL = "Global options"
"""The section of help in which they are."""

EXITING = frozenset({"version"})
"""Options of the program that commands do not take: each prints something and exits."""


class ErrorFormat(StrEnum):
    """Formats of errors."""

    TEXT = "text"
    JSON = "json"


def _timeout(text: str) -> float | None:
    from callinspect.cli.input import times

    return times.duration(text, "--timeout", MIN_TIMEOUT, MAX_TIMEOUT)


PARSERS: Mapping[str, Callable[[str], Any]] = {"color": Color, "error_format": ErrorFormat, "timeout": _timeout}


class Options(Redacting):
    """The values of the global options.

    Attributes:
        command: how the command is typed, for hints that repeat it.
        zone: the zone of times for people, None for the system's local one.
        result_format: the output format that the command was given, None until it has been parsed.
    """

    command: str = "callinspect get"
    sandbox: bool = False
    timeout: float | None = None
    profile: str | None = None
    ca_file: str | None = None
    color: Color = Color.AUTO
    zone: tzinfo | None = None
    error_format: ErrorFormat | None = None
    result_format: str | None = None
    quiet: bool = False
    verbose: int = 0
    debug: bool = False
    no_input: bool = False

    def __init__(self) -> None:
        super().__init__()
        self._knows_environment = False
        self._shown_hints: set[str] = set()

    @cached_property
    def pause(self) -> "Pause":
        """The current pause of a run."""
        from callinspect.cli.console.progress import Pause

        return Pause()

    def writes_json_errors(self, arguments: Sequence[str] = ()) -> bool:
        """Whether errors are JSON: by --error-format, or with -o json or jsonl if no terminal shows the errors.

        Args:
            arguments: the command line, which tells if it could not be parsed.
        """
        if self.error_format is not None:
            return self.error_format is ErrorFormat.JSON
        line = " ".join(arguments)
        if self.result_format is None and (found := re.search(r"(?:^| )--error-format[ =](json|text)", line)):
            return found[1] == ErrorFormat.JSON
        typed = re.search(r"(?:^| )(?:-o|--output)[ =]?(json)", line)
        form = self.result_format or (typed[1] if typed else "")
        return form.startswith("json") and not streams.is_error_terminal()

    def new_hints(self, hints: tuple[str, ...]) -> tuple[str, ...]:
        """Return the hints that have not been shown in this run: many calls may fail for the same reason."""
        new = tuple(each for each in hints if each not in self._shown_hints)
        self._shown_hints.update(new)
        return new

    @cached_property
    def owners(self) -> "Owners":
        """What finds the provider of an ID that is given without one."""
        from callinspect.cli.input.owners import Owners

        return Owners(self)

    def announce(self) -> None:
        """Say which provider is asked where none was named, as a vendor is about to be."""
        if owners := vars(self).get("owners"):  # which is made where it is needed
            owners.announce()

    @property
    def has_notices(self) -> bool:
        """Whether anything but results and errors is said: not with -q, nor among errors in JSON."""
        return not self.quiet and not self.writes_json_errors()

    def notice(self, text: str) -> None:
        """Print a notice about the run to standard error, if there are notices."""
        if self.has_notices:
            streams.write_sentence(f"callinspect: {shortened(self.redacted(text))}")

    def count(self, text: str) -> None:
        """Print a notice that has nothing in it but words and numbers of ours, such as how many calls there were."""
        if self.has_notices:
            streams.write_sentence(f"callinspect: {text}", is_ours=True)

    def warn(self, text: str) -> None:
        """Print what the user must know although nothing failed: among errors in JSON as JSON; not with -q."""
        if self.has_notices:
            self.notice(text)
        elif not self.quiet:
            streams.write_json_error({"warning": {"message": shortened(self.redacted(text))}})

    def broken(self, error: CallinspectError) -> None:
        """Report what is left out because it cannot be used: a provider, or the names of stored profiles."""
        self.warn(error.message)

    def trace(self, *lines: str) -> None:
        """Print what is being done, with -v; the lines stay together, whatever other threads print."""
        if self.verbose or self.debug:
            streams.write_harmless_error("\n".join(inert(self.redacted(line)) for line in lines))

    def waiting(self, seconds: float, why: str) -> None:
        """Report a long pause; one that several calls share is reported once, and one that is shown needs no notice."""
        from callinspect.duration import seconds as as_duration

        self.trace(f"retry in {as_duration(seconds)}: {shortened(self.redacted(why))}")
        if seconds > MAX_SILENT_WAIT and self.pause.record(seconds, why) and streams.is_error_terminal():
            self.notice(f"waiting {as_duration(seconds)}: {why}")

    def add_environment_secrets(self) -> None:
        """Collect the secrets in the environment: one may have been typed by mistake, and would be repeated."""
        if self._knows_environment:
            return
        from callinspect import providers
        from callinspect.credentials import environment

        self._knows_environment = True
        for provider in providers.usable():
            self.secrets.add(*environment.secrets(provider, os.environ))


_option = partial(typer.Option, rich_help_panel=GLOBAL)


def begin(
    ctx: typer.Context,
    *,
    sandbox: Annotated[
        bool | None, _option("--sandbox", help="Use a local emulator of the vendors; no account needed.")
    ] = None,
    timeout: Annotated[
        str | None,
        _option(
            metavar="TIME",
            help="Time limit for each call with its retries, e.g. 2m "
            f"(default {DEFAULT_TIMEOUT:g}s; doctor: 10s; wait, watch: 1h).",
        ),
    ] = None,
    profile: Annotated[
        str | None,
        _option("--profile", "-p", metavar="NAME", help="Profile of stored credentials; also CALLINSPECT_PROFILE."),
    ] = None,
    ca_file: Annotated[
        str | None, _option(metavar="FILE", help="CA certificates to trust instead of the system's.")
    ] = None,
    color: Annotated[
        Color | None, _option(help="When to use color; overrides NO_COLOR, which overrides FORCE_COLOR.")
    ] = None,
    no_color: Annotated[bool | None, _option("--no-color", help="Same as --color never.")] = None,
    tz: Annotated[
        str | None, _option("--tz", metavar="ZONE", help="Zone of times for people, such as Europe/Berlin.")
    ] = None,
    utc: Annotated[bool | None, _option("--utc", help="Same as --tz UTC.")] = None,
    error_format: Annotated[
        ErrorFormat | None,
        _option(metavar="FORMAT", help="Error format; json with -o json(l), unless on a terminal."),
    ] = None,
    quiet: Annotated[bool | None, _option("--quiet", "-q", help="Print results and errors only.")] = None,
    verbose: Annotated[
        int,
        _option(
            "--verbose",
            "-v",
            count=True,
            metavar="",
            show_default=False,
            help="Show every request; -vv its headers as well.",
        ),
    ] = 0,
    debug: Annotated[
        bool | None, _option("--debug", help="Show every request, and tracebacks of internal errors.")
    ] = None,
    no_input: Annotated[bool | None, _option("--no-input", help="Never prompt.")] = None,
    redact: Annotated[
        bool | None,
        _option(
            "--redact",
            help="Mask numbers, names, addresses and URLs, each always with the same mask; times and call IDs stay.",
        ),
    ] = None,
    redact_key: Annotated[
        str | None,
        _option(
            metavar="FILE",
            help="File with a key for --redact, so that runs mask alike; also CALLINSPECT_REDACT_KEY_FILE.",
        ),
    ] = None,
    version: Annotated[bool | None, _option("--version", help="Show the version.")] = None,
) -> None:
    """What happened to that call? One command, one record, for every telephony vendor."""
    if version:
        streams.write(f"callinspect {__version__}\n")
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
    for name, value in values.items():  # which are still texts
        if value not in {None, False}:
            setattr(options, name, PARSERS[name](value) if name in PARSERS else value)
    if values.get("no_color"):
        if values.get("color") not in {None, Color.NEVER}:
            raise UsageError("--color and --no-color contradict each other")
        options.color = Color.NEVER
    if values.get("utc") or values.get("tz") is not None:
        options.zone = _zone(values.get("tz"), is_utc=bool(values.get("utc")))
    for name in ("profile", "ca_file", "redact_key"):
        if values.get(name) == "":
            raise UsageError(f"--{name.replace('_', '-')} cannot be empty")
    if options.redact_key is not None and not options.redact:
        raise UsageError("--redact-key is the key of --redact: add --redact")


def color_in(arguments: list[str]) -> Color:
    """Return the color option in a command line that is not parsed yet."""
    line = " ".join(arguments)
    found = re.search(r"(?:^| )--color[ =](always|never)(?: |$)", line)
    return Color.NEVER if "--no-color" in arguments else Color(found[1]) if found else Color.AUTO


def _zone(name: str | None, *, is_utc: bool) -> tzinfo | None:
    """Return the zone of display.

    Raises:
        UsageError: there is no such zone.
    """
    if name is None or name.upper() in {"UTC", "Z"}:
        return UTC
    if is_utc:
        raise UsageError("--utc and --tz contradict each other")
    if name == "local":
        return None
    from zoneinfo import ZoneInfo, available_timezones

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        typed = name.casefold().replace(" ", "_")
        known = sorted(available_timezones())
        same = [each for each in known if typed in {each.casefold(), each.casefold().rpartition("/")[2]}]
        hint = suggestion(same[0] if same else name, known, "zones have names such as Europe/Berlin or UTC")
        raise UsageError(f"there is no time zone “{name}”", hint=hint) from None
