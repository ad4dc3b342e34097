"""Lists of calls in the LaML dialect, which several emulated vendors speak: their folders hold what differs."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

LIMIT: Final = 1000
"""The maximum of `PageSize`."""

EQUAL: Final = {"To": "to", "From": "from", "Status": "status", "ParentCallSid": "parent_call_sid"}
"""The filters by a field, and the field of each."""

OF_PAGES: Final = frozenset({"Page", "PageToken", "PageSize"})


def wanted(records: Iterable[Mapping[str, Any]], query: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the calls that pass a query's filters by a field, the newest first; those by time are each vendor's own.

    Args:
        records: the calls, moments written out.
        query: the parameters of the request.
    """
    asked = {field: query[name] for name, field in EQUAL.items() if name in query}
    found = [each for each in records if all(each.get(field) == value for field, value in asked.items())]
    return sorted(found, key=lambda record: parsedate_to_datetime(record["date_created"]), reverse=True)


def number(query: Mapping[str, str], name: str, default: int, *, least: int = 1, most: int = LIMIT) -> int:
    """Return a parameter that is a whole number.

    Raises:
        ValueError: it is none, or out of range; the message says which numbers are valid.
    """
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise ValueError(f"{name} must be a number from {least} to {most}")
    return int(text)


def page(
    key: str,
    found: Sequence[Any],
    start: int,
    size: int,
    address: tuple[str, Mapping[str, str]],
    token: Callable[[int], str] | None = None,
) -> dict[str, Any]:
    """Return a page of a list, with the addresses of its neighbors; null where there is none.

    Args:
        key: of the array.
        found: the whole list.
        start: the place of the page's first element in it.
        size: the most that a page holds.
        address: the path and the query of the request.
        token: returns what the address of the next page has as `PageToken`, given its start.
    """
    path, query = address
    own = {name: value for name, value in query.items() if name not in OF_PAGES} | {"PageSize": str(size)}
    place, following = start // size, start + size

    def at(number: int, **more: str) -> str:
        return f"{path}?{urlencode({**own, 'Page': str(number), **more})}"

    further = {} if token is None else {"PageToken": token(following)}
    return {
        key: found[start:following],
        "page": place,
        "page_size": size,
        "start": start,
        "end": max(start, min(following, len(found)) - 1),
        "uri": f"{path}?{urlencode(query)}",
        "first_page_uri": at(0),
        "next_page_uri": at(place + 1, **further) if following < len(found) else None,
        "previous_page_uri": None if place == 0 else at(place - 1),
    }
