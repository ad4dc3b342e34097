"""Vonage Voice: one leg of a call, `GET /calls/{uuid}`.

A leg lives in one region, and its record says little: one word for state and outcome, and of its times only that of the
answer and that of the end, both in whole seconds.
"""

import re
from collections.abc import Mapping
from typing import Any

from callinspect.errors import either
from callinspect.model import EMPTY, Call, CodeFrom, Direction, Outcome, Party, Relation, State
from callinspect.model.further import Cost
from callinspect.provider import (
    SIP_CODE,
    UUID,
    Account,
    Bearer,
    Certainty,
    Document,
    Extra,
    ExtraFlow,
    Field,
    Filters,
    IDForm,
    Incomplete,
    Json,
    Paged,
    Provider,
    Reader,
    Request,
    Response,
    Shape,
    Signed,
    Word,
    as_text,
    calls_in,
    durations,
    errors,
    first,
    legs,
    linked_at,
    one,
    pages,
    party_of,
    place,
    read_below,
    relative,
    unsigned,
)
from callinspect.providers.vonage.words import WORDS
from callinspect.providers.vonage.words.calls import ANSWERERS, DETAILS, DIRECTIONS, ENDPOINT, SIDES, STATUSES
from callinspect.redaction import PLACEHOLDER

CALLS = place("calls", root="/v1")

LISTED, NEXT = ("_embedded", "calls"), ("_links", "next", "href")
"""The keys that lead to a page's calls, and to the address of the next page."""

MOST = 100
"""The most calls of a page."""

REGIONS = "api-eu, api-ap, api-us-3, api-us-4, api-eu-3, api-eu-4, api-ap-3, api-ap-4"
"""Names of hosts of vonage.com: after `api-us`, the other continents, and single regions."""

SECRET = frozenset({"authorization", "headers"})
"""What an endpoint has for the customer's own server: a credential, and headers that may hold one."""

PUBLIC = (None, "vonage", "custom")
"""What of it is no secret: who made the credential."""

CODE = re.compile(r"https://developer\.(?:vonage|nexmo)\.com/.*#([\w-]+)|([0-9]{3}|[A-Z_]+)", re.ASCII)
"""An error's type: an address that ends with the code, or the code alone."""

UNDOCUMENTED = Word()


def normalize(document: Document) -> Call:
    """Read a call object, without the customer's secrets."""
    return CALL.reader("vonage")(document.but(answer=unsigned(withheld(document.json))))


def withheld(found: Json, *, is_secret: bool = False) -> Json:
    """Return a JSON value without what the customer's server is sent: the names of headers stay."""
    if isinstance(found, dict):
        return {name: withheld(each, is_secret=is_secret or name.lower() in SECRET) for name, each in found.items()}
    if isinstance(found, list):
        return [withheld(each, is_secret=is_secret) for each in found]
    return PLACEHOLDER if is_secret and found not in PUBLIC else found


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
        body.warnings.append(f"{name} has several endpoints")
        body.leave(name)
    return _endpoint(listed[0]) if len(listed) == 1 else None


def _endpoint(body: Reader | None) -> Party | None:
    """Read an endpoint's address, which has another key for each type."""
    if body is None:
        return None
    found = party_of(body, "number") or _at_uri(body) or Party(number=body.text("extension"), name=body.text("user"))
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
    more=more,
)


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List the calls of the conversation."""
    conversation = as_text(document.fields.get("conversation_uuid"))
    if conversation is None:
        return []
    notes: list[str] = []
    first = CALLS.url(account, conversation_uuid=conversation, page_size=str(MOST))
    listed = yield from read_below(CALLS.url(account), "legs", notes, paged=Paged(LISTED, NEXT), first=first)
    found = calls_in(listed, notes)
    own = [each for each in found if each.get("conversation_uuid") == conversation]
    if len(own) < len(found):
        notes.append("the vendor also listed calls of other conversations, which were left out")
    return Incomplete([relative(Relation.SIBLING, each) for each in own], tuple(notes))


SEARCHED = [each for each in STATUSES if each not in {"human", "disconnected"}]
"""The statuses by which the vendor searches."""

LISTING = pages(
    CALLS,
    query={"since": "date_start", "until": "date_end"},
    size=("page_size", MOST),
    options={
        "status": f"calls with this status: {either(SEARCHED)}",
        "conversation_uuid": "the legs of a conversation",
        "order": "asc for the oldest first; desc unless given",
    },
    read=LISTED,
    following=linked_at(*NEXT),
)


def first_page(account: Account, filters: Filters) -> Request:
    """Describe the request for the first page: the newest calls first, and many where they are filtered here."""
    options = {"order": "desc", **filters.options}
    return LISTING.first(account, filters._replace(limit=filters.limit or MOST, options=options))


def verify(account: Account) -> Request:
    """List one call."""
    return Request(url=CALLS.url(account, page_size="1"))


def opened(response: Response) -> Mapping[str, Any]:
    """Return an error's parts in one form, whichever of the vendor's it has."""
    body = response.fields
    code = CODE.fullmatch(as_text(body.get("type")) or "")
    said = first([as_text(body.get(name)) for name in ("detail", "title", "error_title", "Error")])
    invalid = body.get("invalid_parameters")
    listed = invalid if isinstance(invalid, list) else []
    pairs = [(each.get("name"), each.get("reason")) for each in listed if isinstance(each, dict)]
    reasons = [" ".join(filter(None, map(as_text, pair))) for pair in pairs]
    return {
        "message": said and ": ".join(filter(None, (said, "; ".join(filter(None, reasons))))),
        "code": code and (code[1] or code[2]),
        "request": as_text(body.get("instance")) or response.headers.get("x-nexmo-trace-id"),
    }


def is_own(response: Response, message: str | None, code: str | None) -> bool:
    """Whether an error has one of the vendor's forms."""
    body = response.fields
    is_known = code is not None or body.keys() == {"Error"} or isinstance(body.get("invalid_parameters"), list)
    return message is not None and is_known


PROVIDER = Provider(
    name="vonage",
    title="Vonage Voice",
    docs="https://developer.vonage.com/en/api/voice#getCall",
    base_url="https://api.nexmo.com/v1",
    fields=(
        Field(
            name="application_id",
            title="Application ID (a UUID)",
            env=("VONAGE_APPLICATION_ID",),
            form=IDForm(UUID, "a UUID"),
        ),
        Field(
            name="private_key",
            title="Private key file",
            file=True,
            env=(
                "VONAGE_PRIVATE_KEY",
                "VONAGE_APPLICATION_PRIVATE_KEY",
                "VONAGE_PRIVATE_KEY_PATH",
                "VONAGE_APPLICATION_PRIVATE_KEY_PATH",
            ),
        ),
        Field(name="access_token", title="Ready-made token (a JWT)", secret=True, env=("VONAGE_JWT",)),
        Field(
            name="base_url",
            title="Base URL (or a region's host, such as api-eu)",
            url=True,
            host="{}.vonage.com",
            below=r"(?<=/v1)/calls(/.*)?",
        ),
    ),
    # A ready-made token serves for minutes: who gives one means it for this run.
    schemes=(Bearer("access_token", "ready-made token"), Signed(extra="vonage")),
    fetch=one(CALLS),
    normalize=normalize,
    words=WORDS,
    refusal=errors(
        "message",
        "code",
        opened=opened,
        own=is_own,
        bare=frozenset({401}),
        request_id="request",
        elsewhere="check application_id and base_url",
        unnamed=False,
    ),
    verify=verify,
    verified=LISTING.read,
    not_found_hints=(
        f"it may be in another region: --set base_url=api-us (or {REGIONS})",
        "it may be too old: an application keeps calls for 7 days unless set otherwise",
        "or it belongs to another application: callinspect auth status vonage",
    ),
    reads="calls of the application in one region, for 7 days after they end unless set otherwise, at most 31",
    credentials_help="Applications in the dashboard (https://dashboard.vonage.com/applications)",
    interval=0.07,
    extras={"legs": Extra("the other legs of the conversation", fetch_legs, legs(normalize))},
    id_forms=(
        IDForm(
            r"CON-[0-9A-Za-z-]+",
            "CON- and a UUID",
            kind="conversation",
            instead="callinspect list vonage --since all --param conversation_uuid={}",
        ),
        IDForm(UUID, "a UUID", Certainty.POSSIBLE),
        IDForm("[0-9a-f]{32}", "32 hexadecimal digits, as incoming calls have", Certainty.POSSIBLE),
    ),
    listing=LISTING._replace(
        first=first_page, own_times=True, forms={"status": "|".join(SEARCHED), "order": "asc|desc"}
    ),
)
