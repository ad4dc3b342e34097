"""Calls that a list leaves out here, since its vendor does not filter by time itself."""

from datetime import UTC, datetime, timedelta

import pytest

from callinspect.client.filters import Wanted, matches
from callinspect.model import Call, State
from callinspect.provider import Listing, Page, Request

NOW = datetime.now(UTC)
LAST_DAY = Wanted(since=NOW - timedelta(days=1), recent=True)


@pytest.mark.parametrize(
    ("state", "hours", "is_listed"),
    [(State.ENDED, 23, True), (State.ENDED, 25, False), (State.ACTIVE, 30, True), (State.ENDED, None, True)],
)
def test_the_default_day_hides_only_old_calls_that_are_over(
    state: State,
    hours: int | None,
    is_listed: bool,
) -> None:
    """A call that is going on, or has no time, is not hidden by what nobody asked for."""
    created = None if hours is None else NOW - timedelta(hours=hours)
    assert matches(Call("p", "c", state=state, created_at=created), LAST_DAY) is is_listed


@pytest.mark.parametrize("applied", [frozenset({"since", "until"}), frozenset({"since"}), frozenset[str]()])
@pytest.mark.parametrize("given", [Wanted(since=NOW), Wanted(until=NOW)], ids=["since", "until"])
def test_times_are_left_to_a_vendor_that_goes_by_its_own(given: Wanted, applied: frozenset[str]) -> None:
    """Such as the end, or one that it does not tell."""
    listing = Listing(first=lambda *_: Request(""), read=lambda _: Page(), applied=applied)
    wanted, left = given.refined(listing), given.refined(listing._replace(own_times=True))
    for created in (None, NOW + timedelta(days=7 if given.until else -7)):
        call = Call("p", "c", state=State.ENDED, created_at=created)
        assert (matches(call, wanted), matches(call, left)) == (False, given.given <= applied)
