"""Related data of a SignalWire call: its voice log and that one's events, its recordings, and its other legs.

A recording's audio is open to anyone who knows its address, so that no such address is built, shown or fetched.
"""

from collections.abc import Generator

from callinspect.errors import BadResponseError
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
    is_same_call,
    place,
    read_below,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire.audio import withheld
from callinspect.providers.signalwire.lists import CALLS, LOGS
from callinspect.providers.signalwire.words.related import EVENTS, STORED_STATES

RECORDINGS = place(*CALLS.segments[:-1], "Recordings", root=CALLS.root)

LOG_PAGES = Paged("data", ("links", "next"))

EVENT = Events(at="event_at", name="name", words=EVENTS, data="details")

RECORDING = _laml.RECORDINGS._replace(words=STORED_STATES, ended="end_time")

_events = below(LOGS, "events", paged=LOG_PAGES)
_recordings = below(RECORDINGS, by="CallSid", paged=_laml.below("recordings"))


def fetch_events(account: Account, document: Document) -> ExtraFlow:
    """List the voice log's events."""
    read = yield from _events(account, document)
    return _of(document, "events", "log_id", read)


def fetch_log(account: Account, document: Document) -> ExtraFlow:
    """Fetch the voice log; None if that is what the call was read from."""
    return None if is_log(document) else withheld((yield from _log(account, document.call_id or "")))


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings."""
    read = yield from _recordings(account, document)
    return _of(document, "recordings", "call_sid", read)


def _of(document: Document, name: str, key: str, read: Json | Incomplete) -> Incomplete:
    """Return what is of the call alone, without addresses that are open to anyone."""
    found, notes = read if isinstance(read, Incomplete) else (read, ())
    listed = found if isinstance(found, list) else []
    own = _id(document)
    kept = [each for each in listed if not isinstance(each, dict) or each.get(key, own) == own]
    if len(kept) < len(listed):
        notes = (*notes, f"the vendor also listed {name} of other calls, which were left out")
    return Incomplete(withheld(kept), notes)


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
    children = [each for each in calls_in(listed, notes) if each.get("parent_id") == _id(document)]
    return (yield from _laml.family(LOGS, account, children, as_text(document.fields.get("parent_id")), notes))


def is_log(document: Document) -> bool:
    """Whether a document is a voice log, whose ID is under `id`."""
    return "sid" not in document.fields


def _id(document: Document) -> str | None:
    """Return the call's ID as the vendor writes it."""
    return as_text(document.fields.get("id" if is_log(document) else "sid"))


def _log(account: Account, call_id: str) -> Generator[Request, Response, Json]:
    found = (yield Request(url=LOGS.url(account, call_id))).mapping
    if not is_same_call(as_text(found.get("id")) or call_id, call_id):
        raise BadResponseError("answered with another call's log")
    return {**found}
