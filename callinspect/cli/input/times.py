"""Times on the command line: ISO 8601, or relative, such as 2h for two hours ago."""

import re
from datetime import UTC, datetime, timedelta

from callinspect.errors import UsageError

AGO = re.compile(r"(\d{1,9})([smhdw])", re.ASCII)
MIN_RATE = 1e-4
"""Requests per second: one in almost three hours."""

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def moment(text: str | None, option: str) -> datetime | None:
    """Parse a time in the past; one without an offset is local.

    Args:
        text: such as `2h`, `2026-11-21`, `2026-11-21T10:00` or `2026-11-21T10:00:00Z`; None stays None.
        option: the option, for the message.

    Raises:
        UsageError: it is not a time, or in the future.
    """
    if text is None:
        return None
    now = datetime.now(UTC)
    try:
        ago = AGO.fullmatch(text)
        found = now - timedelta(**{UNITS[ago[2]]: int(ago[1])}) if ago else datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} takes a time such as 2h, 7d, 2026-11-21 or 2026-11-21T10:00:00Z, not “{text}”"
        ) from None
    if found > now:
        raise UsageError(f"{option} is in the future")
    return found


def rate(text: str | None) -> float | None:
    """Parse a rate such as `5/s`, `300/m` or `5`; return requests per second.

    Raises:
        UsageError: it is not a rate.
    """
    if text is None:
        return None
    number, _, unit = text.partition("/")
    try:
        found = float(number) / {"": 1, "s": 1, "m": 60, "h": 3600}[unit]
    except (ValueError, KeyError):
        found = 0.0
    if not MIN_RATE <= found < float("inf"):
        raise UsageError(f"--rate takes a request rate such as 5/s or 300/m, not “{text}”")
    return found
