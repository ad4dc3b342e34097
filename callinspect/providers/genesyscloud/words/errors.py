"""What the codes of Genesys Cloud's errors mean."""

from collections.abc import Mapping

from callinspect.errors import AuthRejectedError, CallinspectError, NotFoundError
from callinspect.provider import Word, Words, hints, meanings, said

_READ = "Read the message"
_ROLE = "Give the OAuth client a role that has the permission"
_DIVISION = "Give the OAuth client's role the division of the conversation"
_AGAIN = "Try again in a moment"


def _each(names: str, word: Word) -> Mapping[str, Word]:
    """Return the same for several codes."""
    return dict.fromkeys(names.split(), word)


ERROR = Words(
    "error",
    "code",
    {
        **_each(
            "bad.request invalid.value invalid.property invalid.date invalid.query.param.value constraint.validation",
            said("Bad request", "Something in the request is invalid", _READ),
        ),
        "response.entity.too.large": said("Too much", "The answer would be too large", "Ask for a shorter time"),
        "not.a.user": said("Not a user", "This works with a user's token only", "Log in with a user's access_token"),
        "bad.credentials": said(
            "Credentials refused",
            "The token is unknown or has expired, or belongs to another region",
            "Check region and the credentials",
        ),
        "invalid_client": said(
            "Client refused",
            "The OAuth client is unknown, its secret is wrong, or it belongs to another region",
            "Check the client's ID and secret, and its region",
            means=AuthRejectedError,
        ),
        "authentication.required": said("No token", "The request had no token", "Check the credentials"),
        "ip.not.authorized": said(
            "Address refused", "The organization does not accept this IP address", "Check its allowed addresses"
        ),
        **_each(
            "missing.permissions missing.any.permissions",
            said("Permission missing", "The credentials lack a permission, which the message names", _ROLE),
        ),
        **_each(
            "missing.division.permission missing.any.division.permissions",
            said("Permission missing", "The credentials lack a permission in the conversation's division", _DIVISION),
        ),
        "not.authorized": said("Not allowed", "The credentials are not allowed to do this", _ROLE),
        "app.not.authorized.for.scope": said(
            "Scope missing",
            "The user's token lacks a scope",
            "Get a token with conversations:readonly, analytics:readonly and recordings:readonly",
        ),
        "authz.policy.denied": said("Denied by a policy", "A policy of the organization denies it", _ROLE),
        "conversation.error.conversation.not.found": said(
            "Not found", "There is no such call here", "Check the ID and the region", means=NotFoundError
        ),
        **_each(
            "conversation.not.found not.found",
            said("Not found", "There is no such conversation here", "Check the ID and the region"),
        ),
        "client.timeout": said("Timed out", "The request took too long to arrive", _AGAIN),
        "request.conflict": said("Conflict", "Another request is being worked on", _AGAIN),
        "request.entity.too.large": said("Too large", "The request is too large", _READ),
        "unsupported.media.type": said("Media type refused", "The request has a body of another type", _READ),
        **_each(
            "too.many.requests.retry.after too.many.requests",
            said("Rate limited", "There were too many requests: 300 a minute are allowed by default", _AGAIN),
        ),
        **_each(
            "internal.server.error general.internal.server.error conversation.error.media.failed",
            said("Internal error", "Genesys Cloud failed to answer", _AGAIN),
        ),
        "service.unavailable": said("Unavailable", "Genesys Cloud cannot answer now", _AGAIN),
        **_each(
            "request.timeout authentication.request.timeout division.authorization.timeout",
            said("Timed out", "Genesys Cloud did not finish in time", _AGAIN),
        ),
    },
)

ERRORS: Mapping[str, type[CallinspectError] | None] = meanings(ERROR.words)
"""What each code means; None where the HTTP status decides."""

HINTS = hints(
    ERROR.words,
    *("response.entity.too.large", "not.a.user", "bad.credentials", "authentication.required", "ip.not.authorized"),
    *("invalid_client", "missing.permissions", "missing.any.permissions", "missing.division.permission"),
    *("missing.any.division.permissions", "not.authorized", "app.not.authorized.for.scope", "authz.policy.denied"),
)
