"""`callinspect explain`: codes of SIP and Q.850, Reason headers, searches, and what is not known."""

import csv
import json
import re
from io import StringIO
from typing import Any

import pytest
from kit.program import callinspect
from kit.screen import on_terminal

from callinspect import providers

Env = dict[str, str]
KEYS = [
    "table",
    "kind",
    "field",
    "word",
    "name",
    "title",
    "explanation",
    "next",
    "class",
    "outcome",
    "ended_by",
    "sip",
    "q850",
    "documented",
    "registered",
    "treated_as",
    "location",
    "also",
    "source",
]
RLN = "RLN (public network of the remote user)"


def explained(*arguments: str, env: Env) -> list[Any]:
    """Return the entries that are printed in a pipe."""
    done = callinspect("explain", *arguments, "-o", "jsonl", env=env)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def words(*arguments: str, env: Env) -> list[tuple[str, str]]:
    return [(each["table"], each["word"]) for each in explained(*arguments, env=env)]


def test_a_code_names_each_vendor_s_word_once(bare: Env) -> None:
    """A word may be an entry twice, in two fields."""
    for table in ("sip", "q850"):
        for entry in explained(table, env=bare):
            assert len(entry["also"]) == len({tuple(each.values()) for each in entry["also"]}), entry["word"]


def test_an_entry_has_every_key_in_order(bare: Env) -> None:
    done = callinspect("explain", "sip", "486", env=bare)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, list(found)) == (0, b"", KEYS)
    assert found["explanation"]
    assert found["next"]
    assert {name: found[name] for name in KEYS if name not in {"explanation", "next"}} == {
        **dict.fromkeys(("field", "ended_by", "documented", "treated_as", "location")),
        "table": "sip",
        "kind": "status",
        "word": "486",
        "name": "Busy Here",
        "title": "Busy Here",
        "class": "callee",
        "outcome": "busy",
        "sip": 486,
        "q850": 17,
        "registered": True,
        "source": "RFC 3261",
        "also": [{"table": "q850", "word": "17", "relation": "maps-to"}],
    }


def test_the_tables_are_listed_with_their_sizes(bare: Env) -> None:
    done = callinspect("explain", env=bare)
    listed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["table"] for each in listed] == ["sip", "q850", *providers.names()]
    assert [each["entries"] for each in listed[:2]] == [77, 88]
    assert all(list(each) == ["table", "title", "entries"] for each in listed)


@pytest.mark.parametrize(("table", "size"), [("sip", 77), ("q850", 88), ("Q.850", 88), ("SIP", 77)])
def test_a_table_is_listed_in_its_order(table: str, size: int, bare: Env) -> None:
    found = explained(table, env=bare)
    codes = [int(each["word"]) for each in found]
    assert (len(codes), codes) == (size, sorted(codes))
    assert all(list(each) == KEYS for each in found)


@pytest.mark.parametrize(
    "line",
    [
        *("486", "sip 486", "SIP 486", "SIP/2.0 486", "sip cause=486", "SIP/2.0 486 Busy Here", "sip 486 busy here"),
        *("sip busy here", "sip BUSY_HERE", "sip busy-here", "sip BusyHere", "SIP:486", "sip 0486"),
    ],
)
def test_sip_486_is_found_however_it_is_written(line: str, bare: Env) -> None:
    for arguments in (line.split(), [line]):
        assert words(*arguments, env=bare)[0] == ("sip", "486")


@pytest.mark.parametrize(
    "line",
    [
        *("17", "q850 17", "Q.850 17", "cause=17", "q850 cause=17", "Q850 017", "user busy", "USER_BUSY", "user-busy"),
        *("q850 User Busy", "Q.850;cause=17", "Reason: Q.850 ; cause=17"),
    ],
)
def test_q850_17_is_found_however_it_is_written(line: str, bare: Env) -> None:
    for arguments in (line.split(), [line]):
        assert words(*arguments, env=bare)[0] == ("q850", "17")


def test_a_number_of_both_tables_is_both(bare: Env) -> None:
    assert words("100", env=bare) == [("sip", "100"), ("q850", "100")]


def test_a_name_of_a_switch_is_known_without_a_number(bare: Env) -> None:
    (found,) = explained("q850", "lose race", env=bare)
    assert (found["word"], found["q850"], found["source"]) == ("LOSE_RACE", 26, "FreeSWITCH")
    assert found["also"] == [{"table": "q850", "word": "26", "relation": "same"}]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('Q.850;cause=16;text="x";location=LN', [("q850", "16", "LN (public network of the local user)")]),
        ("reason: q.850;cause=16;location=rln", [("q850", "16", RLN)]),
        ("SIP ;cause=600 ;text=busy", [("sip", "600", None)]),
        ('SIP;cause=480;text="a;b, \\"c\\",d", Q.850;cause=19', [("sip", "480", None), ("q850", "19", None)]),
        ("Q.850;cause=12;location=LOC-6", [("q850", "12", "LOC-6 (no meaning in Q.850)")]),
        ("Q.850;cause=17;location=XYZ", [("q850", "17", "XYZ (not a location of RFC 8606)")]),
        ("Q.850;extra;cause=17;other=1", [("q850", "17", None)]),
    ],
)
def test_a_reason_header_is_explained(header: str, expected: list[Any], bare: Env) -> None:
    found = [(each["table"], each["word"], each["location"]) for each in explained(header, env=bare)]
    assert found == expected


def test_another_phone_answered_is_no_answer_of_this_one(bare: Env) -> None:
    """A cancellation has SIP;cause=200 where another branch of the call was answered."""
    header, code = (explained(*each, env=bare)[0] for each in (["SIP;cause=200"], ["sip", "200"]))
    assert (header["outcome"], code["outcome"]) == ("canceled", "answered")
    assert "Another phone" in header["explanation"]


def test_what_a_header_has_besides_is_said_to_be_left_out(bare: Env) -> None:
    done = callinspect("explain", "Preemption;cause=1, Q.850;cause=17", "-f", "word", env=bare)
    assert done.stdout == b"17\n"
    assert done.stderr == b"callinspect: left out: Preemption, which has no table or no cause here\n"


@pytest.mark.parametrize(
    ("line", "instead", "outcome"),
    [("sip 499", "400", "failed"), ("sip 699", "600", "busy"), ("q850 12", "31", "unknown"), ("499", "400", "failed")],
)
def test_an_unregistered_code_says_what_it_is_treated_as(line: str, instead: str, outcome: str, bare: Env) -> None:
    (found,) = explained(*line.split(), env=bare)
    assert list(found) == KEYS
    assert (found["registered"], found["treated_as"], found["outcome"]) == (False, instead, outcome)
    assert f"treats it as {instead} (" in found["explanation"]


def test_a_word_that_no_entry_is_called_is_searched_for(bare: Env) -> None:
    done = callinspect("explain", "sip", "busy", "-f", "word", env=bare)
    assert (done.returncode, done.stdout.split()) == (0, [b"486", b"600"])
    assert done.stderr.decode() == "callinspect: no entry is called “busy”; showing 2 that mention it\n"
    assert callinspect("explain", "sip", "busy", "-q", env=bare).stderr == b""


def test_a_search_shows_ten_with_the_names_first(bare: Env) -> None:
    done = callinspect("explain", "sip", "request", "-f", "name", env=bare)
    names = done.stdout.decode().splitlines()
    assert len(names) == 10
    named = ["Request" in each for each in names]
    assert named == sorted(named, reverse=True)
    assert set(named) == {True, False}
    assert "showing the first 10 of " in done.stderr.decode()


def test_without_a_table_a_word_is_searched_for_in_all(bare: Env) -> None:
    done = callinspect("explain", "user", "busy", "-f", "table,word", env=bare)
    found = done.stdout.decode().splitlines()
    said = re.match(r"callinspect: showing also ([0-9]+) that mention", done.stderr.decode())
    assert said
    exact, others = found[: -int(said[1])], found[-int(said[1]) :]
    assert {"q850\t17", "catapult\tUSER_BUSY"} < set(exact)
    assert others
    assert not {*exact} & {*others}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("sip 999", "sip has no “999”", "the nearest entry is 608 Rejected"),
        ("sip 42", "sip has no “42”", "the nearest entry is 100 Trying"),
        ("sip 7000000000000000", "sip has no “7000000000000000”", "the nearest entry is 608 Rejected"),
        ("q850 128", "q850 has no “128”", "the nearest entry is 127 Interworking, unspecified"),
        ("sip dekline", "sip has no “dekline”", "the nearest entry is 603 Decline"),
        ("sip xyzzy", "sip has no “xyzzy”", "callinspect explain sip lists the table"),
        ("q851 17", "no table has “q851 17”", "did you mean callinspect explain q850 17?"),
        ("usr busy", "no table has “usr busy”", "did you mean 17 User busy?"),
        ("9602", "no table has “9602”", "did you mean 9601?"),
        ("exit-codes", "no table has “exit-codes”", "use callinspect help exit-codes"),
        ("Q.850;cause=300", "q850 has no “300”", "the codes are 0 to 127"),
        ("Q.850;text=x", "this Reason header has no SIP or Q.850 cause", "one is Q.850;cause=16"),
        ("ISUP;cause=3", "this Reason header has no SIP or Q.850 cause", "one is Q.850;cause=16"),
        ('Q.850;cause=16;text="open', "this is not a valid Reason header", 'one is Q.850;cause=16;text="Terminated"'),
        ("Q.850;cause=16;cause=17", "this is not a valid Reason header", 'one is Q.850;cause=16;text="Terminated"'),
        ("sip;;", "this is not a valid Reason header", 'one is Q.850;cause=16;text="Terminated"'),
    ],
)
def test_what_is_not_known_is_a_usage_error(line: str, message: str, hint: str, bare: Env) -> None:
    done = callinspect("explain", *line.split(), env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    said, *hints = done.stderr.decode().splitlines()
    assert said == f"error: {message}"
    assert f"  · {hint}" in hints


@pytest.mark.parametrize("term", ["xyzzy foo", "Tulip-4711-token", "dG9rZW46VHVsaXAtNDcxMS1zZWNyZXQ="])
def test_only_a_word_of_a_named_table_has_always_a_nearest_one(term: str, bare: Env) -> None:
    """Elsewhere only what is like it is suggested."""
    of_all, of_one = callinspect("explain", term, env=bare), callinspect("explain", "webex", term, env=bare)
    assert (of_all.returncode, of_one.returncode) == (2, 2)
    assert b"mean" not in of_all.stderr
    assert b"the nearest entry is " in of_one.stderr


def test_what_is_found_by_name_is_not_searched_for_again(bare: Env) -> None:
    for line in ("no answer", "user busy", "normal clearing", "call rejected"):
        found = words(*line.split(), env=bare)
        assert len(found) > 1
        assert len({*found}) == len(found)


@pytest.mark.parametrize("words", [("",), ("sip", ""), (" ",), ("***",), ("sip", "“”"), ("q850", "\x1b[31m\u202e")])
def test_a_term_without_letters_and_digits_is_refused(words: tuple[str, ...], bare: Env) -> None:
    done = callinspect("explain", *words, env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"\x1b" not in done.stderr


def test_a_term_of_any_length_is_answered_at_once(bare: Env) -> None:
    slow = [
        "Q.850" + " ;" * 400 + "x",
        ";a " * 300 + "!",
        "Q.850" + ";a " * 300 + "!",
        "Q.850" + " ; a = 1" * 120 + "!",
    ]
    for term in ("a" * 100_000, "a;" * 50_000, *slow, 'Q.850;a="' + "\\" * 900, "0" * 900 + "x"):
        done = callinspect("explain", term, env=bare)
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(done.stderr) < 1000


def test_an_error_follows_the_format_of_results(bare: Env) -> None:
    done = callinspect("explain", "sip", "999", "-o", "json", env=bare)
    error = json.loads(done.stderr)["error"]
    assert (error["code"], error["message"], done.stdout) == ("usage", "sip has no “999”", b"")


def test_json_is_an_array_where_there_are_several(bare: Env) -> None:
    one, several, table = (
        json.loads(callinspect("explain", *line.split(), "-o", "json", env=bare).stdout)
        for line in ("sip 486", "sip busy", "sip")
    )
    assert isinstance(one, dict)
    assert (len(several), len(table)) == (2, 77)


def test_csv_has_the_keys_as_columns(bare: Env) -> None:
    done = callinspect("explain", "q850", "-o", "csv", env=bare)
    header, *rows = csv.reader(StringIO(done.stdout.decode(), newline=""))
    assert (header, len(rows)) == (KEYS, 88)
    row = dict(zip(header, next(each for each in rows if each[3] == "17"), strict=True))
    assert (row["name"], row["sip"], row["registered"], row["documented"]) == ("User busy", "486", "true", "")
    assert json.loads(row["also"]) == [{"table": "sip", "word": "486", "relation": "maps-to"}]


def test_fields_and_queries_select_values(bare: Env) -> None:
    def out(*options: str) -> str:
        return callinspect("explain", "q850", "17", *options, env=bare).stdout.decode()

    assert out("-f", "name,also.0.word") == "User busy\t486\n"
    assert out("-f", "sip,title", "-o", "json") == '{\n  "sip": 486,\n  "title": "Busy"\n}\n'
    assert out("--query", "also[].table | [0]", "-r") == "sip\n"


@pytest.mark.parametrize(("words", "key"), [(("sip", "486"), "state"), ((), "word"), (("17",), "sip.x")])
def test_a_key_that_there_is_not_is_refused(words: tuple[str, ...], key: str, bare: Env) -> None:
    done = callinspect("explain", *words, "-f", key, env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"has no key “{key}”" in done.stderr.decode()


@pytest.mark.parametrize("word", ["486", "sip", "q850"])
def test_help_on_a_code_names_the_command(word: str, bare: Env) -> None:
    done = callinspect("help", word, env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"use callinspect explain {word}" in done.stderr.decode()


def test_a_terminal_shows_an_entry_for_people(bare: Env) -> None:
    status, screen = on_terminal("explain", "486", env=bare | {"NO_COLOR": "1", "TERM": "xterm"}, columns=80)[:2]
    lines = screen.decode().replace("\r\n", "\n").splitlines()
    assert (status, lines[0]) == (0, " 486 Busy Here · SIP · callee")
    assert [line.split()[0] for line in lines if line[1:8].strip() in {"Next", "Also", "Source"}]


@pytest.mark.parametrize(
    ("header", "found", "left_out"),
    [
        ("SIP;cause=999,Q.850;cause=17", ["q850\t17"], b"left out: SIP has no cause 999"),
        ("Q.850;cause=300, SIP;cause=486", ["sip\t486"], b"left out: Q.850 has no cause 300"),
        ("ISUP;cause=3, Q.850;cause=16", ["q850\t16"], b"left out: ISUP"),
        ("Reason: Q.850;cause=16\nReason: SIP;cause=486", ["q850\t16", "sip\t486"], b""),
        ('Q.850;cause=16;text="x Reason: y"', ["q850\t16"], b""),
    ],
)
def test_what_is_known_of_several_reasons_is_explained(
    header: str, found: list[str], left_out: bytes, bare: Env
) -> None:
    """As they are pasted from a trace, whatever table was named."""
    for table in ((), ("sip",), ("webex",)):
        done = callinspect("explain", *table, header, "-f", "table,word", env=bare)
        assert (done.returncode, done.stdout.decode().splitlines()) == (0, found)
        assert left_out in done.stderr
        assert bool(left_out) == bool(done.stderr)
