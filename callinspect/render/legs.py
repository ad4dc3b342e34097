"""The other legs of a call, numbered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callinspect.model import Call

if TYPE_CHECKING:
    from callinspect.model.related import Leg


def numbered(call: Call) -> Mapping[str, tuple[int, "Leg"]]:
    """Return each other leg with its number by its ID, in the order of their first moments; the call is the first leg.

    Those without a moment come last.
    """
    legs: dict[str, Leg] = {}
    for leg in (call.related and call.related.legs) or ():
        legs.setdefault(leg.id, leg)
    if not legs:
        return {}
    first = dict.fromkeys(entry.leg for entry in call.timeline or () if entry.leg in legs) | dict.fromkeys(legs)
    return {id_: (number, legs[id_]) for number, id_ in enumerate(filter(None, first), 2)}


def related_as(leg: "Leg") -> str:
    """Return what another leg is to the call, and whether it could not be read."""
    return leg.relation if leg.call else f"{leg.relation}, could not be read"
