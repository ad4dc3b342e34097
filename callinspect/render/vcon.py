"""Calls as vCons: the IETF's JSON container for a conversation, as in draft-ietf-vcon-vcon-core-03.

A vCon has who was on the call and what is known of its course; the record is its analysis, and the vendor's document
its attachment. Media are not fetched: a recording has no `url`, which would need the hash of what is there.
"""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from callinspect.model import Call, Outcome, Party, State
from callinspect.model.related import StoredRecording
from callinspect.model.writing import record, timestamp
from callinspect.render.jsontext import Record

SYNTAX = "0.4.0"
"""The version of the syntax, as this draft demands it."""

PRODUCT = "callinspect"

SCHEMA = "urn:callinspect:call:1"
"""The name of the record's schema."""

CALLER, CALLED = 0, 1
"""Indexes of the parties that every vCon has."""

WHOLE = 0
"""The index of the dialog that stands for the whole call."""

ANONYMOUS = {"name": "anonymous", "validation": "none"}

ORGANIZATION = {"name": PRODUCT, "validation": "none", "type": "organization"}
"""Who contributes the documents."""

CONTENT = {"mediatype": "application/json", "encoding": "json"}

DISPOSITIONS = {
    Outcome.BUSY: "busy",
    Outcome.NO_ANSWER: "no-answer",
    Outcome.UNANSWERED: "no-answer",
    Outcome.CANCELED: "hung-up",
    Outcome.REJECTED: "failed",
    Outcome.FAILED: "failed",
}
"""Why a call that was not answered was not; the other outcomes are not of such a call."""

CONGESTION = frozenset({34, 42, 44, 47})
"""Causes of Q.850 that stand for a system under load: no circuit, congestion, no requested circuit, no resource."""

MEDIA_TYPES = {"wav": "audio/x-wav", "mp3": "audio/x-mp3", "mp4": "audio/x-mp4", "ogg": "audio/ogg"}
"""The draft's names of the formats of recordings."""

_PASSPORT = re.compile(r"([\w-]+\.[\w-]+\.[\w-]+)\s*(;|\Z)", re.ASCII)
"""The token of an `Identity` header, in compact form, and where its parameters begin."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.ASCII | re.IGNORECASE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Ids:
    """Makes UUIDs of version 8, laid out like those of version 7: each is greater than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def make(self, now: datetime) -> str:
        """Return a new UUID: milliseconds, a random number of 12 bits that is counted up within one, 62 random bits.

        The draft suggests a hash of the host's name for the last part, from which that name could be guessed.
        """
        begun = (now - _EPOCH) // timedelta(milliseconds=1) << 12
        is_later = begun >> 12 > self._last >> 12
        self._last = begun | _random(12) if is_later else self._last + 1
        value = self._last >> 12 << 80 | 8 << 76 | (self._last & 0xFFF) << 64 | 0b10 << 62 | _random(62)
        return str(UUID(int=value))


def _random(bits: int) -> int:
    return int.from_bytes(os.urandom(8)) >> (64 - bits)


def vcon(call: Call, document: Any, *, uuid: str, now: datetime, is_redacted: bool = False) -> Record:
    """Return a call as a vCon.

    Args:
        call: the call.
        document: the vendor's document about it, as a JSON value.
        uuid: the ID of the vCon.
        now: the time at which it is made.
        is_redacted: whether the call and the document are masked.
    """
    parties = [_party(each) for each in _involved(call)]
    caller = call.from_
    if caller and not caller.private and not is_redacted and (token := _token(call)):
        parties[CALLER]["stir"] = token
    dialog = _dialog(call, parties)
    parties.append(ORGANIZATION)
    report: Record = {"vendor": PRODUCT, "schema": SCHEMA, **CONTENT, "body": record(call)}
    sent: Record = {**CONTENT, "body": document}
    found: Record = {"vcon": SYNTAX, "uuid": uuid, "created_at": timestamp(now)}
    if is_redacted:  # without the ID of a vCon that is not redacted: none was made
        found["redacted"] = {"type": "pseudonymised"}
    found["parties"] = parties
    if not dialog:  # to which an attachment could belong, as it must
        return {**found, "analysis": [_report(report), _report({"vendor": call.provider, **sent})]}
    purpose = {"purpose": "vendor-call-record", "start": timestamp(call.retrieved_at or now)}
    return {
        **found,
        "dialog": dialog,
        "analysis": [_report({"dialog": WHOLE, "attachment": 0, **report})],
        "attachments": [{**purpose, "party": len(parties) - 1, "dialog": WHOLE, **sent}],
    }


def _report(parts: Record) -> Record:
    return {"type": "report", **parts}


# --- Parties ----------------------------------------------------------------------------------------------------------


def _involved(call: Call) -> Iterator[Party | None]:
    """Yield the caller, the called party, None if unknown, and every other party."""
    yield from (call.from_, call.to, *call.participants)


def _party(party: Party | None) -> Record:
    """Return a party: empty if nothing is known of it."""
    if party is None:
        return {}
    if party.private:
        return dict(ANONYMOUS)
    found: Record = {}
    if party.number is not None:
        found["tel"] = party.number
    if party.uri is not None:
        found["sip"] = party.uri if _SCHEME.match(party.uri) else f"sip:{party.uri}"
    if party.name is not None:
        found |= {"name": party.name, "validation": "none"}
    return found


def _token(call: Call) -> str | None:
    """Return the token by which the caller's identity was signed (PASSporT), None if the vendor sent none."""
    identity = call.vendor.get("identity")
    found = _PASSPORT.match(identity.strip()) if isinstance(identity, str) else None
    return found[1] if found else None


def _index(parties: list[Record], party: Party | None) -> int:
    """Return where a party of another leg stands among the parties: by its address, else it is added."""
    wanted = _party(party)
    for key in ("tel", "sip"):
        for index, known in enumerate(parties):
            if key in wanted and known.get(key) == wanted[key]:
                return index
    parties.append(wanted)
    return len(parties) - 1


# --- Dialogs ----------------------------------------------------------------------------------------------------------


def _dialog(call: Call, parties: list[Record]) -> list[Record]:
    """Return the call, its recordings and its other legs, as far as they were read; nothing of what has no time.

    Args:
        call: the call.
        parties: those of the call; those of other legs are added.
    """
    whole = _of_call(call, range(len(parties)))
    if whole is None:
        return []
    related = call.related
    stored = (related and related.recordings) or ()
    recordings = [_recording(each, whole) for each in stored if each.started_at is not None]
    if "recordings" in whole:
        whole["recordings"] = list(range(1, len(recordings) + 1))
    legs = [each.call for each in (related and related.legs) or () if each.call and _start(each.call)]
    others = (_of_call(leg, [_index(parties, each) for each in _involved(leg)]) for leg in legs)
    return [whole, *recordings, *(each for each in others if each)]


def _start(call: Call) -> datetime | None:
    return call.created_at or call.queued_at or call.answered_at


def _of_call(call: Call, parties: range | list[int]) -> Record | None:
    """Return the dialog of a call or of a leg, None if it has no time.

    A call that was not answered is incomplete, any other a set of recordings: that is the type for a whole call.
    """
    start = _start(call)
    if start is None:
        return None
    disposition = _disposition(call)
    found: Record = {"type": "incomplete" if disposition else "recording-set", "start": timestamp(start)}
    if call.durations.total is not None:
        found["duration"] = call.durations.total
    found["parties"] = list(parties)
    return {**found, **({"disposition": disposition} if disposition else {"recordings": []})}


def _disposition(call: Call) -> str | None:
    """Return why a call was not answered, None if it was, if that is not known, or if it is not over."""
    if call.state is not State.ENDED or call.outcome is None or call.answered_at or call.was_answered:
        return None
    is_jammed = call.outcome is Outcome.FAILED and call.cause is not None and call.cause.q850 in CONGESTION
    return "congestion" if is_jammed else DISPOSITIONS.get(call.outcome)


def _recording(recording: StoredRecording, whole: Record) -> Record:
    """Return the dialog of a recording.

    Of a recording of several channels, the vendor does not say who is on which, and a dialog has to.
    """
    found: Record = {"type": "recording", "start": timestamp(recording.started_at)}
    if recording.duration is not None:
        found["duration"] = recording.duration
    if recording.channels == 1:
        found["parties"] = whole["parties"]
    if media := MEDIA_TYPES.get((recording.format or "").lower()):
        found["mediatype"] = media
    if "recordings" in whole:
        found["recording_set"] = WHOLE
    return found
