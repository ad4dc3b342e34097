"""A list below a call may be in an object, whose next page is at an address in it."""

from json import dumps
from typing import Any

import pytest

from callinspect.errors import BadResponseError
from callinspect.provider import Account, Document, Incomplete, Response, below, linked_at, place, read_below

ACCOUNT = Account(base_url="https://vendor.test/v1", values={"key": "k"})
CALLS = place("of", "{key}", "calls", ending=".json")
FETCH = below(CALLS, "Recordings", read="recordings", following=linked_at("next"))


def played(flow: Any, *bodies: Any) -> tuple[list[str], Any]:
    """Return what is asked for while these are the answers, and what was read."""
    answers = iter(bodies)
    asked = [next(flow).url]
    try:
        while True:
            asked += [flow.send(Response(200, {}, dumps(next(answers)).encode())).url]
    except StopIteration as end:
        assert next(answers, None) is None
        return asked, end.value


def test_every_page_of_a_list_in_objects_is_read() -> None:
    asked, found = played(
        FETCH(ACCOUNT, Document({}, "1")),
        {"recordings": [{"id": 1}], "next": "/elsewhere?Page=1&Token=t"},
        {"recordings": [{"id": 2}], "next": None},
    )
    address = "https://vendor.test/v1/of/k/calls/1/Recordings.json"
    assert asked == [address, f"{address}?Page=1&Token=t"]
    assert found == Incomplete([{"id": 1}, {"id": 2}], ())


def test_a_list_may_be_asked_for_with_a_query() -> None:
    page = CALLS.url(ACCOUNT, parent="1")
    flow = read_below(page, "legs", [], read="calls", following=linked_at("next"))
    asked, found = played(flow, {"calls": [1], "next": "?parent=1&page=2"}, {"calls": [2]})
    assert (asked, found) == ([page, f"{page}&page=2"], [1, 2])


@pytest.mark.parametrize("body", [[], {}, {"recordings": {}}, {"recordings": None}, None, 1])
def test_an_object_without_the_list_is_a_bad_response(body: Any) -> None:
    with pytest.raises(BadResponseError, match="the answer is not a list"):
        played(FETCH(ACCOUNT, Document({}, "1")), body)


def test_what_came_before_a_page_on_another_host_is_kept() -> None:
    _, found = played(FETCH(ACCOUNT, Document({}, "1")), {"recordings": [1], "next": "https://other.test/?page=2"})
    assert found.found == [1]
    assert "the rest of the call's recordings could not be read" in found.notes[0]
    assert "another host" in found.notes[0]
