"""The output format of lists other than calls: text on a terminal, JSON Lines in a pipe."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Any

import typer

from callinspect.cli.console import streams


class ListFormat(StrEnum):
    """Output formats of a list."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


FormOption = Annotated[ListFormat, typer.Option("--output", "-o", metavar="FORMAT", help="Output format.")]


def resolved(form: ListFormat) -> ListFormat:
    """Return the format to use, `auto` resolved."""
    if form is ListFormat.AUTO:
        return ListFormat.TABLE if streams.is_terminal() else ListFormat.JSONL
    return form


def as_json(records: Iterable[dict[str, Any]], form: ListFormat) -> str:
    """Return a list as JSON: an array, or one line each."""
    from callinspect.render.json import dumps

    if form is ListFormat.JSON:
        return dumps(list(records)) + "\n"
    return "".join(dumps(each, lines=True) + "\n" for each in records)
