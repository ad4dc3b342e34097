"""`callinspect sandbox`: a local emulator of the vendors' endpoints, and its calls."""

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from callinspect import providers
from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.cli.results import forms
from callinspect.cli.results.forms import FormOption, ListFormat, resolved
from callinspect.credentials.environment import FILE, file_variable, variables
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.sandbox import Fault, Sandbox, SandboxCall

app = main.command(help="A local emulator of the vendors' endpoints.")

UNSET_FILES = rf"unset $(env | sed -n '/^{{kept}}=/!s/^\(CALLINSPECT_[A-Z0-9_]*{FILE}\)=.*/\1/p')"
"""A shell command that unsets every variable that names a file with a value, except one."""

MIN_DESCRIPTION = 30
"""Columns that a description takes at least if it stands beside its ID."""


PortOption = Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks a free one.")]
FaultOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FAULT=SHARE",
        help="Fail a share of requests, e.g. 503=0.01; faults: 429, 503, slow, truncated, reset. Repeatable.",
    ),
]


@app.command(cls=main.Command)
def serve(ctx: typer.Context, port: PortOption = 0, fault: FaultOption = None) -> None:
    """Serve the vendors' get and list endpoints on loopback until interrupted.

    Prints shell commands that point callinspect at the sandbox and nowhere else: save them to a file and source it. For
    one command, callinspect sandbox run is simpler.
    """
    from callinspect.masking.key import FILE_VARIABLE

    options = ctx.ensure_object(Options)
    sandbox = _opened(options, port, fault)
    unset = _accounts(options) - sandbox.environment.keys()
    others = " ".join(sorted(name for name in unset if not name.endswith(FILE)))
    exports = "".join(f"export {name}={value}\n" for name, value in sandbox.environment.items())
    streams.write(f"unset {others}\n{UNSET_FILES.format(kept=FILE_VARIABLE)}\n{exports}")
    options.notice(f"serving on {sandbox.url}; stop with Ctrl-C")
    sandbox.serve_forever()


@app.command(cls=main.Command, context_settings={"allow_interspersed_args": False})
def run(
    ctx: typer.Context,
    command: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND...", help="Command and its arguments.")
    ] = None,
    port: PortOption = 0,
    fault: FaultOption = None,
) -> None:
    """Run a command, such as a runbook, with a sandbox in place of the vendors.

    Its environment points callinspect at the sandbox and nowhere else; the sandbox ends with the command, and the exit
    status is the command's. For example: callinspect sandbox run -- ./runbook.sh --night
    """
    from callinspect.cli import emulation
    from callinspect.cli.console import child

    options = ctx.ensure_object(Options)
    if not command:
        raise UsageError("name the command to run", hint="for example: callinspect sandbox run -- ./runbook.sh")
    others = _accounts(options)
    kept = {name: value for name, value in os.environ.items() if name not in others}
    with emulation.serving(_opened(options, port, fault)) as sandbox:
        options.trace(f"serving on {sandbox.url} for {command[0]}")
        raise typer.Exit(child.run(command, {**kept, **sandbox.environment}))


def _opened(options: Options, port: int, faults: list[str] | None) -> "Sandbox":
    from callinspect.cli import emulation

    return emulation.opened(port=port, faults=[_fault(each) for each in faults or []], log=options.trace)


def _accounts(options: Options) -> set[str]:
    """Return every variable that chooses an account: it could take precedence, or be sent to the sandbox."""
    names = {"CALLINSPECT_PROFILE", "CALLINSPECT_PROVIDER"}
    for provider in providers.every(options.broken):
        for each in provider.settings:
            names |= {*variables(provider, each), file_variable(provider, each)}
    return names


@app.command(cls=main.Command)
def calls(
    ctx: typer.Context,
    provider: Annotated[str | None, typer.Argument(metavar="PROVIDER", help="Only this vendor's calls.")] = None,
    living: Annotated[bool, typer.Option("--living", help="Only calls that change while the sandbox runs.")] = False,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """List the sandbox's calls: frozen ones in every state and with every cause, living ones, and faults."""
    from callinspect import sandbox

    options = ctx.ensure_object(Options)
    if provider is not None:
        provider = providers.get(provider).name
        sandbox.check(provider)
    known = [call for call in sandbox.calls(*filter(None, [provider])) if call.living or not living]
    form = resolved(output)
    if form is not ListFormat.TABLE:
        forms.write((asdict(call) for call in known), form)
        return
    width = streams.width()
    margin = 0 if provider else max(len(call.provider) for call in known) + 2
    streams.write_lines(_table(known, width, margin))
    if not options.quiet:
        _suggest(known)


def _table(known: list["SandboxCall"], width: int, margin: int) -> Iterator[str]:
    """Yield the lines for calls, with their vendors' names in a margin if there is one.

    Each description is beside its ID if nine in ten IDs leave room for that, otherwise below it. An ID is never cut.
    """
    from textwrap import TextWrapper

    size = sorted(len(call.id) for call in known)[len(known) * 9 // 10]
    is_wide = margin + size + 2 + MIN_DESCRIPTION <= width
    column = margin + size + 2 if is_wide else 4
    whole = TextWrapper(width, subsequent_indent=" " * column, break_long_words=False, break_on_hyphens=False)
    for call in known:
        description = f"living: {call.description}" if call.living else call.description
        name = f"{call.provider:<{margin}}" if margin else ""
        if is_wide and len(call.id) <= size:
            head = f"{name}{call.id}".ljust(column)
        else:
            head = " " * column
            line = f"{name}{call.id}" if is_wide else f"{name.rstrip()} {call.id}".lstrip()
            yield from [line] if len(line) <= width else line.split()
        whole.initial_indent = head
        yield from whole.wrap(description)


def _suggest(known: list["SandboxCall"]) -> None:
    """Print what to type to see one of the calls, and a living one."""
    from callinspect.sandbox import PAUSE

    streams.write_sentence(f"callinspect: to try them (living calls start again {PAUSE:g} s after their end):")
    for verb, living in (("get", False), ("watch", True)):
        for call in [each for each in known if each.living is living][:1]:
            streams.write_error(f"  callinspect --sandbox {verb} {call.provider} {call.id}")


def _fault(text: str) -> "Fault":
    from callinspect.sandbox import FAULTS, Fault

    name, _, share = text.partition("=")
    if name not in FAULTS:
        raise UsageError(f"“{text}” is not a fault", hint=f"the faults are {', '.join(FAULTS)}, as in 503=0.01")
    try:
        return Fault(name, float(share))
    except ValueError:
        said = f"the share in “{text}” must be" if share else f"“{text}” needs a share"
        raise UsageError(f"{said} between 0 and 1", hint="write, for example, 503=0.01") from None
