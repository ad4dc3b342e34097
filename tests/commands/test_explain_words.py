"""`callinspect explain`: the words of a vendor, here one from outside the package, and how codes lead to them."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit.program import callinspect, environment

from callinspect import providers
from callinspect.provider import explained
from callinspect.reference.tables import CODES

Env = dict[str, str]
MODULE = '''
"""Acme: a vendor of words."""

from callinspect.model import EndedBy, Outcome, State, in_words
from callinspect.provider import Field, Provider, Request
from callinspect.provider.auth import Basic
from callinspect.provider.words import Evidence, Word, Words

WORDS = (
    Words("state", "status", {
        "onHold": Word(State.HELD, says=in_words("On hold", "One side holds the call")),
        "error": Word(State.ENDED, says=in_words("Failed", "The call failed")),
        "plain": Word(State.ACTIVE),
    }),
    Words("cause", "why", {
        "LINE_BUSY": Word(
            outcome=Outcome.BUSY, ended_by=EndedBy.CALLEE,
            cause=in_words("Busy", "The line was “busy”", "Try later", sip=486, q850=17),
        ),
        "ERROR": Word(cause=in_words("Acme failed", "Acme's fault"), evidence=Evidence.SEEN),
    }, other=Word(cause=in_words("Internal error", "Acme lists no other cause", "Ask Acme"))),
)

PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com/calls", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True)),
    schemes=(Basic(),), fetch=lambda account, call_id: None, normalize=lambda document: None,
    refusal=lambda response: None, verify=lambda account: Request(url=account.base_url),
    not_found_hints=("Acme forgets a call",), words=WORDS,
)
'''


@pytest.fixture
def env(tmp_path: Path) -> Env:
    """The environment of a user with Acme installed, and with one more of a name that is taken."""
    (tmp_path / "acme.py").write_text(MODULE, encoding="utf-8")
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(
        "[callinspect.providers]\nacme = acme:PROVIDER\nsip = acme:PROVIDER\nQ850 = acme:PROVIDER\n", encoding="utf-8"
    )
    return environment(tmp_path, PYTHONPATH=str(tmp_path), CALLINSPECT_ACME_PASSWORD="Tulip-4711-secret")


def explain(*arguments: str, env: Env) -> list[Any]:
    done = callinspect("explain", *arguments, "-o", "jsonl", env=env)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("word", ["LINE_BUSY", "line busy", "line-busy", "LineBusy"])
def test_a_word_says_what_it_means(word: str, env: Env) -> None:
    (found,) = explain("acme", word, env=env)
    assert found == {
        **dict.fromkeys(("name", "class", "registered", "treated_as", "location")),
        "table": "acme",
        "kind": "cause",
        "field": "why",
        "word": "LINE_BUSY",
        "title": "Busy",
        "explanation": "The line was “busy”",
        "next": "Try later",
        "outcome": "busy",
        "ended_by": "callee",
        "sip": 486,
        "q850": 17,
        "documented": True,
        "also": [
            {"table": "sip", "word": "486", "relation": "same"},
            {"table": "q850", "word": "17", "relation": "same"},
        ],
        "source": "docs",
    }


def test_a_word_of_several_kinds_is_all_with_the_cause_first(env: Env) -> None:
    found = explain("acme", "Error", env=env)
    assert [(each["kind"], each["word"]) for each in found] == [("cause", "ERROR"), ("state", "error")]
    assert [(each["documented"], each["source"]) for each in found] == [(False, "seen"), (True, "docs")]


def test_words_in_camel_case_are_found_as_words(env: Env) -> None:
    assert [each["word"] for each in explain("acme", "on", "hold", env=env)] == ["onHold"]


def test_a_table_begins_with_the_causes(env: Env) -> None:
    words = [each["word"] for each in explain("ACME", env=env)]
    assert words == ["LINE_BUSY", "ERROR", "onHold", "error", "plain"]


def test_a_word_without_a_text_is_listed_without_one(env: Env) -> None:
    (found,) = explain("acme", "plain", env=env)
    assert (found["title"], found["explanation"], found["also"]) == (None, None, [])
    assert callinspect("explain", "acme", "plain", "-o", "table", env=env).returncode == 0


@pytest.mark.parametrize("word", ["SOMETHING_NEW", "77", "something new"])
def test_any_other_word_is_what_the_vendor_says_of_it(word: str, env: Env) -> None:
    (found,) = explain("acme", word, env=env)
    assert (found["word"], found["documented"], found["title"]) == (word, False, "Internal error")


def test_a_word_spelled_as_none_of_theirs_is_searched_for(env: Env) -> None:
    """Acme's causes are in capitals: in small letters, `busy` is a word to look for."""
    assert [each["word"] for each in explain("acme", "busy", env=env)] == ["LINE_BUSY"]
    assert [each["title"] for each in explain("acme", "BUSY", env=env)] == ["Internal error"]


def test_without_a_table_codes_lead_to_the_vendors_words(env: Env) -> None:
    (sip,) = explain("486", env=env)
    assert sip["also"][0] == {"table": "q850", "word": "17", "relation": "maps-to"}
    assert {"table": "acme", "word": "LINE_BUSY", "relation": "same"} in sip["also"][1:]
    (alone,) = explain("sip", "486", env=env)
    assert alone["also"] == sip["also"][:1]


def test_without_a_table_exact_words_come_first(env: Env) -> None:
    found = [(each["table"], each["word"]) for each in explain("line", "busy", env=env)]
    assert found[0] == ("acme", "LINE_BUSY")
    assert ("q850", "56") in found[1:]


def test_names_of_tables_are_no_plug_ins(env: Env) -> None:
    done = callinspect("explain", env=env)
    assert b"left out, since these names are taken: Q850, sip" in done.stderr
    tables = [json.loads(line)["table"] for line in done.stdout.splitlines()]
    assert tables == ["sip", "q850", *providers.built_in(), "acme"]
    assert json.loads(done.stdout.splitlines()[-1])["title"] == "Acme: states, reasons, codes"
    assert callinspect("explain", "486", env=env).stderr == b""


def test_a_secret_typed_as_a_word_is_not_repeated(env: Env) -> None:
    for words in (("acme", "Tulip-4711-secret"), ("sip", "Tulip-4711-secret"), ("Tulip-4711-secret",)):
        done = callinspect("explain", *words, env=env)
        assert b"4711" not in done.stdout + done.stderr


def test_people_see_where_a_word_stands(env: Env) -> None:
    shown = [
        callinspect("explain", "acme", word, "-o", "table", env=env).stdout.decode().splitlines()
        for word in ("line busy", "NEW")
    ]
    assert shown[0] == [
        " LINE_BUSY: Busy · acme · cause (why)",
        " The line was “busy”",
        " Outcome  busy · ended by callee",
        " Next     Try later",
        " Also     SIP 486, Q.850 17 (nearest)",
        " Source   vendor's documentation",
    ]
    assert shown[1][-1] == " Source  vendor's documentation · word not listed by the vendor"


def test_a_list_for_people_is_by_field(env: Env) -> None:
    done = callinspect("explain", "acme", "-o", "table", env=env)
    assert done.stdout.decode().splitlines() == [
        " cause (why)",
        " LINE_BUSY  Busy",
        " ERROR      Acme failed",
        "",
        " state (status)",
        " onHold  On hold",
        " error   Failed",
        " plain",
    ]


def test_a_terminal_without_unicode_gets_escapes(env: Env) -> None:
    done = callinspect("explain", "acme", "LINE_BUSY", "-o", "table", env=env | {"PYTHONIOENCODING": "ascii"})
    assert done.stdout.isascii()
    assert b" LINE_BUSY: Busy - acme - cause (why)\n" in done.stdout


def test_completion_offers_tables_and_words(env: Env) -> None:
    def offered(line: str) -> list[str]:
        asked = {"_CALLINSPECT_COMPLETE": "complete_bash", "_CALLINSPECT_LINE": line, "_CALLINSPECT_BREAKS": " "}
        done = callinspect(env=env | asked | {"_CALLINSPECT_POINT": str(len(line))})
        return done.stdout.decode().split()

    assert {"sip", "q850", "acme"} <= set(offered("callinspect explain "))
    assert offered("callinspect explain acme LI") == ["LINE_BUSY"]
    assert offered("callinspect explain sip 48")[:2] == ["480", "481"]
    assert "explanation" in offered("callinspect explain sip 486 -f ex")


@pytest.mark.parametrize("name", providers.names())
def test_every_nearest_code_of_a_vendor_has_an_entry(name: str) -> None:
    known = {table: {entry.word for entry in each.read().entries} for table, each in CODES.items()}
    for entry in explained.table(providers.get(name)).entries:
        assert all(each.word in known[each.table] for each in entry.also), entry.word


def test_a_table_of_any_vendor_can_be_listed(env: Env) -> None:
    for name in providers.names():
        listed = explain(name, env=env)
        assert [each["table"] for each in listed] == [name] * len(listed)
