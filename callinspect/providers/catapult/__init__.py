"""Bandwidth v1 (Catapult): one call of a v1 user, live or finished. The legacy predecessor of Voice v2.

The call itself never says why it ended: that is in its hangup event, read on request, because every GET costs a second
of the rate limit. Paths are built from user and call id; the links in a record never decide where credentials go.
"""

import re
from typing import NamedTuple

from callinspect.errors import (
    AuthRejectedError,
    CallinspectError,
    ConfigError,
    RateLimitedError,
    VendorUnavailableError,
)
from callinspect.model import Call, Cause, Direction, EndedBy, Outcome, Recording, State
from callinspect.provider import (
    ABSENT,
    NOT_FOUND,
    Account,
    Basic,
    Document,
    Field,
    Filters,
    Flow,
    Json,
    Listing,
    Page,
    Provider,
    Reader,
    Refusal,
    Request,
    Response,
    as_text,
    durations,
    error_for,
    first,
    further,
    is_elsewhere,
    items,
    next_page,
    party_of,
    read,
    read_id,
    refused,
    shown,
    state_of,
    together,
    url,
)

STATES = {
    "started": State.RINGING,
    "active": State.ACTIVE,
    "transferring": State.ACTIVE,
    "completed": State.ENDED,
    "rejected": State.ENDED,
    "error": State.ENDED,
}

DIRECTIONS = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}

LINKS = {name: name for name in ("events", "recordings", "transcriptions")}
LINKS |= {"callback": "callbackUrl", "fallback": "fallbackUrl"}

LARGEST_PAGE = 1000

EPOCH_MILLISECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)

CAUSES = {
    "NORMAL_CLEARING": Cause(title="Ended normally", explanation="One side hung up", q850=16),
    "ORIGINATOR_CANCEL": Cause(
        title="Canceled", explanation="The caller gave up before it was answered", sip=487, q850=16
    ),
    "USER_BUSY": Cause(title="Busy", explanation="The called party was busy", sip=486, q850=17),
    "NO_ANSWER": Cause(title="No answer", explanation="Nobody answered", sip=480, q850=19),
    "CALL_REJECTED": Cause(title="Rejected", explanation="The called party declined the call", sip=603, q850=21),
    "UNALLOCATED_NUMBER": Cause(title="No such number", explanation="The number is not in use", sip=404, q850=1),
    "NORMAL_TEMPORARY_FAILURE": Cause(
        title="Failed",
        explanation="The call failed; Catapult says this of an international call on an account without them",
        q850=41,
    ),
}

UNDOCUMENTED = Cause(title="Internal error", explanation="Catapult calls every cause that it does not list internal")

OUTCOMES = {
    "ORIGINATOR_CANCEL": Outcome.CANCELED,
    "USER_BUSY": Outcome.BUSY,
    "NO_ANSWER": Outcome.NO_ANSWER,
    "CALL_REJECTED": Outcome.REJECTED,
    **dict.fromkeys(("UNALLOCATED_NUMBER", "NORMAL_TEMPORARY_FAILURE"), Outcome.FAILED),
}
"""By the cause; those that are not here end answered calls as well as others."""

OUTCOMES_OF_STATES = {"rejected": Outcome.REJECTED, "error": Outcome.FAILED}

ENDED_BY = {"ORIGINATOR_CANCEL": EndedBy.CALLER, "CALL_REJECTED": EndedBy.CALLEE}

UNREAD = "why it ended is in the call's events, which were not read: get catapult CALL_ID --with events"

OTHERS = {
    "eventType": "a webhook event",
    "media": "a recording",
    "textSize": "a transcription",
    "time": "an event of a call",
}
"""What else has an id, or a call's id, by a key that no call has."""

ERROR_CODES = frozenset({"call-not-found", "user-not-found", "resource-not-found", "user-access-denied"})
"""Codes that are Catapult's own even without a category."""

CATEGORIES: dict[str, type[CallinspectError] | None] = {
    **dict.fromkeys(("authorization", "not-found", "bad-request", "conflict", "forbidden", "credit", "payment")),
    **dict.fromkeys(("unavailable", "limit", "too-many-requests")),
    "authentication": AuthRejectedError,
    "backend": VendorUnavailableError,
}
"""The categories of Catapult's own errors; with None, the HTTP status says more."""

HINTS = {
    "user-access-denied": "check that user_id belongs to the token",
    "user-not-found": "check user_id",
    "resource-not-found": "check base_url",
}


def fetch(account: Account, call_id: str, extras: frozenset[str]) -> Flow:
    """Fetch Call information, then the call's events if they are wanted."""
    calls = (account.base_url, "users", account["user_id"], "calls", call_id)
    response = yield Request(url=url(*calls))
    if "events" not in extras:
        return Document(response, call_id)
    found, notes = yield from further("events", Request(url=url(*calls, "events")))
    return Document(response, call_id, found, notes)


def verify(account: Account) -> Request:
    """List one call."""
    return Request(url=url(account.base_url, "users", account["user_id"], "calls", size="1"))


def list_first(account: Account, filters: Filters) -> Request:
    """List Calls: newest first, at most 1000 a page."""
    own = dict(filters.options)
    if filters.limit and "size" not in own:
        own["size"] = str(min(filters.limit, LARGEST_PAGE))
    called = {"from": filters.from_, "to": filters.to}
    return Request(url=url(account.base_url, "users", account["user_id"], "calls", **called, **own))


def list_read(response: Response) -> Page:
    """Read an array of call objects."""
    return Page(calls=items(response.document))


def list_following(account: Account, response: Response) -> Request | None:
    """Follow the `Link` to the next page."""
    return next_page(response, url(account.base_url, "users", account["user_id"], "calls"))


def normalize(document: Document) -> Call:
    """Read the call object of Fetch Call information, and with it the call's events where they were read."""
    body = read(document.json, OTHERS)
    call_id = read_id(body, "id")
    direction = body.choice("direction", DIRECTIONS, Direction.UNKNOWN) or Direction.UNKNOWN
    state = state_of(body, STATES, direction)
    created, ended = body.timestamp("startTime"), body.timestamp("endTime")
    answered, was_answered = body.event("activeTime")
    why = _why(document.extras.get("events"), body)
    outcome = _outcome(body, why, was_answered=was_answered) if state is State.ENDED else None
    if state is State.ENDED and not was_answered and "events" not in document.extras and not document.notes:
        body.warnings.append(UNREAD)
    return Call(
        provider=PROVIDER.name,
        id=call_id,
        direction=direction,
        state=state,
        vendor_state=body.text("state"),
        outcome=outcome,
        ended_by=why.ended_by if state is State.ENDED else None,
        cause=why.cause,
        from_=party_of(body, "from"),
        to=party_of(body, "to"),
        created_at=created,
        answered_at=answered,
        was_answered=was_answered,
        ended_at=ended,
        durations=durations(body, created, answered, ended, billed=body.seconds("chargeableDuration")),
        recording=Recording(
            enabled=body.flag("recordingEnabled"), transcription_enabled=body.flag("transcriptionEnabled")
        ),
        metadata={name: body.take(name) for name in ("tag", "sipHeaders") if body.keep(name) is not None},
        links={name: link for name, field in LINKS.items() if (link := body.text(field)) is not None},
        vendor=together(body.leftovers(), document.extras, "extras"),
        warnings=tuple(body.warnings),
    )


class Why(NamedTuple):
    """What the hangup event says: the cause, how the call came out, whether even an answered one, who ended it."""

    cause: Cause | None
    outcome: Outcome = Outcome.UNANSWERED
    is_certain: bool = False
    ended_by: EndedBy | None = None


def _why(events: Json, body: Reader) -> Why:
    listed = [each for each in events if isinstance(each, dict)] if isinstance(events, list) else []
    said = [each.get("data") for each in listed if each.get("name") == "hangup"]
    code = first([as_text(each) for each in said])
    if code is None:
        odd = [each for each in said if each is not None and each != ""]
        if odd:
            body.warnings.append(f"the hangup event has a cause that is not a text: {shown(odd[0])}")
        return Why(None, Outcome.UNKNOWN if odd else Outcome.UNANSWERED)
    why = _meaning(code, code) or _in_other_words(code)
    if why is None:
        body.warnings.append(f"the hangup event has an undocumented cause: {shown(code)}")
    return why or Why(UNDOCUMENTED._replace(code=code))


def _meaning(code: str, name: str) -> Why | None:
    if name not in CAUSES:
        return None
    outcome = OUTCOMES.get(name, Outcome.UNANSWERED)
    return Why(CAUSES[name]._replace(code=code), outcome, name in OUTCOMES, ENDED_BY.get(name))


def _in_other_words(code: str) -> Why | None:
    """Return what a name means that is spelled in another way, or is one of Q.850 or FreeSWITCH."""
    from callinspect.reference import q850

    found = q850.meaning(code)
    other = found and Why(found.cause._replace(code=code), *found[1:])
    return _meaning(code, q850.plain(code)) or other


def _outcome(body: Reader, why: Why, *, was_answered: bool | None) -> Outcome:
    if was_answered and why.cause and why.is_certain:
        body.warnings.append(f"the hangup event says {why.cause.code}, and activeTime that the call was answered")
    state = body.keep("state")
    if state in OUTCOMES_OF_STATES:
        return OUTCOMES_OF_STATES[state]
    if why.is_certain or was_answered is False:
        return why.outcome
    return Outcome.ANSWERED if was_answered else Outcome.UNKNOWN


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{category, code, message, details: [{name, value}]}`, any of it missing.

    A rate limit names the moment of its end in epoch milliseconds, in a header or in a detail. Other details are not
    passed on: one of them is the address of whoever asked.
    """
    body = response.fields
    category, code, said = (as_text(body.get(name)) for name in ("category", "code", "message"))
    # A code names its thing; the text of one that names another thing may well speak of the call.
    named = code.removesuffix("-not-found") if code and code.endswith("-not-found") else said
    error = CATEGORIES.get(category or "")
    is_absent = error is None and response.status in ABSENT
    elsewhere = is_absent and is_elsewhere(named, unnamed=response.status == NOT_FOUND)
    return refused(
        response,
        own=category in CATEGORIES or code in ERROR_CODES,
        error=ConfigError if elsewhere else error,
        message=said,
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


PROVIDER = Provider(
    name="catapult",
    title="Bandwidth v1 (Catapult)",
    docs="https://old.dev.bandwidth.com/ap-docs/methods/calls/getCallsCallId.html",
    base_url="https://api.catapult.inetwork.com/v1",
    fields=(
        Field(name="user_id", title="User id (u-…)"),
        Field(name="token", title="API token (t-…)", secret=True),
        Field(name="secret", title="API secret (s-…)", secret=True),
    ),
    required=("user_id",),
    schemes=(Basic("token", "secret"),),
    fetch=fetch,
    normalize=normalize,
    refusal=refusal,
    verify=verify,
    verified=list_read,
    absent="the id may belong to another user, or to Voice v2 (c- and hexadecimal groups): try the provider bandwidth",
    extras={"events": "the call's events, which say why it ended"},
    interval=1.0,
    jobs=1,
    listing=Listing(
        first=list_first,
        read=list_read,
        following=list_following,
        applied=frozenset({"from", "to"}),
        lacks=frozenset({"cause"}),
        options={
            "page": "number of the page to begin with, from 0",
            "size": "calls a page, at most 1000",
            "sortOrder": "asc or desc (by default), by startTime",
            "bridgeId": "calls of a bridge",
            "conferenceId": "calls of a conference",
        },
    ),
)
