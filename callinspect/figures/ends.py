"""What is counted of a call that has ended."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callinspect.figures.spread import MAX_SECONDS
from callinspect.model import TIMES
from callinspect.model.words import EndedBy, Outcome

OUTCOMES = tuple(map(str, Outcome))

EFFECTIVE = frozenset({Outcome.BUSY, Outcome.NO_ANSWER, Outcome.REJECTED})
"""Outcomes for which the network has done its part, besides an answer; and a call that the caller canceled."""

YEARS = range(1900, 9000)
"""Of times; those beyond stand for no date with some vendors, and at the ends of the calendar zones have no times."""


class End(NamedTuple):
    """How a call ended.

    Attributes:
        outcome: a word of `OUTCOMES`.
        is_answered: whether it was answered, whatever came later.
        is_effective: whether it reached its destination: see `EFFECTIVE`.
        ring: how long it rang until it was answered, in seconds; None for a call that was not answered, and if that is
            not known.
        talk: how long it lasted from then on; None for a call that was not answered.
    """

    outcome: str
    is_answered: bool
    is_effective: bool
    ring: float | None
    talk: float | None

    @property
    def is_counted(self) -> bool:
        """Whether it is counted in ratios: it is known whether it was answered."""
        return self.is_answered or self.outcome != Outcome.UNKNOWN


def end(record: Mapping[str, Any]) -> End:
    """Return how a call ended. What a record has in another form than records have is taken as unknown.

    Args:
        record: the record of a call that has ended.
    """
    outcome = record.get("outcome")
    if outcome not in OUTCOMES:
        outcome = Outcome.UNKNOWN
    is_answered = outcome == Outcome.ANSWERED or moment(record.get("answered_at")) is not None
    is_canceled = outcome == Outcome.CANCELED and record.get("ended_by") == EndedBy.CALLER
    durations = record.get("durations")
    if not isinstance(durations, dict):
        durations = {}
    return End(
        str(outcome),
        is_answered,
        is_answered or is_canceled or outcome in EFFECTIVE,
        _seconds(durations.get("ring")) if is_answered else None,
        _seconds(durations.get("talk")) if is_answered else None,
    )


def _seconds(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= MAX_SECONDS else None


def time(record: Mapping[str, Any]) -> datetime | None:
    """Return a call's time (see `TIMES`), None if it has none that can be read."""
    for name in TIMES:
        if (at := moment(record.get(name))) is not None:
            return at
    return None


def moment(text: Any) -> datetime | None:
    """Return a time of a record, None if it is none, or stands for no date."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo and at.year in YEARS else None
    except (OverflowError, TypeError, ValueError):
        return None
