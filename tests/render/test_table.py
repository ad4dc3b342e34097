"""The table of several calls, as it looks on a real terminal and as it is drawn."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from kit import vendors
from kit.sandbox_calls import ANSWERED, BUSY
from kit.screen import columns_of, on_terminal

from callinspect.model import Call, Durations, Outcome, Party, State
from callinspect.render import table
from callinspect.render.card import card
from callinspect.render.style import Style

Env = dict[str, str]
COLOR = re.compile(r"\x1b\[[0-9;]*m")
ID = re.compile(r"c-[0-9a-f-]{40,50}|c-[a-z2-7]{23}|[A-Z0-9]{32}|[0-9a-f]{16}|Y2lz[\w=]+|v3:[\w-]+")
AT = datetime(2026, 11, 26, 7, 16, 4, tzinfo=UTC)
RILEY = Party(number="+14155550142", name="Riley Maximilian Fisher")


def shown(*arguments: str, env: Env, columns: int) -> list[str]:
    """Return the lines that the program writes to a terminal of that width, without colors."""
    text = on_terminal(*arguments, env=env, columns=columns)[1].decode().replace("\r\n", "\n")
    return COLOR.sub("", text.rpartition("\x1b[?25h")[2]).splitlines()  # after the progress


def call(identifier: str = "c-1", **fields: Any) -> Call:
    given = {"state": State.ENDED, "outcome": Outcome.ANSWERED, "created_at": AT, "from_": RILEY, "to": Party("2107")}
    return Call(**{"provider": "acme", "id": identifier, **given, **fields})


def lines(*calls: Call, width: int = 80, **style: Any) -> list[str]:
    """Return the lines of a table without a terminal."""
    return table.calls(calls, Style(width=width, **style)).splitlines()


def test_an_id_ends_its_row_where_the_widest_row_fits(env: Env) -> None:
    header, day, *rows, count = shown("list", "bandwidth", "-n", "9", env=env, columns=120)
    assert header.split() == ["TIME", "STATE", "FROM", "TO", "DURATION", "ID"]
    assert re.fullmatch(r" \w{3} \d+ \w{3} \d{4}, UTC", day)
    assert len(rows) == 9
    assert {row.index("c-") for row in rows} == {header.index("ID")}
    assert all(ID.fullmatch(row.split()[-1]) for row in rows)
    assert re.match(r"9 calls: \d ", count)


def test_an_id_that_does_not_fit_stands_below_its_row(env: Env) -> None:
    header, _, *rows = shown("get", "-q", "bandwidth", ANSWERED[1], BUSY[1], env=env, columns=80)
    assert header.split() == ["TIME", "STATE", "FROM", "TO", "DURATION"]
    assert rows[1::2] == [f"   {ANSWERED[1]}", f"   {BUSY[1]}"]
    assert [row[header.index("FROM") :][:18] for row in rows[::2]] == ["+1 919-555-0143 US", "+1 919-555-0134 US"]
    assert [row.split()[1] for row in rows[::2]] == ["answered", "busy"]


def test_a_narrow_terminal_has_the_parties_below_as_well(env: Env) -> None:
    header, _, *rows = shown("get", "-q", "bandwidth", ANSWERED[1], BUSY[1], env=env, columns=40)
    assert header.split() == ["TIME", "STATE", "DURATION"]
    assert rows[1:3] == ["   +1 919-555-0143 US ──▶", "     +1 919-555-0134 US"]
    assert rows[3] == f"   {ANSWERED[1]}"  # the terminal wraps it


@pytest.mark.parametrize("columns", [120, 80, 40])
def test_every_vendors_calls_fit_with_whole_ids(columns: int, env: Env) -> None:
    """But for an ID and an address, which the terminal wraps."""
    found = shown("list", "--since", "all", env=env, columns=columns)
    whole = rf"{ID.pattern}|[a-z]+:\S+( ──▶)?"
    assert [line for line in found if columns_of(line) > columns and not re.fullmatch(whole, line.strip())] == []
    assert len(found) > 100
    if columns > 40:
        rows = [line for line in found if re.match(r" (\d\d:\d\d:\d\d|        )  \w", line)]
        assert len({line.index(state) for line in rows for state in [line[10:].split()[0]]}) == 1
        name = rf"\b(?:{'|'.join(vendors.LISTING)})\b"
        assert {word for line in rows for word in re.findall(name, line)} == {*vendors.LISTING}


def test_many_calls_leave_the_table_and_no_progress_behind(env: Env, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text(f"{ANSWERED[1]}\n" * 40, encoding="ascii")
    arguments = ("get", "bandwidth", "--input", str(tmp_path / "ids"), "-o", "table")
    text = on_terminal(*arguments, env=env, columns=200)[1].decode()
    assert text.count(ANSWERED[1]) == 40
    assert "bug" not in text
    assert "\x1b[?25h" in text.rpartition(" failed")[2]
    assert "40 of 40 done" in text.rpartition(ANSWERED[1])[2]


def test_a_day_is_a_heading_and_the_zone_is_named_once() -> None:
    several = [call(created_at=AT + timedelta(hours=hours)) for hours in (0, 1, 24, 48)]
    found = [line.strip() for line in lines(*several, width=120) if not re.search("c-1|ID", line)]
    assert found == ["Thu 26 Nov 2026, UTC", "Fri 27 Nov 2026", "Sat 28 Nov 2026"]


@pytest.fixture
def new_york() -> Iterator[None]:
    """The local zone is that of New York, where summer time ended on 1 November 2026, at 06:00 UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("minutes", "name", "said"),
    [
        (-300, "Eastern Standard Time", "Eastern Standard Time (UTC-5)"),
        (330, "+0530", "UTC+5:30"),
        (60, "Mitteleuropäische Zeit", r"Mitteleurop\xe4ische Zeit (UTC+1)"),
    ],
)
def test_a_table_names_a_zone_like_the_card(minutes: int, name: str, said: str) -> None:
    """Whatever the system calls it, such as Windows in its own language."""
    style = Style(ascii=True, encoding="ascii", zone=timezone(timedelta(minutes=minutes), name))
    assert f", {said}\n" in table.calls([call()], style)
    assert f", {said}\n" in card(call(), style)


@pytest.mark.usefixtures("new_york")
def test_a_zone_that_changes_is_named_again() -> None:
    night = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    found = [line.strip() for line in lines(call(created_at=night), call(created_at=night + timedelta(hours=1)))]
    assert found[1:4:2] == ["Sun 1 Nov 2026, EDT (UTC\N{MINUS SIGN}4)", "Sun 1 Nov 2026, EST (UTC\N{MINUS SIGN}5)"]
    assert [line[:8] for line in found[2:5:2]] == ["01:30:00", "01:30:00"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"outcome": Outcome.ANSWERED}, "32"),
        ({"outcome": Outcome.FAILED}, "1;31"),
        ({"outcome": Outcome.BUSY}, "33"),
        ({"outcome": Outcome.NO_ANSWER}, "33"),
        ({"outcome": Outcome.UNKNOWN}, "35"),
        ({"state": State.ACTIVE, "outcome": None}, "1;32"),
        ({"state": State.HELD, "outcome": None}, "1;33"),
        ({"state": State.UNKNOWN, "outcome": None}, "1;35"),
    ],
    ids=lambda value: "-".join(filter(None, value.values())) if isinstance(value, dict) else None,
)
def test_what_became_of_a_call_has_its_color(fields: dict[str, Any], code: str) -> None:
    text = "\n".join(lines(call(**fields), color=True))
    word = fields["outcome"] or fields["state"]
    assert f"\x1b[{code}m{word}" in text


@pytest.mark.parametrize(
    ("fields", "begin"),
    [
        ({"created_at": AT, "queued_at": AT - timedelta(hours=1)}, "07:16:04"),
        ({"created_at": None, "queued_at": AT, "ended_at": AT + timedelta(hours=1)}, "07:16:04"),
        ({"created_at": None, "answered_at": AT, "ended_at": AT + timedelta(hours=1)}, "07:16:04"),
        ({"created_at": None, "ended_at": AT}, "07:16:04"),
        ({"created_at": None}, "answered"),
    ],
    ids=["created", "queued", "answered", "ended", "none"],
)
def test_the_time_is_the_first_that_is_reported(fields: dict[str, Any], begin: str) -> None:
    assert lines(call(**fields))[-1].split()[0] == begin


@pytest.mark.parametrize(
    ("durations", "shown"),
    [
        (Durations(talk=2.5, reported=3, total=4), " 2.5 s "),
        (Durations(reported=3, total=4), " 3 s "),
        (Durations(total=598.516), " 9 min 59 s "),
        (Durations(talk=0, total=4), " 0 s "),
    ],
    ids=["talk", "reported", "total", "none"],
)
def test_the_duration_is_talk_else_reported_else_total(durations: Durations, shown: str) -> None:
    assert shown in f"{lines(call(durations=durations))[2]} "


@pytest.mark.parametrize(
    ("outcome", "durations", "shown"),
    [
        (Outcome.NO_ANSWER, Durations(reported=0, total=62), " 1 min 2 s "),
        (Outcome.BUSY, Durations(reported=0), " busy "),
        (Outcome.FAILED, Durations(reported=3), " failed "),
        (Outcome.UNKNOWN, Durations(reported=0, total=4), " 4 s "),
        (Outcome.UNKNOWN, Durations(reported=3, total=4), " 3 s "),
        (Outcome.ANSWERED, Durations(reported=0, total=4), " 0 s "),
        (None, Durations(reported=0), " active "),
    ],
    ids=str,
)
def test_of_one_nobody_answered_it_is_the_total(outcome: Outcome | None, durations: Durations, shown: str) -> None:
    """What vendors count of such a call is 0, or no talk."""
    state = State.ENDED if outcome else State.ACTIVE
    row = f"{lines(call(outcome=outcome, state=state, durations=durations))[2]} "
    assert shown in row
    assert (" s " in row) is (" s " in shown)


def test_the_provider_is_named_where_there_are_several() -> None:
    assert "PROVIDER" not in lines(call(), call())[0]
    header, _, first, second = lines(call(), call(provider="nimbus"))
    assert [row[header.index("PROVIDER") :].split()[0] for row in (first, second)] == ["acme", "nimbus"]


@pytest.mark.parametrize("ascii_only", [False, True], ids=["UTF-8", "ASCII"])
def test_a_long_name_is_cut_within_its_quotation_marks(ascii_only: bool) -> None:
    style = {"ascii": True, "encoding": "ascii"} if ascii_only else {}
    row = lines(call(to=RILEY._replace(name="Ann Lee")), width=70, **style)[2]
    cut = r'"Riley[\w ]*\.\.\."' if ascii_only else "“Riley[\\w ]*…”"
    assert re.search(rf"answered  {cut} \+14155550142  \S.* \+14155550142$", row)
    assert len(row) <= 70


def test_a_name_without_room_is_left_out_and_no_number() -> None:
    row = lines(call("c-" + "1" * 40, to=RILEY), width=52)[2]
    assert re.split("  +", row)[2:] == ["+14155550142", "+14155550142"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("ascii_only", [False, True], ids=["UTF-8", "ASCII"])
@pytest.mark.parametrize(
    "stranger",
    [
        "Bob”  +19005550000  1 h",
        'Bob"  +19005550000  1 h',
        "Riley\n 07:16:04  answered  +19005550000",
        f"{'A' * 200} answered",
        "[bold]b[/bold] :smile: \x1b[31m",
        "漢字漢字漢字漢字漢字漢字漢字漢字漢字",
    ],
    ids=ascii,
)
def test_a_stranger_cannot_write_a_column_or_a_row(stranger: str, ascii_only: bool, width: int) -> None:
    style = {"ascii": True, "encoding": "ascii"} if ascii_only else {}
    hostile = Party(number=stranger, name=stranger)
    found = lines(
        call(from_=hostile, to=hostile), call("c-2", from_=None, to=Party(name=stranger)), width=width, **style
    )
    text = re.sub(r"\s+", " ", re.sub('“[^”]*”|"[^"]*"', "", "\n".join(found)))
    assert not re.search(r"1900|smile|1 h|A{5}|漢", text)
    assert text.count("answered") + text.count("answer…") == 2
    assert all(line.startswith(" ") for line in found)
    assert all(columns_of(line) <= width for line in found)
