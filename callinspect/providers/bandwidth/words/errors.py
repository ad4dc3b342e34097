"""What the types and the HTTP statuses of Bandwidth's errors mean."""

from callinspect.errors import AuthRejectedError, ForbiddenError, VendorUnavailableError
from callinspect.provider import Words, meanings, said

_LOGIN = "Check the credentials; user names and passwords stop working on 2026-12-02"
_ROLE = "Check account_id, and that the user has the role HTTP Voice"
_SUPPORT = "Give Bandwidth's support the time and, if there is one, the id in the error"

ERROR_TYPE = Words(
    "error",
    "type",
    {
        "validation": said(
            "Invalid request",
            "A parameter is invalid, the call does not exist, or its state does not allow this",
            "Read the description; a call that is not found may be minutes old, or have ended more than 7 days ago",
        ),
        "authentication-error": said(
            "Credentials refused", "The user name, password or token is wrong", _LOGIN, means=AuthRejectedError
        ),
        "authorization-error": said(
            "Not allowed", "The credentials are not valid for this account", _ROLE, means=ForbiddenError
        ),
        "error": said("Limit reached", "The account exceeded one of its limits", "Wait as long as Retry-After says"),
        "internal-error": said(
            "Bandwidth failed", "Bandwidth had an internal error", _SUPPORT, means=VendorUnavailableError
        ),
        "system-overloaded": said(
            "Overloaded",
            "More calls are in progress than Bandwidth can handle",
            "Try again",
            means=VendorUnavailableError,
        ),
    },
)

STATUS = Words(
    "http",
    "status",
    {
        "400": said("Bad request", "Bandwidth did not accept a parameter", "Read the description, which names it"),
        "401": said("Credentials refused", "The user name, password or token is wrong", _LOGIN),
        "403": said("Not allowed", "The credentials are for another account, or lack a role", _ROLE),
        "404": said(
            "Not found",
            "The ID is wrong, the call is only minutes old, or it ended more than 7 days ago",
            "Wait a few minutes, or look for the call in Insights",
        ),
        "405": said("Method not allowed", "This method is not supported here", "Check base_url"),
        "409": said("Conflict", "The call's state does not allow the change; not returned for read requests"),
        "415": said("Unsupported media type", "The request's body has the wrong type; not returned for read requests"),
        "429": said("Rate limited", "The account sent too many calls or requests", "Wait as long as Retry-After says"),
        "500": said("Bandwidth failed", "Bandwidth had an internal error", _SUPPORT),
        "503": said("Overloaded", "Bandwidth has no capacity left for now", "Try again"),
    },
)

ERRORS = meanings(ERROR_TYPE.words)
"""The types of Bandwidth's errors; None means that the HTTP status decides."""
