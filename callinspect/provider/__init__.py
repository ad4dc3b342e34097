"""The toolkit for writing a provider: its contract, ways to authenticate, readers of responses.

Everything that a provider needs besides the record (`callinspect.model`) and the failures (`callinspect.errors`) is
imported from here, by the built-in ones and by those of other distributions alike.
"""

from callinspect.provider.address import MAX_ID, url
from callinspect.provider.answers import (
    durations,
    expect,
    fetch_extra,
    is_same_call,
    items,
    merged,
    next_page,
    party,
    party_of,
    read,
    read_id,
    state_of,
)
from callinspect.provider.auth import Basic, Bearer, ClientCredentials, RefreshToken
from callinspect.provider.contract import (
    BASE_URL,
    Extra,
    Field,
    Filters,
    IDForm,
    Listing,
    Page,
    Provider,
    Scheme,
    Target,
    check_id,
)
from callinspect.provider.exchange import MAX_BODY, Account, Document, Flow, Refusal, Request, Response, Token
from callinspect.provider.flows import Place, arrayed, errors, instant, linked, linked_at, one, pages, place, seconds
from callinspect.provider.ids import last_segment, pick_call
from callinspect.provider.moments import parse_mail_date, parse_milliseconds, parse_seconds, parse_utc
from callinspect.provider.parsing import Json
from callinspect.provider.reader import Reader, as_text, elapsed, first, shown
from callinspect.provider.refusals import (
    LIMITS,
    NOT_FOUND,
    NOT_FOUND_STATUSES,
    REFUSED,
    error_for,
    is_elsewhere,
    refused,
)
from callinspect.provider.shape import Shape, Word

__all__ = [
    "BASE_URL",
    "LIMITS",
    "MAX_BODY",
    "MAX_ID",
    "NOT_FOUND",
    "NOT_FOUND_STATUSES",
    "REFUSED",
    "Account",
    "Basic",
    "Bearer",
    "ClientCredentials",
    "Document",
    "Extra",
    "Field",
    "Filters",
    "Flow",
    "IDForm",
    "Json",
    "Listing",
    "Page",
    "Place",
    "Provider",
    "Reader",
    "RefreshToken",
    "Refusal",
    "Request",
    "Response",
    "Scheme",
    "Shape",
    "Target",
    "Token",
    "Word",
    "arrayed",
    "as_text",
    "check_id",
    "durations",
    "elapsed",
    "error_for",
    "errors",
    "expect",
    "fetch_extra",
    "first",
    "instant",
    "is_elsewhere",
    "is_same_call",
    "items",
    "last_segment",
    "linked",
    "linked_at",
    "merged",
    "next_page",
    "one",
    "pages",
    "parse_mail_date",
    "parse_milliseconds",
    "parse_seconds",
    "parse_utc",
    "party",
    "party_of",
    "pick_call",
    "place",
    "read",
    "read_id",
    "refused",
    "seconds",
    "shown",
    "state_of",
    "url",
]
