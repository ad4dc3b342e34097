"""Every key that a case can speak of: its own, its account's, and those of a record, an error and a refusal."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

_PLAIN = ("about", "like", "fields")
ANSWER = ("status", "headers", "body", "text")
KEYS: Mapping[str, tuple[str, ...]] = {
    "calls": (*_PLAIN, "id", "with", "saved", "request", *ANSWER, "then", "record"),
    "errors": (*_PLAIN, "id", "with", "request", *ANSWER, "then", "error"),
    "refusals": (*_PLAIN, *ANSWER, "refusal"),
    "lists": (*_PLAIN, "of", "filters", "request", "sent", "asked", *ANSWER, "calls", "ids", "next", "next_sent"),
    "tokens": (*_PLAIN, "scheme", "old", "request", "form", "sent"),
}
"""The kinds of cases, each in a file of that name, and the keys that a case of it may have.

A call with its record; a call that cannot be told, with its error; an answer and what it refuses; a list; a token.
A call is `saved` if its answer is what users save, such as an event, and no request brings it: a sandbox need not.
"""
ACCOUNT_KEYS = {
    "fields": "the account that the cases are asked with",
    "id": "the call's ID where a case says none; a number if the vendor's are",
    "call": "the request for a call",
    "extras": "by name, the request for what else is known of it; a list of them, or of none where a case says which",
    "list": "the request for a list of calls",
    "pages": "what a page of a list can be, with {calls}, or their {addresses}, in it, and that of the {next} one",
    "good": "the case that stands for a call with nothing amiss",
    "least": "the least that is a call",
    "other_ids": "the keys of a call's ID in other records than that, where a vendor has several",
    "listed": "the one of them that calls in a list have, where only one sort of record is there",
    "caller": "what an incoming call says besides, with its caller's number as {text}",
    "ended": "a call that is over, the field for when it was answered, how it came out if not, if an empty one is none",
    "times": "the form of its times, one of `kit.times.FORMS`; ISO 8601 with an offset where it says none",
    "mistyped": "what a call says besides, with a number in a text's place",
    "odd": "a call with {any} in places of several kinds",
    "missing": "the body for what is not there, saying {text}; what is meant where that names nothing; by a text",
    "refusal": "a refusal with every text that one can have",
    "deciding": "places in a refusal that tell what it means, or that it is the vendor's",
    "bare": "statuses with which the vendor also answers with nothing, or with a text that is no JSON",
    "failing": "keys that tell in an answer with a status of success that there is none",
    "verified": "the answer to a request that checks credentials, where that is no list of calls",
    "ways": "the fields that are asked for where none is set, in each way to authenticate",
    "declares": "what the provider says of itself",
    "documented": "public paths that no case has, from the vendor's pages: by extra, or of the `call`",
}
OPTIONAL = {"id", "other_ids", "times", "extras", "list", "listed", "pages", "ended", "bare", "failing", "verified"}
OPTIONAL |= {"documented"}
"""What not every account has: a vendor may list no calls, and may not tell in its answers when one was answered."""

COUNTRY: Json = dict.fromkeys(("name", "code", "calling_code"))
PARTY: Json = {
    **dict.fromkeys(("number", "uri", "name", "kind", "role", "person_id", "place_id", "location", "country")),
    "private": False,
}
CAUSE: Json = {
    **dict.fromkeys(("code", "sip", "sip_from", "q850", "q850_from", "message", "error_id")),
    **dict.fromkeys(("title", "explanation", "next"), "*"),
}
DURATIONS: Json = dict.fromkeys(("queued", "ring", "talk", "held", "total", "billed", "reported"))
MEDIA: Json = dict.fromkeys(("muted", "mute_capable"))
RECORDING: Json = dict.fromkeys(("enabled", "state", "url", "transcription_enabled", "transcription_url"))
RELATED: Json = dict.fromkeys(("events", "recordings", "transcriptions", "legs", "device"))
NOTHING_KNOWN: Json = {
    "schema_version": "1",
    **dict.fromkeys(("provider", "id", "session_id", "parent_id")),
    **dict.fromkeys(("direction", "state"), "unknown"),
    **dict.fromkeys(("vendor_state", "outcome", "ended_by", "cause", "from", "to")),
    "participants": [],
    **dict.fromkeys(("created_at", "queued_at", "answered_at", "ended_at", "updated_at")),
    "durations": DURATIONS,
    **dict.fromkeys(("answered_by", "cost", "quality")),
    "media": MEDIA,
    "recording": RECORDING,
    "redirections": [],
    "recall": None,
    "capabilities": [],
    "monitoring": None,
    "metadata": {},
    "verification": None,
    "links": {},
    "related": RELATED,
    "timeline": None,
    "vendor": {},
    "warnings": [],
}
"""The record of a call of which nothing is known: every key, in its order."""

SHAPES: Mapping[str, Json] = {
    **dict.fromkeys(("from", "to", "participants", "party"), PARTY),
    "country": COUNTRY,
    "cause": CAUSE,
    "cost": dict.fromkeys(("amount", "currency")),
    "quality": dict.fromkeys(("mos", "jitter_ms", "loss_percent", "rtt_ms")),
    "related": RELATED,
    "events": {**dict.fromkeys(("id", "at", "name", "event", "data", "detail")), "vendor": {}},
    "recordings": {
        **dict.fromkeys(("id", "vendor_state", "started_at", "ended_at", "duration", "channels", "format", "url")),
        **dict.fromkeys(("transcription",)),
        "state": "unknown",
        "vendor": {},
    },
    "transcriptions": {
        **dict.fromkeys(("id", "recording_id", "name", "vendor_state", "at", "text", "text_complete", "url")),
        "state": "unknown",
        "vendor": {},
    },
    "legs": dict.fromkeys(("relation", "id", "call")),
    "call": {**NOTHING_KNOWN, "related": None, "timeline": None, "retrieved_at": None},
    "device": {
        **dict.fromkeys(("id", "number", "state", "vendor_state", "user_state", "do_not_disturb")),
        "vendor": {},
    },
    "durations": DURATIONS,
    "media": MEDIA,
    "recording": RECORDING,
    "redirections": dict.fromkeys(("reason", "vendor_reason", "party")),
    "recall": dict.fromkeys(("type", "party")),
    "monitoring": dict.fromkeys(("monitored", "listening_in", "state", "monitored_user_muted")),
    "verification": dict.fromkeys(("result", "attestation", "originating_id")),
}
"""What the objects in a record, or in a list in it, have where nothing is known, by the key that holds them.

A cause has a title, an explanation and a next step, whatever they say: “*” is any text. Its codes are the nearest ones.
"""

ERROR: Json = {
    **dict.fromkeys(("code", "exit", "vendor_code", "request_id", "retry_after")),
    "message_contains": "",
}
REFUSAL: Json = dict.fromkeys(("error", "message", "code", "request_id", "hint", "retry_at", "summary"))
