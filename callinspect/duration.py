"""Durations for people, and those that they may choose."""

DEFAULT_TIMEOUT = 30.0
MIN_TIMEOUT, MAX_TIMEOUT = 0.1, 31 * 86_400.0
"""Seconds that one call may take, retries included."""

MIN_RATE = 1e-4
"""Requests per second: one in almost three hours."""

COARSE = 120
"""Seconds from which on a duration that is counted is given in whole minutes."""


def seconds(value: float) -> str:
    """Return a duration for people: `3.1 s`, `9 min 58.6 s`, `1 h 2 min`."""
    sign, value = ("-" if value < 0 else ""), abs(value)
    minutes, rest = divmod(round(value, 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    if rest or not parts:
        parts.append(f"{rest:.1f}".removesuffix(".0") + " s")
    return sign + " ".join(parts)


def coarse(value: float) -> str:
    """Return a duration that is counted, in whole seconds; from two minutes on, in whole minutes."""
    return seconds(value // 60 * 60 if value >= COARSE else value // 1)


def rounded(value: float) -> str:
    """Return a duration that is known to the second only; from two minutes on, to the minute."""
    unit = 60 if value >= COARSE else 1
    return seconds(round(value / unit) * unit)


def ago(value: float) -> str:
    """Return how long ago something was: `12 s ago`, `5 min ago`, `1 h 54 min ago`."""
    if value < 1:
        return "just now"
    return f"{coarse(value)} ago"
