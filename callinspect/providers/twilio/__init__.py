"""Twilio Programmable Voice: one leg of a call of an account, live or up to 13 months old.

The path ends with `.json`: without it the API answers in XML, errors too. Each region keeps its own calls and
credentials, and has an address of its own.
"""

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from callinspect.errors import BadResponseError
from callinspect.model import Call, Direction, Outcome, State
from callinspect.provider import (
    Account,
    Basic,
    Document,
    Extra,
    Field,
    Filters,
    IDForm,
    Provider,
    Reader,
    Refusal,
    Request,
    Response,
    Roughly,
    day,
    day_after,
    errors,
    legs,
    one,
)
from callinspect.providers import _laml
from callinspect.providers.twilio import public, related
from callinspect.providers.twilio.related import CALLS
from callinspect.providers.twilio.words import WORDS
from callinspect.providers.twilio.words.calls import ANSWERED, DIRECTIONS, STATES, STATUS
from callinspect.providers.twilio.words.errors import CODES, HINTS

if TYPE_CHECKING:
    from callinspect.model.further import Verification

ATTESTATION = re.compile("TN-Validation-(?:Passed|Failed)-([ABC])")

IN_XML = re.compile(r"<(Code|Message|Detail)>([^<]{1,1000})</\1>")
MAX_XML = 64 * 1024
"""Bytes of an error in XML that are read; it takes a few hundred."""

REST_EXCEPTION = b"<TwilioResponse><RestException>"
ANSWER_IN_XML = b"<TwilioResponse>"

REQUEST_ID = "twilio-request-id"

HEX = "[0-9a-fA-F]{32}"
_KINDS = {"AC": "account", "SK": "key", "RE": "recording", "CF": "conference", "PN": "number", "TK": "trunk"}
_KINDS |= {"GP": "group", "TR": "transcription", "NO": "notification", "RQ": "request", "[A-Z]{2}": "other"}
"""What IDs of things other than calls begin with."""


def more(body: Reader, call: Call, document: Document) -> Call:
    """Read the verification of the caller, and what notifications say about the cause.

    A word of status callbacks, which calls do not have, is read as what it is, with the warning that it has. Machine
    detection is for calls that were placed without it.
    """
    if (
        call.cause
        and call.outcome is Outcome.ANSWERED
        and (call.answered_by or call.direction is not Direction.OUTBOUND)
    ):
        call = call._replace(cause=call.cause._replace(next=None))
    word = STATUS.words.get(call.vendor_state or "")
    return call._replace(
        state=(word and word.state) or call.state,
        cause=related.explained(call, document, body.warnings),
        verification=_verified(body.text("stir_verstat")),
    )


def _verified(result: str | None) -> "Verification | None":
    if not result:
        return None
    from callinspect.model.further import Verification

    attested = ATTESTATION.match(result)
    return Verification(result=result, attestation=attested and attested[1])


NORMALIZE = _laml.shape(STATES, DIRECTIONS, ANSWERED, more).reader("twilio")


def _opened(response: Response) -> Mapping[str, Any]:
    """Return an error, of XML as well, as it comes if `.json` got lost on the way."""
    if REST_EXCEPTION not in response.body[:MAX_XML]:
        return response.fields
    from html import unescape

    found = IN_XML.findall(response.body[:MAX_XML].decode("utf-8", "replace"))
    return {name.lower(): unescape(text) for name, text in found}


REFUSED = errors(
    ("message", "detail", "title"),
    "code",
    meanings=CODES,
    hints=HINTS,
    request_id=REQUEST_ID,
    elsewhere="check account_sid and base_url",
    call=r"the requested resource \S*/Calls/CA",
    unnamed=False,
    opened=_opened,
    own=lambda response, message, code: message is not None and (code in CODES or REQUEST_ID in response.headers),
)
"""Reads an error: `{code, message, more_info, status}`; newer ones have `detail` or `title` for `message`.

The code says more than the status: some that come with 401 are not about the credentials.
"""


def refusal(response: Response) -> Refusal | None:
    """Read an error, or any XML: what it says, without `.json` in the path, is not read."""
    refused = REFUSED(response)
    if refused is not None or ANSWER_IN_XML not in response.body:
        return refused
    return Refusal(
        BadResponseError,
        summary="answered in Twilio's XML instead of JSON",
        request_id=response.headers.get(REQUEST_ID),
        hint="the .json at the end of the path got lost on the way: check base_url, and a proxy in between",
    )


LISTING = _laml.listing(
    CALLS,
    STATES,
    Roughly("StartTime>", day),
    Roughly("StartTime<", day_after),
    size=("PageSize", 1000),
    options={
        "PageSize": "calls per page, at most 1000",
        "ParentCallSid": "calls that this call made",
        "EndTime": "calls that ended on this day, in UTC, such as 2026-03-02",
        "EndTime>": "calls that ended on this day or later",
        "EndTime<": "calls that ended before this day",
    },
)


def first_page(account: Account, filters: Filters) -> Request:
    """Describe the request for a list. A queued call has not started, and any filter by time would leave it out."""
    is_queued = filters.state == State.QUEUED
    return LISTING.first(account, filters._replace(since=None, until=None) if is_queued else filters)


def verify(account: Account) -> Request:
    """List one call."""
    return Request(url=CALLS.url(account, PageSize="1"))


PROVIDER = Provider(
    name="twilio",
    title="Twilio",
    docs="https://www.twilio.com/docs/voice/api/call-resource",
    base_url="https://api.twilio.com",
    fields=(
        Field(
            name="account_sid",
            title="Account SID (AC…)",
            env=("TWILIO_ACCOUNT_SID",),
            form=IDForm(f"AC{HEX}", "AC and 32 hexadecimal digits (SK… is an API key: it belongs into api_key)"),
        ),
        Field(name="api_key", title="API key (SK…)", env=("TWILIO_API_KEY", "TWILIO_API_KEY_SID")),
        Field(
            name="api_secret",
            title="Secret of the API key",
            secret=True,
            env=("TWILIO_API_SECRET", "TWILIO_API_KEY_SECRET"),
        ),
        Field(name="auth_token", title="Auth token of the account", secret=True, env=("TWILIO_AUTH_TOKEN",)),
    ),
    required=("account_sid",),
    schemes=(
        Basic("api_key", "api_secret", title="API key and secret"),
        Basic("account_sid", "auth_token", title="account SID and auth token"),
    ),
    fetch=one(CALLS),
    normalize=NORMALIZE,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=LISTING.read,
    not_found_hints=(
        "it belongs to another account, or to another region (base_url): callinspect auth status twilio",
        "or it is older than 13 months, or was deleted",
    ),
    reads="calls of the account in one region, up to 13 months old; queued ones are listed with --state queued only",
    credentials_help="Twilio Console, API keys & tokens (https://www.twilio.com/docs/iam/api-keys)",
    extras={
        "events": Extra(
            "the HTTP requests about the call", related.fetch_events, related.read_events, public=public.EVENT
        ),
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.RECORDINGS.read, public=public.RECORDING
        ),
        "legs": Extra(
            "the legs that it made, and the one that made it", partial(_laml.fetch_legs, CALLS), legs(NORMALIZE)
        ),
        "notifications": Extra(
            "its errors and warnings, which say why it failed",
            related.fetch_notifications,
            by_default=related.has_failed,
            public=public.NOTIFICATION,
        ),
    },
    id_forms=(
        IDForm(f"CA{HEX}", "CA and 32 hexadecimal digits", is_fixed=True),
        *(IDForm(f"{name}{HEX}", "two capitals and 32 hexadecimal digits", kind=kind) for name, kind in _KINDS.items()),
    ),
    listing=LISTING._replace(first=first_page),
    public=public.CALL,
)
