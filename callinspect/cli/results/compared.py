"""How what differs between two records is written."""

from typing import TYPE_CHECKING, Any

from callinspect.cli.results.drawn import drawn
from callinspect.cli.results.writers import Kind

if TYPE_CHECKING:
    from callinspect.comparing import Comparison
    from callinspect.comparing.patches import Operation
    from callinspect.render.style import Style


def _patch(comparison: "Comparison") -> "list[Operation]":
    return comparison.patch


def _no_path(_path: str) -> None:
    """A patch has no fields to choose; there is no option for it."""


def _draw(held: list[Any], style: "Style") -> str:
    from callinspect.render import people

    (comparison,) = held
    return people.differences(comparison, style)


COMPARED = Kind(_patch, _patch, _no_path, (), drawn(_draw), is_masked=False)
"""A comparison of sides that are masked already."""
