"""How the figures of many calls are written: as one value, as rows of CSV, or for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from callinspect.cli.results.drawn import drawn
from callinspect.cli.results.writers import Kind
from callinspect.errors import UsageError, suggestion
from callinspect.figures import Statistics
from callinspect.figures.names import COLUMNS, KEYS

if TYPE_CHECKING:
    from callinspect.render.jsontext import Record
    from callinspect.render.style import Style


def _read(statistics: Statistics) -> "Record":
    return statistics.as_dict()


def rows(statistics: Statistics) -> "Iterator[Record]":
    """Yield a row of CSV for all calls, and one for each group; the first has no field and no value."""
    yield {"by": None, "value": None, **statistics.overall.as_dict()}
    for each in statistics.groups:
        yield {"by": statistics.field, "value": each.value, **each.figures.as_dict()}


def _row(row: "Record") -> "Record":
    """Return a row, its cost as `1.25 USD`, several separated by commas."""
    return {**row, "cost": ", ".join(f"{each['amount']} {each['currency']}" for each in row["cost"])}


def _check(path: str) -> None:
    _check_in(".".join(part for part in path.split(".") if not part.isdecimal()), KEYS)


def _check_column(path: str) -> None:
    _check_in(path, COLUMNS)


def _check_in(path: str, known: "Sequence[str]") -> None:
    if path not in known:
        hint = suggestion(path, known, "such as overall.asr" if known is KEYS else f"the columns: {', '.join(known)}")
        raise UsageError(f"the figures have no “{path}”", hint=hint)


def _draw(held: list[Any], style: "Style") -> str:
    from callinspect.render import people

    (statistics,) = held
    return people.statistics(statistics, style)


FIGURES = Kind(_read, _read, _check, (), drawn(_draw), is_masked=False)
"""The figures as one value; calls are masked before they are counted."""

ROWS = Kind(_row, _row, _check_column, COLUMNS, drawn(_draw), is_masked=False)
"""The rows of CSV."""
