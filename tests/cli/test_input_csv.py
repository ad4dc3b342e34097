"""Calls in a column of CSV, as a spreadsheet or `list -o csv` writes it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.counting import Counting, account, counting, ids
from kit.program import callinspect, measured
from kit.sandbox_calls import ANSWERED, BILLED, BUSY, RINGING

from callinspect.sandbox import calls

Env = dict[str, str]


@pytest.fixture
def vendor() -> Iterator[Counting]:
    with counting() as server:
        yield server


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("id\nc-1\nc-2", ["c-1", "c-2"]),
        ("id,outcome\nc-1,busy\nc-2,", ["c-1", "c-2"]),
        ("outcome;Call_ID\r\nbusy;c-1\r\n;c-2\r\n", ["c-1", "c-2"]),
        ("when\tcallId\n1:00\tc-1\n\tc-2", ["c-1", "c-2"]),
        ('\ufeff"UUID","say ""so"""\n"c-1","a\nb, c"\n "c-2" ,x', ["c-1", "c-2"]),
        ("# of today\n\n sid , to\nc-1 , +1\n\n# and\n c-2,+1", ["c-1", "c-2"]),
        ("call_id,id\nc-1,c-2", ["c-2"]),
        ("Call ID\nc-1,x\nc-2", ["c-1", "c-2"]),
        ("From,Call-ID\n+1,c-1", ["c-1"]),
        ("CALL ID,id\nc-1,c-2", ["c-2"]),
        ("provider,id\nbandwidth,c-1\nBandwidth,c-2\n,c-3", ["c-1", "c-2", "c-3"]),
        ("id,outcome", []),
    ],
)
def test_csv_is_read_by_its_header(text: str, asked: list[str], vendor: Counting, tmp_path: Path) -> None:
    done = callinspect("get", "bandwidth", "-", env=account(vendor, tmp_path), stdin=text)
    said = b"" if asked else b"callinspect: no calls to read\n"
    assert (done.returncode, done.stderr, ids(done.stdout)) == (0, said, asked)


def test_one_column_is_read_alike_in_every_run(vendor: Counting, tmp_path: Path) -> None:
    """What follows a comma is another cell, although the header does not say what separates them."""
    for seed in range(8):
        env = account(vendor, tmp_path) | {"PYTHONHASHSEED": str(seed)}
        done = callinspect("get", "bandwidth", "-", env=env, stdin="id\nc-1,note\n")
        assert (done.returncode, ids(done.stdout)) == (0, ["c-1"])


def test_a_column_of_another_name_can_be_chosen(vendor: Counting, tmp_path: Path) -> None:
    env = account(vendor, tmp_path)
    for column in ("leg 2", "LEG 2"):
        done = callinspect("get", "bandwidth", "-", "--column", column, env=env, stdin="id,leg 2\nc-1,c-2\n")
        assert ids(done.stdout) == ["c-2"]
    done = callinspect("get", "bandwidth", "-", "--column", "c9", env=env, stdin="c8,c9\nc-1,c-3\n")
    assert ids(done.stdout) == ["c-3"]


@pytest.mark.parametrize("words", [(), ("--column", "leg")])
def test_csv_without_the_column_names_those_it_has(words: tuple[str, ...], vendor: Counting, tmp_path: Path) -> None:
    (tmp_path / "csv").write_text("outcome,to.number\nbusy,+19195550100\n", encoding="utf-8")
    env = account(vendor, tmp_path)
    done = callinspect("get", "bandwidth", "--input", str(tmp_path / "csv"), *words, env=env)
    assert (done.returncode, done.stdout, vendor.requests) == (2, b"", 0)
    assert b"its columns are outcome, to.number" in done.stderr
    assert b"--column NAME" in done.stderr


def test_column_without_an_input_is_a_usage_error(bare: Env) -> None:
    assert callinspect("get", *ANSWERED, "--column", "id", env=bare).returncode == 2


def test_a_row_without_a_usable_id_is_named_by_its_line(vendor: Counting, tmp_path: Path) -> None:
    text = 'provider,outcome,id\n,"a\nb",\n,busy\n,busy,c 1\n,"x"y,c-2\nnobody,busy,c-2\n,busy,c-3\n'
    env = account(vendor, tmp_path)
    done = callinspect("get", "bandwidth", "-", "--error-format", "json", env=env, stdin=text)
    errors = [json.loads(line)["error"]["message"].partition(":")[0] for line in done.stderr.splitlines()]
    assert errors == ["line 2", "line 4", "line 5", "line 6", "line 7"]
    assert vendor.answered == {"c-3": 1}


def test_what_list_prints_can_be_piped_into_get(env: Env) -> None:
    known = [call.id for call in calls("bandwidth") if call.id in {ANSWERED[1], BUSY[1]}]
    for form in (("-o", "csv"), ("-o", "jsonl")):
        listed = callinspect("list", "bandwidth", *form, env=env).stdout
        done = callinspect("get", "-", "-f", "id", env=env, stdin=listed)
        assert set(known) <= set(done.stdout.decode().split()), done.stderr


def test_rows_of_several_vendors_find_their_own(env: Env) -> None:
    text = f"id,outcome\n{BILLED[1]},x\n{BUSY[1]},x\n{RINGING[1]},x\n"
    done = callinspect("get", "-", "-o", "jsonl", env=env, stdin=text)
    assert [json.loads(line)["provider"] for line in done.stdout.splitlines()] == ["catapult", "bandwidth", "webex"]


def test_csv_of_any_length_is_read_in_flat_memory(vendor: Counting, tmp_path: Path) -> None:
    text = b"id,x\n" + (b"c 1," + b"y" * 9999 + b"\n") * 5000 + b"c-1,y\n"
    done, _, memory = measured("get", "bandwidth", "-", "-q", env=account(vendor, tmp_path), stdin=text)
    assert (done.returncode, vendor.requests) == (9, 1)
    assert memory < 45 * 1024**2
