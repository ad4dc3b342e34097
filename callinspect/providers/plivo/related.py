"""Related data of a Plivo call: its recordings, what was transcribed of them, the legs that it made and its parent."""

from collections.abc import Generator
from datetime import timedelta

from callinspect.errors import BadResponseError, NotFoundError
from callinspect.model import Relation
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Paged,
    Place,
    Reader,
    Recordings,
    Request,
    Response,
    Transcriptions,
    calls_in,
    only,
    parse_milliseconds,
    read_below,
    relative,
    tried,
)
from callinspect.providers.plivo.paths import CALLS, FETCH, FOLLOWING, LARGEST, LONGEST, RECORDED, TRANSCRIBED, written
from callinspect.providers.plivo.words.calls import TRANSCRIPTION_STATES
from callinspect.redaction import PLACEHOLDER

LATER = timedelta(days=1)
"""How long after a call its recordings may be added, and its legs may end."""

RECORDINGS = Recordings(
    id="recording_id",
    started="recording_start_ms",
    ended="recording_end_ms",
    duration="recording_duration_ms",
    per_second=1000,
    format="recording_format",
    moment=parse_milliseconds,
)

TRANSCRIPTIONS = Transcriptions(
    id="transcription_id",
    recording="recording_id",
    state="status",
    words=TRANSCRIPTION_STATES,
    text="transcription",
)


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings, without their addresses: anyone can open these unless the account forbids it."""
    notes: list[str] = []
    found = yield from _listed(account, document, RECORDED, "call_uuid", "add_time", notes)
    closed = [each | dict.fromkeys(each.keys() & {"recording_url"}, PLACEHOLDER) for each in found]
    return Incomplete(closed, tuple(notes))


def fetch_transcriptions(account: Account, document: Document) -> ExtraFlow:
    """Fetch the transcription of each of the call's recordings, of which most have none."""
    notes: list[str] = []
    recorded = document.extras.get("recordings")
    if not isinstance(recorded, list):
        recorded = yield from _listed(account, document, RECORDED, "call_uuid", "add_time", notes)
    ids = [each.get("recording_id") for each in recorded if isinstance(each, dict)]
    found: list[Json] = []
    for each in filter(None, dict.fromkeys(each for each in ids if isinstance(each, str))):
        read = yield from tried(_transcription(account, each), "the transcription of a recording", notes)
        found += [] if read is None else [read]
    return Incomplete(found, tuple(notes))


def _transcription(account: Account, recording_id: str) -> Generator[Request, Response, Json]:
    try:
        answer = yield Request(url=TRANSCRIBED.url(account, recording_id))
    except NotFoundError:
        return None
    if "transcription" not in answer.mapping:
        raise BadResponseError("the answer is not a transcription")
    return {**answer.mapping, "recording_id": recording_id}


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List the legs that the call made, which are known once they have ended, and fetch the one that made it."""
    notes: list[str] = []
    children = yield from _listed(account, document, CALLS, "parent_call_uuid", "end_time", notes)
    found: list[Json] = [relative(Relation.CHILD, each) for each in children]
    parent = document.fields.get("parent_call_uuid")
    if isinstance(parent, str) and parent:
        body = yield from tried(_parent(account, parent), "the leg that made this one", notes)
        found.insert(0, relative(Relation.PARENT, body, parent))
    return Incomplete(found, tuple(notes))


def _parent(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    return (yield from FETCH(account, call_id)).json


def _listed(
    account: Account, document: Document, where: Place, by: str, at: str, notes: list[str]
) -> Generator[Request, Response, list[dict[str, Json]]]:
    """List what belongs to a call by one parameter, around its time by another; without that, only the last 7 days are.

    Whatever names another call is left out.
    """
    call_id, name = document.call_id or "", where.segments[-1].lower() + "s"
    page = where.url(account)
    first = where.url(account, **{by: call_id}, limit=str(LARGEST), **_around(document, at))
    listed = calls_in((yield from read_below(page, name, notes, paged=Paged("objects", FOLLOWING), first=first)), notes)
    return only(listed, by, call_id, f"{name} of other calls", notes)


def _around(document: Document, at: str) -> dict[str, str]:
    """Return the parameters for a call's time and a day after it, none where the record does not say it."""
    body = Reader(document.fields, [])
    start, end = body.timestamp("initiation_time"), body.timestamp("end_time")
    if start is None or end is None:
        return {}
    return {f"{at}__gte": written(start), f"{at}__lte": written(min(end + LATER, start + LONGEST))}
