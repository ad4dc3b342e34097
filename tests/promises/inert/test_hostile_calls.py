"""A call with hostile texts in every place acts on no terminal, and a program reads it back whole."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases, vendors
from kit.program import callinspect
from kit.screen import COLOR, DRAWING, escaped, inert, on_terminal, seen, spaced, too_wide, whole
from kit.stranger import (
    EXTRAS,
    IDS,
    Answer,
    Env,
    Sent,
    Stranger,
    asked,
    documents,
    hostile,
    is_hostile,
    keys,
    leaves,
    placed,
    replaced,
)
from kit.vendor_texts import called

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_pipe_gets_the_very_values_that_the_vendor_sent(records: dict[Sent, Any]) -> None:
    for call, record in records.items():
        assert record["raw"] == json.loads(whole(json.dumps(call.answer.body, ensure_ascii=False)))
        known = {whole(text) for _, text in leaves([call.answer.body, call.events])}
        for path, text in leaves({**record, "raw": None}):
            # A parent's id is the end of its address, and a warning quotes.
            assert text in known or path in {"parent_id", "warnings"} or not is_hostile(text), path


def test_several_calls_in_every_form_act_on_no_terminal(
    sent: list[Sent], records: dict[Sent, Any], user: Env, tmp_path: Path
) -> None:
    said = asked(sent, tmp_path)
    forms = [("-o", "jsonl"), ("--raw", "-o", "jsonl"), ("-o", "csv"), ("-f", "id", "-f", "vendor"), ("--raw",)]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda form: on_terminal(*said, *form, "-q", env=user), forms))
    assert {status for status, _ in runs} == {0}
    tabbed = runs[3][1].replace(b"\t", b"|")  # the one that stands between two fields
    lines, raw, cells, bare, table = (
        inert(each, COLOR) for each in (*(run[1] for run in runs[:3]), tabbed, runs[4][1])
    )
    assert [json.loads(line)["vendor"] for line in lines.splitlines()] == [each["vendor"] for each in records.values()]
    assert [json.loads(line) for line in raw.splitlines()] == [each.answer.body for each in sent]
    rows = list(csv.DictReader(io.StringIO(cells, newline="")))
    for row, line, record in zip(rows, bare.splitlines(), records.values(), strict=True):
        identifier, _, vendor = line.partition("|")
        assert row["id"] == identifier == escaped(record["id"])
        assert row["vendor_state"] == escaped(record["vendor_state"] or "")
        assert row["from.name"] == escaped((record["from"] or {}).get("name") or "")
        assert json.loads(row["vendor"]) == json.loads(vendor) == record["vendor"]
        assert json.loads(row["warnings"]) == record["warnings"]
    shown = seen(table)
    for call in sent:
        for text in (*(text for _, text in leaves(call.answer.body)), *keys(call.answer.body)):
            assert not is_hostile(text) or seen(escaped(text)) in shown


CUT = 6
"""Characters of a party that its column shows at least; below a row, on a narrow terminal, it is whole."""


@pytest.mark.parametrize("columns", [40, 80])
def test_a_table_of_several_calls_acts_on_no_terminal(
    columns: int, sent: list[Sent], records: dict[Sent, Any], user: Env, tmp_path: Path
) -> None:
    status, written = on_terminal(*asked(sent, tmp_path), "-q", env=user, columns=columns)
    shown = seen(inert(written, COLOR))
    assert status == 0
    for record in records.values():
        assert seen(escaped(record["id"])) in shown
        for party in (record["from"], record["to"]):
            if party and not party["private"]:
                said = seen(escaped(party["number"] or party["uri"] or party["name"] or "unknown"))
                assert said[: None if columns == 40 else CUT] in shown


def test_a_table_of_several_calls_fits_its_terminal(sent: list[Sent], user: Env, tmp_path: Path) -> None:
    _, written = on_terminal(*asked(sent, tmp_path), "-q", env=user, columns=40)
    assert too_wide(inert(written, COLOR), 40) == []


OFF_CARD = re.compile(
    r"links\.|(.*\.)?(kind|person_id|place_id|country\.code|country\.calling_code|identity|vendor_state|"
    r"originating_id|recall\.type)$"
)
"""What a card leaves to JSON, or tells beside the lifelines of a ladder, which stand between its words."""


IN_FULL = seen(": in full with -o json")
"""What a card ends a line with that names lists of the vendor's that it leaves to JSON."""


def on_card(record: Any, shown: str) -> Iterator[str]:
    """Give the texts of a record that its card shows."""
    record = {**record, "raw": None}
    if IN_FULL in shown:
        record["vendor"] = {name: each for name, each in record["vendor"].items() if not holds_objects(each)}
    withheld = {name for name in ("from", "to") if (record[name] or {}).get("private")}
    off = {text for path, text in leaves(record) if OFF_CARD.match(path) or path.partition(".")[0] in withheld}
    yield from (text for _, text in leaves(record) if is_hostile(text) and text not in off)
    # What stands elsewhere in the record is not said again as the vendor's own.
    said = {text.casefold() for path, text in leaves(record) if not path.startswith(("vendor", "warnings"))}
    own = [(above, value) for above, value in placed(record["vendor"]) if str(value).casefold() not in said]
    yield from (key for above, value in own if value not in (None, "") for key in above if is_hostile(key))
    yield from filter(is_hostile, keys(record["metadata"]))


def holds_objects(value: Any) -> bool:
    """Whether a value is a list of objects, or has one in it."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(each, dict) and isinstance(value, list) for each in below) or any(map(holds_objects, below))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A card, as it is on a terminal."""

    call: Sent
    columns: int
    status: int | None
    text: str


@pytest.fixture(scope="module")
def cards(sent: list[Sent], stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> list[Drawn]:
    """The cards of those calls, on a wide terminal and on a narrow one by turns."""
    env = stranger.user(tmp_path_factory.mktemp("cards"))
    wanted = [each for each in sent if each.way == "values"]
    wanted += [each for each in sent if each.way != "values"][::14]

    def drawn(call: Sent, columns: int) -> Drawn:
        more = (word for extra in EXTRAS[call.provider] for word in ("--with", extra))
        status, written = on_terminal("get", call.provider, call.id, *more, env=env, columns=columns)
        return Drawn(call, columns, status, inert(written, COLOR))

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(drawn, wanted, itertools.cycle((80, 40))))


def test_a_card_shows_everything_and_acts_on_no_terminal(cards: list[Drawn], records: dict[Sent, Any]) -> None:
    """But for events, whose steps are told in words."""
    for card in cards:
        shown = seen(card.text)
        assert card.status == 0
        for text in on_card(records[card.call], shown):
            assert not is_hostile(text) or seen(escaped(whole(text))) in shown


UNBROKEN = re.compile(r" (error |UNKNOWN \(|<)")
"""Lines of the vendor's own error id, of an unknown state, of a key."""


def test_a_card_fits_its_terminal(cards: list[Drawn]) -> None:
    for card in cards:
        assert [line for line in too_wide(card.text, card.columns) if not UNBROKEN.match(line)] == []


def test_a_card_fits_its_terminal_with_any_key_or_state(cards: list[Drawn]) -> None:
    for card in cards:
        assert too_wide(card.text, card.columns) == []


def test_a_list_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    calls: dict[str, list[Any]] = {name: [] for name in vendors.NAMES}
    for each in documents():
        body = each.answer.body.get("call") or each.answer.body if isinstance(each.answer.body, dict) else {}
        listed_by = {cases.account(each.provider)["listed"]} if "listed" in cases.account(each.provider) else IDS
        calls[each.provider] += [body] if listed_by & body.keys() else []
    past = {case.vendor: case for case in cases.cases("lists") if case.given.get("of") == "history"}
    forms = [("-q", "--since", "all"), ("-q", "--since", "all", "-o", "csv")]

    def listed(name: str) -> list[tuple[str, tuple[str, ...], tuple[int | None, bytes]]]:
        """List a vendor's calls in every form: they are on the first page, of several windows of time in the first."""
        places = [vendors.last_word(vendors.path(name, "list"))]
        places += [vendors.last_word(past[name].given["request"])] if name in past else []
        found = []
        for form in (*forms, *([("-q", "--history")] if name in past else [])):
            for place in places:
                stranger.answers[name, place] = [Answer(vendors.pages(name, each)[0]) for each in (calls[name], [])]
            found.append((name, form, on_terminal("list", name, *form, env=user)))
        return found

    with ThreadPoolExecutor(3) as pool:
        runs = [run for each in pool.map(listed, vendors.LISTING) for run in each]
    for name, options, (status, written) in runs:
        shown = seen(inert(written, COLOR).replace('""', '"'))  # as CSV quotes
        assert status == 0, (name, shown[-300:])
        for body in calls[name]:
            call_id = str(body[vendors.id_key(name, body)])
            assert seen(escaped(call_id if "--history" in options else whole(call_id))) in shown
    assert all(len(calls[name]) > 5 for name in vendors.LISTING)


def test_a_call_that_is_watched_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    names = {"ringing": "one", "active": "two", "ended": "three"}
    vendor, _ = called("", {"session_id": ""}, names)
    trouble = Answer(replaced(cases.account(vendor)["refusal"], lambda *_: hostile("trouble")), 500)

    def call(call_id: str, state: str) -> Answer:
        _, bodies = called(call_id, {"session_id": hostile(names[state])}, names)
        body = bodies[[*names].index(state)]
        vendors.call_in(body, vendors.id_key(vendor))[hostile("key")] = names[state]
        return Answer(body)

    for name in ("watched", "piped", "waited"):
        answers = (trouble, call(name, "ringing"), trouble, call(name, "active"), call(name, "ended"))
        stranger.tell(*(Sent(vendor, name, each) for each in answers))
    interval = ("--interval", "0.6")
    with ThreadPoolExecutor(3) as pool:
        watched = pool.submit(on_terminal, "watch", vendor, "watched", *interval, env=user)
        waited = pool.submit(on_terminal, "wait", vendor, "waited", *interval, env=user, columns=40)
        piped = pool.submit(callinspect, "watch", vendor, "piped", *interval, env=user)
    shown = spaced(inert(watched.result()[1], DRAWING))
    assert watched.result()[0] == waited.result()[0] == piped.result().returncode == 0
    for name in ("trouble", "key", "one", "two", "three"):
        assert all(piece in shown for piece in (f"<{name}>", f"</{name}>")), name
    assert "\\x00\\x01\\x02" in shown
    assert seen(f"vendor unavailable: “{escaped(hostile('trouble'))}”") in seen(inert(waited.result()[1], DRAWING))
    inert(piped.result().stderr)
    news = [json.loads(line) for line in inert(piped.result().stdout).splitlines()]
    assert [each["call"]["session_id"] for each in news] == [whole(hostile(each)) for each in ("one", "two", "three")]
    assert news[1]["changed"]["session_id"] == [whole(hostile("one")), whole(hostile("two"))]
