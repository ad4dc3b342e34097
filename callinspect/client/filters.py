"""Which calls to list: what the vendor is asked for, and what is filtered here."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from callinspect.model import EMPTY, Call, Party
from callinspect.provider import Filters, Listing

NOT_DIGITS = re.compile(r"[^0-9]")
PREFIX = re.compile("00?(?=.)")
"""What is dialed before a number, abroad or in the country."""

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015]")

MIN_COMMON = 7
"""Digits that a number needs to be compared with the end of a longer one; an extension is shorter."""


class Wanted(NamedTuple):
    """Which calls to list. None, and an empty set, mean no filter; times are aware.

    Attributes:
        number: number or URI of either party.
        from_: that of the calling party.
        to: that of the called party.
        since: calls at or after that time.
        until: calls at or before that time.
        states: calls in one of these states.
        outcomes: calls with one of these outcomes.
        causes: calls with one of these causes, in the vendor's terms.
        failed: calls that ended with any outcome but answered.
        limit: how many calls to list.
        recent: whether `since` is our default, which does not hide calls that are going on or have no time.
        options: the vendor's own query parameters, as given.
    """

    number: str | None = None
    from_: str | None = None
    to: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    states: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    failed: bool = False
    limit: int | None = None
    recent: bool = False
    options: Mapping[str, str] = EMPTY

    @property
    def given(self) -> frozenset[str]:
        """The names of the filters that are given, as the options that give them are called."""
        values = {
            "number": self.number,
            "from": self.from_,
            "to": self.to,
            "since": None if self.recent else self.since,
            "until": self.until,
            "state": self.states,
            "outcome": self.outcomes,
            "cause": self.causes,
            "failed": self.failed,
        }
        return frozenset(name for name, value in values.items() if value)

    def without_default(self) -> "Wanted":
        """Return the same without our default time, for calls that have none or are shown as they are."""
        return self._replace(since=None, recent=False) if self.recent else self

    def refined(self, listing: Listing) -> "Wanted":
        """Return what is left to check here: times are left to a vendor that goes by others than a record has.

        Our default time is left to every vendor that filters by time.
        """
        left = self.without_default() if "since" in listing.applied else self
        own = listing.applied if listing.own_times else frozenset[str]()
        return left._replace(since=None if "since" in own else left.since, until=None if "until" in own else left.until)

    def sent(self, listing: Listing) -> Filters:
        """Return what the vendor is asked for: single values, and numbers in E.164 format only.

        The limit is the vendor's as well if it applies every filter.
        """
        sent = Filters(
            from_=_sendable(self.from_),
            to=_sendable(self.to),
            since=self.since,
            until=self.until,
            state=_single(self.states),
            states=self.states,
            cause=_single(self.causes),
            options=self.options,
        )
        values = {**sent._asdict(), "from": sent.from_}
        applied = {name for name in listing.applied if values.get(name) is not None}
        return sent._replace(limit=self.limit if self.given <= applied else None)


def matches(call: Call, wanted: Wanted) -> bool:
    """Whether a call passes every filter. One without the filtered field does not."""
    return (
        (wanted.number is None or any(_is_at(each, wanted.number) for each in (call.from_, call.to)))
        and (wanted.from_ is None or _is_at(call.from_, wanted.from_))
        and (wanted.to is None or _is_at(call.to, wanted.to))
        and (wanted.since is None or _is_since(call, wanted.since, is_default=wanted.recent))
        and (wanted.until is None or (call.at is not None and call.at <= wanted.until))
        and (not wanted.states or call.state in wanted.states)
        and (not wanted.outcomes or call.outcome in wanted.outcomes)
        and (not wanted.causes or (call.cause is not None and call.cause.code in wanted.causes))
        and (not wanted.failed or call.is_unanswered)
    )


def _is_since(call: Call, since: datetime, *, is_default: bool) -> bool:
    if call.at is None:
        return is_default
    return call.at >= since or (is_default and not call.state.is_over)


def _is_at(party: Party | None, address: str) -> bool:
    """Whether a party has that number or URI."""
    if party is None:
        return False
    if party.uri is not None:
        return party.uri.casefold() == address.casefold()
    if party.number is None:
        return False
    return party.number == address or ("@" not in address and _is_same(_digits(party.number), _digits(address)))


def _is_same(one: str, other: str) -> bool:
    """Whether two numbers are the same, one of them perhaps without its country or area code."""
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer != "" or (len(shorter) >= MIN_COMMON and longer.endswith(shorter))


def _digits(number: str) -> str:
    """Return a number's digits, without the prefix that is dialed before it."""
    digits = NOT_DIGITS.sub("", number)
    prefix = PREFIX.match(digits)
    return digits[prefix.end() :] if prefix else digits


def _sendable(address: str | None) -> str | None:
    """Return a number in E.164 format, or a URI; None for anything else, which is only compared here."""
    if address is None or "@" in address:
        return address
    number = SEPARATORS.sub("", address)
    return number if E164.fullmatch(number) else None


def _single(values: frozenset[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
