"""What SignalWire's error codes and texts mean: of refused requests, and of calls that failed."""

from callinspect.errors import AuthRejectedError, ForbiddenError, UsageError
from callinspect.provider import Words, hints, said

_PAGES = "Leave the paging parameters out, or take them from the previous page"
_SERVER = "Check that your server was reachable at that time, and what it answered"
_AGAIN = "Try again in a moment"

OF_REQUESTS = {
    "10000": said("Invalid argument", "A parameter of the request is invalid", means=UsageError),
    "10001": said(
        "Not enabled", "The project is not enabled for this", "Check the project in the dashboard", means=ForbiddenError
    ),
    "20001": said("Unknown error", "SignalWire failed without saying why", _AGAIN),
    "20003": said(
        "Credentials refused",
        "The project ID and API token are wrong, or the token may not use this API",
        "Check that project_id and api_token belong together and the token has the scope Voice",
        means=AuthRejectedError,
    ),
    "20010": said(
        "Not allowed",
        "The token may not do this",
        "Check that the token has the scope Voice",
        means=ForbiddenError,
    ),
    "20404": said("Not found", "The project has nothing with this ID", "Check project_id and base_url"),
    "20429": said("Too many requests", "The project sends requests too fast", "Send fewer"),
    "20504": said("Timed out", "SignalWire did not answer in time", _AGAIN),
    "21481": said("Invalid page", "The page that was requested does not exist", _PAGES, means=UsageError),
    "54453": said("Invalid page size", "The page size is out of range", _PAGES, means=UsageError),
    "54454": said("Invalid page token", "The page token is missing or invalid", _PAGES, means=UsageError),
    "invalid_parameter": said("Invalid parameter", "A parameter of the request is invalid", means=UsageError),
}
"""Codes of refused requests; `means` is the error where the HTTP status says less."""

ERROR_CODE = Words(
    "error",
    "code",
    OF_REQUESTS
    | {
        "11200": said("Server not reachable", "SignalWire could not fetch a document from your server", _SERVER),
        "11210": said("Host name unknown", "The host name of your server could not be resolved", "Check its DNS"),
        "11217": said("Server did not answer", "Your server closed the connection or answered nothing", _SERVER),
        "11220": said("TLS failed", "No secure connection to your server could be made", "Check its certificate"),
        "12100": said("Invalid document", "Your server's cXML could not be parsed", "Validate what it sent"),
        "13223": said("Invalid number to dial", "The number to dial is not a valid number", "Check its format: E.164"),
        "13243": said("Invalid SIP address", "The SIP address to call is invalid", "Check the address"),
        "13254": said("Invalid SIP address to dial", "A Dial verb has an invalid SIP address", "Check the address"),
        "21210": said(
            "Caller ID not verified",
            "The calling number belongs neither to the project nor to its verified numbers",
            "Buy or verify the number, or call from another",
        ),
        "21217": said("Invalid number", "The called number is not a valid number", "Check its format: E.164"),
        "21219": said(
            "Trial project", "A project on trial may only call verified numbers", "Verify the number, or upgrade"
        ),
        "30010": said("Price too high", "The call costs more than the maximum price", "Raise the maximum price"),
        "32009": said(
            "SIP endpoint not registered",
            "The called SIP endpoint is not registered",
            "Check that the phone is online and registered",
        ),
    },
)

ERROR_TEXT = Words(
    "error-text",
    "error",
    {
        "Bad Request": said("Bad request", "The request is invalid; in answers about voice logs"),
        "Unauthorized": said(
            "Credentials refused",
            "The project ID and API token are wrong, or the token may not read voice logs",
            "Check that project_id and api_token belong together and the token has the scope Voice",
        ),
        "Forbidden": said(
            "Not allowed",
            "The token may not read voice logs",
            "Check that the token has the scope Voice",
        ),
        "Not Found": said("Not found", "The project has nothing with this ID; in answers about voice logs"),
        "Internal Server Error": said("Internal error", "SignalWire failed; in answers about voice logs", _AGAIN),
    },
)

CODES = {name: word.means for name, word in OF_REQUESTS.items()}
"""The error that each code of a refused request means; None where the HTTP status says it."""

TEXTS = frozenset(ERROR_TEXT.words)

HINTS = hints(OF_REQUESTS, "20003", "20010", "10001")
TEXT_HINTS = hints(ERROR_TEXT.words, "Unauthorized", "Forbidden")
"""What to do about a refusal, by its code or by its text."""
