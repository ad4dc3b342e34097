"""Genesys Web Services: a call as shown on an agent's desktop. Genesys Cloud is another API.

The record has only the current state: no timestamps, no cause. Fields and envelopes differ between releases, and a
`statusCode` other than 0 is a failure whatever the HTTP status.
"""

import re
from typing import TYPE_CHECKING

from callinspect.errors import (
    ConfigError,
    NotFoundError,
    VendorUnavailableError,
)
from callinspect.model import (
    Call,
    Country,
    Direction,
    Durations,
    Media,
    Outcome,
    Party,
    Recording,
    RecordingState,
    State,
)
from callinspect.provider import (
    LIMITS,
    NOT_FOUND_STATUSES,
    Account,
    Basic,
    Bearer,
    Certainty,
    Document,
    Extra,
    Field,
    Filters,
    Flow,
    IDForm,
    Listing,
    Provider,
    Reader,
    Refusal,
    Request,
    Response,
    as_text,
    error_for,
    expect,
    first,
    is_elsewhere,
    last_segment,
    legs,
    merged,
    party,
    party_of,
    read,
    read_id,
    refused,
    url,
)
from callinspect.providers.genesys import public
from callinspect.providers.genesys.envelopes import base, list_read, unwrapped
from callinspect.providers.genesys.related import fetch_device, fetch_legs, read_device
from callinspect.providers.genesys.words import (
    CONSULT_DIRECTIONS,
    DIRECTIONS,
    HINTS,
    RECORDING_STATES,
    STATES,
    STATUS_CODES,
    WORDS,
)

if TYPE_CHECKING:
    from callinspect.model.further import Monitoring

LINKS = {"self": "uri", "device": "deviceUri", "parent": "parentCallUri"}

NUMBER_FIELDS = ("e164Number", "E164digits", "digits", "phoneNumber", "localPhoneNumber")

OTHERS = {"deviceState": "a device", "mediaFiles": "a recording"}
"""Other documents with an ID, by a key that calls do not have."""


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch one of the user's own calls: Calls API, GET /me/calls/{id}."""
    response = yield Request(url=url(base(account), "me", "calls", call_id))
    return Document(response, call_id)


def verify(account: Account) -> Request:
    """Read the user."""
    return Request(url=url(base(account), "me"))


def verified(response: Response) -> None:
    """Read the user: `{statusCode, user}`."""
    expect(response, "user")


def list_first(account: Account, _filters: Filters) -> Request:
    """List the user's calls with all fields: Calls API, GET /me/calls."""
    return Request(url=url(base(account), "me", "calls", fields="*"))


def normalize(document: Document) -> Call:
    """Read a call resource in any of Genesys' envelopes."""
    resource, others = unwrapped(document.json, document.call_id)
    body = read(resource, OTHERS)
    call_id = read_id(body, "id")
    state = body.choice("state", STATES, State.UNKNOWN, kept_elsewhere=True) or State.UNKNOWN
    direction = body.choice("callType", DIRECTIONS, Direction.UNKNOWN) or Direction.UNKNOWN
    if body.keep("callType") == "Consult":
        direction = CONSULT_DIRECTIONS.get(state, Direction.UNKNOWN)
    from_, to, participants = _parties(body, direction)
    parent = body.text("parentCallUri")
    return Call(
        is_of_user=PROVIDER.is_of_user,
        provider=PROVIDER.name,
        id=call_id,
        session_id=as_text(body.keep("callUuid")),
        parent_id=last_segment(parent) if parent else None,
        direction=direction,
        state=state,
        vendor_state=body.text("state"),
        outcome=Outcome.UNKNOWN if state is State.ENDED else None,
        from_=from_,
        to=to,
        participants=participants,
        durations=Durations(reported=body.seconds("duration")),
        media=Media(muted=body.switch("mute")),
        recording=Recording(state=body.choice("recordingState", RECORDING_STATES, RecordingState.UNKNOWN)),
        capabilities=body.texts("capabilities"),
        monitoring=_monitoring(body),
        metadata=body.mapping("userData"),
        links={name: link for name, field in LINKS.items() if (link := body.text(field)) is not None},
        vendor=merged(body.leftovers(), others, "message"),
        warnings=tuple(body.warnings),
    )


def _parties(body: Reader, direction: Direction) -> tuple[Party | None, Party | None, tuple[Party, ...]]:
    """Return the calling party, the called party, and all other participants."""
    others = _participants(body)
    from_, others = _identified(body, "ani", others)
    to, others = _identified(body, "dnis", others)
    if not body.keep("ani") and len(others) == 1:
        if direction is Direction.INBOUND:
            return others[0][0], to, ()
        if direction is Direction.OUTBOUND and to is None:
            return None, others[0][0], ()
    return from_, to, tuple(each for each, _ in others)


Numbered = tuple[Party, frozenset[str]]
"""A participant, and its number in every format that the vendor sends, digits only."""


def _identified(body: Reader, name: str, participants: list[Numbered]) -> tuple[Party | None, list[Numbered]]:
    """Return a party, completed from the participant with the same number, and the other participants."""
    number, known = body.text(name), party_of(body, name)
    if known is None or number is None:
        return None, participants
    for index, (candidate, numbers) in enumerate(participants):
        if _digits(number) in numbers:
            completed = known._replace(name=candidate.name, country=candidate.country, location=candidate.location)
            if known.number and candidate.number != known.number and (candidate.number or "").startswith("+"):
                completed = completed._replace(number=candidate.number)
                body.leave(name)
            return completed, participants[:index] + participants[index + 1 :]
    return known, participants


def _digits(number: str) -> str:
    return re.sub(r"[^0-9*#]", "", number) or number


def _participants(body: Reader) -> list[Numbered]:
    listed, details = body.keep("participants"), body.keep("participantsInfo")
    details = details if isinstance(details, list) else []
    if listed is not None and not isinstance(listed, list):
        body.warn("participants is not a list")
    numbered = []
    for index, each in enumerate(listed if isinstance(listed, list) else details):
        detail = details[index] if index < len(details) else None
        fields = (detail if isinstance(detail, dict) else {}) | (each if isinstance(each, dict) else {})
        if isinstance(each, str):
            fields["digits"] = each
        if not fields:
            body.warn(f"participants[{index}] is neither a number nor an object")
            continue
        numbered.append(_participant(Reader(fields, body.warnings, f"participants[{index}].")))
    return numbered


def _participant(body: Reader) -> Numbered:
    numbers = [number for number in map(body.text, NUMBER_FIELDS) if number is not None]
    known = party(first(numbers)) or Party()
    country = body.nested("country")
    return (
        known._replace(name=body.text("name"), location=body.text("location"), country=_country(country)),
        frozenset(map(_digits, numbers)),
    )


def _country(body: Reader | None) -> Country | None:
    if body is None:
        return None
    country = Country(name=body.text("name"), code=body.text("code"), calling_code=body.text("callingCode"))
    return None if country == Country() else country


def _monitoring(body: Reader) -> "Monitoring | None":
    from callinspect.model.further import Monitoring

    state = body.keep("supervisorMonitoringState")
    below = body.nested("supervisorMonitoringState") if isinstance(state, dict) else None
    monitoring = Monitoring(
        monitored=body.flag("monitoring"),
        listening_in=body.flag("supervisorListeningIn"),
        state=below.text("state") if below else body.text("supervisorMonitoringState"),
        monitored_user_muted=body.flag("monitoredUserMuted"),
    )
    return None if monitoring == Monitoring() else monitoring


def refusal(response: Response) -> Refusal | None:
    """Read the `statusCode`, which overrides the HTTP status; gateways repeat that in it, release 8.5.0 has none."""
    body = response.fields
    code, described = as_text(body.get("statusCode")), as_text(body.get("errorDescription"))
    message = as_text(body.get("statusMessage")) or described
    failed = code not in {None, "0"} or body.get("status") == "error"
    by_status = not failed or (code is None and described is not None and error_for(response.status) is not None)
    error = STATUS_CODES.get(code or "")
    is_absent = error is NotFoundError or (by_status and response.status in NOT_FOUND_STATUSES)
    elsewhere = is_absent and is_elsewhere(message, unnamed=not failed)
    otherwise = None if by_status or response.status in LIMITS else VendorUnavailableError
    return refused(
        response,
        own=message is not None or code not in {None, "0", str(response.status)},
        error=ConfigError if elsewhere else error or otherwise,
        message=message,
        code=code if failed else None,
        hint="check base_url and the user" if elsewhere else HINTS.get(code or ""),
    )


ID_FORMS = (
    IDForm(r"[0-9A-F]{32}", "32 hexadecimal digits in capitals, as others' IDs may be", Certainty.POSSIBLE),
    IDForm(r"[0-9A-V]{32}", "32 digits and capital letters", Certainty.LIKELY),
    IDForm(r"[0-9a-f]{16}", "16 hexadecimal digits, as in older releases", Certainty.LIKELY),
)

PROVIDER = Provider(
    name="genesys",
    title="Genesys Web Services",
    docs="https://docs.genesys.com/Documentation/HTCC/8.5.2/API/CallResource",
    base_url=None,
    fields=(
        Field(name="username", title="Agent's user name"),
        Field(name="password", title="Password (may be empty)", secret=True, token=False),
        Field(name="access_token", title="Access token", secret=True),
    ),
    schemes=(Bearer(), Basic()),
    fetch=fetch,
    normalize=normalize,
    is_of_user=True,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=verified,
    not_found_hints=(
        "it has ended: Genesys shows calls in progress only",
        "or it is another agent's: callinspect auth status genesys",
    ),
    reads="the agent's own calls, while they last",
    credentials_help="base_url is the address of the agent desktop; user name and password are the agent's own",
    allow_http=True,
    id_forms=ID_FORMS,
    forgets=True,
    extras={
        "legs": Extra("the call it was made from, and the user's calls that belong to it", fetch_legs, legs(normalize)),
        "device": Extra("the user's device that it is on", fetch_device, read_device, public=public.DEVICE),
    },
    listing=Listing(first=list_first, read=list_read, lacks=frozenset({"since", "until", "cause"})),
    public=public.CALL,
    envelopes=public.ENVELOPES,
)
