"""What becomes of a record when the vendor's answer is not what it used to be: only the call's id may be fatal."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import cases, vendors
from kit.cases import Case
from kit.junk import Json, places, put
from kit.playing import VALIDATOR, call_object, every, inspect
from kit.stranger import bodies

from callinspect import providers
from callinspect.errors import BadResponseError, NotFoundError
from callinspect.model import Call
from callinspect.provider import Document
from callinspect.render.card import card
from callinspect.render.csv import dumps as as_csv
from callinspect.render.json import dumps, record
from callinspect.render.layout import Style

JUNK: list[Any] = [
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "junk",
    "\x1b[2J\ud800\u202e",
    [],
    [[]],
    ["a", 1],
    {},
    {"a": {"b": 1}},
]

WORDS = {
    name: sorted(
        {key for case in cases.cases("calls", name) for body in bodies(case) if isinstance(body, dict) for key in body}
    )
    for name in vendors.NAMES
}
"""By vendor, the keys of its answers about calls."""


def render_everything(provider: str, document: Document) -> None:
    call = providers.get(provider).normalize(document)
    made = record(call)
    VALIDATOR.validate(json.loads(dumps(made)))
    as_csv([made]).encode("utf-8")
    card(call, Style(width=40)).encode("utf-8")


@every("calls")
def test_junk_in_any_place_of_a_call_leaves_a_record(case: Case) -> None:
    provider = case.vendor
    document, _ = inspect(providers.get(provider), case)
    body = call_object(document)
    identifier = vendors.id_key(provider)
    for number, place in enumerate(places(body)):
        first = number % vendors.CROWD
        for kind, junk in list(enumerate(JUNK))[first :: vendors.CROWD]:
            changed = Document(put(body, place, junk), extras=document.extras)
            try:
                # Rendering takes its time: each place has every junk normalized, and one of them in turn rendered.
                if kind == number % len(JUNK):
                    render_everything(provider, changed)
                else:
                    providers.get(provider).normalize(changed)
            except BadResponseError:
                assert place == (identifier,), (place, junk)


@pytest.mark.parametrize("provider", providers.names())
@given(body=Json)
@settings(max_examples=200, deadline=None)
def test_any_json_is_a_record_or_a_plain_error(provider: str, body: Any) -> None:
    with suppress(BadResponseError, NotFoundError):
        render_everything(provider, Document(body, call_id="1"))


@pytest.mark.parametrize("provider", providers.names())
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_object_of_a_vendors_words_is_a_record_or_error(provider: str, data: st.DataObject) -> None:
    """It has the ID that was asked for, unless it has something else in its place."""
    fields = data.draw(st.dictionaries(st.sampled_from(WORDS[provider]), Json))
    with suppress(BadResponseError, NotFoundError):
        render_everything(provider, Document(vendors.least(provider, "1") | fields, call_id="1"))


def normalized(provider: str, **fields: Any) -> Call:
    return providers.get(provider).normalize(Document(fields))


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_an_id_that_is_neither_text_nor_number_is_fatal(provider: str) -> None:
    name = vendors.id_key(provider)
    call = normalized(provider, **{name: 12})
    assert (call.id, call.vendor, call.warnings) == ("12", {name: 12}, (f"{name} is a number, not a string",))
    for junk in (True, False, "", None, 1.5, ["12"]):
        with pytest.raises(BadResponseError):
            normalized(provider, **{name: junk})


WIDE = {ord("0") + each: 0xFF10 + each for each in range(10)}
"""Digits as East Asian fonts have them, as wide as a letter."""

NEVER: list[Any] = [
    *(
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000+00:00",
        "1970-01-01T01:00:00+01:00",
        "1969-12-31T19:00:00-05:00",
    ),
    *("1970-01-01T00:00:00", "1970-01-01 00:00:00", "1970-01-01", "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Thu Jan  1 00:00:00 1970", "01/01/1970 00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000"),
    *("0001-01-01T00:00:00+01:00", "-0001-11-30T00:00:00Z", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z"),
    *("1899-12-30T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-23:59"),
    *("31.12.9999", "+292278994-08-17T07:12:55.807Z", -1, "-1", -(2**31), -(2**63), -62135596800, "-62135596800000"),
    *(2**31 - 1, 2**63 - 1, 253402300799, "253402300799000", str(2**63 - 1), f" {2**63 - 1}.0 ", 2.0**63, 2**64 - 1),
    *(
        (2**31 - 1) * 1000,
        (2**31 - 1) * 1000 + 999,
        str((2**31 - 1) * 1000),
        2**32 - 1,
        2**53 - 1,
        8_640_000_000_000_000,
    ),
    *("2038-01-19T03:14:07Z", "2038-01-19T03:14:07.999Z", "2038-01-19T04:14:07+01:00", "2038-01-19 03:14:07"),
    *("Tue, 19 Jan 2038 03:14:07 GMT", "2106-02-07T06:28:15Z", "/Date(-62135596800000)/", "/Date(0)/"),
    *("/Date(253402300799999+0100)/", "1/1/1 0:00", "1.1.1", "01-JAN-70", "12/31/69 19:00", "70-01-01", "19700101"),
    *("00010101", "99991231", "0001", "1970", "1970-01-01T00:00:00Z".translate(WIDE)),
]
UNREADABLE: list[Any] = [
    *("2025-04-08T10:00:03", "2025-04-08 10:00:03.123", "2025-04-08T10:00:65Z", "2025-04-08T10:00:03 UTC", "20250408"),
    *("08.04.2025 10:00", "Tue, 08 Apr 2025 10:00:03 +0000", "Tue Apr 08 10:00:03 +0000 2025", "10:00:03", "٢٠٢٥"),
    *(1744106403, 1744106403123, 1744106403.5, "1744106403", "1744106403123", 10**400, 1),
    *(
        "/Date(1744106403123)/",
        "/Date(1744106403123+0200)/",
        "11/1/1 2025",
        "2038-01-19T03:14:08",
        "1/1/25 10:00",
        "2025",
    ),
    *(2**31 - 2, 2**31, str(2**31), 1_744_106_403_123_000, 1_744_106_403_123_000_000, "1744106403.123"),
]
NO_PROOF: list[Any] = ["", " ", "soon", "n/a", "0", "0.0", "00:00:00", 0, 0.0, True, False, [], {}, ["2025"], {"at": 1}]
ENDED = {name: cases.account(name)["ended"] for name in vendors.NAMES if "ended" in cases.account(name)}
"""By vendor, a call that is over, the field for when it was answered, and how it came out if it was not."""


def ended(provider: str, value: Any) -> Call:
    said, name = ENDED[provider]["call"], ENDED[provider]["answered"]
    call = normalized(provider, **said, **{name: value})
    assert (call.answered_at, call.vendor[name]) == (None, value)
    assert any(each.startswith(name) for each in call.warnings), call.warnings
    return call


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", NEVER, ids=str)
def test_what_stands_for_never_is_no_answer(provider: str, value: Any) -> None:
    call = ended(provider, value)
    assert call.outcome == ENDED[provider]["unanswered"]
    assert "is a placeholder, not a time" in call.warnings[0]


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", UNREADABLE, ids=lambda value: str(value)[:40])
def test_an_unreadable_time_of_answer_is_an_answer(provider: str, value: Any) -> None:
    assert ended(provider, value).outcome == "answered"


@pytest.mark.parametrize("provider", ENDED)
@pytest.mark.parametrize("value", NO_PROOF, ids=repr)
def test_what_tells_nothing_leaves_the_outcome_unknown(provider: str, value: Any) -> None:
    assert ended(provider, value).outcome == "unknown"


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_field_of_the_wrong_kind_is_warned_about_once(provider: str) -> None:
    for said in cases.account(provider)["mistyped"]:
        assert len(normalized(provider, **vendors.least(provider, "1"), **said).warnings) == 1
