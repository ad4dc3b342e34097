"""The call: one record for every vendor.

A public contract, described by `callinspect/schema.json`. Change is additive only: a field is never renamed or
retyped within schema version 1. What most calls do without is in `further`, `related` and `timeline`: classes take
time to make, in every single run. Values here are typed; `callinspect.model.writing` writes them out.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect.model.words import (
    CodeFrom,
    Direction,
    EndedBy,
    Outcome,
    Reason,
    RecordingState,
    Relation,
    State,
    StoredState,
)

if TYPE_CHECKING:
    from callinspect.model.further import AnsweredBy, Cost, Monitoring, Quality, Role, Verification
    from callinspect.model.related import Device, Event, Leg, StoredRecording, Transcription
    from callinspect.model.timeline import Entry

__all__ = [
    "EMPTY",
    "GONE",
    "SCHEMA_VERSION",
    "TIMES",
    "UNWRITTEN",
    "Call",
    "Cause",
    "CodeFrom",
    "Country",
    "Direction",
    "Durations",
    "EndedBy",
    "Media",
    "Outcome",
    "Party",
    "Reason",
    "Recall",
    "Recording",
    "RecordingState",
    "Redirection",
    "Related",
    "Relation",
    "State",
    "StoredState",
    "in_words",
]

SCHEMA_VERSION = "1"


class _Empty(Mapping[str, Any]):
    """An object without keys, which nobody can give any; it is the same one in every process that it is sent to."""

    __slots__ = ()

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"

    def __reduce__(self) -> str:
        return "EMPTY"


EMPTY: Mapping[str, Any] = _Empty()

GONE = "the vendor no longer shows the call, so it has ended; this is its last known state"
"""The warning of a call that its vendor has forgotten; people are told so without alarm."""

TIMES = ("created_at", "queued_at", "answered_at", "ended_at")
"""What a call's time is, where there is room for one: the first of these that it has."""

UNWRITTEN = ("was_answered", "is_of_user", "is_ending", "members")
"""Fields of a call that are not in its record; they are its last ones."""


class Country(NamedTuple):
    """The country of a number: name, ISO code, calling code without `+`."""

    name: str | None = None
    code: str | None = None
    calling_code: str | None = None


class Party(NamedTuple):
    """A party of the call. `number` is in E.164 format if the vendor sends that, else digits as sent.

    `uri` is set instead for a SIP or `user@host` address. `private` is true if the identity is withheld on purpose.
    `kind` is the vendor's word, `role` ours.
    """

    number: str | None = None
    uri: str | None = None
    name: str | None = None
    kind: str | None = None
    role: "Role | None" = None
    private: bool = False
    person_id: str | None = None
    place_id: str | None = None
    location: str | None = None
    country: Country | None = None


class Cause(NamedTuple):
    """Why the call ended. `code`, `message` and `error_id` are the vendor's, `title`, `explanation` and `next` ours.

    `next` is what to do about it. `sip_from` and `q850_from` say whether the code is the vendor's or the nearest one.
    """

    code: str | None = None
    title: str | None = None
    explanation: str | None = None
    sip: int | None = None
    sip_from: CodeFrom | None = None
    q850: int | None = None
    q850_from: CodeFrom | None = None
    message: str | None = None
    error_id: str | None = None
    next: str | None = None


def in_words(
    title: str, explanation: str, next_: str | None = None, *, sip: int | None = None, q850: int | None = None
) -> Cause:
    """Return what a vendor's word means in ours: title, explanation, what to do next, nearest standard codes."""
    return Cause(
        title=title,
        explanation=explanation,
        sip=sip,
        sip_from=None if sip is None else CodeFrom.NEAREST,
        q850=q850,
        q850_from=None if q850 is None else CodeFrom.NEAREST,
        next=next_,
    )


class Durations(NamedTuple):
    """Durations in seconds. `held`, `billed`, `reported` are the vendor's, the others follow from the timestamps."""

    queued: float | None = None
    ring: float | None = None
    talk: float | None = None
    held: float | None = None
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
    """One redirection of the call: by whom, and why. `at`, which is not written, is when, if the vendor says so."""

    reason: Reason
    vendor_reason: str | None = None
    party: Party | None = None
    at: datetime | None = None


class Recall(NamedTuple):
    """A call that came back: its kind (such as `park`), and from whom."""

    type: str | None = None
    party: Party | None = None


class Related(NamedTuple):
    """What else was read about the call; None if it was not asked for or could not be read, empty if there is none."""

    events: "tuple[Event, ...] | None" = None
    recordings: "tuple[StoredRecording, ...] | None" = None
    transcriptions: "tuple[Transcription, ...] | None" = None
    legs: "tuple[Leg, ...] | None" = None
    device: "Device | None" = None


class Call(NamedTuple):
    """One call as the vendor reports it. The order of the fields is the order of the keys in JSON.

    `from_` is written as `from`; times are aware and in UTC; `vendor` has, verbatim, what has no key of its own.
    `related` is None in a leg of another call. `timeline` is None where calls are read by the thousand.
    The last four are not written: `was_answered`, whether the call was answered, even if the time is invalid, None if
    unknown, and False while only a menu has taken it; `is_of_user`, whether the record is one user's, who is the party
    that it leaves out; `is_ending`, whether it is being hung up while it is active: then it need not have been
    answered; and `members`, where the record has the parties that the vendor's events name, as JSON Pointers by the
    vendor's IDs of them.
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
    answered_by: "AnsweredBy | None" = None
    cost: "Cost | None" = None
    quality: "Quality | None" = None
    media: Media = Media()
    recording: Recording = Recording()
    redirections: tuple[Redirection, ...] = ()
    recall: Recall | None = None
    capabilities: tuple[str, ...] = ()
    monitoring: "Monitoring | None" = None
    metadata: Mapping[str, Any] = EMPTY
    verification: "Verification | None" = None
    links: Mapping[str, str] = EMPTY
    related: Related | None = Related()
    timeline: "tuple[Entry, ...] | None" = None
    vendor: Mapping[str, Any] = EMPTY
    warnings: tuple[str, ...] = ()
    retrieved_at: datetime | None = None
    was_answered: bool | None = None
    is_of_user: bool = False
    is_ending: bool = False
    members: Mapping[str, str] = EMPTY

    def as_dict(self) -> dict[str, Any]:
        """Return the call's record, as `get -o json` prints it: every key of the schema, values that JSON has."""
        from callinspect.model.writing import record

        return record(self)

    @property
    def is_talking(self) -> bool:
        """Whether its state is that of an answered call: it is not being hung up, and not in the hands of a menu."""
        return self.state in {State.ACTIVE, State.HELD} and not self.is_ending and self.was_answered is not False

    @property
    def is_unanswered(self) -> bool:
        """Whether the call ended with another outcome than answered."""
        return self.state is State.ENDED and self.outcome is not Outcome.ANSWERED

    @property
    def at(self) -> datetime | None:
        """The call's time where there is room for one: see `TIMES`."""
        return next((at for name in TIMES if (at := getattr(self, name))), None)
