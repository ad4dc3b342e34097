"""Tolerant readers for vendor values.

What a vendor sends may be missing, misspelt or of the wrong type, and a call must not be lost because of it. A reader
returns typed values; one that it cannot interpret becomes None with a warning, and stays among the leftovers, so that
nothing the vendor sent is lost.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from callinspect.provider.moments import (
    is_local,
    is_never,
    is_proven,
    parse_duration,
    parse_timestamp,
    parsed,
)

T = TypeVar("T")
N = TypeVar("N", int, float)

_DIGITS_OF_SECONDS = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")
_DIGITS = r"[0-9]{1,9}"
_DECIMAL = r"[0-9]{1,9}(\.[0-9]{1,15})?"
_MAX_COUNT = 10**9
_MAX_SHOWN = 60
_MAX_WARNINGS = 1000


def shown(value: object) -> str:
    """Return a vendor's value as a short quotation for a warning; nothing in it can close the quotation."""
    text = value if isinstance(value, str) else json.dumps(value)
    text = text if text.isascii() else _HALF.sub("\N{REPLACEMENT CHARACTER}", text)
    text = text.replace("“", "'").replace("”", "'") if not text.isascii() else text
    return f"“{text[:_MAX_SHOWN]}…”" if len(text) > _MAX_SHOWN else f"“{text}”"


class Reader:
    """Reads one JSON object of a vendor, field by field, and remembers what has not been read.

    Every method takes the field's name. A missing or null field gives None (or an empty collection).

    Args:
        fields: the object.
        warnings: collects what was odd; shared with the readers of nested objects.
        path: the object's place in the vendor's document, for warnings.
    """

    def __init__(self, fields: Mapping[str, Any], warnings: list[str], path: str = "") -> None:
        self._fields = fields
        self._unread = set(fields)
        self._nested: dict[str, Reader | list[Reader]] = {}
        self._path = path
        self.warnings = warnings

    def warn(self, warning: str) -> None:
        """Warn about what was read: once, since a field can be read more than once, and not without end."""
        if len(self.warnings) < _MAX_WARNINGS and warning not in self.warnings:
            self.warnings.append(warning)

    def keep(self, name: str) -> Any:
        """Return a field's value unchanged and leave it among the leftovers."""
        return self._fields.get(name)

    def take(self, name: str) -> Any:
        """Return a field's value unchanged and count it as read."""
        self._unread.discard(name)
        return self._fields.get(name)

    def leave(self, name: str) -> None:
        """Count a field among the leftovers although it has been read."""
        self._unread.add(name)

    def text(self, name: str) -> str | None:
        """Return a text, None for an empty one."""
        value = self._of_type(name, str, "a string")
        if value == "":
            self._unread.add(name)
            return None
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean."""
        return self._of_type(name, bool, "true or false")

    def mapping(self, name: str) -> dict[str, Any]:
        """Return an object verbatim."""
        return self._of_type(name, dict, "an object") or {}

    def timestamp(self, name: str, parse: Callable[[str], datetime] = parse_timestamp) -> datetime | None:
        """Return a timestamp as an aware time in UTC, in whole milliseconds; a finer one stays a leftover.

        A placeholder for “never” gives None and a warning.

        Args:
            name: the field.
            parse: parses it (see `callinspect.provider.moments`); ISO 8601 by default.
        """
        value = self._fields.get(name)
        if value is None:
            self._unread.discard(name)
            return None
        moment = parsed(value, parse)
        if is_never(value, moment):
            self._odd(name, f"is a placeholder, not a time: {shown(value)}")
            return None
        if moment is None:
            if text := self.text(name):
                self._odd(name, f"{'has no UTC offset' if is_local(text) else 'is not a timestamp'}: {shown(text)}")
            return None
        self._unread.discard(name)
        if moment.microsecond % 1000:
            self._unread.add(name)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def event(
        self, name: str, parse: Callable[[str], datetime] = parse_timestamp
    ) -> tuple[datetime | None, bool | None]:
        """Return when something happened, and whether it did; None if the field does not say.

        A time that cannot be parsed still means that it happened.
        """
        moment = self.timestamp(name, parse)
        if moment is not None:
            return moment, True
        if self._fields.get(name) == "":
            self._odd(name, "is empty, so it is not known whether it happened")
        value = self._fields.get(name)
        return None, not is_never(value, parsed(value, parse)) and is_proven(value)

    def certain(self, name: str) -> bool | None:
        """Return a boolean that stays a leftover: False if missing, None if it cannot be read."""
        if self._fields.get(name) is None:
            return False
        value = self.flag(name)
        self.leave(name)
        return value

    def seconds(self, name: str, per_second: int = 1) -> float | None:
        """Return a duration in seconds that the vendor sends as a number, as digits or as ISO 8601 (`PT13.67S`).

        Args:
            name: the field.
            per_second: how many of the vendor's units make a second: 1000 for milliseconds.
        """
        value = self.take(name)
        if isinstance(value, str) and _DIGITS_OF_SECONDS.fullmatch(value):
            value = float(value) if "." in value else int(value)
        elif isinstance(value, str) and value.startswith("P"):
            with suppress(ValueError):
                return parse_duration(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            with suppress(OverflowError):  # an integer can have thousands of digits
                return value if per_second == 1 else value / per_second
        if value is not None and value != "":
            self._odd(name, f"is not a duration: {shown(value)}")
        elif value == "":
            self._unread.add(name)
        return None

    def count(self, name: str) -> int | None:
        """Return a whole number that the vendor sends as a number or as digits."""
        return self._numeric(name, _DIGITS, int, "a whole number")

    def number(self, name: str) -> float | None:
        """Return a number that the vendor sends as a number or as digits; it is not negative."""
        return self._numeric(name, _DECIMAL, float, "a number")

    def amount(self, name: str) -> str | None:
        """Return an amount of money as its decimal digits, without a sign and never in powers of ten.

        The field stays a leftover: with a sign, it says whose money it is.
        """
        value = self.keep(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _MAX_COUNT:
            from decimal import Decimal

            value = f"{Decimal(repr(value)):f}"
        if value is None or value == "":
            return None
        if isinstance(value, str) and re.fullmatch(f"[+-]?{_DECIMAL}", value, re.ASCII):
            return value.lstrip("+-")
        self._odd(name, f"is not an amount: {shown(value)}")
        return None

    def switch(self, name: str) -> bool | None:
        """Return whether a vendor's `On` or `Off` is on."""
        word = self.text(name)
        if word is not None and word not in {"On", "Off"}:
            self._odd(name, f"is neither On nor Off: {shown(word)}")
            return None
        return None if word is None else word == "On"

    def choice(self, name: str, meanings: Mapping[str, T], otherwise: T, *, kept_elsewhere: bool = False) -> T | None:
        """Return what a vendor's word means.

        Args:
            name: the field.
            meanings: every documented word and its meaning.
            otherwise: the meaning of any other word, which also gets a warning.
            kept_elsewhere: whether another field of the record has the word itself. If not, the word stays a leftover,
                unless the meaning is the same word.
        """
        word = self.text(name)
        if word is None:
            return None
        if word not in meanings:
            self.warn(f"{self._path}{name} has an undocumented value: {shown(word)}")
        meaning = meanings.get(word, otherwise)
        if not kept_elsewhere and meaning != word:
            self._unread.add(name)
        return meaning

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings; if it contains anything else, the whole list stays a leftover."""
        values = self._of_type(name, list, "a list") or []
        texts = tuple(value for value in values if isinstance(value, str))
        if len(texts) != len(values):
            self._odd(name, "contains something other than strings")
        return texts

    def nested(self, name: str) -> "Reader | None":
        """Return a reader of a nested object; what it does not read stays a leftover in the same place."""
        value = self._of_type(name, dict, "an object")
        if value is None:
            return None
        reader = self._nested[name] = Reader(value, self.warnings, f"{self._path}{name}.")
        return reader

    def nested_list(self, name: str) -> "list[Reader]":
        """Return readers of a list's objects; if it contains anything else, the whole list stays a leftover."""
        values = self._of_type(name, list, "a list") or []
        readers = [
            Reader(value, self.warnings, f"{self._path}{name}[{index}].")
            for index, value in enumerate(values)
            if isinstance(value, dict)
        ]
        if len(readers) != len(values):
            self._odd(name, "contains something other than objects")
        else:
            self._nested[name] = readers
        return readers

    def leftovers(self) -> dict[str, Any]:
        """Return every field that has not been read, verbatim and in the vendor's order."""
        left: dict[str, Any] = {}
        for name, value in self._fields.items():
            if name in self._unread:
                left[name] = value
            elif name in self._nested:
                below = self._nested[name]
                rest = below.leftovers() if isinstance(below, Reader) else [item.leftovers() for item in below]
                if any(rest):
                    left[name] = rest
        return left

    def _of_type(self, name: str, kind: type[T], called: str) -> T | None:
        self._unread.discard(name)
        value = self._fields.get(name)
        if value is None or isinstance(value, kind):
            return value
        self._odd(name, f"is not {called}: {shown(value)}")
        return None

    def _numeric(self, name: str, form: str, kind: type[N], called: str) -> N | None:
        value = self.take(name)
        if isinstance(value, str) and re.fullmatch(form, value, re.ASCII):
            value = kind(value)
        if isinstance(value, int | kind) and not isinstance(value, bool) and 0 <= value < _MAX_COUNT:
            return value
        if value is not None and value != "":
            self._odd(name, f"is not {called}: {shown(value)}")
        elif value == "":
            self._unread.add(name)
        return None

    def _odd(self, name: str, what: str) -> None:
        self._unread.add(name)
        self.warn(f"{self._path}{name} {what}")


def named(read: Callable[..., T | None], name: str | None, *more: Any) -> T | None:
    """Return what is read from a field, None if the vendor has no such field."""
    return None if name is None else read(name, *more)


def elapsed(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from start to end, to the millisecond; negative when the end comes first."""
    if start is None or end is None:
        return None
    return round((end - start).total_seconds(), 3)


def as_text(value: object) -> str | None:
    """Return a string or an integer as text; None for anything else, and for an empty string."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def first(values: Sequence[T | None]) -> T | None:
    """Return the first value that is not None."""
    return next((value for value in values if value is not None), None)
