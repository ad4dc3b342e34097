"""What events name a party for: who it was is in the timeline, and what says the same is one entry."""

import pytest
from kit.timelines import NOON, after, entries

from callinspect.model import Call, Direction, Party, Reason, Redirection, Related, State
from callinspect.model.further import Role
from callinspect.model.related import Event
from callinspect.model.timeline import Happened

CALLER, QUEUE, MENU = Party("+16175550143"), Party(name="Support", role=Role.QUEUE), Party(name="Menu", role=Role.IVR)
ANN, BEN = (Party(role=Role.AGENT, person_id=name) for name in ("ann", "ben"))
GUEST = Party("+16175550188", name="Guest")

OVER = Call(
    "example",
    "c-1",
    direction=Direction.INBOUND,
    state=State.ENDED,
    from_=CALLER,
    to=Party("+16175550199"),
    created_at=after(0),
    answered_at=after(30),
    ended_at=after(60),
    retrieved_at=after(100),
)


def happened(seconds: float, event: Happened, party: str | None, name: str | None = None) -> Event:
    return Event(at=after(seconds), name=name, event=event, party=party)


def lines(call: Call, *events: Event) -> list[str]:
    """Return the timeline between creation and end: when, what, whom it concerns, and how many say so as well."""
    read = entries(call._replace(related=Related(events=events)))
    return [
        f"{(each.at - NOON).total_seconds():g} {each.event} {each.party} +{len(each.also)}" for each in read if each.at
    ]


def of(*parties: Party) -> Call:
    return OVER._replace(participants=parties)


def test_an_entry_names_the_party_of_its_event() -> None:
    assert lines(of(ANN), happened(30.2, Happened.ANSWERED, "/participants/0", "interact")) == [
        "0 created /to +0",
        "30 answered /participants/0 +1",
        "60 ended None +0",
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Happened.RINGING, Happened.OTHER),
        (Happened.QUEUED, Happened.CALLED),
        (Happened.QUEUED, Happened.QUEUED),
        (Happened.RESUMED, Happened.OTHER),
    ],
    ids=str,
)
def test_what_has_just_begun_for_a_party_is_said_once(first: Happened, second: Happened) -> None:
    events = happened(10, first, "/participants/0"), happened(10.9, second, "/participants/0")
    assert lines(of(ANN), *events)[1:-2] == [f"10 {first} /participants/0 +1"]


def test_what_comes_later_than_a_second_stays() -> None:
    events = happened(10, Happened.RINGING, "/participants/0"), happened(11.1, Happened.OTHER, "/participants/0")
    assert len(lines(of(ANN), *events)) == 5


def test_what_concerns_nobody_in_particular_stays() -> None:
    events = happened(10, Happened.RINGING, "/participants/0"), happened(10, Happened.OTHER, None)
    assert "10 other None +0" in lines(of(ANN), *events)


def test_who_joins_is_not_just_rung() -> None:
    """A supervisor joins within a second of the alert."""
    events = happened(40, Happened.RINGING, "/participants/0"), happened(41, Happened.JOINED, "/participants/0")
    assert lines(of(ANN), *events)[2:4] == ["40 ringing /participants/0 +0", "41 joined /participants/0 +0"]


def test_who_answers_has_joined() -> None:
    events = (
        happened(30, Happened.ANSWERED, "/participants/0"),
        happened(30.5, Happened.JOINED, "/participants/0"),
        happened(30.5, Happened.JOINED, "/participants/1"),
    )
    assert lines(of(ANN, BEN), *events)[1:3] == ["30 answered /participants/0 +2", "30.5 joined /participants/1 +0"]


def test_others_with_the_same_fields_are_others() -> None:
    events = [happened(40 + n / 2, Happened.JOINED, f"/participants/{n}") for n in range(2)]
    assert lines(of(GUEST, GUEST), *events)[2:4] == ["40 joined /participants/0 +0", "40.5 joined /participants/1 +0"]


def test_a_person_who_takes_part_twice_is_one() -> None:
    events = [happened(40 + n / 2, Happened.JOINED, f"/participants/{n}") for n in range(2)]
    assert lines(of(ANN, ANN._replace(number="7000")), *events)[2] == "40 joined /participants/0 +1"


def test_a_redirection_with_a_time_is_where_it_happened() -> None:
    chain = (Redirection(Reason.NO_ANSWER, party=ANN, at=after(20)), Redirection(Reason.BUSY, party=CALLER))
    found = entries(OVER._replace(participants=(BEN, ANN), redirections=chain))
    assert [(each.at, each.event, each.party) for each in found[:3]] == [
        (None, "called", "/redirections/1/party"),
        (None, "redirected", "/redirections/1/party"),
        (after(0), "created", "/to"),
    ]
    assert (found[3].at, found[3].party, found[3].detail) == (after(20), "/participants/1", "no-answer")


@pytest.mark.parametrize("event", [Happened.DECLINED, Happened.TRANSFERRED])
def test_who_passes_a_call_on_has_redirected_it(event: Happened) -> None:
    call = of(ANN)._replace(redirections=(Redirection(Reason.NO_ANSWER, party=ANN, at=after(20)),))
    assert lines(call, happened(20.1, event, "/participants/0"))[1] == f"20.1 {event} /participants/0 +1"


def test_a_machine_that_passes_a_call_on_is_seen_by_where_to() -> None:
    events = happened(10, Happened.TRANSFERRED, "/participants/0"), happened(10, Happened.QUEUED, "/participants/1")
    assert lines(of(MENU, QUEUE), *events)[1] == "10 queued /participants/1 +1"


@pytest.mark.parametrize(
    ("event", "party"),
    [(Happened.LEFT, "/participants/0"), (Happened.ENDED, "/participants/0"), (Happened.TRANSFERRED, "/from")],
)
def test_who_leaves_at_the_end_of_the_call_ends_with_it(event: Happened, party: str) -> None:
    assert lines(of(ANN), happened(59.5, event, party))[2:] == ["60 ended None +1"]


def test_an_agent_who_transfers_at_the_end_has_done_so() -> None:
    assert "59.5 transferred /participants/0 +0" in lines(
        of(ANN), happened(59.5, Happened.TRANSFERRED, "/participants/0")
    )


def test_both_ends_answer_once_and_the_called_one_does() -> None:
    events = happened(30, Happened.ANSWERED, "/from"), happened(30, Happened.ANSWERED, "/to")
    assert lines(OVER, *events)[1:-1] == ["30 answered /to +2"]


def test_an_agent_who_calls_is_there_from_the_creation() -> None:
    events = [
        happened(0.2, Happened.CALLED, "/participants/0"),
        happened(0.5, Happened.JOINED, "/participants/0"),
        happened(30, Happened.JOINED, "/participants/0"),
    ]
    outbound = of(ANN)._replace(direction=Direction.OUTBOUND)
    assert lines(outbound, *events)[:-1] == ["0 created /to +2", "30 answered /to +1"]
    assert len(lines(of(ANN), *events)) == 6


def test_parties_by_their_ids_are_not_written() -> None:
    """They say where the record has whom events name, and are not in it themselves."""
    from callinspect.model.writing import record

    named = OVER._replace(members={"m-1": "/from"}, related=Related(events=(happened(1, Happened.OTHER, "/from"),)))
    written = record(named)
    assert "members" not in written
    assert "party" not in written["related"]["events"][0]
    redirected = record(OVER._replace(redirections=(Redirection(Reason.BUSY, party=ANN, at=after(1)),)))
    assert "at" not in redirected["redirections"][0]
