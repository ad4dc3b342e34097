"""`callinspect explain`: what a word, a code or a Reason header means, offline."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from callinspect.cli import explaining, main
from callinspect.cli.options import Options
from callinspect.cli.results import explained
from callinspect.cli.results.output import Format, Output
from callinspect.cli.results.writers import Kind
from callinspect.errors import UsageError
from callinspect.reference.explained import KEYS

app = main.command()


class Form(StrEnum):
    """Output formats of tables: those of calls that are not of calls alone."""

    AUTO = Format.AUTO
    TABLE = Format.TABLE
    JSON = Format.JSON
    JSONL = Format.JSONL
    CSV = Format.CSV


@app.command(cls=main.Command)
def explain(
    ctx: typer.Context,
    *,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A provider, sip or q850; all tables if omitted.")
    ] = None,
    term: Annotated[
        list[str] | None,
        typer.Argument(metavar="TERM...", help="A word, a code or a Reason header; the whole table if omitted."),
    ] = None,
    form: Annotated[Form, typer.Option("--output", "-o", metavar="FORMAT", help="Output format.")] = Form.AUTO,
    paths: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="KEY",
            help="Bare values, such as title,next, tab-separated; with -o, the columns.",
            autocompletion=lambda: list(KEYS),
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option(
            "--query", metavar="EXPR", help="Print the result of a JMESPath expression for each entry, as JSON."
        ),
    ] = None,
    bare: Annotated[bool, typer.Option("-r", help="Print texts that --query finds without quotation marks.")] = False,
) -> None:
    """Explain a vendor's word, a SIP or Q.850 code, or a Reason header, without a network.

    Without a term, lists the table; without a table, looks in all of them, or lists them. Case, blanks, - and _ do not
    matter. A word that is the name of no entry is searched for in names, titles and explanations.
    """
    options = ctx.ensure_object(Options)
    options.result_format = form

    def output(kind: Kind, *, several: bool) -> Output:
        chosen = Format(form)
        return Output(form=chosen, several=several, options=options, paths=paths, query=query, bare=bare, kind=kind)

    if table is None:
        _write(output(explained.OVERVIEW, several=True), explaining.every(options.broken))
        return
    name, asked = _parted([table, *(term or ())])
    if name and asked is None:
        _write(output(explained.LISTED, several=True), explaining.table(name).entries)
        return
    answer = _answered(options, name, asked or "")
    found = [*answer.exact, *answer.found]
    result = output(explained.EXPLAINED, several=len(found) > 1)
    if answer.found:
        options.notice(_searched(answer, asked or ""))
    _write(result, found)


def _parted(words: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the table and the term, None for what is not given: the first word need not be a table."""
    typed = " ".join(" ".join(words).split())
    first, _, rest = typed.partition(" ")
    is_header = ";" in first or rest.startswith(";")  # without the name of a table before it
    name = None if is_header else explaining.spelled(first)
    if name is None:
        return None, typed
    return name, rest if len(words) > 1 else rest or None


def _answered(options: Options, name: str | None, term: str) -> explaining.Answer:
    """Return what a term stands for.

    Raises:
        UsageError: there is nothing like it; a topic of help is named.
    """
    try:
        return explaining.answered(options, name, term)
    except UsageError as error:
        from callinspect.commands.help import TOPICS

        topic = term.lower().replace(" ", "-")
        if topic in TOPICS:
            error.suggest(f"use callinspect help {topic}")
        raise


def _searched(answer: explaining.Answer, term: str) -> str:
    """Return the notice that entries were searched for."""
    count = len(answer.found)
    shown = f"the first {count} of {count + answer.more}" if answer.more else f"{count}"
    mention = f"that {'mention' if count > 1 else 'mentions'} it"
    if answer.exact:
        return f"showing also {shown} {mention}"
    return f"no entry is called “{term}”; showing {shown} {mention}"


def _write(output: Output, values: Iterable[Any]) -> None:
    for each in values:
        output.add(each)
    output.end()
