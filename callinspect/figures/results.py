"""What was counted: plain values, as they are written and drawn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from callinspect.model.writing import timestamp


class Percentiles(NamedTuple):
    """The seconds that half, and 95 %, of the calls do not exceed, exact to 0.1 s; None if no call has any."""

    p50: float | None = None
    p95: float | None = None


class Figures(NamedTuple):
    """The figures of a group of calls. A rate or duration is None where nothing is known that it could be made from.

    Attributes:
        calls: how many there are.
        ended: how many of them have ended; all that follows but the cost is about these.
        going_on: how many are still going on. The rest is in a state that is not known.
        outcomes: how many have each outcome, every one a key.
        asr: answer-seizure ratio, 0 to 1.
        ner: network effectiveness ratio, 0 to 1.
        acd: average duration of the answered calls in seconds.
        ring: how long it rang, in seconds.
        talk: how long the answered calls lasted, in seconds.
        minutes: how long they lasted together, in minutes.
        cost: what the vendors charge, by currency, as decimal texts.
        answered: how many were answered.
        attempts: how many are counted in the ratios: those that ended with a known outcome.
        timed: how many of the answered calls have a duration, which `acd`, `talk` and `minutes` are made from.
        rung: how many have a time of ringing.
    """

    calls: int
    ended: int
    going_on: int
    outcomes: Mapping[str, int]
    asr: float | None
    ner: float | None
    acd: float | None
    ring: Percentiles
    talk: Percentiles
    minutes: float | None
    cost: Mapping[str, str]
    answered: int
    attempts: int
    timed: int
    rung: int

    def as_dict(self) -> dict[str, Any]:
        """Return what is public of them, as JSON has it."""
        values = self._asdict()
        for name in ("answered", "attempts", "timed", "rung"):
            del values[name]
        cost = [{"amount": amount, "currency": currency} for currency, amount in self.cost.items()]
        return {
            **values,
            "outcomes": dict(self.outcomes),
            "ring": self.ring._asdict(),
            "talk": self.talk._asdict(),
            "cost": cost,
        }


class Group(NamedTuple):
    """The calls that have one value of a field; None stands for those that have none."""

    value: Any
    figures: Figures


class CauseCount(NamedTuple):
    """How many calls ended for one cause: a vendor's word, and what it means.

    The explanation is that of most of these calls; `is_mixed` is whether there are others. `unanswered` is how many of
    the calls were not answered.
    """

    provider: str
    code: str
    title: str | None
    calls: int
    explanation: str | None = None
    is_mixed: bool = False
    unanswered: int = 0


class Slot(NamedTuple):
    """A stretch of time, and how many of the calls of it ended with each outcome.

    One of more than an hour takes an hour more or less than its `seconds` where clocks are changed within it.
    """

    at: datetime
    seconds: int
    outcomes: Mapping[str, int]


class Statistics(NamedTuple):
    """Everything that was counted.

    Attributes:
        overall: the figures of all calls.
        field: the field that groups were made by, None if there are none.
        groups: the groups, in the order in which they are shown.
        causes: the causes, the most frequent first.
        slots: stretches of time of one length without a gap, from the first call to the last.
        notes: what should be known of the figures, a sentence each.
        first: the earliest time of a call, None if none has a time.
        last: the latest one.
    """

    overall: Figures
    field: str | None
    groups: Sequence[Group]
    causes: Sequence[CauseCount]
    slots: Sequence[Slot]
    notes: Sequence[str]
    first: datetime | None = None
    last: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return them as JSON has them."""
        groups = [{"value": each.value, **each.figures.as_dict()} for each in self.groups]
        return {
            "overall": self.overall.as_dict(),
            "by": None if self.field is None else {"field": self.field, "groups": groups},
            "causes": [
                {"provider": each.provider, "code": each.code, "title": each.title, "calls": each.calls}
                for each in self.causes
            ],
            "slots": [
                {"at": timestamp(each.at), "seconds": each.seconds, "outcomes": dict(each.outcomes)}
                for each in self.slots
            ],
        }
