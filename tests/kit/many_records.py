"""Records of many calls, made up, and what is drawn of their figures."""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from callinspect.figures import Counting, Statistics
from callinspect.figures.counting import By
from callinspect.model import Outcome
from callinspect.render import people
from callinspect.render.style import Style

NOW = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)

CAUSES = {
    Outcome.BUSY: ("486", "Busy Here", "The called party was busy"),
    Outcome.NO_ANSWER: ("timeout", "No answer", "Nobody answered within the call's timeout"),
    Outcome.FAILED: ("no-route", "No route", "The carrier has no route to the number, or the number does not exist"),
}
PROVIDERS = ("acme", "beta")

Record = Mapping[str, Any]


def written(at: datetime) -> str:
    """Return a time as records have it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(at: datetime | None = NOW, outcome: str | None = Outcome.ANSWERED, **fields: Any) -> dict[str, Any]:
    """Return the record of a call that ended, or with another state."""
    return {
        "provider": "acme",
        "state": "ended",
        "outcome": outcome,
        "created_at": at and written(at),
        "answered_at": at and written(at) if outcome == Outcome.ANSWERED else None,
        **fields,
    }


def spread(count: int, time: timedelta, seed: int = 1) -> list[dict[str, Any]]:
    """Return records of calls with every outcome, over a stretch of time until now."""
    chance = random.Random(seed)
    every = list(Outcome)
    found = []
    for number in range(count):
        outcome = every[number] if number < len(every) else chance.choices(every, [50, 15, 10, 8, 4, 5, 2, 1])[0]
        code, title, explanation = CAUSES.get(outcome, (None, None, None))
        found.append(
            record(
                NOW - chance.random() * time,
                outcome,
                provider=chance.choice(PROVIDERS),
                durations={"ring": chance.expovariate(0.1), "talk": chance.expovariate(0.01)},
                cause={"code": code, "title": title, "explanation": explanation} if code else None,
                cost={"amount": "0.0085", "currency": "USD"},
            )
        )
    return found


def counted(records: Iterable[Record], *, by: str | None = None, most: int = 48, zone: tzinfo = UTC) -> Statistics:
    """Return the figures of records, with groups by a key of theirs."""
    grouping = By(by, lambda each: each.get(by), is_time=by in {"hour", "day"}) if by else None
    counting = Counting(grouping, zone=zone, now=NOW)
    for each in records:
        counting.add(each)
    return counting.statistics(most)


def drawn(records: Iterable[Record], *, by: str | None = None, zone: tzinfo = UTC, **style: Any) -> str:
    """Return what people see of the figures of records."""
    return people.statistics(counted(records, by=by, zone=zone), Style(zone=zone, **style))
