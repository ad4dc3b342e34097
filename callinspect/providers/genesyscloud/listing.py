"""The list of calls: a query of the analytics, which every kind of credentials may ask if they have the permission."""

from datetime import timedelta

from callinspect.provider import Account, Filters, Listing, Page, Request, Response, instant, items
from callinspect.providers.genesyscloud.calls import without_call
from callinspect.providers.genesyscloud.participants import TEL
from callinspect.providers.genesyscloud.paths import ANALYTICS, DETAILS
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
    wanted = {"mediaType": VOICE, "ani": filters.from_, "dnis": filters.to}
    predicates = [{"dimension": name, "value": _address(value)} for name, value in wanted.items() if value]
    interval = [instant(moment) for moment in (filters.since, filters.until) if moment]
    return Request(
        url=ANALYTICS.url(account, DETAILS, "query"),
        json={
            "interval": "/".join(interval),
            "order": "desc",
            "orderBy": "conversationStart",
            "paging": {"pageSize": min(filters.limit or PAGE, PAGE), "pageNumber": 1},
            "segmentFilters": [{"type": "and", "predicates": predicates}],
        },
    )


def _address(value: str) -> str:
    """Return what is searched for as the analytics write it: a number as `tel:+13125550100`."""
    return TEL + value if value.startswith("+") else value


def read(response: Response) -> Page:
    """Read a page, without conversations that have no call; one beyond the last has not even an empty array."""
    body = response.fields
    found = () if "totalHits" in body and "conversations" not in body else items(body.get("conversations"))
    return Page(calls=tuple(each for each in found if not (isinstance(each, dict) and without_call(each))))


def following(_account: Account, response: Response, asked: Request) -> Request | None:
    """Describe the query for the next page."""
    query = asked.json or {}
    paging = query["paging"]
    total, seen = response.fields.get("totalHits"), paging["pageSize"] * paging["pageNumber"]
    if not response.fields.get("conversations") or (isinstance(total, int) and total <= seen):
        return None
    return asked._replace(json={**query, "paging": {**paging, "pageNumber": paging["pageNumber"] + 1}})


LISTING = Listing(first=first, read=read, following=following, applied=APPLIED, window=WINDOW, kept=KEPT)
