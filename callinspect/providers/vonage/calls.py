"""A Vonage call: one leg, without the customer's secrets."""

from callinspect.model import EMPTY, Call, CodeFrom, Direction, Outcome, Party, State
from callinspect.model.further import Cost
from callinspect.provider import (
    SIP_CODE,
    Document,
    Json,
    Reader,
    Shape,
    Word,
    as_text,
    durations,
    party_of,
    read,
    unsigned,
)
from callinspect.providers.vonage.words.calls import ANSWERERS, DETAILS, DIRECTIONS, ENDPOINT, SIDES, STATUSES
from callinspect.redaction import PLACEHOLDER

SECRET = frozenset({"authorization", "headers"})
"""What an endpoint has for the customer's own server: a credential, and headers that may hold one."""

PUBLIC = (None, "vonage", "custom")
"""What of it is no secret: who made the credential."""

WEBHOOK = dict.fromkeys(("timestamp", "region_url"), "a webhook event")
"""Of the webhooks about a call, by what calls do not have; a call has a link to itself."""

UNDOCUMENTED = Word()


def normalize(document: Document) -> Call:
    """Read a call object, without the customer's secrets."""
    return CALL.reader("vonage")(document.but(answer=withheld(document.json)))


def withheld(found: Json) -> Json:
    """Return a JSON value without what the customer's server is sent, and without the signatures of links."""
    return unsigned(_unsent(found))


def _unsent(found: Json, *, is_secret: bool = False) -> Json:
    """Return a JSON value without what the customer's server is sent: the names of headers stay."""
    if isinstance(found, dict):
        return {name: _unsent(each, is_secret=is_secret or name.lower() in SECRET) for name, each in found.items()}
    if isinstance(found, list):
        return [_unsent(each, is_secret=is_secret) for each in found]
    return PLACEHOLDER if is_secret and found not in PUBLIC else found


def _opened(document: Document) -> Json:
    """Return the call object, which is the whole answer.

    Raises:
        BadResponseError: it is a webhook about the call, which tells how the call was at one moment.
    """
    if "_links" not in document.fields:
        read(document.json, WEBHOOK)
    return document.json


def more(body: Reader, call: Call, _document: Document) -> Call:
    """Read what is not one field: when it was answered, how it came out, between whom."""
    links = body.nested("_links")
    own = links and links.nested("self")
    link, price = own and own.text("href"), body.amount("price")
    call = _ended(body, _timed(body, call))
    is_incoming = call.vendor_state == "started" and call.direction is Direction.INBOUND
    return call._replace(
        state=State.RINGING if is_incoming else call.state,
        from_=_party(body, "from"),
        to=_party(body, "to"),
        answered_by=ANSWERERS.get(call.vendor_state or ""),
        cost=None if price is None else Cost(price, "EUR"),
        links={"self": link} if link else {},
    )


def _timed(body: Reader, call: Call) -> Call:
    """Read `start_time`: the answer, if the status says that there was one. Without it, `completed` proves none."""
    start, has_started = body.event("start_time")
    body.leave("start_time")
    is_answered = call.state is State.ACTIVE or call.outcome is Outcome.ANSWERED
    created, answered = (None, start) if is_answered else (start, None)
    times = durations(body, created, answered, call.ended_at)._replace(reported=call.durations.reported)
    if call.vendor_state == "completed" and not (has_started or call.durations.reported):
        call = call._replace(outcome=Outcome.UNKNOWN)
    return call._replace(created_at=created, answered_at=answered, durations=times)


def _ended(body: Reader, call: Call) -> Call:
    """Read what only webhooks are known to say: who ended the call, and why."""
    side = (body.choice("disconnected_by", SIDES, EMPTY) or EMPTY).get(call.direction)
    word = body.choice("detail", DETAILS, UNDOCUMENTED) or UNDOCUMENTED
    if call.cause is None or call.outcome is Outcome.ANSWERED:
        return call._replace(ended_by=side or call.ended_by) if call.state is State.ENDED else call
    cause = (word.cause or call.cause)._replace(code=call.vendor_state, message=body.text("reason"))
    sip = as_text(body.keep("sip_code")) or ""
    if SIP_CODE.fullmatch(sip):
        body.take("sip_code")
        cause = cause._replace(sip=int(sip), sip_from=CodeFrom.VENDOR)
    return call._replace(
        outcome=word.outcome or call.outcome, ended_by=side or word.ended_by or call.ended_by, cause=cause
    )


def _party(body: Reader, name: str) -> Party | None:
    """Read an endpoint: an object, or a list of one."""
    if not isinstance(body.keep(name), list):
        return _endpoint(body.nested(name))
    listed = body.nested_list(name)
    if len(listed) > 1:
        body.warn(f"{name} has several endpoints")
        body.leave(name)
    return _endpoint(listed[0]) if len(listed) == 1 else None


def _endpoint(body: Reader | None) -> Party | None:
    """Read an endpoint's address, which has another key for each type."""
    if body is None:
        return None
    found = party_of(body, "number") or _at_uri(body) or party_of(body, "extension") or Party(name=body.text("user"))
    body.choice("type", ENDPOINT.words, UNDOCUMENTED, kept_elsewhere=True)
    found = found._replace(kind=body.text("type"))
    return None if found == Party() else found


def _at_uri(body: Reader) -> Party | None:
    """Read the address of a SIP endpoint or a WebSocket."""
    found = party_of(body, "uri")
    return found and found._replace(number=None, uri=found.uri or found.number)


CALL = Shape(
    id="uuid",
    state="status",
    words=STATUSES,
    direction="direction",
    directions=DIRECTIONS,
    ended="end_time",
    from_=None,
    to=None,
    session="conversation_uuid",
    reported="duration",
    others={"_embedded": "a list of calls"},
    opened=_opened,
    more=more,
)
