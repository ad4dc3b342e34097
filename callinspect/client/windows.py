"""The time that a list is asked for, in parts as long as the vendor allows."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callinspect.provider import Filters, Listing


def parts(listing: Listing, filters: Filters, now: datetime) -> Iterator[Filters]:
    """Yield the filters for each part of the time that one request can ask for, the latest first."""
    if listing.window is None:
        yield filters
        return
    earliest = now - listing.kept
    end, begin = filters.until or now, max(filters.since or earliest, earliest)
    while begin < end:
        start = max(begin, end - listing.window)
        yield filters._replace(since=start, until=end)
        end = start


def cut(listing: Listing, filters: Filters, now: datetime) -> int | None:
    """Return how many days back the parts go, None if that is as far as the filters."""
    earliest = now - listing.kept
    is_cut = any(each is not None and each < earliest for each in (filters.since, filters.until))
    return round(listing.kept / timedelta(days=1)) if is_cut and listing.window is not None else None
