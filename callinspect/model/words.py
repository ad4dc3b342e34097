"""The words of the record: states, outcomes, reasons."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way the call went, seen from the account that owns the record."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class State(StrEnum):
    """The call's current state."""

    QUEUED = "queued"
    DIALING = "dialing"
    RINGING = "ringing"
    ACTIVE = "active"
    HELD = "held"
    ENDED = "ended"
    UNKNOWN = "unknown"

    @property
    def is_over(self) -> bool:
        """Whether the call has ended, or may have: calls that are going on are few, whenever they began."""
        return self in {State.ENDED, State.UNKNOWN}


class Outcome(StrEnum):
    """How a call ended. `UNANSWERED`: it was not answered, and the vendor does not report why."""

    ANSWERED = "answered"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    CANCELED = "canceled"
    REJECTED = "rejected"
    FAILED = "failed"
    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who ended the call, if that follows from the vendor's definition of the cause."""

    CALLER = "caller"
    CALLEE = "callee"
    PLATFORM = "platform"


class RecordingState(StrEnum):
    """The current state of the call's recording."""

    PENDING = "pending"
    RECORDING = "recording"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a call was redirected."""

    BUSY = "busy"
    NO_ANSWER = "no-answer"
    UNAVAILABLE = "unavailable"
    UNCONDITIONAL = "unconditional"
    TIME_OF_DAY = "time-of-day"
    DIVERT = "divert"
    FOLLOW_ME = "follow-me"
    HUNT_GROUP = "hunt-group"
    CALL_QUEUE = "call-queue"
    UNKNOWN = "unknown"


class CodeFrom(StrEnum):
    """Where a cause's SIP or Q.850 code comes from: the vendor sent it, or it is the nearest standard code."""

    VENDOR = "vendor"
    NEAREST = "nearest"


class StoredState(StrEnum):
    """The state of a recording or a transcription that was read for a call."""

    RECORDING = "recording"
    PROCESSING = "processing"
    AVAILABLE = "available"
    PARTIAL = "partial"
    DELETED = "deleted"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Relation(StrEnum):
    """What another leg is to the call."""

    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    CONSULT = "consult"
