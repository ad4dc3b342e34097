"""How durations are spread: a histogram for each series, of which the percentiles are read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

from callinspect.figures.results import Percentiles

if TYPE_CHECKING:
    import sqlite3

PER_SECOND = 10
"""Bars of the histogram a second: percentiles are exact to a tenth."""

MAX_HELD = 100_000
"""Bars that are held in memory, in all; more of them go to a temporary file. A thousand series can have so many."""

_PLACES = 32
"""Bits of a key for the bar; the others are for the series. Four billion bars are thirteen years."""

MAX_SECONDS = 2**_PLACES // PER_SECOND - 1
"""The longest duration that can be counted."""

HALF, MOST = 50, 95
"""The percentiles."""


class NoRoomError(Exception):
    """The temporary file for durations cannot be written or read, such as on a full disk."""


class Spread:
    """Histograms of the durations of any number of series, in bounded memory.

    Where Python was built without SQLite, which keeps the temporary file, all bars are held.
    """

    def __init__(self) -> None:
        self._held: Counter[int] = Counter()
        self._most: float = MAX_HELD
        self._stored: sqlite3.Connection | None = None

    def add(self, series: int, seconds: float) -> None:
        """Count a duration.

        Args:
            series: the number of the series.
            seconds: from 0 to `MAX_SECONDS`.

        Raises:
            NoRoomError: the temporary file cannot be written.
        """
        self._held[series << _PLACES | round(seconds * PER_SECOND)] += 1
        if len(self._held) > self._most:
            self._store()

    def percentiles(self) -> dict[int, Percentiles]:
        """Return the percentiles of each series, by nearest rank: of ten calls, p50 is the fifth.

        Raises:
            NoRoomError: the temporary file cannot be written, or read.
        """
        totals: Counter[int] = Counter()
        for key, calls in self._bars():
            totals[key >> _PLACES] += calls
        found = {series: [_Rank(total, HALF), _Rank(total, MOST)] for series, total in totals.items()}
        for key, calls in self._bars():
            for rank in found[key >> _PLACES]:
                rank.advance(key & (1 << _PLACES) - 1, calls)
        return {series: Percentiles(*(rank.seconds for rank in ranks)) for series, ranks in found.items()}

    def _bars(self) -> Iterator[tuple[int, int]]:
        """Yield every bar with its calls, by series and then by duration."""
        if self._stored is None:
            yield from sorted(self._held.items())
            return
        self._store()
        with _reported():
            yield from self._stored.execute("SELECT key, calls FROM bars ORDER BY key")

    def _store(self) -> None:
        """Move what is held to the temporary file, which nobody else can read and which goes with the process."""
        try:
            import sqlite3
        except ImportError:
            self._most = inf
            return
        with _reported():
            if self._stored is None:
                self._stored = sqlite3.connect("", isolation_level=None)
                self._stored.execute("CREATE TABLE bars (key INTEGER PRIMARY KEY, calls INTEGER)")
            self._stored.execute("BEGIN")
            self._stored.executemany(
                "INSERT INTO bars VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET calls = calls + excluded.calls",
                self._held.items(),
            )
            self._stored.execute("COMMIT")
        self._held.clear()


@contextmanager
def _reported() -> Iterator[None]:
    """Report that the temporary file cannot be used.

    Raises:
        NoRoomError: it cannot.
    """
    import sqlite3

    try:
        yield
    except sqlite3.Error as error:
        raise NoRoomError(f"the temporary file for the percentiles cannot be written: {error}") from None


class _Rank:
    """Looks for the call at a percentile, while the bars pass by."""

    def __init__(self, total: int, percent: int) -> None:
        self._left = -(-total * percent // 100)
        self.seconds: float | None = None

    def advance(self, bar: int, calls: int) -> None:
        """Pass a bar."""
        self._left -= calls
        if self._left <= 0 and self.seconds is None:
            self.seconds = bar / PER_SECOND
