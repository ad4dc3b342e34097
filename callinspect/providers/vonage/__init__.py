"""Vonage Voice: one leg of a call, `GET /calls/{uuid}`.

A leg lives in one region, and its record says little: one word for state and outcome, and of its times only that of the
answer and that of the end, both in whole seconds.
"""

import re
from collections.abc import Mapping
from typing import Any

from callinspect.errors import either
from callinspect.model import Relation
from callinspect.provider import (
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
    Paged,
    Provider,
    Request,
    Response,
    Signed,
    as_text,
    calls_in,
    errors,
    first,
    legs,
    linked_at,
    one,
    only,
    pages,
    place,
    read_below,
    relative,
)
from callinspect.providers.vonage import public
from callinspect.providers.vonage.calls import normalize, withheld
from callinspect.providers.vonage.words import WORDS
from callinspect.providers.vonage.words.calls import STATUSES

CALLS = place("calls", root="/v1")

LISTED, NEXT = ("_embedded", "calls"), ("_links", "next", "href")
"""The keys that lead to a page's calls, and to the address of the next page."""

MOST = 100
"""The most calls of a page."""

REGIONS = "api-eu, api-ap, api-us-3, api-us-4, api-eu-3, api-eu-4, api-ap-3, api-ap-4"
"""Names of hosts of vonage.com: after `api-us`, the other continents, and single regions."""

ADDRESS = re.compile(r"https://developer\.(?:vonage|nexmo)\.com/.*#([\w-]+)", re.ASCII)
"""An error's type: an address that ends with the code."""

WORD = re.compile("[A-Z_]+")
"""The type of an error of the vendor's gateway, whose title has a name of its own."""


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List the calls of the conversation."""
    conversation = as_text(document.fields.get("conversation_uuid"))
    if conversation is None:
        return []
    notes: list[str] = []
    first = CALLS.url(account, conversation_uuid=conversation, page_size=str(MOST))
    listed = yield from read_below(CALLS.url(account), "legs", notes, paged=Paged(LISTED, NEXT), first=first)
    found = calls_in(listed, notes)
    own = only(found, "conversation_uuid", conversation, "calls of other conversations", notes)
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
    said = first([as_text(body.get(name)) for name in ("detail", "title", "error_title", "Error")])
    invalid = body.get("invalid_parameters")
    listed = invalid if isinstance(invalid, list) else []
    pairs = [(each.get("name"), each.get("reason")) for each in listed if isinstance(each, dict)]
    reasons = [" ".join(filter(None, map(as_text, pair))) for pair in pairs]
    return {
        "message": said and ": ".join(filter(None, (said, "; ".join(filter(None, reasons))))),
        "code": _code(body),
        "request": as_text(body.get("instance")) or response.headers.get("x-nexmo-trace-id"),
    }


def _code(body: Mapping[str, Any]) -> str | None:
    """Return an error's code: the end of its type's address, or the type itself, a status or the gateway's word."""
    sent = body.get("type")
    if not isinstance(sent, str):
        return as_text(sent)
    found = ADDRESS.fullmatch(sent)
    return found[1] if found else sent if "error_title" in body and WORD.fullmatch(sent) else None


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
    withheld=withheld,
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
        "or it may belong to another application: callinspect auth status vonage",
    ),
    reads="one application's calls in one region, kept 7 days (up to 31 if configured)",
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
    public=public.CALL,
)
