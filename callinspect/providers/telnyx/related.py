"""Related data of a Telnyx call: its events, by the ID of its leg, and its recordings, whose links are secrets."""

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from callinspect.errors import BadResponseError, NotFoundError
from callinspect.model import Call
from callinspect.provider import (
    UUID,
    Account,
    Document,
    Events,
    ExtraFlow,
    Incomplete,
    Json,
    Listed,
    Paged,
    Place,
    Recordings,
    Request,
    Response,
    as_text,
    numbered,
    only,
    own,
    place,
    read_below,
    unsigned,
)
from callinspect.providers import _laml
from callinspect.providers.telnyx.told import webhook
from callinspect.providers.telnyx.words.events import EVENTS
from callinspect.providers.telnyx.words.recordings import CHANNELS, RECORDING_STATES

if TYPE_CHECKING:
    from callinspect.model.related import Event, StoredRecording

TEXML = place("texml", "Accounts", "{account_sid}", "Calls")
CONTROL = place("calls")

CALL_EVENTS = place("call_events")
CALL_RECORDINGS = place("recordings")

PAGES = {"page[size]": "250", "page[number]": "1"}
"""The largest pages that the vendor allows."""

NUMBERED = Paged("data", numbered("page[number]", "meta", "total_pages"))

EVENT = Events(name="name", words=EVENTS, at="event_timestamp")
"""An event; what it holds differs from one to the other, and stays with it."""

DETAILS = ("digit", "digits", "result", "media_name", "reason", "failure_reason")
"""What events are about, by the keys of a webhook's payload."""

RECORDING = Recordings(
    id="id",
    state="status",
    words=RECORDING_STATES,
    started="recording_started_at",
    ended="recording_ended_at",
    duration="duration_millis",
    per_second=1000,
)

TEXML_RECORDING = Recordings(
    id="sid",
    state="status",
    words=RECORDING_STATES,
    started="start_time",
    duration="duration",
    channels="channels",
    url="media_url",
)


def is_control(document: Document) -> bool:
    """Whether a document is a Call Control record, in its envelope or out of it."""
    return "sid" not in document.fields and not {"data", "call_control_id"}.isdisjoint(document.fields)


def fetch_events(account: Account, document: Document) -> ExtraFlow:
    """Read the events of the call's leg, whose ID only Call Control has."""
    notes: list[str] = []
    try:
        leg = yield from _leg(account, document)
    except NotFoundError as error:
        gone = "Telnyx no longer knows the call's leg, so that its events cannot be found"
        return Incomplete(None, (f"{gone} (HTTP {error.http_status})",))
    found = yield from _listed(account, CALL_EVENTS, "filter[leg_id]", leg, notes)
    return _of(found, "events", "call_leg_id", leg, notes)


def read_events(found: Json, call: Call, warnings: list[str]) -> "tuple[Event, ...]":
    """Read events, each with what it is about: the key that was pressed, what detection heard."""
    return tuple(each._replace(detail=_detail(each)) for each in EVENT.read(found, call, warnings))


def _detail(event: "Event") -> dict[str, str] | None:
    _, payload = webhook(event.vendor)
    return {name: text for name in DETAILS if isinstance(text := payload.get(name), str) and text} or None


def fetch_recordings(account: Account, document: Document) -> ExtraFlow:
    """List the call's recordings, in the API that the call is from."""
    notes: list[str] = []
    call_id = document.call_id or ""
    if not is_control(document):
        page = TEXML.url(account, call_id, "Recordings.json")
        listed = yield from read_below(page, "recordings", notes, paged=_laml.below("recordings"))
        return Incomplete(unsigned(own(listed, "call_sid", call_id, "recordings", notes)), tuple(notes))
    found = yield from _listed(account, CALL_RECORDINGS, "filter[call_control_id]", call_id, notes)
    return _of(found, "recordings", "call_control_id", call_id, notes)


def read_recordings(found: Json, call: Call, warnings: list[str]) -> "tuple[StoredRecording, ...]":
    """Read recordings of either API."""
    if isinstance(found, list) and any(isinstance(each, dict) and "sid" in each for each in found):
        return TEXML_RECORDING.read(found, call, warnings)
    return tuple(map(_with_link, RECORDING.read(found, call, warnings)))


def _with_link(recording: "StoredRecording") -> "StoredRecording":
    """Return a recording with the first of its links, one for each format; all of them stay with it."""
    links = recording.vendor.get("download_urls")
    kept = [*links.items()] if isinstance(links, dict) else []
    kind, link = next(((name, each) for name, each in kept if isinstance(each, str)), (None, None))
    channels = CHANNELS.get(as_text(recording.vendor.get("channels")) or "")
    return recording._replace(channels=channels, format=kind, url=link)


def _leg(account: Account, document: Document) -> Generator[Request, Response, str]:
    if is_control(document):
        answer = document.fields
    else:
        answer = (yield Request(url=CONTROL.url(account, document.call_id or ""))).mapping
    record = answer.get("data", answer)
    leg = record.get("call_leg_id") if isinstance(record, dict) else None
    if not isinstance(leg, str) or not re.fullmatch(UUID, leg, re.ASCII):
        raise BadResponseError("the answer has no ID of the call's leg")
    return leg


def _of(found: list[Json], name: str, key: str, wanted: str, notes: list[str]) -> Incomplete:
    """Return what is of the call alone, without signatures: the vendor ignores a filter that it does not know."""
    kept = only(found, key, wanted, f"{name} of other calls", notes)
    return Incomplete(unsigned(kept), tuple(notes))


def _listed(account: Account, calls: Place, key: str, wanted: str, notes: list[str]) -> Listed:
    page, name = calls.url(account), calls.segments[-1].removeprefix("call_")
    first = calls.url(account, **{key: wanted}, **PAGES)
    return (yield from read_below(page, name, notes, paged=NUMBERED, first=first))
