"""`get --export`: the card as a picture, read back from the file."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from kit import cases
from kit.case_playback import inspect
from kit.pictures import SVG, contrast, lines, pieces
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, ATTACHED, BUSY, known
from kit.screen import columns_of
from kit.stranger import hostile
from kit.vendor_texts import Saying, sayings

from callinspect import providers
from callinspect.errors import CallinspectError
from callinspect.model import Call
from callinspect.model.timeline import Entry, Happened
from callinspect.provider.reading_extras import with_extras
from callinspect.render import people
from callinspect.render.style import Style

Env = dict[str, str]

KINDS = ("svg", "html")


def described(words: str) -> tuple[str, str]:
    """Return the sandbox's call whose description has these words."""
    return next((call.provider, call.id) for call in known() if words in call.description)


CALLS = [
    ANSWERED,
    BUSY,
    ATTACHED,
    described("two agents"),
    (*described("the A-leg of two transfers"), "--with", "legs"),
    (*described("held for 30 s"), "--with", "all"),
]


def exported(tmp_path: Path, kind: str, *arguments: str, env: Env) -> tuple[str, str]:
    """Return the file that the program writes, and what it prints."""
    file = tmp_path / f"picture.{kind}"
    done = callinspect("get", *arguments, "--export", str(file), env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return file.read_text(encoding="utf-8"), done.stdout.decode()


def kept(table: str) -> list[str]:
    """Return the lines of a table as a picture has them, which is looked at later: nothing is some time ago."""
    found = [re.sub(r"  [0-9][0-9a-z ]* ago$", "", each.rstrip()) for each in table.splitlines()]
    return [each for each in found if not each or each.strip()]


def unread(shown: list[str]) -> list[str]:
    """Return the lines of a picture without the last one, which says when the call was read."""
    *lines_, blank, last = shown
    assert not blank
    assert re.fullmatch(r" Read \w{3} \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d UTC", last)
    return lines_


def saved(tmp_path: Path, said: Saying) -> list[str]:
    """Return the arguments to read what a vendor said from a file."""
    (tmp_path / "body").write_text(json.dumps(said.body))
    return [said.vendor, "--from-file", str(tmp_path / "body")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_a_picture_has_the_words_of_the_table(call: tuple[str, ...], kind: str, env: Env, tmp_path: Path) -> None:
    """Each in its column: the ladder's lines stand one below the other."""
    file, table = exported(tmp_path, kind, *call, "-o", "table", "--utc", env=env)
    assert unread(lines(file)) == kept(table)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_can_be_narrow(kind: str, env: Env, tmp_path: Path) -> None:
    file, table = exported(
        tmp_path, kind, *ANSWERED, "-o", "table", "--utc", "--width", "40", env={**env, "COLUMNS": "40"}
    )
    shown = lines(file)
    if kind == "svg":
        assert max(map(columns_of, shown)) <= 40
    assert "".join("".join(unread(lines(file))).split()) == "".join("".join(kept(table)).split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_says_when_the_call_was_read(kind: str, env: Env, tmp_path: Path) -> None:
    """Whoever opens it does so later. Of a response that was saved, nobody knows when it was read."""
    file, table = exported(tmp_path, kind, *BUSY, "-o", "table", env=env)
    assert " ago" in table
    assert " ago" not in file
    raw = callinspect("get", *BUSY, "--raw", env=env).stdout
    (tmp_path / "raw").write_bytes(raw)
    file, _ = exported(tmp_path, kind, BUSY[0], "--from-file", str(tmp_path / "raw"), env=env)
    assert " ago" not in file
    assert "Read " not in file


@pytest.mark.parametrize("kind", KINDS)
def test_times_in_a_picture_are_in_utc(kind: str, env: Env, tmp_path: Path) -> None:
    file, table = exported(tmp_path, kind, *ANSWERED, "-o", "table", "--tz", "Asia/Tokyo", env=env)
    [date, _] = [each for each in lines(file) if "UTC" in each]
    assert date.endswith(", UTC")
    assert "JST (UTC+9)" in table


def test_the_usual_output_comes_besides(env: Env, tmp_path: Path) -> None:
    for options, said in ((["-f", "outcome"], "answered\n"), (["--query", "state"], '"ended"\n')):
        file, printed = exported(tmp_path, "svg", *ANSWERED, *options, env=env)
        assert printed == said
        assert ANSWERED[1] in file


def calls() -> list[Call]:
    """Return every call of the vendors' cases."""
    found = []
    for case in cases.cases("calls"):
        provider = providers.get(case.vendor)
        try:
            document, _ = inspect(provider, case)
            found.append(with_extras(provider, provider.normalize(document), document))
        except CallinspectError:
            continue
    return found


def test_every_color_has_a_contrast_of_4_5_to_1() -> None:
    """On the card of every call that a vendor's cases have. Full blocks stand on their own color."""
    colors = set()
    every = calls()
    for number, call in enumerate(every):
        for is_page in {False, number % 5 == 0}:
            file = people.picture(call, Style(zone=UTC, color=True), str, is_page=is_page, is_sandbox=True)
            colors |= {(each.color, each.ground) for each in pieces(file) if each.text.strip("█ ")}
    weak = {pair: contrast(*pair) for pair in colors if contrast(*pair) < 4.5}
    assert len(every) > 100
    assert len(colors) > 6
    assert not weak


def test_opening_a_picture_fetches_nothing(env: Env, tmp_path: Path) -> None:
    """The vendor's own addresses stand in it as text."""
    for kind in KINDS:
        file, _ = exported(tmp_path, kind, *ANSWERED, env=env)
        markup = file.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
        assert not re.search(r"//|url\((?!#)|@import|@font-face|<(script|link|img|image|use|a)\b| (src|href)=", markup)


def test_an_svg_says_what_it_shows(env: Env, tmp_path: Path) -> None:
    file, table = exported(tmp_path, "svg", *BUSY, "-o", "table", "--utc", env=env)
    root = ET.fromstring(file)
    title, text = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert text is not None
    assert [root.get("aria-labelledby"), root.get("aria-describedby")] == [title.get("id"), text.get("id")]
    assert title.text == f"{BUSY[0]} call {BUSY[1]}: ended, busy"
    assert unread((text.text or "").removeprefix("\n").splitlines()) == kept(table)


def test_numbers_of_an_svg_are_short(env: Env, tmp_path: Path) -> None:
    """Those of the file, not those of the call."""
    for call in CALLS:
        file, _ = exported(tmp_path, "svg", *call, env=env)
        for element in ET.fromstring(file).iter():
            assert not re.search(r"\.[0-9]{3}", " ".join(element.attrib.values())), element.attrib
    [said, *_] = sayings("calls", {"from.name": 'x="0.01493333" y="1.2345"'})
    file, _ = exported(tmp_path, "svg", *saved(tmp_path, said), env=env)
    assert "1.2345" in "".join(lines(file))
    assert "0.01493333" in "".join(lines(file))


def test_a_page_says_what_it_shows_and_allows_nothing(env: Env, tmp_path: Path) -> None:
    file, _ = exported(tmp_path, "html", *BUSY, env=env)
    assert '<html lang="en">' in file
    assert f"<title>{BUSY[0]} call {BUSY[1]}: ended, busy</title>" in file
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in file
    assert 'name="viewport" content="width=device-width' in file


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_texts_are_drawn_as_escapes(kind: str, bare: Env, tmp_path: Path) -> None:
    """As the card has them: nothing is missing, and the file is valid."""
    text = hostile("x") + " {} {0} {matrix} {{code}} %s \ufffe\uffff ]]> --> &#160; \0title\0 \0text\0"
    every = sayings("calls", {"from.name": text})
    assert every
    for said in every:
        file, table = exported(tmp_path, kind, *saved(tmp_path, said), "-o", "table", "--utc", env=bare)
        assert "".join("".join(lines(file)).split()) == "".join(table.split())
        assert "{matrix}" in "".join(lines(file))
        assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe\uffff\ud800-\udfff]", file)


@pytest.mark.parametrize("kind", KINDS)
def test_wide_characters_take_two_columns(kind: str, bare: Env, tmp_path: Path) -> None:
    [said, *_] = sayings("calls", {"from.name": "山田 太郎 \N{GRINNING FACE} e\u0301 Ltd"})
    file, table = exported(tmp_path, kind, *saved(tmp_path, said), "-o", "table", "--utc", env=bare)
    shown = [each for each in lines(file) if "山田 太郎" in each]
    assert shown
    assert shown == [each for each in table.splitlines() if "山田 太郎" in each]
    if kind == "html":
        assert file.count("<i>") == 5


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_longer_than_the_picture_is_not_cut(kind: str, bare: Env, tmp_path: Path) -> None:
    """The terminal continues it; so does an SVG, deeper than what it belongs to. A page can be scrolled."""
    address = "sip:" + "0123456789abcdef" * 12 + "@example.com"
    [said, *_] = sayings("calls", {"from.uri": address})
    shown = lines(exported(tmp_path, kind, *saved(tmp_path, said), env=bare)[0])
    if kind == "html":
        assert any(address in each for each in shown)
    else:
        assert max(map(columns_of, shown)) == 80
        assert address in "".join(each.strip() for each in shown)


def test_a_call_of_a_hundred_events_is_drawn_whole() -> None:
    begin = datetime(2026, 11, 26, 10, tzinfo=UTC)
    entries = [
        Entry(begin + timedelta(seconds=number), Happened.KEYED, None, None, None, f"#{number}", "/x")
        for number in range(100)
    ]
    call = Call("vendor", "c-1", timeline=tuple(entries))
    for is_page in (False, True):
        shown = "\n".join(lines(people.picture(call, Style(zone=UTC, color=True), str, is_page=is_page)))
        assert all(f"#{number}" in shown for number in range(100))


@pytest.mark.parametrize("is_page", [False, True])
def test_what_the_last_look_masks_is_nowhere_in_the_file(is_page: bool) -> None:
    """It looks at the text, where a name is in one piece and written as it is."""

    def checked(text: str) -> str:
        return text.replace("Smith & Sons", "name-kwzrbtqmpd").replace("c-1", "c-2")

    call = Call("vendor", "c-1", warnings=("Smith & Sons: a warning",))
    file = people.picture(call, Style(zone=UTC, color=True), checked, is_page=is_page)
    assert "name-kwzrbtqmpd" in "\n".join(lines(file))
    assert not re.search("Smith|Sons|c-1", file)
