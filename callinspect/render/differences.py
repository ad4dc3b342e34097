"""What differs between two records: a heading, each path with both values, and what was not compared.

The values stand side by side; where there is no room, one below the other, marked `-` and `+`. They are never cut.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from callinspect.comparing import Comparison, Side
from callinspect.comparing.compared import AS_SENT
from callinspect.comparing.patches import MISSING, Change, is_same
from callinspect.render.harmless import ADDRESS, KEY
from callinspect.render.jsontext import dumps
from callinspect.render.layout import GAP, MAX_LINES, WIDE, labeled, omission, padded, sentence, shortened, to_text
from callinspect.render.moments import clock, read_at, zone
from callinspect.render.style import Style

A, B = ("- A", "red"), ("+ B", "green")
"""What the two sides are called, and their colors."""

LITERALS = frozenset({"null", "true", "false"})
"""Texts that would look like other values of JSON."""


OURS = frozenset({"cause.title", "cause.explanation", "cause.next"})
"""Paths of sentences of ours, which need no quotation marks."""


NOTHING: tuple[Any, ...] = (None, [], {})
"""What need not be listed of an object that comes or goes."""


MARKS = frozenset('"“”')
"""Quotation marks: a text with one is shown as JSON has it, since in quotation marks they would be single ones."""


class Row(NamedTuple):
    """A path with its two values."""

    path: str
    before: Text
    after: Text


def differences(found: Comparison, style: Style) -> str:
    """Return a comparison for people."""
    leaves = [leaf for change in found.changes for leaf in _leaves(change)]
    zones = {zone(style.local(each), style) for leaf in leaves for each in _moments(leaf)}
    rows = [_row(leaf, style, has_zone=len(zones) > 1) for leaf in leaves]
    first, left_out, last = shortened(rows, MAX_LINES)
    table = _Table(rows, style)
    parts = (
        _heading(found, len(rows), style),
        [
            *table.header(),
            *(line for row in first for line in table.lines(row)),
            *[Text(f" {omission(left_out, style)}", "dim")] * bool(left_out),
            *(line for row in last for line in table.lines(row)),
        ],
        [line for text in _notes(found, zones) for line in sentence(Text(style.inert(text), "dim"), style)],
    )
    return to_text([line for part in parts if part for line in (Text(), *part)][1:], style)


def _heading(found: Comparison, count: int, style: Style) -> list[Text]:
    summary = Text("No differences", "bold green") if not count else Text(_counted(count), "bold yellow")
    calls = [(each.record["provider"], each.record["id"]) for each in (found.a, found.b)]
    is_same = calls[0] == calls[1]
    if is_same:
        summary.append(f" {style.dot} {style.inert(calls[0][0])}", "not bold default")
    heading = [*sentence(summary, style), *(sentence(Text(style.word(calls[0][1]), "bold"), style) if is_same else [])]
    told = [(label, _told(side, style, is_named=not is_same)) for (label, _), side in ((A, found.a), (B, found.b))]
    return heading + labeled(told, style)


def _counted(count: int) -> str:
    return "1 difference" if count == 1 else f"{count} differences"


def _told(side: Side, style: Style, *, is_named: bool) -> str:
    """Return what a side is: which call, if the two are not the same, from where, and from when."""
    parts = [f"{style.inert(side.record['provider'])} {style.word(side.record['id'])}"] if is_named else []
    parts.append(style.inert(side.source))
    if moment := _moment(("retrieved_at",), side.record.get("retrieved_at")):
        parts.append(read_at(moment, style))
    return f" {style.dot} ".join(parts)


def _notes(found: Comparison, zones: set[str]) -> Iterator[str]:
    """Yield what the reader should know of the values, and of what was not compared."""
    if len(zones) == 1:
        yield f"Times are in {next(iter(zones))}."
    for side, paths in (("A", found.only_in_a), ("B", found.only_in_b)):
        if paths:
            yield f"Read on side {side} only, so not compared: {', '.join(paths)}"
    if found.skipped:
        yield f"Not compared without --all: {', '.join(found.skipped)}"


def _leaves(change: Change) -> Iterator[Change]:
    """Yield a change as changes of single values: of an object or list that comes or goes, what it has."""
    sides = [dict(_flattened(value, change.path)) for value in (change.before, change.after)]
    if any(len(each) > 1 or change.path not in each for each in sides):
        said = [{path: value for path, value in each.items() if value not in NOTHING} for each in sides]
        sides = said if any(said) else sides
    for path in dict.fromkeys(path for each in sides for path in each):
        values = [each.get(path, MISSING) for each in sides]
        if not is_same(*values):
            yield Change(path, *values)


def _flattened(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path and value of every leaf; a list of texts is one, and so is what is empty."""
    if value is MISSING:
        return
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from _flattened(below, (*path, key))
    elif isinstance(value, list) and not all(isinstance(each, str) for each in value):
        for index, below in enumerate(value):
            yield from _flattened(below, (*path, str(index)))
    else:
        yield path, value


def _moment(path: Sequence[str], value: Any) -> datetime | None:
    """Return the time that a value is, by its path; None if it is none."""
    if not isinstance(value, str) or not (path[-1] == "at" or path[-1].endswith("_at")) or AS_SENT & set(path):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _moments(change: Change) -> Iterator[datetime]:
    for value in (change.before, change.after):
        if moment := _moment(change.path, value):
            yield moment


def _row(change: Change, style: Style, *, has_zone: bool) -> Row:
    path = ".".join(change.path)
    path = path if KEY.fullmatch(path) else style.word(path)
    values = (change.before, change.after)
    is_text = all(value is None or value is MISSING or isinstance(value, str | list) for value in values)
    texts = [_value(change.path, value, style, has_zone=has_zone, is_plain=is_text) for value in values]
    if texts[0] == texts[1]:  # though the values are not the same
        texts = [style.absent if value is MISSING else style.inert(dumps(value, lines=True)) for value in values]
    before, after = (Text(text, color) for text, (_, color) in zip(texts, (A, B), strict=True))
    return Row(path, before, after)


def _value(path: Sequence[str], value: Any, style: Style, *, has_zone: bool, is_plain: bool) -> str:
    """Return a value: a time of the record in the zone of display, a text without quotation marks if it is one word.

    What is not there looks like what is null: records have gained keys from one version to the next.
    """
    if value is MISSING or value is None:
        return style.absent
    if (moment := _moment(path, value)) is not None:
        local = style.local(moment)
        return f"{local:%Y-%m-%d} {clock(local)}" + (f" {zone(local, style)}" if has_zone else "")
    if not isinstance(value, str) or MARKS & set(value):
        return style.inert(dumps(value, lines=True))
    if not is_plain or value in LITERALS or value == style.absent:
        return style.quoted(value)
    is_bare = ADDRESS.fullmatch(value) or ".".join(path) in OURS
    return style.inert(value) if is_bare else style.word(value)


class _Table:
    """Lays out rows: on a wide terminal in columns, but for values with words that do not fit there."""

    def __init__(self, rows: Sequence[Row], style: Style) -> None:
        self._style = style
        self._is_empty = not rows
        widest = max((cell_len(row.path) for row in rows), default=0)
        self._label = min(widest, style.width // 4)
        self._column = (style.width - 1 - self._label - 2 * GAP) // 2

    @property
    def _is_wide(self) -> bool:
        return self._style.width >= WIDE

    def header(self) -> list[Text]:
        """Return the line above the columns."""
        if self._is_empty or not self._is_wide:
            return []
        return [self._line(Text(), Text(A[0], f"bold {A[1]}"), Text(B[0], f"bold {B[1]}"))]

    def lines(self, row: Row) -> Iterator[Text]:
        """Yield the lines of a row."""
        values = (row.before, row.after)
        if not self._is_wide or not all(map(self._fits, values)):
            yield from sentence(Text(row.path, "bold"), self._style)
            for value, (label, color) in zip(values, (A, B), strict=True):
                first, *others = sentence(value, self._style, 5, 0)
                yield Text.assemble("   ", (label[0], color), " ", first[5:])
                yield from others
            return
        is_beside = cell_len(row.path) <= self._label
        if not is_beside:
            yield from sentence(Text(row.path, "bold"), self._style)
        narrow = self._style._replace(width=self._column)
        cells = [sentence(each, narrow, 0, 0) for each in values]
        labels = [Text(row.path, "bold")] if is_beside else []
        for cell, before, after in zip_longest(labels, *cells, fillvalue=Text()):
            yield self._line(cell, before, after)

    def _fits(self, value: Text) -> bool:
        """Whether no word of a value is wider than a column."""
        return max(map(cell_len, value.plain.split()), default=0) <= self._column

    def _line(self, label: Text, before: Text, after: Text) -> Text:
        gap = " " * GAP
        return Text.assemble(" ", _filled(label, self._label), gap, _filled(before, self._column), gap, after)


def _filled(text: Text, width: int) -> Text:
    """Return a text padded to that many columns."""
    return Text.assemble(text, padded(text.plain, width)[len(text.plain) :])
