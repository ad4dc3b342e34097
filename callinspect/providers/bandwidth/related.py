"""Related data of a Bandwidth call: its recordings, their transcriptions, and the other legs of a transfer."""

from collections.abc import Generator
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
    has_more,
    instant,
    is_same_call,
    items,
    place,
    read_below,
    relative,
    tried,
)
from callinspect.providers.bandwidth.words import RECORDING_STATES, TRANSCRIPTION_STATES

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

fetch_recordings = below(CALLS, "recordings")


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
    return read_below(CALLS.url(account, document.call_id or "", name), name, notes)


def read_transcriptions(found: Json, call: Call, warnings: list[str]) -> "tuple[Transcription, ...]":
    """Read the transcriptions of recordings, and those in real time."""
    recorded, live = found if isinstance(found, list) else ([], [])
    of_recordings: list[Json] = [
        {"recordingId": each.get("recordingId"), **written}
        for each in (recorded if isinstance(recorded, list) else [])
        if isinstance(each, dict) and isinstance(written := each.get("transcription"), dict) and _is_one(written)
    ]
    return OF_RECORDINGS.read(of_recordings, call, warnings) + IN_REAL_TIME.read(live, call, warnings)


def _is_one(written: dict[str, Json]) -> bool:
    """Whether there is such a transcription: the status of one that nobody asked for is `none`."""
    return written.get("status") != "none"


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """Read the leg that this one is a part of, and list the calls of its time for further parts."""
    call = _reader(opened(document))
    own = call.text("callId") or document.call_id or ""
    root = call.text("parentCallId") or own
    notes: list[str] = []
    parent = None
    if root != own:
        parent = yield from tried(_parent(account, root), "the parent leg", notes)
    listed = yield from tried(_listed(account, [_reader(parent), call], notes), "the call's legs", notes)
    if parent is None and listed is None:
        return Incomplete(None, tuple(notes))
    relations = {root: Relation.SIBLING, own: Relation.CHILD}
    others: list[Json] = [] if parent is None else [relative(Relation.PARENT, parent)]
    for each in listed or ():
        above = _reader(each).text("parentCallId")
        if above and above in relations and _reader(each).text("callId") not in relations:
            others.append(relative(relations[above], each))
    return Incomplete(others, tuple(notes))


def _reader(body: Json) -> Reader:
    """Return a reader whose warnings nobody sees: those of a call are its record's."""
    return Reader(body if isinstance(body, dict) else {}, [])


def _parent(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    answer = yield Request(url=CALLS.url(account, call_id))
    parent = opened(Document(answer))
    if not is_same_call(call_id, _reader(parent).text("callId") or ""):
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
    return list(found[:MAX_PARTS])


def _lasted(call: Reader) -> tuple[datetime | None, datetime | None]:
    return call.timestamp("startTime") or call.timestamp("enqueuedTime"), call.timestamp("endTime")
