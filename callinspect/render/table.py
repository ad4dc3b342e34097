"""Several calls as a table; a vendor's own document as a table."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from callinspect.model import Call
from callinspect.render.card import state_style
from callinspect.render.duration import seconds
from callinspect.render.harmless import Harmless, harmless, rows
from callinspect.render.layout import Style, flattened, flowing, labeled, padded, sentence, to_text
from callinspect.render.parties import sides

HEADER = ("ID", "PROVIDER", "STATE", "FROM", "TO", "CREATED", "TOTAL")


def calls(several: Sequence[Call], style: Style) -> str:
    """Return calls as a table: one line per call, several if it is too wide for the terminal."""
    shown = [harmless(each, style) for each in several]
    cells = [_row(call, style) for call in shown]
    widths = [max(cell_len(row[column]) for row in [HEADER, *cells]) for column in range(len(HEADER))]
    if sum(widths) + 2 * (len(widths) - 1) <= style.width:
        lines = [Text("  ".join(map(padded, HEADER, widths)), "dim")]
        lines += [_aligned(call, row, widths) for call, row in zip(shown, cells, strict=True)]
    else:
        lines = [line for call, row in zip(shown, cells, strict=True) for line in _stacked(call, row, style)]
    return to_text(lines, style)


def document(json: Any, style: Style, indent: int = 1) -> str:
    """Return a vendor's document as a table: one row per field, with its path."""
    return to_text(labeled(rows(flattened(json), style), style, indent), style)


def _row(call: Harmless, style: Style) -> tuple[str, ...]:
    created = call.created_at or call.queued_at
    from_, to = sides(call, kinds=False)
    total = call.durations.total if call.durations.total is not None else call.durations.reported
    return (
        call.id,
        call.provider,
        " ".join(each for each in (call.state, call.outcome) if each),
        from_.plain,
        to.plain,
        f"{style.local(created):%Y-%m-%d %H:%M:%S %Z}" if created else "",
        "" if total is None else seconds(total),
    )


def _aligned(call: Harmless, row: Sequence[str], widths: Sequence[int]) -> Text:
    identifier, provider, state, *others = map(padded, row, widths)
    return Text.assemble(identifier, "  ", provider, "  ", (state, state_style(call)), "  ", "  ".join(others))


def _stacked(call: Harmless, row: Sequence[str], style: Style) -> list[Text]:
    identifier, provider, state, from_, to, created, total = row
    facts = [
        (provider, "cyan"),
        (state, state_style(call)),
        (f"{from_} {style.arrow} {to}", ""),
        (created, "dim"),
        (total, ""),
    ]
    return [*sentence(Text(identifier, "bold"), style, 0), *flowing([Text(*fact) for fact in facts if fact[0]], style)]
