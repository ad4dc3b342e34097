"""What an answer means that is no success, and whose word it is: the vendor's, or that of something in between."""

from collections.abc import Mapping

from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    UsageError,
    VendorUnavailableError,
)
from callinspect.provider.exchange import Refusal, Response
from callinspect.provider.reader import as_text

_STATUSES: Mapping[int, type[CallinspectError]] = {
    400: UsageError,
    401: AuthRejectedError,
    403: ForbiddenError,
    404: NotFoundError,
    408: VendorUnavailableError,
    410: NotFoundError,
    423: RateLimitedError,
    429: RateLimitedError,
}

NOT_FOUND = 404
NOT_FOUND_STATUSES = frozenset({NOT_FOUND, 410})
"""Statuses that say that something is not found; of what, the words say."""

MAX_QUOTED = 60
"""Characters of a body that is repeated in an error."""

BETWEEN = "and any proxy or gateway in between"
"""What else to check when the vendor did not write the answer."""

LIMITS = frozenset({423, 429})
"""Statuses that ask for patience, whatever else the answer says."""

GRANT_ERRORS: Mapping[str, type[CallinspectError]] = {
    "invalid_request": AuthRejectedError,
    "invalid_client": AuthRejectedError,
    "invalid_grant": AuthRejectedError,
    "invalid_scope": AuthRejectedError,
    "unauthorized_client": AuthRejectedError,
    "unsupported_grant_type": AuthRejectedError,
    "access_denied": AuthRejectedError,
    "invalid_token": AuthRejectedError,
    "slow_down": RateLimitedError,
    "server_error": VendorUnavailableError,
    "temporarily_unavailable": VendorUnavailableError,
}
"""What the codes of OAuth (RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1; RFC 8628, 3.5) mean."""

INVALID = 400
"""The status of OAuth's own errors; who only stands in between has no use for it."""

CREDENTIALS_REFUSED = frozenset({400, 401, 403})
"""Statuses with which a token endpoint refuses credentials."""

REDIRECTS = range(300, 400)
"""The class of statuses that lead elsewhere."""

REFUSED = range(400, 500)
"""The class of statuses that say that a request is not answered as it is."""


def error_for(status: int) -> type[CallinspectError] | None:
    """Return what an HTTP status means for a GET in general; None for a success."""
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        return VendorUnavailableError
    return None if 200 <= status < 300 else BadResponseError  # noqa: PLR2004 - the class of successes


def refused(
    response: Response,
    *,
    own: bool,
    error: type[CallinspectError] | None = None,
    message: str | None = None,
    code: str | None = None,
    request_id: str | None = None,
    hint: str | None = None,
    retry_at: float | None = None,
) -> Refusal | None:
    """Return what an answer means that is no success; None for a success.

    Only the vendor says that there is no such call, that the credentials are refused or do not permit this. A page of a
    load balancer, a gateway's JSON or an empty body says that the vendor was not reached. Limits and failures are what
    they are whoever tells them.

    Args:
        response: the answer.
        own: whether the body has the vendor's own form of an error.
        error: what the vendor's own words mean, where they say more than the HTTP status.
        message: the vendor's words.
        code: the vendor's code.
        request_id: what the vendor's support asks for.
        hint: what to do.
        retry_at: see `Refusal`.
    """
    meaning = error_for(response.status)
    is_from_anyone = response.status not in REFUSED or meaning in {RateLimitedError, VendorUnavailableError}
    if not own and not is_from_anyone:
        suspects = "base_url, the credentials," if meaning is AuthRejectedError else "base_url,"
        return Refusal(
            error=VendorUnavailableError,
            summary=f"answered with {_kind(response)} instead of the vendor's error message",
            message=_quotable(response),
            hint=f"check {suspects} {BETWEEN}",
        )
    meant = (error if own or meaning is None else None) or meaning
    return Refusal(meant, message, code, request_id, hint, retry_at) if meant else None


def _kind(response: Response) -> str:
    """Say what a body is."""
    text = response.body.strip()
    return "an empty body" if not text else "a web page" if text.startswith(b"<") else "an unfamiliar body"


def _quotable(response: Response) -> str | None:
    """Return a short text of somebody else's, None for a page; one that is cut could hide a secret from being found."""
    text = response.body.decode("utf-8", "replace").strip()
    return text if 0 < len(text) < MAX_QUOTED and text[0] != "<" and text.isprintable() else None


def is_elsewhere(*texts: str | None, unnamed: bool) -> bool:
    """Whether it is something else than the call that is not found.

    Args:
        texts: the vendor's words.
        unnamed: whether it is if they name nothing.
    """
    from callinspect.provider.subject import is_call

    about = is_call(texts)
    return unnamed if about is None else not about


def token_refused(response: Response, otherwise: Refusal | None) -> Refusal | None:
    """Return what a token endpoint's answer means that is no success; None for a success.

    Only the endpoint refuses credentials, in RFC 6749's form (5.2), whatever its status, or in the vendor's own. What
    somebody in between says in its place is no word about them.

    Args:
        response: the answer.
        otherwise: how the vendor's reader takes it, None for a success.
    """
    body, meaning = response.fields, error_for(response.status)
    named = body.get("error")
    code, said = as_text(named), as_text(body.get("error_description"))
    if meaning in {RateLimitedError, VendorUnavailableError}:
        return Refusal(meaning, message=said, code=code) if code or said else otherwise
    refused = GRANT_ERRORS.get((code or "").lower())
    if refused is None and response.status == INVALID and (code or said):
        refused = AuthRejectedError
    if meaning is None and not body.get("access_token"):
        if not named and not said:
            return _from_another(response)
        refused = refused or AuthRejectedError
        said = said or as_text(named.get("message") if isinstance(named, dict) else None)
    if refused is not None and (meaning is None or response.status in REFUSED):
        return Refusal(refused, message=said, code=code)
    if otherwise is None:
        return None
    is_about_credentials = response.status in CREDENTIALS_REFUSED and otherwise.summary is None
    return otherwise._replace(error=AuthRejectedError) if is_about_credentials else _from_another(response)


def _from_another(response: Response) -> Refusal:
    """Say that somebody else answered; what, is not repeated: half of a token's answer is as secret as the whole."""
    return Refusal(
        error=VendorUnavailableError,
        summary=f"the token endpoint answered with {_kind(response)} instead of a token",
        hint=f"check base_url {BETWEEN}",
    )
