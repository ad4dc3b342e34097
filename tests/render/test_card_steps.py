"""What the card tells of what happened: the list of steps, and the bar with its legend."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callinspect.model import Call, Durations, EndedBy, Outcome, Party, Related, Relation, State
from callinspect.model.further import Role
from callinspect.model.related import Leg, StoredRecording, Transcription
from callinspect.model.timeline import Entry, Happened
from callinspect.render.card import card
from callinspect.render.style import Style

START = datetime(2026, 11, 21, 10, tzinfo=UTC)
LATE = "seen, up to 1 s late"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def step(seconds: float | None, event: Happened, detail: str | None = None, **more: Any) -> Entry:
    return Entry(None if seconds is None else at(seconds), event, detail=detail, **more)


CREATED, ANSWERED, END = step(0, Happened.CREATED), step(4, Happened.ANSWERED), step(18, Happened.ENDED)
HELD = step(9.5, Happened.HELD, LATE, source="watch")
RESUMED = step(13.5, Happened.RESUMED, LATE, source="watch")
TALK = Call(
    "p",
    "c",
    state=State.ENDED,
    outcome=Outcome.ANSWERED,
    created_at=at(0),
    answered_at=at(4),
    ended_at=at(18),
    timeline=(CREATED, ANSWERED, HELD, RESUMED, END),
    retrieved_at=at(19),
)
BUSY = Call("p", "c", state=State.ENDED, outcome=Outcome.BUSY, queued_at=at(0), created_at=at(0), ended_at=at(2.4))


def drawn(call: Call, columns: int = 80, **more: Any) -> list[str]:
    """Return the lines below the date, as far as the bar's legend."""
    text = card(call, Style(width=columns, zone=UTC, **more))
    lines = re.split(r"\n [^\n]*2026, UTC\n", text)[-1].partition("\n\n")[0].splitlines()
    return [line.removeprefix(" ") for line in lines]


def told(*entries: Entry, columns: int = 80, **more: Any) -> list[str]:
    """Return the list of a call with these entries alone."""
    return drawn(Call("p", "c", timeline=entries, **more), columns)


def test_hold_and_resume_are_listed_and_drawn() -> None:
    assert drawn(TALK) == [
        "10:00:00.000  created",
        "10:00:04.000  answered  rang 4 s",
        "10:00:09.500  held      seen, up to 1 s late",
        "10:00:13.500  resumed   seen; held 4 s",
        "10:00:18.000  ended     talked 14 s, 4 s of it on hold",
        "░" * 17 + "█" * 24 + "▒" * 17 + "█" * 20,
        "░ ring 4 s  █ talk 14 s, ▒ 4 s of it on hold  total 18 s",
    ]


def test_in_40_columns_the_rest_hangs_under_what_it_took() -> None:
    assert drawn(TALK, 40) == [
        "10:00:00.000  created",
        "10:00:04.000  answered  rang 4 s",
        "10:00:09.500  held      seen, up to 1 s",
        "                        late",
        "10:00:13.500  resumed   seen; held 4 s",
        "10:00:18.000  ended     talked 14 s",
        "░" * 8 + "█" * 12 + "▒" * 8 + "█" * 10,
        "░ ring 4 s  █ talk 14 s  ▒ hold 4 s",
        "total 18 s",
    ]


def test_hold_is_drawn_in_ascii_too() -> None:
    *_, bar, legend = drawn(TALK, ascii=True, encoding="ascii")
    assert bar == "." * 17 + "#" * 24 + "=" * 17 + "#" * 20
    assert legend == ". ring 4 s  # talk 14 s, = 4 s of it on hold  total 18 s"


@pytest.mark.parametrize("columns", [80, 40])
def test_a_call_that_was_not_answered_says_for_how_long(columns: int) -> None:
    """It comes without a timeline here: its own moments are one."""
    queued, created, *ended, bar, legend = drawn(BUSY, columns)
    assert (queued, created) == ("10:00:00.000  queued", "10:00:00.000  created")
    assert " ".join(" ".join(ended).split()) == "10:00:02.400 ended not answered for 2.4 s"
    assert len(ended) == 1 or ended[1] == " " * 24 + "for 2.4 s"
    assert bar == "░" * (columns - 2)
    assert legend == "░ no answer 2.4 s  total 2.4 s"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (step(0, Happened.PLAYED, "Press 1"), "played “Press 1”"),
        (step(0, Happened.PLAYED, "answered"), "played “answered”"),
        (step(0, Happened.SPOKE, "Hello"), "spoke “Hello”"),
        (step(0, Happened.PLAYED, "start"), "playback started"),
        (step(0, Happened.PLAYED, "done"), "playback finished"),
        (step(0, Happened.SPOKE, "done"), "speech finished"),
        (step(0, Happened.PLAYED, "starter.wav"), "played “starter.wav”"),
        (step(0, Happened.PLAYED), "played"),
        (step(0, Happened.KEYED, "5"), "keyed 5"),
        (step(0, Happened.COLLECTED, "12#"), "collected 12#"),
        (step(0, Happened.STEP, "park"), "step: park"),
        (step(0, Happened.STEP, "x  ended"), "step: “x  ended”"),
        (step(0, Happened.ERROR, "no such file"), "error: “no such file”"),
        (step(0, Happened.ERROR), "error"),
        (step(0, Happened.RECORDING_STARTED), "recording started"),
        (step(0, Happened.REDIRECTED, "no-answer"), "redirected  no-answer"),
        (step(0, Happened.REDIRECTED, "unknown"), "redirected"),
        (step(0, Happened.MUTED, LATE, source="watch"), f"muted     {LATE}"),
        (step(0, Happened.MUTED, "seen, by us"), "muted     “seen, by us”"),
        (step(0, Happened.OTHER, vendor_event="answered"), "“answered”"),
        (step(0, Happened.OTHER, "4 s", vendor_event="gather"), "“gather”  “4 s”"),
        (step(0, Happened.OTHER, "ended", vendor_event="gather"), "“gather”  “ended”"),
        (step(0, Happened.ERROR, "ended"), "error: “ended”"),
        (step(0, Happened.OBSERVED, "active"), "still active when read"),
        (step(0, Happened.OBSERVED, "held"), "still on hold when read"),
        (step(0, Happened.OBSERVED, "ended"), "already over when read"),
        (step(0, Happened.OBSERVED, "unknown"), "state not known when read"),
    ],
)
def test_each_event_has_its_words(entry: Entry, said: str) -> None:
    assert told(entry) == [f"10:00:00.000  {said}"]


def test_a_step_without_a_time_has_a_question_mark() -> None:
    text = card(Call("p", "c", timeline=(step(None, Happened.REDIRECTED, "busy"), CREATED)), Style(zone=UTC))
    assert "\n Sat 21 Nov 2026, UTC\n ?             redirected  busy\n 10:00:00.000  created\n" in text


def test_how_long_it_was_queued_stands_where_it_began() -> None:
    assert told(step(0, Happened.QUEUED), step(2, Happened.CREATED))[1] == "10:00:02.000  created   queued 2 s"


def test_each_hold_is_counted_from_its_own_beginning() -> None:
    again = (step(14, Happened.HELD), step(15, Happened.RESUMED))
    lines = drawn(TALK._replace(timeline=(*(TALK.timeline or ())[:-1], *again, END)))
    assert [line.split(None, 2)[-1] for line in lines if "resumed" in line] == ["seen; held 4 s", "held 1 s"]
    assert "▒ 5 s of it on hold" in lines[-1]


def test_a_hold_that_goes_on_is_drawn_until_now() -> None:
    call = TALK._replace(state=State.HELD, ended_at=None, outcome=None, timeline=(CREATED, ANSWERED, HELD))
    *_, bar, legend = drawn(call)
    assert legend == "░ ring 4 s  █ talk 15 s, ▒ 9.5 s of it on hold  so far"
    assert re.fullmatch("░+█+▒+", bar)


def test_a_hold_without_times_is_in_the_legend_only() -> None:
    call = TALK._replace(timeline=(CREATED, ANSWERED, END), durations=Durations(held=4.0))
    assert drawn(call)[-3:] == [
        "10:00:18.000  ended     talked 14 s, 4 s of it on hold",
        "░" * 17 + "█" * 61,
        "░ ring 4 s  █ talk 14 s, 4 s of it on hold  total 18 s",
    ]
    assert drawn(call, 40)[-2:] == ["░ ring 4 s  █ talk 14 s  hold 4 s", "total 18 s"]


def test_each_part_of_the_bar_has_at_least_one_column() -> None:
    blink = (step(2, Happened.HELD), step(2.001, Happened.RESUMED))
    call = TALK._replace(created_at=at(-0.001), answered_at=at(0), ended_at=at(9000), timeline=blink)
    bar = next(line for line in drawn(call) if "█" * 9 in line)
    assert re.fullmatch("░█▒█+", bar)
    assert len(bar) == 78


def test_more_holds_than_columns_leave_the_talk_whole() -> None:
    many = [step(4 + n / 10, (Happened.HELD, Happened.RESUMED)[n % 2]) for n in range(100)]
    *_, bar, legend = drawn(TALK._replace(timeline=tuple(many)))
    assert re.fullmatch("░+█+", bar)
    assert "█ talk 14 s, 5 s of it on hold" in legend


def test_many_steps_are_the_first_and_last_ones() -> None:
    lines = told(*(step(n / 1000, Happened.KEYED, f"{n}") for n in range(201)))
    assert (len(lines), lines[99:102]) == (201, [
        "10:00:00.099  keyed 99", "… 1 more, see -o json", "10:00:00.101  keyed 101",
    ])  # fmt: skip
    assert "more" not in " ".join(told(*(step(n, Happened.KEYED, "1") for n in range(200))))


@pytest.mark.parametrize("event", [Happened.SPOKE, Happened.OTHER, Happened.ERROR, Happened.STEP, Happened.KEYED])
def test_a_long_text_of_a_step_is_cut_within_its_quotation(event: Happened) -> None:
    (line,) = told(step(0, event, "x y " * 500_000, vendor_event="z"), columns=1000)
    assert line.endswith(" “" + "x y " * 125 + "…”")
    call = Call("p", "c", timeline=(step(0, event, "x y " * 5000, vendor_event="z"),))
    (line,) = drawn(call, 1000, ascii=True, encoding="ascii")
    assert line.endswith(' "' + "x y " * 125 + '..."')


def test_who_ended_the_call_stands_beside_its_end() -> None:
    lines = drawn(TALK._replace(ended_by=EndedBy.CALLER))
    assert "10:00:18.000  ended by caller  talked 14 s, 4 s of it on hold" in lines
    assert "10:00:04.000  answered         rang 4 s" in lines


def test_a_legs_steps_say_whose_they_are_and_what_they_took() -> None:
    """Of a leg between the same two; a third party makes a ladder of it. All that they took is below each other."""
    caller, callee = Party(number="2107"), Party(number="2108")
    leg = Call("p", "c-2", state=State.ENDED, outcome=Outcome.NO_ANSWER, ended_by=EndedBy.PLATFORM)
    legs = Related(
        legs=(Leg(Relation.SIBLING, "c-1"), Leg(Relation.CHILD, "c-2", leg._replace(from_=caller, to=callee)))
    )
    steps = (step(5, Happened.CREATED, leg="c-2"), step(9, Happened.ENDED, "timeout", leg="c-2"))
    others = (step(10, Happened.LEFT, leg="c-1"), step(11, Happened.ENDED, "hangup", leg="c-1"))
    call = TALK._replace(
        from_=caller, to=callee, related=legs, timeline=(CREATED, *steps, *others, step(18, Happened.ENDED, "hangup"))
    )
    assert drawn(call)[1:6] == [
        "10:00:05.000  leg 2 created",
        "10:00:09.000  leg 2 ended by platform  not answered for 4 s: timeout",
        "10:00:10.000  leg 3 left",
        "10:00:11.000  leg 3 ended              hangup",
        "10:00:18.000  ended",
    ]


def test_where_there_is_little_room_it_stands_below_a_long_word() -> None:
    ended = TALK._replace(
        ended_by=EndedBy.PLATFORM, timeline=(CREATED, step(4, Happened.ANSWERED), step(18, Happened.ENDED))
    )
    text = card(ended, Style(width=40, zone=UTC), now=at(200))
    assert " 10:00:04.000  answered  rang 4 s\n" in text
    assert " 10:00:18.000  ended by platform\n                 talked 14 s  3 min ago\n" in text


def test_an_update_comes_before_the_reading() -> None:
    read = step(19, Happened.OBSERVED, "active")
    lines = told(CREATED, read, state=State.ACTIVE, created_at=at(0), updated_at=at(7), retrieved_at=at(19))
    assert [line[14:] for line in lines[:3]] == ["created", "updated", "still active when read"]


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    text = card(TALK, Style(width=40, zone=UTC), now=at(200))
    assert " 10:00:18.000  ended     talked 14 s\n                         3 min ago\n" in text


def test_how_long_ago_stands_at_the_end_on_one_line() -> None:
    """Not at what comes after it; and on a line of its own where it does not fit."""
    later = step(60, Happened.TRANSCRIBED)
    call = TALK._replace(timeline=(*(TALK.timeline or ()), later))
    for columns, end in ((80, "talked 14 s, 4 s of it on hold  1 h 59 min ago"), (40, "talked 14 s")):
        text = card(call, Style(width=columns, zone=UTC), now=at(18 + 2 * 3600 - 1))
        ago = "" if columns > 40 else "                         1 h 59 min ago\n"
        assert f"10:00:18.000  ended     {end}\n{ago} 10:01:00.000  transcribed\n" in text


def test_no_length_is_broken_between_its_units() -> None:
    _, _, *ended = drawn(BUSY._replace(ended_at=at(41400)), 36)[:6]
    assert [line.strip() for line in ended] == ["21:30:00.000  ended     not", "answered", "for", "11 h 30 min"]


def test_a_second_end_is_told_in_the_vendors_word() -> None:
    event = step(21, Happened.ENDED, vendor_event="hangup", source="/related/events/2")
    lines = drawn(TALK._replace(timeline=(CREATED, ANSWERED, END, event), ended_by=EndedBy.CALLER))
    assert lines[2:4] == ["10:00:18.000  ended by caller  talked 14 s", "10:00:21.000  ended (“hangup” event)"]
    alone = drawn(TALK._replace(timeline=(CREATED, ANSWERED, event), ended_by=EndedBy.CALLER))
    assert alone[2] == "10:00:21.000  ended by caller"


def test_lengths_are_those_of_the_bar_whatever_events_say() -> None:
    """The vendor's events may come before the record's own moments, and more than once."""

    def event(seconds: float, happened: Happened, name: str) -> Entry:
        return step(seconds, happened, vendor_event=name, source=f"/related/events/{seconds}")

    others = (event(-1, Happened.CREATED, "new"), event(2, Happened.ANSWERED, "answer"))
    early, late = event(17, Happened.ENDED, "hangup"), event(19, Happened.ENDED, "hangup")
    created, answered, ended = others[0], others[1], (early, END, late)
    lines = drawn(TALK._replace(timeline=(created, CREATED, answered, ANSWERED, *ended), ended_by=EndedBy.CALLER))
    assert [line[14:] for line in lines[:7]] == [
        "created (“new” event)",
        "created",
        "answered (“answer” event)",
        "answered         rang 4 s",
        "ended (“hangup” event)",
        "ended by caller  talked 14 s",
        "ended (“hangup” event)",
    ]
    assert lines[-1] == "░ ring 4 s  █ talk 14 s  total 18 s"


def test_an_answer_that_only_an_event_tells_has_no_length() -> None:
    answer = step(1, Happened.ANSWERED, vendor_event="answer", source="/related/events/0")
    lines = drawn(BUSY._replace(timeline=(CREATED, answer, step(2.4, Happened.ENDED))))
    assert [line[14:] for line in lines[1:3]] == ["answered", "ended     not answered for 2.4 s"]


def test_several_recordings_are_numbered() -> None:
    def started(index: int) -> Entry:
        return step(index, Happened.RECORDING_STARTED, source=f"/related/recordings/{index}/started_at")

    transcribed = step(9, Happened.TRANSCRIBED, source="/related/transcriptions/1/at")
    two = Related(recordings=(StoredRecording("r"),) * 2, transcriptions=(Transcription("t"),) * 2)
    assert told(started(0), started(1), transcribed, related=two) == [
        "10:00:00.000  recording 1 started",
        "10:00:01.000  recording 2 started",
        "10:00:09.000  transcription 2 available",
    ]
    assert told(started(0), related=Related(recordings=(StoredRecording("r"),))) == ["10:00:00.000  recording started"]


def test_a_hold_that_the_vendor_counts_is_the_same_everywhere() -> None:
    counted = TALK._replace(durations=Durations(held=9.0))
    *_, end, _, legend = drawn(counted)
    assert end.endswith("talked 14 s, 9 s of it on hold")
    assert "▒ 9 s of it on hold" in legend


def test_a_part_that_took_no_time_is_not_in_the_legend() -> None:
    *_, bar, legend = drawn(TALK._replace(created_at=at(4), timeline=(ANSWERED, END)))
    assert (bar, legend) == ("█" * 78, "█ talk 14 s  total 14 s")


def test_a_hold_that_nobody_saw_begin_is_not_told_as_talk() -> None:
    read = step(19, Happened.OBSERVED, "held")
    call = TALK._replace(state=State.HELD, ended_at=None, outcome=None, timeline=(CREATED, ANSWERED, read))
    assert drawn(call)[-1] == "░ ring 4 s  █ since answer 15 s  so far, now on hold"
    resumed = call._replace(timeline=(CREATED, ANSWERED, HELD, RESUMED, read))
    assert drawn(resumed)[-1] == "░ ring 4 s  █ since answer 15 s, ▒ 4 s of it on hold  so far, now on hold"


@pytest.mark.parametrize("event", [each for each in Happened if each is not Happened.OBSERVED])
@pytest.mark.parametrize("stranger", ["x” forged “y", "\x1b[2J forged", "a\n10:00 forged"], ids=ascii)
def test_no_detail_acts_or_passes_for_ours(event: Happened, stranger: str) -> None:
    """The detail of a reading is a state of ours."""
    text = "".join(told(step(0, event, stranger, vendor_event=stranger, leg=stranger, source="/related/events/0")))
    assert text.isprintable()
    assert "forged" in text
    assert "forged" not in re.sub("“[^”]*”", "", text)


@pytest.mark.parametrize(
    ("role", "word"), [(Role.QUEUE, "wait"), (Role.IVR, "wait"), (Role.AGENT, "ring"), (None, "ring")], ids=str
)
def test_a_caller_waits_in_a_queue_or_a_menu(role: Role | None, word: str) -> None:
    call = TALK._replace(participants=(Party(name="x", role=role),))
    assert drawn(call)[-1].startswith(f"░ {word} 4 s  █ talk 14 s")


@pytest.mark.parametrize("over", [Happened.RESUMED, Happened.LEFT, Happened.TRANSFERRED], ids=str)
def test_a_hold_by_a_party_is_in_the_bar(over: Happened) -> None:
    """Until that party takes the call off hold, or is not there any longer; another one's hold goes on."""
    held, done = step(9, Happened.HELD, party="/from"), step(13, over, party="/from")
    call = TALK._replace(from_=Party("+16175550143"), timeline=(CREATED, ANSWERED, held, done, END))
    assert set(drawn(call)[-2].strip("░█")) == {"▒"}
    assert drawn(call)[-1] == "░ ring 4 s  █ talk 14 s, ▒ 4 s of it on hold  total 18 s"
    other = step(8, Happened.HELD, party="/to"), step(16, Happened.RESUMED, party="/to")
    both = call._replace(to=Party("+16175550199"), timeline=(CREATED, ANSWERED, other[0], held, done, other[1], END))
    assert drawn(both)[-1] == "░ ring 4 s  █ talk 14 s, ▒ 8 s of it on hold  total 18 s"


def test_a_hold_by_a_party_that_goes_on_is_in_the_bar() -> None:
    held = step(14, Happened.HELD, party="/from"), step(18, Happened.OBSERVED, "held")
    call = TALK._replace(state=State.HELD, ended_at=None, outcome=None, retrieved_at=at(18))
    call = call._replace(from_=Party("+16175550143"), timeline=(CREATED, ANSWERED, *held))
    assert drawn(call)[-1] == "░ ring 4 s  █ talk 14 s, ▒ 4 s of it on hold  so far"


def test_without_a_timeline_steps_are_in_order_of_time_too() -> None:
    """A contact center queues a call that it has answered."""
    lines = drawn(TALK._replace(timeline=None, queued_at=at(3)))
    assert [line.split()[1] for line in lines[:4]] == ["created", "queued", "answered", "ended"]


@pytest.mark.parametrize("role", [Role.QUEUE, Role.IVR])
def test_who_came_through_a_menu_or_a_queue_waited(role: Role) -> None:
    """It rang for a part of that time, if at all."""
    lines = drawn(TALK._replace(participants=(Party(name="Support", role=role),)))
    assert "10:00:04.000  answered  waited 4 s" in lines
    assert any("wait 4 s" in line for line in lines)
    assert "rang" not in " ".join(lines)
