"""The output format of lists other than calls: text on a terminal, JSON Lines in a pipe, a JSON array on request."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from callinspect.cli.console import streams
from callinspect.render.jsontext import dumps


class ListFormat(StrEnum):
    """Output formats of a list."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


class FiguresFormat(StrEnum):
    """Output formats of figures."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


FormOption = Annotated[ListFormat, typer.Option("--output", "-o", metavar="FORMAT", help="Output format.")]


def resolved(form: ListFormat) -> ListFormat:
    """Return the format to use, `auto` resolved."""
    if form is ListFormat.AUTO:
        return ListFormat.TABLE if streams.is_terminal() else ListFormat.JSONL
    return form


def write(values: Iterable[Any], form: ListFormat) -> None:
    """Write values as a JSON array, or as JSON Lines, each as it comes."""
    if form is ListFormat.JSON:
        streams.write(f"{dumps(list(values))}\n")
        return
    for each in values:
        streams.write(f"{dumps(each, lines=True)}\n")
