"""What of two records is compared, and what is not.

Not compared is what changes from one look to the next although nothing happened, what is derived from other fields, and
what was read on one side only.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from callinspect.model import State

Record = Mapping[str, Any]

UNSTABLE = ("retrieved_at", "raw", "warnings", "timeline")
"""Keys of a record that are not compared."""

DERIVED = ("ring", "talk", "total")
"""Durations that are computed from moments."""

RUNNING = "reported"
"""The duration that the vendor reports, which grows while the call is in progress."""

SOMETIMES = ("raw", "timeline")
"""Keys that only some records have a value of: compared, if at all, where both have one."""

AS_SENT = frozenset({"vendor", "metadata", "links", "detail", "raw"})
"""Objects of the vendor's or the caller's, in which null is not the same as a missing key."""

QUERIES = "queries of URLs"

_QUERY = re.compile(r"([a-z][a-z0-9+.-]*:(?:\\?/){2}[^\s\"'<>?#]*)\?[^\s\"'<>#]*", re.IGNORECASE)
"""An address, and its query; within JSON in a text, its slashes may be escaped."""

_RELATIVE = re.compile(r"(/[^\s?#]*)\?[^\s#]*")

_EXACT = 2**53
"""Whole numbers up to this one are the same as floats."""


class Parts(NamedTuple):
    """What of two records is compared; the other attributes are those of a comparison."""

    a: dict[str, Any]
    b: dict[str, Any]
    skipped: tuple[str, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]


def compared(a: Record, b: Record, *, everything: bool, extras: Collection[str] = ()) -> Parts:
    """Return what of two records is compared; the records themselves stay as they are.

    Args:
        a: the first record.
        b: the second record.
        everything: whether to compare what changes by itself, or is derived, as well.
        extras: names of related data that stand under `vendor` when they were read.
    """
    first, second = _plain(a), _plain(b)
    skipped = () if everything else tuple(_skipped(first, second))
    if not everything:
        is_open = not (_is_over(first) and _is_over(second))
        running = {*_running(first), *_running(second)}
        first, second = (without_queries(_stable(each, running, is_open=is_open)) for each in (first, second))
    only_in_a, only_in_b = _remove_one_sided(first, second, extras)
    _remove_nulls([first, second])
    return Parts(first, second, skipped, only_in_a, only_in_b)


def _plain(value: Any) -> Any:
    """Return a copy of a JSON value in which a whole number is always an integer: `3.0` is `3`."""
    if isinstance(value, Mapping):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT else value


def _is_over(record: Record) -> bool:
    return record.get("state") == State.ENDED or record.get("ended_at") is not None


def _legs(record: Record) -> Iterator[dict[str, Any]]:
    """Yield the legs that were read and have a record."""
    legs = _object(record, "related").get("legs")
    for leg in legs if isinstance(legs, list) else ():
        if isinstance(leg, dict) and isinstance(leg.get("call"), dict):
            yield leg


def _running(record: Record) -> Iterator[str]:
    """Yield the IDs of the legs that are in progress."""
    return (_name(leg) for leg in _legs(record) if not _is_over(leg["call"]))


def _name(leg: Record) -> str:
    """Return the ID of a leg as a text, whatever it is."""
    return str(leg.get("id"))


def _object(record: Record, key: str) -> dict[str, Any]:
    """Return an object of a record, an empty one if it is not there."""
    found = record.get(key)
    return found if isinstance(found, dict) else {}


def _stable(record: dict[str, Any], running: Collection[str], *, is_open: bool) -> dict[str, Any]:
    """Return a record without what is not compared, that of its legs included.

    Args:
        record: the record; it is changed.
        running: the IDs of legs that are in progress on either side.
        is_open: whether the call itself is.
    """
    for leg in _legs(record):
        leg["call"] = _stable(leg["call"], (), is_open=_name(leg) in running)
    for name in (*DERIVED, *[RUNNING] * is_open):
        _object(record, "durations").pop(name, None)
    return {key: value for key, value in record.items() if key not in UNSTABLE}


def without_queries(value: Any) -> Any:
    """Return a JSON value without the queries of the URLs in it."""
    if isinstance(value, dict):
        return {key: without_queries(below) for key, below in value.items()}
    if isinstance(value, list):
        return [without_queries(each) for each in value]
    return _bare(value) if isinstance(value, str) else value


def _bare(text: str) -> str:
    if "?" not in text:
        return text
    whole = _RELATIVE.fullmatch(text)
    return whole[1] if whole else _QUERY.sub(r"\1", text)


def _skipped(a: Record, b: Record) -> Iterator[str]:
    """Yield what differs and is not compared; what one side does not have at all is not worth a word."""
    for key in UNSTABLE:
        values = [record.get(key) for record in (a, b)]
        if values[0] != values[1] and (key not in SOMETIMES or None not in values):
            yield key
    first, second = (_object(each, "durations") for each in (a, b))
    for name in (*DERIVED, *[RUNNING] * (not (_is_over(a) and _is_over(b)))):
        if first.get(name) != second.get(name):
            yield f"durations.{name}"
    known = dict(_addresses(a))
    if any(known.get(bare, text) != text for bare, text in _addresses(b)):
        yield QUERIES


def _addresses(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each text with the query of a URL, without and with it."""
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _addresses(each)
    elif isinstance(value, str) and (bare := _bare(value)) != value:
        yield bare, value


def _remove_one_sided(
    a: dict[str, Any], b: dict[str, Any], extras: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove what was read on one side only, or on none; return the paths of it, by side."""
    found: tuple[list[str], list[str]] = ([], [])
    places = [("related", name) for name in {**_object(a, "related"), **_object(b, "related")}]
    for key, name in (*places, *(("vendor", name) for name in extras), *(("", name) for name in SOMETIMES)):
        objects = [_object(each, key) if key else each for each in (a, b)]
        is_there = [each.get(name) is not None for each in objects]
        if all(is_there):
            continue
        for index, held in enumerate(objects):
            held.pop(name, None)
            if is_there[index]:
                found[index].append(f"{key}.{name}" if key else name)
    if not (_object(a, "related") or _object(b, "related")):
        for each in (a, b):
            each.pop("related", None)
    return tuple(found[0]), tuple(found[1])


def _remove_nulls(alike: list[dict[str, Any]]) -> None:
    """Remove keys that are null in some objects of the same kind and missing in others: they mean the same.

    Records have gained keys from one version to the next.
    """
    for key in dict.fromkeys(key for each in alike for key in each):
        values = [each[key] for each in alike if key in each]
        if len(values) < len(alike):
            for each in alike:
                if each.get(key, key) is None:
                    del each[key]
        if key not in AS_SENT:
            below = [each for value in values for each in (value if isinstance(value, list) else [value])]
            _remove_nulls([each for each in below if isinstance(each, dict)])
