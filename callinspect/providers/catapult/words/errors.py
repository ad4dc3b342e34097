"""What the categories and codes of Catapult's errors mean."""

from callinspect.errors import AuthRejectedError, VendorUnavailableError
from callinspect.provider import Evidence, Words, hints, meanings, said

_USER = "Check that user_id belongs to the token"
_AGAIN = "Try again in a moment"
_SLOWER = "Wait until the time in X-RateLimit-Reset, which is in milliseconds"

CATEGORY = Words(
    "error-category",
    "category",
    {
        "authentication": said(
            "Credentials refused",
            "Catapult did not accept the token and secret",
            "Check both in the account's dashboard",
            means=AuthRejectedError,
        ),
        "authorization": said("Not allowed", "The credentials are not valid for this user", _USER),
        "not-found": said("Not found", "What was requested does not exist", "Check the ID: it may be a Voice v2 ID"),
        "bad-request": said("Bad request", "Something in the request is invalid", "Read the message"),
        "conflict": said("Conflict", "Another request changed it in the meantime; not returned for read requests"),
        "forbidden": said("Wrong state", "Its state does not allow this; not returned for read requests"),
        "unavailable": said("Unavailable", "A part of Catapult is down", _AGAIN),
        "credit": said(
            "No credit", "The account's balance is too low; not returned for read requests", "Check the balance"
        ),
        "payment": said("Payment failed", "The payment system behind Catapult failed", _AGAIN),
        "backend": said("Internal error", "A system behind Catapult failed", _AGAIN, means=VendorUnavailableError),
        "limit": said("Limit reached", "A limit of the account was reached", _SLOWER, evidence=Evidence.SEEN),
        "too-many-requests": said(
            "Rate limited",
            "Catapult allows one request a second for each kind of resource",
            _SLOWER,
            evidence=Evidence.SEEN,
        ),
    },
)

ERROR_CODE = Words(
    "error",
    "code",
    {
        "call-not-found": said(
            "No such call",
            "The user has no call with this ID",
            "Check user_id; a call ID with hexadecimal groups is a Voice v2 ID",
            evidence=Evidence.SEEN,
        ),
        "user-not-found": said("No such user", "Catapult has no user with this ID", "Check user_id"),
        "resource-not-found": said("No such path", "Catapult does not have this path", "Check base_url"),
        "recording-not-found": said("No such recording", "Catapult has no recording with this ID"),
        "transcription-not-found": said("No such transcription", "Catapult has no transcription with this ID"),
        "user-access-denied": said("Not your user", "The token belongs to another user", _USER),
        "insufficient-available-balance": said(
            "No credit", "The balance is too low; not returned for read requests", "Check the balance"
        ),
        "call-rate-limit": said("Calls too fast", "Too many calls were placed at once; not returned for read requests"),
        "call-invalid-state": said(
            "Wrong state", "The call's state does not allow this; not returned for read requests"
        ),
        "call-id-not-found": said("No such call", "There is no call to change; not returned for read requests"),
        "rate-limit-reached": said(
            "Rate limited", "Catapult allows one request a second for each kind of resource", _SLOWER
        ),
        "too-many-requests": said(
            "Rate limited", "The same as rate-limit-reached, by the name in the list of errors", _SLOWER
        ),
        "gateway-unavailable": said("Gateway down", "Catapult cannot reach its gateway", _AGAIN),
        "call-unavailable": said("Not ready", "The call is not set up yet", _AGAIN),
    },
)

CATEGORIES = meanings(CATEGORY.words)
"""The categories of Catapult's errors; None means that the HTTP status decides."""

ERROR_CODES = frozenset(ERROR_CODE.words)
"""Codes that identify an error as Catapult's even without a category."""

HINTS = hints(ERROR_CODE.words, "user-access-denied", "user-not-found", "resource-not-found")
