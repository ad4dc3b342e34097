"""A vendor's requests as data: the path of its calls, and how they are listed.

A path segment in braces, such as `{account_id}`, stands for the value of that account field.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from callinspect.errors import ConfigError, NotFoundError
from callinspect.model import EMPTY
from callinspect.provider.address import url
from callinspect.provider.answers import items, keyed, next_page, next_page_at, within
from callinspect.provider.contract import Filters, Listing, Page
from callinspect.provider.exchange import Account, Document, Flow, Request, Response
from callinspect.provider.refusals import NOT_FOUND_STATUSES

Fetch = Callable[[Account, str], Flow]


class Place(NamedTuple):
    """A path of an account's.

    Attributes:
        segments: of the path below the base URL.
        ending: what follows the last one, such as `.json` or `/`.
        root: what the base URL ends with, such as `/api`; it is added where a user has left it out.
        query: what every address of the place has, where one path leads to several.
    """

    segments: tuple[str, ...]
    ending: str = ""
    root: str = ""
    query: Mapping[str, str] = EMPTY

    def url(self, account: Account, *below: str, **query: str | None) -> str:
        """Return the address for an account, with further segments and a query (None leaves out a parameter).

        Raises:
            ConfigError: the account lacks a field that the path has.
        """
        filled = (_field(account, each[1:-1]) if each[:1] == "{" else each for each in self.segments)
        base = account.base_url if account.base_url.endswith(self.root) else account.base_url + self.root
        return url(base, *filled, *below, ending=self.ending, **{**self.query, **query})

    def is_open_to(self, account: Account) -> bool:
        """Whether an account has every field that the path has."""
        return all(account.get(each[1:-1]) is not None for each in self.segments if each[:1] == "{")


def _field(account: Account, name: str) -> str:
    value = account.get(name)
    if value is None:
        raise ConfigError(
            f"this needs {name}, which is not set", hint=f"add it with callinspect auth login, or --set {name}=…"
        )
    return value


def place(*segments: str, ending: str = "", root: str = "", query: Mapping[str, str] = EMPTY) -> Place:
    """Return the path with these segments."""
    return Place(segments, ending, root, query)


def one(*places: Place, first_says: bool = False) -> Fetch:
    """Return a flow that fetches one call.

    Args:
        places: the path of an account's calls, which the call ID follows. Of several, each is asked if those before it
            have no such call (HTTP 404 or 410); one with a field that the account lacks is left out.
        first_says: whether the refusal of the first place is raised if none has the call, instead of the last one's.
    """
    return partial(_one, places, first_says)


def _one(places: tuple[Place, ...], first_says: bool, account: Account, call_id: str) -> Flow:  # noqa: FBT001 - bound
    refusals: list[NotFoundError] = []
    for each in [each for each in places if each.is_open_to(account)] or places[-1:]:
        try:
            return Document((yield Request(url=each.url(account, call_id))), call_id)
        except NotFoundError as error:
            refusals.append(error)
            if error.http_status not in NOT_FOUND_STATUSES:
                break
    raise refusals[0 if first_says else -1]


def instant(moment: datetime) -> str:
    """Return a time in ISO 8601, UTC, with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(moment: datetime) -> str:
    """Return a time's day, in UTC."""
    return moment.date().isoformat()


def day_before(moment: datetime) -> str:
    """Return the day before a time's, in UTC: the last that is not wanted yet."""
    return day(moment - timedelta(days=1))


def day_after(moment: datetime) -> str:
    """Return the day after a time's, in UTC: the first that is not wanted any more."""
    return day(moment + timedelta(days=1))


def epoch_seconds(moment: datetime) -> str:
    """Return a time in seconds since the epoch."""
    return str(int(moment.timestamp()))


def arrayed(response: Response) -> Page:
    """Read a page that is an array of call objects."""
    return Page(calls=items(response.document))


def _listed(keys: tuple[str, ...], response: Response) -> Page:
    """Read a page that is an object with the array of call objects where keys lead to."""
    return Page(calls=items(within(response.document, keys)))


Query = Mapping[str, "str | Roughly"]
"""The parameter for each filter."""

Following = Callable[[Place, Account, Response, Request], Request | None]
"""Describes the request for the page after one: the path of the calls, the account, the page, the request for it."""


class Roughly(NamedTuple):
    """A query parameter for a filter that the vendor applies only roughly, such as by the day.

    Attributes:
        name: of the parameter.
        write: returns its value, None where the filter cannot be written.
    """

    name: str
    write: Callable[[Any], str | None]


def linked(calls: Place, account: Account, response: Response, _asked: Request) -> Request | None:
    """Follow the `Link` to the next page."""
    return next_page(response, calls.url(account))


def linked_at(*keys: str) -> Following:
    """Return a function that follows the address of the next page that a page has in its body.

    As with a `Link`, only its query is used. Null, an empty text or no such key means that this page is the last.

    Args:
        keys: those that lead to it: `"meta", "next"` for `{"meta": {"next": "https://…?page=2"}}`.
    """
    return partial(_linked_at, keys)


def _linked_at(
    keys: tuple[str, ...], calls: Place, account: Account, response: Response, _asked: Request
) -> Request | None:
    return next_page_at(response, keys, calls.url(account))


def pages(
    calls: Place,
    *,
    query: Query = EMPTY,
    size: tuple[str, int] | None = None,
    options: Mapping[str, str] = EMPTY,
    lacks: frozenset[str] = frozenset(),
    read: str | tuple[str, ...] | Callable[[Response], Page] = arrayed,
    following: Following = linked,
    moment: Callable[[datetime], str] = instant,
) -> Listing:
    """Return how a vendor lists calls page by page.

    Args:
        calls: their path.
        query: the vendor's query parameter for each filter (from, to, since, until, state, cause) that it applies; what
            it applies roughly is filtered again here.
        size: the parameter for the page size, and its maximum.
        options: further query parameters of the vendor's, and what each means.
        lacks: filters for which its calls have no field.
        read: the key of the array of calls, where a page is an object, or the keys that lead to it; or a function that
            reads a page.
        following: describes the request for the next page, None when there is none: `linked` by the `Link` header,
            `linked_at` by an address in the body.
        moment: formats a time for the query.
    """
    return Listing(
        first=partial(_first, calls, query, size, moment),
        read=read if callable(read) else partial(_listed, keyed(read)),
        following=partial(following, calls),
        applied=frozenset(name for name, parameter in query.items() if isinstance(parameter, str)),
        lacks=lacks,
        options=options,
    )


def _first(
    calls: Place,
    query: Query,
    size: tuple[str, int] | None,
    moment: Callable[[datetime], str],
    account: Account,
    filters: Filters,
) -> Request:
    given = filters._asdict() | {"from": filters.from_}
    asked: dict[str, str | None] = {}
    is_rough = False
    for each, parameter in query.items():
        value = given[each]
        if value is None:
            continue
        if isinstance(parameter, Roughly):
            is_rough = True
            asked.setdefault(parameter.name, parameter.write(value))
        else:
            asked[parameter] = moment(value) if isinstance(value, datetime) else value
    if size and (filters.limit or is_rough):
        # Of calls that are filtered again here, many are read in vain: in few and large pages, then.
        asked[size[0]] = str(min(filters.limit or size[1], size[1]))
    return Request(url=calls.url(account, **(asked | dict(filters.options))))
