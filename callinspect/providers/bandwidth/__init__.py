"""Bandwidth Voice v2: one leg of an account's call, while it lives and for seven days after.

Near real time: a new call may be invisible for minutes. States and causes are open lists, and any field may be missing.
"""

from datetime import datetime

from callinspect.errors import (
    AuthRejectedError,
    CallinspectError,
    ConfigError,
    ForbiddenError,
    VendorUnavailableError,
)
from callinspect.model import Call, Cause, Direction, EndedBy, Outcome, State, Verification
from callinspect.provider import (
    ABSENT,
    LIMITS,
    NOT_FOUND,
    REFUSED,
    Account,
    Basic,
    ClientCredentials,
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
    expect,
    is_elsewhere,
    items,
    next_page,
    party_of,
    read,
    read_id,
    refused,
    state_of,
    url,
)

STATES = {
    "queued": State.QUEUED,
    "initiated": State.RINGING,
    "answered": State.ACTIVE,
    "disconnected": State.ENDED,
}

DIRECTIONS = {"inbound": Direction.INBOUND, "outbound": Direction.OUTBOUND}

CAUSES = {
    "hangup": Cause(title="Ended normally", explanation="One side hung up, or the call flow came to its end"),
    "busy": Cause(title="Busy", explanation="The called party was busy", sip=486, q850=17),
    "timeout": Cause(title="No answer", explanation="Nobody answered within the call's timeout", sip=408, q850=18),
    "cancel": Cause(title="Canceled", explanation="The caller gave up before it was answered", sip=487, q850=16),
    "rejected": Cause(title="Rejected", explanation="The called party declined the call", sip=603, q850=21),
    "callback-error": Cause(
        title="Callback failed", explanation="Bandwidth could not deliver a callback to your application's server"
    ),
    "invalid-bxml": Cause(title="Invalid BXML", explanation="Your application answered a callback with invalid BXML"),
    "application-error": Cause(
        title="Application error", explanation="Your application asked for something that the call does not support"
    ),
    "account-limit": Cause(
        title="Account limit reached", explanation="Your account's limit of calls was reached", sip=503, q850=42
    ),
    "node-capacity-exceeded": Cause(
        title="Bandwidth at capacity", explanation="Bandwidth's own capacity was reached", sip=503, q850=42
    ),
    "error": Cause(title="Failed", explanation="The call failed for a reason outside the other causes"),
    "unknown": Cause(title="Unknown error", explanation="Bandwidth does not know why the call failed"),
}

NAMELESS = Cause(title="Ended with an error", explanation="Bandwidth reports an error and names no cause")
UNDOCUMENTED = Cause(title="Undocumented cause", explanation="Bandwidth's documentation does not list this cause")

LARGEST_PAGE = 10_000

TOKEN_URL = "https://api.bandwidth.com/api/v1/oauth2/token"  # noqa: S105 - an address

OUTCOMES: dict[str, tuple[Outcome, EndedBy | None]] = {
    "busy": (Outcome.BUSY, None),
    "timeout": (Outcome.NO_ANSWER, EndedBy.PLATFORM),
    "cancel": (Outcome.CANCELED, EndedBy.CALLER),
    "rejected": (Outcome.REJECTED, EndedBy.CALLEE),
    "callback-error": (Outcome.FAILED, EndedBy.PLATFORM),
    "invalid-bxml": (Outcome.FAILED, EndedBy.PLATFORM),
    "application-error": (Outcome.FAILED, EndedBy.PLATFORM),
    "error": (Outcome.FAILED, EndedBy.PLATFORM),
    "account-limit": (Outcome.FAILED, EndedBy.PLATFORM),
    "node-capacity-exceeded": (Outcome.FAILED, EndedBy.PLATFORM),
}

BEFORE_AN_ANSWER = frozenset({"busy", "timeout", "cancel", "rejected"})
"""Causes of calls that nobody answered."""

OTHERS = {
    "eventType": "a webhook event",
    "recordingId": "a recording",
    "transcriptionId": "a transcription",
}
"""What else has a call's id, by a key that no call has."""

OUTCOMES_OF_A_HANGUP = {True: Outcome.ANSWERED, False: Outcome.CANCELED, None: Outcome.UNKNOWN}
"""By whether the call was answered."""

OUTCOMES_WITHOUT_A_CAUSE = OUTCOMES_OF_A_HANGUP | {False: Outcome.UNANSWERED}

ERRORS: dict[str, type[CallinspectError] | None] = {
    "authentication-error": AuthRejectedError,
    "authorization-error": ForbiddenError,
    "internal-error": VendorUnavailableError,
    "system-overloaded": VendorUnavailableError,
    "validation": None,
    "error": None,
}
"""The types of Bandwidth's own errors; with None, the HTTP status says more."""


def fetch(account: Account, call_id: str, _extras: frozenset[str]) -> Flow:
    """Retrieve Call Information."""
    response = yield Request(url=url(account.base_url, "accounts", account["account_id"], "calls", call_id))
    return Document(response, call_id)


def verify(account: Account) -> Request:
    """Read the account's call-queue statistics."""
    return Request(url=url(account.base_url, "accounts", account["account_id"], "statistics"))


def verified(response: Response) -> None:
    """Read the statistics: `{currentCallQueueSize}`."""
    expect(response, "currentCallQueueSize")


def list_first(account: Account, filters: Filters) -> Request:
    """List Calls: oldest first, at most 10000."""
    page_size = filters.options.get("pageSize") or (str(min(filters.limit, LARGEST_PAGE)) if filters.limit else None)
    return Request(
        url=url(
            account.base_url,
            "accounts",
            account["account_id"],
            "calls",
            **{"from": filters.from_},
            to=filters.to,
            minStartTime=_instant(filters.since),
            maxStartTime=_instant(filters.until),
            disconnectCause=filters.cause,
            pageSize=page_size,
        )
    )


def list_read(response: Response) -> Page:
    """Read an array of `callState` objects."""
    return Page(calls=items(response.document))


def list_following(account: Account, response: Response) -> Request | None:
    """Follow the `Link` to the next page."""
    return next_page(response, url(account.base_url, "accounts", account["account_id"], "calls"))


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def normalize(document: Document) -> Call:
    """Read a `callState` object, or a one-element array around it."""
    body = read(_unwrapped(document.json), OTHERS)
    call_id = read_id(body, "callId")
    direction = body.choice("direction", DIRECTIONS, Direction.UNKNOWN) or Direction.UNKNOWN
    state = state_of(body, STATES, direction)
    created, ended = body.timestamp("startTime"), body.timestamp("endTime")
    answered, was_answered = body.event("answerTime")
    cause = _cause(body)
    outcome, ended_by = _outcome(body, was_answered=was_answered) if state is State.ENDED else (None, None)
    return Call(
        provider=PROVIDER.name,
        id=call_id,
        parent_id=body.text("parentCallId"),
        direction=direction,
        state=state,
        vendor_state=body.text("state"),
        outcome=outcome,
        ended_by=ended_by,
        cause=cause,
        from_=party_of(body, "from"),
        to=party_of(body, "to"),
        created_at=created,
        queued_at=body.timestamp("enqueuedTime"),
        answered_at=answered,
        was_answered=was_answered,
        ended_at=ended,
        updated_at=body.timestamp("lastUpdate"),
        durations=durations(body, created, answered, ended),
        verification=_verification(body.nested("stirShaken")),
        vendor=body.leftovers(),
        warnings=tuple(body.warnings),
    )


def _unwrapped(document: Json) -> Json:
    return document[0] if isinstance(document, list) and len(document) == 1 else document


def _cause(body: Reader) -> Cause | None:
    known = body.choice("disconnectCause", CAUSES, UNDOCUMENTED, kept_elsewhere=True)
    code, message, error_id = body.text("disconnectCause"), body.text("errorMessage"), body.text("errorId")
    if code is None and message is None and error_id is None:
        return None
    return (known or NAMELESS)._replace(code=code, message=message, error_id=error_id)


def _outcome(body: Reader, *, was_answered: bool | None) -> tuple[Outcome, EndedBy | None]:
    code = body.text("disconnectCause")
    if code in BEFORE_AN_ANSWER and was_answered:
        body.warnings.append(f"disconnectCause is {code}, and answerTime says that the call was answered")
    if code == "hangup":
        return OUTCOMES_OF_A_HANGUP[was_answered], None
    if body.keep("disconnectCause") in (None, ""):
        return OUTCOMES_WITHOUT_A_CAUSE[was_answered], None
    return OUTCOMES.get(code or "", (Outcome.UNKNOWN, None))


def _verification(body: Reader | None) -> Verification | None:
    if body is None:
        return None
    verification = Verification(
        result=body.text("verstat"),
        attestation=body.text("attestationIndicator"),
        originating_id=body.text("originatingId"),
    )
    return None if verification == Verification() else verification


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{type, description, id}`; a wrong path, or account, is not found either."""
    body = response.fields
    kind, said = as_text(body.get("type")), as_text(body.get("description"))
    error = ERRORS.get(kind or "") if response.status in REFUSED and response.status not in LIMITS else None
    is_absent = error is None and response.status in ABSENT
    elsewhere = is_absent and is_elsewhere(said, unnamed=response.status == NOT_FOUND)
    return refused(
        response,
        own=kind in ERRORS and isinstance(body.get("description"), str),
        error=ConfigError if elsewhere else error,
        message=said,
        code=kind,
        request_id=as_text(body.get("id")),
        hint="check account_id and base_url" if elsewhere else None,
    )


PROVIDER = Provider(
    name="bandwidth",
    title="Bandwidth Voice v2",
    docs="https://dev.bandwidth.com/apis/voice-apis/voice/#tag/Calls/operation/getCallState",
    base_url="https://voice.bandwidth.com/api/v2",
    fields=(
        Field(name="account_id", title="Account id", env=("BW_ACCOUNT_ID",)),
        Field(name="client_id", title="OAuth client id", env=("BW_CLIENT_ID",)),
        Field(name="client_secret", title="OAuth client secret", secret=True, env=("BW_CLIENT_SECRET",)),
        Field(
            name="username",
            title="API user name (Bandwidth stops accepting API users on 2026-12-02)",
            env=("BW_USERNAME",),
        ),
        Field(name="password", title="API password", secret=True, token=False, env=("BW_PASSWORD",)),
        Field(name="token_url", title="Token endpoint", url=True, default=TOKEN_URL),
    ),
    required=("account_id",),
    schemes=(ClientCredentials(TOKEN_URL), Basic()),
    fetch=fetch,
    normalize=normalize,
    refusal=refusal,
    verify=verify,
    verified=verified,
    absent="a new call can take minutes to appear, a call is gone 7 days after hang-up, and an id of another account "
    "is not found either",
    grace=120.0,
    listing=Listing(
        first=list_first,
        read=list_read,
        following=list_following,
        applied=frozenset({"from", "to", "since", "until", "cause"}),
        options={"pageSize": "calls a page, at most 10000"},
    ),
)
