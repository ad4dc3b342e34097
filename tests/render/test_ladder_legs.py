"""What the ladder of a call shows of its other legs: who is on them, whether they talk, and what was not read."""

import pytest
from kit.ladders import CALLED, CALLER, below, call, entry, ladder_lines

from callinspect.model import Call, Cause, Direction, Party, Relation, State
from callinspect.model.related import Leg
from callinspect.model.timeline import Happened

CREATED, ANSWERED = entry("10:00:00", Happened.CREATED, "/to"), entry("10:00:02", Happened.ANSWERED, "/to")
THIRD = Party(number="+19195550199")


def active_leg(from_: Party | None, to: Party | None, number: int = 2) -> Leg:
    """Return a leg of an account's record that is going on."""
    id_ = f"c-{number}"
    going_on = Call("vendor", id_, direction=Direction.INBOUND, state=State.ACTIVE, from_=from_, to=to, related=None)
    return Leg(Relation.SIBLING, id_, going_on)


@pytest.mark.parametrize(("from_", "to"), [(CALLED, None), (None, CALLED), (None, None)])
def test_who_is_not_reported_on_a_leg_has_no_lifeline(from_: Party | None, to: Party | None) -> None:
    told = [
        CREATED,
        ANSWERED,
        *(entry(f"10:00:0{number + 3}", Happened.CREATED, leg=f"c-{number}") for number in (2, 3)),
    ]
    sent = call(CALLER, CALLED, told, (active_leg(CALLED, THIRD), active_leg(from_, to, 3)))
    assert below(sent) == [
        "               A          B          C",
        " 10:00:00.000  ┆─────────▶┆             created",
        " 10:00:02.000  ┃◀─────────┃             answered, rang 2 s",
        " 10:00:05.000  ┃          ┃─────────▶┆  leg 2 created",
        " 10:00:06.000  ┃          ┃          ┆  leg 3 created",
    ]


@pytest.mark.parametrize(("state", "mark"), [("active", "┃"), ("held", "▒")])
def test_who_is_on_an_active_leg_talks_when_it_is_read(state: str, mark: str) -> None:
    """Whether or not the call itself is on hold, and although nobody says when the leg was answered."""
    told = [
        CREATED,
        entry("10:00:01", Happened.CREATED, leg="c-2"),
        ANSWERED,
        entry("10:00:09", Happened.OBSERVED, detail=state),
    ]
    assert below(call(CALLER, CALLED, told, (active_leg(CALLED, THIRD),)))[2:] == [
        " 10:00:01.000  ┆          ┆─────────▶┆  leg 2 created",
        " 10:00:02.000  ┃◀─────────┃          ┆  answered, rang 2 s",
        f" 10:00:09.000  {mark}          ┃          ┃  still {'on hold' if state == 'held' else state} when read",
    ]


def test_the_legend_says_which_leg_could_not_be_read() -> None:
    unread = Leg(Relation.SIBLING, "c-3")
    sent = call(CALLER, CALLED, [CREATED], (active_leg(CALLED, THIRD), unread))
    assert ladder_lines(sent)[2:4] == [" leg 2  c-2  sibling", " leg 3  c-3  sibling, could not be read"]


def test_the_cause_in_the_heading_is_not_at_the_end_again() -> None:
    """That of a leg is, which has no heading of its own."""
    told = [
        CREATED,
        ANSWERED,
        entry("10:00:03", Happened.CREATED, leg="c-2"),
        entry("10:00:08", Happened.ENDED, None, "c-2", "completed"),
        entry("10:00:09", Happened.ENDED, detail="completed"),
    ]
    sent = call(CALLER, CALLED, told, (active_leg(CALLED, THIRD),))._replace(cause=Cause("completed"))
    assert [line[40:] for line in below(sent)[-2:]] == [
        "leg 2 ended: completed",
        "ended, talked 7 s",
    ]
