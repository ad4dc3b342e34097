"""Lists below a call, such as its recordings, page by page; and the parts of an extra that cannot be read."""

from collections.abc import Callable, Generator
from functools import partial
from typing import TypeVar

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.provider.exchange import Account, Document, Incomplete, Request, Response
from callinspect.provider.extras import MAX_PARTS, ExtraFlow
from callinspect.provider.flows import Following, Place, linked
from callinspect.provider.parsing import Json

T = TypeVar("T")

MAX_SAID = 300
"""Characters of what went wrong with related data; a vendor's message can be long."""

Listed = Generator[Request, Response, list[Json]]
"""Yields requests, returns a list of the vendor's."""


def below(
    calls: Place, *segments: str, read: str | None = None, following: Following = linked
) -> Callable[[Account, Document], ExtraFlow]:
    """Return a flow that fetches a list below a call (see `read_below`).

    Args:
        calls: the path of an account's calls; the call ID and the segments follow it.
        segments: of the list's path.
        read: see `read_below`.
        following: see `read_below`.
    """
    return partial(_below, calls, segments, read, following)


def _below(
    calls: Place,
    segments: tuple[str, ...],
    read: str | None,
    following: Following,
    account: Account,
    document: Document,
) -> ExtraFlow:
    notes: list[str] = []
    page = calls.url(account, document.call_id or "", *segments)
    found = yield from read_below(page, read or segments[-1], notes, read=read, following=following)
    return Incomplete(found, tuple(notes))


def read_below(
    page: str, name: str, notes: list[str], *, read: str | None = None, following: Following = linked
) -> Listed:
    """Read a list below a call, page by page until it is longer than what the record has of it.

    If a page after the first cannot be read, or is elsewhere, what came before it is kept.

    Args:
        page: the list's address, which may have a query.
        name: of the list.
        notes: collects what could not be read.
        read: the key of the array, where a page is an object.
        following: describes the request for the next page, as for `pages`.
    """
    answer = yield Request(url=page)
    found = [*_array(answer, read)]
    rest = _rest(answer, page, found, read, following)
    yield from tried(rest, f"the rest of the call's {name}", notes)
    return found


def _rest(
    answer: Response, page: str, found: list[Json], read: str | None, following: Following
) -> Generator[Request, Response, None]:
    """Add the following pages to a list."""
    asked = {page}
    while len(found) <= MAX_PARTS and (further := following(answer, page.partition("?")[0])) is not None:
        if further.url in asked or not _array(answer, read):
            raise BadResponseError("answered with an endless list of pages")
        asked.add(further.url)
        answer = yield further
        found += _array(answer, read)


def _array(answer: Response, key: str | None) -> list[Json]:
    found = answer.document if key is None else answer.fields.get(key)
    if not isinstance(found, list):
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
