"""The figures of many calls as a picture, read back from the file."""

import re
import stat
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from kit.many_records import NOW, counted, record, spread
from kit.pictures import SVG, contrast, lines, pieces
from kit.showing import finishing
from kit.stranger import hostile

from callinspect.cli.options import Options
from callinspect.cli.picturing import Chart
from callinspect.errors import OutputError, UsageError
from callinspect.figures import Statistics
from callinspect.model import Outcome
from callinspect.render import people
from callinspect.render.style import Style

KINDS = ("svg", "html")
DAY = timedelta(days=1)


def exported(found: Statistics, file: Path, width: int | None = None, zone: tzinfo = UTC) -> str:
    """Return the file that is written beside the usual output."""
    options = Options()
    options.zone = zone
    Chart(str(file), width).draw(found, options)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_has_what_people_see(kind: str, width: int, tmp_path: Path) -> None:
    """Each word and each bar in its columns."""
    found = counted(spread(900, DAY), by="provider")
    file = exported(found, tmp_path / f"x.{kind}", width)
    shown = people.statistics(found, Style(width=width, zone=UTC)).splitlines()
    assert lines(file) == [line.rstrip() for line in shown]


@pytest.mark.parametrize("kind", KINDS)
def test_every_color_has_a_contrast_of_4_5_to_1(kind: str, tmp_path: Path) -> None:
    """Outcomes are told apart by characters as well. Full blocks stand on their own color."""
    file = exported(counted(spread(900, DAY), by="provider"), tmp_path / f"x.{kind}")
    every = pieces(file)
    colors = {(each.color, each.ground) for each in every if each.text.strip("█ ")}
    assert len(colors) >= 5
    assert not {pair: contrast(*pair) for pair in colors if contrast(*pair) < 4.5}
    assert min(contrast(each.color, "#ffffff") for each in every if "█" in each.text) >= 4.5
    assert all(any(outcome in each.text for each in every) for outcome in Outcome)


def test_an_svg_says_in_words_what_it_shows(tmp_path: Path) -> None:
    found = counted([record(NOW - DAY), record(NOW), record(outcome="busy"), record(outcome="failed")])
    root = ET.fromstring(exported(found, tmp_path / "x.svg"))
    assert root.get("role") == "img"
    title = "4 calls, Thu 26 Nov 2026 11:00 to Fri 27 Nov 2026 11:00, UTC: ASR 50.0 %, NER 75.0 %"
    assert root.findtext(f"{SVG}title") == title
    assert "\n answered  2   50.0 %    ASR      50.0 % (2 of 4)\n" in (root.findtext(f"{SVG}desc") or "")
    page = exported(found, tmp_path / "x.html")
    assert f"<title>{title}</title>" in page
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in page
    assert ET.fromstring(exported(counted([]), tmp_path / "none.svg")).findtext(f"{SVG}title") == "No calls"


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_texts_make_no_other_picture(kind: str, tmp_path: Path) -> None:
    text = hostile("x") + " {} {0} {matrix} {{code}} \ufffe ]]> --> &#160; \0title\0 \0text\0"
    cause = {"code": text, "title": text, "explanation": text}
    cost = {"amount": "1", "currency": text}
    found = counted([record(provider=text, cause=cause, cost=cost, x=text), record(cause=cause)], by="x")
    file = exported(found, tmp_path / f"x.{kind}", 120)
    shown = people.statistics(found, Style(width=120, zone=UTC))
    assert "".join("".join(lines(file)).split()) == "".join(shown.split())
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff\ud800-\udfff]", file)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_last_look_masks_is_not_in_the_file(kind: str, tmp_path: Path) -> None:
    """Bars can still be read then, without colors."""
    with finishing(lambda text: text.replace("acme", "word-kwzrbtqmpd")):
        file = exported(counted(spread(90, DAY), by="provider"), tmp_path / f"x.{kind}")
    assert "word-kwzrbtqmpd" in file
    assert "acme" not in file
    assert any("█░" in line for line in lines(file))


@pytest.mark.parametrize("kind", KINDS)
def test_times_in_a_picture_are_in_the_zone_they_were_counted_in(kind: str, tmp_path: Path) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    found = counted([record(NOW - number * DAY) for number in range(30)], zone=zone)
    shown = lines(exported(found, tmp_path / f"x.{kind}", zone=zone))
    assert shown[1] == " Thu 29 Oct 2026 20:00 to Fri 27 Nov 2026 20:00, JST (UTC+9)"
    assert any(line.startswith(" Fri 27 Nov  1  █") for line in shown)


def test_what_cannot_be_written_is_refused_before_counting(tmp_path: Path) -> None:
    Chart().check()
    Chart().draw(counted([]), Options())
    Chart(str(tmp_path / "x.svg"), 60).check()
    for chart, said in (
        (Chart(str(tmp_path / "x.png")), "--export takes FILE.svg or FILE.html"),
        (Chart(str(tmp_path / "there" / "x.svg")), "there is no directory"),
        (Chart(width=60), "--width is the width of what --export draws: add --export FILE"),
    ):
        with pytest.raises(UsageError, match=re.escape(said)):
            chart.check()


def test_a_file_that_cannot_be_written_fails(tmp_path: Path) -> None:
    (tmp_path / "x.svg").mkdir()
    with pytest.raises(OutputError, match="could not be written"):
        Chart(str(tmp_path / "x.svg")).draw(counted([]), Options())
