"""Related data of a Bandwidth call: its recordings, their transcriptions, and the other legs of a transfer."""

from collections.abc import Generator, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callinspect.errors import BadResponseError
from callinspect.model import Call, Relation
from callinspect.provider import (
    MAX_PARTS,
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Listed,
    Reader,
    Recordings,
    Request,
    Response,
    Transcriptions,
    below,
    calls_in,
    has_more,
    instant,
    items,
    objects,
    own,
    place,
    read_below,
    relative,
    tried,
    warn,
)
from callinspect.providers.bandwidth.words.recordings import RECORDING_STATES, TRANSCRIPTION_STATES

if TYPE_CHECKING:
    from callinspect.model.related import Transcription

CALLS = place("accounts", "{account_id}", "calls")

EARLIER = timedelta(seconds=5)
"""How long before its parent a leg may have begun, by the clocks of several servers."""

RECORDINGS = Recordings(
    id="recordingId",
    state="status",
    words=RECORDING_STATES,
    started="startTime",
    ended="endTime",
    duration="duration",
    channels="channels",
    format="fileFormat",
    url="mediaUrl",
    transcription="transcription",
)

OF_RECORDINGS = Transcriptions(
    id="id", recording="recordingId", state="status", words=TRANSCRIPTION_STATES, at="completedTime", url="url"
)

IN_REAL_TIME = Transcriptions(id="transcriptionId", name="transcriptionName", url="transcriptionUrl")

fetch_recordings = below(CALLS, "recordings", of="callId")


def opened(document: Document) -> Json:
    """Return the `callState` object, which may be the only element of an array."""
    found = document.json
    return found[0] if isinstance(found, list) and len(found) == 1 else found


def fetch_transcriptions(account: Account, document: Document) -> ExtraFlow:
    """Read the recordings, unless they were asked for before, and the list of real-time transcriptions."""
    notes: list[str] = []
    recorded = document.extras.get("recordings")
    if recorded is None and "recordings" not in document.failed:
        flow = _below(account, document, "recordings", notes)
        recorded = yield from tried(flow, "the call's recordings with their transcriptions", notes)
    flow = _below(account, document, "transcriptions", notes)
    live = yield from tried(flow, "the call's transcriptions", notes)
    return Incomplete(None if recorded is None and live is None else [recorded or [], live or []], tuple(notes))


def _below(account: Account, document: Document, name: str, notes: list[str]) -> Listed:
    call_id = document.call_id or ""
    listed = yield from read_below(CALLS.url(account, call_id, name), name, notes)
    return own(listed, "callId", call_id, name, notes)


def read_transcriptions(found: Json, call: Call, warnings: list[str]) -> "tuple[Transcription, ...]":
    """Read the transcriptions of recordings, and those in real time."""
    recorded, live = found if isinstance(found, list) else ([], [])
    odd: list[str] = []
    of_recordings: list[Json] = [
        {"recordingId": each.get("recordingId"), **written}
        for _, each in objects("recordings", recorded if isinstance(recorded, list) else [], odd)
        if isinstance(written := each.get("transcription"), dict) and _is_one(written)
    ]
    warn("recordings", odd, warnings)
    return OF_RECORDINGS.read(of_recordings, call, warnings) + IN_REAL_TIME.read(live, call, warnings)


def _is_one(written: dict[str, Json]) -> bool:
    """Whether there is such a transcription: the status of one that nobody asked for is `none`."""
    return written.get("status") != "none"


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """Read the leg that made this one, and list the calls of its time for the rest of the family."""
    call = opened(document)
    call_id, above = _ids(call)
    parent_id = None if above == call_id else above
    notes: list[str] = []
    parent = None
    if parent_id is not None:
        parent = yield from tried(_parent(account, parent_id), "the parent leg", notes)
    listed = yield from tried(_listed(account, [_reader(parent), _reader(call)], notes), "the call's legs", notes)
    if parent_id is None and listed is None:
        return Incomplete(None, tuple(notes))
    found = _family(call, [*([] if parent is None else [parent]), *(listed or ())])
    if any(each["call"] is None and each["id"] != parent_id for each in found):
        notes.append("an earlier leg of the transfer was not read")
    return Incomplete(found, tuple(notes))


def _family(call: Json, others: list[Json]) -> list[dict[str, Json]]:
    """Return the calls that a call descends from, the nearest first, and all that descend from it or from these."""
    made_by = {name: above for name, above in map(_ids, [*reversed(others), call]) if name is not None}
    own, _ = _ids(call)
    earlier = list(_line(own, made_by))
    family = {own, *earlier}
    bodies = {name: each for each in reversed(others) if (name := _ids(each)[0]) is not None}
    found = [relative(Relation.PARENT, bodies.get(each), each) for each in earlier]
    for each in others:
        call_id, above = _ids(each)
        if call_id in family or above is None:
            continue
        line = [above, *_line(above, made_by)]
        if own in line:
            found.append(relative(Relation.CHILD, each))
        elif not family.isdisjoint(line):
            found.append(relative(Relation.SIBLING, each))
    return found


def _line(call_id: str | None, made_by: Mapping[str, str | None]) -> Iterator[str]:
    """Give the calls that one descends from, the nearest first, each once and itself never."""
    met = {call_id}
    while call_id is not None and (call_id := made_by.get(call_id)) not in met:
        met.add(call_id)
        if call_id is not None:
            yield call_id


def _ids(body: Json) -> tuple[str | None, str | None]:
    """Return the ID of a call, and of the one that made it."""
    call = _reader(body)
    return call.text("callId"), call.text("parentCallId")


def _reader(body: Json) -> Reader:
    """Return a reader whose warnings nobody sees: those of a call are its record's."""
    return Reader(body if isinstance(body, dict) else {}, [])


def _parent(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    answer = yield Request(url=CALLS.url(account, call_id))
    parent = opened(Document(answer))
    if _ids(parent)[0] != call_id:
        raise BadResponseError("the answer is about another call")
    return parent


def _listed(account: Account, calls: list[Reader], notes: list[str]) -> Listed:
    """List the calls that began while a call lasted, the first of these whose start is known."""
    since, until = next((times for times in map(_lasted, calls) if times[0]), (None, None))
    if since is None:
        raise BadResponseError("it is not known when the call began")
    ended = None if until is None or until < since else instant(until)
    began = instant(since - EARLIER)
    answer = yield Request(url=CALLS.url(account, minStartTime=began, maxStartTime=ended, pageSize=str(MAX_PARTS)))
    found = items(answer.document)
    if has_more(answer) or len(found) > MAX_PARTS:
        notes.append(f"of the calls in that time, only the first {MAX_PARTS} were searched for legs")
    return [*calls_in(found[:MAX_PARTS], notes)]


def _lasted(call: Reader) -> tuple[datetime | None, datetime | None]:
    return call.timestamp("startTime") or call.timestamp("enqueuedTime"), call.timestamp("endTime")
