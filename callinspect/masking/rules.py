"""What happens to each key of a record when it is masked."""

from collections.abc import Mapping
from typing import Any, Final

from callinspect.masking import forms

Rules = Mapping[str, Any]
"""What to do with the value of each key: the name of a method of `Records`, or the rules of what is below it."""

COUNTRY: Rules = {"name": "text", "code": "word", "calling_code": "code"}

PARTY: Rules = {
    "number": "number",
    "uri": "uri",
    "name": "name",
    "kind": "word",
    "role": "kept",
    "private": "kept",
    "person_id": "person",
    "place_id": "place",
    "location": "text",
    "country": COUNTRY,
}

CAUSE: Rules = {
    **dict.fromkeys(("sip", "sip_from", "q850", "q850_from"), "kept"),
    **dict.fromkeys(("title", "explanation", "next"), "sentence"),
    "code": "code",
    "message": "message",
    "error_id": "id",
}

_STORED: Rules = {"id": "id", "state": "kept", "vendor_state": "word", "url": "url"}

RELATED: Mapping[str, Rules] = {
    "events": {"id": "id", "at": "kept", "name": "word", "event": "kept", "data": "data", "detail": "data"},
    "recordings": {
        **_STORED,
        **dict.fromkeys(("started_at", "ended_at", "duration", "channels"), "kept"),
        "format": "word",
        "transcription": "id",
    },
    "transcriptions": {
        **_STORED,
        **dict.fromkeys(("at", "text_complete"), "kept"),
        "recording_id": "id",
        "name": "text",
        "text": "text",
    },
    "legs": {"relation": "kept", "id": "id", "call": "record"},
    "device": {
        "id": "text",
        "number": "number",
        **dict.fromkeys(("state", "vendor_state"), "word"),
        "user_state": "known",
        "do_not_disturb": "kept",
    },
}
"""The rules of each part of `related`, but for its `vendor`."""

_DURATIONS = ("queued", "ring", "talk", "held", "total", "billed", "reported")
_QUALITY = ("mos", "jitter_ms", "loss_percent", "rtt_ms")

RULES: Rules = {
    **dict.fromkeys(("schema_version", "provider", "direction", "state", "outcome", "ended_by", "answered_by"), "kept"),
    **dict.fromkeys(("created_at", "queued_at", "answered_at", "ended_at", "updated_at", "retrieved_at"), "kept"),
    "id": "own",
    **dict.fromkeys(("session_id", "parent_id"), "id"),
    "vendor_state": "word",
    **dict.fromkeys(("from", "to", "participants"), "party"),
    "durations": dict.fromkeys(_DURATIONS, "kept"),
    "quality": dict.fromkeys(_QUALITY, "kept"),
    "cost": {"amount": "code", "currency": "word"},
    "media": {"muted": "kept", "mute_capable": "kept"},
    "recording": {
        **dict.fromkeys(("enabled", "state", "transcription_enabled"), "kept"),
        **dict.fromkeys(("url", "transcription_url"), "url"),
    },
    "redirections": {"reason": "kept", "vendor_reason": "word", "party": "party"},
    "recall": {"type": "word", "party": "party"},
    "capabilities": "word",
    "monitoring": {**dict.fromkeys(("monitored", "listening_in", "monitored_user_muted"), "kept"), "state": "word"},
    "metadata": "data",
    "verification": {"result": "word", "attestation": "word", "originating_id": "id"},
    "links": "links",
    "related": "related",
    "cause": CAUSE,
    "timeline": "timeline",
    "vendor": "vendor",
    "warnings": "warning",
}
"""The keys of a record, in the order in which they are masked: a sentence comes after whom it may name."""

WHOSE_NUMBER_STAYS = frozenset({"emergency", "repair"})
"""Kinds of parties that are not persons."""

_NAMED: Final[Mapping[forms.Kind, tuple[str, ...]]] = {
    "account": ("accountid", "accountsid", "authid", "organizationid", "orgid", "projectid", "tenantid"),
    "person": ("userid", "personid", "memberid", "ownerid"),
    "place": ("placeid", "locationid"),
}
"""How fields of vendors' documents end that name an account, a person or a place."""


def kind(path: str) -> forms.Kind | None:
    """Return what a field of a vendor's document names, by its name: None if that does not tell.

    Args:
        path: its path, such as `parentAccountSid`, `participants.user.id` or `user_id`.
    """
    *_, parent, name = ("", *path.split("."))
    name = (f"{parent}{name}" if name == "id" else name).replace("_", "").casefold()
    return next((kind for kind, ends in _NAMED.items() if name.endswith(ends)), None)
