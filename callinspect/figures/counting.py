"""Counts records as they come."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from callinspect.figures.ends import OUTCOMES, End, end, moment, time
from callinspect.figures.notes import Notes
from callinspect.figures.results import CauseCount, Figures, Group, Percentiles, Statistics
from callinspect.figures.slots import MAX_SLOTS, Slots
from callinspect.figures.spread import Spread
from callinspect.model.words import Outcome, State

GOING_ON = frozenset(State) - {State.ENDED, State.UNKNOWN}

MAX_GROUPS = 10_000
"""Groups, and causes, that are told apart: a year has fewer hours. Calls beyond them are counted together."""

OTHERS = "(others)"

MEANING = ("title", "explanation")
"""What a cause means, in our words."""

MAX_EXPLANATIONS = 20
"""Explanations of one cause that are told apart: one side hung up, or the other, before an answer or later."""

MAX_EXPONENT = 15
"""Of the cost of a call, in powers of ten; sums are written out."""


class By(NamedTuple):
    """What groups are made by.

    Attributes:
        field: its name.
        value: returns a record's value, hashable; None if it has none.
        is_time: whether the groups are in the order of their values, as times are; else the largest comes first.
    """

    field: str
    value: Callable[[Mapping[str, Any]], Any]
    is_time: bool = False


class Counting:
    """Counts records, in memory that does not grow with their number.

    Args:
        by: what to make groups by, None for none.
        zone: the zone of days, None for the local one.
        now: the present, by which a call is in the future; None for that of the clock.
    """

    def __init__(self, by: By | None = None, *, zone: tzinfo | None = UTC, now: datetime | None = None) -> None:
        self._by = by
        self._spread = Spread()
        self._overall = _Count(0)
        self._groups: dict[Any, _Count] = {}  # by value; true and false in a tuple, since to Python they are 1 and 0
        self._causes: dict[tuple[str, str, str | None], Counter[tuple[str | None, bool]]] = {}
        self._slots = Slots(zone)
        self._notes = Notes(now or datetime.now(UTC))

    def add(self, record: Mapping[str, Any]) -> None:
        """Count a call. What its record has in another form than records have is taken as unknown.

        Args:
            record: its record, parsed; a key that is missing is null.
        """
        state = record.get("state")
        found = end(record) if state == State.ENDED else None
        is_going_on = isinstance(state, str) and state in GOING_ON
        counts = [self._overall] if self._by is None else [self._overall, self._group(self._by.value(record))]
        for count in counts:
            count.add(found, self._spread, is_going_on=is_going_on)
        if found is not None and record.get("ended_by") is None:
            self._notes.unclear += found.outcome == Outcome.CANCELED and not found.is_effective
        if (cost := record.get("cost")) is not None:
            self._add_cost(cost, counts)
        at = time(record)
        self._notes.add_time(at, is_drawn=found is not None)
        if found is None:
            return
        if at is not None:
            self._slots.add(at, found.outcome)
            ended_at = moment(record.get("ended_at"))
            self._notes.backwards += ended_at is not None and ended_at < at
        if (cause := record.get("cause")) is not None:
            self._add_cause(str(record.get("provider")), cause, is_answered=found.is_answered)

    def leave_out(self) -> None:
        """Note a call that is not counted because it has no time."""
        self._notes.left_out += 1

    def statistics(self, most: int = MAX_SLOTS) -> Statistics:
        """Return what was counted so far.

        Args:
            most: how many slots of time there may be.
        """
        percentiles = self._spread.percentiles()
        groups = [
            Group(key[0] if isinstance(key, tuple) else key, count.figures(percentiles))
            for key, count in self._groups.items()
        ]
        groups.sort(key=_by_value if self._by and self._by.is_time else _by_size)
        causes = [_cause(*key, explanations) for key, explanations in self._causes.items()]
        overall = self._overall.figures(percentiles)
        return Statistics(
            overall=overall,
            field=self._by.field if self._by else None,
            groups=groups,
            causes=sorted(causes, key=lambda each: (-each.calls, each.provider, each.code, each.title or "")),
            slots=self._slots.slots(OUTCOMES, most),
            notes=self._notes.sentences(overall, MAX_GROUPS),
            first=self._notes.first,
            last=self._notes.last,
        )

    def _group(self, value: Any) -> "_Count":
        key = (value,) if isinstance(value, bool) else value
        if key not in self._groups and value is not None and len(self._groups) >= MAX_GROUPS:
            key = OTHERS
            self._notes.ungrouped += 1
        found = self._groups.get(key)
        if found is None:
            found = self._groups[key] = _Count(2 * len(self._groups) + 2)
        return found

    def _add_cost(self, cost: Any, counts: "list[_Count]") -> None:
        amount = _amount(cost)
        if amount is None:
            self._notes.unreadable += 1
            return
        currency = cost["currency"]
        for count in counts:
            count.cost[currency] = count.cost.get(currency, Decimal()) + amount

    def _add_cause(self, provider: str, cause: Any, *, is_answered: bool) -> None:
        code = cause.get("code") if isinstance(cause, dict) else None
        if not isinstance(code, str):
            return
        title, explanation = (each if isinstance(each, str) else None for each in map(cause.get, MEANING))
        key = (provider, code, title)
        if key not in self._causes and len(self._causes) >= MAX_GROUPS:
            key, explanation = (OTHERS, OTHERS, None), None
        found = self._causes.get(key)
        if found is None:
            found = self._causes[key] = Counter()
        found[explanation if len(found) < 2 * MAX_EXPLANATIONS else None, is_answered] += 1


class _Count:
    """What is counted of a group. In the spread, `series` is the number of its times of ringing, the next of talk."""

    __slots__ = (
        "answered", "attempts", "calls", "cost", "effective", "ended", "going_on", "outcomes", "rung", "series", "talk",
        "timed",
    )  # fmt: skip

    def __init__(self, series: int) -> None:
        self.series = series
        self.calls = self.ended = self.going_on = self.answered = self.attempts = self.effective = 0
        self.rung = self.timed = 0
        self.talk = 0  # in milliseconds, which add up exactly
        self.outcomes: dict[str, int] = {}
        self.cost: dict[str, Decimal] = {}

    def add(self, found: End | None, spread: Spread, *, is_going_on: bool) -> None:
        """Count a call, and how it ended if it has ended."""
        self.calls += 1
        self.going_on += is_going_on
        if found is None:
            return
        self.ended += 1
        self.outcomes[found.outcome] = self.outcomes.get(found.outcome, 0) + 1
        self.answered += found.is_answered
        self.attempts += found.is_counted
        self.effective += found.is_effective
        if found.ring is not None:
            self.rung += 1
            spread.add(self.series, found.ring)
        if found.talk is not None:
            self.timed += 1
            self.talk += round(found.talk * 1000)
            spread.add(self.series + 1, found.talk)

    @property
    def is_silent(self) -> bool:
        """Whether it is known that nobody talked: no call was answered, and there is none that may have been."""
        return not self.answered and self.ended == self.attempts

    def figures(self, percentiles: Mapping[int, Percentiles]) -> Figures:
        """Return the figures, given the percentiles of each series."""
        return Figures(
            calls=self.calls,
            ended=self.ended,
            going_on=self.going_on,
            outcomes={outcome: self.outcomes.get(outcome, 0) for outcome in OUTCOMES},
            asr=_share(self.answered, self.attempts),
            ner=_share(self.effective, self.attempts),
            acd=round(self.talk / self.timed / 1000, 3) if self.timed else None,
            ring=percentiles.get(self.series, Percentiles()),
            talk=percentiles.get(self.series + 1, Percentiles()),
            minutes=round(self.talk / 60_000, 3) if self.timed or self.is_silent else None,
            cost={currency: f"{amount:f}" for currency, amount in sorted(self.cost.items())},
            answered=self.answered,
            attempts=self.attempts,
            timed=self.timed,
            rung=self.rung,
        )


def _cause(provider: str, code: str, title: str | None, found: Counter[tuple[str | None, bool]]) -> CauseCount:
    explanations: Counter[str | None] = Counter()
    for (explanation, _), calls in found.items():
        explanations[explanation] += calls
    (most, _), *others = explanations.most_common()
    unanswered = sum(calls for (_, is_answered), calls in found.items() if not is_answered)
    return CauseCount(provider, code, title, found.total(), most, is_mixed=bool(others), unanswered=unanswered)


def _amount(cost: Any) -> Decimal | None:
    """Return the amount of a cost, which may be a number; None if it cannot be read, or has no currency."""
    if not isinstance(cost, dict) or not isinstance(cost.get("currency"), str):
        return None
    amount = cost.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        return None
    try:
        found = Decimal(str(amount))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= MAX_EXPONENT else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _by_value(group: Group) -> tuple[bool, str]:
    return group.value is None, str(group.value)


def _by_size(group: Group) -> tuple[bool, int, str]:
    return group.value is None, -group.figures.calls, str(group.value)
