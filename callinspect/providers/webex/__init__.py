"""Webex Calling: a user's view of one call in progress.

The record names only the other party, and the state is that of the user's own leg. A call that has ended is not found.
Only `id` is always there: real responses lack fields that are required in the documentation.
"""

from binascii import a2b_base64
from typing import Any

from callinspect.errors import ConfigError
from callinspect.model import (
    Call,
    Cause,
    Direction,
    Media,
    Outcome,
    Party,
    Reason,
    Recall,
    Recording,
    RecordingState,
    Redirection,
    State,
)
from callinspect.provider import (
    NOT_FOUND_STATUSES,
    UUID,
    Account,
    Bearer,
    Certainty,
    Document,
    Extra,
    Field,
    Filters,
    Flow,
    IDForm,
    Listing,
    Provider,
    Reader,
    RefreshToken,
    Refusal,
    Request,
    Response,
    as_text,
    durations,
    error_for,
    first,
    is_elsewhere,
    legs,
    party_of,
    read,
    read_id,
    refused,
    url,
)
from callinspect.providers.webex import public
from callinspect.providers.webex.related import calls_url, fetch_legs, list_read
from callinspect.providers.webex.words import (
    ANSWERED_ELSEWHERE,
    DIRECTIONS,
    ERRORS,
    HINTS,
    REASONS,
    RECORDING_STATES,
    STATES,
    WORDS,
)

RESERVED_IDS = frozenset(
    {"history", "members", "dial", "answer", "reject", "hangup", "hold", "resume", "mute", "unmute", "divert"}
    | {"transfer", "park", "retrieve", "pickup", "bargeIn", "push", "pull", "transmitDtmf"}
    | {"startRecording", "stopRecording", "pauseRecording", "resumeRecording"}
)
ELSEWHERE_HINT = "check base_url, member_id, org_id and line_owner_id"

OTHERS = {"resource": "a webhook event"}
"""Other documents with an ID, by a key that calls do not have."""


def fetch(account: Account, call_id: str) -> Flow:
    """Get Call Details, for the token's own user or for a member."""
    response = yield Request(url=calls_url(account, call_id))
    return Document(response, call_id)


def verify(account: Account) -> Request:
    """List the active calls, which requires the same scope as reading one."""
    return Request(url=calls_url(account))


def list_first(account: Account, _filters: Filters) -> Request:
    """List Calls: all active calls, on one page."""
    return Request(url=calls_url(account))


def history_first(account: Account, filters: Filters) -> Request:
    """List Call History: at most 20 records of each type."""
    member = account.get("member_id")
    whose = ("members", member) if member else ()
    return Request(url=url(account.base_url, "telephony", "calls", *whose, "history", type=filters.options.get("type")))


def normalize(document: Document) -> Call:
    """Read the call object of Get Call Details."""
    body = read(document.json, OTHERS)
    call_id = read_id(body, "id")
    direction = body.choice("personality", DIRECTIONS, Direction.UNKNOWN) or Direction.UNKNOWN
    state = body.choice("state", STATES, State.UNKNOWN, kept_elsewhere=True) or State.UNKNOWN
    remote = _party(body.nested("remoteParty"))
    created, ended = body.timestamp("created"), body.timestamp("disconnected")
    answered, was_answered = body.event("answered")
    outcome, cause = _outcome(body, was_answered=was_answered) if state is State.ENDED else (None, None)
    return Call(
        is_of_user=PROVIDER.is_of_user,
        provider=PROVIDER.name,
        id=call_id,
        session_id=body.text("callSessionId"),
        direction=direction,
        state=state,
        vendor_state=body.text("state"),
        outcome=outcome,
        cause=cause,
        from_=remote if direction is Direction.INBOUND else None,
        to=remote if direction is Direction.OUTBOUND else None,
        participants=(remote,) if remote and direction is Direction.UNKNOWN else (),
        created_at=created,
        answered_at=answered,
        was_answered=was_answered if state is State.ENDED else was_answered or None,
        ended_at=ended,
        durations=durations(body, created, answered, ended),
        media=Media(muted=body.flag("muted"), mute_capable=body.flag("muteCapable")),
        recording=Recording(state=body.choice("recordingState", RECORDING_STATES, RecordingState.UNKNOWN)),
        redirections=tuple(_redirection(each) for each in body.nested_list("redirections")),
        recall=_recall(body.nested("recall")),
        vendor=body.leftovers(),
        warnings=tuple(body.warnings),
    )


def _outcome(body: Reader, *, was_answered: bool | None) -> tuple[Outcome, Cause | None]:
    elsewhere = body.certain("completedElsewhere")
    if elsewhere:
        if was_answered:
            body.warn("completedElsewhere is true, but answered says that the call was answered here")
        return Outcome.CANCELED, ANSWERED_ELSEWHERE
    if was_answered:
        return Outcome.ANSWERED, None
    return Outcome.UNKNOWN if was_answered is None or elsewhere is None else Outcome.UNANSWERED, None


def _party(body: Reader | None) -> Party | None:
    if body is None:
        return None
    address = party_of(body, "number") or Party()
    return address._replace(
        name=body.text("name"),
        kind=body.text("callType"),
        private=body.flag("privacyEnabled") or address.private,
        person_id=body.text("personId"),
        place_id=body.text("placeId"),
    )


def _redirection(body: Reader) -> Redirection:
    return Redirection(
        reason=body.choice("reason", REASONS, Reason.UNKNOWN, kept_elsewhere=True) or Reason.UNKNOWN,
        vendor_reason=body.text("reason"),
        party=_party(body.nested("redirectingParty")),
    )


def _recall(body: Reader | None) -> Recall | None:
    return Recall(type=body.text("type"), party=_party(body.nested("party"))) if body else None


def refusal(response: Response) -> Refusal | None:
    """Read an error body: `{message, errors: [{description, errorCode}], trackingId}`."""
    if error_for(response.status) is None:
        return None
    body = response.fields
    details = _details(body.get("errors"))
    codes = [*(each for detail in details for each in _codes(detail)), as_text(body.get("errorCode"))]
    code = first([each for each in codes if each in ERRORS] + codes)
    described, tracking_id = [as_text(each.get("description")) for each in details], as_text(body.get("trackingId"))
    message = as_text(body.get("message"))
    elsewhere = response.status in NOT_FOUND_STATUSES and is_elsewhere(message, *described, unnamed=False)
    is_own = first(described) or tracking_id or code in ERRORS or any("errorCode" in each for each in details)
    return refused(
        response,
        own=bool(is_own),
        error=ERRORS.get(code or "", ConfigError if elsewhere else None),
        message=message or first(described),
        code=code,
        request_id=tracking_id,
        hint=HINTS.get(code or "", ELSEWHERE_HINT if elsewhere else None),
    )


def _details(errors: object) -> list[dict[str, Any]]:
    return [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []


def _codes(detail: dict[str, Any]) -> tuple[str | None, ...]:
    return as_text(detail.get("errorCode")), as_text(detail.get("code"))


def _address_in(text: str) -> str:
    """Return the address that an ID is the base64 of, empty if it is none."""
    try:
        return a2b_base64(text.replace("-", "+").replace("_", "/") + "==").decode()
    except ValueError:  # of either
        return ""


KINDS = (("CALL", "call"), ("PEOPLE", "person"), ("PLACE", "workspace"), ("APPLICATION", "application"))
"""What an ID is of, by the word in its address."""

ID_FORMS = (
    *(
        IDForm(f"ciscospark://.+/{word}/.+", f"base64 of ciscospark://…/{word}/…", kind=kind, decoded=_address_in)
        for word, kind in KINDS
    ),
    IDForm("ciscospark://.+", "base64 of ciscospark://…", kind="other", decoded=_address_in),
    IDForm(UUID, "a UUID, as in callSessionId", Certainty.POSSIBLE, kind="session"),
)

PROVIDER = Provider(
    name="webex",
    title="Webex Calling",
    docs="https://developer.webex.com/docs/api/v1/call-controls/get-call-details",
    base_url="https://webexapis.com/v1",
    fields=(
        Field(name="access_token", title="Access token", secret=True, env=("WEBEX_ACCESS_TOKEN",)),
        Field(name="client_id", title="Client ID of the integration or Service App"),
        Field(name="client_secret", title="Client secret", secret=True),
        Field(name="refresh_token", title="Refresh token", secret=True),
        Field(name="member_id", title="Member whose calls are read (Service App)"),
        Field(name="org_id", title="Organization of the member"),
        Field(name="line_owner_id", title="Owner of the shared line"),
    ),
    schemes=(RefreshToken("access_token"), Bearer()),
    fetch=fetch,
    normalize=normalize,
    is_of_user=True,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=list_read,
    not_found_hints=(
        "it has ended: Webex shows calls in progress only",
        "or it is another user's: callinspect auth status webex",
    ),
    credentials_help="your integration or Service App under https://developer.webex.com/my-apps",
    reads="calls in progress of the user who gave the token, or of the member in member_id",
    reserved_ids=RESERVED_IDS,
    id_forms=ID_FORMS,
    forgets=True,
    extras={"legs": Extra("other calls of the user in the same session", fetch_legs, legs(normalize))},
    listing=Listing(first=list_first, read=list_read, lacks=frozenset({"cause"})),
    history=Listing(
        first=history_first, read=list_read, options={"type": "placed, missed or received"}, applied=frozenset()
    ),
    public=public.CALL,
)
