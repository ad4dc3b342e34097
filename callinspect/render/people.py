"""Everything drawn for people; it needs Rich, so this is imported only when something is drawn."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Unpack

from rich.text import Text

from callinspect.render.card import Around, card, card_lines
from callinspect.render.changes import changes
from callinspect.render.columns import columns
from callinspect.render.layout import sentence, to_text
from callinspect.render.moments import zone
from callinspect.render.style import Style
from callinspect.render.table import calls, document

if TYPE_CHECKING:
    from callinspect.comparing import Comparison
    from callinspect.figures import Statistics
    from callinspect.model import Call
    from callinspect.reference.explained import Explained
    from callinspect.reference.tables import Table

__all__ = [
    "Around",
    "calls",
    "card",
    "changes",
    "checkup",
    "columns",
    "conclusion",
    "differences",
    "document",
    "explained",
    "explained_list",
    "explained_tables",
    "json",
    "lines",
    "message",
    "picture",
    "slots_fitting",
    "statistics",
    "statistics_picture",
    "zone",
]


def lines(texts: Iterable[str], style: Style) -> str:
    """Return harmless texts, each broken into lines."""
    return to_text([line for each in texts for line in sentence(Text(each), style)], style)


def picture(
    call: "Call", style: Style, checked: Callable[[str], str], *, is_page: bool, **around: Unpack[Around]
) -> str:
    """Return the card of a call as a picture: an SVG file, or a page of HTML.

    Args:
        call: the call.
        style: its width is the picture's.
        checked: returns a finished text, masked if need be, or refuses it.
        is_page: whether to return HTML.
        around: what else the card says (see `card`).
    """
    from callinspect.render import export

    draw = export.page if is_page else export.picture
    around["is_kept"] = True
    return draw(card_lines(call, style, **around), export.title(call, style), style, checked)


def differences(comparison: "Comparison", style: Style) -> str:
    """Return what differs between two records."""
    from callinspect.render.differences import differences as drawn

    return drawn(comparison, style)


def statistics(found: "Statistics", style: Style) -> str:
    """Return the figures of many calls."""
    from callinspect.render.statistics import statistics as drawn

    return drawn(found, style)


def slots_fitting(lines: int) -> int:
    """Return how many slots of time to show on a terminal of that many lines."""
    from callinspect.render.slots import fitting

    return fitting(lines)


def statistics_picture(found: "Statistics", style: Style, checked: Callable[[str], str], *, is_page: bool) -> str:
    """Return the figures of many calls as a picture; see `picture`."""
    from callinspect.render import export
    from callinspect.render import statistics as drawn

    draw = export.page if is_page else export.picture
    return draw(drawn.lines(found, style), drawn.title(found, style), style, checked)


def checkup(
    heading: str | None, checks: Iterable[tuple[str, str, str, Sequence[str]]], style: Style, width: int
) -> str:
    """Return checks of `doctor`: of each its name, status, summary and remedies; names have that many columns."""
    from callinspect.render.checkup import Line
    from callinspect.render.checkup import checkup as drawn

    return drawn(heading, [Line(*each) for each in checks], style, width)


def conclusion(statuses: Sequence[str], style: Style) -> str:
    """Return the last line of `doctor`, by the statuses of its checks."""
    from callinspect.render.checkup import conclusion as drawn

    return drawn(statuses, style)


def explained(several: "Sequence[Explained]", style: Style) -> str:
    """Return entries of `explain` in full."""
    from callinspect.render.explained import entries

    return entries(several, style)


def explained_list(several: "Sequence[Explained]", style: Style) -> str:
    """Return a table of `explain` as a list."""
    from callinspect.render.explained import entry_list

    return entry_list(several, style)


def explained_tables(several: "Sequence[Table]", style: Style) -> str:
    """Return the tables of `explain`."""
    from callinspect.render.explained import tables

    return tables(several, style)


def message(headline: str, hints: Iterable[str], label: str, style: Style) -> str:
    """Return an error's headline and hints, inert already, wrapped at words; the label in front is red.

    The headline's further lines are indented more than the hints, since a vendor's words may be in them.
    """
    first = Text(headline)
    first.stylize("bold red", 0, len(label))
    hanging = len("  · ")
    wrapped = [sentence(Text(each), style, 0, hanging) for each in hints]
    return to_text([*sentence(first, style, 0, len(label) + 1), *(line for each in wrapped for line in each)], style)


def json(text: str) -> str:
    """Return a JSON text in color."""
    from rich.highlighter import JSONHighlighter

    return to_text([JSONHighlighter()(Text(text))], Style(color=True)).removesuffix("\n")
