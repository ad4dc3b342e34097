"""The other legs of a call's conversation, as an extra's flow hands them over and as the record has them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call, Relation
from callinspect.provider.answers import plain_id
from callinspect.provider.exchange import Document
from callinspect.provider.lists_below import unreadable
from callinspect.provider.parsing import Json
from callinspect.provider.related import bounded, warn

if TYPE_CHECKING:
    from callinspect.model.related import Leg

Legs = Callable[[Json, Call, list[str]], "tuple[Leg, ...]"]


def relative(relation: Relation, body: Json) -> dict[str, Json]:
    """Return another leg as an extra's flow hands it to `legs`: what it is to the call, and the vendor's object."""
    return {"relation": relation, "call": body}


def legs(normalize: Callable[[Document], Call]) -> Legs:
    """Return what reads a list of `relative`s; the call itself is none, and each leg is there once.

    Args:
        normalize: reads a call of the vendor's.
    """
    return partial(_legs, normalize)


def _legs(normalize: Callable[[Document], Call], found: Json, call: Call, warnings: list[str]) -> "tuple[Leg, ...]":
    if not isinstance(found, list):
        raise BadResponseError("the answer is not a list")
    known = {plain_id(call.id)}
    read: list[Leg] = []
    odd: list[str] = []
    for each in bounded("legs", [each for each in found if isinstance(each, dict)], warnings):
        other = _leg(normalize, Relation(each["relation"]), each["call"], odd)
        if other is not None and plain_id(other.id) not in known:
            known.add(plain_id(other.id))
            read.append(other)
    warn("legs", odd, warnings)
    return tuple(read)


def _leg(normalize: Callable[[Document], Call], relation: Relation, body: Json, warnings: list[str]) -> "Leg | None":
    """Return another leg of the conversation; None, with a warning, if its record cannot be read."""
    from callinspect.model.related import Leg

    try:
        call = normalize(Document(body))
    except InternalError:
        raise
    except CallinspectError as error:
        warnings.append(unreadable("a leg of the call", error))
        return None
    return Leg(relation, call.id, call._replace(related=None, timeline=None))
