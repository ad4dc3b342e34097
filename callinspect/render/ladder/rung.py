"""One line of a ladder."""

from typing import NamedTuple

from callinspect.model.timeline import Entry
from callinspect.render.ladder.presence import Mark

Arrow = tuple[int, int]
"""Who acts, and whom it concerns."""


def arrow(by: int | None, to: int | None) -> Arrow | None:
    """Return the arrow between two lanes, None if one is not known, or both are the same."""
    return (by, to) if by is not None and to is not None and by != to else None


class Rung(NamedTuple):
    """One line of the ladder.

    Attributes:
        entry: what happened.
        words: the same in words.
        color: the color of the words.
        arrow: from whom to whom; None if nobody acts, or it is not known who.
        alone: the one whom it concerns, where there is no arrow.
        marks: what everybody does on that line; nothing where it is not drawn.
        after: what everybody does below that line.
    """

    entry: Entry
    words: str
    color: str
    arrow: Arrow | None
    alone: int | None
    marks: tuple[Mark, ...]
    after: tuple[Mark, ...]
