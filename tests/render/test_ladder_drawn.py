"""The ladder of a call with several parties, as it looks on a terminal of 80 columns, and of 40."""

from kit.ladders import (
    CALLED,
    CALLER,
    CONFERENCE,
    PARKED,
    QUEUE,
    REDIRECTED,
    TRANSFER,
    below,
    call,
    entry,
    ladder_lines,
)

from callinspect.model import Party
from callinspect.model.further import Role
from callinspect.model.timeline import Happened


def test_a_leg_of_its_own_transfers_the_call() -> None:
    assert below(TRANSFER) == [
        "               A          B          C",
        " 10:17:34.621  ┆─────────▶┆             created",
        " 10:17:36.100  ┃◀─────────┃             answered, rang 1.5 s",
        " 10:18:02.400  ┃          ┃─────────▶┆  leg 2 created",
        " 10:18:06.400  ┃          ┃◀─────────┃  leg 2 answered, rang 4 s",
        " 10:19:05.900  ┃          ┃          ╳  leg 2 ended, talked 59.5 s: hangup",
        " 10:19:06.100  ╳          ╳             ended, talked 1 min 30 s: hangup",
    ]


def test_those_who_join_a_conference_come_and_go() -> None:
    assert below(CONFERENCE) == [
        "               A        B        C        D",
        " 14:00:00.000  ┆───────▶┆                    created",
        " 14:00:04.000  ┃◀───────┃                    answered, rang 4 s",
        " 14:00:30.000  ┃        ┃◀───────┃           leg 2 joined",
        " 14:01:10.000  ┃        ┃◀───────┼────────┃  leg 3 joined",
        " 14:05:00.000  ┃        ┃        ╳        ┃  leg 2 left: NORMAL_CLEARING",
        " 14:20:00.000  ╳        ╳                 ╳  ended, talked 19 min 56 s; leg 3",
        "                                             too",
    ]


def test_a_queue_offers_until_somebody_answers() -> None:
    assert below(QUEUE) == [
        "               A      B      C      D      E",
        " 09:00:00.000  ┆─────▶┆                       queued",
        " 09:00:12.000  ┆      ┆─────▶┆                offered",
        " 09:00:27.000  ┆      ┆◀─────╳                declined, 15 s",
        " 09:00:27.500  ┆      ┆────────────▶┆         offered",
        " 09:00:35.000  ┆      ┆◀────────────╳         declined, 7.5 s",
        " 09:00:36.000  ┆      ┆───────────────────▶┆  offered",
        " 09:00:40.000  ┃◀─────┼────────────────────┃  answered, waited 40 s",
        " 09:06:40.000  ╳──────────────────────────▶╳  ended by caller, talked 6 min",
    ]


def test_a_chain_of_redirections_leads_to_the_user() -> None:
    assert below(REDIRECTED) == [
        "               A        B        C        D",
        " ?             ┆───────▶┆                    called",
        " ?             ┆        ╳───────▶┆           call-queue",
        " ?             ┆                 ╳───────▶┆  busy",
        " 05:04:50.708  ┆                          ┆  created",
        " 05:04:52.000  ┆                          ┆  still ringing when read",
    ]


def test_a_parked_call_comes_back_from_where_it_was() -> None:
    assert below(PARKED) == [
        "               A          B          C",
        " ?             ▒          ▒◀─────────╳  parked",
        " 05:04:54.016  ┆          ╳─────────▶┆  created: recall (park)",
    ]


def test_a_narrow_terminal_names_both_before_the_word() -> None:
    assert below(TRANSFER, 40) == [
        " 10:17:34  A → B  created",
        " 10:17:36  B → A  answered, rang 1.5 s",
        " 10:18:02  B → C  leg 2 created",
        " 10:18:06  C → B  leg 2 answered, rang",
        "                  4 s",
        " 10:19:05  C      leg 2 ended, talked",
        "                  59.5 s: hangup",
        " 10:19:06         ended, talked",
        "                  1 min 30 s: hangup",
    ]


def test_it_says_who_redirects_to_whom_without_lifelines() -> None:
    assert below(REDIRECTED, 40) == [
        " ?         A → B  called",
        " ?         B → C  call-queue",
        " ?         C → D  busy",
        " 05:04:50         created",
        " 05:04:52         still ringing when",
        "                  read",
    ]


def test_a_queue_is_told_in_whole_seconds() -> None:
    assert below(QUEUE, 40) == [
        " 09:00:00  A → B  queued",
        " 09:00:12  B → C  offered",
        " 09:00:27  C → B  declined, 15 s",
        " 09:00:27  B → D  offered",
        " 09:00:35  D → B  declined, 7.5 s",
        " 09:00:36  B → E  offered",
        " 09:00:40  E → A  answered, waited 40 s",
        " 09:06:40  A → E  ended by caller,",
        "                  talked 6 min",
    ]


def test_it_is_drawn_in_ascii() -> None:
    assert below(CONFERENCE, 80, is_ascii=True) == [
        "               A        B        C        D",
        " 14:00:00.000  :------->:                    created",
        " 14:00:04.000  |<-------|                    answered, rang 4 s",
        " 14:00:30.000  |        |<-------|           leg 2 joined",
        " 14:01:10.000  |        |<-------+--------|  leg 3 joined",
        " 14:05:00.000  |        |        x        |  leg 2 left: NORMAL_CLEARING",
        " 14:20:00.000  x        x                 x  ended, talked 19 min 56 s; leg 3",
        "                                             too",
    ]


def test_hold_is_drawn_in_ascii() -> None:
    assert below(PARKED, 80, is_ascii=True) == [
        "               A          B          C",
        " ?             ~          ~<---------x  parked",
        " 05:04:54.016  :          x--------->:  created: recall (park)",
    ]


def test_the_list_is_written_in_ascii() -> None:
    assert below(PARKED, 40, is_ascii=True) == [
        " ?         C -> B  parked",
        " 05:04:54  B -> C  created: recall",
        "                   (park)",
    ]


def test_words_wrap_beside_the_lifelines() -> None:
    assert below(TRANSFER, 60) == [
        "               A          B          C",
        " 10:17:34.621  ┆─────────▶┆             created",
        " 10:17:36.100  ┃◀─────────┃             answered, rang 1.5 s",
        " 10:18:02.400  ┃          ┃─────────▶┆  leg 2 created",
        " 10:18:06.400  ┃          ┃◀─────────┃  leg 2 answered, rang",
        "               ┃          ┃          ┃  4 s",
        " 10:19:05.900  ┃          ┃          ╳  leg 2 ended, talked",
        "               ┃          ┃             59.5 s: hangup",
        " 10:19:06.100  ╳          ╳             ended, talked",
        "                                        1 min 30 s: hangup",
    ]


def test_a_number_that_was_only_dialed_has_no_lifeline() -> None:
    queue, agent = Party(name="Support", role=Role.QUEUE), Party(name="Dana", role=Role.AGENT)
    entries = [
        entry("9:00:00", Happened.QUEUED, "/participants/0"),
        entry("9:00:00", Happened.CREATED, "/to"),
        entry("9:00:12", Happened.RINGING, "/participants/1"),
    ]
    sent = call(CALLER, CALLED, entries)._replace(participants=(queue, agent))
    assert ladder_lines(sent)[3] == " dialed +1 919-555-0134 US"
    assert below(sent)[1:] == [
        " 09:00:00.000  ┆─────────▶┆             queued",
        " 09:00:12.000  ┆          ┆─────────▶┆  offered",
    ]
