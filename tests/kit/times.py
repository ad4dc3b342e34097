"""Times in the form that a vendor writes, as its account says it under `times`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callinspect.provider import parse_mail_date, parse_milliseconds, parse_seconds, parse_utc
from callinspect.provider.moments import parse_duration, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

FORMS: Mapping[str, Callable[[str], datetime]] = {
    "iso": parse_timestamp,
    "iso_bare": parse_utc,
    "mail": parse_mail_date,
    "epoch_seconds": parse_seconds,
    "epoch_milliseconds": parse_milliseconds,
}
"""The readers of times, by the words for them in an account; where that has none, it is `iso`.

The name of each form that a sandbox writes begins with that of its reader.
"""

NUMBERS = frozenset({"epoch_seconds", "epoch_milliseconds"})
"""Those that read JSON numbers too."""


def read(form: str, value: object) -> datetime | None:
    """Return the time that a value is in that form, in whole milliseconds; None if it is none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    text = repr(value) if is_number and form in NUMBERS else value
    try:
        moment = FORMS[form](text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def length(value: object) -> float | None:
    """Return the seconds that a value is in ISO 8601; None if it is none."""
    try:
        return parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        return None
