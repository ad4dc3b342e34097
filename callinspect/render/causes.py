"""The most frequent causes of many calls."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from callinspect.render.harmless import limited
from callinspect.render.layout import GAP, WIDE, cut, padded, sentence
from callinspect.render.style import Style

if TYPE_CHECKING:
    from callinspect.figures import CauseCount

MAX_CAUSES = 10

MAX_WORD = 24
"""Columns of a code or a title, beyond which what follows is not aligned."""

MIN_EXPLANATION = 30
"""Columns that an explanation has to have beside its cause; else it stands below."""

MAX_LENGTH = 80
"""Columns of a word or a title at most."""

MOSTLY = "mostly: "
"""Before the explanation of most calls of a cause, where others have another one."""


class _Row(NamedTuple):
    """What is said of a cause, harmless; `provider` is "" where all have the same."""

    calls: str
    provider: str
    code: str
    title: str
    explanation: str


def causes(several: "Sequence[CauseCount]", style: Style) -> Iterator[Text]:
    """Yield a heading, and of each cause calls, provider if there are several, code, title and explanation.

    Calls that end as they should would hide the others: causes of calls that were not answered come first.

    Args:
        several: the causes, the most frequent first.
        style: how to draw.
    """
    if not several:
        return
    are_failures_first = len(set(map(_is_failure, several))) > 1
    heading = Text("Causes", "bold").append(", of unanswered calls first" * are_failures_first, "not bold dim")
    yield from sentence(heading, style)
    has_provider = len({each.provider for each in several}) > 1
    shown = sorted(several, key=_is_failure, reverse=True)[:MAX_CAUSES]
    rows = [_row(each, style, has_provider=has_provider) for each in shown]
    widths = [min(max(map(cell_len, column)), MAX_WORD) for column in zip(*(row[:-1] for row in rows), strict=True)]
    for row in rows:
        yield from _lines(row, widths, style)
    if left := len(several) - len(rows):
        yield from sentence(Text(f"and {left:,} more", "dim"), style, _indent(widths), 0)


def _is_failure(cause: "CauseCount") -> bool:
    """Whether most calls of a cause were not answered."""
    return 2 * cause.unanswered > cause.calls


def _row(cause: "CauseCount", style: Style, *, has_provider: bool) -> _Row:
    return _Row(
        f"{cause.calls:,}",
        _one_line(style.word(limited(cause.provider, style)), style) if has_provider else "",
        _one_line(style.word(limited(cause.code, style)), style),
        _one_line(style.inert(limited(cause.title or "", style)), style),
        MOSTLY * (cause.is_mixed and cause.explanation is not None)
        + style.inert(limited(cause.explanation or "", style)),
    )


def _one_line(text: str, style: Style) -> str:
    """Return a text as long as a line at most; all of it is in JSON."""
    return cut(Text(text), MAX_LENGTH, style).plain


def _indent(widths: Sequence[int]) -> int:
    """Return the column at which the words of a cause begin."""
    return 1 + widths[0] + GAP


def _lines(row: _Row, widths: Sequence[int], style: Style) -> list[Text]:
    """Return a cause: with its explanation in a column of its own where there is room, else below."""
    is_wide = style.width >= WIDE
    words = [(row.provider, ""), (row.code, "bold"), *[(row.title, "")] * is_wide]
    head = Text(row.calls.rjust(widths[0]))
    for width, (word, look) in zip(widths[1:], words, strict=False):
        text = padded(word, width) if is_wide else word
        head.append(" " * GAP * bool(text)).append(text, look)
    head.rstrip()
    indent = _indent(widths)
    lines = sentence(head, style, 1, indent - 1)
    explanation = Text(row.explanation, "dim")
    if not is_wide and row.title:
        separator = ", " if row.explanation.startswith(MOSTLY) else ": "
        explanation = Text.assemble(row.title, (f"{separator}{row.explanation}" if row.explanation else "", "dim"))
    if not explanation:
        return lines
    column = 1 + sum(width + GAP for width in widths if width)
    if not is_wide or style.width - column < MIN_EXPLANATION or head.cell_len + 1 + GAP > column:
        return [*lines, *sentence(explanation, style, indent, 0)]
    first, *others = sentence(explanation, style, column, 0)
    return [Text.assemble(lines[0], " " * (column - lines[0].cell_len), first[column:]), *others]
