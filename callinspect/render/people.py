"""Everything drawn for people; it needs Rich, so this is imported only when something is drawn."""

from collections.abc import Iterable

from rich.text import Text

from callinspect.render.card import card
from callinspect.render.changes import changes
from callinspect.render.layout import Style, sentence, to_text
from callinspect.render.moments import zone
from callinspect.render.table import calls, document

__all__ = ["Style", "calls", "card", "changes", "document", "lines", "zone"]


def lines(texts: Iterable[str], style: Style) -> str:
    """Return harmless texts, each broken into lines."""
    return to_text([line for each in texts for line in sentence(Text(each), style)], style)
