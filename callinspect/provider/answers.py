"""What the readers of all vendors' responses share: IDs, pages, parties, extras, durations."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from callinspect.errors import BadResponseError
from callinspect.model import EMPTY, Call, Durations, Outcome, Party, State
from callinspect.provider.address import MAX_ID, authority
from callinspect.provider.exchange import Request, Response
from callinspect.provider.parsing import Json
from callinspect.provider.reader import Reader, elapsed
from callinspect.provider.withheld import is_withheld

LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,"]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)')
"""One link of a `Link` header (RFC 8288): its target, and its parameters."""

PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
"""One of them: its name, and its value, quoted or bare."""

QUERY = re.compile(r"[!-~]{1,4000}", re.ASCII)
"""A valid query of a link that is followed."""

ASKED_FOR = "the call that was asked for is"
"""How the warning starts that a record has if its call was requested by its session ID."""


GOING_ON = frozenset({State.QUEUED, State.DIALING, State.RINGING, State.ACTIVE, State.HELD})

NOT_ANSWERED = frozenset({Outcome.BUSY, Outcome.NO_ANSWER, Outcome.CANCELED, Outcome.REJECTED, Outcome.UNANSWERED})
"""Outcomes of calls that were not answered. A call may fail after its answer."""

_IS_SAID = r"\bbut\b.* the call was answered\b"
"""How a vendor's reader says, with the names of the fields, that a cause contradicts an answer."""


def read(document: Json, others: Mapping[str, str] = EMPTY) -> Reader:
    """Return a reader of a JSON object.

    Args:
        document: the object.
        others: other objects of the vendor's that look like a call, by a key that no call has.

    Raises:
        BadResponseError: the document is not an object, or not a call.
    """
    first = document[0] if isinstance(document, list) and document else document
    if isinstance(first, dict) and not others.keys().isdisjoint(first):
        for key, what in others.items():
            if first.get(key) is not None:
                raise BadResponseError(f"this is {what}, not a call")
    if not isinstance(document, dict):
        raise BadResponseError("answered with something other than a call")
    return Reader(document, [])


def read_id(reader: Reader, name: str, *, is_number: bool = False) -> str:
    """Return the call's ID, the one required field of a record; of a number, its digits.

    Args:
        reader: of the call.
        name: the field.
        is_number: whether the vendor's IDs are numbers. One of the other type is read with a warning, and stays a
            leftover.

    Raises:
        BadResponseError: it is missing.
    """
    value = reader.keep(name)
    came_as_number = isinstance(value, int) and not isinstance(value, bool)
    call_id = str(value) if came_as_number else reader.text(name)
    if call_id is None:
        raise BadResponseError(f"answered with a call that has no usable {name}")
    if len(call_id) > MAX_ID:
        raise BadResponseError(f"answered with a call whose {name} is too long")
    if came_as_number == is_number:
        reader.take(name)
    else:
        reader.leave(name)
        kinds = ("a string", "a number")
        reader.warn(f"{name} is {kinds[came_as_number]}, not {kinds[is_number]}")
    return call_id


def expect(response: Response, *names: str) -> None:
    """Check that a response is the vendor's: it has at least one of these fields.

    Raises:
        BadResponseError: it has none of them.
    """
    if not any(name in response.fields for name in names):
        raise BadResponseError("answered with something other than what was asked for", hint="check base_url")


def items(document: Json) -> tuple[Json, ...]:
    """Return the elements of a JSON array.

    Raises:
        BadResponseError: the document is not an array.
    """
    if not isinstance(document, list):
        raise BadResponseError("answered with something other than a list of calls")
    return tuple(document)


def within(document: Json | Mapping[str, Any], keys: Sequence[str]) -> Any:
    """Return what keys lead to, each within the one before; None if nothing is there."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def keyed(key: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys that lead to a value, of which there may be one."""
    return (key,) if isinstance(key, str) else key


def next_page(response: Response, page: str) -> Request | None:
    """Return the request for the next page, None when there is none.

    Only the query of the vendor's `Link` is used, with the address of this page: a link never decides where
    credentials are sent.

    Args:
        response: this page.
        page: its address without a query.

    Raises:
        BadResponseError: the link points at another host.
    """
    target = _following(response)
    return None if target is None else page_at(target, page)


def next_page_at(response: Response, keys: Sequence[str], page: str) -> Request | None:
    """Return the request for the next page, whose address this page has in its body; None when there is none.

    Args:
        response: this page.
        keys: those that lead to the address.
        page: the address of this page without a query.

    Raises:
        BadResponseError: it is on another host, or invalid.
    """
    found = within(response.fields, keys)
    if found is None or found == "":
        return None
    if not isinstance(found, str) or "?" not in found:
        raise BadResponseError("answered with an invalid address for the next page")
    return page_at(found, page)


def has_more(response: Response) -> bool:
    """Whether a page's `Link` says that there is another."""
    return _following(response) is not None


def _following(response: Response) -> str | None:
    links = LINK.finditer(response.headers.get("link", ""))
    return next((link[1] for link in links if _leads_on(link[2])), None)


def page_at(target: str, page: str) -> Request:
    """Return the request for the next page, of whose address only the query is used.

    Args:
        target: that address, whole or relative.
        page: the address of this page without a query.

    Raises:
        BadResponseError: it is on another host, or invalid.
    """
    try:
        following = urljoin(page, target)
        is_here = authority(following) == authority(page)
        query = urlsplit(following).query
    except ValueError:
        raise BadResponseError("answered with an invalid address for the next page") from None
    if not is_here:
        raise BadResponseError("answered with a next page on another host, which is never followed")
    if not QUERY.fullmatch(query):
        raise BadResponseError("answered with an invalid address for the next page")
    return Request(url=f"{page}?{query}")


def _leads_on(parameters: str) -> bool:
    """Whether a link's parameters say that it is the next page."""
    relations = (quoted or bare for name, quoted, bare in PARAMETER.findall(parameters) if name.lower() == "rel")
    return "next" in next(relations, "").lower().split()


def party(address: str | None) -> Party | None:
    """Return the party with that address: a number, or a SIP or `user@host` address.

    It has neither if the address says that the party is withheld or unknown.
    """
    if address is None:
        return None
    withheld = is_withheld(address)
    if withheld is not None:
        return Party(private=withheld)
    if "@" in address or address.lower().startswith(("sip:", "sips:")):
        return Party(uri=address)
    return Party(number=address)


def party_of(reader: Reader, name: str) -> Party | None:
    """Read a party's address; one that says withheld or unknown stays a leftover."""
    found = party(reader.text(name))
    if found is not None and found.number is None and found.uri is None:
        reader.leave(name)
    return found


def is_same_call(asked: str, found: str) -> bool:
    """Whether two IDs are the same apart from case, percent-encoding and base64 padding."""
    return asked == found or plain_id(asked) == plain_id(found)


def plain_id(call_id: str) -> str:
    """Return the form that all spellings of an ID share, in the sense of `is_same_call`."""
    return unquote(call_id).rstrip("=").casefold()


def durations(
    reader: Reader,
    created: datetime | None,
    answered: datetime | None,
    ended: datetime | None,
    *,
    queued: datetime | None = None,
    billed: float | None = None,
) -> Durations:
    """Return a call's durations in seconds; a negative one becomes None, with a warning."""
    waited = elapsed(queued, created)
    ring, talk, total = elapsed(created, answered), elapsed(answered, ended), elapsed(created, ended)
    if waited is not None and waited < 0:
        reader.warn("the call started before it was queued")
    if ring is not None and ring < 0:
        reader.warn("the call was answered before it started")
    if talk is not None and talk < 0:
        reader.warn("the call ended before it was answered")
    elif total is not None and total < 0:
        reader.warn("the call ended before it started")
    waited, ring, talk, total = (None if each is None or each < 0 else each for each in (waited, ring, talk, total))
    return Durations(queued=waited, ring=ring, talk=talk, total=total, billed=billed)


def doubted(call: Call) -> Call:
    """Return a finished record with warnings about what in it contradicts itself; all of it stays as it is."""
    return call._replace(warnings=(*call.warnings, *_doubts(call)))


def _doubts(call: Call) -> Iterator[str]:
    # A state that is not documented has a warning of its own, with the vendor's word.
    is_silent = call.state is State.UNKNOWN and call.vendor_state is None
    if call.ended_at is not None and (call.state in GOING_ON or is_silent):
        yield f"the call has an end time, but its state is {'not known' if is_silent else call.state}"
    is_odd = bool(call.was_answered) and call.outcome in NOT_ANSWERED
    if is_odd and not any(re.search(_IS_SAID, each) for each in call.warnings):
        yield f"the outcome is {call.outcome}, but the call was answered"


def merged(fields: Mapping[str, Any], others: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Merge two objects; if they share a key, the others become a nested object of that name."""
    if not fields.keys() & others.keys():
        return {**fields, **others}
    while name in fields:
        name += "_"
    return {**fields, name: dict(others)}
