"""What the timeline of a call says, in which order, and where it is from."""

import json
from datetime import timedelta
from typing import Any

import pytest
from kit.timelines import after, entries, told

from callinspect.client.timeline import with_timeline
from callinspect.model import (
    Call,
    Cause,
    Direction,
    EndedBy,
    Party,
    Reason,
    Recall,
    Redirection,
    Related,
    Relation,
    State,
    StoredState,
)
from callinspect.model.related import Event, Leg, StoredRecording, Transcription
from callinspect.model.timeline import Happened

CALLER, CALLED = Party("+16175550143"), Party("+16175550199")
OVER = Call(
    "example",
    "c-1",
    state=State.ENDED,
    from_=CALLER,
    to=CALLED,
    created_at=after(0),
    answered_at=after(3),
    ended_at=after(60),
    retrieved_at=after(100),
)
LIVE = OVER._replace(state=State.ACTIVE, ended_at=None)


def with_events(*events: Event, call: Call = OVER) -> Call:
    return call._replace(related=Related(events=events))


def hangup(seconds: float, data: str | None = None) -> Event:
    return Event(at=after(seconds), name="hangup", event=Happened.ENDED, data=data)


class TestTheCall:
    def test_its_moments_are_entries_with_their_sources(self) -> None:
        call = OVER._replace(queued_at=after(0), ended_by=EndedBy.CALLEE, cause=Cause("hangup"))
        assert [(each.event, each.party, each.detail, each.source) for each in entries(call)] == [
            ("queued", None, None, "/queued_at"),
            ("created", "/to", None, "/created_at"),
            ("answered", "/to", None, "/answered_at"),
            ("ended", "/to", "hangup", "/ended_at"),
        ]

    @pytest.mark.parametrize(
        ("ended_by", "party"), [(EndedBy.CALLER, "/from"), (EndedBy.PLATFORM, None), (None, None)], ids=str
    )
    def test_its_end_concerns_who_ended_it(self, ended_by: EndedBy | None, party: str | None) -> None:
        assert entries(OVER._replace(ended_by=ended_by))[-1].party == party

    def test_a_party_that_is_not_known_is_not_pointed_to(self) -> None:
        call = OVER._replace(from_=None, to=None, ended_by=EndedBy.CALLER)
        assert {each.party for each in entries(call)} == {None}

    def test_an_end_before_the_answer_stays_in_order_of_time(self) -> None:
        read = with_timeline(OVER._replace(ended_at=after(1)))
        assert told(read) == ["0 created", "1 ended", "3 answered"]
        assert read.warnings == ()

    def test_moments_at_the_same_time_have_an_order(self) -> None:
        at = after(0)
        call = OVER._replace(queued_at=at, answered_at=at, ended_at=at)
        assert told(call) == ["0 queued", "0 created", "0 answered", "0 ended"]


class TestObserved:
    def test_a_call_that_is_not_over_ends_with_its_state(self) -> None:
        last = entries(LIVE)[-1]
        assert (last.at, last.event, last.detail, last.source) == (after(100), "observed", "active", "/retrieved_at")

    def test_so_does_one_that_is_over_and_has_no_time(self) -> None:
        assert told(Call("example", "x", state=State.ENDED, retrieved_at=after(9))) == ["9 observed"]

    def test_a_call_that_is_over_was_not_only_observed(self) -> None:
        assert told(OVER) == ["0 created", "3 answered", "60 ended"]

    def test_a_state_that_is_not_known_is_not_over(self) -> None:
        assert told(LIVE._replace(state=State.UNKNOWN))[-1] == "100 observed"

    def test_when_a_saved_answer_came_is_not_known(self) -> None:
        assert told(LIVE._replace(retrieved_at=None)) == ["0 created", "3 answered", "? observed"]

    def test_it_is_by_the_clock_of_the_vendor(self) -> None:
        assert told(LIVE, offset=timedelta(minutes=10))[-1] == "700 observed"

    @pytest.mark.parametrize("seconds", [2, 6])
    def test_clocks_that_count_as_the_same_do_not_disturb_it(self, seconds: int) -> None:
        """What is in an answer was before it: here the vendor's clock is so far ahead of its date."""
        live = LIVE._replace(answered_at=after(100 + seconds))
        assert told(live) == ["0 created", f"{100 + seconds} answered", f"{100 + seconds} observed"]

    def test_a_time_far_ahead_stays_where_it_is(self) -> None:
        assert told(LIVE._replace(answered_at=after(110))) == ["0 created", "100 observed", "110 answered"]


class TestWithoutTime:
    def test_redirections_come_oldest_first(self) -> None:
        chain = (Redirection(Reason.BUSY, party=Party("3")), Redirection(Reason.CALL_QUEUE, party=Party("2")))
        found = entries(OVER._replace(queued_at=after(0), redirections=chain))
        assert [(each.event, each.party, each.detail, each.source) for each in found[1:4]] == [
            ("called", "/redirections/1/party", None, "/redirections/1"),
            ("redirected", "/redirections/1/party", "call-queue", "/redirections/1"),
            ("redirected", "/redirections/0/party", "busy", "/redirections/0"),
        ]
        assert [each.event for each in (found[0], found[4])] == ["queued", "created"]

    def test_without_a_creation_they_come_first(self) -> None:
        call = OVER._replace(created_at=None, redirections=(Redirection(Reason.BUSY),))
        assert told(call) == ["? called", "? redirected", "3 answered", "60 ended"]

    def test_a_call_that_was_parked_was_so_before_its_recall(self) -> None:
        found = entries(OVER._replace(recall=Recall("park", Party("7000"))))
        assert (found[0].at, found[0].event, found[0].party, found[0].source) == (
            None,
            "parked",
            "/recall/party",
            "/recall",
        )
        assert (found[1].event, found[1].detail) == ("created", "recall (park)")

    def test_another_recall_says_nothing_of_parking(self) -> None:
        found = entries(OVER._replace(recall=Recall("something-new")))
        assert (found[0].event, found[0].detail) == ("created", "recall (something-new)")


class TestEvents:
    @pytest.mark.parametrize("seconds", [59, 60, 61])
    def test_one_that_says_the_same_within_a_second_is_merged(self, seconds: int) -> None:
        last = entries(with_events(hangup(seconds, "NORMAL")))[-1]
        assert (last.at, last.vendor_event, last.detail) == (after(60), "hangup", "NORMAL")
        assert (last.source, last.also) == ("/ended_at", ("/related/events/0",))

    @pytest.mark.parametrize(
        ("seconds", "words"), [(63.2, "3.2 s after the end"), (56.8, "3.2 s before the end")], ids=str
    )
    def test_further_apart_both_stay_with_a_warning(self, seconds: float, words: str) -> None:
        read = with_timeline(with_events(hangup(seconds)))
        assert sorted(told(read)[2:]) == sorted(["60 ended", f"{seconds:g} ended"])
        assert read.warnings == (f"the hangup event comes {words}",)

    def test_a_millisecond_more_than_a_second_is_further_apart(self) -> None:
        assert len(entries(with_events(hangup(61.001)))) == 4

    def test_a_call_ends_once_however_often_that_is_said(self) -> None:
        read = with_timeline(with_events(hangup(60.5), hangup(60.2), hangup(59.2)))
        assert told(read)[2:] == ["60 ended"]
        assert entries(read)[2].also == tuple(f"/related/events/{n}" for n in (1, 0, 2))
        assert read.warnings == ()

    @pytest.mark.parametrize("others", [(70, 80), (80, 70, 60.5)], ids=str)
    def test_of_those_further_apart_the_nearest_gets_a_warning(self, others: tuple[float, ...]) -> None:
        read = with_timeline(with_events(hangup(60.2), *map(hangup, others)))
        assert told(read)[2:] == ["60 ended", "70 ended", "80 ended"]
        assert read.warnings == ("the hangup event comes 10 s after the end",)

    def test_what_each_concerns_a_party_is_said_of_each(self) -> None:
        of = Event(at=after(3.5), name="interact", event=Happened.ANSWERED)
        call = OVER._replace(participants=(Party("2"), Party("3")))
        each = (of._replace(party=f"/participants/{n}") for n in range(2))
        assert told(with_events(*each, call=call)) == ["0 created", "3 answered", "3.5 answered", "60 ended"]

    def test_one_that_came_twice_is_one_entry(self) -> None:
        key = Event("e-1", after(5), "dtmf", Happened.KEYED, data="5")
        other, later = key._replace(id="e-2"), key._replace(at=after(6))
        found = entries(with_events(key, other, key, later))[2:-1]
        assert [(each.source, each.also) for each in found] == [
            ("/related/events/0", ("/related/events/2",)),
            ("/related/events/1", ()),
            ("/related/events/3", ()),
        ]

    def test_all_moments_are_merged(self) -> None:
        create = Event(at=after(0.4), name="create", event=Happened.CREATED)
        answer = Event(at=after(2.6), name="answer", event=Happened.ANSWERED)
        found = entries(with_events(hangup(60), answer, create))
        assert [(each.vendor_event, each.also) for each in found] == [
            ("create", ("/related/events/2",)),
            ("answer", ("/related/events/1",)),
            ("hangup", ("/related/events/0",)),
        ]

    def test_others_have_the_word_of_the_vendor(self) -> None:
        events = (
            Event(at=after(5), name="CHANNEL_EXECUTE", data='{"a":"playback","b":"x.mp3"}'),
            Event(at=after(4), name="dtmf", event=Happened.KEYED, data="5"),
            Event(name="timeless", data="x"),
        )
        events = (events[0]._replace(detail={"a": "playback", "b": "x.mp3", "c": None}), *events[1:])
        found = entries(with_events(*events))[2:4]
        assert [(each.event, each.vendor_event, each.detail, each.source) for each in found] == [
            ("keyed", "dtmf", "5", "/related/events/1"),
            ("other", "CHANNEL_EXECUTE", "playback x.mp3", "/related/events/0"),
        ]

    @pytest.mark.parametrize(
        ("detail", "told"),
        [
            ({"a": 1, "b": 2.5, "c": True, "d": None, "e": {"f": "g"}}, None),
            ({"name": "playback", "count": 1, "file": "x.mp3", "rest": ""}, "playback x.mp3"),
            (["park", 1], "park"),
            ([1], None),
            ({}, None),
        ],
        ids=str,
    )
    def test_of_json_the_texts_are_told(self, detail: Any, told: str | None) -> None:
        """A number says nothing without its name."""
        (found,) = entries(with_events(Event(at=after(5), data=json.dumps(detail), detail=detail)))[2:-1]
        assert found.detail == told

    def test_at_the_same_moment_the_order_of_the_vendor_holds(self) -> None:
        steps = [Event(at=after(5), name=name, event=Happened.STEP) for name in "cab"]
        assert [each.vendor_event for each in entries(with_events(*steps))[2:5]] == ["c", "a", "b"]


class TestRecordings:
    def test_they_start_and_stop(self) -> None:
        kept = StoredRecording(state=StoredState.AVAILABLE, started_at=after(4), ended_at=after(9))
        lost = StoredRecording(state=StoredState.FAILED, started_at=after(10), ended_at=after(12))
        found = entries(OVER._replace(related=Related(recordings=(kept, lost))))[2:-1]
        assert [(each.event, each.source) for each in found] == [
            ("recording-started", "/related/recordings/0/started_at"),
            ("recording-stopped", "/related/recordings/0/ended_at"),
            ("recording-started", "/related/recordings/1/started_at"),
            ("recording-failed", "/related/recordings/1/ended_at"),
        ]

    @staticmethod
    def with_starts(*events: float, recordings: tuple[float, ...]) -> Call:
        begun = tuple(Event(at=after(at), event=Happened.RECORDING_STARTED) for at in events)
        kept = tuple(StoredRecording(started_at=after(at)) for at in recordings)
        return with_timeline(OVER._replace(related=Related(events=begun, recordings=kept)))

    def test_an_event_is_merged_with_one_of_them(self) -> None:
        read = self.with_starts(4.2, recordings=(4, 4.5))
        assert told(read)[2:-1] == ["4 recording-started", "4.5 recording-started"]
        assert [each.also for each in entries(read)[2:-1]] == [("/related/events/0",), ()]

    @pytest.mark.parametrize("events", [(20,), (4.5, 20)], ids=str)
    def test_one_further_off_is_another_recording_s(self, events: tuple[float, ...]) -> None:
        """So that there is nothing to warn of."""
        read = self.with_starts(*events, recordings=(4,))
        assert told(read)[2:-1] == ["4 recording-started", "20 recording-started"]
        assert read.warnings == ()

    def test_a_transcription_is_one_once_it_is_made(self) -> None:
        made = Transcription(state=StoredState.AVAILABLE, at=after(70))
        begun = Transcription(state=StoredState.PROCESSING, at=after(71))
        found = entries(OVER._replace(related=Related(transcriptions=(begun, made))))
        assert [(each.event, each.source) for each in found[3:]] == [("transcribed", "/related/transcriptions/1/at")]


class TestLegs:
    @staticmethod
    def with_legs(*legs: tuple[Relation, Call]) -> Call:
        found = tuple(Leg(relation, call.id, call._replace(related=None)) for relation, call in legs)
        return OVER._replace(related=Related(legs=found))

    AGENT = OVER._replace(id="c-2", created_at=after(5), answered_at=after(9), ended_by=EndedBy.CALLEE)

    def test_one_has_the_moments_of_its_record(self) -> None:
        found = [each for each in entries(self.with_legs((Relation.CHILD, self.AGENT))) if each.leg]
        assert [(each.leg, each.event, each.party, each.source) for each in found] == [
            ("c-2", "created", "/related/legs/0/call/to", "/related/legs/0/call/created_at"),
            ("c-2", "answered", "/related/legs/0/call/to", "/related/legs/0/call/answered_at"),
            ("c-2", "ended", "/related/legs/0/call/to", "/related/legs/0/call/ended_at"),
        ]

    @pytest.mark.parametrize(
        ("direction", "party"),
        [
            (Direction.INBOUND, "/related/legs/0/call/from"),
            (Direction.OUTBOUND, "/related/legs/0/call/to"),
            (Direction.UNKNOWN, None),
        ],
        ids=str,
    )
    def test_a_sibling_in_a_conference_joins_and_leaves(self, direction: Direction, party: str | None) -> None:
        """What it brings there is its far end."""
        leg = self.AGENT._replace(direction=direction)
        found = [each for each in entries(self.with_legs((Relation.SIBLING, leg))) if each.leg]
        assert [each.event for each in found] == ["created", "joined", "left"]
        assert [each.party for each in found[1:]] == [party, party]

    @pytest.mark.parametrize("answered", [None, 70], ids=["never", "after its end"])
    def test_one_that_has_not_joined_does_not_leave(self, answered: float | None) -> None:
        leg = self.AGENT._replace(answered_at=None if answered is None else after(answered))
        found = [each for each in entries(self.with_legs((Relation.SIBLING, leg))) if each.leg]
        assert [each.event for each in found] == ["created", "ended", "answered"][: len(found)]
        assert {each.party for each in found} == {"/related/legs/0/call/to"}

    @pytest.mark.parametrize(
        ("relation", "own", "other"),
        [
            (Relation.SIBLING, {"session_id": "s"}, {"session_id": "s"}),
            (Relation.SIBLING, {"session_id": "s"}, {}),
            (Relation.SIBLING, {}, {"session_id": "s"}),
            (Relation.SIBLING, {"parent_id": "p"}, {"parent_id": "p"}),
            (Relation.PARENT, {}, {}),
            (Relation.CHILD, {}, {}),
            (Relation.CONSULT, {}, {}),
        ],
        ids=str,
    )
    def test_any_other_is_answered_and_ends_by_itself(
        self, relation: Relation, own: dict[str, Any], other: dict[str, Any]
    ) -> None:
        leg = self.AGENT._replace(direction=Direction.INBOUND, **other)
        found = [each for each in entries(self.with_legs((relation, leg))._replace(**own)) if each.leg]
        assert [each.event for each in found] == ["created", "answered", "ended"]
        assert {each.party for each in found} == {"/related/legs/0/call/to"}

    def test_this_call_comes_before_others_at_the_same_moment(self) -> None:
        call = self.with_legs((Relation.PARENT, OVER._replace(id="a")), (Relation.CHILD, OVER._replace(id="b")))
        expected = [f"{at}{leg}" for at in ("0 created", "3 answered", "60 ended") for leg in ("", " a", " b")]
        assert told(call) == expected

    def test_one_that_comes_twice_or_is_the_call_adds_nothing(self) -> None:
        named = (self.AGENT, OVER, self.AGENT)
        assert len(entries(self.with_legs(*((Relation.SIBLING, each) for each in named)))) == 6

    def test_one_that_names_itself_as_its_parent_is_harmless(self) -> None:
        leg = self.AGENT._replace(parent_id=self.AGENT.id)
        assert len(entries(self.with_legs((Relation.PARENT, leg)))) == 6

    def test_one_that_could_not_be_read_adds_nothing(self) -> None:
        call = OVER._replace(related=Related(legs=(Leg(Relation.CHILD, "c-2"),)))
        assert len(entries(call)) == 3

    def test_what_has_no_time_comes_before_the_call_itself(self) -> None:
        parent = OVER._replace(id="p", created_at=after(-5))
        call = self.with_legs((Relation.PARENT, parent))._replace(redirections=(Redirection(Reason.BUSY),))
        assert told(call)[:4] == ["-5 created p", "? called", "? redirected", "0 created"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(600, "10 min ahead of"), (599.3, "10 min ahead of"), (-7.4, "7 s behind"), (-5400, "1 h 30 min behind")],
    ids=str,
)
def test_another_clock_is_named(seconds: float, words: str) -> None:
    read = with_timeline(OVER, offset=timedelta(seconds=seconds))
    assert read.warnings == (f"example's clock is {words} this computer's",)


def test_a_warning_is_given_once() -> None:
    """A call that is read again and again is given its timeline again and again."""
    once = with_timeline(with_events(hangup(70)), offset=timedelta(minutes=10))
    assert with_timeline(once, offset=timedelta(minutes=10)) == once
    assert len(once.warnings) == 2
