"""What else ARI knows of a channel: its variables, and the bridge that joins it to other channels."""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError, CallinspectError, NotFoundError
from callinspect.model import Call, Relation
from callinspect.provider import (
    MAX_PARTS,
    NOT_FOUND,
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Request,
    Response,
    legs,
    place,
    relative,
    shown,
    tried,
    url,
)
from callinspect.providers.asterisk.channels import normalize
from callinspect.providers.asterisk.variables import ALONE, TOGETHER

if TYPE_CHECKING:
    from callinspect.model.related import Leg

ROOT = "/ari"
"""Where ARI is on the HTTP server; base_url may say so itself."""

CHANNELS = place("channels", root=ROOT)
BRIDGES = place("bridges", root=ROOT)

NO_VALUE = frozenset({"Provided variable was not found", "Unable to read provided function"})
"""What ARI says of a variable that is not set, or that this kind of channel does not have."""

ENDED = "Provided channel was not found"

BROKEN = 500

OF_ONE = frozenset({NOT_FOUND, BROKEN})
"""Statuses with which one variable is refused, and others may not be."""

APART = (
    "it is in no bridge with another channel, and a leg that still rings is in none either: "
    "callinspect list asterisk shows all"
)


def fetch_variables(account: Account, document: Document) -> ExtraFlow:
    """Read the variables of the channel: in one request, one by one where that fails (before 20.20, 22.10, 23.4)."""
    call = CHANNELS.url(account, document.call_id or "")
    found: dict[str, Json] = {}
    left: tuple[str, ...] = (ALONE,)
    try:
        answer = yield Request(url=url(call, "variables", variables=",".join(TOGETHER)))
    except CallinspectError as error:
        if error.http_status is None:
            raise
        left = (*TOGETHER, ALONE)
    else:
        found |= _object(answer, "variables")
    notes: list[str] = []
    for name in left:
        try:
            found[name] = yield from _variable(url(call, "variable", variable=name))
        except CallinspectError as error:
            if error.message == ENDED:
                return Incomplete(found or None, ("the channel ended while its variables were read",))
            if error.http_status not in OF_ONE or (name == ALONE and len(notes) == len(found)):
                raise
            found[name] = None
            notes.append(name)
    return Incomplete(found, (f"these variables could not be read: {', '.join(notes)}",) if notes else ())


def _variable(page: str) -> Generator[Request, Response, Json]:
    """Read one variable; None if the channel has none of that name."""
    try:
        answer = yield Request(url=page)
    except CallinspectError as error:
        if error.message not in NO_VALUE:
            raise
        return None
    value: Json = answer.fields.get("value")
    return value


def _object(answer: Response, name: str) -> Mapping[str, Any]:
    found = answer.mapping.get(name)
    if not isinstance(found, dict):
        raise BadResponseError(f"the answer has no {name}")
    return found


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """Find the bridge that has the channel, and read its other channels, which may have ended meanwhile.

    A channel is found by its ID in capitals, too, but the bridge has it as it is.
    """
    channel = document.json
    call_id = channel.get("id") if isinstance(channel, dict) else None
    answer = yield Request(url=BRIDGES.url(account))
    if not isinstance(answer.document, list):
        raise BadResponseError("the answer is not a list")
    bridge = next((each for each in answer.document if call_id in _members(each)), None)
    if bridge is None:
        return Incomplete(None, (APART,))
    notes: list[str] = []
    found = []
    for other in [each for each in _members(bridge) if each != call_id][: MAX_PARTS + 1]:
        body = yield from tried(_channel(account, other), f"the leg {shown(other)}", notes)
        found.append(relative(Relation.SIBLING, body, other))
    return Incomplete({"bridge": bridge, "legs": found}, tuple(notes))


def _members(bridge: Json) -> list[str]:
    """Return the IDs of a bridge's channels."""
    listed = bridge.get("channels") if isinstance(bridge, dict) else None
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _channel(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    """Read another channel; None if it has ended."""
    try:
        answer = yield Request(url=CHANNELS.url(account, call_id))
    except NotFoundError:
        return None
    return answer.document


_read_legs = legs(normalize)


def read_legs(found: Json, call: Call, warnings: list[str]) -> "tuple[Leg, ...]":
    """Read the other channels of the bridge."""
    if not isinstance(found, dict):
        raise BadResponseError("the answer is not a list")
    return _read_legs(found["legs"], call, warnings)
