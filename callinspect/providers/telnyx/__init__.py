"""Telnyx: one leg of a call, by its TeXML record, or by its Call Control record if it has none.

TeXML says who, whom and how it came out, for 30 days. Call Control says whether the call is alive, until 10 minutes
after its end; its events have the rest. Both go by the same ID.
"""

from collections.abc import Mapping
from typing import Any

from callinspect.errors import NotFoundError, UsageError
from callinspect.model import EMPTY, Call, Direction, Outcome, State
from callinspect.provider import (
    UNPROCESSABLE,
    UUID,
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
    Request,
    Response,
    Roughly,
    Shape,
    day_after,
    day_before,
    errors,
    expect,
    one,
    parse_seconds,
    url,
)
from callinspect.providers import _laml
from callinspect.providers.telnyx import public, related
from callinspect.providers.telnyx.related import CONTROL, TEXML, is_control
from callinspect.providers.telnyx.told import with_events
from callinspect.providers.telnyx.words import WORDS
from callinspect.providers.telnyx.words.calls import ANSWERED_IN, ANSWERERS, DIRECTIONS, STATUSES
from callinspect.providers.telnyx.words.errors import ERRORS, HINTS

CALLS = one(TEXML, CONTROL)

WITHOUT_ACCOUNT = "without account_sid, calls are read until 10 minutes after they end; with it, for 30 days"

OTHERS = _laml.NO_CALLS | {
    "event_type": "a webhook event",
    "download_urls": "a recording",
    "recording_started_at": "a recording",
    "media_url": "a recording",
}
"""Other objects with a call's ID, by a key that calls do not have."""


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch the TeXML record, if the account is known; the Call Control record if there is none."""
    try:
        return (yield from CALLS(account, call_id))
    except NotFoundError as error:
        if not account.get("account_sid"):
            error.suggest(WITHOUT_ACCOUNT)
        raise


def normalize(document: Document) -> Call:
    """Read either record."""
    return (CALL_CONTROL if is_control(document) else CALL).reader("telnyx")(document)


def more_of_texml(body: Reader, call: Call, document: Document) -> Call:
    """Read what the events say."""
    if call.direction is Direction.INBOUND and call.outcome is Outcome.ANSWERED:
        call = call._replace(cause=ANSWERED_IN._replace(code=call.vendor_state))
    return with_events(body, call, document)


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
    call = with_events(body, call, document)
    # One that is alive may still ring: only an event says that it was answered.
    return call._replace(was_answered=bool(call.was_answered)) if call.state is State.ACTIVE else call


CALL = _laml.shape(STATUSES, DIRECTIONS, ANSWERERS, more_of_texml)._replace(others=OTHERS)

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


def first_error(response: Response) -> Mapping[str, Any]:
    """Return the first of an answer's errors, an empty object if there is none."""
    listed = response.fields.get("errors")
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else EMPTY


PARTS = frozenset({"code", "title", "detail", "source", "meta"})
"""The keys of an error. Others who write errors by JSON:API have more, such as `status`."""


def is_own(response: Response, _message: str | None, code: str | None) -> bool:
    """Whether an error is the vendor's: `code` and `title` may be missing, and `code` may be the HTTP status."""
    error = first_error(response)
    is_told = isinstance(error.get("detail"), str) and (code is None or code.isdecimal()) and error.keys() <= PARTS
    return code in ERRORS or is_told


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
        Field(
            name="account_sid",
            title="Organization ID (a UUID), for TeXML records",
            env=("TELNYX_ACCOUNT_SID",),
            offered=True,
        ),
        Field(name="base_url", title="Base URL", url=True, env=("TELNYX_BASE_URL",)),
    ),
    required=(),
    schemes=(Bearer("api_key", "API key", lasts=True),),
    fetch=fetch,
    normalize=normalize,
    words=WORDS,
    refusal=errors(
        ("detail", "title"),
        "code",
        opened=first_error,
        own=is_own,
        meanings=ERRORS,
        by_status={UNPROCESSABLE: UsageError},
        hints=HINTS,
        elsewhere="check account_sid and base_url",
        unnamed=False,
        reset=("x-ratelimit-reset", parse_seconds),
    ),
    verify=verify,
    verified=verified,
    not_found_hints=(
        "calls are kept for 30 days; a new one may take 2 minutes to be found: callinspect wait {call} --grace 120",
        "account_sid must be the ID of your organization: callinspect auth status telnyx",
    ),
    reads="calls of the organization, for 30 days; without account_sid, up to 10 minutes after they end",
    credentials_help="API Keys and, for account_sid, Organization in the portal (https://portal.telnyx.com)",
    grace=120.0,
    extras={
        "events": Extra(
            "the call's events, which say who ended it and why",
            related.fetch_events,
            related.read_events,
            by_default=is_control,
            public=public.EVENT,
        ),
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.read_recordings, public=public.RECORDING
        ),
    },
    id_forms=(
        IDForm(r"v[23]:[A-Za-z0-9_-]+=*", "v2: or v3: and letters, digits, - or _"),
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
    public=public.CALL,
    envelopes=public.ENVELOPES,
)
