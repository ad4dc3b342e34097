"""Calls over time, drawn: a bar for each slot, and outcomes that can be told apart without colors."""

import random
import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from kit.many_records import NOW, counted, drawn, record, spread
from kit.screen import columns_of

from callinspect.model import Outcome
from callinspect.render import people
from callinspect.render.style import Style

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ROW = re.compile(r" ((?:\w{3} [ \d]\d \w{3})|[\d:]{5,8}) +([\d,]+)(?:  (.*))?")


def section(text: str) -> list[str]:
    """Return the lines about time, without their heading."""
    (found,) = (each for each in text.split("\n\n") if " per bar" in each)
    return found.splitlines()[1:]


def rows(text: str) -> list[tuple[str, int, str]]:
    """Return label, calls and bar of each slot."""
    found = (ROW.fullmatch(line) for line in section(text))
    return [(each[1], int(each[2].replace(",", "")), (each[3] or "").strip()) for each in found if each]


def fills(text: str) -> dict[str, str]:
    """Return the character of each outcome, by the legend."""
    last = " ".join(line for line in section(text) if not ROW.fullmatch(line))
    return {outcome: mark for mark, outcome in re.findall(r"(?<!\S)(\S) ([a-z-]+)(?!\S)", last)}


@pytest.mark.parametrize("width", [120, 80])
@pytest.mark.parametrize("ascii_", [False, True])
def test_a_bar_is_cut_in_proportion(width: int, ascii_: bool) -> None:
    """To less than a cell, by largest remainder; and the longest bar fills the line."""
    chance = random.Random(5)
    found = counted(spread(100, 30 * DAY))
    slots = [each._replace(outcomes={word: chance.randint(300, 2000) for word in Outcome}) for each in found.slots]
    text = people.statistics(found._replace(slots=slots), Style(width=width, ascii=ascii_, zone=UTC))
    known, bars = fills(text), rows(text)
    assert [calls for _, calls, _ in bars] == [sum(each.outcomes.values()) for each in slots]
    most, room = max(calls for _, calls, _ in bars), max(len(bar) for *_, bar in bars)
    assert max(columns_of(line) for line in section(text)) == width - 1
    for slot, (_, calls, bar) in zip(slots, bars, strict=True):
        assert abs(len(bar) - Fraction(room * calls, most)) <= Fraction(1, 2)
        shares = {outcome: Fraction(len(bar) * count, calls) for outcome, count in slot.outcomes.items()}
        more = {outcome: bar.count(known[outcome]) - int(share) for outcome, share in shares.items()}
        assert min(shares.values()) > 1
        assert set(more.values()) <= {0, 1}
        nearer = [shares[outcome] % 1 for outcome in Outcome if more[outcome]]
        assert min(nearer, default=1) >= max(shares[outcome] % 1 for outcome in Outcome if not more[outcome])
        assert bar == "".join(known[outcome] * bar.count(known[outcome]) for outcome in Outcome)


def test_cells_are_exact_where_shares_are_whole() -> None:
    records = [record()] * 30 + [record(outcome="busy")] * 20 + [record(outcome="failed")] * 10
    width = len(" 11:00:00  60  ") + 60 + 1
    [(_, _, bar)] = rows(drawn(records, width=width))
    assert bar == "█" * 30 + "▒" * 20 + "╳" * 10


def test_one_call_in_a_million_is_seen() -> None:
    found = counted(spread(20, MINUTE))
    slot = found.slots[0]
    rare = slot._replace(outcomes={each: 10**6 if each == "answered" else 1 for each in Outcome})
    few = slot._replace(outcomes={each: int(each in {"busy", "failed"}) for each in Outcome})
    for width in (120, 80, 40):
        text = people.statistics(found._replace(slots=[rare, few]), Style(width=width))
        assert all(text.count(mark) >= 2 for mark in fills(text).values())
        (_, _, bar), (_, _, other) = rows(text)
        assert set(bar) == set(fills(text).values())
        assert other == "▒╳"


@pytest.mark.parametrize("ascii_", [False, True])
def test_outcomes_have_characters_of_their_own(ascii_: bool) -> None:
    known = fills(drawn(spread(100, DAY), ascii=ascii_))
    assert len(set(known.values())) == len(known) == len(Outcome)
    assert all(mark.isascii() == ascii_ or mark in "/?" for mark in known.values())


def test_the_legend_has_the_outcomes_that_occur() -> None:
    assert fills(drawn([record(), record(outcome="busy")])) == {"answered": "█", "busy": "▒"}


def test_a_long_gap_takes_one_row() -> None:
    """A short one is drawn as it is."""
    at = datetime(2026, 11, 26, 8, tzinfo=UTC)

    def after(*minutes: int) -> list[tuple[str, int, str]]:
        return [
            (label, calls, bar.strip("█"))
            for label, calls, bar in rows(drawn([record(at + each * MINUTE) for each in minutes]))
        ]

    assert after(0, 3, 4, 40) == [
        *(("08:00", 1, ""), ("08:01", 0, ""), ("08:02", 0, ""), ("08:03", 1, "")),
        *(("08:04", 1, ""), ("08:05", 0, "… until 08:40"), ("08:40", 1, "")),
    ]


def test_a_day_is_named_where_it_begins() -> None:
    """And not again where the headline names it."""
    lines = section(drawn([record(NOW - number * timedelta(hours=1)) for number in range(24)]))
    assert [line for line in lines if "2026" in line] == [" Thu 26 Nov 2026", " Fri 27 Nov 2026"]
    after = lines[lines.index(" Fri 27 Nov 2026") + 1]
    assert after.split()[0] == "00:00"
    assert not [line for line in section(drawn([record(NOW), record(NOW - 60 * MINUTE)])) if "2026" in line]


def test_slots_of_days_are_dates() -> None:
    found = drawn([record(NOW - number * DAY) for number in range(30)])
    assert "Ended calls by start time (1 day per bar)" in found
    assert [label for label, *_ in rows(found)][-2:] == ["Thu 26 Nov", "Fri 27 Nov"]
    years = section(drawn([record(NOW), record(NOW - 40 * DAY), record(NOW + 38 * DAY)]))
    assert [line for line in years if re.fullmatch(r" \d{4}", line)] == [" 2026", " 2027"]


def test_times_are_in_the_zone_of_display() -> None:
    tokyo, berlin = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
    assert rows(drawn([record(NOW)], zone=tokyo))[0][0] == "20:00:00"
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)
    lines = section(drawn([record(night + number * timedelta(hours=1)) for number in range(20)], zone=berlin))
    assert " Sun 25 Oct 2026, CEST (UTC+2)" in lines
    assert lines[lines.index(" Sun 25 Oct 2026, CET (UTC+1)") + 1].split()[0] == "02:00"


def test_days_are_right_where_clocks_have_changed() -> None:
    """Though they then begin an hour before midnight, or after it."""
    berlin = ZoneInfo("Europe/Berlin")
    for end in (datetime(2026, 11, 10, 12, tzinfo=UTC), datetime(2026, 4, 10, 12, tzinfo=UTC)):
        found = rows(drawn([record(end - number * DAY) for number in reversed(range(30))], zone=berlin))
        days = [f"{end - number * DAY:%a} {(end - number * DAY).day:2} {end - number * DAY:%b}" for number in range(30)]
        assert [label for label, *_ in found] == days[::-1]


def test_a_terminal_gets_as_many_slots_as_it_has_room_for() -> None:
    assert [people.slots_fitting(lines) for lines in (24, 50, 200)] == [25, 25, 48]
    assert len(counted(spread(9000, DAY), most=people.slots_fitting(24)).slots) in {24, 25}


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
@pytest.mark.parametrize("none", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"])
def test_what_stands_for_no_date_is_no_time(none: str, zone: str) -> None:
    text = drawn([record(created_at=none, answered_at=None), record(NOW, "busy")], zone=ZoneInfo(zone))
    assert [calls for _, calls, _ in rows(text)] == [1]
    assert "1 call without a time is in no bar" in text


@pytest.mark.parametrize("width", [20, 24, 30])
def test_a_stretch_without_calls_fits_in_little_room(width: int) -> None:
    text = drawn([record(at=NOW), record(at=NOW - 20 * DAY)], width=width)
    lines = section(text)
    assert any("…" in line for line in lines)
    assert max(map(columns_of, lines)) <= width
