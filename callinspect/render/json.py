"""Calls as JSON: the public record, its keys and their order."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from callinspect.model import (
    SCHEMA_VERSION,
    Call,
    Cause,
    Durations,
    Media,
    Monitoring,
    Party,
    Recall,
    Recording,
    Redirection,
    Verification,
)
from callinspect.render.inert import inert_json

Record = dict[str, Any]

# Nothing that is written here can be in itself, and looking for that takes time.
_ON_ONE_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
_INDENTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, indent=2)


def record(call: Call) -> Record:
    """Return a call's record: every key of the schema, in its order, null where unknown."""
    values: list[Any] = [SCHEMA_VERSION, *call]
    for place, written in _WRITTEN:
        if (value := values[place]) is not None:
            values[place] = written(value)
    return dict(zip(_KEYS, values, strict=False))  # without the last, which is not written


def dumps(value: object, *, lines: bool = False, exact: bool = False) -> str:
    """Return a value as JSON text: over several lines with an indent of two, or on one line.

    Nothing in it can act on a terminal; and nothing stops a strict reader, unless the value is to be exactly as it is.

    Raises:
        ValueError: there is a number in it that JSON does not have.
    """
    return inert_json((_ON_ONE_LINE if lines else _INDENTED).encode(value), exact=exact)


def timestamp(moment: datetime | None) -> str | None:
    """Return a moment in RFC 3339, UTC, with milliseconds."""
    return None if moment is None else _timestamp(moment)


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _party(party: Party) -> Record:
    found = party._asdict()
    if party.country is not None:
        found["country"] = party.country._asdict()
    return found


def _with_party(passed_on: Redirection | Recall) -> Record:
    found = passed_on._asdict()
    if passed_on.party is not None:
        found["party"] = _party(passed_on.party)
    return found


def _each(written: Callable[[Any], Record]) -> Callable[[Iterable[Any]], list[Record]]:
    return lambda several: [written(each) for each in several]


_KEYS = ("schema_version", *(name.removesuffix("_") for name in Call._fields if name != "was_answered"))

_WRITERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys((key for key in _KEYS if key.endswith("_at")), _timestamp),
    "cause": Cause._asdict,
    "from": _party,
    "to": _party,
    "participants": _each(_party),
    "durations": Durations._asdict,
    "media": Media._asdict,
    "recording": Recording._asdict,
    "redirections": _each(_with_party),
    "recall": _with_party,
    "capabilities": list,
    "monitoring": Monitoring._asdict,
    "metadata": dict,
    "verification": Verification._asdict,
    "links": dict,
    "vendor": dict,
    "warnings": list,
}
"""How the values are written that are no text, number or word of ours."""

_WRITTEN = tuple((_KEYS.index(key), written) for key, written in _WRITERS.items())
"""The same, by place among the keys."""
