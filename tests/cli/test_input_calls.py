"""Calls that are read from standard input and files: lines, JSON of any layout, and an earlier output."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from kit.counting import Counting, account, counting, ids
from kit.program import SCRIPTS, callinspect
from kit.sandbox_calls import ANSWERED, BUSY, RINGING

from callinspect.cli.input import targets
from callinspect.cli.options import Options

Env = dict[str, str]


@pytest.fixture
def vendor() -> Iterator[Counting]:
    with counting() as server:
        yield server


def test_lines_may_be_words_ids_or_objects_of_any_vendor(env: Env) -> None:
    lines = f'bandwidth:{BUSY[1]}\n\n{{"provider": "webex", "id": "{RINGING[1]}", "more": 1}}\nbandwidth:{ANSWERED[1]}'
    done = callinspect("get", "-", env=env, stdin=lines)
    assert (done.returncode, ids(done.stdout)) == (0, [BUSY[1], RINGING[1], ANSWERED[1]])


def test_bare_ids_belong_to_the_provider_that_is_named(env: Env) -> None:
    done = callinspect("get", "bandwidth", "-", env=env, stdin=f"{BUSY[1]}\nwebex:{RINGING[1]}\n")
    assert (done.returncode, ids(done.stdout)) == (0, [BUSY[1], RINGING[1]])


def test_an_input_of_one_line_is_still_several_calls_in_form(env: Env) -> None:
    done = callinspect("get", "bandwidth", "-", env=env, stdin=BUSY[1])
    assert done.stdout.count(b"\n") == 1


def test_a_line_that_means_no_call_is_reported_with_its_number(env: Env) -> None:
    """The rest goes on."""
    lines = f"nonsense\nbandwidth:{BUSY[1]}\n{{\nwebx:1\nbandwidth:..\n"
    done = callinspect("get", "-", "-o", "jsonl", env=env, stdin=lines)
    errors = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert (done.returncode, ids(done.stdout)) == (9, [BUSY[1]])
    assert [error["message"].split(":")[0] for error in errors] == ["line 1", "line 3", "line 4", "line 5"]
    assert {error["code"] for error in errors} == {"usage"}


RECORD = {
    "schema_version": "1",
    "provider": "bandwidth",
    "id": "c-1",
    "from": {"number": "[{"},
    "capabilities": ["a", "b"],
}


INDENTED = json.dumps(RECORD, indent=2)


ERROR = '{"error": {"code": "not_found", "provider": "bandwidth", "call_id": "c-9"}}'


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('"c-1"', ["c-1"]),
        ('"bandwidth:c-1"', ["c-1"]),
        ('["c-1", "bandwidth:c-2"]', ["c-1", "c-2"]),
        (json.dumps([RECORD, RECORD | {"id": "c-2"}]), ["c-1", "c-2"]),
        (INDENTED, ["c-1"]),
        (f"c-0\n{INDENTED}\n\n{INDENTED.replace('c-1', 'c-2')}\nc-3", ["c-0", "c-1", "c-2", "c-3"]),
        (json.dumps([RECORD, "c-2", {"id": "c-3"}], indent=2), ["c-1", "c-2", "c-3"]),
        ("[\n" + ",\n".join(json.dumps(RECORD | {"id": f"c-{n}"}) for n in range(3)) + "\n]", ["c-0", "c-1", "c-2"]),
        ('{"a": {}\n,"id": "c-1"}', ["c-1"]),
        (INDENTED.replace("\n", "\r\n"), ["c-1"]),
        (f"\ufeff{INDENTED}\n\ufeffc-2", ["c-1", "c-2"]),
        ("# calls of today\n\n  # and\nc-1", ["c-1"]),
        ("[]\n[\n]", []),
        ("123\n1e3", ["123", "1e3"]),
        ("PJSIP/alice-00000001\nLocal/100@default-0;2\nv3:ab_-c==\n1700000000.12", None),
        ("a+b/c==\na(1)\n(1)(2)\nx=y\nx:y\ncall\n~.é", None),
        ('"id": "x",', ["x"]),
        ('"callId": "c-1",\n"callId": "c-2",\n"call_id" : "c-3"', ["c-1", "c-2", "c-3"]),
        ('"c-1",\n"c-2",\n"c-3"', ["c-1", "c-2", "c-3"]),
        ('"x\n[c-1]\n\u200bc\u20111\u2013x\n callId=c-2; \nbandwidth: \'c-3\'', ["x", "c-1", "c-1-x", "c-2", "c-3"]),
    ],
)  # fmt: skip
def test_an_input_is_read_as_what_it_is(text: str, asked: list[str] | None, vendor: Counting, tmp_path: Path) -> None:
    done = callinspect("get", "bandwidth", "-", env=account(vendor, tmp_path), stdin=text)
    expected = text.splitlines() if asked is None else asked
    assert (done.returncode, done.stderr) == (0, b"" if expected else b"callinspect: no calls to read\n")
    assert [unquote(each) for each in ids(done.stdout)] == expected
    assert sorted(map(unquote, vendor.answered.elements())) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("{", [1]),
        ("}", [1]),
        ("[", [1]),
        ("<html>\n<p>Service unavailable</p>", [1, 2]),
        ("c 1\nc\u00a01\nc\t1\nc\x001", [1, 2, 3, 4]),
        ('"c 1"\n""', [1, 2]),
        ("c-1,c-2\nc-3\tbusy", [1, 2]),
        ("null\ntrue", [1, 2]),
        ("░░████\n────\n----\n::\n__", [1, 2, 3, 4, 5]),
        ('{"schema_version": "1", "provider": "bandwidth"}', [1]),
        ('{"provider": "bandwidth", "id": null}\n{"id": 12}\n{"provider": 1, "id": "x"}', [1, 2, 3]),
        (ERROR, [1]),
        (json.dumps(json.loads(ERROR), indent=2), [1]),
        ("[1, null, [], {}]", [1, 1, 1, 1]),
        (f"{INDENTED},", [1]),
        (INDENTED.replace(",", ""), [1]),
        ("\n".join(INDENTED.split("\n")[:5]), [1]),
        (INDENTED[INDENTED.index('"capabilities"') :], [1, 2, 3, 4, 5]),
        ("{\n" + '"id":\n' + "connection lost", [1, 3]),
        ("{}{}", [1]),
        ('{"id": "x"} {"id": "y"}', [1]),
    ],
)
def test_a_line_that_can_be_no_id_is_named_and_not_asked_for(
    text: str, lines: list[int], vendor: Counting, tmp_path: Path
) -> None:
    env = account(vendor, tmp_path)
    (tmp_path / "lines").write_text(f"{text}\nc-good\n", encoding="utf-8")
    done = callinspect("get", "bandwidth", "--input", str(tmp_path / "lines"), "--error-format", "json", env=env)
    errors = [json.loads(line)["error"] for line in done.stderr.splitlines()]
    assert [error["message"].partition(":")[0] for error in errors] == [f"line {number}" for number in lines]
    assert {error["code"] for error in errors} == {"usage"}
    assert vendor.answered == {"c-good": 1}


def test_a_json_text_in_between_leaves_json_lines_streaming(vendor: Counting, tmp_path: Path) -> None:
    command = [str(SCRIPTS / "callinspect"), "get", "bandwidth", "-"]
    with subprocess.Popen(command, env=account(vendor, tmp_path), stdin=-1, stdout=-1, bufsize=0) as running:
        assert running.stdin
        assert running.stdout
        for call_id, indent in (("c-1", 2), ("c-2", None)):
            running.stdin.write(f"{json.dumps(RECORD | {'id': call_id}, indent=indent)}\n".encode())
            assert json.loads(running.stdout.readline())["id"] == call_id
    assert running.returncode == 0


def test_a_pipe_in_place_of_a_file(env: Env) -> None:
    done = callinspect("get", "bandwidth", "--input", "/dev/stdin", env=env, stdin=f"{BUSY[1]}\n{ANSWERED[1]}\n")
    assert ids(done.stdout) == [BUSY[1], ANSWERED[1]]


def test_a_line_that_is_no_text_fails_alone(env: Env) -> None:
    lines = b"\xef\xbb\xbf" + BUSY[1].encode() + b"\n\xff\xfe\n" + ANSWERED[1].encode()
    done = callinspect("get", "bandwidth", "-", env=env | {"PYTHONIOENCODING": "utf-8:strict"}, stdin=lines)
    assert (done.returncode, ids(done.stdout)) == (9, [BUSY[1], ANSWERED[1]])


def test_a_file_of_ids_is_read_in_order(env: Env, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text(f"{BUSY[1]}\n{ANSWERED[1]}\n", encoding="utf-8")
    done = callinspect("get", "bandwidth", "--input", str(tmp_path / "ids"), env=env)
    assert ids(done.stdout) == [BUSY[1], ANSWERED[1]]


@pytest.mark.parametrize(
    "arguments",
    [
        ("-", "x"),
        ("webex", "-", "1"),
        ("webex", "1", "--input", "f"),
        (BUSY[1], "--input", "f"),
        (f"bandwidth:{BUSY[1]}", "--input", "f"),
        ("-", "--input", "f"),
        ("webex", "-", "-"),
    ],
    ids=" ".join,
)
def test_ids_in_two_ways_are_a_usage_error(arguments: tuple[str, ...], bare: Env) -> None:
    done = callinspect("get", *arguments, env=bare)
    assert done.returncode == 2
    assert b"give IDs in one way: as arguments, with - or with --input" in done.stderr


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # the run, which ends here, keeps the file open
def test_an_unreadable_file_has_no_number_of_calls(tmp_path: Path) -> None:
    for text, total in (("id\nc-1\n", 1), ("outcome,to\nbusy,1\n", None)):
        (tmp_path / "calls").write_text(text, encoding="utf-8")
        assert targets.select("bandwidth", [], Options().owners, file=str(tmp_path / "calls")).total == total


@pytest.mark.parametrize("option", ["--input", "--from-file", "--resume"])
def test_a_file_that_is_not_there_is_a_usage_error(option: str, bare: Env) -> None:
    ids = ("c-1",) if option == "--resume" else ()
    done = callinspect("get", "webex", *ids, option, "/nowhere", env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"/nowhere cannot be read: No such file" in done.stderr


def test_resuming_skips_what_an_earlier_output_holds(vendor: Counting, tmp_path: Path) -> None:
    env = account(vendor, tmp_path)
    lines = "".join(f"c-{number}\n" for number in range(20))
    first = callinspect("get", "bandwidth", "-", env=env, stdin="c-3\nc-7\n")
    (tmp_path / "out").write_bytes(first.stdout + b'{"provider":"bandwidth","id":"c-9","cut o')
    done = callinspect("get", "bandwidth", "-", "--resume", str(tmp_path / "out"), env=env, stdin=lines)
    assert ids(done.stdout) == [f"c-{number}" for number in range(20) if number not in {3, 7}]
    assert vendor.answered == {f"c-{number}": 1 for number in range(20)}


@pytest.mark.parametrize("line", [f"{BUSY[1]} # why", f"bandwidth:{BUSY[1]}\t# why", f"{BUSY[1]}."])
def test_a_comment_or_a_full_stop_after_an_id_is_left_out(line: str, env: Env) -> None:
    done = callinspect("get", "-q", "-", "-f", "outcome", env=env, stdin=f"{line}\n")
    assert (done.returncode, done.stdout) == (0, b"busy\n")


def test_an_open_quotation_mark_in_csv_says_what_was_not_read(env: Env) -> None:
    text = f'id,note\n{BUSY[1]},"fine"\n{BUSY[1]},"open\n{BUSY[1]},lost\n'
    done = callinspect("get", "-q", "-", "-f", "outcome", env=env, stdin=text)
    assert (done.returncode, done.stdout) == (9, b"busy\n")
    assert "line 3: a quotation mark is not closed, so the lines after it were not read" in done.stderr.decode()


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "[]\n"])
def test_an_input_without_calls_is_not_passed_over_in_silence(text: str, env: Env) -> None:
    done = callinspect("get", "-", env=env, stdin=text)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"callinspect: no calls to read\n")
    assert callinspect("-q", "get", "-", env=env, stdin=text).stderr == b""
