"""Names are as they are in a pipe, harmless on a terminal, and quoted where they could pass for ours."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.program import callinspect
from kit.screen import DRAWING, escaped, inert, on_terminal, spaced
from kit.stranger import Answer, Env, Sent, Stranger
from kit.vendor_texts import called, sayings

if TYPE_CHECKING:
    from pathlib import Path


LINK = '=HYPERLINK("http://evil.example.com")'
COMPUTED = [
    {"from.number": "+1+1", "to.number": "-1+1"},
    {"cause.code": "@SUM(1)", "cause.message": LINK, "cause.error_id": "\t=1"},
    {"parent_id": "\r=1"},
]
"""By column, what a spreadsheet takes for a formula; the columns that one vendor fills together."""


def test_a_cell_that_a_spreadsheet_computes_is_as_sent(bare: Env) -> None:
    for cells in COMPUTED:
        call, *_ = sayings("calls", cells)
        body = json.dumps(call.about("=1+1"))
        done = callinspect("get", call.vendor, "--from-file", "-", "-o", "csv", env=bare, stdin=body)
        (row,) = csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))
        assert row["id"] == "=1+1"
        assert {column: row[column] for column in cells} == cells


def test_the_help_says_what_spreadsheets_make_of_such_cells(bare: Env) -> None:
    shown = " ".join(callinspect("get", "--help", env=bare | {"COLUMNS": "200"}).stdout.decode().split())
    assert "Import those columns as text, or a spreadsheet reads them as formulas" in shown


CELL = 'a,b\r\n\u0645\u06cc\u200c\u062e\x1b[2J"c"\t\u2028\u202e'
"""A name with all that needs care: what CSV quotes, what ends a line or a value, what a terminal obeys."""


def named(name: str) -> tuple[tuple[str, ...], bytes, str]:
    """Return a command line that reads a call whose caller has that name, the call and its ID."""
    call = sayings("calls", {"from.name": name})[0]
    return ("get", call.vendor, "--from-file", "-"), json.dumps(call.body).encode(), call.call_id


def saved(tmp_path: Path) -> tuple[str, ...]:
    """Return the command line that reads such a call from a file, so that a terminal is left for standard input."""
    line, body, _ = named(CELL)
    (tmp_path / "named").write_bytes(body)
    return (*line[:-1], str(tmp_path / "named"))


def test_csv_in_a_pipe_has_names_as_they_are(bare: Env) -> None:
    line, body, _ = named(CELL)
    done = callinspect(*line, "-o", "csv", env=bare, stdin=body)
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))
    assert row["from.name"] == CELL
    assert b'"a,b\r\n' in done.stdout
    assert b'[2J""c""\t' in done.stdout


def test_csv_on_a_terminal_has_names_harmless(bare: Env, tmp_path: Path) -> None:
    _, written = on_terminal(*saved(tmp_path), "-o", "csv", env=bare)
    (row,) = csv.DictReader(io.StringIO(inert(written), newline=""))
    assert row["from.name"] == escaped(CELL)


def test_a_field_in_a_pipe_is_as_it_is_but_on_one_line(bare: Env) -> None:
    line, body, call_id = named(CELL)
    done = callinspect(*line, "-f", "from.name", "-f", "id", env=bare, stdin=body)
    ends = CELL.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\u2028", "\\u2028")
    assert done.stdout.decode() == f"{ends}\t{call_id}\n"


def test_a_field_on_a_terminal_is_harmless(bare: Env, tmp_path: Path) -> None:
    _, written = on_terminal(*saved(tmp_path), "-f", "from.name", env=bare)
    assert inert(written) == f"{escaped(CELL)}\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\t", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_name_can_start_a_record_of_its_own(end: str, bare: Env) -> None:
    line, body, _ = named(f"a{end}forged")
    text = callinspect(*line, "-f", "from.name", env=bare, stdin=body).stdout.decode()
    assert (len(text.splitlines()), len(text.split("\t"))) == (1, 1)
    assert "forged" in text


FORGED = "gone (HTTP 200); run: curl evil.example.com”; “"


def test_an_error_quotes_what_the_vendor_says(stranger: Stranger, user: Env) -> None:
    name, _, body, expected = sayings("refusals", {"message": f"Call {FORGED}", "request_id": "x) (HTTP 200"}, 400)[0]
    stranger.answers[name, "e"] = [Answer(body, 400)]
    done = callinspect("get", name, "e", env=user)
    quoted = "“Call gone (HTTP 200); run: curl evil.example.com'; '”"
    said = f"HTTP 400, code {expected['code']}, " if expected["code"] else "HTTP 400, "
    headline = f"error: {name} e: {quoted} ({said}request “x) (HTTP 200”)"
    assert done.stderr.decode().splitlines()[0] == headline


@pytest.mark.parametrize("body", [b"<html>", b"{}", b""], ids=["page", "object", "empty"])
def test_an_error_of_our_own_stands_without_quotation_marks(body: bytes, stranger: Stranger, user: Env) -> None:
    name, call_id = vendors.PLAIN, vendors.call_id(vendors.PLAIN, "own")
    for status in (200, 404):
        stranger.answers[name, call_id] = [Answer(body, status)]
        done = callinspect("get", name, call_id, env=user)
        assert done.stderr.startswith(f"error: {name} {call_id}: answered with ".encode())


@pytest.mark.parametrize("columns", [40, 200])
def test_a_table_quotes_what_strangers_chose(columns: int, stranger: Stranger, user: Env) -> None:
    arrow = "+1 ──▶ +19005550000"
    named = sayings("calls", {"from.name": arrow, "from.number": "+14155550142"})[0]
    numbered = sayings("calls", {"from.number": arrow, "to.number": "busy ended"})[0]
    calls = {"t": named, "a  b": numbered}
    stranger.tell(*(Sent(each.vendor, call_id, Answer(each.about(call_id))) for call_id, each in calls.items()))
    words = (f"{each.vendor}:{call_id}" for call_id, each in calls.items())
    arguments = ("get", *words, "-o", "table")
    text = callinspect(*arguments, env=user | {"COLUMNS": str(columns)}).stdout.decode()
    for quoted in (f"“{arrow}” +1 415-555-0142 US", f"“{arrow}”", "“busy ended”", "“a  b”"):
        assert spaced(quoted) in spaced(text)
    assert re.sub("“[^”]*”", "", text).count("──▶") == (2 if columns == 40 else 0)
    begins = r"   | (TIME|STATE|Time not reported|[A-Z][a-z]{2} [0-9]{1,2} |[0-9:]{8}  |[a-z]+$)"
    assert all(re.match(begins, line) for line in text.splitlines() if columns == 40)


def test_a_change_that_is_watched_quotes_what_strangers_chose(stranger: Stranger, user: Env) -> None:
    names = {"ringing": "Riley", "active": "x ──▶ y 10:17:34 state: active ──▶ ended", "ended": "+14155550100"}
    vendor, bodies = called("n", {"from.name": "a name"}, names)
    for name, sent in zip(names.values(), bodies, strict=True):
        body = json.loads(json.dumps(sent).replace('"a name"', json.dumps(name)))
        vendors.call_in(body, vendors.id_key(vendor))["a  b"] = name
        stranger.tell(Sent(vendor, "n", Answer(body)))
    _, written = on_terminal("watch", vendor, "n", "--interval", "0.3", env=user, columns=60)
    shown = spaced(inert(written, DRAWING))
    assert re.search(r"[0-9]{2}:[0-9]{2}:[0-9]{2} from\.name: “Riley” ──▶ “x ──▶ y 10:17:34 state: active", shown)
    assert "ended” ──▶ “+14155550100”" in shown
    assert "vendor.a" not in shown
    # A card's own arrow, to a number or to who is not named, may begin a line.
    assert not re.search(
        r"\n ? ?(y|x|──▶(?! (this user|not reported|\+?[0-9]))|10:17|state|active|ended)", inert(written, DRAWING)
    )


UNSEEN = ["\ufe00", "\ufe0f", "\ufff0", "\U0001bca0", "\U0001d173"]
"""Characters without width or shape, by Unicode's Default_Ignorable_Code_Point, that no category tells."""


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_character_that_cannot_be_seen_is_shown_escaped(form: str, bare: Env) -> None:
    body = json.dumps(vendors.least(vendors.PLAIN, f"c-{'-'.join(UNSEEN)}-1"))
    done = callinspect("get", vendors.PLAIN, "--from-file", "-", "-o", form, env=bare, stdin=body)
    assert done.returncode == 0
    assert set(UNSEEN) & set(done.stdout.decode()) == set()
