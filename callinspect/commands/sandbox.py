"""`callinspect sandbox`: a local emulator of the vendors' endpoints, and its calls."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from callinspect import providers
from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.cli.forms import FormOption, ListFormat, resolved
from callinspect.cli.options import Options
from callinspect.credentials.environment import file_variable, variables
from callinspect.errors import ConfigError, UsageError
from callinspect.provider import Field, Provider
from callinspect.render.json import dumps

if TYPE_CHECKING:
    from callinspect.sandbox import Fault

app = main.command(help="A local emulator of the vendors' endpoints.")


@app.command(cls=main.Command)
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks a free one.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAULT=SHARE",
            help="Fail a share of requests, e.g. 503=0.01; faults: 429, 503, slow, truncated, reset. Repeatable.",
        ),
    ] = None,
) -> None:
    """Serve the vendors' get and list endpoints on loopback until interrupted.

    Prints shell commands that point callinspect at the sandbox and nowhere else: save them to a file and source it.
    """
    from callinspect.sandbox import Sandbox

    options = ctx.ensure_object(Options)
    faults = [_fault(each) for each in fault or []]
    try:
        sandbox = Sandbox(port=port, faults=faults, log=options.trace)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise ConfigError(f"port {port} cannot be used: {error.strerror}") from None
    streams.write(_shell(sandbox.environment, providers.every(options.broken)))
    options.notice(f"serving on {sandbox.url}; stop with Ctrl-C")
    sandbox.serve_forever()


def _shell(environment: Mapping[str, str], known: Iterable[Provider]) -> str:
    """Return the shell commands that point callinspect at a sandbox, and nowhere else.

    Every other account variable is unset: it could take precedence, or be sent to the sandbox.
    """
    names = {name for provider in known for each in provider.settings for name in _variables(provider, each)}
    others = " ".join(sorted(names - environment.keys()))
    return f"unset {others}\n" + "".join(f"export {name}={value}\n" for name, value in environment.items())


def _variables(provider: Provider, each: Field) -> tuple[str, ...]:
    return (*variables(provider, each), file_variable(provider, each))


@app.command(cls=main.Command)
def calls(
    provider: Annotated[str | None, typer.Argument(metavar="PROVIDER", help="Only this vendor's calls.")] = None,
    living: Annotated[bool, typer.Option("--living", help="Only calls that change while the sandbox runs.")] = False,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """List the sandbox's calls: frozen ones in every state and with every cause, living ones, and faults."""
    from callinspect import sandbox

    if provider is not None:
        sandbox.check(providers.get(provider).name)
    known = [call for call in sandbox.calls(*filter(None, [provider])) if call.living or not living]
    if resolved(output) is ListFormat.JSONL:
        lines = [
            dumps(
                {"provider": call.provider, "id": call.id, "living": call.living, "description": call.description},
                lines=True,
            )
            for call in known
        ]
    else:
        lines = [
            f"{call.provider} {call.id}\n    {'living: ' if call.living else ''}{call.description}" for call in known
        ]
    streams.write_for_people("".join(f"{line}\n" for line in lines))


def _fault(text: str) -> "Fault":
    from callinspect.sandbox import FAULTS, Fault

    name, _, share = text.partition("=")
    if name not in FAULTS:
        raise UsageError(f"“{text}” is not a fault", hint=f"the faults are {', '.join(FAULTS)}, as in 503=0.01")
    try:
        return Fault(name, float(share))
    except ValueError:
        raise UsageError(f"“{text}” has no share between 0 and 1", hint="write, for example, 503=0.01") from None
