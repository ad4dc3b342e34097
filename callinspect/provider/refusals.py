"""What an unsuccessful response means, and who sent it: the vendor, or a proxy or gateway in between."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

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
from callinspect.provider.exchange import BETWEEN, Refusal, Response
from callinspect.provider.moments import is_usual, parse_mail_date
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
"""Statuses for “not found”; the message says what is not found."""

MAX_QUOTED = 60
"""Characters of a body that is quoted in an error."""

SECONDS_TO_WAIT = r"[0-9]{1,6}"
"""A number that cannot be a time since the epoch."""

LIMITS = frozenset({423, 429})
"""Statuses that mean rate limited, whatever else the response says."""

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
"""What OAuth error codes (RFC 6749, 4.1.2.1 and 5.2; RFC 6750, 3.1; RFC 8628, 3.5) mean."""

INVALID = 400
"""The status of OAuth errors; proxies and gateways do not use it."""

CREDENTIALS_REFUSED = frozenset({400, 401, 403})
"""Statuses with which a token endpoint refuses credentials."""

UNPROCESSABLE = 422
"""The status with which some vendors refuse an invalid request."""

REDIRECTS = range(300, 400)
"""Redirect statuses."""

REFUSED = range(400, 500)
"""Client error statuses."""


def error_for(status: int) -> type[CallinspectError] | None:
    """Return what an HTTP status usually means for a GET; None for a success."""
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
    """Return what an unsuccessful response means; None for a success.

    Only the vendor can say that there is no such call, or that the credentials are refused or not allowed. A load
    balancer's page, a gateway's JSON or an empty body means that the vendor was not reached. Rate limits and server
    errors mean the same from anyone, but without a message, they may not be the vendor's either.

    Args:
        response: the response.
        own: whether the body has the vendor's own error format.
        error: what the vendor's error code means, if it says more than the HTTP status.
        message: the vendor's message.
        code: the vendor's code.
        request_id: the ID that the vendor's support asks for.
        hint: what to do.
        retry_at: see `Refusal`.
    """
    meaning = error_for(response.status)
    is_from_anyone = response.status not in REFUSED or meaning in {RateLimitedError, VendorUnavailableError}
    is_failure = meaning is VendorUnavailableError and not message
    if not own and (is_failure or not is_from_anyone):
        suspects = "base_url, the credentials," if meaning is AuthRejectedError else "base_url,"
        return Refusal(
            error=VendorUnavailableError,
            summary=f"answered with {response.kind} instead of the vendor's own error message",
            message=quotable(response),
            request_id=request_id,
            hint=f"check {suspects} {BETWEEN}",
        )
    meant = (error if own or meaning is None else None) or meaning
    return Refusal(meant, message, code, request_id, hint, retry_at) if meant else None


def reset_at(response: Response, header: str, parse: Callable[[str], datetime]) -> float | None:
    """Return when a rate limit ends, in seconds since the epoch; None if its header does not say.

    Some vendors write the seconds to wait instead: a number of up to six digits counts from the response's `Date`.

    Args:
        response: the response.
        header: its name.
        parse: parses a time, such as `parse_seconds`.
    """
    text, date = (response.headers.get(name.lower(), "") for name in (header, "date"))
    try:
        if re.fullmatch(SECONDS_TO_WAIT, text, re.ASCII):
            return parse_mail_date(date).timestamp() + int(text)
        end = parse(text)
    except ValueError:
        return None
    return end.timestamp() if is_usual(end) else None


def quotable(response: Response) -> str | None:
    """Return a short foreign text, None for a page; part of a longer text could hide a secret from redaction."""
    text = response.body.decode("utf-8", "replace").strip()
    return text if 0 < len(text) < MAX_QUOTED and text[0] != "<" and text.isprintable() else None


def is_elsewhere(*texts: str | None, unnamed: bool, call: str | None = None) -> bool:
    """Whether something other than the call is not found.

    Args:
        texts: the vendor's messages.
        unnamed: the result if they name nothing.
        call: a regular expression for what the vendor calls a call, besides “call”.
    """
    from callinspect.provider.subject import is_call

    about = is_call(texts, call)
    return unnamed if about is None else not about


def token_refused(response: Response, otherwise: Refusal | None) -> Refusal | None:
    """Return what a token endpoint's unsuccessful response means; None for a success.

    Only the endpoint itself can refuse credentials: in RFC 6749's format (5.2), with any status, or in the vendor's
    own. A proxy's or gateway's response says nothing about them.

    Args:
        response: the response.
        otherwise: how the vendor's reader understands it, None for a success.
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
        return Refusal(refused, message=said, code=code, hint=otherwise.hint if otherwise else None)
    if otherwise is None:
        return None
    is_about_credentials = response.status in CREDENTIALS_REFUSED and otherwise.summary is None
    return otherwise._replace(error=AuthRejectedError) if is_about_credentials else _from_another(response)


def _from_another(response: Response) -> Refusal:
    """Report that something else answered; its body is not quoted, since part of a token response is secret as well."""
    return Refusal(
        error=VendorUnavailableError,
        summary=f"the token endpoint answered with {response.kind} instead of a token",
        hint=f"check base_url {BETWEEN}",
    )
