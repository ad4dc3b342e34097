"""Related data of a SignalWire call: its voice log and that one's events, its recordings, and its other legs.

A recording's audio is open to anyone who knows its address, so that no such address is built, shown or fetched.
"""

from callinspect.model import Relation
from callinspect.provider import (
    Account,
    Document,
    Events,
    ExtraFlow,
    Incomplete,
    Json,
    Paged,
    Request,
    below,
    calls_in,
    place,
    read_below,
    relative,
    tried,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire.lists import LOGS
from callinspect.providers.signalwire.lists import CALLS
from callinspect.providers.signalwire.words.related import EVENTS, STORED_STATES

RECORDINGS = place(*CALLS.segments[:-1], "Recordings", root=CALLS.root)

LOG_PAGES = Paged("data", ("links", "next"))

EVENT = Events(at="event_at", name="name", words=EVENTS, data="details")

RECORDING = _laml.RECORDINGS._replace(words=STORED_STATES, ended="end_time")

fetch_events = below(LOGS, "events", paged=LOG_PAGES)


def fetch_log(account: Account, document: Document) -> ExtraFlow:
    """Fetch the voice log; None if that is what the call was read from."""
    if "id" in document.fields:
        return None
    answer = yield Request(url=LOGS.url(account, document.call_id or ""))
    return answer.document


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings."""
    notes: list[str] = []
    page, first = RECORDINGS.url(account), RECORDINGS.url(account, CallSid=document.call_id)
    found = yield from read_below(page, "recordings", notes, paged=_laml.below("recordings"), first=first)
    return Incomplete(found, tuple(notes))
