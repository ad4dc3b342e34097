"""Those who take part in a conversation, of either form: the call's own, and that of the analytics."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from callinspect.model import EMPTY, Direction, Party
from callinspect.model.further import Role
from callinspect.provider import Json, Reader, Word
from callinspect.provider import party as read_party
from callinspect.providers.genesyscloud.segments import Segment, of_participant, unread
from callinspect.providers.genesyscloud.words.calls import (
    CAUSES,
    DIRECTIONS,
    OUTSIDE,
    OVER,
    PEOPLE,
    PURPOSE,
    ROLES,
    STATE,
    VOICE,
    dotted,
)
from callinspect.providers.genesyscloud.words.events import HOLD, INTERACT, STATES

UNDOCUMENTED = Word()

SUPERVISES = ("monitoredParticipantId", "coachedParticipantId", "bargedParticipantId")
"""Keys of a supervisor: of whom."""

TEL = "tel:"

CONNECTED = "connected"

CALLED = ("dnis", "address")
"""The keys of where an outside party was called."""


class Member(NamedTuple):
    """One who takes part.

    Attributes:
        body: as sent; what is taken from it is no leftover.
        id: the vendor's.
        purpose: who it is, in the vendor's word.
        role: ours.
        name: its name.
        user: the ID of the user.
        direction: which way its part of the call goes; None if that is not known.
        addresses: what is known of where it is: by key, as sent.
        state: the vendor's word.
        word: why its part ended, in the vendor's word with dots.
        start, connected, end: its times.
        unread: which of these are there and cannot be read.
        was_connected: whether it was connected, None if unknown.
        is_over: whether its part has ended.
        is_held: whether it is on hold, or has others on hold.
        is_recorded: whether it is being recorded.
        error: the message of its error, which may be of something that did not end it.
        attached: what flows attached to it.
    """

    body: Reader
    id: str | None
    purpose: str | None
    role: Role | None
    name: str | None
    user: str | None
    direction: Direction | None
    addresses: Mapping[str, str]
    state: str | None
    word: str | None
    start: datetime | None
    connected: datetime | None
    end: datetime | None
    unread: frozenset[str]
    was_connected: bool | None
    is_over: bool
    is_held: bool
    is_recorded: bool
    error: str | None = None
    attached: Mapping[str, Any] = EMPTY

    @property
    def is_outside(self) -> bool:
        """Whether it is a customer or another outside party."""
        return self.purpose in OUTSIDE

    @property
    def is_person(self) -> bool:
        """Whether it is a user of the organization who takes part, and does not supervise another."""
        return self.purpose in PEOPLE and self.role is not Role.SUPERVISOR

    @property
    def calling(self) -> tuple[str, ...]:
        """The keys of where it calls from, those with a telephone number first."""
        return tuple(sorted(("ani", "address"), key=lambda each: not self.addresses.get(each, "").startswith(TEL)))

    @property
    def own(self) -> tuple[str, ...]:
        """The keys of where it is."""
        if not self.is_outside:
            return ("address",)
        return CALLED if self.direction is Direction.OUTBOUND else self.calling

    def at(self, *keys: str) -> Party:
        """Return what is at the first of some keys of addresses that is there.

        An outside party's that the record has as it was sent is no leftover.
        """
        key = next((each for each in keys if each in self.addresses), None)
        if key is None:
            return Party()
        sent = self.addresses[key]
        found = read_party(sent.removeprefix(TEL)) or Party()
        if self.is_outside and sent in {found.number, found.uri}:
            self.body.take(key)
        return found

    def party(self, *keys: str) -> Party:
        """Return it as a party of the record that is at one of some keys of addresses."""
        return self.at(*keys)._replace(name=self.name, kind=self.purpose, role=self.role, person_id=self.user)


def members(body: Reader, *, is_details: bool) -> tuple[Member, ...]:
    """Read who takes part in a call, in the order sent; of the analytics, those who do by voice.

    They stay among the leftovers: what the call has of them is folded.
    """
    readers = body.nested_list("participants")
    if not readers:
        body.leave("participants")
    return tuple(_read(readers, body.keep("participants"), body.warnings, is_details=is_details))


def _read(readers: list[Reader], listed: Json, warnings: list[str], *, is_details: bool) -> Iterator[Member]:
    sent = [each for each in enumerate(listed) if isinstance(each[1], dict)] if isinstance(listed, list) else []
    for body, (index, fields) in zip(readers, sent, strict=True):
        seen = Reader(fields, warnings, path := f"participants[{index}].")
        if not is_details:
            yield _of_call(body, seen)
        elif calls := voice(fields):
            session = Reader(calls[0], warnings, f"{path}sessions[{sessions(fields).index(calls[0])}].")
            yield _of_details(body, seen, session, [*_segments(fields, path, warnings)])


def _segments(fields: Mapping[str, Any], path: str, warnings: list[str]) -> list[Segment]:
    """Return a participant's segments up to the end of the call; a word for it that is not documented is odd."""
    segments = [each for each in of_participant(fields, path, warnings) if not each.is_wrapup]
    word = next((each.word for each in reversed(segments) if each.word), None)
    Reader({"disconnectType": word}, warnings, path).choice("disconnectType", CAUSES, UNDOCUMENTED)
    return segments


def sessions(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a participant's sessions."""
    found = fields.get("sessions")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def voice(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a participant's sessions by voice."""
    return [each for each in sessions(fields) if each.get("mediaType") == VOICE]


def _of_call(sent: Reader, body: Reader) -> Member:
    """Read a participant of a call."""
    state = body.text("state")
    body.choice("state", STATE.words, UNDOCUMENTED)
    body.choice("disconnectType", CAUSES, UNDOCUMENTED)
    start, has_started = body.event("startTime")
    connected, was_connected = body.event("connectedTime")
    end, has_ended = body.event("endTime")
    user, error = body.nested("user"), body.nested("errorInfo")
    return Member(
        body=sent,
        id=body.text("id"),
        name=body.text("name"),
        user=user.text("id") if user else None,
        **_who(body, body),
        state=state,
        word=dotted(body.text("disconnectType")),
        start=start,
        connected=connected,
        end=end,
        unread=unread(start=(start, has_started), connected=(connected, was_connected), end=(end, has_ended)),
        # The time of one who is there may come later than the state.
        was_connected=was_connected or None if state == CONNECTED else was_connected,
        is_over=bool(has_ended) or state in OVER,
        is_held=body.flag("held") is True,
        error=error.text("message") if error else None,
        attached=body.mapping("attributes"),
    )


def _of_details(sent: Reader, body: Reader, session: Reader, segments: list[Segment]) -> Member:
    """Read a participant of the analytics, its first session by voice, and what it did."""
    going_on = next((each for each in reversed(segments) if each.is_open), None)
    talks = [each for each in segments if each.type == INTERACT]
    lost = {name for each in segments for name in each.unread}
    lost |= {"connected" for each in talks if "start" in each.unread}
    return Member(
        body=sent,
        id=body.text("participantId"),
        name=body.text("participantName"),
        user=body.text("userId"),
        **_who(body, session),
        state=STATES.get(going_on.type or "") if going_on else None,
        word=next((each.word for each in reversed(segments) if each.word), None),
        start=segments[0].start if segments else None,
        connected=talks[0].start if talks else None,
        unread=frozenset(lost),
        end=None if going_on else max((each.end for each in segments if each.end), default=None),
        was_connected=bool(talks),
        is_over=bool(segments) and going_on is None,
        is_held=going_on is not None and going_on.type == HOLD,
    )


def _who(body: Reader, session: Reader) -> dict[str, Any]:
    """Return who a participant is, and which way and where its session goes; a call has both in one object."""
    purpose = body.text("purpose")
    body.choice("purpose", PURPOSE.words, UNDOCUMENTED)
    is_supervisor = purpose in PEOPLE and any(session.keep(key) for key in SUPERVISES)
    addresses = ((key, session.text(key)) for key in ("ani", "dnis", "address"))
    return {
        "purpose": purpose,
        "role": Role.SUPERVISOR if is_supervisor else ROLES.get(purpose or ""),
        "direction": session.choice("direction", DIRECTIONS, Direction.UNKNOWN),
        "addresses": {key: text for key, text in addresses if text},
        "is_recorded": session.flag("recording") is True,
    }
