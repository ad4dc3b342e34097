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
def test_a_call_without_a_time_passes_if_its_vendor_looked(given: Wanted, applied: frozenset[str]) -> None:
    """The vendor knows more of it than it tells."""
    timeless = Call("p", "c", state=State.ENDED)
    wanted = given.refined(Listing(first=lambda *_: Request(""), read=lambda _: Page(), applied=applied))
    assert matches(timeless, wanted) is (given.given <= applied)
    assert not matches(timeless._replace(created_at=NOW + timedelta(days=7 if given.until else -7)), wanted)
