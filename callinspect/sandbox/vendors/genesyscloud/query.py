"""The query of the analytics: conversations within an interval, filtered, in order, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

PAGE_DEFAULT: Final = 25
PAGE_LIMIT: Final = 100
_LISTED: Final = {"sipResponseCode": "sipResponseCodes", "q850ResponseCode": "q850ResponseCodes"}


_Filter = tuple["Callable[[Iterable[bool]], bool]", "list[tuple[str, Any]]"]
"""Whether all or any of the pairs of dimension and value are wanted, and the pairs."""


@dataclass(frozen=True)
class Query:
    """What is asked for: from when to when, which filters, the latest first or last, and which page."""

    start: datetime
    end: datetime
    filters: Sequence[_Filter]
    descending: bool
    size: int
    number: int

    @classmethod
    def read(cls, body: Any) -> Self:
        """Read the body of a request.

        Raises:
            ValueError: it is no query; the text says what is wrong.
        """
        try:
            return cls._read(body)
        except (AttributeError, KeyError, TypeError):
            raise ValueError("The request body is not a query") from None

    @classmethod
    def _read(cls, body: Any) -> Self:
        start, slash, end = str(body.get("interval", "")).partition("/")
        if not slash:
            raise ValueError("The interval must be start/end in ISO 8601")
        paging = body.get("paging") or {}
        size, number = paging.get("pageSize", PAGE_DEFAULT), paging.get("pageNumber", 1)
        if not (isinstance(size, int) and 1 <= size <= PAGE_LIMIT and isinstance(number, int) and number >= 1):
            raise ValueError(f"The page size must be from 1 to {PAGE_LIMIT}, the page number 1 or more")
        order = body.get("order", "asc")
        if order not in {"asc", "desc"} or body.get("orderBy", "conversationStart") != "conversationStart":
            raise ValueError("The order must be asc or desc, by conversationStart")
        filters = [_filter(each) for each in body.get("segmentFilters") or ()]
        return cls(_moment(start), _moment(end), filters, order == "desc", size, number)

    def answer(self, known: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the page of these conversations that is asked for: nothing of what lies beyond the last."""
        found = sorted((each for each in known if self._wants(each)), key=_start, reverse=self.descending)
        page = found[(self.number - 1) * self.size : self.number * self.size]
        return ({"conversations": page} if page else {}) | {"totalHits": len(found)}

    def _wants(self, conversation: Mapping[str, Any]) -> bool:
        if "conversationStart" not in conversation:
            return False
        begun, over = _start(conversation), conversation.get("conversationEnd")
        within = begun <= self.end and (over is None or datetime.fromisoformat(over) >= self.start)
        return within and all(_fits(conversation, each) for each in self.filters)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("The interval must have an offset")
    return moment


def _start(conversation: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(conversation["conversationStart"])


def _filter(said: Mapping[str, Any]) -> _Filter:
    pairs = [(each["dimension"], each.get("value")) for each in said["predicates"]]
    return any if said.get("type") == "or" else all, pairs


def _fits(conversation: Mapping[str, Any], wanted: _Filter) -> bool:
    """Whether one segment has all that is wanted, or any of it, as the filter's type says."""
    several, predicates = wanted
    return any(several(_has(facts, *each) for each in predicates) for facts in _facts(conversation))


def _facts(conversation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give each segment with what it has from its session and its participant."""
    for person in conversation["participants"]:
        for session in person["sessions"]:
            for segment in session["segments"]:
                yield {**person, **session, **segment}


def _has(facts: Mapping[str, Any], dimension: str, value: Any) -> bool:
    found = facts.get(_LISTED.get(dimension, dimension))
    return str(value) in map(str, found if isinstance(found, list) else [found])
