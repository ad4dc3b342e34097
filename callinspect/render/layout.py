"""Lines of text laid out for a terminal of a given width.

Identifiers are never cut: a word too long for its line is left for the terminal to wrap, so that it copies as one.
Whatever comes from a vendor is made inert before it gets here, and goes in as plain text, never as markup.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from callinspect.render.inert import inert
from callinspect.render.json import dumps

LABEL_WIDTH = 22
"""Columns that labels may take on a narrow terminal; on a wide one they may take half."""

WIDE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to draw: terminal columns, colour or none, times in UTC or local, plain ASCII for old terminals."""

    width: int = 80
    color: bool = False
    utc: bool = False
    ascii: bool = False

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

    def quoted(self, text: str) -> str:
        """Return the text in quotation marks."""
        return f'"{text}"' if self.ascii else f"“{text}”"

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


def shown(value: Any) -> str:
    """Return a leaf as text."""
    if isinstance(value, list) and value:
        return inert(", ".join(value))
    return inert(value) if isinstance(value, str) else dumps(value, lines=True)


def labelled(rows: Sequence[tuple[str, str]], style: Style) -> list[Text]:
    """Return labels and their values, the values aligned; one that does not fit goes below its label."""
    limit = LABEL_WIDTH if style.width < WIDE else style.width // 2
    width = max((cell_len(inert(label)) for label, _ in rows if cell_len(inert(label)) <= limit), default=0)
    return [line for label, value in rows for line in _labelled(inert(label), value, width, style)]


def _labelled(label: str, value: str, width: int, style: Style) -> list[Text]:
    beside = style.width - 3 - width
    longest_word = max(map(cell_len, value.split(" ")))
    if cell_len(label) <= width and longest_word <= beside:
        first, *others = _folded(value, beside)
        return [
            Text.assemble(" ", (padded(label, width), "dim"), "  ", first),
            *(Text(" " * (width + 3) + other) for other in others),
        ]
    return [
        *(Text(f" {part}", "dim") for part in _folded(label, style.width - 1)),
        *(Text(f"   {part}") for part in _folded(value, style.width - 3)),
    ]


def _folded(value: str, room: int) -> list[str]:
    """Break a text at spaces; a word that is longer than the room stays whole."""
    first, *others = value.split(" ")
    lines = [first]
    for word in others:
        joined = f"{lines[-1]} {word}"
        if cell_len(joined) > room:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines


def sentence(text: Text, style: Style) -> list[Text]:
    """Return a text on as many indented lines as it takes, broken at spaces."""
    lengths = [len(line) + 1 for line in _folded(text.plain, style.width - 1)]
    lines = text.divide(accumulate(lengths[:-1]))
    for line in lines:
        line.rstrip()
    return [Text.assemble(" ", line) for line in lines]


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
