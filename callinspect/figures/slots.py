"""Calls over time, in slots of a round length that the first and the last call determine."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from callinspect.figures.results import Slot

MAX_SLOTS = 48

SECOND, MINUTE, HOUR, DAY = 1, 60, 3600, 86_400

LENGTHS = (
    *(each * SECOND for each in (1, 2, 5, 10, 15, 30)),
    *(each * MINUTE for each in (1, 2, 5, 10, 15, 30)),
    *(each * HOUR for each in (1, 2, 3, 6, 12)),
    *(each * DAY for each in (1, 2, 7, 14, 28, 91, 364)),
)
"""Round lengths in seconds; beyond them, multiples of the last."""

_UNITS = (SECOND, MINUTE, HOUR, DAY)
"""Lengths at which calls are counted until it is known how long they reach; each is a part of every longer length."""

_MAX_HELD = 4000
"""Slots at which the next unit is taken. They reach over so many slots that the length is a multiple of it anyway."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Slots:
    """Counts outcomes over time, in bounded memory.

    Args:
        zone: where a day begins at midnight, as it is when the first call is counted; None is the local zone.
    """

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._offset: int | None = None
        self._unit = 0
        self._times: set[int] = set()
        self._counts: Counter[tuple[int, str]] = Counter()

    def add(self, at: datetime, outcome: str) -> None:
        """Count a call.

        Args:
            at: its time, aware.
            outcome: how it ended.
        """
        if self._offset is None:
            local = at.astimezone(self._zone).utcoffset() or timedelta()
            self._offset = int(local.total_seconds())
        time = (int((at - EPOCH).total_seconds() // 1) + self._offset) // _UNITS[self._unit]
        self._counts[time, outcome] += 1
        self._times.add(time)
        while len(self._times) > _MAX_HELD and self._unit + 1 < len(_UNITS):
            self._widen()

    def _widen(self) -> None:
        """Count in the next unit from now on."""
        parts = _UNITS[self._unit + 1] // _UNITS[self._unit]
        self._unit += 1
        self._counts = self._merged(parts)
        self._times = {time for time, _ in self._counts}

    def _merged(self, parts: int) -> Counter[tuple[int, str]]:
        """Return what was counted, in slots that are so many times as long."""
        counts: Counter[tuple[int, str]] = Counter()
        for (time, outcome), calls in self._counts.items():
            counts[time // parts, outcome] += calls
        return counts

    def slots(self, outcomes: Sequence[str], most: int = MAX_SLOTS) -> list[Slot]:
        """Return the slots, those without a call in between as well.

        Args:
            outcomes: the outcomes that each slot has, in their order.
            most: how many slots there may be.
        """
        if not self._times:
            return []
        unit, offset = _UNITS[self._unit], self._offset or 0
        length = _length(min(self._times) * unit, max(self._times) * unit, unit, most)
        parts = length // unit
        counts = self._merged(parts)
        first, last = min(self._times) // parts, max(self._times) // parts
        return [
            Slot(
                EPOCH + timedelta(seconds=time * length - offset),
                length,
                {outcome: counts[time, outcome] for outcome in outcomes},
            )
            for time in range(first, last + 1)
        ]


def _length(first: int, last: int, unit: int, most: int) -> int:
    """Return the shortest round length, a multiple of the unit, in which no more slots reach from first to last."""

    def fits(length: int) -> bool:
        return length % unit == 0 and last // length - first // length < most

    longest = LENGTHS[-1]
    return next(filter(fits, LENGTHS), None) or next(filter(fits, range(2 * longest, 10_000 * longest, longest)))
