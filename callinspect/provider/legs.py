"""The other legs of a call's conversation, as an extra's flow hands them over and as the record has them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call, Relation
from callinspect.provider.answers import doubted, has_more, is_same_call, plain_id
from callinspect.provider.exchange import Document, Response
from callinspect.provider.extras import MAX_PARTS
from callinspect.provider.lists_below import unreadable
from callinspect.provider.parsing import Json
from callinspect.provider.reader import shown
from callinspect.provider.related import bounded, objects, warn

if TYPE_CHECKING:
    from callinspect.model.related import Leg

Legs = Callable[[Json, Call, list[str]], "tuple[Leg, ...]"]


def relative(relation: Relation, body: Json, call_id: str | None = None) -> dict[str, Json]:
    """Return another leg as an extra's flow hands it to `legs`.

    Args:
        relation: what the leg is to the call.
        body: the vendor's object; None if it could not be read.
        call_id: the leg's ID, if another leg names it: then it is there even if it cannot be read.
    """
    return {"relation": relation, "id": call_id, "call": body}


def searched(answer: Response, found: Iterable[Json], what: str, notes: list[str]) -> list[dict[str, Json]]:
    """Return the calls of a page that is searched for legs, of a list that may have more pages.

    Args:
        answer: the page.
        found: its elements.
        what: it lists, as `the user's calls`.
        notes: collects what was not searched.
    """
    if has_more(answer):
        notes.append(f"only the first page of {what} was searched for legs")
    return calls_in(found, notes)


def calls_in(found: Iterable[Json], notes: list[str]) -> list[dict[str, Json]]:
    """Return the objects of a list that is searched for legs, with a note about anything else."""
    odd: list[str] = []
    calls = [each for _, each in objects("legs", found, odd)]
    warn("legs", odd, notes)
    return calls


def legs(normalize: Callable[[Document], Call]) -> Legs:
    """Return what reads a list of `relative`s; the call itself is none, and each leg is there once.

    Args:
        normalize: reads a call of the vendor's.
    """
    return partial(_legs, normalize)


def _legs(normalize: Callable[[Document], Call], found: Json, call: Call, warnings: list[str]) -> "tuple[Leg, ...]":
    from callinspect.model.related import Leg

    if not isinstance(found, list):
        raise BadResponseError("the answer is not a list")
    own = plain_id(call.id)
    others: dict[str, Leg] = {}
    odd: list[str] = []
    for _, each in objects("legs", found, odd):
        read = None if each["call"] is None else _read(normalize, each["call"], each["id"], odd)
        call_id = read.id if read else each["id"]
        known = None if call_id is None else plain_id(call_id)
        if known in {None, own}:
            continue
        if known not in others:
            others[known] = Leg(Relation(each["relation"]), call_id, read)
        elif others[known].call is None:
            others[known] = others[known]._replace(call=read)
        if len(others) > MAX_PARTS:
            break
    warn("legs", odd, warnings)
    return tuple(bounded("legs", [*others.values()], warnings))


def _read(normalize: Callable[[Document], Call], body: Json, asked: str | None, warnings: list[str]) -> Call | None:
    """Return the record of a leg; None, with a warning, if it cannot be read, or is not of the one asked for."""
    try:
        call = normalize(Document(body))
    except InternalError:
        raise
    except CallinspectError as error:
        warnings.append(unreadable("a leg of the call", error))
        return None
    if asked is not None and not is_same_call(asked, call.id):
        warnings.append(f"the answer about the leg {shown(asked)} is about another call: {shown(call.id)}")
        return None
    return doubted(call)._replace(related=None, timeline=None)
