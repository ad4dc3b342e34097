"""`callinspect help`: what exit statuses mean, which environment variables count, how output is chosen."""

from collections.abc import Callable, Iterator
from typing import Annotated

import typer

from callinspect import errors, providers
from callinspect.cli import main, streams
from callinspect.credentials import variables
from callinspect.errors import UsageError

app = main.command()

OUTPUT = """\
On a terminal one call is a card, several are a table. In a pipe one call is a JSON object, several are JSON Lines in
the order asked for. -o chooses otherwise:

  -o table    for people, wherever it goes
  -o json     one object, indented; the same on a terminal and in a pipe
  -o jsonl    one object on one line
  -o csv      one row a call under a header that never changes; numbers are written as they are (+1415…), so
              import those columns as text

  --raw       the vendor's own document: its bytes in a pipe, one row a field as a table
  -f PATH     one value, bare: -f state -f from.number prints two, separated by a tab
  --query E   what a JMESPath expression selects, as JSON
  --include raw   the vendor's document inside the record, under raw

Data goes to standard output, everything else to standard error; on an error standard output stays empty for that call.
Times in JSON are UTC; for people they are local with the zone named, or UTC with --utc. NO_COLOR, TERM=dumb and
--no-color are obeyed. callinspect schema prints the JSON Schema of the record.
"""

OTHER_VARIABLES = {
    "CALLINSPECT_PROFILE": "which stored credentials to use",
    "CALLINSPECT_KEYRING_TIMEOUT": "seconds that the keyring may take to answer: 5 to read, 60 to write by default",
    "PYTHON_KEYRING_BACKEND": "keyring backend to use instead of the one found",
    "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY": "proxies; loopback is never reached through one",
    "SSL_CERT_FILE, SSL_CERT_DIR": "certificates to trust instead of the system's",
    "NO_COLOR": "not empty: no colour",
}


@app.command("help", cls=main.Command)
def show(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="exit-codes, environment or output.")],
) -> None:
    """Explain exit-codes, environment or output."""
    if topic not in TOPICS:
        raise UsageError(f"there is no help on “{topic}”", hint=f"topics are {', '.join(TOPICS)}")
    streams.write_for_people("".join(f"{line}\n" for line in TOPICS[topic]()))


def _exit_codes() -> Iterator[str]:
    meanings: dict[int, list[str]] = {0: ["Done."]}
    for kind in errors.CallinspectError.__subclasses__():
        summary = (kind.__doc__ or "").splitlines()[0]
        meanings.setdefault(kind.exit_status, []).append(f"{summary} ({kind.code})")
    meanings |= {
        errors.SOME_FAILED: ["Some of several calls failed."],
        errors.NOT_ANSWERED: ["With --exit-status: the call ended, and not as answered."],
        errors.INTERRUPTED: ["Interrupted."],
        errors.READER_GONE: ["Whoever read standard output went away."],
    }
    for status in sorted(meanings):
        first, *others = meanings[status]
        yield f"{status:>4}  {first}"
        yield from (f"      {other}" for other in others)


def _environment() -> Iterator[str]:
    for name in providers.names():
        provider = providers.get(name)
        yield f"{provider.title} ({name})"
        for each in provider.settings:
            yield f"  {' or '.join(variables(provider, each))}"
            yield f"      {each.title}"
    yield "All"
    for variable, meaning in OTHER_VARIABLES.items():
        yield f"  {variable}"
        yield f"      {meaning}"


TOPICS: dict[str, Callable[[], Iterator[str]]] = {
    "exit-codes": _exit_codes,
    "environment": _environment,
    "output": lambda: iter(OUTPUT.splitlines()),
}
