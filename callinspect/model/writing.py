"""Records written: the public record of a call, its keys and their order; `reading` reads it back."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from callinspect.model import (
    SCHEMA_VERSION,
    UNWRITTEN,
    Call,
    Cause,
    Durations,
    Media,
    Party,
    Recall,
    Recording,
    Redirection,
    Related,
)

Record = dict[str, Any]


def record(call: Call) -> Record:
    """Return a call's record: every key of the schema, in its order, null if unknown."""
    values: list[Any] = [SCHEMA_VERSION, *call]
    for index, convert in _CONVERTERS_BY_INDEX:
        if (value := values[index]) is not None:
            values[index] = convert(value)
    return dict(zip(KEYS, values, strict=False))  # UNWRITTEN are the last


def timestamp(moment: datetime | None) -> str | None:
    """Return a moment in RFC 3339 format, in UTC, with milliseconds."""
    return None if moment is None else _timestamp(moment)


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _party(party: Party) -> Record:
    found = party._asdict()
    if party.country is not None:
        found["country"] = party.country._asdict()
    return found


def _with_party(redirected: Redirection | Recall) -> Record:
    found = redirected._asdict()
    found.pop("at", None)
    if redirected.party is not None:
        found["party"] = _party(redirected.party)
    return found


def _stored(stored: Any) -> Record:
    """Return what was read about a call, such as one event, or an entry of its timeline."""
    found: Record = stored._asdict()
    if "vendor" in found:  # where an entry of the timeline has none, and its party is written
        found.pop("party", None)
    for name, value in found.items():
        if isinstance(value, datetime):
            found[name] = _timestamp(value)
        elif isinstance(value, Call):
            found[name] = record(value)
        elif name in {"vendor", "also"}:
            found[name] = dict(value) if name == "vendor" else list(value)
    return found


def _related(related: Related) -> Record:
    found: Record = related._asdict()
    if related is _NOT_READ:
        return found
    for name, parts in found.items():
        if parts is not None:
            found[name] = _stored(parts) if hasattr(parts, "_fields") else [_stored(each) for each in parts]
    return found


def _asdict(part: Any) -> Record:
    found: Record = part._asdict()
    return found


_NOT_READ = Call._field_defaults["related"]


def _each(convert: Callable[[Any], Record]) -> Callable[[Iterable[Any]], list[Record]]:
    return lambda several: [convert(each) for each in several]


KEYS = ("schema_version", *(name.removesuffix("_") for name in Call._fields if name not in UNWRITTEN))
"""The keys of every record, in their order."""

_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys((key for key in KEYS if key.endswith("_at")), _timestamp),
    "cause": Cause._asdict,
    "from": _party,
    "to": _party,
    "participants": _each(_party),
    "durations": Durations._asdict,
    "cost": _asdict,
    "quality": _asdict,
    "media": Media._asdict,
    "recording": Recording._asdict,
    "redirections": _each(_with_party),
    "recall": _with_party,
    "capabilities": list,
    "monitoring": _asdict,
    "metadata": dict,
    "verification": _asdict,
    "links": dict,
    "related": _related,
    "timeline": _each(_stored),
    "vendor": dict,
    "warnings": list,
}
"""Functions that convert the values of keys that JSON does not have as they are."""

_CONVERTERS_BY_INDEX = tuple((KEYS.index(key), convert) for key, convert in _CONVERTERS.items())
"""The same, by the index of the key."""
