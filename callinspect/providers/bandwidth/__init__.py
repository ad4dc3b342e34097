"""Bandwidth Voice v2: one leg of a call, in progress and for seven days after it ended.

It may take minutes until a new call is found. States and causes are open lists, and any field may be missing.
"""

from datetime import date
from typing import TYPE_CHECKING

from callinspect.model import Call, Cause, EndedBy, Outcome, State
from callinspect.provider import (
    Account,
    Basic,
    ClientCredentials,
    Document,
    Ending,
    Extra,
    Field,
    IDForm,
    Provider,
    Reader,
    Request,
    Response,
    Shape,
    errors,
    expect,
    legs,
    one,
    pages,
    url,
)
from callinspect.providers.bandwidth import public, related
from callinspect.providers.bandwidth.related import CALLS, opened
from callinspect.providers.bandwidth.words import WORDS
from callinspect.providers.bandwidth.words.calls import (
    BEFORE_AN_ANSWER,
    CAUSES,
    DIRECTIONS,
    NAMELESS,
    STATES,
    UNDOCUMENTED,
)
from callinspect.providers.bandwidth.words.errors import ERRORS

if TYPE_CHECKING:
    from callinspect.model.further import Verification

TOKEN_URL = "https://api.bandwidth.com/api/v1/oauth2/token"  # noqa: S105 - an address

OTHERS = {
    "eventType": "a webhook event",
    "recordingId": "a recording",
    "transcriptionId": "a transcription",
}
"""Other documents with a call's ID, by a key that calls do not have."""

OUTCOMES_OF_A_HANGUP = {True: Outcome.ANSWERED, False: Outcome.CANCELED, None: Outcome.UNKNOWN}
"""Outcomes of a hangup, by whether the call was answered."""

OUTCOMES_WITHOUT_A_CAUSE = OUTCOMES_OF_A_HANGUP | {False: Outcome.UNANSWERED}


def verify(account: Account) -> Request:
    """Read the account's call-queue statistics."""
    return Request(url=url(account.base_url, "accounts", account["account_id"], "statistics"))


def verified(response: Response) -> None:
    """Read the statistics: `{currentCallQueueSize}`."""
    expect(response, "currentCallQueueSize")


def more(body: Reader, call: Call, _document: Document) -> Call:
    """Read the cause and outcome of the call, and the verification of the caller."""
    cause = _cause(body, call)
    outcome, ended_by = _outcome(body, call) if call.state is State.ENDED else (None, None)
    verification = _verification(body.nested("stirShaken"))
    return call._replace(cause=cause, outcome=outcome, ended_by=ended_by, verification=verification)


def _cause(body: Reader, call: Call) -> Cause | None:
    known = body.choice("disconnectCause", CAUSES, UNDOCUMENTED, kept_elsewhere=True)
    code, message, error_id = body.text("disconnectCause"), body.text("errorMessage"), body.text("errorId")
    if code is None and message is None and error_id is None:
        return None
    return ((known and known.cause_of(call)) or NAMELESS)._replace(code=code, message=message, error_id=error_id)


def _outcome(body: Reader, call: Call) -> tuple[Outcome, EndedBy | None]:
    code = body.text("disconnectCause")
    if code in BEFORE_AN_ANSWER and call.was_answered:
        body.warn(f"disconnectCause is {code}, but answerTime says that the call was answered")
    if code == "hangup":
        return OUTCOMES_OF_A_HANGUP[call.was_answered], None
    if body.keep("disconnectCause") in (None, ""):
        return OUTCOMES_WITHOUT_A_CAUSE[call.was_answered], None
    word = CAUSES.get(code or "", UNDOCUMENTED)
    return word.outcome or Outcome.UNKNOWN, word.ended_by


def _verification(body: Reader | None) -> "Verification | None":
    if body is None:
        return None
    from callinspect.model.further import Verification

    verification = Verification(
        result=body.text("verstat"),
        attestation=body.text("attestationIndicator"),
        originating_id=body.text("originatingId"),
    )
    return None if verification == Verification() else verification


CALL = Shape(
    id="callId",
    state="state",
    words=STATES,
    dials=True,
    direction="direction",
    directions=DIRECTIONS,
    parent="parentCallId",
    created="startTime",
    queued="enqueuedTime",
    answered="answerTime",
    ended="endTime",
    updated="lastUpdate",
    others=OTHERS,
    opened=opened,
    more=more,
)

PROVIDER = Provider(
    name="bandwidth",
    title="Bandwidth Voice v2",
    docs="https://dev.bandwidth.com/apis/voice-apis/voice/#tag/Calls/operation/getCallState",
    base_url="https://voice.bandwidth.com/api/v2",
    fields=(
        Field(name="account_id", title="Account ID", env=("BW_ACCOUNT_ID",)),
        Field(name="client_id", title="OAuth client ID", env=("BW_CLIENT_ID",)),
        Field(name="client_secret", title="OAuth client secret", secret=True, env=("BW_CLIENT_SECRET",)),
        Field(
            name="username",
            title="API user name",
            env=("BW_USERNAME",),
        ),
        Field(name="password", title="API password", secret=True, token=False, env=("BW_PASSWORD",)),
        Field(name="token_url", title="Token endpoint", url=True, default=TOKEN_URL),
    ),
    required=("account_id",),
    schemes=(ClientCredentials(TOKEN_URL), Basic(ending=Ending(date(2026, 12, 2), "client_id and client_secret"))),
    fetch=one(CALLS),
    normalize=CALL.reader("bandwidth"),
    words=WORDS,
    refusal=errors("description", "type", meanings=ERRORS, request_id="id", elsewhere="check account_id and base_url"),
    verify=verify,
    verified=verified,
    not_found_hints=(
        "it ended more than 7 days ago, or started within the last minutes: callinspect wait {call} --grace 120",
        "or it belongs to another account: callinspect auth status bandwidth",
    ),
    reads="calls of the account, up to 7 days after hang-up",
    credentials_help="Bandwidth App, Account > API Credentials (https://dev.bandwidth.com/docs/account/credentials)",
    grace=120.0,
    extras={
        "recordings": Extra(
            "the call's recordings", related.fetch_recordings, related.RECORDINGS.read, public=public.RECORDING
        ),
        "transcriptions": Extra(
            "its transcriptions, without their text",
            related.fetch_transcriptions,
            related.read_transcriptions,
            public=public.TRANSCRIPTION,
        ),
        "legs": Extra("the other legs of a transfer", related.fetch_legs, legs(CALL.reader("bandwidth"))),
    },
    id_forms=(IDForm(r"c-[0-9a-f]{8}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "c- and hexadecimal groups"),),
    listing=pages(
        CALLS,
        query={
            "from": "from",
            "to": "to",
            "since": "minStartTime",
            "until": "maxStartTime",
            "cause": "disconnectCause",
        },
        size=("pageSize", 10_000),
        options={"pageSize": "calls per page, at most 10000"},
    ),
    public=public.CALL,
)
