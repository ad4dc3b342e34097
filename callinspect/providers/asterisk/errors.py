"""What ARI's errors look like."""

import re

from callinspect.provider import NOT_FOUND_STATUSES, Refusal, Response, errors, hints, is_elsewhere
from callinspect.providers.asterisk.words.errors import ERROR

NO_ARI = "no ARI at that address: it is off or still loading, or base_url lacks http.conf's prefix"

SLASH = "ARI URLs do not end with a slash"
"""How a message begins that goes on with what to try instead."""

HINTS = {
    **hints(ERROR.words, "Authentication required", "Access denied by ACL"),
    "Asterisk not booted": "it is starting, which takes about a second: try again",
}

CHANNEL = "channel"
"""What a call is called in messages."""

ABSENT = re.compile(r"\b(not|no (such|active)|invalid|unsupported|gone)\b", re.IGNORECASE)
"""What ARI's sentences about something that is not there say; those of gateways have the same form."""


def _is_own(response: Response, message: str | None, _code: str | None) -> bool:
    """Whether an error is ARI's. Its sentences name what is not there; a gateway's “Not Found” may mean anything."""
    if message is None or len(response.fields) != 1:
        return False
    if message in ERROR.words or message.startswith(SLASH):
        return True
    if "message" not in response.fields:
        return False
    is_absent = response.status in NOT_FOUND_STATUSES and ABSENT.search(message) is not None
    return is_absent and len({is_elsewhere(message, unnamed=each, call=CHANNEL) for each in (True, False)}) == 1


_read = errors(("message", "error"), hints=HINTS, elsewhere="check base_url", call=CHANNEL, own=_is_own)


def refusal(response: Response) -> Refusal | None:
    """Read an error: `{"message": …}`, or `{"error": …}` where memory ran out. Web pages are of the HTTP server."""
    found = _read(response)
    is_absent = response.status in NOT_FOUND_STATUSES and response.is_page
    return found._replace(hint=f"{NO_ARI}; {found.hint}") if found and is_absent else found
