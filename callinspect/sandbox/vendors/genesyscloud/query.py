"""The query of the analytics: conversations within an interval, filtered, in order, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PAGE_DEFAULT: Final = 25
PAGE_LIMIT: Final = 100
_LISTED: Final = {"sipResponseCode": "sipResponseCodes", "q850ResponseCode": "q850ResponseCodes"}


@dataclass(frozen=True)
class Query:
    """What is asked for: from when to when, which filters, the latest first or last, and which page."""

    start: datetime
    end: datetime
    filters: Sequence[Mapping[str, Any]]
    descending: bool
    size: int
    number: int

    @classmethod
    def read(cls, body: Any) -> Self:
        """Read the body of a request.

        Raises:
            ValueError: it is no query; the text says what is wrong.
        """
        if not isinstance(body, dict):
            raise ValueError("The request body is not a query")  # noqa: TRY004 - the vendor's 400, whatever is wrong
        start, slash, end = str(body.get("interval", "")).partition("/")
        if not slash:
            raise ValueError("The interval must be start/end in ISO 8601")
        paging = body.get("paging") or {}
        size, number = paging.get("pageSize", PAGE_DEFAULT), paging.get("pageNumber", 1)
        if not (isinstance(size, int) and 1 <= size <= PAGE_LIMIT and isinstance(number, int) and number >= 1):
            raise ValueError(f"The page size must be from 1 to {PAGE_LIMIT}, the page number 1 or more")
        if (
            body.get("order", "asc") not in {"asc", "desc"}
            or body.get("orderBy", "conversationStart") != "conversationStart"
        ):
            raise ValueError("The order must be asc or desc, by conversationStart")
        filters = body.get("segmentFilters") or []
        return cls(_moment(start), _moment(end), filters, body.get("order") == "desc", size, number)

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


def _fits(conversation: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether one segment fits all predicates, or any of them, as the filter's type says."""
    several = any if wanted.get("type") == "or" else all
    return any(
        several(_has(facts, each["dimension"], each.get("value")) for each in wanted.get("predicates", ()))
        for facts in _facts(conversation)
    )


def _facts(conversation: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give each segment with what it has from its session and its participant."""
    for person in conversation["participants"]:
        for session in person["sessions"]:
            for segment in session["segments"]:
                yield {**person, **session, **segment}


def _has(facts: Mapping[str, Any], dimension: str, value: Any) -> bool:
    found = facts.get(_LISTED.get(dimension, dimension))
    return str(value) in map(str, found if isinstance(found, list) else [found])
