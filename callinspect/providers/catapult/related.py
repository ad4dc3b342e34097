"""Related data of a Catapult call: its events, recordings and transcriptions, and the calls on its bridge."""

from callinspect.errors import BadResponseError
from callinspect.model import Relation
from callinspect.provider import (
    MAX_PARTS,
    Account,
    Document,
    Events,
    ExtraFlow,
    Incomplete,
    Json,
    Listed,
    Recordings,
    Request,
    Transcriptions,
    as_text,
    below,
    items,
    parse_text_or_milliseconds,
    place,
    relative,
    searched,
    segment,
    shown,
    tried,
)
from callinspect.providers.catapult.words.events import EVENTS
from callinspect.providers.catapult.words.recordings import STORED_RECORDING_STATES, TRANSCRIPTION_STATES

CALLS = place("users", "{user_id}", "calls")

EVENT = Events(id="id", at="time", name="name", words=EVENTS, data="data", moment=parse_text_or_milliseconds)

RECORDING = Recordings(
    id="id", state="state", words=STORED_RECORDING_STATES, started="startTime", ended="endTime", url="media"
)

TRANSCRIPTION = Transcriptions(
    id="id",
    state="state",
    words=TRANSCRIPTION_STATES,
    at="time",
    text="text",
    size="textSize",
    cut_at=1000,
    url="textUrl",
)

fetch_events = below(CALLS, "events")
fetch_recordings = below(CALLS, "recordings", of="call")
fetch_transcriptions = below(CALLS, "transcriptions")


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List the calls of the call's bridge, and of its conference."""
    notes: list[str] = []
    answers = []
    for field in ("bridgeId", "conferenceId"):
        if (value := document.fields.get(field)) not in (None, ""):
            flow = _calls_with(account, field, value, notes)
            answers.append((yield from tried(flow, f"the call's legs with this {field}", notes)))
    read = [each for each in answers if each is not None]
    found: list[Json] = [relative(Relation.SIBLING, each) for listed in read for each in listed]
    return Incomplete(found if read or not answers else None, tuple(notes))


def _calls_with(account: Account, field: str, value: Json, notes: list[str]) -> Listed:
    name = as_text(value)
    if name is None:
        raise BadResponseError(f"{field} is not a string: {shown(value)}")
    segment(name)
    answer = yield Request(url=CALLS.url(account, **{field: name}, size=str(MAX_PARTS)))
    return [*searched(answer, items(answer.document), f"the calls with this {field}", notes)]
