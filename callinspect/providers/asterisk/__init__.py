"""Asterisk's REST interface (ARI): one channel by its ID, while it lives.

A channel is one leg between Asterisk and a phone or trunk; a call between two parties is two of them, mostly joined by
a bridge. The record is the leg as it is now: no direction, no end, no cause. Only the event of its end has these.
"""

from callinspect.provider import (
    Account,
    Basic,
    Certainty,
    Document,
    Extra,
    Field,
    Filters,
    Flow,
    IDForm,
    Listing,
    Provider,
    Request,
    Response,
    arrayed,
    expect,
)
from callinspect.providers.asterisk.channels import normalize
from callinspect.providers.asterisk.errors import refusal
from callinspect.providers.asterisk.related import address, fetch_legs, fetch_variables, read_legs
from callinspect.providers.asterisk.words import WORDS


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch a channel: GET /channels/{channelId}."""
    answer = yield Request(url=address(account, "channels", call_id))
    return Document(answer, call_id)


def verify(account: Account) -> Request:
    """Ping the server."""
    return Request(url=address(account, "asterisk", "ping"))


def verified(response: Response) -> None:
    """Read the answer: `{ping, timestamp, asterisk_id}`."""
    expect(response, "ping")


def list_first(account: Account, _filters: Filters) -> Request:
    """List all channels of the server, which have no pages and no filters."""
    return Request(url=address(account, "channels"))


PROVIDER = Provider(
    name="asterisk",
    title="Asterisk",
    docs="https://docs.asterisk.org/Latest_API/API_Documentation/Asterisk_REST_Interface/Channels_REST_API/",
    base_url=None,
    fields=(
        Field(name="username", title="ARI user"),
        Field(name="password", title="Password", secret=True, token=False),
    ),
    schemes=(Basic(),),
    fetch=fetch,
    normalize=normalize,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=verified,
    not_found_hints=(
        "Asterisk shows channels only while they live: it may be over",
        "or on another server: callinspect auth status asterisk",
    ),
    reads="all channels of the server, while they live",
    credentials_help=(
        "base_url is the address of Asterisk's HTTP server (http.conf), user and password are in ari.conf; "
        "read_only = yes is enough"
    ),
    allow_http=True,
    id_forms=(
        IDForm(r"([\w.-]+-)?\d{9,10}\.\d+(;[12])?", "seconds, a dot and a number, as in 1795670595.8"),
        IDForm(r"(PJSIP|SIP|IAX2|Local|DAHDI)/.+", "technology/resource-number", kind="channel name"),
        IDForm(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID, if an application chose it", Certainty.POSSIBLE),
    ),
    forgets=True,
    reserved_ids=frozenset({"create", "externalMedia"}),
    extras={
        "variables": Extra("hold, time of answer, number dialed, presentation", fetch_variables),
        "legs": Extra("the other channels of its bridge", fetch_legs, read_legs),
    },
    listing=Listing(first=list_first, read=arrayed, lacks=frozenset({"until", "cause"})),
)
