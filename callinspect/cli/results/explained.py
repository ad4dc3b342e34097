"""How entries of the reference tables are written, and the tables themselves."""

from typing import TYPE_CHECKING, Any

from callinspect.cli.results.drawn import drawn
from callinspect.cli.results.writers import Kind
from callinspect.errors import UsageError, suggestion
from callinspect.reference.explained import KEYS, record
from callinspect.reference.tables import Table

if TYPE_CHECKING:
    from callinspect.render.style import Style

TABLE_KEYS = ("table", "title", "entries")


def _overview(table: Table) -> dict[str, Any]:
    return {"table": table.name, "title": table.title, "entries": len(table.entries)}


def _check(path: str) -> None:
    """Check that entries have a path: one of the keys, or something below `also`.

    Raises:
        UsageError: they do not.
    """
    name, _, below = path.partition(".")
    if name not in KEYS or (below and name != "also"):
        raise UsageError(
            f"an entry has no key “{path}”", hint=suggestion(name, KEYS, f"the keys are {', '.join(KEYS)}")
        )


def _check_table(path: str) -> None:
    if path not in TABLE_KEYS:
        raise UsageError(f"a table has no key “{path}”", hint=f"the keys are {', '.join(TABLE_KEYS)}")


def _draw(held: list[Any], style: "Style") -> str:
    from callinspect.render import people

    return people.explained(held, style)


def _draw_list(held: list[Any], style: "Style") -> str:
    from callinspect.render import people

    return people.explained_list(held, style)


def _draw_tables(held: list[Any], style: "Style") -> str:
    from callinspect.render import people

    return people.explained_tables(held, style)


EXPLAINED = Kind(record, record, _check, KEYS, drawn(_draw), is_masked=False)
"""Entries that were asked for, each in full."""

LISTED = Kind(record, record, _check, KEYS, drawn(_draw_list), is_masked=False)
"""A whole table, a line for each entry."""

OVERVIEW = Kind(_overview, _overview, _check_table, TABLE_KEYS, drawn(_draw_tables), is_masked=False)
"""The tables themselves."""
