"""Bandwidth v1 (Catapult): one call of a v1 user, live or finished. The legacy predecessor of Voice v2.

The call itself never says why it ended: that is in its hangup event, read on request, because every GET costs a second
of the rate limit. Paths are built from user and call id; the links in a record never decide where credentials go.
"""

import re

from callinspect.auth import Basic
from callinspect.coerce import Json, Reader, as_text, first, shown
from callinspect.errors import ConfigError, RateLimitedError
from callinspect.model import Call, Cause, Direction, EndedBy, Outcome, Recording, State
from callinspect.provider import (
    Account,
    Document,
    Field,
    Filters,
    Flow,
    Listing,
    Page,
    Provider,
    Refusal,
    Request,
    Response,
    url,
)
from callinspect.reading import (
    durations,
    error_for,
    further,
    items,
    names_no_call,
    next_page,
    party_of,
    read,
    read_id,
    refused,
    together,
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

LINKS = {
    "events": "events",
    "recordings": "recordings",
    "transcriptions": "transcriptions",
    "callback": "callbackUrl",
    "fallback": "fallbackUrl",
}

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

UNDOCUMENTED = Cause(
    title="Internal error", explanation="Catapult's documentation calls every cause that it does not list internal"
)

OUTCOMES = {
    "ORIGINATOR_CANCEL": Outcome.CANCELED,
    "USER_BUSY": Outcome.BUSY,
    "NO_ANSWER": Outcome.NO_ANSWER,
    "CALL_REJECTED": Outcome.REJECTED,
    "UNALLOCATED_NUMBER": Outcome.FAILED,
    "NORMAL_TEMPORARY_FAILURE": Outcome.FAILED,
}
"""Of calls that were not answered, by their cause."""

OUTCOMES_OF_STATES = {"rejected": Outcome.REJECTED, "error": Outcome.FAILED}

BEFORE_AN_ANSWER = frozenset({Outcome.CANCELED, Outcome.BUSY, Outcome.NO_ANSWER, Outcome.REJECTED})

UNREAD = "why it ended is in the call's events, which were not read: get catapult CALL_ID --with events"

ENDED_BY = {"ORIGINATOR_CANCEL": EndedBy.CALLER, "CALL_REJECTED": EndedBy.CALLEE}

OTHERS = {
    "eventType": "a webhook event",
    "media": "a recording",
    "textSize": "a transcription",
    "time": "an event of a call",
}
"""What else has an id, or a call's id, by a key that no call has."""

ERROR_CODES = frozenset({"call-not-found", "user-not-found", "resource-not-found", "user-access-denied"})
"""Codes that are Catapult's own even without a category."""

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
    state = _state(body, direction)
    created, ended = body.timestamp("startTime"), body.timestamp("endTime")
    answered, was_answered = body.event("activeTime")
    cause, of_cause = _cause(document.extras.get("events"), body)
    if state is State.ENDED:
        if was_answered and cause and of_cause in BEFORE_AN_ANSWER:
            body.warnings.append(f"the hangup event says {cause.code}, and activeTime that the call was answered")
        if not was_answered and "events" not in document.extras and not document.notes:
            body.warnings.append(UNREAD)
    return Call(
        provider=PROVIDER.name,
        id=call_id,
        direction=direction,
        state=state,
        vendor_state=body.text("state"),
        outcome=_outcome(body, of_cause, was_answered=was_answered) if state is State.ENDED else None,
        ended_by=ENDED_BY.get(cause.code or "") if cause and state is State.ENDED else None,
        cause=cause,
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


def _state(body: Reader, direction: Direction) -> State:
    state = body.choice("state", STATES, State.UNKNOWN, kept_elsewhere=True) or State.UNKNOWN
    return State.DIALING if state is State.RINGING and direction is Direction.OUTBOUND else state


def _cause(events: Json, body: Reader) -> tuple[Cause | None, Outcome | None]:
    """Return what the hangup event says, and how a call that nobody answered came out if it says that."""
    listed = events if isinstance(events, list) else []
    said = [each.get("data") for each in listed if isinstance(each, dict) and each.get("name") == "hangup"]
    code = first([as_text(each) for each in said])
    if code is None:
        odd = [each for each in said if each is not None and each != ""]
        if odd:
            body.warnings.append(f"the hangup event has a cause that is not a text: {shown(odd[0])}")
        return None, Outcome.UNKNOWN if odd else None
    if code in CAUSES:
        return CAUSES[code]._replace(code=code), OUTCOMES.get(code)
    from callinspect import q850

    meaning = q850.meaning(code)
    if meaning is None:
        body.warnings.append(f"the hangup event has an undocumented cause: {shown(code)}")
        return UNDOCUMENTED._replace(code=code), None
    return meaning.cause._replace(code=code), meaning.outcome


def _outcome(body: Reader, of_cause: Outcome | None, *, was_answered: bool | None) -> Outcome:
    state = body.keep("state")
    if state in OUTCOMES_OF_STATES:
        return OUTCOMES_OF_STATES[state]
    if was_answered:
        return Outcome.ANSWERED
    if was_answered is None and of_cause not in BEFORE_AN_ANSWER:
        return Outcome.UNKNOWN
    return of_cause or Outcome.UNANSWERED


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{category, code, message, details: [{name, value}]}`, any of it missing.

    A rate limit names the moment of its end in epoch milliseconds, in a header or in a detail. Other details are not
    passed on: one of them is the address of whoever asked.
    """
    body = response.fields
    category, code, said = (as_text(body.get(name)) for name in ("category", "code", "message"))
    is_elsewhere = names_no_call(response, f"{code} {said}")
    return refused(
        response,
        own=isinstance(body.get("category"), str) or code in ERROR_CODES,
        error=ConfigError if is_elsewhere else None,
        message=said,
        code=code or category,
        hint=HINTS.get(code or "", "check user_id and base_url" if is_elsewhere else None),
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
