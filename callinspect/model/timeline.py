"""What is known to have happened to a call, and when."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Happened(StrEnum):
    """What happened to a call, in the order in which it stands on the timeline when the moment is the same."""

    QUEUED = "queued"
    CREATED = "created"
    CALLED = "called"
    RINGING = "ringing"
    REDIRECTED = "redirected"
    ANSWERED = "answered"
    JOINED = "joined"
    HELD = "held"
    RESUMED = "resumed"
    RECORDING_STARTED = "recording-started"
    RECORDING_PAUSED = "recording-paused"
    RECORDING_RESUMED = "recording-resumed"
    RECORDING_STOPPED = "recording-stopped"
    RECORDING_FAILED = "recording-failed"
    TRANSCRIBED = "transcribed"
    DECLINED = "declined"
    MUTED = "muted"
    UNMUTED = "unmuted"
    PARKED = "parked"
    RECALLED = "recalled"
    TRANSFERRED = "transferred"
    PLAYED = "played"
    SPOKE = "spoke"
    KEYED = "keyed"
    COLLECTED = "collected"
    STEP = "step"
    ERROR = "error"
    OTHER = "other"
    LEFT = "left"
    ENDED = "ended"
    OBSERVED = "observed"


MOMENTS = {
    "queued_at": Happened.QUEUED,
    "created_at": Happened.CREATED,
    "answered_at": Happened.ANSWERED,
    "ended_at": Happened.ENDED,
}
"""What a call's own times say has happened, by their keys in the record."""

WATCHED = "watch"
"""The source of entries that no field of the record has: what was seen while the call was watched."""


class Entry(NamedTuple):
    """One entry of the timeline.

    Attributes:
        at: when, by the vendor's clock; None if the vendor does not report it, and only the order is known. What we
            observed is at the record's `retrieved_at`, which is by our clock, plus how far the vendor's is ahead.
        event: what happened.
        vendor_event: the vendor's word for it.
        leg: the ID of the leg that it happened to; None for the call itself.
        party: a JSON Pointer to the party that it concerns.
        detail: the reason, the cause's code, the state, or what was played.
        source: a JSON Pointer into the record to where this is from, or `WATCHED`.
        also: JSON Pointers to what says the same.
    """

    at: datetime | None
    event: Happened
    vendor_event: str | None = None
    leg: str | None = None
    party: str | None = None
    detail: str | None = None
    source: str = ""
    also: tuple[str, ...] = ()
