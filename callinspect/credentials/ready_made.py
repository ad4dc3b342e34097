"""When a ready-made token was issued and expires: a JSON Web Token says so itself (RFC 7519, 4.1).

Nothing of it is checked here: that is the vendor's affair, and this only explains its answer.
"""

from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from typing import NamedTuple

from callinspect.credentials.finding import Credentials
from callinspect.duration import ago
from callinspect.provider import Bearer
from callinspect.provider.parsing import parse_json

PARTS = 3

MAX_TIME = 10**11
"""Seconds since the epoch, in the year 5138."""


class Times(NamedTuple):
    """When a token was issued and when it expires, None where it does not say."""

    issued: datetime | None = None
    expires: datetime | None = None


def times(found: Credentials) -> Times:
    """Return the times of a ready-made token, if the credentials are one."""
    if found.token is not None or not isinstance(found.scheme, Bearer):
        return Times()
    parts = found.account[found.scheme.token].split(".")
    if len(parts) != PARTS:
        return Times()
    try:
        claims = parse_json(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return Times()
    return Times(*(_moment(claims.get(each)) for each in ("iat", "exp"))) if isinstance(claims, dict) else Times()


def age(found: Credentials) -> str | None:
    """Return how old a ready-made token is: whether it has expired, or when it was issued."""
    issued, expires = times(found)
    now = datetime.now(UTC)
    if expires is not None and expires <= now:
        return f"the token expired {ago((now - expires).total_seconds())}"
    if issued is not None and issued <= now:
        return f"the token was issued {ago((now - issued).total_seconds())}"
    return None


def _moment(value: object) -> datetime | None:
    """Return a time in seconds since the epoch, None for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < MAX_TIME:
        return None
    return datetime.fromtimestamp(value, UTC)
