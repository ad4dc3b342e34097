"""Where we want to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.installed import vendors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.measure import Measure


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One goal.

    Attributes:
        title: what it is about.
        measure: name of the measure.
        peer: name of the measure of the same rounds that it is a ratio to; None where the value itself counts.
        most: what it is to be at the most; None where more is better.
        least: what it is to be at the least.
        stretch: what would be better still.
    """

    title: str
    measure: str
    peer: str | None = None
    most: float | None = None
    least: float | None = None
    stretch: float | None = None

    def reached(self, measures: Mapping[str, Measure]) -> float | None:
        """Return the median over all rounds, of ratios where there is a peer; None where it was not measured."""
        if self.measure not in measures or (self.peer or self.measure) not in measures:
            return None
        measure = measures[self.measure]
        return measure.median if self.peer is None else measure.ratio(measures[self.peer])

    def verdict(self, value: float | None) -> str:
        """Return how a value stands to the goal."""
        if value is None:
            return "not measured"
        if self.stretch is not None and self._is_met(value, self.stretch):
            return "stretch"
        limit = self.least if self.most is None else self.most
        return "met" if limit is not None and self._is_met(value, limit) else "**missed**"

    def _is_met(self, value: float, limit: float) -> bool:
        return value >= limit if self.most is None else value <= limit

    @property
    def limit(self) -> str:
        """The goal in signs."""
        sign, limit = ("≥", self.least) if self.most is None else ("≤", self.most)
        return f"{sign} {limit:g}"


GET = "callinspect get -o json"
BARE = "bare httpx"
AS_IT_COMES = f"{BARE}, a bundle of certificates"
"""With as many authorities as httpx trusts by default, all of which it reads; callinspect looks up the one it needs."""

START = "python -c pass"

ADDED = "what a Secret Service adds"

TYPED = ("a command", "an option", "a provider")
"""What is completed by a TAB."""

STATS = "callinspect stats"
BY_HOUR = f"{STATS} --by hour"
TENTH = f"{STATS}, a tenth of the records"
COUNTED = "jq -n reduce inputs"

ALL, FOUR = "all vendors", "four vendors"
FREE = ("--version", *(f"TAB: {what}" for what in TYPED), "--help", "get -o json", "explain sip 486")
"""What more vendors are to cost nothing."""

A_HUNDRED = ("100 at once", "100 at once, ten times as many")

GOALS = (
    Goal(title="one call, certificates as each has them", measure=GET, peer=AS_IT_COMES, most=0.80, stretch=0.70),
    Goal(title="one call, one authority for both", measure=GET, peer=BARE, most=1.10, stretch=0.90),
    Goal(title="one call, credentials in the environment", measure=GET, peer="twilio-cli", most=0.20),
    Goal(title="one call, credentials in the environment", measure=GET, peer="httpie", most=0.5),
    Goal(title="what a Secret Service adds to one call", measure=ADDED, peer=AS_IT_COMES, most=0.35, stretch=0.25),
    Goal(title="one call on a terminal", measure="callinspect get, card", peer=AS_IT_COMES, most=1.00, stretch=0.85),
    Goal(title="the same, one authority for both", measure="callinspect get, card", peer=BARE, most=1.45, stretch=1.25),
    Goal(title="memory of one call, MiB", measure=f"memory: {GET}", most=30, stretch=26),
    Goal(title="start: --version", measure="callinspect --version", peer=START, most=1.8, stretch=1.3),
    *(Goal(title=f"start: one TAB, {what}", measure=f"TAB: {what}", peer=START, most=4, stretch=2.5) for what in TYPED),
    Goal(title="start: explain sip 486", measure="callinspect explain sip 486", peer=START, most=8, stretch=5),
    Goal(title="start: --help", measure="callinspect --help", peer=START, most=13, stretch=8),
    *(
        Goal(
            title=f"thousands: 50 ms, {jobs}",
            measure=f"callinspect get -, 50 ms, {jobs}",
            peer=f"curl -Z, 50 ms, {jobs}",
            least=least,
            stretch=stretch,
        )
        for jobs, least, stretch in (("32 at once", 0.90, 0.95), *((each, 0.75, 0.87) for each in A_HUNDRED))
    ),
    Goal(
        title="thousands: no latency, 32 at once",
        measure="callinspect get -, no latency, 32 at once",
        peer="xargs -P curl, jq, no latency, 32 at once",
        least=7,
        stretch=13,
    ),
    *(
        Goal(
            title=f"thousands: memory, {what}, MiB",
            measure=f"memory: callinspect get -, {what}",
            most=45,
        )
        for what in ("no latency, 32 at once", "no latency, 100 at once", "50 ms, 100 at once", "to the end of many")
    ),
    Goal(
        title="thousands: memory, end of many to their first tenth",
        measure="memory: callinspect get -, to the end of many",
        peer="memory: callinspect get -, in the first tenth of many",
        most=1.1,
    ),
    *(
        Goal(title=f"a record, {vendor}, ms of CPU", measure=f"record: {vendor}", most=0.1, stretch=0.05)
        for vendor in vendors()
    ),
    *(
        Goal(
            title=f"many records: {name.removeprefix('callinspect ')}", measure=name, peer=COUNTED, most=1.5, stretch=1
        )
        for name in (STATS, BY_HOUR)
    ),
    *(
        Goal(title=f"memory of {name.removeprefix('callinspect ')}, MiB", measure=f"memory: {name}", most=60)
        for name in (STATS, BY_HOUR)
    ),
    Goal(title="memory of stats, all to a tenth", measure=f"memory: {STATS}", peer=f"memory: {TENTH}", most=1.1),
    *(
        Goal(title=f"all vendors instead of four: {line}", measure=f"{line}, {ALL}", peer=f"{line}, {FOUR}", most=1.03)
        for line in FREE
    ),
)
