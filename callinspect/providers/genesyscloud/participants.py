"""Those who take part in a conversation, of either form: the call's own, and that of the analytics."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from callinspect.model import Direction, Party
from callinspect.model.further import Role
from callinspect.provider import Reader, Word, party
from callinspect.providers.genesyscloud.segments import of_participant
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
)
from callinspect.providers.genesyscloud.words.events import INTERACT, STATES

UNDOCUMENTED = Word()

SUPERVISES = ("monitoredParticipantId", "coachedParticipantId", "bargedParticipantId")
"""Keys of a supervisor: of whom."""

TEL = "tel:"


class Member(NamedTuple):
    """One who takes part.

    Attributes:
        body: the participant as sent; what is read of it is no leftover.
        id: the vendor's.
        purpose: who it is, in the vendor's word.
        state: the vendor's word.
        direction: which way its part of the call goes; None if that is not known.
        word: why its part ended, in the vendor's word with dots.
        start, connected, end: its times.
        was_connected: whether it was connected, None if unknown.
        is_over: whether its part has ended.
        is_held: whether it is on hold, or has others on hold.
        is_recorded: whether it is being recorded.
        role: ours.
        user: the ID of the user.
        addresses: what is known of where it is: by key, as sent.
    """

    body: Reader
    id: str | None
    purpose: str | None
    state: str | None
    direction: Direction | None
    word: str | None
    start: datetime | None
    connected: datetime | None
    end: datetime | None
    was_connected: bool | None
    is_over: bool
    is_held: bool
    is_recorded: bool
    role: Role | None
    name: str | None
    user: str | None
    addresses: Mapping[str, str]

    @property
    def is_outside(self) -> bool:
        """Whether it is a customer or another outside party."""
        return self.purpose in OUTSIDE

    @property
    def is_person(self) -> bool:
        """Whether it is a user of the organization who takes part, and does not supervise another."""
        return self.purpose in PEOPLE and self.role is not Role.SUPERVISOR

    def at(self, *keys: str) -> Party:
        """Return where it is, by the first of some keys that has a telephone number, else by the first that is there."""
        known = [key for key in keys if key in self.addresses]
        key = next((each for each in known if self.addresses[each].startswith(TEL)), known[0] if known else None)
        found = party(self.addresses[key].removeprefix(TEL)) if key else None
        if key and found and (found.number or found.uri):
            self.body.take(key)
        return found or Party()

    def described(self, place: Party) -> Party:
        """Return it as a party of the record that is at some place."""
        return place._replace(name=self.name, kind=self.purpose, role=self.role, person_id=self.user)


def members(body: Reader, *, is_details: bool) -> list[Member]:
    """Read who takes part in a call, in the order sent; of the analytics, those who do by voice."""
    listed = body.keep("participants")
    sent = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    readers = body.nested_list("participants")
    return [*_read(readers, sent, body.warnings, is_details=is_details)]


def _read(
    readers: list[Reader], sent: list[dict[str, Any]], warnings: list[str], *, is_details: bool
) -> Iterator[Member]:
    for index, (body, fields) in enumerate(zip(readers, sent, strict=True)):
        path = f"participants[{index}]."
        of_call = _of_details(fields) if is_details else fields
        if of_call is not None:
            yield _member(body, Reader(of_call, warnings, path), is_details=is_details)


def voice(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a participant's sessions by voice."""
    found = fields.get("sessions")
    sessions = found if isinstance(found, list) else []
    return [each for each in sessions if isinstance(each, dict) and each.get("mediaType") == VOICE]


def _of_details(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return a participant of the analytics as one of the call's own form; None if it does not take part by voice."""
    sessions = voice(fields)
    if not sessions:
        return None
    segments = [each for each in of_participant(fields, "", []) if not each.is_wrapup]
    going_on = next((each for each in reversed(segments) if each.is_open), None)
    ended = next((each for each in reversed(segments) if each.word is not None), None)
    talked = next((each for each in segments if each.type == INTERACT), None)
    over = sorted((each.end, each.fields.get("segmentEnd")) for each in segments if each.end is not None)
    return {
        **sessions[0],
        "id": fields.get("participantId"),
        "name": fields.get("participantName"),
        "purpose": fields.get("purpose"),
        "user": {"id": fields.get("userId")},
        "startTime": segments[0].fields.get("segmentStart") if segments else None,
        "connectedTime": talked.fields.get("segmentStart") if talked else None,
        "endTime": over[-1][1] if over and not going_on else None,
        "state": None if going_on is None else STATES.get(going_on.type or ""),
        "held": going_on is not None and going_on.type == "hold",
        "disconnectType": ended.word if ended else None,
    }


def _member(body: Reader, seen: Reader, *, is_details: bool) -> Member:
    purpose, state, word = seen.text("purpose"), seen.text("state"), seen.text("disconnectType")
    seen.choice("purpose", PURPOSE.words, UNDOCUMENTED)
    seen.choice("state", STATE.words, UNDOCUMENTED)
    seen.choice("disconnectType", CAUSES, UNDOCUMENTED)
    connected, was_connected = seen.event("connectedTime")
    end, has_ended = seen.event("endTime")
    user = seen.nested("user")
    taken = ("participantName", "userId", "purpose") if is_details else ("name", "purpose")
    for key in taken:
        body.text(key)
    if not is_details and (own := body.nested("user")):
        own.text("id")
    is_supervisor = purpose in PEOPLE and any(seen.keep(key) for key in SUPERVISES)
    addresses = ((key, seen.text(key)) for key in ("ani", "dnis", "address"))
    return Member(
        body=body,
        id=seen.text("id"),
        purpose=purpose,
        state=state,
        direction=seen.choice("direction", DIRECTIONS, Direction.UNKNOWN),
        word=word,
        start=seen.timestamp("startTime"),
        connected=connected,
        end=end,
        was_connected=was_connected,
        is_over=bool(has_ended) or state in OVER,
        is_held=seen.flag("held") is True,
        is_recorded=seen.flag("recording") is True,
        role=Role.SUPERVISOR if is_supervisor else ROLES.get(purpose or ""),
        name=seen.text("name"),
        user=user.text("id") if user else None,
        addresses={key: text for key, text in addresses if text},
    )
