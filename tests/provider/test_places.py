"""Places of calls: several documents behind one path, and which of their refusals counts."""

import pytest

from callinspect.errors import NotFoundError
from callinspect.provider import Account, one, place

ACCOUNT = Account(base_url="https://vendor.test/v1", values={})
CALLS = place("calls", ending="/")
LIVE = place("calls", ending="/", query={"status": "live"})


def test_the_query_of_a_place_is_in_each_of_its_addresses() -> None:
    assert LIVE.url(ACCOUNT, "c-1", page="2") == "https://vendor.test/v1/calls/c-1/?status=live&page=2"


@pytest.mark.parametrize(("first_says", "message"), [(True, "first"), (False, "last")])
def test_one_of_several_refusals_is_raised(first_says: bool, message: str) -> None:
    flow = one(CALLS, LIVE, first_says=first_says)(ACCOUNT, "c-1")
    assert next(flow).url.endswith("/c-1/")
    assert flow.throw(NotFoundError("first", http_status=404)).url.endswith("/c-1/?status=live")
    with pytest.raises(NotFoundError, match=message):
        flow.throw(NotFoundError("last", http_status=404))


def test_a_refusal_of_the_second_place_that_is_final_is_raised() -> None:
    """Even if it is of a kind that would be searched on after, with another status."""
    flow = one(CALLS, LIVE)(ACCOUNT, "c-1")
    next(flow)
    flow.throw(NotFoundError("first", http_status=404))
    with pytest.raises(NotFoundError, match="second"):
        flow.throw(NotFoundError("second", http_status=422))
