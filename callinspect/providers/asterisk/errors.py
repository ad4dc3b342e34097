"""What ARI's errors look like."""

import re

from callinspect.errors import ConfigError
from callinspect.provider import NOT_FOUND_STATUSES, Refusal, Response, as_text, hints, is_elsewhere, refused
from callinspect.providers.asterisk.words.errors import ERROR

NO_ARI = "no ARI at that address: it is off or still loading, or base_url lacks http.conf's prefix"

SLASH = "ARI URLs do not end with a slash"
"""How a message begins that goes on with what to try instead."""

HINTS = {
    **hints(ERROR.words, "Authentication required", "Access denied by ACL"),
    "Asterisk not booted": "it is starting, which takes about a second: try again",
}

ABSENT = re.compile(r"\b(not|no (such|active)|invalid|unsupported|gone)\b", re.IGNORECASE)
"""What ARI's sentences about something that is not there say; those of gateways have the same form."""


def refusal(response: Response) -> Refusal | None:
    """Read an error: `{"message": …}`, or `{"error": …}` where memory ran out. Web pages are of the HTTP server."""
    body = response.fields
    message = as_text(body.get("message")) or as_text(body.get("error")) or ""
    is_absent = response.status in NOT_FOUND_STATUSES
    is_own = len(body) == 1 and (
        message in ERROR.words or message.startswith(SLASH) or (is_absent and _is_about_something(message))
    )
    elsewhere = is_own and is_absent and _is_elsewhere(message, unnamed=True)
    found = refused(
        response,
        own=is_own,
        error=ConfigError if elsewhere else None,
        message=message or None,
        hint="check base_url" if elsewhere else HINTS.get(message),
    )
    return found._replace(hint=f"{NO_ARI}; {found.hint}") if found and is_absent and response.is_page else found


def _is_about_something(message: str) -> bool:
    """Whether a message names what is not there, as Asterisk's do; a gateway's “Not Found” may mean anything."""
    is_named = _is_elsewhere(message, unnamed=True) == _is_elsewhere(message, unnamed=False)
    return is_named and ABSENT.search(message) is not None


def _is_elsewhere(message: str, *, unnamed: bool) -> bool:
    """Whether something other than the channel is not found, which is what is called a call elsewhere."""
    return is_elsewhere(message.replace("hannel", "all"), unnamed=unnamed)
