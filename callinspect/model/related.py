"""What else can be read about a call: events, recordings, transcriptions, other legs, the user's device."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect.model import EMPTY, Relation, StoredState

if TYPE_CHECKING:
    from callinspect.model import Call
    from callinspect.model.timeline import Happened


class Event(NamedTuple):
    """One of the vendor's events. `name` is its word, `event` ours; `data` is text, `detail` the JSON that it holds.

    `party`, which is not written, is a JSON Pointer to the party that it concerns: the timeline has it.
    """

    id: str | None = None
    at: datetime | None = None
    name: str | None = None
    event: "Happened | None" = None
    data: str | None = None
    detail: Any = None
    vendor: Mapping[str, Any] = EMPTY
    party: str | None = None


class StoredRecording(NamedTuple):
    """One recording of the call. `duration` is in seconds."""

    id: str | None = None
    state: StoredState = StoredState.UNKNOWN
    vendor_state: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: float | None = None
    channels: int | None = None
    format: str | None = None
    url: str | None = None
    transcription: str | None = None
    vendor: Mapping[str, Any] = EMPTY


class Transcription(NamedTuple):
    """One transcription of the call, or of a recording of it. `text_complete` is false if the text is cut."""

    id: str | None = None
    recording_id: str | None = None
    name: str | None = None
    state: StoredState = StoredState.UNKNOWN
    vendor_state: str | None = None
    at: datetime | None = None
    text: str | None = None
    text_complete: bool | None = None
    url: str | None = None
    vendor: Mapping[str, Any] = EMPTY


class Leg(NamedTuple):
    """Another leg of the conversation. Its call has neither related data nor a timeline; None if it cannot be read."""

    relation: Relation
    id: str
    call: "Call | None" = None


class Device(NamedTuple):
    """The user's device that the call is on."""

    id: str | None = None
    number: str | None = None
    state: str | None = None
    vendor_state: str | None = None
    user_state: str | None = None
    do_not_disturb: bool | None = None
    vendor: Mapping[str, Any] = EMPTY
