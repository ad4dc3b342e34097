"""What differs, drawn for people: side by side, or one below the other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED
from kit.screen import inert, on_terminal, seen, spaced, too_wide

Env = dict[str, str]
WINTER = {"ended_at": "2026-01-01T09:00:00.000Z"}
WIDTHS = (120, 80, 60, 59, 40)


class Drawing:
    """Draws what differs between a record and the same with something changed."""

    def __init__(self, folder: Path, env: Env) -> None:
        self.env = env
        self._folder = folder
        self.record: dict[str, Any] = json.loads(callinspect("get", *ANSWERED, env=env).stdout)

    def files(self, changes: dict[str, Any], earlier: dict[str, Any] | None = None) -> list[str]:
        paths = [self._folder / "a.json", self._folder / "b.json"]
        for path, changed in zip(paths, (earlier or {}, changes), strict=True):
            path.write_text(json.dumps(self.record | changed))
        return [path.name for path in paths]

    def text(self, changes: dict[str, Any], *words: str, earlier: dict[str, Any] | None = None, width: int = 80) -> str:
        env = self.env | {"COLUMNS": str(width)}
        done = callinspect("diff", *self.files(changes, earlier), "-o", "table", *words, env=env)
        return done.stdout.decode()


@pytest.fixture
def drawing(env: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    monkeypatch.chdir(tmp_path)
    return Drawing(tmp_path, env)


def test_values_stand_below_the_name_of_their_side(drawing: Drawing) -> None:
    lines = drawing.text({"state": "held", "outcome": None, "vendor": {"new": 1}}).splitlines()
    (header,) = (line for line in lines if line.lstrip().startswith("- A ") and "+ B" in line)
    a, b = header.index("- A"), header.index("+ B")
    rows = {
        line.split()[0]: (line[a:b].strip(), line[b:].strip())
        for line in lines[lines.index(header) + 1 :]
        if line[1:2].isalpha()
    }
    assert rows["state"] == ("ended", "held")
    assert rows["outcome"] == ("answered", "—")
    assert rows["vendor.new"] == ("—", "1")


@pytest.mark.parametrize("width", [59, 40])
def test_on_a_narrow_terminal_values_are_marked(width: int, drawing: Drawing) -> None:
    text = drawing.text({"state": "held", "vendor": {"new": 1}}, width=width)
    assert " state\n   - ended\n   + held\n" in text
    assert " vendor.new\n   - —\n   + 1\n" in text


@pytest.mark.parametrize("width", WIDTHS)
def test_long_values_are_wrapped_and_never_cut(width: int, drawing: Drawing) -> None:
    sentence, address = "the trunk is busy, try again later " * 30, f"https://media.example.com/{'a1' * 100}.wav"
    key = "a_key_of_the_vendor_that_is_longer_than_its_column"
    text = drawing.text({"vendor": {key: sentence, "url": address}}, earlier={"vendor": {key: "é" * 200}}, width=width)
    assert [line for line in too_wide(text, width) if address not in line] == []
    assert address in text
    assert key in text
    if width < 60:
        assert seen(sentence) in seen(text)
    else:
        assert spaced(text).count("trunk") == 30


def test_the_heading_says_which_call_and_from_when(drawing: Drawing) -> None:
    first, second = ({"retrieved_at": f"2026-11-26T10:0{number}:00.000Z"} for number in (1, 2))
    text = drawing.text(second | {"state": "held"}, "--tz", "Europe/Berlin", earlier=first)
    assert text.startswith(f" 1 difference · {ANSWERED[0]}\n {ANSWERED[1]}\n")
    assert " - A  a.json · read Thu 26 Nov 2026 11:01:00 CET (UTC+1)\n" in text
    assert " + B  b.json · read Thu 26 Nov 2026 11:02:00 CET (UTC+1)\n" in text


def test_two_calls_are_named_with_their_sides(drawing: Drawing) -> None:
    text = spaced(drawing.text({"id": "c-2"}))
    assert f"- A {ANSWERED[0]} {ANSWERED[1]} · a.json" in text
    assert f"+ B {ANSWERED[0]} c-2 · b.json" in text


def test_times_are_in_the_zone_of_display(drawing: Drawing) -> None:
    moments = {"ended_at": "2026-07-01T10:00:00.500Z", "vendor": {"ended_at": "2026-07-01T10:00:00Z"}}
    text = drawing.text(moments, "--tz", "Europe/Berlin", earlier={"ended_at": "2026-07-01T09:00:00.000Z"})
    assert re.search(r"ended_at +2026-07-01 11:00:00.000 +2026-07-01 12:00:00.500\n", text)
    assert "2026-07-01T10:00:00Z" in text
    assert "Times are in CEST (UTC+2)." in text
    both = spaced(drawing.text(moments, "--tz", "Europe/Berlin", earlier=WINTER, width=120))
    assert "2026-01-01 10:00:00.000 CET (UTC+1)" in both
    assert "2026-07-01 12:00:00.500 CEST (UTC+2)" in both
    assert "Times are in" not in both


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        (None, "null", ["—", "“null”"]),
        (None, "—", ["—", "“—”"]),
        (3, "3", ["3", "“3”"]),
        (True, "true", ["true", "“true”"]),
        ("", " ", ["“”", "“ ”"]),
        ('a"b', "a'b", ['"a\\"b"', "a'b"]),
        ([], {}, ["[]", "{}"]),
        (["x"], ["x", "y"], ["—", "y"]),
    ],
)
def test_different_values_look_different(a: Any, b: Any, shown: list[str], drawing: Drawing) -> None:
    text = drawing.text({"vendor": {"x": b}}, earlier={"vendor": {"x": a}}, width=120)
    (line,) = (line for line in text.splitlines() if line.startswith(" vendor.x"))
    assert re.split("  +", line)[1:] == shown


def test_what_an_object_has_is_listed(drawing: Drawing) -> None:
    text = drawing.text({"cost": {"amount": "0.01", "currency": "USD"}})
    assert re.search(r"cost.amount +— +0.01\n", text)
    assert re.search(r"cost.currency +— +USD\n", text)


def test_what_an_object_has_nothing_in_is_not_listed(drawing: Drawing) -> None:
    """A leg that joins has dozens of keys, most of them null or empty."""
    leg = {"relation": "child", "id": "c-2", "call": drawing.record | {"id": "c-2", "related": None}}
    text = drawing.text({"related": drawing.record["related"] | {"legs": [leg]}}, earlier={"related": {"legs": []}})
    assert "related.legs.0.call.state" in text
    assert "[]" not in text
    assert "{}" not in text


def test_of_a_list_that_is_replaced_what_is_the_same_is_left_out(drawing: Drawing) -> None:
    a = {"x": [{"id": number, "n": number % 3000} for number in range(6000)]}
    b = {"x": [each | {"n": "new"} if each["n"] == 0 else each for each in a["x"]] + [{"id": -1}]}
    text = drawing.text({"vendor": b}, earlier={"vendor": a}, width=120)
    rows = [line.split() for line in text.splitlines() if line.startswith(" vendor.x")]
    assert rows == [["vendor.x.0.n", "0", "“new”"], ["vendor.x.3000.n", "0", "“new”"], ["vendor.x.6000.id", "—", "-1"]]


def rows_of(text: str) -> list[list[str]]:
    """Return the paths and values that stand below the heading of the columns."""
    _, _, below = text.partition("+ B\n")
    return [line.split() for line in below.split("\n\n")[0].splitlines()]


def test_the_heading_counts_the_rows(drawing: Drawing) -> None:
    several: list[dict[str, Any]] = [
        {"state": "held"},
        {"cost": {"amount": "0.01", "currency": "USD"}, "outcome": None, "vendor": {"a": {"b": 1, "c": [2, 3]}}},
        {"from": None, "timeline": []},
    ]
    for changes in several:
        text = drawing.text(changes, "--all", width=200)
        count = len(rows_of(text))
        assert text.startswith(f" {count} difference{'s' * (count > 1)} ·"), text
        assert count


def test_null_and_missing_look_alike_unless_they_differ(drawing: Drawing) -> None:
    drawn = drawing.text({"vendor": {"a": 1, "b": None, "c": 1}}, earlier={"vendor": {"b": 1, "c": None, "d": None}})
    assert rows_of(drawn) == [
        ["vendor.d", "null", "—"],
        ["vendor.a", "—", "1"],
        ["vendor.b", "1", "—"],
        ["vendor.c", "—", "1"],
    ]


@pytest.mark.parametrize(
    ("a", "b", "rows"),
    [
        ("abcde", "ab", [("2", "c", ""), ("3", "d", ""), ("4", "e", "")]),
        ("abcde", "ad", [("1", "b", ""), ("2", "c", ""), ("4", "e", "")]),
        ("abc", "xaybcz", [("0", "", "x"), ("2", "", "y"), ("5", "", "z")]),
        ("abcd", "xbd", [("0", "a", "x"), ("2", "c", "")]),
    ],
)
def test_entries_of_a_list_are_named_by_their_place(
    a: str, b: str, rows: list[tuple[str, str, str]], drawing: Drawing
) -> None:
    """What was removed by that in A, what was added by that in B, whatever comes or goes before it."""
    first, second = ([{"vendor_event": each} for each in word] for word in (a, b))
    text = drawing.text({"timeline": second}, "--all", earlier={"timeline": first}, width=200)
    expected = [[f"timeline.{at}.vendor_event", before or "—", after or "—"] for at, before, after in rows]
    assert sorted(rows_of(text)) == sorted(expected)


def test_many_changes_are_counted(drawing: Drawing) -> None:
    """The first and the last ones are shown; all are in JSON."""
    text = drawing.text({"vendor": {f"key{number}": number for number in range(1000)}}, earlier={"vendor": {}})
    assert text.count("\n vendor.key") == 200
    assert "\n … 800 more, see -o json\n" in text


def test_no_text_of_a_record_acts_on_the_terminal(drawing: Drawing) -> None:
    active = "\x1b[31mred\r\n - A \u202e\x9b"
    changes = {"vendor": {active: active}, "id": active, "provider": active, "from": {"name": active}}
    status, written = on_terminal("diff", *drawing.files(changes), env=drawing.env)
    text = inert(re.sub(rb"\x1b\[[0-9;]*m(?!red)", b"", written))
    assert status == 1
    assert "\\x1b[31mred\\r\\n" in text


def test_color_is_not_all_that_tells_the_sides_apart(drawing: Drawing) -> None:
    files = drawing.files({"state": "held"})
    for width in (80, 40):
        _, colored = on_terminal("diff", *files, env=drawing.env, columns=width)
        _, plain = on_terminal("diff", *files, "--no-color", env=drawing.env, columns=width)
        assert b"\x1b[31m" in colored
        assert re.sub(rb"\x1b\[[0-9;]*m", b"", colored) == plain
        assert b"- A" in plain
        assert b"+ B" in plain


def test_a_terminal_without_unicode_gets_ascii(drawing: Drawing) -> None:
    drawing.env |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    text = drawing.text({"vendor": {"x": "two words", "é": "ü"}})
    assert text.isascii()
    assert '"two words"' in text
