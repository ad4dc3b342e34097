"""The ladder of a contact center's call: menus, queues, agents who hold, consult and transfer, and supervisors."""

import pytest
from kit.ladders import below, call, entry, ladder_lines

from callinspect.model import Call, Direction, EndedBy, Outcome, Party
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened

CUSTOMER, DIALED = Party("+13125550141", role=Role.CUSTOMER), Party("+13125550172")
MENU, QUEUE = Party(name="Main menu", role=Role.IVR), Party(name="Support", role=Role.QUEUE)
ANN, BEN = (Party(name=name, role=Role.AGENT, person_id=name) for name in ("Ann", "Ben"))
BOSS = Party(name="Boss", role=Role.SUPERVISOR)
OWN = {Happened.QUEUED: "/queued_at", Happened.ANSWERED: "/answered_at"}
CREATED, ENDED = entry("9:00:00", Happened.CREATED, "/to"), entry("9:10:00", Happened.ENDED, "/from")


def who(clock: str, event: Happened, number: int, word: str | None = None, detail: str | None = None) -> Entry:
    """Return what happened to a participant: what the record says of the call itself, or an event."""
    source = OWN.get(event, "/related/events/0")
    return entry(clock, event, f"/participants/{number}", detail=detail, source=source)._replace(vendor_event=word)


def inbound(*entries: Entry, parties: tuple[Party, ...] = (ANN, BEN), ended: Entry = ENDED) -> Call:
    sent = call(CUSTOMER, DIALED, [CREATED, *entries, ended])
    return sent._replace(participants=parties, ended_by=EndedBy.CALLER, outcome=Outcome.ANSWERED)


def talking(*entries: Entry, parties: tuple[Party, ...] = (ANN, BEN)) -> Call:
    """Return a call that the first participant has answered."""
    rung, answered = who("9:00:05", Happened.RINGING, 0), who("9:00:10", Happened.ANSWERED, 0)
    return inbound(rung, answered, *entries, parties=parties)


def drawn(sent: Call) -> list[str]:
    """Return what is drawn after the answer, without the times' fractions."""
    return [line.replace(".000", "") for line in below(sent)[3:]]


def test_a_menu_passes_the_call_on_to_the_queue() -> None:
    step = who("9:00:00.150", Happened.STEP, 0, detail="Main menu")
    sent = inbound(
        step,
        who("9:00:12", Happened.QUEUED, 1),
        who("9:00:15", Happened.RINGING, 2),
        who("9:00:20", Happened.ANSWERED, 2),
        parties=(MENU, QUEUE, ANN),
    )
    assert below(sent)[1:] == [
        " 09:00:00.000  ┆                             created",
        " 09:00:00.150  ┆───────▶┆                    menu “Main menu”",
        " 09:00:12.000  ┆        ╳───────▶┆           queued",
        " 09:00:15.000  ┆                 ┆───────▶┆  offered",
        " 09:00:20.000  ┃◀────────────────┼────────┃  answered, waited 8 s",
        " 09:10:00.000  ╳─────────────────────────▶╳  ended by caller, talked 9 min 40 s",
    ]


@pytest.mark.parametrize("party", ["/participants/0", "/from"])
def test_who_holds_the_call_and_who_is_held_do_not_talk(party: str) -> None:
    held, resumed = entry("9:01:00", Happened.HELD, party), entry("9:01:30", Happened.RESUMED, party)
    assert drawn(talking(who("9:00:30", Happened.RINGING, 1), held, resumed))[2:] == [
        " 09:01:00  ▒          ▒          ┆  held",
        " 09:01:30  ┃          ┃          ┆  resumed, held 30 s",
        " 09:10:00  ╳─────────▶╳          ╳  ended by caller, talked 9 min 50 s, 30 s",
        "                                        of it on hold",
    ]


def test_of_several_who_talk_one_may_be_on_hold() -> None:
    joined, held = who("9:01:00", Happened.JOINED, 1), who("9:02:00", Happened.HELD, 1)
    assert drawn(talking(joined, held))[2] == " 09:02:00  ┃          ┃          ▒  held"


def test_the_call_is_on_hold_until_nobody_holds_it() -> None:
    held = entry("9:01:00", Happened.HELD, "/from"), who("9:01:10", Happened.HELD, 0)
    resumed = entry("9:01:30", Happened.RESUMED, "/from"), who("9:01:40", Happened.RESUMED, 0)
    rung = who("9:00:30", Happened.RINGING, 1)
    assert [line[11:34] for line in drawn(talking(rung, *held, *resumed))[4:6]] == [
        "┃          ▒          ┆",
        "┃          ┃          ┆",
    ]


def test_an_agent_consults_and_transfers() -> None:
    sent = talking(
        who("9:02:00", Happened.CALLED, 1),
        who("9:02:00", Happened.HELD, 0),
        who("9:02:06", Happened.JOINED, 1),
        who("9:03:00", Happened.TRANSFERRED, 0),
    )
    assert drawn(sent) == [
        " 09:00:10  ┃◀─────────┃             answered, rang 10 s",
        " 09:02:00  ┃          ┃─────────▶┆  called",
        " 09:02:00  ▒          ▒          ┆  held",
        " 09:02:06  ▒          ┃◀─────────┃  joined",
        " 09:03:00  ┃          ╳─────────▶┃  transferred",
        " 09:10:00  ╳────────────────────▶╳  ended by caller, talked 9 min 50 s,",
        "                                        1 min of it on hold",
    ]


def test_an_agent_transfers_to_who_comes_at_once() -> None:
    sent = talking(
        who("9:02:00", Happened.TRANSFERRED, 0),
        who("9:02:00.050", Happened.RINGING, 1),
        who("9:02:04", Happened.JOINED, 1),
    )
    assert [line[11:] for line in drawn(sent)[1:-1]] == [
        "┃          ╳─────────▶┆  transferred",
        "50  ┃                     ┆  offered",
        "┃◀────────────────────┃  joined",
    ]


def test_to_whom_an_agent_transfers_may_not_be_known() -> None:
    sent = talking(who("9:02:00", Happened.TRANSFERRED, 0), who("9:02:01.001", Happened.RINGING, 1))
    assert drawn(sent)[1:3] == [
        " 09:02:00  ┃          ╳             transferred",
        " 09:02:01.001  ┃                     ┆  offered",
    ]


def test_of_several_agents_nobody_knows_who_calls() -> None:
    joined, called = who("9:02:00", Happened.JOINED, 1), who("9:03:00", Happened.CALLED, 2)
    assert drawn(talking(joined, called, parties=(ANN, BEN, Party("+13125550188"))))[2] == (
        " 09:03:00  ┃        ┃        ┃        ┆  called"
    )


def test_a_supervisor_joins_nobody_in_particular() -> None:
    rung, joined = who("9:02:00", Happened.RINGING, 1), who("9:02:01", Happened.JOINED, 1, "coaching")
    assert drawn(talking(rung, joined, parties=(ANN, BOSS)))[1:3] == [
        " 09:02:00  ┃          ┃          ┆  ringing",
        " 09:02:01  ┃          ┃          ┃  joined, coaching",
    ]


@pytest.mark.parametrize(
    ("word", "told"), [("Barging", "joined, barged in"), ("monitoring", "joined, listening in"), ("new", "joined")]
)
def test_it_is_told_what_a_supervisor_does(word: str, told: str) -> None:
    assert drawn(talking(who("9:02:01", Happened.JOINED, 1, word), parties=(ANN, BOSS)))[1].endswith(f"  {told}")


@pytest.mark.parametrize(
    ("word", "told"),
    [("noAnswerTransfer", "no answer, 10 s"), ("transfer.noanswer", "no answer, 10 s"), ("client", "declined, 10 s")],
)
def test_who_does_not_answer_has_not_declined(word: str, told: str) -> None:
    events = (
        who("9:00:05", Happened.RINGING, 0),
        who("9:00:15", Happened.DECLINED, 0, word),
        who("9:00:20", Happened.RINGING, 1),
    )
    assert below(inbound(*events))[3].endswith(f"  {told}")


def test_a_voicemail_box_talks_to_the_caller() -> None:
    events = (
        who("9:00:05", Happened.RINGING, 0),
        who("9:00:15", Happened.DECLINED, 0, "noAnswerTransfer"),
        who("9:00:16", Happened.REDIRECTED, 1, "voicemail"),
        who("9:00:16", Happened.OTHER, 1, "system"),
    )
    box = Party(name="Voicemail", role=Role.VOICEMAIL)
    sent = inbound(*events, parties=(ANN, box))._replace(outcome=Outcome.NO_ANSWER)
    assert below(sent)[3:] == [
        " 09:00:15.000  ┆◀────────────────────╳  no answer, 10 s",
        " 09:00:16.000  ┃─────────▶┃             voicemail",
        " 09:10:00.000  ╳─────────▶╳             ended by caller, 9 min 44 s in voicemail",
    ]


def test_what_follows_the_call_comes_after_its_end() -> None:
    wrapup = who("9:09:59.500", Happened.OTHER, 0, "wrapup")
    interact = who("9:05:00", Happened.OTHER, 0, "interact")
    other = who("9:06:00", Happened.OTHER, 0, "sharing")
    assert [line.rpartition("  ")[2] for line in drawn(talking(interact, other, wrapup, parties=(ANN, BOSS)))[1:]] == [
        "“sharing”",
        "ended by caller, talked 9 min 50 s",
        "after-call work",
    ]


def test_what_was_dialed_has_no_lane_when_its_side_hangs_up() -> None:
    ended = ENDED._replace(party="/to")
    sent = inbound(
        who("9:00:01", Happened.QUEUED, 1),
        who("9:00:05", Happened.RINGING, 0),
        who("9:00:10", Happened.ANSWERED, 0),
        parties=(ANN, QUEUE),
        ended=ended,
    )._replace(ended_by=EndedBy.CALLEE)
    lines = ladder_lines(sent)
    assert " dialed +1 312-555-0172 US" in lines
    assert lines[-1] == " 09:10:00.000  ╳◀────────────────────╳  ended by callee, talked 9 min 50 s"


def test_an_agent_calls_and_the_number_is_only_shown() -> None:
    answered, ended = entry("9:00:10", Happened.ANSWERED, "/to"), ENDED._replace(party="/to")
    called, joined = who("9:02:00", Happened.CALLED, 1), who("9:02:05", Happened.JOINED, 1)
    sent = call(DIALED, CUSTOMER, [CREATED, answered, called, joined, ended], direction=Direction.OUTBOUND)
    lines = ladder_lines(sent._replace(participants=(ANN, BEN), ended_by=EndedBy.CALLEE))
    assert lines == [
        " A  “Ann” (agent)",
        " B  +1 312-555-0141 US (customer)",
        " C  “Ben” (agent)",
        " showing +1 312-555-0172 US",
        "",
        " Thu 26 Nov 2026, UTC",
        "               A          B          C",
        " 09:00:00.000  ┆─────────▶┆             created",
        " 09:00:10.000  ┃◀─────────┃             answered, rang 10 s",
        " 09:02:00.000  ┃──────────┼─────────▶┆  called",
        " 09:02:05.000  ┃◀─────────┼──────────┃  joined",
        " 09:10:00.000  ╳◀─────────╳          ╳  ended by callee, talked 9 min 50 s",
    ]


def test_guests_of_one_name_and_number_have_a_lane_each() -> None:
    guest = Party("+13125550188", name="Guest")
    sent = talking(*(who(f"9:01:{n:02}", Happened.JOINED, n) for n in range(1, 10)), parties=(ANN, *[guest] * 9))
    assert [line[:3] for line in ladder_lines(sent)[:11]] == [f" {letter} " for letter in "ABCDEFGHIJK"]
    assert below(sent)[-2] == " 09:01:09.000  K      joined"


def test_a_person_who_takes_part_twice_has_one_lane() -> None:
    again = BEN._replace(number="7000")
    sent = talking(who("9:01:00", Happened.JOINED, 1), who("9:02:00", Happened.JOINED, 2), parties=(ANN, BEN, again))
    assert len(drawn(sent)[1].split("joined")[0].split()) == 4
