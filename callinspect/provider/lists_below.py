"""Lists below a call, such as its recordings, page by page; and the parts of an extra that cannot be read."""

from collections.abc import Callable, Generator, Iterable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import EMPTY
from callinspect.provider.address import queried
from callinspect.provider.answers import is_same_call, keyed, next_page, next_page_at, within
from callinspect.provider.exchange import Account, Document, Incomplete, Request, Response
from callinspect.provider.extras import MAX_PARTS, ExtraFlow
from callinspect.provider.flows import Place
from callinspect.provider.parsing import Json

T = TypeVar("T")

MAX_PAGES = 100
"""Pages of one list: as many parts as a record has are on fewer of them."""

MAX_SAID = 300
"""Characters of what went wrong with related data; a vendor's message can be long."""

Listed = Generator[Request, Response, list[Json]]
"""Yields requests, returns a list of the vendor's."""


class Paged(NamedTuple):
    """How a vendor writes the pages of a list, if a page is an object.

    Attributes:
        key: of the array; or the keys that lead to it.
        following: the keys that lead to the address of the next page; or a function that takes a page and the address
            that it was asked from, and describes the request for the next one, None after the last: see `numbered`.
    """

    key: str | tuple[str, ...]
    following: tuple[str, ...] | Callable[[Response, str], Request | None]


def numbered(parameter: str, *total: str) -> Callable[[Response, str], Request | None]:
    """Return a function that asks for the next page by its number, counted from 1.

    Args:
        parameter: of the query, which has the number.
        total: the keys that lead to the number of pages.
    """
    return partial(_numbered, parameter, total)


def _numbered(parameter: str, total: tuple[str, ...], answer: Response, asked: str) -> Request | None:
    pages = within(answer.fields, total)
    page, _, query = asked.partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    number = int(given.get(parameter, "1"))
    if not isinstance(pages, int) or number >= pages:
        return None
    return Request(url=queried(page, given | {parameter: str(number + 1)}))


def below(
    calls: Place,
    *segments: str,
    paged: Paged | None = None,
    by: str | None = None,
    query: Mapping[str, str] = EMPTY,
    of: str | None = None,
) -> Callable[[Account, Document], ExtraFlow]:
    """Return a flow that fetches a list below a call (see `read_below`).

    Args:
        calls: the path of an account's calls; the call ID and the segments follow it.
        segments: of the list's path.
        paged: how its pages are written; None if they are arrays, with a `Link` to the next one.
        by: the parameter for the call ID, if that is not in the path: `calls` is then the path of a list of the
            account's, such as its recordings.
        query: further parameters.
        of: the key of the call's ID in each element, or of a link that ends in it; those of other calls are left out.
    """
    return partial(_below, calls, segments, paged, by, query, of)


def _below(
    calls: Place,
    segments: tuple[str, ...],
    paged: Paged | None,
    by: str | None,
    query: Mapping[str, str],
    of: str | None,
    account: Account,
    document: Document,
) -> ExtraFlow:
    notes: list[str] = []
    call_id = document.call_id or ""
    path = segments if by else (call_id, *segments)
    page = calls.url(account, *path)
    first = calls.url(account, *path, **{by: call_id} if by else {}, **query)
    name = (segments or calls.segments)[-1].lower()
    found = yield from read_below(page, name, notes, paged=paged, first=first)
    return Incomplete(found if of is None else own(found, of, call_id, name, notes), tuple(notes))


def read_below(
    page: str, name: str, notes: list[str], *, paged: Paged | None = None, first: str | None = None
) -> Listed:
    """Read a list below a call, page by page until it is longer than what the record has of it.

    If a page after the first cannot be read, or is elsewhere, what came before it is kept.

    Args:
        page: the list's address without a query.
        name: of the list.
        notes: collects what could not be read.
        paged: see `below`.
        first: the address of the first page, if it has a query.
    """
    asked = first or page
    answer = yield Request(url=asked)
    found = [*_array(answer, paged)]
    yield from tried(_rest(answer, asked, page, paged, found), f"the rest of the call's {name}", notes)
    return found


def _rest(
    answer: Response, asked: str, page: str, paged: Paged | None, found: list[Json]
) -> Generator[Request, Response, None]:
    """Add the following pages to a list, of which the first was asked from an address with a query."""
    seen = {page, asked}
    while len(found) <= MAX_PARTS and (following := _following(answer, asked, page, paged)) is not None:
        if following.url in seen or not _array(answer, paged) or len(seen) > MAX_PAGES:
            raise BadResponseError("answered with an endless list of pages")
        seen.add(asked := following.url)
        answer = yield following
        found += _array(answer, paged)


def _following(answer: Response, asked: str, page: str, paged: Paged | None) -> Request | None:
    if paged is None:
        return next_page(answer, page)
    return paged.following(answer, asked) if callable(paged.following) else next_page_at(answer, paged.following, page)


def _array(answer: Response, paged: Paged | None) -> list[Json]:
    found = answer.document if paged is None else within(answer.fields, keyed(paged.key))
    if not isinstance(found, list):
        answer.document  # noqa: B018 - raises with what the body is, if it is not JSON
        raise BadResponseError("the answer is not a list")
    return found


def own(listed: list[Json], key: str, call_id: str, name: str, notes: list[str]) -> list[Json]:
    """Return what a list below a call has of that call; what names none is taken for its own.

    Args:
        listed: the list.
        key: of the call's ID in its elements, or of a link that ends in it.
        call_id: the ID that was asked for.
        name: of the list.
        notes: collects that there were others.
    """
    found = [each for each in listed if not isinstance(each, dict) or _is_of(each.get(key), call_id)]
    if len(found) < len(listed):
        notes.append(f"the vendor also listed {name} of other calls, which were left out")
    return found


def _is_of(named: Json, call_id: str) -> bool:
    """Whether a part names a call, by its ID or by a link that ends in it; or none."""
    return not isinstance(named, str) or not named or is_same_call(call_id, named.rpartition("/")[2])


def only(listed: Iterable[T], key: str, value: Json, what: str, notes: list[str]) -> list[T]:
    """Return what a list has of one call or conversation, by its ID; what is not an object is kept, to be told.

    Args:
        listed: the list.
        key: of the ID in its elements.
        value: the ID.
        what: the others are, as `recordings of other calls`.
        notes: collects that there were others.
    """
    found = [*listed]
    own = [each for each in found if not isinstance(each, dict) or each.get(key) == value]
    if len(own) < len(found):
        notes.append(f"the vendor also listed {what}, which were left out")
    return own


def tried(flow: Generator[Request, Response, T], what: str, notes: list[str]) -> Generator[Request, Response, T | None]:
    """Return what a part of an extra's requests gives; None, with a note, if it cannot be read.

    Args:
        flow: describes the requests.
        what: it reads, as `the parent leg`.
        notes: collects what could not be read.
    """
    try:
        return (yield from flow)
    except InternalError:
        raise
    except CallinspectError as error:
        notes.append(unreadable(what, error))
        return None


def unreadable(what: str, error: CallinspectError) -> str:
    """Return a note; a vendor's words stand in quotation marks, and nothing in them can close these."""
    said = error.shown_message
    if len(said) > MAX_SAID:
        said = f"{said[:MAX_SAID]}…" + "”" * error.vendor_message
    status = f" (HTTP {error.http_status})" if error.http_status else ""
    return f"{what} could not be read: {said}{status}"
