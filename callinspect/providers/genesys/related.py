"""What else Genesys reports about a call: its other legs, and the device that it is on.

A record refers to both by address. Only the ID at the end of one is used: addresses come from the server's own
configuration, and credentials are never sent there.
"""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError
from callinspect.model import EMPTY, Call, Relation
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Reader,
    Request,
    Response,
    as_text,
    first,
    is_same_call,
    last_segment,
    relative,
    searched,
    tried,
    url,
)
from callinspect.providers.genesys.envelopes import base, list_read, unwrapped
from callinspect.providers.genesys.words import DEVICE_STATES, DO_NOT_DISTURB

if TYPE_CHECKING:
    from callinspect.model.related import Device

ORDER = (Relation.PARENT, Relation.CONSULT, Relation.SIBLING)
"""Which of two that a call is to another counts."""


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """Fetch the call that this one was made from, and list the user's calls; either may be missing."""
    call = _resource(document)
    parent_id = _id_in(call, "parentCallUri")
    notes: list[str] = []
    found: list[dict[str, Json]] = []
    if parent_id is not None and not is_same_call(parent_id, as_text(call.get("id")) or ""):
        parent = yield from tried(_parent(account, parent_id), "the parent leg", notes)
        found.append(relative(Relation.PARENT, parent, parent_id))
    listed = yield from tried(_own(account, notes), "the call's legs", notes)
    if listed is None and not found:
        return Incomplete(None, tuple(notes))
    found += [relative(relation, each) for each in listed or () if (relation := _relation(each, call))]
    return Incomplete(sorted(found, key=lambda each: ORDER.index(each["relation"])), tuple(notes))


def _relation(other: Mapping[str, Any], call: Mapping[str, Any]) -> Relation | None:
    """Return what one of the user's calls is to the call, None if it does not belong to it."""
    if _are_same(as_text(other.get("id")), _id_in(call, "parentCallUri")):
        return Relation.PARENT
    if _are_same(as_text(call.get("id")), _id_in(other, "parentCallUri")):
        return Relation.CONSULT
    return Relation.SIBLING if _are_same(as_text(call.get("callUuid")), as_text(other.get("callUuid"))) else None


def _are_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and is_same_call(one, other)


def _parent(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    answer = yield Request(url=url(base(account), "me", "calls", call_id))
    found, _ = unwrapped(answer.document, call_id)
    if not isinstance(found, dict) or not is_same_call(call_id, as_text(found.get("id")) or ""):
        raise BadResponseError("the answer is about another call")
    return found


def _own(account: Account, notes: list[str]) -> Generator[Request, Response, list[dict[str, Json]]]:
    answer = yield Request(url=url(base(account), "me", "calls", fields="*"))
    page = list_read(answer)
    if page.call_ids:
        raise BadResponseError("answered with addresses of calls instead of calls")
    return searched(answer, page.calls, "the user's calls", notes)


def fetch_device(account: Account, document: Document) -> ExtraFlow:
    """Fetch the user's device that the call is on: Device API, GET /me/devices/{id}; null if the call names none."""
    device = _id_in(_resource(document), "deviceUri")
    if device is None:
        return None
    answer = yield Request(url=url(base(account), "me", "devices", device))
    found = answer.fields.get("device", answer.document)
    if not isinstance(found, dict) or found.keys().isdisjoint({"id", "deviceState"}):
        raise BadResponseError("the answer is not a device")
    return {name: value for name, value in found.items() if name != "statusCode"}


def read_device(found: Json, _call: Call, warnings: list[str]) -> "Device | None":
    """Read a device resource, None where the call names none."""
    from callinspect.model.related import Device

    if not isinstance(found, dict):
        return None
    body = Reader(found, warnings, "device.")
    user = body.nested("userState")
    do_not_disturb = body.choice("doNotDisturb", DO_NOT_DISTURB, None, kept_elsewhere=True)
    if do_not_disturb is None and body.keep("doNotDisturb") is not None:
        body.leave("doNotDisturb")
    return Device(
        id=body.text("id"),
        number=_either(body, "e164Number", "phoneNumber"),
        state=body.choice("deviceState", DEVICE_STATES, None, kept_elsewhere=True),
        vendor_state=body.text("deviceState"),
        user_state=_either(user, "displayName", "state") if user else None,
        do_not_disturb=do_not_disturb,
        vendor=body.leftovers(),
    )


def _either(body: Reader, name: str, otherwise: str) -> str | None:
    """Return one text or else another, which stays a leftover if it says something else."""
    found, other = body.text(name), body.text(otherwise)
    if found is not None and other is not None and other != found:
        body.leave(otherwise)
    return first([found, other])


def _resource(document: Document) -> Mapping[str, Any]:
    found, _ = unwrapped(document.json, document.call_id)
    return found if isinstance(found, dict) else EMPTY


def _id_in(call: Mapping[str, Any], name: str) -> str | None:
    """Return the ID at the end of an address in a call resource."""
    address = call.get(name)
    return last_segment(address) if isinstance(address, str) else None
