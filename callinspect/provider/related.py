"""Related data of a call: how extras are fetched after the call, and read into its record.

Whatever goes wrong with an extra, the call is read: the record has null in its place, and a warning.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from callinspect.errors import CallinspectError, InternalError
from callinspect.model import Call, Related
from callinspect.provider.answers import merged
from callinspect.provider.contract import Extras, Provider
from callinspect.provider.exchange import Account, Document, Flow

if TYPE_CHECKING:
    from callinspect.model.related import Leg, Relation
    from callinspect.provider.parsing import Json

MAX_PARTS = 1000
"""Events, recordings, transcriptions or legs of a call that are read."""


def fetched(provider: Provider, account: Account, call_id: str, extras: Extras) -> Flow:
    """Describe the requests for a call and its extras; an extra that cannot be fetched becomes a note."""
    document = yield from provider.fetch(account, call_id)
    document = document.noting(*(f"{provider.title} has no {each} to read" for each in extras.unknown_to(provider)))
    for name, extra in provider.extras.items():
        if not extras.wants(name, extra, document):
            continue
        try:
            found = yield from extra.fetch(account, document)
        except InternalError:
            raise
        except CallinspectError as error:
            document = document.noting(_unreadable(name, error))
        else:
            document = document.having(name, found)
    return document


def _unreadable(name: str, error: CallinspectError) -> str:
    status = f" (HTTP {error.http_status})" if error.http_status else ""
    return f"{_named(name)} could not be read: {error.message}{status}"


def _named(name: str) -> str:
    return f"the call's {name.replace('_', ' ')}"


def with_extras(provider: Provider, call: Call, document: Document) -> Call:
    """Return the call with the extras that were fetched; those without a key in the record are in `vendor` as sent."""
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
        except CallinspectError as error:
            warnings.append(_unreadable(name, error))
    return call._replace(
        related=Related(**read),
        vendor=merged(call.vendor, sent, "extras"),
        warnings=(*call.warnings, *warnings),
    )


def _bounded(name: str, found: Any, warnings: list[str]) -> Any:
    if not isinstance(found, tuple) or hasattr(found, "_fields") or len(found) <= MAX_PARTS:
        return found
    warnings.append(f"the call has {len(found)} {name}; the first {MAX_PARTS} are shown")
    return found[:MAX_PARTS]


def leg(
    normalize: Callable[[Document], Call], relation: "Relation", body: Mapping[str, Any], warnings: list[str]
) -> "Leg | None":
    """Return another leg of the conversation; None, with a warning, if its record cannot be read.

    Args:
        normalize: reads a call of the vendor's.
        relation: what the leg is to the call.
        body: the vendor's call object.
        warnings: collects what was odd.
    """
    from callinspect.model.related import Leg

    try:
        call = normalize(Document(dict(body)))
    except CallinspectError as error:
        warnings.append(f"a leg of the call could not be read: {error.message}")
        return None
    return Leg(relation, call.id, call._replace(related=None, timeline=None))
