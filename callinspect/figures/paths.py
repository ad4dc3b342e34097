"""Names: of the figures, as they are chosen, and of what groups are made by."""

from callinspect.figures.ends import OUTCOMES

GROUPS = ("provider", "direction", "country", "cause", "hour", "day", "from", "to")
"""What groups are made by; any other field of a record is as good."""

_RATES = ("asr", "ner", "acd", "ring.p50", "ring.p95", "talk.p50", "talk.p95", "minutes")

COLUMNS = (
    *("by", "value", "calls", "ended", "going_on"),
    *(f"outcomes.{outcome}" for outcome in OUTCOMES),
    *(*_RATES, "cost"),
)
"""The columns of CSV."""

KEYS = (
    *("overall", *(f"overall.{key}" for key in (*COLUMNS[2:], "outcomes", "ring", "talk"))),
    *(f"overall.cost.{key}" for key in ("amount", "currency")),
    *("by", "by.field", "by.groups", "by.groups.value"),
    *(f"by.groups.{key}" for key in (*COLUMNS[2:], "outcomes", "ring", "talk", "cost.amount", "cost.currency")),
    *("causes", *(f"causes.{key}" for key in ("provider", "code", "title", "calls"))),
    *("slots", "slots.at", "slots.seconds", "slots.outcomes", *(f"slots.outcomes.{outcome}" for outcome in OUTCOMES)),
)
"""Every path of the figures as JSON, without the places in arrays."""
