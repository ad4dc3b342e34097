"""Lists below a call, such as its recordings, page by page; and the parts of an extra that cannot be read."""

from collections.abc import Callable, Generator
from functools import partial
from typing import NamedTuple, TypeVar

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.provider.answers import next_page, next_page_at
from callinspect.provider.exchange import Account, Document, Incomplete, Request, Response
from callinspect.provider.extras import MAX_PARTS, ExtraFlow
from callinspect.provider.flows import Place
from callinspect.provider.parsing import Json

T = TypeVar("T")

MAX_SAID = 300
"""Characters of what went wrong with related data; a vendor's message can be long."""

Listed = Generator[Request, Response, list[Json]]
"""Yields requests, returns a list of the vendor's."""


class Paged(NamedTuple):
    """How a vendor writes the pages of a list, if a page is an object.

    Attributes:
        key: of the array.
        following: the keys that lead to the address of the next page.
    """

    key: str
    following: tuple[str, ...]


def below(calls: Place, *segments: str, paged: Paged | None = None) -> Callable[[Account, Document], ExtraFlow]:
    """Return a flow that fetches a list below a call (see `read_below`).

    Args:
        calls: the path of an account's calls; the call ID and the segments follow it.
        segments: of the list's path.
        paged: how its pages are written; None if they are arrays, with a `Link` to the next one.
    """
    return partial(_below, calls, segments, paged)


def _below(
    calls: Place, segments: tuple[str, ...], paged: Paged | None, account: Account, document: Document
) -> ExtraFlow:
    notes: list[str] = []
    page = calls.url(account, document.call_id or "", *segments)
    found = yield from read_below(page, segments[-1].lower(), notes, paged=paged)
    return Incomplete(found, tuple(notes))


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
    answer = yield Request(url=first or page)
    found = [*_array(answer, paged)]
    yield from tried(_rest(answer, page, paged, found), f"the rest of the call's {name}", notes)
    return found


def _rest(answer: Response, page: str, paged: Paged | None, found: list[Json]) -> Generator[Request, Response, None]:
    """Add the following pages to a list."""
    asked = {page}
    while len(found) <= MAX_PARTS and (following := _following(answer, page, paged)) is not None:
        if following.url in asked or not _array(answer, paged):
            raise BadResponseError("answered with an endless list of pages")
        asked.add(following.url)
        answer = yield following
        found += _array(answer, paged)


def _following(answer: Response, page: str, paged: Paged | None) -> Request | None:
    return next_page(answer, page) if paged is None else next_page_at(answer, paged.following, page)


def _array(answer: Response, paged: Paged | None) -> list[Json]:
    found = answer.document if paged is None else answer.fields.get(paged.key)
    if not isinstance(found, list):
        answer.document  # noqa: B018 - raises with what the body is, if it is not JSON
        raise BadResponseError("the answer is not a list")
    return found


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
