"""What a vendor's answer may have as the ID of something else, and what is asked for with it."""

from typing import Any

import pytest

from callinspect.provider import (
    Account,
    Bearer,
    Document,
    Extra,
    ExtraFlow,
    Extras,
    Incomplete,
    Provider,
    Request,
    Shape,
    errors,
    one,
    place,
    tried,
)
from callinspect.provider.reading_extras import added

CALLS = place("teams", "{team}", "calls", ending=".json")
ACCOUNT = Account(base_url="https://vendor.test/v1", values={"team": "a/b", "password": "\udcff"})


def fetch_other(account: Account, document: Document) -> ExtraFlow:
    notes: list[str] = []
    found = yield from tried(_other(account, document), "the other leg", notes)
    return Incomplete(found, tuple(notes))


def _other(account: Account, document: Document) -> Any:
    answer = yield Request(url=CALLS.url(account, document.fields["other"], of="a/b"))
    return answer.document


ANY = Provider(
    name="any",
    title="Any",
    docs="",
    base_url="https://vendor.test/v1",
    fields=(),
    schemes=(Bearer(),),
    fetch=one(CALLS),
    normalize=Shape(id="id").reader("any"),
    refusal=errors("message", "code"),
    verify=lambda account: Request(url=CALLS.url(account)),
    not_found_hints=(),
    extras={"legs": Extra("the other leg", fetch_other)},
)


def asked(other: str, provider: Provider = ANY) -> Document | Request:
    """Return what is asked for; or, if nothing is, the document."""
    flow = added(provider, ACCOUNT, Document({"id": "x/y", "other": other}, "x/y"), Extras(frozenset({"legs"})))
    try:
        return next(flow)
    except StopIteration as end:
        document: Document = end.value
        return document


@pytest.mark.parametrize("other", ["../../../x?y", "a/b/c", "..\\\\x", "x#y", "x?y", "%2e%2e%2fx", "..", "\udfff", ""])
def test_what_cannot_be_an_id_is_never_asked_for(other: str) -> None:
    """A server may decode a path before it reads it; the call is read all the same, and a note says so."""
    found = asked(other)
    assert isinstance(found, Document)
    assert found.notes[0].startswith("the other leg could not be read: ")


@pytest.mark.parametrize("other", ["c-1", "v3:a_b=", "1757.12;2", "a b", "x/y", "\u00e9"])
def test_any_other_id_is_asked_for(other: str) -> None:
    """So is the ID that was typed, whatever it is, and what the account has in its path."""
    found = asked(other)
    assert isinstance(found, Request)
    assert found.is_extra


@pytest.mark.parametrize(("other", "is_asked"), [("desk/9", True), ("a/../b", False), ("a//b", False), ("a/b?", False)])
def test_where_an_id_may_be_any_text_it_may_have_slashes(other: str, is_asked: bool) -> None:
    assert isinstance(asked(other, ANY._replace(any_id=True)), Request) == is_asked
