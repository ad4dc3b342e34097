"""Plivo Voice: one leg of a call of an account, by its record, for 90 days, or while it is live or queued.

One path leads to three documents; a call has one of them at a time. While it ends, it can have none for some minutes.
Every path ends with a slash.
"""

from datetime import timedelta
from typing import NamedTuple

from callinspect.errors import UsageError
from callinspect.model import State
from callinspect.provider import (
    UNPROCESSABLE,
    UUID,
    Account,
    Basic,
    Certainty,
    Extra,
    Field,
    Filters,
    IDForm,
    Page,
    Provider,
    Request,
    Response,
    Roughly,
    errors,
    expect,
    items,
    legs,
    linked_at,
    pages,
    unsigned,
    url,
    within,
)
from callinspect.providers.plivo import public, related
from callinspect.providers.plivo.calls import normalize
from callinspect.providers.plivo.paths import CALLS, FETCH, FOLLOWING, LARGEST, LONGEST, written
from callinspect.providers.plivo.words import WORDS

KEPT = timedelta(days=90, minutes=-5)
"""Nothing older may be asked for, by the vendor's clock."""


def is_own(response: Response, message: str | None, _code: str | None) -> bool:
    """Whether an error is the vendor's: gateways, too, say `message`, or `error`, but without the request's ID."""
    own = ("api_id", "global_error", "data.error", "errors.global_error")
    return message is not None and any(isinstance(within(response.fields, each.split(".")), str) for each in own)


def verify(account: Account) -> Request:
    """Read the account."""
    return Request(url=url(account.base_url, "Account", account["auth_id"], ending="/"))


def verified(response: Response) -> None:
    """Read the account: `{auth_id, name, cash_credits, …}`."""
    expect(response, "auth_id")


def digits(address: str) -> str | None:
    """Return the digits of a number, with which the vendor compares the beginning of its own; None for a URI."""
    return None if "@" in address else address.removeprefix("+")


def code(cause: str) -> str | None:
    """Return a cause that is a code."""
    return cause if cause.isascii() and cause.isdecimal() else None


def read_page(response: Response) -> Page:
    """Read a page of records, or the IDs of all live or queued calls."""
    ids = response.fields.get("calls")
    if ids is None:
        return Page(calls=items(response.fields.get("objects")))
    found = items(ids)
    return Page(
        calls=tuple(each for each in found if not isinstance(each, str)),
        call_ids=tuple(each for each in found if isinstance(each, str)),
    )


_NUMBERS = {"from": Roughly("from_number", digits), "to": Roughly("to_number", digits)}

RECORDS_LISTED = pages(
    CALLS,
    query={
        **_NUMBERS,
        "since": "end_time__gte",
        "until": "end_time__lt",
        "cause": Roughly("hangup_cause_code", code),
    },
    size=("limit", LARGEST),
    options={
        "status": "live or queued: calls that have not ended",
        "call_direction": "inbound or outbound",
        "parent_call_uuid": "calls that this call made",
        "subaccount": "calls of this subaccount (SA…)",
        "hangup_cause_code": "calls with this cause, such as 3010",
        "hangup_source": "calls ended by this one, such as Callee",
        "bill_duration__gte": "calls of this many seconds or more",
        "bill_duration__lte": "calls of this many seconds or less",
        "limit": f"calls per page, at most {LARGEST}",
        "offset": "first call to fetch, from 0",
    },
    read=read_page,
    following=linked_at(*FOLLOWING),
    moment=written,
)

LIVE_LISTED = pages(CALLS, query=_NUMBERS)


class List(NamedTuple):
    """One of the vendor's lists: its `status`, the states of its calls, and its name."""

    status: str | None
    states: frozenset[State]
    name: str


LISTS = (
    List("live", frozenset({State.RINGING, State.ACTIVE, State.UNKNOWN}), "live calls"),
    List("queued", frozenset({State.QUEUED}), "queued calls"),
    List(None, frozenset({State.ENDED, State.UNKNOWN}), "records: calls that have ended, by the time of their end"),
)


def wanted(filters: Filters) -> list[List]:
    """Return which lists are read, that of the records last."""
    status, states = filters.options.get("status"), filters.states or {State.ENDED}
    return [each for each in LISTS if (each.status == status if status else not each.states.isdisjoint(states))]


def lists(filters: Filters) -> list[Filters]:
    """Return the filters for each list that is read."""
    by = [{} if each.status is None else {"status": each.status} for each in wanted(filters)]
    return [filters._replace(options={**filters.options, **each}) for each in by]


def first_page(account: Account, filters: Filters) -> Request:
    """Describe the request for the first page of a list."""
    return (LIVE_LISTED if "status" in filters.options else RECORDS_LISTED).first(account, filters)


def reads(filters: Filters) -> str:
    """Say which lists are read."""
    return ", then ".join(each.name for each in wanted(filters))


PROVIDER = Provider(
    name="plivo",
    title="Plivo",
    docs="https://www.plivo.com/docs/voice/api/call/",
    base_url="https://api.plivo.com/v1",
    fields=(
        Field(name="auth_id", title="Auth ID (MA… or SA…)", env=("PLIVO_AUTH_ID",)),
        Field(name="auth_token", title="Auth token, or a scoped token (stk_…)", secret=True, env=("PLIVO_AUTH_TOKEN",)),
    ),
    required=("auth_id",),
    schemes=(Basic("auth_id", "auth_token", title="auth ID and token", bearer="stk_"),),
    fetch=FETCH,
    normalize=normalize,
    withheld=unsigned,
    words=WORDS,
    refusal=errors(
        ("error", "global_error", "message", "data.error", "errors.global_error"),
        by_status={UNPROCESSABLE: UsageError},
        request_id=("api_id", "X-Request-ID"),
        elsewhere="check auth_id and base_url",
        unnamed=False,
        own=is_own,
        bare=frozenset({401}),
    ),
    verify=verify,
    verified=verified,
    not_found_hints=(
        "it may belong to another account or subaccount: callinspect auth status plivo",
        "or it ended moments ago: callinspect wait {call} --grace 300",
        "or it is a Zentrunk call (not supported)",
        "or it is over 90 days old",
    ),
    reads="calls of the account, live and for 90 days; live and queued ones are listed with --state",
    credentials_help="Overview page of the console (https://console.plivo.com/dashboard/)",
    grace=300.0,
    interval=0.02,
    extras={
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.RECORDINGS.read, public=public.RECORDING
        ),
        "transcriptions": Extra(
            "the transcriptions of its recordings",
            related.fetch_transcriptions,
            related.TRANSCRIPTIONS.read,
            public=public.TRANSCRIPTION,
        ),
        "legs": Extra("the legs that it made, and the one that made it", related.fetch_legs, legs(normalize)),
    },
    id_forms=(IDForm(UUID, "a UUID", Certainty.POSSIBLE),),
    listing=RECORDS_LISTED._replace(
        first=first_page,
        lists=lists,
        reads=reads,
        states=frozenset().union(*(each.states for each in LISTS)),
        forms={"status": "live|queued", "call_direction": "inbound|outbound", "limit": "[1-9]|1[0-9]|20"},
        window=LONGEST,
        kept=KEPT,
        own_times=True,
    ),
    public=public.CALL,
)
