"""The call: one record for every vendor.

A public contract, described by `schema.json` beside this file. Change is additive only: a field is never renamed or
retyped within schema version 1. Values here are typed; `callinspect.render.json` writes them out.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

SCHEMA_VERSION = "1"

EMPTY: Mapping[str, Any] = MappingProxyType({})


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


class Country(NamedTuple):
    """The country of a number: name, ISO code, calling code without `+`."""

    name: str | None = None
    code: str | None = None
    calling_code: str | None = None


class Party(NamedTuple):
    """A party of the call. `number` is in E.164 format if the vendor sends that, else digits as sent.

    `uri` is set instead for a SIP or `user@host` address. `private` is true if the identity is withheld on purpose.
    """

    number: str | None = None
    uri: str | None = None
    name: str | None = None
    kind: str | None = None
    private: bool = False
    person_id: str | None = None
    place_id: str | None = None
    location: str | None = None
    country: Country | None = None


class Cause(NamedTuple):
    """Why the call ended. `code`, `message` and `error_id` are the vendor's; `title` and `explanation` are ours."""

    code: str | None = None
    title: str | None = None
    explanation: str | None = None
    sip: int | None = None
    q850: int | None = None
    message: str | None = None
    error_id: str | None = None


class Durations(NamedTuple):
    """Durations in seconds. `billed` and `reported` are the vendor's, the others follow from the call's timestamps."""

    ring: float | None = None
    talk: float | None = None
    total: float | None = None
    billed: float | None = None
    reported: float | None = None


class Media(NamedTuple):
    """Whether the call is muted, and whether it can be."""

    muted: bool | None = None
    mute_capable: bool | None = None


class Recording(NamedTuple):
    """Recording and transcription of the call."""

    enabled: bool | None = None
    state: RecordingState | None = None
    url: str | None = None
    transcription_enabled: bool | None = None
    transcription_url: str | None = None


class Redirection(NamedTuple):
    """One redirection of the call: by whom, and why."""

    reason: Reason
    vendor_reason: str | None = None
    party: Party | None = None


class Recall(NamedTuple):
    """A call that came back: its kind (such as `park`), and from whom."""

    type: str | None = None
    party: Party | None = None


class Monitoring(NamedTuple):
    """The supervisor's view of the call."""

    monitored: bool | None = None
    listening_in: bool | None = None
    state: str | None = None
    monitored_user_muted: bool | None = None


class Verification(NamedTuple):
    """Caller-identity verification (STIR/SHAKEN)."""

    result: str | None = None
    attestation: str | None = None
    originating_id: str | None = None


class Call(NamedTuple):
    """One call as the vendor reports it. The order of the fields is the order of the keys in JSON.

    `from_` is written as `from`; times are aware and in UTC; `vendor` has, verbatim, what has no key of its own.
    `was_answered` is not written: whether the call was answered, even if the time is invalid; None if unknown.
    """

    provider: str
    id: str
    session_id: str | None = None
    parent_id: str | None = None
    direction: Direction = Direction.UNKNOWN
    state: State = State.UNKNOWN
    vendor_state: str | None = None
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    cause: Cause | None = None
    from_: Party | None = None
    to: Party | None = None
    participants: tuple[Party, ...] = ()
    created_at: datetime | None = None
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    durations: Durations = Durations()
    media: Media = Media()
    recording: Recording = Recording()
    redirections: tuple[Redirection, ...] = ()
    recall: Recall | None = None
    capabilities: tuple[str, ...] = ()
    monitoring: Monitoring | None = None
    metadata: Mapping[str, Any] = EMPTY
    verification: Verification | None = None
    links: Mapping[str, str] = EMPTY
    vendor: Mapping[str, Any] = EMPTY
    warnings: tuple[str, ...] = ()
    retrieved_at: datetime | None = None
    was_answered: bool | None = None

    @property
    def is_unanswered(self) -> bool:
        """Whether the call ended with another outcome than answered."""
        return self.state is State.ENDED and self.outcome is not Outcome.ANSWERED

    @property
    def at(self) -> datetime | None:
        """The call's time where there is room for one: created, else queued, answered or ended."""
        return self.created_at or self.queued_at or self.answered_at or self.ended_at
