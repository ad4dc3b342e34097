"""Groups of calls as a table: columns by the room there is, and values as what they are."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit.many_records import NOW, drawn, record, written
from kit.screen import columns_of

HOUR = timedelta(hours=1)

COLUMNS = {
    120: ["CALLS", "ANSWERED", "ASR", "NER", "ACD", "RING P95", "TALK P50", "MINUTES", "COST"],
    80: ["CALLS", "ANSWERED", "ASR", "NER", "ACD", "RING P95"],
    40: ["CALLS", "ASR", "ACD"],
}


def grouped(value: Any, **fields: Any) -> dict[str, Any]:
    lengths = {"ring": 12.3, "talk": 135.2}
    return record(durations=lengths, cost={"amount": "0.01", "currency": "USD"}, x=value, **fields)


def table(text: str, name: str = "X") -> list[str]:
    """Return the lines of the table, from its heading on."""
    (found,) = (each for each in text.split("\n\n") if re.match(rf"\n? {name} +CALLS", each))
    return found.strip("\n").splitlines()


@pytest.mark.parametrize("width", COLUMNS)
def test_the_width_determines_the_columns(width: int) -> None:
    records = [grouped("two words of it"), grouped("two words of it", outcome="busy"), grouped("other words")]
    heading, first, second = table(drawn(records, by="x", width=width))
    assert [each.strip() for each in re.split(r"  +", heading.strip())][1:] == COLUMNS[width]
    cells = dict(
        zip(COLUMNS[120], re.split(r"  +", table(drawn(records, by="x", width=120))[1].strip())[1:], strict=True)
    )
    assert cells == {
        "CALLS": "2",
        "ANSWERED": "1",
        "ASR": "50.0 %",
        "NER": "100.0 %",
        "ACD": "2 min 15 s",
        "RING P95": "12.3 s",
        "TALK P50": "2 min 15 s",
        "MINUTES": "2.3",
        "COST": "0.02 USD",
    }
    for line in (heading, first, second):
        assert columns_of(line) <= width


@pytest.mark.parametrize("width", [120, 80, 40])
def test_how_many_ended_is_told_where_not_all_have(width: int) -> None:
    """Of the last hour, hardly a call may have ended; and who was answered has that outcome, as in the headline."""
    later = record(outcome="failed", x="b", answered_at=written(NOW))
    records = [*[record(outcome=None, state="active", x="a")] * 3, record(x="a"), later]
    heading, first, second = table(drawn(records, by="x", width=width))
    names, values, others = (re.split(r"  +", each.strip()) for each in (heading, first, second))
    assert dict(zip(names, values, strict=True))["ENDED"] == "1"
    assert dict(zip(names, values, strict=True))["CALLS"] == "4"
    assert dict(zip(names, others, strict=True)).get("ANSWERED", "0") == "0"


def test_columns_are_aligned_on_the_right() -> None:
    heading, *rows = table(drawn([grouped("a")] * 1200 + [grouped("b", outcome="failed")], by="x"))
    assert {len(heading), *map(len, rows)} == {len(heading)}
    assert heading.index("CALLS") + len("CALLS") == rows[0].index("1,200") + len("1,200")


def test_calls_without_a_value_are_named() -> None:
    _, first, last = table(drawn([grouped(None), grouped("a"), grouped(None)], by="x"))
    assert (first.split()[0], last.split()[0]) == ("a", "(none)")


def test_values_are_what_they_are() -> None:
    values = {
        "(none)": "“(none)”",
        True: "true",
        7: "7",
        "+14155550100": "+1 415-555-0100 US",
        "two words": "“two words”",
    }
    rows = table(drawn([grouped(each) for each in values], by="x"))[1:]
    assert {re.split(r"  +", row.strip())[0] for row in rows} == set(values.values())


@pytest.mark.parametrize("width", [120, 80, 40])
def test_a_long_word_is_whole_and_a_text_is_cut(width: int) -> None:
    word, text = "c-" + "0123456789abcdef" * 5, "many words " * 9
    lines = table(drawn([grouped(word), grouped(text)], by="x", width=width))
    assert f" {word}" in lines
    (cut,) = (line for line in lines if "many" in line)
    assert re.match(r" “many[a-z ]*…”  ", cut)
    assert columns_of(cut) <= width
    assert lines[lines.index(f" {word}") + 1].split()[0] == "1"


def test_hours_are_in_the_zone_of_display() -> None:
    records = [record(NOW - number * HOUR, hour=written(NOW - number * HOUR)) for number in (1, 0)]
    tokyo = drawn([*records, record(NOW - 9 * HOUR, hour=None)], by="hour", zone=ZoneInfo("Asia/Tokyo"))
    lines = table(tokyo, "HOUR")
    assert [line.split()[0] for line in lines] == ["HOUR", "19:00", "20:00", "Time", "(none)"]
    lines = table(drawn([*records, record(NOW - 12 * HOUR, hour=written(NOW - 12 * HOUR))], by="hour"), "HOUR")
    assert [line.split("  ")[0].strip() for line in lines[1:]] == [
        *("Thu 26 Nov 2026", "23:00", "Fri 27 Nov 2026", "10:00", "11:00"),
    ]


def test_days_are_dates() -> None:
    records = [record(NOW, day="2026-11-27"), record(NOW - 24 * HOUR, day="2026-11-26")]
    assert [line.split("  ")[0] for line in table(drawn(records, by="day"), "DAY")[1:]] == [
        " Thu 26 Nov",
        " Fri 27 Nov",
    ]
    new_year = [*records, record(NOW + 48 * 24 * HOUR, day="2027-01-14")]
    lines = table(drawn(new_year, by="day"), "DAY")
    assert [line for line in lines if re.fullmatch(r" \d{4}", line)] == [" 2026", " 2027"]


def test_a_value_that_is_no_time_is_drawn_nevertheless() -> None:
    for field in ("hour", "day"):
        assert "“\\x1b[m yesterday”" in drawn([record(NOW, "busy", **{field: "\x1b[m yesterday"})], by=field)


def test_of_thousands_of_groups_some_are_drawn() -> None:
    """The largest ones; in the order of time, the first and the last."""
    records = [grouped(f"v{number}") for number in range(9000)] + [grouped("many"), grouped("many"), grouped(None)]
    lines = table(drawn(records, by="x"))
    assert len(lines) < 210
    assert lines[1].split()[0] == "many"
    assert lines[-1].split()[0] == "(none)"
    assert lines[-2].strip() == f"… {9002 - 200:,} more, see -o json"
    times = [record(NOW - number * HOUR, hour=written(NOW - number * HOUR)) for number in range(5000)]
    lines = table(drawn(times, by="hour"), "HOUR")
    assert lines[-1].split()[0] == "11:00"
    assert sum(re.match(r" \d\d:00 ", line) is not None for line in lines) == 200
