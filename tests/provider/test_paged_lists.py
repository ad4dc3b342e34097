"""Lists below a call whose pages are objects: which requests they take, and what is read of them."""

from json import dumps
from typing import Any

import pytest

from callinspect.errors import BadResponseError, UsageError
from callinspect.provider import Account, Document, Incomplete, Paged, Response, below, numbered, place

ACCOUNT = Account(base_url="https://vendor.test/v1", values={})
PARTS = below(place("Calls", ending=".json"), "Parts", paged=Paged("parts", ("meta", "next")))
PAGE = "https://vendor.test/v1/Calls/c-1/Parts.json"


def followed(*pages: Any, flow: Any = PARTS) -> tuple[list[str], Incomplete]:
    """Return the addresses that are asked for, of which each is answered with the next page, and what is read."""
    reading = flow(ACCOUNT, Document({}, "c-1"))
    asked = [next(reading).url]
    for page in pages:
        try:
            asked.append(reading.send(Response(200, {}, dumps(page).encode())).url)
        except StopIteration as end:
            return asked, end.value
    raise AssertionError(f"there is no answer to {asked[-1]}")


def test_each_page_is_read_until_one_leads_nowhere() -> None:
    asked, found = followed(
        {"parts": [1, 2], "meta": {"next": "/v1/Calls/c-1/Parts.json?Page=1&Token=a"}},
        {"parts": [3], "meta": {"next": None}},
    )
    assert asked == [PAGE, f"{PAGE}?Page=1&Token=a"]
    assert found == Incomplete([1, 2, 3], ())


def test_the_array_of_a_page_may_lie_deeper() -> None:
    flow = below(place("calls"), "parts", paged=Paged(("inner", "parts"), ("links", "next", "at")))
    asked, found = followed(
        {"inner": {"parts": [1]}, "links": {"next": {"at": "?page=2"}}}, {"inner": {"parts": [2]}}, flow=flow
    )
    assert (asked[1], found.found) == ("https://vendor.test/v1/calls/c-1/parts?page=2", [1, 2])
    with pytest.raises(BadResponseError, match="not a list"):
        followed({"inner": [], "parts": [1]}, flow=flow)


@pytest.mark.parametrize("link", ["https://other.test/?Page=1", "nowhere", 7])
def test_what_came_before_a_link_elsewhere_is_kept(link: Any) -> None:
    asked, found = followed({"parts": [1], "meta": {"next": link}})
    assert asked == [PAGE]
    assert found.found == [1]
    (note,) = found.notes
    assert note.startswith("the rest of the call's parts could not be read: answered with")


def test_a_page_that_leads_to_itself_ends_the_list() -> None:
    page = {"parts": [1], "meta": {"next": "?Page=1"}}
    asked, found = followed(page, page)
    assert asked == [PAGE, f"{PAGE}?Page=1"]
    assert found.notes == ("the rest of the call's parts could not be read: answered with an endless list of pages",)


@pytest.mark.parametrize("page", [{}, {"parts": None}, {"parts": {}}, [], "parts"])
def test_a_page_without_the_array_is_a_bad_response(page: Any) -> None:
    with pytest.raises(BadResponseError, match="not a list"):
        followed(page)


NUMBERED = below(
    place("parts"), paged=Paged("parts", numbered("page[number]", "meta", "pages")), by="of", query={"page[size]": "2"}
)
SIZED = "https://vendor.test/v1/parts?of=c-1&page%5Bsize%5D=2"


def test_pages_by_number_are_asked_for_until_the_last() -> None:
    """With the same query as the first: without it, they would be pages of another list."""
    asked, found = followed(
        {"parts": [1, 2], "meta": {"pages": 2}}, {"parts": [3], "meta": {"pages": 2}}, flow=NUMBERED
    )
    assert asked == [SIZED, f"{SIZED}&page%5Bnumber%5D=2"]
    assert found == Incomplete([1, 2, 3], ())


@pytest.mark.parametrize("meta", [None, {}, {"pages": "2"}, {"pages": 1}, {"pages": None}, []])
def test_a_list_without_a_number_of_pages_has_one(meta: Any) -> None:
    assert followed({"parts": [1], "meta": meta}, flow=NUMBERED) == ([SIZED], Incomplete([1], ()))


def test_an_empty_page_ends_a_list_by_number() -> None:
    asked, found = followed({"parts": [1], "meta": {"pages": 9}}, {"parts": [], "meta": {"pages": 9}}, flow=NUMBERED)
    assert len(asked) == 2
    assert found.found == [1]
    assert found.notes == ("the rest of the call's parts could not be read: answered with an endless list of pages",)


@pytest.mark.parametrize("call_id", ["\udfff", "a\nb", "\x1b"])
def test_an_id_goes_into_no_query_unless_it_is_text(call_id: str) -> None:
    """A vendor's answer may hold anything; half a character cannot even be encoded."""
    with pytest.raises(UsageError, match="control characters"):
        next(NUMBERED(ACCOUNT, Document({}, call_id)))
