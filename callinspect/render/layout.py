"""Lines of text laid out for a terminal of a given width.

Every line begins with a blank, and continuation lines with more, so that text from outside cannot begin like our own
lines. Identifiers are never cut: the terminal wraps one that is too long, so that it is copied as one. Vendors' text
is inert before it gets here, and is laid out as plain text, never as markup.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from callinspect.render.style import NO_BREAK, Style

if TYPE_CHECKING:
    from rich.table import Table

Each = TypeVar("Each")

MAX_LINES = 200
"""Lines of one kind at most, as steps and legs: as many of the first as of the last ones."""

MAX_PARTS = 20
"""Recordings, transcriptions and legs at most, each of which takes some lines; and texts in a list of the vendor's."""

MAX_LABEL_WIDTH = 22
"""Columns for labels on a narrow terminal; on a wide one, labels may take half of it."""

WIDE = 60
"""Columns from which a terminal is wide."""

GAP = 2
"""Blanks between columns."""

HANGING = 2
"""Additional indent of continuation lines."""

_TIME = r"[0-9.]+ (?:ms|s|min|h)\b"
_WORDS = re.compile(rf"{_TIME}(?: {_TIME})*\S*|(?:\S|{NO_BREAK})+")
"""What is not broken: words, and numbers with their units of time."""

_IDENTIFIER = re.compile("[!#-~]+")
_QUOTATION = re.compile('[“”"]')


def flattened(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and value of every leaf of a JSON value; an array of strings is one leaf."""
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from flattened(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and not all(isinstance(each, str) for each in value):
        for index, below in enumerate(value):
            yield from flattened(below, f"{path}[{index}]")
    else:
        yield path, value


def labeled(rows: Sequence[tuple[str, str | Text]], style: Style, indent: int = 1) -> list[Text]:
    """Return labels and values, the values aligned; a value that does not fit goes below its label."""
    limit = MAX_LABEL_WIDTH if style.width < WIDE else style.width // 2
    texts = [(label, Text(value) if isinstance(value, str) else value) for label, value in rows]
    beside = [cell_len(label) for label, value in texts if _fits(value, cell_len(label), indent, style)]
    width = max((each for each in beside if each <= limit), default=0)
    return [line for label, value in texts for line in _labelled(label, value, width, indent, style)]


def _labelled(label: str, value: Text, width: int, indent: int, style: Style) -> list[Text]:
    margin = indent + width + 2
    below = sentence(value, style, indent + HANGING, 0)
    if cell_len(label) <= width and _fits(value, width, indent, style):
        first, *others = sentence(value, style, margin, 0)
        if style.width >= WIDE or len(others) < len(below):  # else there is more room below the label
            return [Text.assemble(" " * indent, (padded(label, width), "dim"), "  ", first[margin:]), *others]
    return [*sentence(Text(label, "dim"), style, indent), *below]


def _fits(value: Text, width: int, indent: int, style: Style) -> bool:
    """Whether a value fits beside a label of that width without a broken word."""
    longest_word = max(map(cell_len, value.plain.split()), default=0)
    return longest_word <= style.width - indent - width - 2


def sentence(text: Text, style: Style, indent: int = 1, hanging: int = HANGING) -> list[Text]:
    """Return a text broken into lines.

    Args:
        text: the text.
        style: its width is that of the lines.
        indent: indent of the lines.
        hanging: additional indent of the lines after the first.
    """
    lines = text.divide(_line_starts(text.plain, style.width - indent, hanging))
    for line in lines:
        line.rstrip()
    return [Text.assemble(" " * (indent + hanging * bool(number)), line) for number, line in enumerate(lines)]


def _line_starts(text: str, room: int, hanging: int) -> Iterator[int]:
    """Yield the positions at which the lines after the first begin.

    Lines are broken between words, and within a word longer than a line, unless it is an identifier that is not quoted.
    """
    used = end = looked = 0
    is_quoted = False
    limit, narrow = room, room - hanging
    for found in _WORDS.finditer(text):
        place = found.start()
        pieces = [found[0]]
        if cell_len(found[0]) > narrow:
            is_quoted ^= len(_QUOTATION.findall(text, looked, place)) % 2 == 1
            looked = place
            if is_quoted or not _IDENTIFIER.fullmatch(found[0]):
                pieces = chop_cells(found[0], narrow)
        used += cell_len(text[end:place])
        for piece in pieces:
            cells = cell_len(piece)
            if used and used + cells > limit:
                yield place
                used, limit = cells, narrow
            else:
                used += cells
            place += len(piece)
        end = found.end()


def omission(count: int, style: Style) -> str:
    """Return what stands for lines that are left out."""
    return f"{style.ellipsis} {count:,} more, see -o json"


def flowing(parts: Iterable[Text], style: Style) -> list[Text]:
    """Return parts side by side on indented lines; a part is broken only if it is longer than a line."""
    gap = "  "
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + len(gap) + part.cell_len < style.width:
            lines[-1] = Text.assemble(lines[-1], gap, part)
        else:
            lines += sentence(part, style)
    return lines


def shortened(several: Sequence[Each], most: int) -> tuple[Sequence[Each], int, Sequence[Each]]:
    """Return as many of the first as of the last ones, if there are more than that, and how many are between them."""
    if len(several) <= most:
        return several, 0, ()
    return several[: most // 2], len(several) - most, several[len(several) - most // 2 :]


def capped(several: Sequence[Text], style: Style, most: int = MAX_LINES) -> list[Text]:
    """Return texts, or the first and last ones with what says how many more there are."""
    first, count, last = shortened(several, most)
    return [*first, *[Text(omission(count, style), "dim")] * bool(count), *last]


def cut(text: Text, room: int, style: Style) -> Text:
    """Return a text, cut off to fit; a quotation is closed, since what follows is not a part of it."""
    if text.cell_len <= room:
        return text
    marks = style.quoted("")
    opening, closing = marks[0], marks[-1]
    cut = text.copy()
    cut.truncate(max(0, room - len(style.ellipsis) - 1))
    quotes = cut.plain.count(opening) - cut.plain.count(closing) if opening != closing else cut.plain.count(opening) % 2
    return cut.append(style.ellipsis + closing * bool(quotes))


def padded(text: str, width: int) -> str:
    """Return the text padded with spaces to that many columns."""
    return text + " " * (width - cell_len(text))


def table_lines(table: "Table", style: Style) -> list[Text]:
    """Return the lines of a table of Rich's; each of its cells takes one line."""
    lines = _console(style, io.StringIO()).render_lines(table, pad=False)
    return [Text.assemble(*((each.text, each.style or "") for each in line)) for line in lines]


def to_text(lines: Iterable[Text], style: Style) -> str:
    """Return lines as text for the terminal, with color codes if the style has color."""
    stream = io.StringIO()
    console = _console(style, stream)
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return stream.getvalue().replace(NO_BREAK, " ")


def _console(style: Style, stream: io.StringIO) -> Console:
    return Console(
        file=stream,
        width=style.width,
        color_system="standard" if style.color else None,
        force_terminal=style.color,
        no_color=not style.color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
