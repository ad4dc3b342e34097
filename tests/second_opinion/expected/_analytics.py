"""The details that the analytics of Genesys Cloud have of a conversation, as the participants of a call."""

import re
from datetime import datetime

from second_opinion.expected._folding import SUPERVISING
from second_opinion.reading import Call, instant

DOTTED = {
    "transportFailure": "transport.failure",
    "sessionExpired": "session.expired",
    "dndEndpoint": "endpoint.donotdisturb",
    "dndTransfer": "transfer.donotdisturb",
}
TRANSFER = re.compile("(conference|consult|forward|noAnswer|notAvailable)Transfer")
GOING = {"alert": "alerting", "interact": "connected", "ivr": "connected", "hold": "connected"}
GOING |= {name: name for name in ("dialing", "contacting", "parked")}
"""The state of a participant by the type of a segment that has no end."""


def participants(details: Call) -> list[Call]:
    """Return the participants that were on the telephone."""
    return [_participant(each, voice) for each in details.get("participants") or [] if (voice := _voice(each))]


def _voice(participant: Call) -> list[Call]:
    return [each for each in participant.get("sessions") or [] if each.get("mediaType") == "voice"]


def _participant(participant: Call, sessions: list[Call]) -> Call:
    segments = sorted(
        (each for session in sessions for each in session.get("segments") or [] if each.get("segmentType") != "wrapup"),
        key=lambda each: str(instant(each.get("segmentStart"))),
    )
    going = next((each for each in segments if not each.get("segmentEnd")), None)
    last = last_word(segments)
    first = sessions[0]
    kind = (going or {}).get("segmentType", "")
    return {
        "id": participant.get("participantId"),
        "name": participant.get("participantName"),
        "purpose": participant.get("purpose"),
        "user": {"id": participant.get("userId")},
        **{name: first.get(name) for name in ("ani", "dnis", "direction", "recording", *SUPERVISING)},
        "startTime": next((each["segmentStart"] for each in segments if each.get("segmentStart")), None),
        "connectedTime": next((each["segmentStart"] for each in segments if each["segmentType"] == "interact"), None),
        "endTime": None if going or not segments else max(map(_end, segments)).isoformat(),
        "state": GOING.get(kind, "none") if going else None,
        "held": kind == "hold",
        "disconnectType": dotted(last.get("disconnectType")),
        "codes": last,
    }


def _end(segment: Call) -> datetime:
    moment = instant(segment["segmentEnd"])
    assert moment is not None, segment
    return moment


def last_word(segments: list[Call]) -> Call:
    """Return the last segment that says how it ended."""
    return next((each for each in reversed(segments) if each.get("disconnectType")), {})


def dotted(word: str | None) -> str | None:
    """Return a word of the analytics as the call has it."""
    if word and (found := TRANSFER.fullmatch(word)):
        return f"transfer.{found[1].lower()}"
    return DOTTED.get(word or "", word)
