"""IDs of calls in responses that have several calls, or their addresses."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from callinspect.errors import BadResponseError, NotFoundError
from callinspect.provider.answers import is_same_call
from callinspect.provider.parsing import Json
from callinspect.provider.reader import as_text, shown

UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
"""The form of a UUID, as a regular expression."""

MAX_NAMED = 5
"""Calls that an error lists."""

MAX_URI = 4000
"""Characters of a resource's address from which an ID is taken."""


def last_segment(uri: str) -> str | None:
    """Return the ID at the end of a resource's address; the address itself is never followed."""
    if len(uri) > MAX_URI:
        return None
    try:
        return unquote(urlsplit(uri).path.rstrip("/").rpartition("/")[2]) or None
    except ValueError:
        return None


def pick_call(calls: Sequence[Json], asked: str | None) -> Json:
    """Return the requested call of several; without an ID, the only one.

    Args:
        calls: the calls in the response.
        asked: the requested ID.

    Raises:
        NotFoundError: there are no calls.
        BadResponseError: the requested call is not among them, or there are several and no ID was given.
    """
    known = [(each, as_text(each.get("id"))) for each in calls if isinstance(each, dict)]
    found = [each for each, call_id in known if asked and call_id and is_same_call(asked, call_id)]
    if found:
        return min(found, key=lambda each: each["id"] != asked)
    if not calls:
        raise NotFoundError("answered without a call")
    if len(calls) == 1 and asked is None:
        return calls[0]
    ids = [shown(call_id) for _, call_id in known if call_id]
    some = ", ".join(ids[:MAX_NAMED]) + " …" * (len(ids) > MAX_NAMED)
    if asked is None:
        raise BadResponseError(f"this contains several calls: {some}", hint="give the ID of one of them")
    which = "something else" if not ids else f"another call: {some}" if len(ids) == 1 else f"other calls: {some}"
    raise BadResponseError(f"the answer is about {which}")
