"""What else ARI knows of a channel: its variables, and the bridge that joins it to other channels."""

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError, CallinspectError
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
    relative,
    shown,
    tried,
    url,
)
from callinspect.providers.asterisk.channels import normalize

if TYPE_CHECKING:
    from callinspect.model.related import Leg

VARIABLES = (
    "CHANNEL(linkedid)",
    "CHANNEL(onhold)",
    "CDR(start,u)",
    "CDR(answer,u)",
    "CALLERID(num-pres)",
    "CALLERID(dnid)",
    "REDIRECTING(reason)",
    "CDR(disposition)",
    "HANGUPCAUSE",
)
"""Read in one request where the server can. No name comes from the user: reading a function runs it."""

ALONE = "DIALSTATUS"
"""Often not set, and one that is not set fails such a request."""

NO_VALUE = frozenset({"Provided variable was not found", "Unable to read provided function"})
"""What ARI says of a variable that is not set, or that this kind of channel does not have."""

ENDED = "Provided channel was not found"


def address(account: Account, *segments: str, **query: str) -> str:
    """Return an address of ARI, which is at `/ari` of the HTTP server unless base_url says so itself."""
    base = account.base_url if account.base_url.endswith("/ari") else f"{account.base_url}/ari"
    return url(base, *segments, **query)


def fetch_variables(account: Account, document: Document) -> ExtraFlow:
    """Read the variables of the channel: in one request, one by one where that fails (before 20.20, 22.10, 23.4)."""
    call_id = document.call_id or ""
    found: dict[str, Json] = {}
    left: tuple[str, ...] = (ALONE,)
    try:
        answer = yield Request(url=address(account, "channels", call_id, "variables", variables=",".join(VARIABLES)))
    except CallinspectError as error:
        if error.http_status is None:
            raise
        left = (*VARIABLES, ALONE)
    else:
        found |= _object(answer, "variables")
    for name in left:
        try:
            answer = yield Request(url=address(account, "channels", call_id, "variable", variable=name))
        except CallinspectError as error:
            if error.message == ENDED:
                return Incomplete(found or None, ("the channel ended while its variables were read",))
            if error.message not in NO_VALUE:
                raise
            found[name] = None
        else:
            found[name] = answer.fields.get("value")
    return found


def _object(answer: Response, name: str) -> Mapping[str, Any]:
    found = answer.fields.get(name)
    if not isinstance(found, dict):
        raise BadResponseError(f"the answer has no {name}")
    return found


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """Find the bridge that has the channel, and read its other channels, which may have ended meanwhile.

    A channel is found by its ID in capitals, too, but the bridge has it as it is.
    """
    channel = document.json
    call_id = channel.get("id") if isinstance(channel, dict) else None
    answer = yield Request(url=address(account, "bridges"))
    if not isinstance(answer.document, list):
        raise BadResponseError("the answer is not a list")
    bridge = next((each for each in answer.document if call_id in _members(each)), None)
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
        answer = yield Request(url=address(account, "channels", call_id))
    except CallinspectError as error:
        if error.http_status != NOT_FOUND:
            raise
        return None
    return answer.document


_read_legs = legs(normalize)


def read_legs(found: Json, call: Call, warnings: list[str]) -> "tuple[Leg, ...]":
    """Read the other channels of the bridge."""
    if not isinstance(found, dict):
        raise BadResponseError("the answer is not a list")
    return _read_legs(found["legs"], call, warnings)
