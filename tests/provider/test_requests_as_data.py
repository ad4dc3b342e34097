"""Requests that a provider writes as data: a call in more than one place."""

from typing import Any

import pytest

from callinspect.errors import ConfigError, NotFoundError
from callinspect.provider import Account, Response, one, place

FETCH = one(place("teams", "{team}", "calls"), place("live"))
BASE = "https://vendor.test/v1"
RECORD, LIVE = f"{BASE}/teams/t-1/calls/c-1", f"{BASE}/live/c-1"


def asked(*answers: Any, fetch: Any = FETCH, **values: str) -> list[str]:
    """Return the addresses that are asked for, each answered with the next response or failure."""
    flow = fetch(Account(base_url=BASE, values=values), "c-1")
    found = [next(flow).url]
    for answer in answers:
        try:
            following = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
        except StopIteration as end:
            return found if end.value.call_id == "c-1" else []
        found.append(following.url)
    raise AssertionError(f"there is no answer to {found[-1]}")


ABSENT, GONE = (NotFoundError("m", http_status=status) for status in (404, 410))
CALL = Response(200, {}, b"{}")


@pytest.mark.parametrize(
    ("answers", "addresses"),
    [
        ([CALL], [RECORD]),
        ([ABSENT, CALL], [RECORD, LIVE]),
        ([GONE, CALL], [RECORD, LIVE]),
    ],
)
def test_the_next_place_is_asked_if_one_has_no_such_call(answers: list[Any], addresses: list[str]) -> None:
    assert asked(*answers, team="t-1") == addresses


@pytest.mark.parametrize("failure", [NotFoundError("m", http_status=422), ConfigError("m", http_status=404)])
def test_any_other_failure_of_a_place_is_final(failure: Exception) -> None:
    with pytest.raises(type(failure)):
        asked(failure, CALL, team="t-1")


def test_a_place_whose_field_is_not_set_is_left_out() -> None:
    assert asked(CALL) == [LIVE]


def test_the_last_place_says_what_is_missing() -> None:
    with pytest.raises(NotFoundError):
        asked(ABSENT, ABSENT, team="t-1")
    with pytest.raises(ConfigError, match="this needs team"):
        asked(CALL, fetch=one(place("teams", "{team}", "calls")))
