"""What is folded out of the participants of a conversation of Genesys Cloud: who called whom, when, and where it is."""

from datetime import datetime
from typing import Any, NamedTuple

from second_opinion.reading import Call, instant

OUTSIDE = ("customer", "external")
PEOPLE = ("agent", "user")
MACHINES = (
    *("ivr", "acd", "workflow", "botflow", "voicesurveyflow", "voicemail", "dialer", "campaign", "api", "fax"),
    *("group", "station", "manual", "inbound", "outbound"),
)
SUPERVISING = ("monitoredParticipantId", "coachedParticipantId", "bargedParticipantId")
OVER = ("terminated", "disconnected")
SETTING_UP = ("dialing", "contacting", "offering")


class Fold(NamedTuple):
    """The participants of a conversation, by what they are in it.

    Attributes:
        everyone: in the order in which they joined.
        customer: the first from outside.
        people: those within who are no supervisors.
        direction: of the call.
        calling: the one within who calls another within.
        called: whose word says how the call ended: the customer, or of an internal call the one who is called.
        answering: those whose connection is an answer.
    """

    everyone: list[Call]
    customer: Call | None
    people: list[Call]
    direction: str
    calling: Call | None
    called: Call | None
    answering: list[Call]


def folded(participants: list[Call], originating: str | None = None) -> Fold:
    """Return the participants by what they are; where the call came from is said of the customer, or of the whole."""
    everyone = _joined(participants)
    outside = [each for each in everyone if each.get("purpose") in OUTSIDE]
    people = [each for each in everyone if each.get("purpose") in PEOPLE and not any(map(each.get, SUPERVISING))]
    customer = outside[0] if outside else None
    if customer is None:
        calling = next((each for each in people if each.get("direction") == "outbound"), people[0] if people else None)
        called = next((each for each in people if each is not calling), None)
        answering = [called] if called else []
        return Fold(everyone, None, people, "internal" if people else "unknown", calling, called, answering)
    direction = customer.get("direction") or originating
    answering = [customer] if direction == "outbound" else [*people, *outside[1:]]
    said = direction if direction in {"inbound", "outbound"} else "unknown"
    return Fold(everyone, customer, people, said, None, customer, answering)


def _joined(participants: list[Call]) -> list[Call]:
    """Return participants in the order of their start; one without a start keeps its place."""
    timed = iter(sorted((each for each in participants if each.get("startTime")), key=_start))
    return [next(timed) if each.get("startTime") else each for each in participants]


def _start(participant: Call) -> str:
    return str(instant(participant["startTime"]))


def is_over(participant: Call) -> bool:
    return bool(participant.get("endTime")) or participant.get("state") in OVER


def answered_at(fold: Fold) -> datetime | None:
    return min(moments(fold.answering, "connectedTime"), default=None)


def moments(participants: list[Call], name: str) -> list[datetime]:
    """Return the times of that name that participants have."""
    return [found for each in participants if (found := instant(each.get(name)))]


def state(fold: Fold) -> str:
    """Return where a call stands."""
    going = [each for each in fold.everyone if not is_over(each)]
    if not going:
        return "ended" if fold.everyone else "unknown"
    return next((name for name, is_so in _signs(fold, going).items() if is_so), "unknown").rstrip("0123456789")


def _signs(fold: Fold, going: list[Call]) -> dict[str, bool]:
    """Return what tells each state, in the order in which it counts; a number tells those of one state apart."""

    def some(participants: list[Any], *states: str) -> bool:
        return any(each.get("state") in states for each in participants if each in going)

    talking = some(fold.answering, "connected")
    on_hold = any(each.get("held") for each in going if each in [*fold.people, fold.customer])
    machines = [each for each in going if each.get("purpose") in MACHINES]
    called = [fold.customer] if fold.direction == "outbound" else []
    return {
        "held": some(going, "parked"),
        "held1": talking and on_hold,
        "active": talking,
        "ringing": some(called, "alerting"),
        "dialing": some(called, *SETTING_UP),
        "ringing1": some(fold.answering, "alerting", "offering"),
        "queued": some([each for each in machines if each.get("purpose") == "acd"], "connected"),
        "active1": some(machines, "connected"),
        "dialing1": some(going, "dialing", "contacting"),
    }
