"""`callinspect help`: exit codes, environment variables, output formats."""

from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import Annotated

import typer

from callinspect import errors, providers
from callinspect.cli import docs, main
from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.credentials.environment import FILE, variables
from callinspect.errors import UsageError

app = main.command()

OUTPUT = """\
On a terminal, one call is a card and several are a table. In a pipe, one call
is a JSON object and several are JSON Lines, in the order given. -o chooses:

  -o table       for people, in a pipe as well
  -o json        one object, indented, on a terminal and in a pipe
  -o jsonl       one object per line
  -o csv         one row per call under a fixed header; numbers are written as
                 they are (+1415…): import those columns as text

  --raw          the vendor's response: its bytes in a pipe, one row per
                 field as a table
  --include raw  the vendor's response inside the record, under raw
  -f PATH        one bare value; -f state -f from.number prints two, separated
                 by a tab
  --query EXPR   the result of a JMESPath expression, as JSON

Results go to standard output, everything else to standard error; a call that
fails prints nothing on standard output. Times in JSON are UTC; times for people
are local, with the zone named, or UTC with --utc. --no-color overrides NO_COLOR
and NO_COLOR overrides FORCE_COLOR. callinspect schema prints the JSON Schema of
the record.
"""

OTHER_VARIABLES = {
    "CALLINSPECT_PROFILE": "profile of stored credentials to use",
    "CALLINSPECT_KEYRING_TIMEOUT": "time limit for the keyring in seconds; by default 5 to read, 60 to write",
    "PYTHON_KEYRING_BACKEND": "keyring backend to use instead of the default",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies; never used for loopback",
    "SSL_CERT_FILE, SSL_CERT_DIR": "CA certificates to trust instead of the system's",
    "NO_COLOR": "if not empty: no color",
    "FORCE_COLOR": "if not empty: color in a pipe as well",
    "TERM": "if dumb, unknown or empty: no color, and nothing is redrawn",
}


@app.command("help", cls=main.Command)
def show(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="exit-codes, environment or output.", autocompletion=lambda: list(TOPICS)),
    ] = None,
) -> None:
    """Explain exit codes, environment variables or output formats."""
    if topic is None:
        streams.write_for_people(
            "callinspect help exit-codes   what the exit codes mean\n"
            "callinspect help environment  which variables are read\n"
            "callinspect help output       how results are printed\n"
            "callinspect COMMAND --help    what a command does\n"
        )
        return
    if topic not in TOPICS:
        raise UsageError(f"there is no help on “{topic}”", hint=f"the topics are {', '.join(TOPICS)}")
    options = ctx.ensure_object(Options)
    streams.write_for_people("".join(f"{line}\n" for line in TOPICS[topic](options)))


def _exit_codes(_options: Options) -> Iterator[str]:
    meanings: dict[int, list[str]] = {0: ["Success."]}
    for kind in errors.CallinspectError.__subclasses__():
        summary = docs.docstring(kind).partition("\n")[0]
        meanings.setdefault(kind.exit_status, []).append(f"{kind.code}: {summary}")
    meanings |= {
        errors.SOME_FAILED: ["Some of the calls failed."],
        errors.NOT_ANSWERED: ["With --exit-status: the call ended without being answered."],
        errors.INTERRUPTED: ["Interrupted (Ctrl-C)."],
        errors.SIGNALLED + 1: ["Terminal closed (SIGHUP)."],
        errors.SIGNALLED + 15: ["Terminated (SIGTERM)."],
        errors.READER_GONE: ["Standard output was closed (broken pipe)."],
    }
    for status in sorted(meanings):
        lines = [line for meaning in meanings[status] for line in wrap(meaning, 72, subsequent_indent="  ")]
        yield f"{status:>4}  {lines[0]}"
        yield from (f"      {line}" for line in lines[1:])


def _environment(options: Options) -> Iterator[str]:
    yield f"CALLINSPECT_PROVIDER_FIELD{FILE} names a file with the value of CALLINSPECT_PROVIDER_FIELD,"
    yield "such as a secret that a container mounts; set one of the two, not both."
    yield ""
    for provider in providers.every(options.broken):
        yield f"{provider.title} ({provider.name})"
        for each in provider.settings:
            yield f"  {' or '.join(variables(provider, each))}"
            yield f"      {each.title}"
    yield "All"
    for variable, meaning in OTHER_VARIABLES.items():
        yield f"  {variable}"
        yield f"      {meaning}"


TOPICS: dict[str, Callable[[Options], Iterator[str]]] = {
    "exit-codes": _exit_codes,
    "environment": _environment,
    "output": lambda _options: iter(OUTPUT.splitlines()),
}
