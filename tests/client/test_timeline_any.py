"""The timeline of any call, a few hundred of them."""

from datetime import timedelta

from hypothesis import given, settings
from kit.timelines import CALLS, OFFSETS, SEEN, check

from callinspect.model import Call
from callinspect.model.timeline import Entry


@given(call=CALLS, seen=SEEN, offset=OFFSETS)
@settings(deadline=None, max_examples=500)
def test_any_timeline_is_in_order_and_from_its_sources(call: Call, seen: tuple[Entry, ...], offset: timedelta) -> None:
    check(call, seen, offset)
