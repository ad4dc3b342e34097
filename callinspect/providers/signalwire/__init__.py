"""SignalWire: one leg of a call, by its compatibility record, or by its voice log if it has none.

The compatibility record (LaML, now cXML) has the end, the SIP result and the audio quality, and covers the calls of
that API alone. A project's voice logs cover all of its calls, Relay, SWML and AI included, and have what they cost by
the millisecond. Both have the same ID.
"""

import re

from callinspect.errors import UsageError
from callinspect.model import Call, CodeFrom, Direction, State
from callinspect.model.further import Cost, Quality
from callinspect.provider import (
    SIP_CODE,
    UNPROCESSABLE,
    UUID,
    Account,
    Basic,
    Certainty,
    Document,
    Extra,
    Field,
    IDForm,
    Provider,
    Reader,
    Request,
    Response,
    Shape,
    as_text,
    errors,
    legs,
    one,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire import lists, public, related
from callinspect.providers.signalwire.audio import withheld
from callinspect.providers.signalwire.lists import CALLS, LOGS
from callinspect.providers.signalwire.words import WORDS
from callinspect.providers.signalwire.words.calls import (
    ANSWERED_BY,
    AT_THE_CARRIER,
    AT_THE_PLATFORM,
    DIRECTIONS,
    STATES,
)
from callinspect.providers.signalwire.words.errors import CODES, HINTS, TEXT_HINTS, TEXTS

OTHERS = _laml.NO_CALLS | {"call_sid": "a recording", "log_id": "an event of a call"}
"""Other objects with an ID, by a key that calls do not have."""

AUDIO = {"mos": "audio_in_mos", "jitter_ms": "audio_out_jitter_avg", "rtt_ms": "audio_rtt_avg"}

CODE = re.compile("[0-9]{5}", re.ASCII)

NO_TIME = (None, "", 0, "0")
"""The duration of a call that never got beyond SignalWire; one that cannot be read says nothing."""


def normalize(document: Document) -> Call:
    """Read either record."""
    shape = LOG if related.is_log(document) else CALL
    return shape.reader("signalwire")(document.but(answer=withheld(document.json)))


def more(body: Reader, call: Call, document: Document) -> Call:
    """Read what the compatibility record has besides the family's fields, and what was billed from the voice log."""
    log = document.extras.get("log")
    billed = Reader(log, body.warnings, "log.").seconds("billing_ms", 1000) if isinstance(log, dict) else None
    is_refused = body.keep("duration") in NO_TIME and body.keep("sip_result_code") is None
    if call.cause and call.cause.code == "failed" and is_refused:
        call = call._replace(cause=AT_THE_PLATFORM)
    return _measured(body, call)._replace(durations=call.durations._replace(billed=billed))


def more_of_log(body: Reader, call: Call, _document: Document) -> Call:
    """Read what only the voice log has, parties and cost included."""
    if body.keep("discarded_at") is not None:
        body.warn("the voice log was deleted: only its ID and time are left")
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
        is_at_the_carrier = call.cause.code == "failed" and sip[0] == "5"
        cause = AT_THE_CARRIER if is_at_the_carrier else call.cause
        call = call._replace(cause=cause._replace(sip=int(sip), sip_from=CodeFrom.VENDOR))
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


def is_own(response: Response, message: str | None, code: str | None) -> bool:
    """Whether an error is SignalWire's: it has one of its codes, or is nothing but one of the voice logs' texts.

    Where errors are a list, there is nothing beside it: others have a code of five digits there, too.
    """
    body = response.fields
    if message is None or ("errors" in body and "message" not in body and len(body) > 1):
        return False
    is_text = body.keys() == {"error"} and message in TEXTS
    return is_text or code in CODES or CODE.fullmatch(code or "") is not None


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
    fetch=one(CALLS, LOGS),
    normalize=normalize,
    withheld=withheld,
    words=WORDS,
    refusal=errors(
        ("message", "error", "errors.0.message", "errors.0"),
        ("code", "errors.0.code"),
        meanings=CODES,
        by_status={UNPROCESSABLE: UsageError},
        hints=HINTS | TEXT_HINTS,
        elsewhere="check project_id and base_url",
        unnamed=False,
        own=is_own,
    ),
    verify=verify,
    verified=lists.CALLS_LISTED.read,
    not_found_hints=(
        "it was deleted",
        "or it belongs to another project or space: callinspect auth status signalwire",
    ),
    reads="calls of the project",
    credentials_help="API in your space's dashboard (https://signalwire.com/signin); the token needs the scope Voice",
    extras={
        "events": Extra("the voice log's events", related.fetch_events, related.EVENT.read, public=public.EVENT),
        "log": Extra("the voice log: what was billed, and for what", related.fetch_log, public=public.LOG),
        "recordings": Extra(
            "its recordings", related.fetch_recordings, related.RECORDING.read, public=public.RECORDING
        ),
        "legs": Extra("the leg that made it, and those that it made", related.fetch_legs, legs(normalize)),
    },
    id_forms=(IDForm(UUID, "a UUID", Certainty.POSSIBLE, is_fixed=True),),
    listing=lists.LISTING,
    public=public.CALL,
)
