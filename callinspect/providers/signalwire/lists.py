"""SignalWire's two lists of calls.

The voice logs are listed by default, since they have every call of the project, and filtered here: the compatibility
API would list none of its Relay, SWML and AI calls, and so hide half of an incident. It is listed if one of its own
parameters is given, such as `ParentCallSid`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from callinspect.provider import (
    Account,
    Filters,
    Listing,
    Page,
    Request,
    Response,
    Roughly,
    day_after,
    day_before,
    linked_at,
    pages,
    place,
)
from callinspect.providers import _laml
from callinspect.providers.signalwire.words.calls import STATES

CALLS = place("laml", "2010-04-01", "Accounts", "{project_id}", "Calls", root="/api")
LOGS = place("voice", "logs", root="/api")

DAY = timedelta(days=1)


def written(moment: datetime) -> str:
    """Return a time in RFC 2822."""
    from email.utils import format_datetime

    return format_datetime(moment)


LOGS_LISTED = pages(
    LOGS,
    # Whether "after a day" includes that day is not documented.
    query={
        "since": Roughly("created_after", day_before),
        "until": Roughly("created_before", day_after),
    },
    size=("page_size", 1000),
    read="data",
    following=linked_at("links", "next"),
)

CALLS_LISTED = _laml.listing(
    CALLS,
    STATES,
    since=Roughly("StartTime>", written),
    # A call that was created by then may have begun later.
    until=Roughly("StartTime<", lambda moment: written(moment + DAY)),
    size=("PageSize", 1000),
    options={
        "ParentCallSid": "compatibility calls that this call made",
        "EndTime<": "compatibility calls that ended before this time (RFC 2822)",
        "EndTime>": "compatibility calls that ended after this time (RFC 2822)",
        "PageSize": "compatibility calls per page, at most 1000",
    },
)


def first(account: Account, filters: Filters) -> Request:
    """Describe the request for the first page of the list that the given parameters belong to."""
    return (CALLS_LISTED if _is_compatibility(filters.options) else LOGS_LISTED).first(account, filters)


def reads(filters: Filters) -> str:
    """Say which list the given parameters belong to."""
    is_compatibility = _is_compatibility(filters.options)
    return "compatibility calls, without Relay, SWML and AI" if is_compatibility else "voice logs: all calls"


def _is_compatibility(options: Mapping[str, str]) -> bool:
    return not options.keys().isdisjoint(CALLS_LISTED.options)


def read(response: Response) -> Page:
    """Read a page of either list."""
    return _listing(response).read(response)


def following(account: Account, response: Response, asked: Request) -> Request | None:
    """Describe the request for the next page of the same list."""
    return _listing(response).following(account, response, asked)


def _listing(response: Response) -> Listing:
    return CALLS_LISTED if "calls" in response.fields else LOGS_LISTED


LISTING = Listing(
    first=first,
    read=read,
    following=following,
    options={
        "include_deleted": "true: deleted voice logs as well, of which only ID and time are left",
        "page_size": "voice logs per page, at most 1000",
        **CALLS_LISTED.options,
    },
    reads=reads,
)
