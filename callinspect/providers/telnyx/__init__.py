"""Telnyx: one leg of a call, by its TeXML record, or by its Call Control record if it has none.

TeXML says who, whom and how it came out, for 30 days. Call Control says whether the call is alive, until 10 minutes
after its end; its events have the rest. Both go by the same ID.
"""

from callinspect.errors import ConfigError, NotFoundError, UsageError
from callinspect.model import Call, Outcome, State
from callinspect.provider import (
    LIMITS,
    NOT_FOUND_STATUSES,
    Account,
    Bearer,
    Certainty,
    Document,
    Extra,
    Field,
    Flow,
    IDForm,
    Provider,
    Reader,
    Refusal,
    Request,
    Response,
    Roughly,
    Shape,
    as_text,
    day_after,
    day_before,
    expect,
    is_elsewhere,
    parse_seconds,
    refused,
    reset_at,
    url,
)
from callinspect.providers import _laml
from callinspect.providers.telnyx import related
from callinspect.providers.telnyx.related import CONTROL, TEXML, is_control
from callinspect.providers.telnyx.told import with_events
from callinspect.providers.telnyx.words import WORDS
from callinspect.providers.telnyx.words.calls import ANSWERERS, DIRECTIONS, STATUSES
from callinspect.providers.telnyx.words.errors import ERRORS, HINTS

UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
UNPROCESSABLE = 422

OTHERS = {"event_type": "a webhook event", "download_urls": "a recording", "media_url": "a recording"}
"""Other objects with a call's ID, by a key that calls do not have."""


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch the TeXML record, if the account is known; the Call Control record if there is none."""
    if account.get("account_sid"):
        try:
            return Document((yield Request(url=TEXML.url(account, call_id))), call_id)
        except NotFoundError:
            pass
    return Document((yield Request(url=CONTROL.url(account, call_id))), call_id)


def normalize(document: Document) -> Call:
    """Read either record."""
    return (CALL_CONTROL if is_control(document) else CALL).reader("telnyx")(document)


def more_of_control(body: Reader, call: Call, document: Document) -> Call:
    """Read whether the call is alive. Just after it was placed it is not, and yet has no end: nothing is known then."""
    is_alive = body.flag("is_alive")
    body.leave("is_alive")
    has_ended = is_alive is False and bool(body.event("end_time")[1])
    state = State.ACTIVE if is_alive else State.ENDED if has_ended else State.UNKNOWN
    attached = body.take("client_state")
    call = call._replace(
        state=state,
        outcome=Outcome.UNKNOWN if has_ended else None,
        metadata={} if attached is None else {"client_state": attached},
    )
    return with_events(body, call, document)


CALL = _laml.shape(STATUSES, DIRECTIONS, ANSWERERS, with_events)._replace(others=OTHERS)

CALL_CONTROL = Shape(
    id="call_control_id",
    created="start_time",
    ended="end_time",
    from_=None,
    to=None,
    session="call_session_id",
    reported="call_duration",
    opened="data",
    others=OTHERS,
    more=more_of_control,
)


def refusal(response: Response) -> Refusal | None:
    """Read an error: `{errors: [{code, title, detail}]}`, of which `code` and `title` may be missing."""
    listed = response.fields.get("errors")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    code, title, detail = (as_text(first.get(name)) for name in ("code", "title", "detail"))
    is_limit = response.status in LIMITS
    error = ERRORS.get(code or "") or (UsageError if response.status == UNPROCESSABLE else None)
    is_other = error is None and response.status in NOT_FOUND_STATUSES and is_elsewhere(detail, title, unnamed=False)
    return refused(
        response,
        own=code in ERRORS or isinstance(first.get("detail"), str),
        error=ConfigError if is_other else None if is_limit else error,
        message=detail or title,
        code=code,
        hint="check account_sid and base_url" if is_other else HINTS.get(code or ""),
        retry_at=reset_at(response, "x-ratelimit-reset", parse_seconds) if is_limit else None,
    )


def verify(account: Account) -> Request:
    """Ask whose the key is."""
    return Request(url=url(account.base_url, "whoami"))


def verified(response: Response) -> None:
    """Read whose it is: an object, in an envelope."""
    expect(response, "data")


PROVIDER = Provider(
    name="telnyx",
    title="Telnyx",
    docs="https://developers.telnyx.com/api/call-scripting/get-call",
    base_url="https://api.telnyx.com/v2",
    fields=(
        Field(name="api_key", title="API key (KEY…)", secret=True, env=("TELNYX_API_KEY",)),
        Field(name="account_sid", title="Organization ID (a UUID), for TeXML records", env=("TELNYX_ACCOUNT_SID",)),
        Field(name="base_url", title="Base URL", url=True, env=("TELNYX_BASE_URL",)),
    ),
    required=(),
    schemes=(Bearer("api_key", "API key"),),
    fetch=fetch,
    normalize=normalize,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=verified,
    not_found_hints=(
        "it ended more than 30 days ago (without account_sid: 10 minutes), or is too new: callinspect wait --grace 120",
        "or account_sid is not your organization's ID: callinspect auth status telnyx",
    ),
    reads="calls of the organization, for 30 days; without account_sid, up to 10 minutes after they end",
    credentials_help="API Keys and, for account_sid, Organization in the portal (https://portal.telnyx.com)",
    grace=120.0,
    extras={
        "events": Extra("the call's events, which say who ended it and why", related.fetch_events, related.EVENT.read),
        "recordings": Extra("its recordings", related.fetch_recordings, related.read_recordings),
    },
    id_forms=(
        IDForm(r"v[23]:[A-Za-z0-9_-]+=*", "v3: and letters, digits, - or _"),
        IDForm(UUID, "a UUID, as older calls have", Certainty.POSSIBLE),
    ),
    listing=_laml.listing(
        TEXML,
        STATUSES,
        # Whether "greater" includes the day itself is not documented.
        since=Roughly("StartTime_gt", day_before),
        until=Roughly("StartTime_lt", day_after),
        by_state=False,  # the vendor filters by final states alone
        options={"PageSize": "calls per page", "Page": "first page to fetch, from 0"},
    ),
)
