"""Those who take part in a conversation, of either form: the call's own, and that of the analytics."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from callinspect.model import Direction, Party
from callinspect.model.further import Role
from callinspect.provider import Json, Reader, Word, party
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

WORDS = {"purpose": PURPOSE.words, "state": STATE.words, "disconnectType": CAUSES}
"""What each word of a participant may be."""

SUPERVISES = ("monitoredParticipantId", "coachedParticipantId", "bargedParticipantId")
"""Keys of a supervisor: of whom."""

TEL = "tel:"


class Member(NamedTuple):
    """One who takes part.

    Attributes:
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
        name: its name.
        user: the ID of the user.
        error: the message of its error, which may be of something that did not end it.
        attached: what flows attached to it.
        addresses: what is known of where it is: by key, as sent.
    """

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
    error: str | None
    addresses: Mapping[str, str]
    attached: Mapping[str, Any]

    @property
    def is_outside(self) -> bool:
        """Whether it is a customer or another outside party."""
        return self.purpose in OUTSIDE

    @property
    def is_person(self) -> bool:
        """Whether it is a user of the organization who takes part, and does not supervise another."""
        return self.purpose in PEOPLE and self.role is not Role.SUPERVISOR

    def at(self, *keys: str) -> Party:
        """Return where it is: by the first of some keys with a telephone number, else by the first that is there."""
        known = [self.addresses[key] for key in keys if key in self.addresses]
        number = next((each for each in known if each.startswith(TEL)), known[0] if known else None)
        return party(number and number.removeprefix(TEL)) or Party()

    def described(self, place: Party) -> Party:
        """Return it as a party of the record that is at some place."""
        return place._replace(name=self.name, kind=self.purpose, role=self.role, person_id=self.user)


def members(body: Reader, *, is_details: bool) -> tuple[Member, ...]:
    """Read who takes part in a call, in the order sent; of the analytics, those who do by voice.

    They all stay among the leftovers: what the call has of them is folded.
    """
    body.nested_list("participants")
    body.leave("participants")
    return tuple(_read(body.keep("participants"), body.warnings, is_details=is_details))


def _read(listed: Json, warnings: list[str], *, is_details: bool) -> Iterator[Member]:
    for index, each in enumerate(listed if isinstance(listed, list) else ()):
        fields = each if isinstance(each, dict) else None
        if fields is not None and is_details:
            fields = _of_details(fields)
        if fields is not None:
            yield _member(Reader(fields, warnings, f"participants[{index}]."))


def sessions(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a participant's sessions."""
    found = fields.get("sessions")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def voice(fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a participant's sessions by voice."""
    return [each for each in sessions(fields) if each.get("mediaType") == VOICE]


def _of_details(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Return a participant of the analytics as one of the call's own form; None if it does not take part by voice."""
    calls = voice(fields)
    if not calls:
        return None
    segments = [each for each in of_participant(fields, "", []) if not each.is_wrapup]
    going_on = next((each for each in reversed(segments) if each.is_open), None)
    ended = next((each for each in reversed(segments) if each.word is not None), None)
    talked = next((each for each in segments if each.type == INTERACT), None)
    over = sorted((each.end, each.fields.get("segmentEnd")) for each in segments if each.end is not None)
    return {
        **calls[0],
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


def _member(body: Reader) -> Member:
    purpose, state, word = (body.text(name) for name in WORDS)
    for name, words in WORDS.items():
        body.choice(name, words, UNDOCUMENTED)
    connected, was_connected = body.event("connectedTime")
    end, has_ended = body.event("endTime")
    user, error = body.nested("user"), body.nested("errorInfo")
    is_supervisor = purpose in PEOPLE and any(body.keep(key) for key in SUPERVISES)
    addresses = ((key, body.text(key)) for key in ("ani", "dnis", "address"))
    return Member(
        id=body.text("id"),
        purpose=purpose,
        state=state,
        direction=body.choice("direction", DIRECTIONS, Direction.UNKNOWN),
        word=word,
        start=body.timestamp("startTime"),
        connected=connected,
        end=end,
        was_connected=was_connected,
        is_over=bool(has_ended) or state in OVER,
        is_held=body.flag("held") is True,
        is_recorded=body.flag("recording") is True,
        role=Role.SUPERVISOR if is_supervisor else ROLES.get(purpose or ""),
        name=body.text("name"),
        user=user.text("id") if user else None,
        error=error.text("message") if error else None,
        addresses={key: text for key, text in addresses if text},
        attached=body.mapping("attributes"),
    )
