"""The output format of lists other than calls: text on a terminal, JSON Lines in a pipe."""

from enum import StrEnum
from typing import Annotated

import typer

from callinspect.cli.console import streams


class ListFormat(StrEnum):
    """Output formats of a list."""

    AUTO = "auto"
    TABLE = "table"
    JSONL = "jsonl"


FormOption = Annotated[ListFormat, typer.Option("--output", "-o", help="Output format.")]


def resolved(form: ListFormat) -> ListFormat:
    """Return the format to use, `auto` resolved."""
    if form is ListFormat.AUTO:
        return ListFormat.TABLE if streams.is_terminal() else ListFormat.JSONL
    return form
