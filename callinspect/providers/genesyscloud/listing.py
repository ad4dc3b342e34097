"""The list of calls: a query of the analytics, which every kind of credentials may ask if they have the permission."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from callinspect.provider import Account, Filters, Listing, Page, Request, Response, instant, items
from callinspect.providers.genesyscloud.related import ANALYTICS

WINDOW = timedelta(days=31)
"""The longest time that one query may ask for."""

KEPT = timedelta(days=558)
"""How far back the analytics answer such queries: a year and a half."""

APPLIED = frozenset({"from", "to", "since", "until"})

PAGE = 100
"""The most that a page has."""


def first(account: Account, filters: Filters) -> Request:
    """Describe the query for the first page: calls by voice, the latest first.

    A number may be the customer's or the organization's, as the direction has it: both are asked for, and which it is
    is settled by who called whom.
    """
    asked = [
        [_is("mediaType", "voice")],
        *([_is(key, f"tel:{number}") for key in ("ani",)] for number in (filters.from_,) if number),
        *([_is(key, f"tel:{number}") for key in ("dnis",)] for number in (filters.to,) if number),
    ]
    assert filters.since
    assert filters.until
    return Request(
        url=ANALYTICS.url(account, "details", "query"),
        json={
            "interval": f"{instant(filters.since)}/{instant(filters.until)}",
            "order": "desc",
            "orderBy": "conversationStart",
            "paging": {"pageSize": min(filters.limit or PAGE, PAGE), "pageNumber": 1},
            "segmentFilters": [{"type": "and", "predicates": [each for group in asked for each in group]}],
        },
    )


def _is(dimension: str, value: str) -> Mapping[str, str]:
    return {"dimension": dimension, "value": value}


def read(response: Response) -> Page:
    """Read a page; the last one has no conversations, not even an empty array."""
    found = response.mapping.get("conversations")
    return Page(calls=() if found is None and "totalHits" in response.fields else items(found))


def following(_account: Account, response: Response, asked: Request) -> Request | None:
    """Describe the query for the next page."""
    query: Mapping[str, Any] = asked.json or {}
    paging = query["paging"]
    total, seen = response.fields.get("totalHits"), paging["pageSize"] * paging["pageNumber"]
    found = response.fields.get("conversations")
    if not found or (isinstance(total, int) and total <= seen):
        return None
    return asked._replace(json={**query, "paging": {**paging, "pageNumber": paging["pageNumber"] + 1}})


LISTING = Listing(first=first, read=read, following=following, applied=APPLIED, window=WINDOW, kept=KEPT)
