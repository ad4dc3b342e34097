"""Calls with several parties, with the timelines that their records give."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from callinspect.model import (
    Call,
    Direction,
    EndedBy,
    Outcome,
    Party,
    Reason,
    Recall,
    Redirection,
    Related,
    Relation,
    State,
)
from callinspect.model.further import Role
from callinspect.model.related import Leg
from callinspect.model.timeline import Entry, Happened
from callinspect.render.harmless import harmless
from callinspect.render.ladder import Ladder
from callinspect.render.layout import to_text
from callinspect.render.style import Style

DAY = datetime(2026, 11, 26, tzinfo=UTC)


def at(clock: str) -> datetime:
    """Return a time of the day of all calls here."""
    hours, minutes, seconds = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))


def entry(
    clock: str | None,
    event: Happened,
    party: str | None = None,
    leg: str | None = None,
    detail: str | None = None,
    source: str = "",
) -> Entry:
    """Return an entry of a timeline."""
    return Entry(at(clock) if clock else None, event, party=party, leg=leg, detail=detail, source=source)


def leg(id_: str, from_: Party | None, to: Party | None, relation: Relation = Relation.CHILD) -> Leg:
    """Return an inbound leg that is over."""
    over = Call("vendor", id_, direction=Direction.INBOUND, state=State.ENDED, from_=from_, to=to, related=None)
    return Leg(relation, id_, over._replace(is_of_user=True))


def call(
    from_: Party | None,
    to: Party | None,
    entries: Iterable[Entry],
    legs: tuple[Leg, ...] = (),
    direction: Direction = Direction.INBOUND,
) -> Call:
    """Return a call of several legs, of a user's record."""
    sent = Call("vendor", "c-1", direction=direction, from_=from_, to=to, is_of_user=True)
    return sent._replace(related=Related(legs=legs), timeline=tuple(entries))


CALLER, CALLED = Party(number="+19195550143"), Party(number="+19195550134")

TRANSFER = call(
    CALLER,
    CALLED,
    [
        entry("10:17:34.621", Happened.CREATED, "/to"),
        entry("10:17:36.1", Happened.ANSWERED, "/to"),
        entry("10:18:02.4", Happened.CREATED, "/related/legs/0/call/to", "c-2"),
        entry("10:18:06.4", Happened.ANSWERED, "/related/legs/0/call/to", "c-2"),
        entry("10:19:05.9", Happened.ENDED, None, "c-2", "hangup"),
        entry("10:19:06.1", Happened.ENDED, detail="hangup"),
    ],
    (leg("c-2", Party(number="19195550134"), Party(uri="sip:agent@voice.example.com")),),
)
"""The called party calls somebody else and is connected."""

CONFERENCE = call(
    Party(number="+19195550100"),
    Party(number="+19195550101"),
    [
        entry("14:00:00", Happened.CREATED, "/to"),
        entry("14:00:04", Happened.ANSWERED, "/to"),
        entry("14:00:30", Happened.CREATED, "/related/legs/0/call/to", "c-2"),
        entry("14:00:30", Happened.JOINED, "/related/legs/0/call/from", "c-2"),
        entry("14:01:10", Happened.CREATED, "/related/legs/1/call/to", "c-3"),
        entry("14:01:10", Happened.JOINED, "/related/legs/1/call/from", "c-3"),
        entry("14:05:00", Happened.LEFT, "/related/legs/0/call/from", "c-2", "NORMAL_CLEARING"),
        entry("14:20:00", Happened.ENDED),
        entry("14:20:00", Happened.ENDED, None, "c-3"),
    ],
    (
        leg("c-2", Party(number="+442079460000"), Party(number="+19195550101"), Relation.SIBLING),
        leg("c-3", Party(uri="sip:dana@example.com"), Party(number="+19195550101"), Relation.SIBLING),
    ),
)
"""Two more call in; one of them leaves before the end."""

QUEUE = call(
    Party(number="+4930901820"),
    Party(name="Support", role=Role.QUEUE),
    [
        entry("9:00:00", Happened.QUEUED, "/to"),
        entry("9:00:12", Happened.RINGING, "/participants/0"),
        entry("9:00:27", Happened.DECLINED, "/participants/0"),
        entry("9:00:27.5", Happened.RINGING, "/participants/1"),
        entry("9:00:35", Happened.DECLINED, "/participants/1"),
        entry("9:00:36", Happened.RINGING, "/participants/2"),
        entry("9:00:40", Happened.ANSWERED, "/participants/2"),
        entry("9:06:40", Happened.ENDED, "/from"),
    ],
)._replace(
    ended_by=EndedBy.CALLER,
    outcome=Outcome.ANSWERED,
    participants=tuple(Party(name=f"agent {number}", role=Role.AGENT) for number in (1, 2, 3)),
)
"""Two agents decline, the third answers."""

RILEY, DANA = Party(name="Riley Fisher", number="+14155550142"), Party(name="Dana Whitfield", number="2107")

REDIRECTED = call(
    RILEY,
    None,
    [
        entry(None, Happened.CALLED, "/redirections/1/party"),
        entry(None, Happened.REDIRECTED, "/redirections/1/party", detail="call-queue"),
        entry(None, Happened.REDIRECTED, "/redirections/0/party", detail="busy"),
        entry("5:04:50.708", Happened.CREATED),
        entry("5:04:52", Happened.OBSERVED, detail="ringing"),
    ],
)._replace(
    redirections=(
        Redirection(Reason.BUSY, party=DANA),
        Redirection(Reason.CALL_QUEUE, party=Party(name="Support queue", number="8000")),
    )
)
"""A chain of redirections that leads to the user."""

PARKED = call(
    RILEY,
    None,
    [
        entry(None, Happened.PARKED, "/recall/party"),
        entry("5:04:54.016", Happened.CREATED, detail="recall (park)"),
    ],
)._replace(recall=Recall("park", DANA))
"""A parked call that comes back to the user."""


def ladder_lines(sent: Call, width: int = 80, *, is_ascii: bool = False, now: datetime | None = None) -> list[str]:
    """Return the ladder of a call, with its legend, as it is shown on a terminal of that width, in UTC."""
    style = Style(width=width, ascii=is_ascii, encoding="ascii" if is_ascii else "utf-8", zone=UTC)
    return to_text(Ladder(harmless(sent, style), style).lines(now), style).splitlines()


def below(sent: Call, width: int = 80, *, is_ascii: bool = False, now: datetime | None = None) -> list[str]:
    """Return the lines below the date."""
    lines = ladder_lines(sent, width, is_ascii=is_ascii, now=now)
    return lines[lines.index(" Thu 26 Nov 2026, UTC") + 1 :]
