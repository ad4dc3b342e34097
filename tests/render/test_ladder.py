"""What the ladder of a call with several parties shows: who is who, who talks, and what happened."""

import re
import time
from datetime import UTC, timedelta

import pytest
from kit.ladders import (
    CALLED,
    CALLER,
    CONFERENCE,
    DANA,
    PARKED,
    QUEUE,
    REDIRECTED,
    RILEY,
    TRANSFER,
    at,
    below,
    call,
    entry,
    ladder_lines,
    leg,
)
from rich.cells import cell_len

from callinspect.model import Call, EndedBy, Outcome, Party, Reason, Redirection, Related, Relation
from callinspect.model.timeline import Entry, Happened
from callinspect.render.harmless import harmless
from callinspect.render.ladder import Ladder
from callinspect.render.ladder.lanes import Lanes
from callinspect.render.style import Style

CREATED, ANSWERED = entry("10:00:00", Happened.CREATED, "/to"), entry("10:00:02", Happened.ANSWERED, "/to")
EVERY = [TRANSFER, CONFERENCE, QUEUE, REDIRECTED, PARKED]
THIRD = Party(number="+19195550199")


def count(sent: Call) -> int:
    return len(Lanes(harmless(sent, Style())).names)


def with_leg(from_: Party | None, to: Party | None) -> Call:
    """Return a call from the caller to the called party, and another leg."""
    return call(CALLER, CALLED, [CREATED, entry("10:00:05", Happened.CREATED, leg="c-2")], (leg("c-2", from_, to),))


def joined_by(*parties: Party) -> Call:
    """Return a call that other participants join."""
    joined = [entry("10:00:03", Happened.JOINED, f"/participants/{number}") for number in range(len(parties))]
    return call(CALLER, CALLED, [CREATED, ANSWERED, *joined])._replace(participants=parties)


def then(sent: Call, *more: Entry) -> Call:
    """Return the call with more entries at the end of its timeline."""
    return sent._replace(timeline=(*(sent.timeline or ()), *more))


def test_a_plain_call_has_two_lifelines() -> None:
    assert count(call(CALLER, CALLED, [CREATED, ANSWERED])) == 2


def test_who_only_takes_part_without_joining_has_none() -> None:
    assert count(call(CALLER, CALLED, [CREATED])._replace(participants=(THIRD,))) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Party(number="+19195550134"), Party(number="0019195550134")),
        (Party(number="(919) 555-0134"), Party(number="9195550134")),
        (Party(number="2107", name="Dana"), Party(number="2107")),
        (Party(uri="sip:Dana@example.com"), Party(uri="sip:dana@example.com", name="Dana")),
        (Party(name="Dana"), Party(name="DANA")),
        (Party(kind="voicemail"), Party(kind="voicemail")),
    ],
)
def test_the_same_person_has_one_lifeline(one: Party, other: Party) -> None:
    sent = call(CALLER, one, [CREATED, entry("10:00:05", Happened.CREATED, leg="c-2")], (leg("c-2", other, THIRD),))
    assert count(sent) == 3


@pytest.mark.parametrize("nobody", [Party(private=True, number="2107"), Party(), Party(kind="unknown")])
def test_who_is_withheld_or_unknown_has_a_lifeline_of_its_own(nobody: Party) -> None:
    assert count(with_leg(nobody, nobody)) == 4


def test_agents_of_whom_no_more_is_known_are_several() -> None:
    assert count(joined_by(Party(kind="agent"), Party(kind="agent"))) == 4


def test_a_dialed_star_is_part_of_the_number() -> None:
    assert count(with_leg(Party(number="*73"), Party(number="73"))) == 4


def test_whom_the_record_leaves_out_is_the_user_on_every_leg() -> None:
    other = leg("c-2", THIRD, None, Relation.SIBLING)
    sent = call(CALLER, None, [CREATED, entry("10:00:05", Happened.CREATED, leg="c-2")], (other,))
    assert ladder_lines(sent)[:4] == [
        " A  +1 919-555-0143 US",
        " B  this user",
        " C  +1 919-555-0199 US",
        " leg 2  c-2  sibling",
    ]


def test_the_legend_names_a_party_at_its_fullest() -> None:
    named = CALLED._replace(name="Dana")
    assert ladder_lines(with_leg(named, THIRD))[1] == " B  “Dana” +1 919-555-0134 US"


def test_the_legend_has_unread_legs_and_never_cuts_an_id() -> None:
    id_ = "c-" + "0123456789" * 9
    sent = TRANSFER._replace(
        related=Related(legs=(leg("c-2", CALLED, THIRD), leg(id_, None, None)._replace(call=None)))
    )
    for width in (40, 80):
        assert id_ in " ".join(ladder_lines(sent, width)).split()


def test_an_entry_of_a_leg_that_was_not_read_has_no_arrow() -> None:
    unread = leg("c-2", None, None)._replace(call=None)
    sent = joined_by(THIRD)._replace(related=Related(legs=(unread,)))
    sent = then(sent, entry("10:00:04", Happened.ENDED, leg="c-2"))
    assert below(sent)[-1] == " 10:00:04.000  ┃          ┃          ┃  leg 2 ended"


@pytest.mark.parametrize(
    "pointer",
    [
        "/participants/7",
        "/related/legs/9/call/to",
        "/to/count",
        "/metadata/x",
        "/",
        "to",
        "/participants/" + "9" * 5000,
    ],
)
def test_a_pointer_to_nobody_is_drawn_without_an_arrow(pointer: str) -> None:
    sent = joined_by(THIRD)
    for event in Happened:
        lost = entry("10:00:04", event, pointer, "no such leg", "detail")
        assert "┃          ┃          ┃" in below(then(sent, lost))[-1]


def test_the_end_comes_from_who_ended_the_call() -> None:
    ended = joined_by(THIRD)
    ended = then(ended, entry("10:00:10", Happened.ENDED, "/to", detail="bye"))
    assert below(ended._replace(ended_by=EndedBy.CALLEE))[-1] == (
        " 10:00:10.000  ╳◀─────────╳          ╳  ended by callee, talked 8 s: bye"
    )
    assert below(ended._replace(ended_by=EndedBy.PLATFORM))[-1] == (
        " 10:00:10.000  ╳          ╳          ╳  ended by platform, talked 8 s: bye"
    )


def test_an_event_beside_the_records_moment_draws_nothing() -> None:
    answer, hangup = (
        Entry(at(clock), event, name, party="/to", source="/related/events/0")
        for clock, event, name in (
            ("10:00:01", Happened.ANSWERED, "answer"),
            ("10:00:09", Happened.ENDED, "hangup"),
        )
    )
    sent = joined_by(THIRD)
    created, *others = sent.timeline or ()
    told = (created, answer, *others, hangup, entry("10:00:10", Happened.ENDED))
    assert below(sent._replace(timeline=told, ended_by=EndedBy.CALLER)) == [
        "               A          B          C",
        " 10:00:00.000  ┆─────────▶┆             created",
        " 10:00:01.000  ┆          ┆             answered (“answer” event)",
        " 10:00:02.000  ┃◀─────────┃             answered, rang 2 s",
        " 10:00:03.000  ┃          ┃          ┃  joined, rang 3 s",
        " 10:00:09.000  ┃          ┃          ┃  ended (“hangup” event)",
        " 10:00:10.000  ╳─────────▶╳          ╳  ended by caller, talked 8 s",
    ]


def test_no_arrow_leads_to_who_has_left_before_the_end() -> None:
    declined, ended = entry("10:00:01", Happened.DECLINED, "/to"), entry("10:00:04", Happened.ENDED, "/from")
    sent = then(with_leg(CALLED, THIRD), declined, ended)._replace(ended_by=EndedBy.CALLER)
    assert below(sent)[-1] == " 10:00:04.000  ╳          ┆          ┆  ended by caller"


def test_a_queue_that_answers_itself_stays() -> None:
    answered, announced = entry("9:00:05", Happened.ANSWERED, "/to"), entry("9:00:06", Happened.PLAYED)
    sent = QUEUE._replace(timeline=(*(QUEUE.timeline or ())[:2], answered, announced))
    assert below(sent)[-1] == " 09:00:06.000  ┃          ┃          ┆  played"


def test_who_calls_one_more_keeps_talking() -> None:
    called = entry("10:00:05", Happened.CALLED, "/participants/1")
    sent = then(joined_by(THIRD), called)._replace(participants=(THIRD, Party(name="Dana")))
    assert count(sent) == 4
    assert below(sent)[-1] == " 10:00:05.000  ┃────────┼────────┼───────▶┆  called"


def test_whom_the_call_is_transferred_to_is_called() -> None:
    transferred = entry("10:00:05", Happened.TRANSFERRED, "/participants/1")
    sent = then(joined_by(THIRD), transferred)._replace(participants=(THIRD, Party(name="Dana")))
    assert below(sent)[-1] == " 10:00:05.000  ┃        ┃        ┃        ┆  transferred"


def test_who_leaves_in_the_way_of_an_arrow_is_still_seen_to() -> None:
    answered = entry("10:00:03", Happened.ANSWERED, "/participants/0")
    sent = call(CALLER, CALLED, [CREATED, answered, entry("10:00:05", Happened.ENDED)])
    sent = sent._replace(participants=(THIRD,), ended_by=EndedBy.CALLEE)
    assert below(sent)[2:] == [
        " 10:00:03.000  ┃◀─────────┼──────────┃  answered, rang 3 s",
        " 10:00:05.000  ╳◀─────────╳──────────╳  ended by callee, talked 2 s",
    ]


def test_a_recall_from_nobody_known_still_ends_the_hold() -> None:
    recall = PARKED.recall
    assert recall
    joined = entry("5:05:00", Happened.JOINED, "/participants/0")
    sent = call(PARKED.from_, None, [entry(None, Happened.PARKED), *(PARKED.timeline or ())[1:], joined])
    assert below(sent._replace(recall=recall._replace(party=None), participants=(THIRD,))) == [
        "               A          B          C",
        " ?             ▒          ╳             parked",
        " 05:04:54.016  ┆          ┆             created: recall (park)",
        " 05:05:00.000  ┆          ┆          ┃  joined, rang 6 s",
    ]


def test_a_leg_that_is_listed_twice_is_one() -> None:
    (other,) = (TRANSFER.related or Related()).legs or ()
    twice = TRANSFER._replace(related=Related(legs=(other, other._replace(call=None))))
    assert ladder_lines(twice) == ladder_lines(TRANSFER)


def test_an_unanswered_leg_says_for_how_long() -> None:
    busy = leg("c-2", CALLED, THIRD)
    assert busy.call
    busy = busy._replace(call=busy.call._replace(outcome=Outcome.BUSY))
    ended = entry("10:00:07.5", Happened.ENDED, None, "c-2", "busy")
    sent = with_leg(CALLED, THIRD)
    assert below(then(sent, ended)._replace(related=Related(legs=(busy,))), 90)[-1] == (
        " 10:00:07.500  ┆          ┆          ╳  leg 2 ended, not answered for 2.5 s: busy"
    )


def test_hold_is_drawn_until_the_call_is_resumed() -> None:
    sent = joined_by(THIRD)
    held = entry("10:00:10", Happened.HELD, detail="seen, up to 1 s late", source="watch")
    resumed = entry("10:00:14", Happened.RESUMED, source="watch")
    ended = entry("10:00:20", Happened.ENDED)
    assert below(then(sent, held, resumed, ended))[-3:] == [
        " 10:00:10.000  ▒          ▒          ▒  held, seen, up to 1 s late",
        " 10:00:14.000  ┃          ┃          ┃  resumed, held 4 s",
        " 10:00:20.000  ╳          ╳          ╳  ended, talked 18 s, 4 s of it on hold",
    ]


def test_who_is_held_on_one_leg_may_talk_on_another() -> None:
    sent = call(
        CALLER,
        CALLED,
        [
            CREATED,
            ANSWERED,
            entry("10:00:03", Happened.HELD),
            entry("10:00:05", Happened.CREATED, leg="c-2"),
            entry("10:00:06", Happened.ANSWERED, leg="c-2"),
            entry("10:00:09", Happened.ENDED, leg="c-2"),
        ],
        (leg("c-2", CALLED, THIRD, Relation.CONSULT),),
    )
    assert below(sent)[3:] == [
        " 10:00:03.000  ▒          ▒             held",
        " 10:00:05.000  ▒          ┆─────────▶┆  leg 2 created",
        " 10:00:06.000  ▒          ┃◀─────────┃  leg 2 answered, rang 1 s",
        " 10:00:09.000  ▒          ▒          ╳  leg 2 ended, talked 3 s",
    ]


def test_what_is_created_and_rings_at_once_shares_a_line() -> None:
    ringing = entry("10:00:05", Happened.RINGING, leg="c-2")
    sent = with_leg(CALLED, THIRD)
    assert below(then(sent, ringing))[2:] == [
        " 10:00:05.000  ┆          ┆          ┆  leg 2 created, rings",
    ]


def test_what_is_said_stands_beside_the_lifelines() -> None:
    sent = joined_by(THIRD)
    played = entry("10:00:04", Happened.PLAYED, detail="welcome.mp3")
    error = entry("10:00:05", Happened.ERROR, detail="no-media")
    stopped = entry("10:00:06", Happened.RECORDING_STOPPED)
    assert [line.rpartition("┃  ")[2] for line in below(then(sent, played, error, stopped))[-3:]] == [
        "played “welcome.mp3”",
        "error: “no-media”",
        "recording stopped",
    ]


def test_legs_that_leave_when_the_call_ends_share_its_line() -> None:
    *others, ended, _ = CONFERENCE.timeline or ()
    left = entry("14:20:00", Happened.LEFT, "/related/legs/1/call/from", "c-3")
    assert below(CONFERENCE._replace(timeline=(*others, left, ended))) == below(CONFERENCE)


def test_a_leg_that_ends_for_another_reason_has_its_own_line() -> None:
    *others, ended, last = CONFERENCE.timeline or ()
    lines = below(CONFERENCE._replace(timeline=(*others, ended, last._replace(detail="timeout"))))
    assert lines[-3:-1] == [
        " 14:20:00.000  ╳        ┃                 ┃  ended, talked 19 min 56 s",
        " 14:20:00.000           ╳                 ╳  leg 3 ended, talked 18 min 50 s:",
    ]


@pytest.mark.parametrize(
    ("from_", "lines"),
    [
        (
            Party(name="Zoe"),
            [
                " 10:00:00.000  ┆                 ┆           created",
                " 10:00:00.000  ┆                 ┆◀───────┆  leg 2 created",
            ],
        ),
        (RILEY, [" 10:00:00.000  ┆────────────────────▶┆  created; leg 2 too"]),
    ],
)
def test_a_shared_line_has_no_arrow_between_others(from_: Party, lines: list[str]) -> None:
    """A call that was redirected has no caller at its creation; the arrow of another leg may not stand in for it."""
    created = [entry("10:00:00", Happened.CREATED, leg=of) for of in (None, "c-2")]
    sent = call(RILEY, None, [*(REDIRECTED.timeline or ())[1:3], *created], (leg("c-2", from_, None),))
    assert below(sent._replace(redirections=(Redirection(Reason.BUSY, party=DANA),) * 2))[-len(lines) :] == lines


def test_a_participant_leaves_alone() -> None:
    sent = joined_by(THIRD)
    left = entry("10:00:04", Happened.LEFT, "/participants/0")
    assert below(then(sent, left))[-1] == (" 10:00:04.000  ┃          ┃          ╳  left")


def test_the_call_is_passed_on_by_who_is_not_named() -> None:
    sent = REDIRECTED._replace(
        timeline=(entry(None, Happened.REDIRECTED, detail="unknown"), *(REDIRECTED.timeline or ())[2:])
    )
    assert " ?             ┆          ┆             redirected" in below(sent)


def test_another_day_has_a_heading_of_its_own() -> None:
    sent = joined_by(THIRD)
    later = entry("10:00:04", Happened.ENDED)._replace(at=at("10:00:04") + timedelta(days=1))
    lines = ladder_lines(then(sent, later))
    assert [line for line in lines if line.endswith(", UTC")] == [" Thu 26 Nov 2026, UTC", " Fri 27 Nov 2026, UTC"]
    assert lines[-2] == " Fri 27 Nov 2026, UTC"


def test_a_time_that_is_before_the_one_it_ends_has_no_length() -> None:
    sent = TRANSFER._replace(timeline=tuple(reversed(TRANSFER.timeline or ())))
    assert not [line for line in below(sent) if "talked" in line or "rang" in line]


@pytest.mark.parametrize("width", [40, 59, 60, 80, 120])
@pytest.mark.parametrize("sent", EVERY)
def test_no_line_is_wider_than_the_terminal(sent: Call, width: int) -> None:
    for is_ascii in (False, True):
        assert all(cell_len(line) <= width for line in ladder_lines(sent, width, is_ascii=is_ascii))


@pytest.mark.parametrize(("width", "is_drawn"), [(40, False), (59, False), (60, True), (120, True)])
def test_it_is_drawn_from_60_columns_on(width: int, is_drawn: bool) -> None:
    assert ("┆─────────▶┆" in below(TRANSFER, width)[1]) is is_drawn
    assert ("A → B" in below(TRANSFER, width)[0]) is not is_drawn


@pytest.mark.parametrize(("others", "is_drawn"), [(6, True), (7, False)])
def test_more_than_eight_lifelines_are_a_list(others: int, is_drawn: bool) -> None:
    sent = joined_by(*(Party(number=f"+1919555020{number}") for number in range(others)))
    assert count(sent) == others + 2
    assert below(sent, 120)[0].startswith("               A     B     C") is is_drawn
    assert is_drawn or below(sent, 120)[0] == " 10:00:00.000  A → B  created"


def test_lifelines_that_leave_no_room_for_words_are_a_list() -> None:
    sent = joined_by(*(Party(number=f"+1919555020{number}") for number in range(6)))
    assert below(sent, 60)[0] == " 10:00:00.000  A → B  created"


def test_wide_characters_take_their_columns() -> None:
    sent = joined_by(Party(name="王小明" * 9))
    said = entry("10:00:04", Happened.SPOKE, detail="“" + "你好 " * 20 + "”")
    lines = ladder_lines(then(sent, said), 60)
    assert all(cell_len(line) <= 60 for line in lines)
    assert lines[2].startswith(" C  “王小明")
    assert lines[-1].startswith("               ┃          ┃          ┃  ")


def test_the_letters_go_on_after_z() -> None:
    lines = ladder_lines(joined_by(*(Party(number=f"+19195551{number:03}") for number in range(30))))
    assert [line.split()[0] for line in lines[24:30]] == ["Y", "Z", "AA", "AB", "AC", "AD"]


def test_of_many_entries_the_middle_is_left_out() -> None:
    lines = below(
        then(joined_by(THIRD), *[entry("10:00:04", Happened.PLAYED)] * 997, entry("10:00:09", Happened.ENDED))
    )
    assert len(lines) == 1 + 201
    assert lines[101:102] + lines[-1:] == [
        " 10:00:04.000  ┃          ┃          ┃  … 801 more, see -o json",
        " 10:00:09.000  ╳          ╳          ╳  ended, talked 7 s",
    ]


def many_legs(count: int) -> Call:
    """Return a call with that many legs, each from and to somebody else."""
    legs = tuple(leg(f"c-{n}", Party(number=f"+1415556{n:04}"), Party(number=f"+1919556{n:04}")) for n in range(count))
    each = (Happened.CREATED, Happened.ANSWERED, Happened.ENDED)
    entries = [
        entry(f"11:00:{n / 1000 + after}", what, None, f"c-{n}")
        for n in range(count)
        for after, what in enumerate(each)
    ]
    return call(CALLER, CALLED, [CREATED, ANSWERED, *entries], legs)


def test_a_thousand_entries_and_legs_are_drawn_at_once() -> None:
    long = joined_by(THIRD)
    long = then(long, *[entry("11:00:00", Happened.PLAYED)] * 1000)
    for sent, most in ((many_legs(1000), 610), (long, 210)):
        style = Style(zone=UTC)
        shown = harmless(sent, style)
        start = time.process_time()
        assert 200 < len(list(Ladder(shown, style).lines(None))) < most
        assert time.process_time() - start < 2


def test_the_legend_of_many_says_how_many_more_there_are() -> None:
    lines = ladder_lines(many_legs(300))
    legend = lines[: lines.index("")]
    assert len(legend) == 2 * 201
    assert [line for line in legend if "more" in line] == [" … 402 more, see -o json", " … 100 more, see -o json"]
    assert legend[200].startswith(" WD  ")
    assert legend[-1] == " leg 301  c-299  child"


def test_legs_are_numbered_by_their_first_moment() -> None:
    related = CONFERENCE.related
    assert related
    assert related.legs
    moved = {"/legs/0/": "/legs/1/", "/legs/1/": "/legs/0/"}

    def other(pointer: str | None) -> str | None:
        return pointer and re.sub("/legs/[01]/", lambda found: moved[found[0]], pointer)

    sent = CONFERENCE._replace(
        related=related._replace(legs=related.legs[::-1]),
        timeline=tuple(each._replace(party=other(each.party)) for each in CONFERENCE.timeline or ()),
    )
    assert ladder_lines(sent) == ladder_lines(CONFERENCE)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-800-FLOWERS", "1-800-TAXICAB"), ("sales2", "support2"), ("sales 2", "support 2"), ("+1415", "+1415x2")],
)
def test_who_is_called_by_a_word_is_not_told_by_digits(one: str, other: str) -> None:
    assert count(with_leg(Party(number=one), Party(number=other))) == 4
    assert count(with_leg(Party(number=one), Party(number=one.upper()))) == 3


def test_who_is_on_hold_when_read_is_not_drawn_as_talking() -> None:
    read = then(joined_by(THIRD), entry("10:00:09", Happened.OBSERVED, detail="held"))
    assert below(read)[-1] == " 10:00:09.000  ▒          ▒          ▒  still on hold when read"


@pytest.mark.parametrize(("state", "mark"), [("held", "▒"), ("active", "┃"), ("ringing", "┆")])
def test_how_the_call_was_when_read_is_drawn(state: str, mark: str) -> None:
    """Of one whose answer has no time."""
    sent = then(with_leg(THIRD, Party(name="Dana")), entry("10:00:09", Happened.OBSERVED, detail=state))
    assert below(sent)[-1].split()[1:5] == [mark, mark, "┆", "┆"]


def test_who_still_rings_when_another_talks_is_drawn_so() -> None:
    sent = then(joined_by(THIRD), entry("10:00:05", Happened.CALLED, "/participants/1"))
    sent = then(sent, entry("10:00:09", Happened.OBSERVED, detail="active"))
    sent = sent._replace(participants=(THIRD, Party(name="Dana")))
    assert below(sent)[-1].split()[1:5] == ["┃", "┃", "┃", "┆"]


def test_a_legs_line_stays_whole_where_less_space_will_do() -> None:
    for length, line in ((44, " leg 2  {}  parent"), (45, " leg 2 {} parent"), (46, " leg 2 {} parent")):
        id_ = "c" * length
        sent = with_leg(CALLED, THIRD)._replace(related=Related(legs=(leg(id_, CALLED, THIRD, Relation.PARENT),)))
        assert line.format(id_) in ladder_lines(sent, 60)
