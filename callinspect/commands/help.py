"""`callinspect help`: what exit statuses mean, which environment variables count, how output is chosen."""

from collections.abc import Callable, Iterator
from textwrap import wrap
from typing import Annotated

import typer

from callinspect import errors, providers
from callinspect.cli import docs, main
from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.credentials.finding import variables
from callinspect.errors import UsageError

app = main.command()

OUTPUT = """\
On a terminal one call is a card, several are a table. In a pipe one call is a
JSON object, several are JSON Lines in the order asked for. -o chooses:

  -o table       for people, wherever it goes
  -o json        one object, indented; the same on a terminal and in a pipe
  -o jsonl       one object on one line
  -o csv         one row a call, under a header that never changes; numbers are
                 written as they are (+1415…): import those columns as text

  --raw          the vendor's own document: its bytes in a pipe, one row a
                 field as a table
  --include raw  the vendor's document inside the record, under raw
  -f PATH        one value, bare: -f state -f from.number prints two, separated
                 by a tab
  --query EXPR   what a JMESPath expression selects, as JSON

Data goes to standard output, everything else to standard error. On an error
standard output stays empty for that call. Times in JSON are UTC; for people
they are local with the zone named, or UTC with --utc. --no-color goes before
NO_COLOR, and that before FORCE_COLOR. callinspect schema prints the JSON Schema
of the record.
"""

OTHER_VARIABLES = {
    "CALLINSPECT_PROFILE": "which stored credentials to use",
    "CALLINSPECT_KEYRING_TIMEOUT": "seconds that the keyring may take to answer: 5 to read, 60 to write by default",
    "PYTHON_KEYRING_BACKEND": "keyring backend to use instead of the one found",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies; loopback is never reached through one",
    "SSL_CERT_FILE, SSL_CERT_DIR": "certificates to trust instead of the system's",
    "NO_COLOR": "not empty: no colour",
    "FORCE_COLOR": "not empty: colour in a pipe, too",
    "TERM": "dumb, unknown or empty: no colour, and nothing is drawn over",
}


@app.command("help", cls=main.Command)
def show(
    ctx: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="exit-codes, environment or output.", autocompletion=lambda: list(TOPICS)),
    ] = None,
) -> None:
    """Explain exit-codes, environment or output."""
    if topic is None:
        streams.write_for_people(
            "callinspect help exit-codes   what exit statuses mean\n"
            "callinspect help environment  which variables count\n"
            "callinspect help output       how results are written\n"
            "callinspect COMMAND --help    what a command does\n"
        )
        return
    if topic not in TOPICS:
        raise UsageError(f"there is no help on “{topic}”", hint=f"topics are {', '.join(TOPICS)}")
    options = ctx.ensure_object(Options)
    streams.write_for_people("".join(f"{line}\n" for line in TOPICS[topic](options)))


def _exit_codes(_options: Options) -> Iterator[str]:
    meanings: dict[int, list[str]] = {0: ["Done."]}
    for kind in errors.CallinspectError.__subclasses__():
        summary = docs.of(kind).partition("\n")[0]
        meanings.setdefault(kind.exit_status, []).append(f"{kind.code}: {summary}")
    meanings |= {
        errors.SOME_FAILED: ["Some of several calls failed."],
        errors.NOT_ANSWERED: ["With --exit-status: the call ended, and not as answered."],
        errors.INTERRUPTED: ["Interrupted."],
        errors.SIGNALLED + 1: ["Hung up (SIGHUP)."],
        errors.SIGNALLED + 15: ["Terminated (SIGTERM)."],
        errors.READER_GONE: ["Whoever read standard output went away."],
    }
    for status in sorted(meanings):
        lines = [line for meaning in meanings[status] for line in wrap(meaning, 72, subsequent_indent="  ")]
        yield f"{status:>4}  {lines[0]}"
        yield from (f"      {line}" for line in lines[1:])


def _environment(options: Options) -> Iterator[str]:
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
