"""What the codes of Twilio's API errors mean."""

from callinspect.errors import AuthRejectedError, ForbiddenError
from callinspect.provider import Evidence, Words, hints, meanings, said

_SUSPENDED = "Check the account's state in the Twilio Console"
_AGAIN = "Try again; if it persists, check status.twilio.com"

ERROR_CODE = Words(
    "error",
    "code",
    {
        "10001": said("Account not active", "The account is suspended or closed", _SUSPENDED, means=ForbiddenError),
        "20001": said("Unknown parameter", "A parameter of the request is unknown or invalid", "Read the message"),
        "20003": said(
            "Credentials refused",
            "The credentials are wrong, belong to another region, or are not valid for this account",
            "Check the credentials, their region and the account's state; a subaccount needs a key of its own",
            means=AuthRejectedError,
        ),
        "20004": said("Method not allowed", "The path does not take this HTTP method", "Check base_url"),
        "20005": said("Account not active", "The account is suspended or closed", _SUSPENDED, means=ForbiddenError),
        "20006": said(
            "Access denied",
            "The credentials may not read this",
            "Check that account_sid is the account of the credentials",
            means=ForbiddenError,
        ),
        "20008": said(
            "Test credentials",
            "Test credentials cannot read calls",
            "Use the account's live credentials",
            means=ForbiddenError,
        ),
        "20010": said(
            "Disabled for the account",
            "The account is not allowed to do this",
            "Ask Twilio's support to enable it",
            means=ForbiddenError,
        ),
        "20403": said(
            "Forbidden",
            "The account is suspended or closed, or is not allowed to do this",
            _SUSPENDED,
            means=ForbiddenError,
        ),
        "20404": said(
            "Not found",
            "The account and region have no such call, or the path is wrong",
            "Check account_sid, and the region in base_url",
        ),
        "20410": said("Gone", "What was requested no longer exists"),
        "20423": said("Malformed SID", "An ID in the path is malformed", "Check account_sid and the call ID"),
        "20429": said(
            "Too many requests",
            "Too many requests of the account were in progress at once; this one was not processed",
            "Try again, as other programs use the account too; with many calls, use --jobs 2",
        ),
        "20500": said("Twilio failed", "Twilio had an internal error", _AGAIN),
        "20503": said("Unavailable", "A part of Twilio is down", _AGAIN),
        "20504": said("Timed out", "A system behind Twilio did not answer in time", _AGAIN),
        "70051": said(
            "Permission missing",
            "The restricted key may not read calls, or belongs to another account",
            "Give the key the permission to read calls, in the Twilio Console",
            means=ForbiddenError,
            evidence=Evidence.SEEN,
        ),
    },
)

CODES = meanings(ERROR_CODE.words)
"""What each code means, whatever the HTTP status; None means that the status decides."""

HINTS = hints(ERROR_CODE.words, "20003", "20005", "10001", "20006", "20008", "20403", "20429", "70051")
