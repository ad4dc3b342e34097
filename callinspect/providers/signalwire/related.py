"""Related data of a SignalWire call: its voice log and that one's events, its recordings, and its other legs.

A recording's audio is open to anyone who knows its address, so that no such address is built, shown or fetched.
"""

from collections.abc import Generator

from callinspect.model import Relation
from callinspect.provider import (
    MAX_PARTS,
    Account,
    Document,
    Events,
    ExtraFlow,
    Incomplete,
    Json,
    Paged,
    Reader,
    Request,
    Response,
    as_text,
    below,
    calls_in,
    day,
    place,
    read_below,
    relative,
    tried,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire.lists import CALLS, LOGS
from callinspect.providers.signalwire.words.related import EVENTS, STORED_STATES

RECORDINGS = place(*CALLS.segments[:-1], "Recordings", root=CALLS.root)

LOG_PAGES = Paged("data", ("links", "next"))

EVENT = Events(at="event_at", name="name", words=EVENTS, data="details")

RECORDING = _laml.RECORDINGS._replace(words=STORED_STATES, ended="end_time")

fetch_events = below(LOGS, "events", paged=LOG_PAGES)


def fetch_log(account: Account, document: Document) -> ExtraFlow:
    """Fetch the voice log; None if that is what the call was read from."""
    return None if is_log(document) else (yield from _log(account, document.call_id or ""))


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings."""
    notes: list[str] = []
    page, first = RECORDINGS.url(account), RECORDINGS.url(account, CallSid=document.call_id)
    found = yield from read_below(page, "recordings", notes, paged=_laml.below("recordings"), first=first)
    return Incomplete(found, tuple(notes))


def fetch_legs(account: Account, document: Document) -> ExtraFlow:
    """List the legs that the call made, and fetch the one that made it, in the API that the call is from.

    The voice logs cannot be listed by their parent, so that those of the day on which the call began are searched.
    """
    if not is_log(document):
        return (yield from _laml.fetch_legs(CALLS, account, document))
    notes: list[str] = []
    created = Reader(document.fields, []).timestamp("created_at")
    first = LOGS.url(account, created_on=None if created is None else day(created), page_size=str(MAX_PARTS))
    listed = yield from read_below(LOGS.url(account), "legs", notes, paged=LOG_PAGES, first=first)
    if len(listed) > MAX_PARTS:
        notes.append(f"only {len(listed)} voice logs of that day were searched for legs")
    own, parent = document.fields.get("id"), as_text(document.fields.get("parent_id"))
    found: list[Json] = [
        relative(Relation.CHILD, each) for each in calls_in(listed, notes) if each.get("parent_id") == own
    ]
    if parent:
        body = yield from tried(_log(account, parent), "the leg that made this one", notes)
        found.insert(0, relative(Relation.PARENT, body, parent))
    return Incomplete(found, tuple(notes))


def is_log(document: Document) -> bool:
    """Whether a document is a voice log, whose ID is under `id`."""
    return "sid" not in document.fields


def _log(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    answer = yield Request(url=LOGS.url(account, call_id))
    return answer.document
