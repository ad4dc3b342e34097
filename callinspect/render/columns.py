"""Chosen fields of calls as a table: one row per call, or one block where that is too wide."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from callinspect.render.jsontext import Record, dumps
from callinspect.render.layout import labeled, padded, to_text
from callinspect.render.style import Style

GAP = "  "


def columns(records: Sequence[Record], style: Style) -> str:
    """Return records, all with the same keys, as a table; values are whole, and no text can look like another cell."""
    names = list(records[0])
    rows = [[_cell(value, style) for value in record.values()] for record in records]
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    if sum(widths) + len(GAP) * (len(widths) - 1) <= style.width:
        lines = [Text(GAP.join(map(padded, names, widths)), "dim")]
        return to_text([*lines, *(Text(GAP.join(map(padded, row, widths))) for row in rows)], style)
    blocks = [labeled(list(zip(names, row, strict=True)), style, 0) for row in rows]
    return to_text([line for block in blocks for line in (*block, Text())][:-1], style)


def _cell(value: Any, style: Style) -> str:
    if value is None:
        return ""
    return style.word(value) if isinstance(value, str) else style.inert(dumps(value, lines=True))
