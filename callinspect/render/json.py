"""Calls as JSON: the public record, its keys and their order."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from callinspect.model import SCHEMA_VERSION, Call, Cause, Country, Monitoring, Party, Recall, Verification
from callinspect.render.inert import inert_json

Record = dict[str, Any]

_ON_ONE_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_INDENTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=2)


def record(call: Call) -> Record:
    """Return a call's record: every key of the schema, in its order, null where unknown."""
    return {
        "schema_version": SCHEMA_VERSION,
        "provider": call.provider,
        "id": call.id,
        "session_id": call.session_id,
        "parent_id": call.parent_id,
        "direction": call.direction,
        "state": call.state,
        "vendor_state": call.vendor_state,
        "outcome": call.outcome,
        "ended_by": call.ended_by,
        "cause": _cause(call.cause),
        "from": _party(call.from_),
        "to": _party(call.to),
        "participants": [_party(party) for party in call.participants],
        "created_at": timestamp(call.created_at),
        "queued_at": timestamp(call.queued_at),
        "answered_at": timestamp(call.answered_at),
        "ended_at": timestamp(call.ended_at),
        "updated_at": timestamp(call.updated_at),
        "durations": {
            "ring": call.durations.ring,
            "talk": call.durations.talk,
            "total": call.durations.total,
            "billed": call.durations.billed,
            "reported": call.durations.reported,
        },
        "media": {"muted": call.media.muted, "mute_capable": call.media.mute_capable},
        "recording": {
            "enabled": call.recording.enabled,
            "state": call.recording.state,
            "url": call.recording.url,
            "transcription_enabled": call.recording.transcription_enabled,
            "transcription_url": call.recording.transcription_url,
        },
        "redirections": [
            {"reason": each.reason, "vendor_reason": each.vendor_reason, "party": _party(each.party)}
            for each in call.redirections
        ],
        "recall": _recall(call.recall),
        "capabilities": list(call.capabilities),
        "monitoring": _monitoring(call.monitoring),
        "metadata": dict(call.metadata),
        "verification": _verification(call.verification),
        "links": dict(call.links),
        "vendor": dict(call.vendor),
        "warnings": list(call.warnings),
        "retrieved_at": timestamp(call.retrieved_at),
    }


def dumps(value: object, *, lines: bool = False, exact: bool = False) -> str:
    """Return a value as JSON text: over several lines with an indent of two, or on one line.

    Nothing in it can act on a terminal; and nothing stops a strict reader, unless the value is to be exactly as it is.

    Raises:
        ValueError: there is a number in it that JSON does not have.
    """
    return inert_json((_ON_ONE_LINE if lines else _INDENTED).encode(value), exact=exact)


def timestamp(moment: datetime | None) -> str | None:
    """Return a moment in RFC 3339, UTC, with milliseconds."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _party(party: Party | None) -> Record | None:
    if party is None:
        return None
    return {
        "number": party.number,
        "uri": party.uri,
        "name": party.name,
        "kind": party.kind,
        "private": party.private,
        "person_id": party.person_id,
        "place_id": party.place_id,
        "location": party.location,
        "country": _country(party.country),
    }


def _country(country: Country | None) -> Mapping[str, str | None] | None:
    if country is None:
        return None
    return {"name": country.name, "code": country.code, "calling_code": country.calling_code}


def _cause(cause: Cause | None) -> Record | None:
    if cause is None:
        return None
    return {
        "code": cause.code,
        "title": cause.title,
        "explanation": cause.explanation,
        "sip": cause.sip,
        "q850": cause.q850,
        "message": cause.message,
        "error_id": cause.error_id,
    }


def _recall(recall: Recall | None) -> Record | None:
    return None if recall is None else {"type": recall.type, "party": _party(recall.party)}


def _monitoring(monitoring: Monitoring | None) -> Record | None:
    if monitoring is None:
        return None
    return {
        "monitored": monitoring.monitored,
        "listening_in": monitoring.listening_in,
        "state": monitoring.state,
        "monitored_user_muted": monitoring.monitored_user_muted,
    }


def _verification(verification: Verification | None) -> Record | None:
    if verification is None:
        return None
    return {
        "result": verification.result,
        "attestation": verification.attestation,
        "originating_id": verification.originating_id,
    }
