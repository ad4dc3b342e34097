"""What whoever writes a vendor's cases is told of a case that cannot be read, or that a provider does not keep to."""

import json
from pathlib import Path
from typing import Any

import pytest
from kit import cases, vendors
from kit.case_playback import differences, inspect
from kit.cases import CaseError
from kit.keys import ACCOUNT_KEYS, NOTHING_KNOWN, OPTIONAL, PARTY

from callinspect import providers

VENDOR = "acme"
ACCOUNT: dict[str, Any] = {key: {} for key in ACCOUNT_KEYS if key not in OPTIONAL}
ACCOUNT |= {"fields": {"account_id": "1"}, "call": "GET /accounts/{account_id}/calls/{id}"}
CALL = {"id": "c-1", "body": {"callId": "{id}", "state": "moon"}, "record": {"vendor_state": "moon"}}


def written(home: Path, **files: Any) -> Path:
    """Write a vendor's folder; a text as it is."""
    (home / VENDOR).mkdir()
    for name, content in ({"account": ACCOUNT} | files).items():
        text = content if isinstance(content, str) else json.dumps(content)
        (home / VENDOR / f"{name}.json").write_text(text)
    return home


def read(home: Path, kind: str = "calls") -> list[cases.Case]:
    return cases.cases(kind, VENDOR, home)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no cases": ({}, "calls.json: there are no cases; a vendor has at least one call"),
    "no call": ({"calls": {}}, "calls.json: there are no cases; a vendor has at least one call"),
    "no JSON": ({"calls": "{"}, "calls.json: this is not JSON: "),
    "no object": ({"calls": []}, "calls.json: expected an object of cases by name, came []"),
    "a kind that is none": (
        {"cals": {}},
        "cals.json: expected a file of calls, errors, refusals, lists, tokens, account or",
    ),
    "a case that is none": ({"calls": {"a": 1}}, "calls.json: “a”: expected an object, came 1"),
    "a key of a case": ({"calls": {"a": CALL | {"boddy": {}}}}, "calls.json: “a”: expected keys of about, like, "),
    "a key of an account": ({"account": ACCOUNT | {"x": 1}}, "account.json: expected keys of fields, id, call, "),
    "no key of an account": ({"account": {}}, "account.json: expected “fields”, the account that the cases are asked"),
    "a key of a record": ({"calls": {"a": CALL | {"record": {"moon": 1}}}}, "“a”: record: expected keys of schema_ver"),
    "a key within one": ({"calls": {"a": CALL | {"record": {"to": {"nam": 1}}}}}, "“a”: record.to: expected keys of "),
    "a key of an error": ({"calls": {"a": CALL}, "errors": {"b": CALL}}, "errors.json: “b”: expected keys of about"),
    "no record": ({"calls": {"a": {"id": "1", "body": {}}}}, "“a”: expected an object “record”, came null"),
    "no id": ({"calls": {"a": {"body": {}, "record": {}}}}, "“a”: expected an id, came none"),
    "no such case": ({"calls": {"a": CALL | {"like": "b"}}}, "“a”: it is like “b”, and there is no such case"),
    "a circle": ({"calls": {"a": CALL | {"like": "a"}}}, "“a”: it is like “a”, which is like this one"),
    "twice in a file": ({"calls": '{"a": {}, "a": {}}'}, "calls.json: “a”: the name stands twice"),
    "twice in two files": (
        {"calls": {"a": CALL}, "errors": {"a": {"error": {}}}},
        "errors.json: “a”: the name stands twice, here and in calls.json",
    ),
    "nothing to take away": (
        {"calls": {"a": CALL | {"body": {"-": ["to"]}}}},
        "“a”: body: “-” takes to away, and there is only nothing",
    ),
    "nothing sent": (
        {"calls": {"a": CALL | {"record": {"vendor": {"tag": "="}}}}},
        "“a”: record.vendor.tag: “=” is what the vendor sent as “tag”, and no answer has that",
    ),
    "an answer without a request": (
        {"calls": {"a": CALL | {"then": [{"body": {}}]}}},
        "“a”: expected the request of answer 2, came none",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_case_that_cannot_be_read_says_where_it_stands_and_why(bad: str, tmp_path: Path) -> None:
    files, said = BAD[bad]
    with pytest.raises(CaseError) as raised:
        read(written(tmp_path, **files))
    assert str(raised.value).startswith("tests/providers/acme/")
    assert said in str(raised.value)


def test_a_vendor_without_an_account_is_told_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"acme/account\.json: there is no such file; it says what is true of all"):
        read(tmp_path)


def test_a_question_that_a_case_does_not_answer_is_named(tmp_path: Path) -> None:
    asked = vendors.PLAIN
    of = ACCOUNT | {"fields": cases.account(asked)["fields"]}
    [case] = read(written(tmp_path, account=of, calls={"a": {"id": "c-1", "record": {}}}))
    with pytest.raises(CaseError, match=r"calls\.json: “a”: expected 0 requests, and then came GET http\S+/c-1"):
        inspect(providers.get(asked), case)


def test_a_case_is_what_it_is_like_and_what_differs(tmp_path: Path) -> None:
    above = CALL | {"body": {"callId": "{id}", "to": {"a": 1, "b": 2}, "tags": [1, 2], "of": "{account_id}"}}
    above["record"] = {"to": {"number": "1", "name": "n"}, "vendor": {"tags": "=", "x": 1, "of": "=of"}}
    below = {"like": "a", "id": "c-2", "body": {"to": {"-": ["a"]}, "tags": [3]}}
    below["record"] = {"to": {"name": None}, "vendor": {"-": ["x"], "to": "="}}
    _, case = read(written(tmp_path, calls={"a": above, "b": below}))
    [answer] = case.exchange
    assert answer.request == "GET /accounts/1/calls/c-2"
    assert answer.body == {"callId": "c-2", "to": {"b": 2}, "tags": [3], "of": "1"}
    assert case.expected == NOTHING_KNOWN | {
        "provider": VENDOR,
        "id": "c-2",
        "to": PARTY | {"number": "1"},
        "vendor": {"tags": [3], "of": "1", "to": {"b": 2}},
    }


def test_a_case_may_replace_all_that_it_is_like(tmp_path: Path) -> None:
    said = {"a": CALL, "b": {"like": "a", "text": "moon"}, "c": {"like": "a", "body": {"-": "*", "x": 1}}}
    _, text, body = read(written(tmp_path, calls=said))
    assert [each.exchange[0].content for each in (text, body)] == [b"moon", b'{"x": 1}']


def test_a_wrong_record_names_each_key_and_both_values() -> None:
    expected = {"state": "ended", "to": {"number": "1", "name": "*"}, "list": [1], "flag": True, "gone": None}
    got = {"state": "active", "to": {"number": None, "name": ""}, "list": [1, 2], "flag": 1, "more": "x"}
    assert differences(expected, got) == [
        'record.state: expected "ended", came "active"',
        'record.to.number: expected "1", came null',
        'record.to.name: expected "*", came ""',
        "record.list: expected [1], came [1, 2]",
        "record.flag: expected true, came 1",
        "record.gone: expected null, came no such key",
        'record.more: expected no such key, came "x"',
    ]
    assert differences({"a": "*", "b": 9}, {"a": "x", "b": 9.0}) == []
