"""Records of calls as no vendor would send them in such variety: random, and valid by the schema."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from callinspect.model import Call
from callinspect.model.writing import record

BLANK = record(Call("bandwidth", "blank"))
STATES = ("ended",) * 12 + ("queued", "dialing", "ringing", "active", "held", "unknown")
OUTCOMES = ("answered",) * 8 + ("no-answer", "busy", "canceled", "rejected", "failed", "unanswered", "unknown")
PROVIDERS = ("bandwidth", "twilio", "genesyscloud", "asterisk")
CODES = ("hangup", "busy", "no-answer", "486", None)
BEGAN = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)
DAYS = 3.0


def records(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield random records; the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        yield _record(chance, number)


def lines(count: int, seed: int = 1) -> str:
    """Return random records as JSON Lines."""
    return "".join(f"{json.dumps(each, separators=(',', ':'))}\n" for each in records(count, seed))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _record(chance: random.Random, number: int) -> dict[str, Any]:
    state, provider = chance.choice(STATES), chance.choice(PROVIDERS)
    outcome = chance.choice(OUTCOMES) if state == "ended" else None
    created = BEGAN + timedelta(days=DAYS * chance.random() ** 2) if chance.random() < 0.95 else None
    answered = None
    if created and (outcome == "answered" or state in {"active", "held"} or chance.random() < 0.05):
        answered = created + timedelta(milliseconds=chance.randrange(60_000))
    ended = None
    if created and state == "ended":
        ended = (answered or created) + timedelta(milliseconds=int(chance.expovariate(1 / 200_000)))
    ring = (answered - created).total_seconds() if created and answered else None
    talk = (ended - answered).total_seconds() if answered and ended and chance.random() < 0.9 else None
    code = chance.choice(CODES) if state == "ended" else None
    cost = {"amount": f"{chance.randrange(10**6) / 10**6:.6f}", "currency": chance.choice(("USD", "EUR"))}
    return {
        **BLANK,
        "provider": provider,
        "id": f"call-{number}",
        "direction": chance.choice(("inbound", "outbound", "unknown")),
        "state": state,
        "outcome": outcome,
        "ended_by": chance.choice(("caller", "callee", "platform", None)) if state == "ended" else None,
        "cause": {**dict.fromkeys(("title", "explanation")), "code": code} if code else None,
        "created_at": _text(created),
        "answered_at": _text(answered),
        "ended_at": _text(ended),
        "durations": {**BLANK["durations"], "ring": ring, "talk": talk},
        "cost": cost if chance.random() < 0.3 else None,
    }
