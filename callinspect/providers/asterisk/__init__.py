"""Asterisk's REST interface (ARI): one channel by its ID, while it lives.

A channel is one leg between Asterisk and a phone or trunk; a call between two parties is two of them, mostly joined by
a bridge. The record is the leg as it is now: no direction, no end, no cause. Only the event of its end has these.
"""

from callinspect.provider import (
    UUID,
    Account,
    Basic,
    Certainty,
    Extra,
    Field,
    IDForm,
    Place,
    Provider,
    Request,
    Response,
    expect,
    one,
    pages,
    place,
)
from callinspect.providers.asterisk import public
from callinspect.providers.asterisk.channels import normalize
from callinspect.providers.asterisk.errors import refusal
from callinspect.providers.asterisk.related import CHANNELS, ROOT, fetch_legs, fetch_variables, read_legs
from callinspect.providers.asterisk.words import WORDS

PING = place("asterisk", "ping", root=ROOT)


def verify(account: Account) -> Request:
    """Ping the server."""
    return Request(url=PING.url(account))


def verified(response: Response) -> None:
    """Read the answer: `{ping, timestamp, asterisk_id}`."""
    expect(response, "ping")


def alone(_calls: Place, _account: Account, _page: Response, _asked: Request) -> None:
    """Follow nothing: all channels of the server are on one page."""


PROVIDER = Provider(
    name="asterisk",
    title="Asterisk",
    docs="https://docs.asterisk.org/Latest_API/API_Documentation/Asterisk_REST_Interface/Channels_REST_API/",
    base_url=None,
    fields=(
        Field(name="base_url", title="Address (http://pbx:8088)", url=True),
        Field(name="username", title="ARI user"),
        Field(name="password", title="Password", secret=True, token=False),
    ),
    schemes=(Basic(),),
    fetch=one(CHANNELS),
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
        IDForm(UUID, "a UUID, if an application chose it", Certainty.POSSIBLE),
    ),
    any_id=True,
    forgets=True,
    reserved_ids=frozenset({"create", "externalMedia"}),
    extras={
        "variables": Extra(
            "hold, time of answer, number dialed, presentation", fetch_variables, public=public.VARIABLES
        ),
        "legs": Extra("the other channels of its bridge", fetch_legs, read_legs),
    },
    listing=pages(CHANNELS, following=alone, lacks=frozenset({"cause"})),
    public=public.CALL,
    envelopes=public.ENVELOPES,
)
