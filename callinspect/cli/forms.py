"""The form of lists that are not calls: text for people on a terminal, JSON Lines in a pipe."""

from enum import StrEnum
from typing import Annotated

import typer

from callinspect.cli.console import streams


class ListFormat(StrEnum):
    """Forms of a list."""

    AUTO = "auto"
    TABLE = "table"
    JSONL = "jsonl"


FormOption = Annotated[ListFormat, typer.Option("--output", "-o", help="Output format.")]


def settled(form: ListFormat) -> ListFormat:
    """Return the form that `auto` stands for here."""
    if form is ListFormat.AUTO:
        return ListFormat.TABLE if streams.is_terminal() else ListFormat.JSONL
    return form
