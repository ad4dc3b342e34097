"""What becomes of a record when the vendor's answer is not what it used to be: only the call's id may be fatal."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import cases, vendors
from kit.case_playback import VALIDATOR, call_object, every, inspect
from kit.cases import Case
from kit.junk import Json, places, put
from kit.stranger import bodies

from callinspect import providers
from callinspect.errors import BadResponseError, NotFoundError
from callinspect.model import Call
from callinspect.model.writing import record
from callinspect.provider import Document
from callinspect.provider.reading_extras import with_extras
from callinspect.render.card import card
from callinspect.render.csv import dumps as as_csv
from callinspect.render.jsontext import dumps
from callinspect.render.style import Style

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
    body = call_object(provider, document)
    identifier = vendors.id_key(provider, document.json)
    for number, place in enumerate(places(body)):
        step = vendors.one_in(1)
        for kind, junk in list(enumerate(JUNK))[number % step :: step]:
            changed = Document(put(body, place, junk), extras=document.extras)
            try:
                # Rendering takes its time: each place has every junk normalized, and one of them in turn rendered.
                if kind == number % len(JUNK):
                    render_everything(provider, changed)
                else:
                    providers.get(provider).normalize(changed)
            except BadResponseError:
                assert place == (identifier,), (place, junk)


@pytest.mark.parametrize("case", [case for case in cases.cases("calls") if case.extras], ids=lambda case: case.title)
def test_junk_in_what_is_read_with_a_call_leaves_a_record(case: Case) -> None:
    """A vendor's last word may be none with junk in it: who then asks on gets the same answer again."""
    provider = providers.get(case.vendor)
    for index, answer in list(enumerate(case.exchange))[case.exchange.index(case.told) + 1 :]:
        for number, place in enumerate([(), *places(answer.body)]):
            for kind, junk in list(enumerate(JUNK))[number % 3 :: 3]:
                sent = answer._replace(body=put(answer.body, place, junk) if place else junk)
                exchange = [*case.exchange[:index], sent, *case.exchange[index + 1 :], *[sent] * 100]
                document, _ = inspect(provider, case._replace(exchange=exchange))
                call = with_extras(provider, provider.normalize(document), document)
                if kind == number % len(JUNK):
                    made = record(call)
                    VALIDATOR.validate(json.loads(dumps(made)))
                    card(call, Style(width=40)).encode("utf-8")


@pytest.mark.parametrize("provider", providers.names())
@given(body=Json)
@settings(max_examples=800 // len(vendors.NAMES), deadline=None)
def test_any_json_is_a_record_or_a_plain_error(provider: str, body: Any) -> None:
    with suppress(BadResponseError, NotFoundError):
        render_everything(provider, Document(body, call_id="1"))


@pytest.mark.parametrize("provider", providers.names())
@given(data=st.data())
@settings(max_examples=800 // len(vendors.NAMES), deadline=None)
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
    usual, other = (12, "12") if vendors.has_numbers(provider) else ("12", 12)
    said = f"{name} is a string, not a number" if other == "12" else f"{name} is a number, not a string"
    for sent, left, warnings in ((usual, {}, ()), (other, {name: other}, (said,))):
        call = normalized(provider, **{name: sent})
        assert (call.id, call.vendor, call.warnings) == ("12", left, warnings)
    for junk in (True, False, "", None, 1.5, ["12"]):
        with pytest.raises(BadResponseError):
            normalized(provider, **{name: junk})


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_field_of_the_wrong_kind_is_warned_about_once(provider: str) -> None:
    least = vendors.least(provider, vendors.call_id(provider, "1"))
    for said in cases.account(provider)["mistyped"]:
        assert len(normalized(provider, **least, **said).warnings) == 1
