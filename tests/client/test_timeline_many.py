"""The timeline of any call, ten thousand of them."""

from datetime import timedelta
from itertools import product

from hypothesis import HealthCheck, given, settings
from kit.timelines import CALLS, OFFSETS, SEEN, check

from callinspect.model import Call
from callinspect.model.timeline import Entry


@given(call=CALLS, seen=SEEN, offset=OFFSETS)
@settings(deadline=None, max_examples=1250, suppress_health_check=[HealthCheck.too_slow])
def test_ten_thousand_are_in_order_and_from_their_sources(
    call: Call, seen: tuple[Entry, ...], offset: timedelta
) -> None:
    """To make a call takes longer than to check it: each has eight timelines."""
    alone, otherwise = call._replace(related=None), timedelta(seconds=3) - offset
    for each, met, when in product((call, alone), (seen, ()), (offset, otherwise)):
        check(each, met, when)
