"""Names: of what groups are made by, and of the figures in CSV and in JSON."""

from callinspect.figures.ends import OUTCOMES

HOUR, DAY = "hour", "day"

GROUPS = ("provider", "direction", "country", "cause", "cause.title", HOUR, DAY, "from", "to")
"""What groups are made by; any other field of a record is as good."""

COLUMNS = (
    *("by", "value", "calls", "ended", "going_on"),
    *(f"outcomes.{outcome}" for outcome in OUTCOMES),
    *("asr", "ner", "acd", "ring.p50", "ring.p95", "talk.p50", "talk.p95", "minutes", "cost"),
)
"""The columns of CSV."""

_OF_CALLS = (*COLUMNS[2:], "outcomes", "ring", "talk", "cost.amount", "cost.currency")

KEYS = (
    *("overall", *(f"overall.{key}" for key in _OF_CALLS)),
    *("by", "by.field", "by.groups", "by.groups.value", *(f"by.groups.{key}" for key in _OF_CALLS)),
    *("causes", *(f"causes.{key}" for key in ("provider", "code", "title", "calls"))),
    *("slots", "slots.at", "slots.seconds", "slots.outcomes", *(f"slots.outcomes.{outcome}" for outcome in OUTCOMES)),
)
"""Every path of the figures as JSON, without the places in arrays."""
