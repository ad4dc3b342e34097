"""How a call's extras are fetched after the call, and read into its record.

Whatever a vendor does with an extra, the call is read: the record has null in its place, and a warning. A bug in what
fetches or reads one stays visible: it makes the call an internal error, as it does elsewhere.
"""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call, Related
from callinspect.provider.answers import merged
from callinspect.provider.contract import Provider
from callinspect.provider.exchange import Account, Document, Flow, Incomplete, Request
from callinspect.provider.extras import ExtraFlow, Extras
from callinspect.provider.lists_below import unreadable
from callinspect.provider.related import bounded

if TYPE_CHECKING:
    from callinspect.provider.parsing import Json

_NO_ID = "(?i)%(2F|5C|3F|23|25)"
"""A slash, a backslash, a question mark, a hash or a percent sign within a segment of a path."""

_NO_PATH = r"(?i)%(5C|3F|23|25)|(\A|%2F)\.{0,2}(%2F|\Z)"
"""The same where an ID may have slashes: but no step up or empty step between them."""


def fetched(provider: Provider, account: Account, call_id: str, extras: Extras) -> Flow:
    """Describe the requests for a call and its extras."""
    document = yield from provider.fetch(account, call_id)
    return (yield from added(provider, account, document, extras))


def added(provider: Provider, account: Account, document: Document, extras: Extras) -> Flow:
    """Describe the requests for the extras of a call that was fetched before; one that cannot be had becomes a note.

    With an answer that is no call, none is asked for.
    """
    if not document.may_be_call:
        return document
    document = document.noting(*(f"{provider.title} has no {each} to read" for each in extras.unknown(provider.extras)))
    odd = _NO_PATH if provider.any_id else _NO_ID
    for name, extra in provider.extras.items():
        if not extras.wants(name, extra, document):
            continue
        try:
            found = yield from _marked(extra.fetch(account, document), _known(account, document), odd)
        except InternalError:
            raise
        except CallinspectError as error:
            document = document.noting(unreadable(_named(name), error)).failing(name)
        else:
            document = _having(document, name, found)
    return document


def _known(account: Account, document: Document) -> frozenset[str]:
    """Return what may stand in a path whatever it is: the ID that was asked for, and the account's own values."""
    return frozenset(
        quote(each, safe="", errors="replace") for each in (document.call_id or "", *account.values.values())
    )


def _marked(flow: ExtraFlow, known: frozenset[str], odd: str) -> ExtraFlow:
    """Follow a flow, whose requests are marked as those for an extra.

    An ID that an answer has may be anything: one with slashes could reach another endpoint, with the credentials.
    """
    try:
        request = next(flow)
        while True:
            try:
                if any(re.search(odd, each) for each in _segments(request) if each not in known):
                    raise BadResponseError("the vendor names it with what cannot be an ID")
                response = yield request._replace(is_extra=True)
            except CallinspectError as error:
                request = flow.throw(error)
            else:
                request = flow.send(response)
    except StopIteration as end:
        found: Json | Incomplete = end.value
        return found


def _segments(request: Request) -> list[str]:
    """Return the segments of a request's path; a format at the end of one belongs to the path."""
    path = request.url.partition("?")[0].partition("://")[2]
    return [each.removesuffix(".json") for each in path.split("/") if each]


def _having(document: Document, name: str, found: "Json | Incomplete") -> Document:
    if not isinstance(found, Incomplete):
        return document.having(name, found)
    document = document.noting(*found.notes)
    if found.found is None:
        return document.failing(name)
    document = document.having(name, found.found)
    return document.but(partial=document.partial | {name}) if found.notes else document


def _named(name: str) -> str:
    return f"the call's {name.replace('_', ' ')}"


def with_extras(provider: Provider, call: Call, document: Document) -> Call:
    """Return the call with the extras that were fetched; those without a key in the record are in `vendor` as sent.

    What two of them say in the same words is said once.
    """
    if not document.extras:
        return call
    warnings: list[str] = []
    read: dict[str, Any] = {}
    sent: dict[str, Json] = {}
    for name, found in document.extras.items():
        reader = provider.extras[name].read
        if reader is None:
            sent[name] = found
            continue
        try:
            read[name] = _bounded(name, reader(found, call, warnings), warnings)
        except InternalError:
            raise
        except CallinspectError as error:
            warnings.append(unreadable(_named(name), error))
    return call._replace(
        related=Related(**read),
        vendor=merged(call.vendor, sent, "extras"),
        warnings=tuple(dict.fromkeys((*call.warnings, *warnings))),
    )


def _bounded(name: str, found: Any, warnings: list[str]) -> Any:
    return tuple(bounded(name, [*found], warnings)) if type(found) is tuple else found
