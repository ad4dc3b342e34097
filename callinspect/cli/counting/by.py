"""What `--by` makes groups by: a field of the record, or what can be told from several."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta, tzinfo
from functools import partial
from typing import Any

from callinspect.errors import UsageError, suggestion
from callinspect.figures import By
from callinspect.figures.ends import time
from callinspect.figures.names import DAY, GROUPS, HOUR
from callinspect.model import Call, Country, Party
from callinspect.model.writing import timestamp
from callinspect.render import fields
from callinspect.render.jsontext import dumps

Record = Mapping[str, Any]

WITHOUT_PLUS = re.compile("[1-9][0-9]{10,14}", re.ASCII)
"""A number that may be an international one: with country and area code it has eleven digits or more."""

NUMBERS = frozenset({"country", "from", "to"})
"""Fields whose groups are told by the digits of numbers."""


def parsed(given: Sequence[str], zone: tzinfo | None) -> By | None:
    """Return what to make groups by, None for nothing.

    Args:
        given: what was typed, each a field.
        zone: the zone of display, in which hours and days begin; None for the local one.

    Raises:
        UsageError: records have no such field, or there are several.
    """
    if not given:
        return None
    name, *more = given
    if more:
        raise UsageError("--by takes one field", hint="save the calls with list -o jsonl, and count them once for each")
    known: dict[str, Callable[[Record], Any]] = {
        "country": _country,
        "cause": partial(_part, "cause", "code"),
        "from": partial(_party, "from"),
        "to": partial(_party, "to"),
        HOUR: partial(_hour, zone),
        DAY: partial(_day, zone),
    }
    if name in known:
        return By(name, known[name], is_time=name in {HOUR, DAY})
    try:
        fields.check(name)
    except UsageError as error:
        hints = [suggestion(name, GROUPS, f"--by takes {', '.join(GROUPS)}, or any field of the record"), error.hint]
        raise UsageError(f"--by: {error.message}", hint=dict.fromkeys(filter(None, hints))) from None
    return By(name, lambda record: _plain(fields.value(record, name)))


def telling(by: By | None) -> Callable[[Call], Call]:
    """Return what has a call tell its group even when its numbers are masked.

    Masks of a number with and without its `+` differ, and no mask determines a country.
    """
    return _told if by is not None and by.field in NUMBERS else lambda call: call


def _told(call: Call) -> Call:
    from_, to = map(_with_plus, (call.from_, call.to))
    if to is not None and to.number and (to.country is None or to.country.code is None):
        to = to._replace(country=(to.country or Country())._replace(code=_region(to.number)))
    return call._replace(from_=from_, to=to)


def _with_plus(party: Party | None) -> Party | None:
    return party and party._replace(number=party.number and _international(party.number))


def _plain(value: Any) -> Any:
    """Return a value as it can tell groups apart; None for a number that is too large for JSON, or has one in it."""
    if not isinstance(value, dict | list | float):
        return value
    try:
        text = dumps(value, lines=True)
    except ValueError:
        return None
    return value if isinstance(value, float) else text


def _part(key: str, name: str, record: Record) -> Any:
    found = record.get(key)
    return _plain(found.get(name)) if isinstance(found, dict) else None


def _party(key: str, record: Record) -> Any:
    """Return a party's number, else its address, else that it is private."""
    found = record.get(key)
    if not isinstance(found, dict):
        return None
    number = found.get("number")
    number = _international(number) if isinstance(number, str) else number
    return _plain(number or found.get("uri")) or ("private" if found.get("private") else None)


def _international(number: str) -> str:
    """Return a number with its `+`, if it is a possible one with it: some vendors send numbers without."""
    if not WITHOUT_PLUS.fullmatch(number):
        return number
    from callinspect.render import numbers

    whole = f"+{number}"
    return whole if numbers.region(whole) or numbers.is_valid(whole) else number


def _country(record: Record) -> str | None:
    """Return the country of the called party: as the vendor says, else that of its number, if that determines it."""
    party = record.get("to")
    if not isinstance(party, dict):
        return None
    country, number = party.get("country"), party.get("number")
    code = country.get("code") if isinstance(country, dict) else None
    if isinstance(code, str):
        return code
    return _region(number) if isinstance(number, str) else None


def _region(number: str) -> str | None:
    """Return the country that a number determines, None if it determines none."""
    from callinspect.render import numbers

    return numbers.region(_international(number))


def _hour(zone: tzinfo | None, record: Record) -> str | None:
    """Return the beginning of a call's hour, in UTC as all times of records."""
    if (at := time(record)) is None:
        return None
    local = at.astimezone(zone)
    return timestamp(at - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond))


def _day(zone: tzinfo | None, record: Record) -> str | None:
    at = time(record)
    return None if at is None else at.astimezone(zone).date().isoformat()
