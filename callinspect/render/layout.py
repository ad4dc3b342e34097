"""Lines of text laid out for a terminal of a given width.

Every line begins with a blank, and one that continues another with more, so that no text of a stranger's begins as our
own lines do. Identifiers are never cut: one too long for its line is left for the terminal to wrap, so that it copies
as one. Whatever comes from a vendor is made inert before it gets here, and goes in as plain text, never as markup.
"""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from callinspect.render.inert import inert, quoted, word

MAX_LABEL_WIDTH = 22
"""Columns that labels may take on a narrow terminal; on a wide one they may take half."""

WIDE = 60

HANGING = 2
"""Columns by which a line that continues another is indented more."""

_WORDS = re.compile(r"\S+")
_IDENTIFIER = re.compile("[!#-~]+")
_QUOTATION = re.compile('[“”"]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to draw: terminal columns, colour or none, times in UTC or local, plain ASCII for old terminals.

    What the terminal's encoding lacks is shown as escapes, which take more columns.
    """

    width: int = 80
    color: bool = False
    utc: bool = False
    ascii: bool = False
    encoding: str = "utf-8"

    @property
    def arrow(self) -> str:
        """Stands between calling and called party."""
        return "-->" if self.ascii else "──▶"

    @property
    def back(self) -> str:
        """Stands between a redirection and the one before it."""
        return "<-" if self.ascii else "◀─"

    @property
    def dot(self) -> str:
        """Stands between words of a heading."""
        return "-" if self.ascii else "·"

    @property
    def marks(self) -> tuple[str, str]:
        """What ringing and talking are drawn with."""
        return (".", "#") if self.ascii else ("░", "█")

    @property
    def nearly(self) -> str:
        """Stands before codes that come nearest."""
        return "~" if self.ascii else "≈"

    def inert(self, text: str) -> str:
        """Return the text as this terminal can show it, and does not obey it."""
        return self._encodable(inert(text))

    def quoted(self, text: str) -> str:
        """Return the text in quotation marks, inert; for what a stranger chose."""
        return self._encodable(quoted(text, self._quotation))

    def word(self, text: str) -> str:
        """Return the text as it is if it is one plain word, else in quotation marks; for what a vendor chose."""
        return self._encodable(word(text, self._quotation))

    @property
    def _quotation(self) -> str:
        return '""' if self.ascii else "“”"

    def _encodable(self, text: str) -> str:
        return text if text.isascii() else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def local(self, moment: datetime) -> datetime:
        """Return the moment in the zone to show."""
        try:
            return moment.astimezone(UTC if self.utc else None)
        except (OverflowError, ValueError):
            return moment  # at the ends of the calendar, which some vendors use for "no date"


def flattened(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of every leaf of a JSON value; a list of texts is one leaf."""
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from flattened(below, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and not all(isinstance(each, str) for each in value):
        for index, below in enumerate(value):
            yield from flattened(below, f"{path}[{index}]")
    else:
        yield path, value


def labelled(rows: Sequence[tuple[str, str]], style: Style, indent: int = 1) -> list[Text]:
    """Return labels and their values, the values aligned; one that does not fit goes below its label."""
    limit = MAX_LABEL_WIDTH if style.width < WIDE else style.width // 2
    width = max((cell_len(label) for label, _ in rows if cell_len(label) <= limit), default=0)
    return [line for label, value in rows for line in _labelled(label, value, width, indent, style)]


def _labelled(label: str, value: str, width: int, indent: int, style: Style) -> list[Text]:
    margin = indent + width + 2
    longest_word = max(map(cell_len, value.split()), default=0)
    if cell_len(label) <= width and longest_word <= style.width - margin:
        first, *others = sentence(Text(value), style, margin, 0)
        return [Text.assemble(" " * indent, (padded(label, width), "dim"), "  ", first[margin:]), *others]
    below = sentence(Text(value), style, indent + HANGING, 0)
    return [*sentence(Text(label, "dim"), style, indent), *below]


def sentence(text: Text, style: Style, indent: int = 1, hanging: int = HANGING) -> list[Text]:
    """Return a text on as many lines as it takes, those after the first indented more.

    Args:
        text: may have parts in quotation marks.
        style: how wide the lines are.
        indent: columns before the first line.
        hanging: columns before the others, besides.
    """
    lines = text.divide(_line_starts(text.plain, style.width - indent, hanging))
    for line in lines:
        line.rstrip()
    return [Text.assemble(" " * (indent + hanging * bool(number)), line) for number, line in enumerate(lines)]


def _line_starts(text: str, room: int, hanging: int) -> Iterator[int]:
    """Give the places at which the lines of a text begin after the first, which has more room.

    They begin at words, and within a word that no line has room for: unless it is an identifier, outside quotations.
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


def flowing(parts: Iterable[Text], style: Style) -> list[Text]:
    """Return parts side by side on as many indented lines as they take, each kept whole if it fits on one."""
    gap = "  "
    lines: list[Text] = []
    for part in parts:
        if lines and lines[-1].cell_len + len(gap) + part.cell_len < style.width:
            lines[-1] = Text.assemble(lines[-1], gap, part)
        else:
            lines += sentence(part, style)
    return lines


def padded(text: str, width: int) -> str:
    """Return the text filled up with spaces to that many columns."""
    return text + " " * (width - cell_len(text))


def drawn(lines: Iterable[Text], style: Style) -> str:
    """Return lines as text for the terminal, with its colour codes if there is to be colour."""
    stream = io.StringIO()
    console = Console(
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
    for line in lines:
        line.rstrip()
        console.print(line, soft_wrap=True)
    return stream.getvalue()
