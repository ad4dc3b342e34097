"""Call IDs in a column of CSV, as a spreadsheet or `list -o csv` writes it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from callinspect.errors import UsageError

NAMES = ("id", "callid", "uuid", "sid")
"""Columns that have call IDs, the first choice first; case, blanks, dashes and underscores do not matter."""

PROVIDER = "provider"
"""The column that has the provider of each call."""

DELIMITERS = ",;\t"
"""What may separate cells, the first choice first."""

MAX_CELL = 20 * 1024 * 1024
"""Characters of a cell."""

MAX_SHOWN = 400
"""Characters of the columns' names in an error."""

_TITLE = re.compile(r"[A-Za-z_][A-Za-z_ .()-]*", re.ASCII)
"""The name of a column, which no ID looks like: it has no digits."""


class Header(NamedTuple):
    """The first line of CSV: what separates its cells, and the places of the columns that matter."""

    delimiter: str
    call_id: int
    provider: int | None


def header(line: str, column: str | None) -> Header | None:
    """Return the header that a line is, None if it is not one.

    Args:
        line: the first line of an input that is neither empty nor a comment.
        column: the name of the column that has the IDs, None for the usual ones.

    Raises:
        UsageError: it is one, without a column of IDs.
    """
    text = line.strip("\r\n")
    wanted, key = (NAMES, _bare) if column is None else ((column.lower(),), str.lower)
    is_word = column is None and not any(each in text for each in DELIMITERS) and _bare(text.strip(' "')) not in NAMES
    if is_word or text.lstrip()[0] in "{[":
        return None
    read = [(delimiter, titles) for delimiter in DELIMITERS if (titles := _titles(text, delimiter))]
    for delimiter, titles in read:
        known = [key(each) for each in titles]
        for name in wanted:
            if name in known:
                return Header(delimiter, known.index(name), known.index(PROVIDER) if PROVIDER in known else None)
    _, titles = max(read, key=lambda each: len(each[1]), default=("", []))
    if column is None and (len(titles) < 2 or not all(map(_TITLE.fullmatch, titles))):  # noqa: PLR2004 - else a word
        return None
    what = f"column “{column}”" if column is not None else "column of call IDs"
    raise UsageError(
        f"the input has no {what}; its columns are {', '.join(titles)[:MAX_SHOWN]}", hint="--column NAME chooses one"
    )


def cells(found: Header, lines: Iterator[tuple[int, str]], before: int) -> Iterator[tuple[int, str, str | None]]:
    """Yield the number of each row's line, its call ID and its provider, if it has one.

    Args:
        found: the header.
        lines: the lines after it, consumed lazily.
        before: the number of its line.

    Of a row that cannot be read the ID is a quotation mark, which is none.

    Raises:
        UsageError: a quotation mark is not closed.
    """
    import csv

    csv.field_size_limit(MAX_CELL)
    reader = csv.reader((line for _, line in lines), delimiter=found.delimiter, strict=True)
    while True:
        number = before + reader.line_num + 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise UsageError(
                    f"line {number}: a quotation mark is not closed, so the lines after it were not read"
                ) from None
            yield number, '"', None
            continue
        if row is None:
            return
        if any(row) and not row[0].lstrip().startswith("#"):
            yield number, _cell(row, found.call_id) or "", _cell(row, found.provider)


def _cell(row: list[str], place: int | None) -> str | None:
    """Return a cell, None if the row has none there, or an empty one."""
    return row[place].strip() or None if place is not None and place < len(row) else None


def _bare(title: str) -> str:
    """Return a column's name without what differs between programs: `Call ID`, `call_id` and `callId` are one."""
    return re.sub(r"[\s_-]", "", title).lower()


def _titles(line: str, delimiter: str) -> list[str]:
    """Return the cells of a header, none if it is not CSV."""
    import csv

    try:
        (row,) = csv.reader([line], delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return []
    return [each.strip() for each in row]
