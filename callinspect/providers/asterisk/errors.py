"""What ARI's errors look like, and what each means."""

import re

from callinspect.errors import ConfigError
from callinspect.provider import (
    NOT_FOUND_STATUSES,
    Refusal,
    Response,
    Words,
    as_text,
    is_elsewhere,
    refused,
    said,
)

ERROR = Words(
    "error",
    "message",
    {
        "Channel not found": said(
            "No such channel", "It never existed, or it is over", "Look in the CDRs for a call that is over"
        ),
        "Authentication required": said(
            "Wrong login", "The user or the password is wrong", "Check the user in ari.conf"
        ),
        "Access denied by ACL": said(
            "Address refused",
            "The user may not log in from this address",
            "Check permit and deny of the user in ari.conf",
        ),
        "Write access denied": said("Read only", "The user may read only; nothing more is needed here"),
        "Resource not found": said("No such path", "ARI has no such path in this version", "Check base_url"),
        "Invalid method": said("Not for reading", "The path does not answer a GET, as create and externalMedia do not"),
        "Provided channel was not found": said("Channel over", "The channel ended before its variables were read"),
        "Provided variable was not found": said("Not set", "The variable is not set on this channel"),
        "Unable to read provided function": said(
            "No such function",
            "The function is not for this kind of channel, or its module is not loaded",
            "Load the function's module, such as func_cdr.so",
        ),
        "Allocation failed": said(
            "Out of memory", "Asterisk had no memory left for the answer", "Check the server's memory"
        ),
        "Asterisk not booted": said("Starting", "Asterisk is starting, which takes about a second", "Try again"),
    },
)

ERRORS = ERROR.words

NO_ARI = "ARI may be off or not loaded yet, or base_url lacks the prefix of http.conf"

ABSENT = re.compile(r"\b(not|no (such|active)|invalid|unsupported|gone)\b", re.IGNORECASE)
"""What ARI's sentences about something that is not there say; those of gateways have the same form."""


def refusal(response: Response) -> Refusal | None:
    """Read an error: `{"message": …}`, or `{"error": …}` where memory ran out. Web pages are of the HTTP server."""
    body = response.fields
    message = as_text(body.get("message")) or as_text(body.get("error")) or ""
    is_absent = response.status in NOT_FOUND_STATUSES
    is_own = len(body) == 1 and (message in ERRORS or (is_absent and ABSENT.search(message) is not None))
    # A channel is what is called a call elsewhere.
    elsewhere = is_own and is_absent and is_elsewhere(message.replace("hannel", "all"), unnamed=True)
    found = refused(
        response,
        own=is_own,
        error=ConfigError if elsewhere else None,
        message=message or None,
        hint="check base_url" if elsewhere else None,
    )
    return found._replace(hint=f"{found.hint}; {NO_ARI}") if found and is_absent and response.is_page else found
