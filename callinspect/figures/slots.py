"""Calls over time, in slots of a round length that the first and the last call determine."""

from collections import Counter
from collections.abc import Mapping, Sequence
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

QUARTER = 15 * MINUTE
"""Zones differ from UTC by a multiple of it."""

_UNITS = (SECOND, MINUTE, QUARTER, DAY)
"""Lengths at which calls are counted until it is known how long they reach; each is a part of every longer length."""

_MAX_HELD = 4000
"""Slots at which the next unit is taken. They reach over so many slots that the length is a multiple of it anyway."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Slots:
    """Counts outcomes over time, in bounded memory.

    Slots of more than an hour begin by the clock of the zone, at midnight say, also after it has been changed: one of
    them is then an hour shorter or longer. Days are of the zone from the beginning, the other units of UTC.

    Args:
        zone: whose clock it is; None is the local zone.
    """

    def __init__(self, zone: tzinfo | None) -> None:
        self._zone = zone
        self._offsets: dict[int, int | None] = {}  # by day, None where the clock is changed: to look them up takes time
        self._unit = 0
        self._times: set[int] = set()
        self._counts: Counter[tuple[int, str]] = Counter()

    def add(self, at: datetime, outcome: str) -> None:
        """Count a call.

        Args:
            at: its time, aware.
            outcome: how it ended.
        """
        time = self._place(int((at - EPOCH).total_seconds() // 1))
        self._counts[time, outcome] += 1
        self._times.add(time)
        while len(self._times) > _MAX_HELD and self._unit + 1 < len(_UNITS):
            self._widen()

    def _place(self, second: int) -> int:
        """Return the number of the unit that a second since the epoch is in."""
        unit = _UNITS[self._unit]
        return (second + self._offset(second) if unit == DAY else second) // unit

    def _offset(self, second: int) -> int:
        """Return by how many seconds the clock of the zone is ahead of UTC."""
        day = second // DAY
        if day not in self._offsets:
            begun, ended = (self._looked_up(each * DAY) for each in (day, day + 1))
            self._offsets[day] = begun if begun == ended else None
        found = self._offsets[day]
        return self._looked_up(second) if found is None else found

    def _looked_up(self, second: int) -> int:
        local = (EPOCH + timedelta(seconds=second)).astimezone(self._zone)
        return int((local.utcoffset() or timedelta()).total_seconds())

    def _widen(self) -> None:
        """Count in the next unit from now on."""
        unit = _UNITS[self._unit]
        self._unit += 1
        self._counts = self._merged({time: self._place(time * unit) for time in self._times})
        self._times = {time for time, _ in self._counts}

    def _merged(self, places: Mapping[int, int]) -> Counter[tuple[int, str]]:
        """Return what was counted, in slots of which each is given the number."""
        counts: Counter[tuple[int, str]] = Counter()
        for (time, outcome), calls in self._counts.items():
            counts[places[time], outcome] += calls
        return counts

    def slots(self, outcomes: Sequence[str], most: int = MAX_SLOTS) -> list[Slot]:
        """Return the slots, those without a call in between as well.

        Args:
            outcomes: the outcomes that each slot has, in their order.
            most: how many slots there may be.
        """
        if not self._times:
            return []
        unit, ends = _UNITS[self._unit], (min(self._times), max(self._times))
        fixed = self._offset(ends[0] * unit)

        def place(time: int, length: int) -> int:
            second = time * unit
            ahead = 0 if unit == DAY else fixed if length <= HOUR else self._offset(second)
            return (second + ahead) // length

        def fits(length: int) -> bool:
            first, last = (place(each, length) for each in ends)
            return length % unit == 0 and last - first < most

        longest = LENGTHS[-1]
        length = next(filter(fits, LENGTHS), None) or next(filter(fits, range(2 * longest, 10_000 * longest, longest)))
        counts = self._merged({time: place(time, length) for time in self._times})
        first, last = (place(each, length) for each in ends)
        return [
            Slot(
                self._at(time * length, fixed if length <= HOUR else None),
                length,
                {outcome: counts[time, outcome] for outcome in outcomes},
            )
            for time in range(first, last + 1)
        ]

    def _at(self, clock: int, ahead: int | None) -> datetime:
        """Return when the clock of the zone shows a time, in seconds since it showed the epoch's.

        Args:
            clock: what it shows; what it shows twice is the first time, what it skips is when it does.
            ahead: by how much it is ahead of UTC; None for as much as it is then.
        """
        if ahead is None:
            least, most = sorted((self._offset(clock - DAY), self._offset(clock + DAY)))
            ahead = most if self._offset(clock - most) == most else least
        return EPOCH + timedelta(seconds=clock - ahead)
