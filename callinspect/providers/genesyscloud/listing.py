"""The list of calls: a query of the analytics, which every kind of credentials may ask if they have the permission."""

from datetime import timedelta

from callinspect.provider import Account, Filters, Listing, Page, Request, Response, instant, items
from callinspect.providers.genesyscloud.related import ANALYTICS
from callinspect.providers.genesyscloud.words.calls import VOICE

WINDOW = timedelta(days=31)
"""The longest time that one query may ask for."""

KEPT = timedelta(days=558)
"""How far back the analytics answer such queries: a year and a half."""

APPLIED = frozenset({"from", "to", "since", "until"})

PAGE = 100
"""The most that a page has."""


def first(account: Account, filters: Filters) -> Request:
    """Describe the query for the first page: calls by voice, the latest first; a window always has both ends."""
    numbers = {"ani": filters.from_, "dnis": filters.to}
    wanted = {"mediaType": VOICE} | {name: f"tel:{number}" for name, number in numbers.items() if number}
    interval = [instant(moment) for moment in (filters.since, filters.until) if moment]
    return Request(
        url=ANALYTICS.url(account, "details", "query"),
        json={
            "interval": "/".join(interval),
            "order": "desc",
            "orderBy": "conversationStart",
            "paging": {"pageSize": min(filters.limit or PAGE, PAGE), "pageNumber": 1},
            "segmentFilters": [
                {"type": "and", "predicates": [{"dimension": name, "value": value} for name, value in wanted.items()]}
            ],
        },
    )


def read(response: Response) -> Page:
    """Read a page; the last one has no conversations, not even an empty array."""
    found = response.mapping.get("conversations", response.fields.get("entities"))
    return Page(calls=() if found is None and "totalHits" in response.fields else items(found))


def following(_account: Account, response: Response, asked: Request) -> Request | None:
    """Describe the query for the next page."""
    query = asked.json or {}
    paging = query["paging"]
    total, seen = response.fields.get("totalHits"), paging["pageSize"] * paging["pageNumber"]
    found = response.fields.get("conversations")
    if not found or (isinstance(total, int) and total <= seen):
        return None
    return asked._replace(json={**query, "paging": {**paging, "pageNumber": paging["pageNumber"] + 1}})


LISTING = Listing(first=first, read=read, following=following, applied=APPLIED, window=WINDOW, kept=KEPT)
