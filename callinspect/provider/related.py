"""Related data of a call: how extras are fetched after the call, and read into its record.

Whatever goes wrong with an extra, the call is read: the record has null in its place, and a warning.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call, Related
from callinspect.provider.answers import merged, plain_id
from callinspect.provider.contract import Provider
from callinspect.provider.exchange import Account, Document, Flow, Incomplete
from callinspect.provider.extras import ExtraFlow, Extras
from callinspect.provider.flows import unreadable
from callinspect.provider.parts import bounded, warn

if TYPE_CHECKING:
    from callinspect.model import Relation
    from callinspect.model.related import Leg
    from callinspect.provider.parsing import Json


def fetched(provider: Provider, account: Account, call_id: str, extras: Extras) -> Flow:
    """Describe the requests for a call and its extras; an extra that cannot be fetched becomes a note."""
    document = yield from provider.fetch(account, call_id)
    document = document.noting(*(f"{provider.title} has no {each} to read" for each in extras.unknown(provider.extras)))
    for name, extra in provider.extras.items():
        if not extras.wants(name, extra, document):
            continue
        try:
            found = yield from _marked(extra.fetch(account, document))
        except InternalError:
            raise
        except CallinspectError as error:
            document = document.noting(unreadable(_named(name), error))
        else:
            document = _having(document, name, found)
    return document


def _marked(flow: ExtraFlow) -> ExtraFlow:
    """Follow a flow, whose requests are marked as those for an extra."""
    try:
        request = next(flow)
        while True:
            try:
                response = yield request._replace(is_extra=True)
            except CallinspectError as error:
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as end:
        found: Json | Incomplete = end.value
        return found


def _having(document: Document, name: str, found: "Json | Incomplete") -> Document:
    if not isinstance(found, Incomplete):
        return document.having(name, found)
    document = document.noting(*found.notes)
    return document if found.found is None else document.having(name, found.found)


def _named(name: str) -> str:
    return f"the call's {name.replace('_', ' ')}"


def with_extras(provider: Provider, call: Call, document: Document) -> Call:
    """Return the call with the extras that were fetched; those without a key in the record are in `vendor` as sent."""
    if not document.extras:
        return call
    warnings: list[str] = []
    read: dict[str, Any] = {}
    sent: dict[str, Json] = {}
    for name, found in document.extras.items():
        reader = provider.extras[name].read
        if reader is None:
            sent[name] = found
            continue
        try:
            read[name] = _bounded(name, reader(found, call, warnings), warnings)
        except CallinspectError as error:
            warnings.append(unreadable(_named(name), error))
    return call._replace(
        related=Related(**read),
        vendor=merged(call.vendor, sent, "extras"),
        warnings=(*call.warnings, *warnings),
    )


def _bounded(name: str, found: Any, warnings: list[str]) -> Any:
    return tuple(bounded(name, [*found], warnings)) if type(found) is tuple else found


Legs = Callable[["Json", Call, list[str]], "tuple[Leg, ...]"]


def relative(relation: "Relation", body: "Json") -> dict[str, "Json"]:
    """Return another leg as an extra's flow hands it to `legs`: what it is to the call, and the vendor's object."""
    return {"relation": str(relation), "call": body}


def legs(normalize: Callable[[Document], Call]) -> Legs:
    """Return what reads a list of `relative`s; the call itself is none, and each leg is there once.

    Args:
        normalize: reads a call of the vendor's.
    """
    return partial(_legs, normalize)


def _legs(normalize: Callable[[Document], Call], found: "Json", call: Call, warnings: list[str]) -> "tuple[Leg, ...]":
    from callinspect.model import Relation

    if not isinstance(found, list):
        raise BadResponseError("the answer is not a list")
    known = {plain_id(call.id)}
    read: list[Leg] = []
    odd: list[str] = []
    for each in bounded("legs", [each for each in found if isinstance(each, dict)], warnings):
        other = leg(normalize, Relation(each["relation"]), each["call"], odd)
        if other is not None and plain_id(other.id) not in known:
            known.add(plain_id(other.id))
            read.append(other)
    warn("legs", odd, warnings)
    return tuple(read)


def leg(
    normalize: Callable[[Document], Call], relation: "Relation", body: "Mapping[str, Any] | Json", warnings: list[str]
) -> "Leg | None":
    """Return another leg of the conversation; None, with a warning, if its record cannot be read.

    Args:
        normalize: reads a call of the vendor's.
        relation: what the leg is to the call.
        body: the vendor's call object.
        warnings: collects what was odd.
    """
    from callinspect.model.related import Leg

    try:
        call = normalize(Document(dict(body) if isinstance(body, Mapping) else body))
    except CallinspectError as error:
        warnings.append(unreadable("a leg of the call", error))
        return None
    return Leg(relation, call.id, call._replace(related=None, timeline=None))
