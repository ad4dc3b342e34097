"""SignalWire: one leg of a call, by its compatibility record, or by its voice log if it has none.

The compatibility record (LaML, now cXML) has the end, the SIP result and the audio quality, and covers the calls of
that API alone. A project's voice logs cover all of its calls, Relay, SWML and AI included, and have what they cost by
the millisecond. Both have the same ID.
"""

import re

from callinspect.errors import ConfigError, NotFoundError, UsageError
from callinspect.model import Call, CodeFrom, Direction, State
from callinspect.model.further import Cost, Quality
from callinspect.provider import (
    LIMITS,
    NOT_FOUND_STATUSES,
    Account,
    Basic,
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
    Shape,
    as_text,
    is_elsewhere,
    legs,
    refused,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire import lists, related
from callinspect.providers.signalwire.lists import CALLS, LOGS
from callinspect.providers.signalwire.words import WORDS
from callinspect.providers.signalwire.words.calls import ANSWERED_BY, DIRECTIONS, STATES
from callinspect.providers.signalwire.words.errors import CODES, HINTS, TEXT_HINTS, TEXTS

UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

OTHERS = {"call_sid": "a recording", "log_id": "an event of a call"}
"""Other objects with an ID, by a key that calls do not have."""

AUDIO = {"mos": "audio_in_mos", "jitter_ms": "audio_out_jitter_avg", "rtt_ms": "audio_rtt_avg"}

CODE = re.compile("[0-9]{5}", re.ASCII)
SIP_CODE = re.compile("[1-6][0-9]{2}", re.ASCII)
UNPROCESSABLE = 422


def fetch(account: Account, call_id: str) -> Flow:
    """Fetch the call's compatibility record, or its voice log if there is none."""
    try:
        answer = yield Request(url=CALLS.url(account, call_id))
    except NotFoundError:
        answer = yield Request(url=LOGS.url(account, call_id))
    return Document(answer, call_id)


def normalize(document: Document) -> Call:
    """Read either record."""
    return (LOG if related.is_log(document) else CALL).reader("signalwire")(document)


def more(body: Reader, call: Call, document: Document) -> Call:
    """Read what the compatibility record has besides the family's fields, and what was billed from the voice log."""
    log = document.extras.get("log")
    billed = Reader(log, body.warnings, "log.").seconds("billing_ms", 1000) if isinstance(log, dict) else None
    return _measured(body, call)._replace(durations=call.durations._replace(billed=billed))


def more_of_log(body: Reader, call: Call, _document: Document) -> Call:
    """Read what only the voice log has, parties and cost included."""
    if body.keep("discarded_at") is not None:
        body.warnings.append("the voice log was deleted: only its ID and time are left")
    is_incoming = call.state is State.DIALING and call.direction is Direction.INBOUND
    reported = call.durations.reported
    reported = body.seconds("duration") if reported is None else reported
    charge, link = body.amount("charge"), body.text("url")
    for name in ("duration", "duration_ms", "billing_ms"):
        body.leave(name)
    return _measured(body, call)._replace(
        state=State.RINGING if is_incoming else call.state,
        from_=_laml.party(body, "from"),
        to=_laml.party(body, "to"),
        durations=call.durations._replace(reported=reported),
        cost=Cost(charge, "USD") if charge is not None and call.state is State.ENDED else None,
        links={"self": link} if link else {},
    )


def _measured(body: Reader, call: Call) -> Call:
    """Read the SIP code of a call that has ended, and how good its audio was."""
    code = body.keep("sip_result_code")
    sip = as_text(code)
    if call.cause and sip and SIP_CODE.fullmatch(sip):
        body.take("sip_result_code")
        call = call._replace(cause=call.cause._replace(sip=int(sip), sip_from=CodeFrom.VENDOR))
    quality = {name: body.number(field) for name, field in AUDIO.items()}
    for field in AUDIO.values():
        body.leave(field)
    return call._replace(quality=Quality(**quality) if any(each is not None for each in quality.values()) else None)


CALL = _laml.shape(STATES, DIRECTIONS, ANSWERED_BY, more)._replace(others=OTHERS)

LOG = Shape(
    id="id",
    state="status",
    words=STATES,
    direction="direction",
    directions=DIRECTIONS,
    created="created_at",
    from_=None,
    to=None,
    parent="parent_id",
    billed="billing_ms",
    reported="duration_ms",
    per_second=1000,
    others=OTHERS,
    more=more_of_log,
)


def refusal(response: Response) -> Refusal | None:
    """Read an error: `{code, message}`, `{error}`, or `{errors}`, of objects with code and message, or of texts."""
    body = response.fields
    listed = body.get("errors")
    first = listed[0] if isinstance(listed, list) and listed else None
    within = first if isinstance(first, dict) else {"message": first}
    code = as_text(body.get("code")) or as_text(within.get("code"))
    message = as_text(body.get("message")) or as_text(body.get("error")) or as_text(within.get("message"))
    is_text = body.keys() == {"error"} and message in TEXTS
    is_refused = response.status < 500 and response.status not in LIMITS  # noqa: PLR2004 - the class of server errors
    error = CODES.get(code or "") or (UsageError if response.status == UNPROCESSABLE else None)
    is_other = error is None and response.status in NOT_FOUND_STATUSES and is_elsewhere(message, unnamed=False)
    hint = HINTS.get(code or "") or TEXT_HINTS.get(message or "")
    return refused(
        response,
        own=message is not None and (is_text or code in CODES or CODE.fullmatch(code or "") is not None),
        error=ConfigError if is_other else error if is_refused else None,
        message=message,
        code=code,
        hint="check project_id and base_url" if is_other else hint,
    )


def verify(account: Account) -> Request:
    """List one call of the compatibility API, which every `get` asks first."""
    return Request(url=CALLS.url(account, PageSize="1"))


PROVIDER = Provider(
    name="signalwire",
    title="SignalWire",
    docs="https://developer.signalwire.com/compatibility-api/client-sdks/methods/calls/retrieve",
    base_url=None,
    fields=(
        Field(
            name="base_url",
            title="Space (NAME, or https://NAME.signalwire.com)",
            url=True,
            env=("SIGNALWIRE_SPACE_URL", "SIGNALWIRE_SPACE"),
            host="{}.signalwire.com",
            below=r"(?<=/api)/(laml|voice)(/.*)?",
        ),
        Field(name="project_id", title="Project ID (a UUID)", env=("SIGNALWIRE_PROJECT_ID",)),
        Field(
            name="api_token",
            title="API token (PT…)",
            secret=True,
            env=("SIGNALWIRE_API_TOKEN", "SIGNALWIRE_TOKEN"),
        ),
    ),
    required=("project_id",),
    schemes=(Basic("project_id", "api_token", title="project ID and API token"),),
    fetch=fetch,
    normalize=normalize,
    words=WORDS,
    refusal=refusal,
    verify=verify,
    verified=lists.CALLS_LISTED.read,
    not_found_hints=(
        "it was deleted",
        "or it belongs to another project or space: callinspect auth status signalwire",
    ),
    reads="calls of the project",
    credentials_help="API in your space's dashboard (https://signalwire.com/signin); the token needs the scope Voice",
    extras={
        "events": Extra("the voice log's events", related.fetch_events, related.EVENT.read),
        "log": Extra("the voice log: what was billed, and for what", related.fetch_log),
        "recordings": Extra("its recordings", related.fetch_recordings, related.RECORDING.read),
        "legs": Extra("the leg that made it, and those that it made", related.fetch_legs, legs(normalize)),
    },
    id_forms=(IDForm(UUID, "a UUID", Certainty.POSSIBLE, is_fixed=True),),
    listing=lists.LISTING,
)
