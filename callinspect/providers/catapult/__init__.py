"""Bandwidth v1 (Catapult): one call of a v1 user, live or finished. The legacy predecessor of Voice v2.

The call itself does not report why it ended. Its hangup event does. As every GET costs a second of the rate limit, the
events are fetched on request, and for one call that nobody answered. Paths are built from the user and the call ID:
credentials are never sent to the links in a record.
"""

import math
import re
from datetime import datetime
from typing import NamedTuple

from callinspect.errors import ConfigError, RateLimitedError
from callinspect.model import Call, Cause, EndedBy, Outcome, Recording, State
from callinspect.provider import (
    NOT_FOUND,
    NOT_FOUND_STATUSES,
    Account,
    Basic,
    Document,
    Extra,
    Field,
    IDForm,
    Json,
    Provider,
    Reader,
    Refusal,
    Request,
    Response,
    Shape,
    arrayed,
    as_text,
    error_for,
    first,
    is_elsewhere,
    legs,
    one,
    pages,
    parse_text_or_milliseconds,
    refused,
    shown,
)
from callinspect.providers.catapult import public, related
from callinspect.providers.catapult.related import CALLS
from callinspect.providers.catapult.words import WORDS
from callinspect.providers.catapult.words.calls import CAUSES, DIRECTIONS, STATES, UNDOCUMENTED
from callinspect.providers.catapult.words.errors import CATEGORIES, ERROR_CODES, HINTS

LINKS = {name: name for name in ("events", "recordings", "transcriptions")}
LINKS |= {"callback": "callbackUrl", "fallback": "fallbackUrl"}

MAX_CODES = 4
"""Different causes of one call that a warning names."""

EPOCH_MILLISECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)

NOT_FETCHED = "why it ended is in the call's events, which were not fetched: get catapult CALL_ID --with events"

OTHERS = {
    "eventType": "a webhook event",
    "media": "a recording",
    "textSize": "a transcription",
    "time": "an event of a call",
}
"""Other documents with an ID or a call's ID, by a key that calls do not have."""


def verify(account: Account) -> Request:
    """List one call."""
    return Request(url=CALLS.url(account, size="1"))


def more(body: Reader, call: Call, document: Document) -> Call:
    """Read the cause and outcome from the events, if they were fetched, and fields of Catapult's own."""
    is_over = call.state is State.ENDED
    hangups = _hangups(document.extras.get("events"), call.ended_at)
    why = _why(hangups, body, call) if is_over else Why(None)
    if hangups and not is_over:
        body.warn(f"the events report a hangup, but the call's state is {call.state}")
    outcome = _outcome(body, call, why) if is_over else None
    is_told = "events" in {*document.extras, *document.failed}
    if is_over and not call.was_answered and not is_told:
        body.warn(NOT_FETCHED)
    return call._replace(
        outcome=outcome,
        ended_by=why.ended_by if is_over else None,
        cause=why.cause,
        recording=Recording(
            enabled=body.flag("recordingEnabled"), transcription_enabled=body.flag("transcriptionEnabled")
        ),
        metadata={name: body.take(name) for name in ("tag", "sipHeaders") if body.keep(name) is not None},
        links={name: link for name, field in LINKS.items() if (link := body.text(field)) is not None},
    )


class Why(NamedTuple):
    """What the hangup event reports.

    Attributes:
        cause: the cause, None if there is no event.
        outcome: the outcome of a call that was not answered.
        is_certain: whether the outcome also applies if the call was answered.
        ended_by: who ended the call.
    """

    cause: Cause | None
    outcome: Outcome = Outcome.UNANSWERED
    is_certain: bool = False
    ended_by: EndedBy | None = None


def _hangups(events: Json, ended: datetime | None) -> list[dict[str, Json]]:
    """Return the hangup events, the nearest to the call's end first, or else the latest; those without a time last."""

    def distance(event: dict[str, Json]) -> float:
        at = Reader(event, []).timestamp("time", parse_text_or_milliseconds)
        if at is None:
            return math.inf
        return -at.timestamp() if ended is None else abs((at - ended).total_seconds())

    listed = events if isinstance(events, list) else []
    return sorted((each for each in listed if isinstance(each, dict) and each.get("name") == "hangup"), key=distance)


def _why(hangups: list[dict[str, Json]], body: Reader, call: Call) -> Why:
    causes = [each.get("data") for each in hangups]
    codes = [*dict.fromkeys(code for each in causes if (code := as_text(each)) is not None)]
    code = codes[0] if codes else None
    if len(codes) > 1:
        others = " or ".join(map(shown, codes[1:MAX_CODES]))
        body.warn(f"the hangup events have {len(codes)} causes: {shown(codes[0])} counts, not {others}")
    if code is None:
        invalid = [each for each in causes if each is not None and each != ""]
        if invalid:
            body.warn(f"the hangup event has a cause that is not a string: {shown(invalid[0])}")
        return Why(None, Outcome.UNKNOWN if invalid else Outcome.UNANSWERED)
    why = _meaning(code, code, call) or _in_another_spelling(code, call)
    if why is None:
        body.warn(f"the hangup event has an undocumented cause: {shown(code)}")
    return why or Why(UNDOCUMENTED._replace(code=code))


def _meaning(code: str, name: str, call: Call) -> Why | None:
    word = CAUSES.get(name)
    cause = word and word.cause_of(call)
    if word is None or cause is None:
        return None
    is_certain = word.outcome not in {None, Outcome.UNKNOWN}
    return Why(cause._replace(code=code), word.outcome or Outcome.UNANSWERED, is_certain, word.ended_by)


def _in_another_spelling(code: str, call: Call) -> Why | None:
    """Return the meaning of a cause in another spelling, or of one that Q.850 or FreeSWITCH defines."""
    from callinspect.reference import q850

    found = q850.meaning(code)
    other = found and Why(found.cause._replace(code=code), *found[1:])
    return _meaning(code, q850.plain(code), call) or other


def _outcome(body: Reader, call: Call, why: Why) -> Outcome:
    if call.was_answered and why.cause and why.is_certain:
        body.warn(f"the hangup event says {why.cause.code}, but activeTime says that the call was answered")
    if call.outcome is not None:  # the state determines it
        if why.cause and why.is_certain and not call.was_answered and why.outcome is not call.outcome:
            body.warn(f"state is {call.vendor_state}, but the hangup event says {why.cause.code}")
        return call.outcome
    if why.is_certain or call.was_answered is False:
        return why.outcome
    return Outcome.ANSWERED if call.was_answered else Outcome.UNKNOWN


CALL = Shape(
    id="id",
    state="state",
    words=STATES,
    dials=True,
    direction="direction",
    directions=DIRECTIONS,
    created="startTime",
    answered="activeTime",
    ended="endTime",
    billed="chargeableDuration",
    others=OTHERS,
    more=more,
)


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{category, code, message, details: [{name, value}]}`; any part may be missing.

    The time when a rate limit ends is in a header or a detail, in epoch milliseconds. Other details are not shown: one
    of them is the user's IP address.
    """
    body = response.fields
    category, code, message = (as_text(body.get(name)) for name in ("category", "code", "message"))
    # The code says what is missing; if that is something else, the message may still mention the call.
    named = code.removesuffix("-not-found") if code and code.endswith("-not-found") else message
    error = CATEGORIES.get(category or "")
    is_absent = error is None and response.status in NOT_FOUND_STATUSES
    elsewhere = is_absent and is_elsewhere(named, unnamed=response.status == NOT_FOUND)
    return refused(
        response,
        own=category in CATEGORIES or code in ERROR_CODES,
        error=ConfigError if elsewhere else error,
        message=message,
        code=code or category,
        hint=HINTS.get(code or "", "check user_id and base_url" if elsewhere else None),
        retry_at=_reset(response) if error_for(response.status) is RateLimitedError else None,
    )


def _reset(response: Response) -> float | None:
    details = response.fields.get("details")
    named = [
        as_text(each.get("value"))
        for each in (details if isinstance(details, list) else [])
        if isinstance(each, dict) and each.get("name") == "rateLimitResetTime"
    ]
    milliseconds = EPOCH_MILLISECONDS.fullmatch(response.headers.get("x-ratelimit-reset") or first(named) or "")
    return int(milliseconds[0]) / 1000 if milliseconds else None


def is_unexplained(document: Document) -> bool:
    """Whether a call ended without an answer, so that only its events say why."""
    call = Reader(document.fields, [])
    word = STATES.get(call.text("state") or "")
    return word is not None and word.state is State.ENDED and not call.event("activeTime")[1]


PROVIDER = Provider(
    name="catapult",
    title="Bandwidth v1 (Catapult)",
    docs="https://old.dev.bandwidth.com/ap-docs/methods/calls/getCallsCallId.html",
    base_url="https://api.catapult.inetwork.com/v1",
    fields=(
        Field(name="user_id", title="User ID (u-…)"),
        Field(name="token", title="API token (t-…)", secret=True),
        Field(name="secret", title="API secret (s-…)", secret=True),
    ),
    required=("user_id",),
    schemes=(Basic("token", "secret"),),
    fetch=one(CALLS),
    normalize=CALL.reader("catapult"),
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=arrayed,
    not_found_hints=(
        "it belongs to another user: callinspect auth status catapult",
        "or to Voice v2, if it has hexadecimal groups: callinspect get bandwidth CALL_ID",
    ),
    reads="calls of the user",
    credentials_help="the account page of the v1 (Catapult) dashboard (https://old.dev.bandwidth.com)",
    extras={
        "events": Extra(
            "the call's events, which say why it ended",
            related.fetch_events,
            related.EVENT.read,
            by_default=is_unexplained,
            public=public.EVENT,
        ),
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.RECORDING.read, public=public.RECORDING
        ),
        "transcriptions": Extra(
            "its transcriptions, up to 1000 characters of each",
            related.fetch_transcriptions,
            related.TRANSCRIPTION.read,
            public=public.TRANSCRIPTION,
        ),
        "legs": Extra("the other calls of its bridge or conference", related.fetch_legs, legs(CALL.reader("catapult"))),
    },
    id_forms=(IDForm(r"c-[a-z2-7]{23}", "c- and 23 letters or digits"),),
    interval=1.0,
    jobs=1,
    listing=pages(
        CALLS,
        query={"from": "from", "to": "to"},
        size=("size", 1000),
        lacks=frozenset({"cause"}),
        options={
            "page": "first page to fetch, from 0",
            "size": "calls per page, at most 1000",
            "sortOrder": "asc or desc (the default), by startTime",
            "bridgeId": "calls of a bridge",
            "conferenceId": "calls of a conference",
        },
    ),
    public=public.CALL,
)
