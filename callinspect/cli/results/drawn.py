"""Results that are drawn for people together, once all have arrived."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callinspect.cli.console import streams
from callinspect.cli.results.writers import Writer

if TYPE_CHECKING:
    from callinspect.render.style import Style


class Drawn(Writer):
    """Holds results until the end, and draws them.

    Args:
        style: returns the style to draw with.
        draw: draws them.
    """

    def __init__(self, style: "Callable[[], Style]", draw: "Callable[[list[Any], Style], str]") -> None:
        self._style = style
        self._draw = draw
        self._held: list[Any] = []

    def add(self, result: Any) -> None:
        """Hold a result: the width of the columns is known at the end."""
        self._held.append(result)

    def end(self) -> None:
        """Write what is held, if there is anything."""
        held, self._held = self._held, []
        if held:
            streams.write_for_people(self._draw(held, self._style()))


def drawn(draw: "Callable[[list[Any], Style], str]") -> "Callable[[Callable[[], Style], bool, bool], Writer]":
    """Return how a kind of results is drawn (see `Kind.draw`), given what draws all that there are."""
    return lambda style, _several, _include: Drawn(style, draw)
