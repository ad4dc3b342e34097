"""What the codes of Telnyx's errors mean."""

from callinspect.errors import NotFoundError
from callinspect.provider import Evidence, Words, hints, meanings, said

_KEY = "Check api_key in the portal, under API keys"
_LEVEL = "Check the account's verification level in the portal"
_AGAIN = "Try again in a moment"
_GONE = "Set account_sid to read ended calls, whose TeXML records are kept for 30 days"

ERROR = Words(
    "error",
    "code",
    {
        "10015": said("Bad request", "Something in the request is invalid", "Read the message"),
        "10009": said("Credentials refused", "The API key is missing, malformed or unknown", _KEY),
        "10010": said("Not allowed", "The key's user is not allowed to do this", _KEY),
        "10038": said("Not available", "The account's level does not include this feature", _LEVEL),
        "10039": said("Not available", "The account's level does not include this feature", _LEVEL),
        "10005": said(
            "Not found",
            "There is no such call or no such account; a request without an API key can get this answer too",
            "Check account_sid: it is the organization ID that /v2/whoami reports",
            means=NotFoundError,
        ),
        "10008": said("Timed out", "Telnyx did not finish in time", _AGAIN),
        "90015": said(
            "Not a current call",
            "Call Control has no call with this ID; it forgets a call 10 minutes after the end",
            _GONE,
            means=NotFoundError,
        ),
        "10006": said("Invalid ID", "What was sent is not an ID of Telnyx's", "Check the ID", means=NotFoundError),
        "90018": said(
            "Already ended",
            "The call has ended, and Call Control no longer reports it",
            _GONE,
            means=NotFoundError,
            evidence=Evidence.INFERRED,
        ),
        "10011": said("Rate limited", "There were too many requests", "Wait until x-ratelimit-reset"),
        "10007": said("Internal error", "Telnyx failed to answer", _AGAIN),
    },
)

ERRORS = meanings(ERROR.words)
"""The codes of Telnyx's errors; None means that the HTTP status decides."""

HINTS = hints(ERROR.words, "10010", "10038", "10039")
