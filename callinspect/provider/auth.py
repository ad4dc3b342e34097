"""Authentication schemes as data.

A scheme names the account's fields that it needs and says what they become. It sends nothing: one that needs a token
first describes the request for it.
"""

import re
from base64 import b64encode
from typing import NamedTuple, TypeGuard

from callinspect.errors import BadResponseError, ConfigError, InternalError
from callinspect.provider.exchange import Account, Request, Response, Token

DEFAULT_LIFETIME = 3600.0
"""Seconds that a token lives when the vendor does not say, as the vendors' own clients assume."""

RENEWAL_SHARE = 0.1
"""Part of a token's life, at its end, in which it is renewed before it is used."""

MAX_RENEWAL_TIME = 60.0
"""Seconds that this is at the most: what a request takes does not grow with the token's life."""

MAX_LIFETIME = 1e9
"""Seconds; what a vendor says beyond that is no lifetime."""

MAX_TOKEN = 16 * 1024
"""Characters of a token that a vendor gives; servers take no longer headers."""

_DIGITS = re.compile("[0-9]{1,12}", re.ASCII)

_VISIBLE_ASCII = re.compile("[!-~]+")


class Basic(NamedTuple):
    """HTTP Basic with two fields of the account; the password may be empty."""

    username: str = "username"
    password: str = "password"

    @property
    def title(self) -> str:
        """What to call it."""
        return "username and password"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.username, self.password)

    def token_request(self, _account: Account, _token: Token | None) -> None:
        """Need no token."""

    def authorization(self, account: Account, _token: Token | None) -> str:
        """Return the Authorization header's value."""
        return _basic(account[self.username], account[self.password])


class Bearer(NamedTuple):
    """An access token that somebody got elsewhere."""

    token: str = "access_token"

    @property
    def title(self) -> str:
        """What to call it."""
        return "access token"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.token,)

    def token_request(self, _account: Account, _token: Token | None) -> None:
        """Need no other token."""

    def authorization(self, account: Account, _token: Token | None) -> str:
        """Return the Authorization header's value."""
        return f"Bearer {account[self.token]}"


class ClientCredentials(NamedTuple):
    """OAuth 2 client credentials: id and secret, sent as HTTP Basic, buy a token (RFC 6749, 4.4)."""

    token_url: str
    client_id: str = "client_id"
    client_secret: str = "client_secret"

    @property
    def title(self) -> str:
        """What to call it."""
        return "OAuth client credentials"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.client_id, self.client_secret)

    def token_request(self, account: Account, _token: Token | None) -> Request:
        """Describe the request that buys a token."""
        return Request(
            url=account.get("token_url") or self.token_url,
            form={"grant_type": "client_credentials"},
            headers={"authorization": _basic(account[self.client_id], account[self.client_secret])},
        )

    def authorization(self, _account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""
        return _bearer(token)


class RefreshToken(NamedTuple):
    """OAuth 2 refresh (RFC 6749, 6), client id and secret in the form. The refresh token may change with every use."""

    token_path: str
    client_id: str = "client_id"
    client_secret: str = "client_secret"
    refresh_token: str = "refresh_token"

    @property
    def title(self) -> str:
        """What to call it."""
        return "OAuth refresh token"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.client_id, self.client_secret, self.refresh_token)

    def token_request(self, account: Account, token: Token | None) -> Request:
        """Describe the request that renews the access token."""
        return Request(
            url=f"{account.base_url}/{self.token_path}",
            form={
                "grant_type": "refresh_token",
                "client_id": account[self.client_id],
                "client_secret": account[self.client_secret],
                "refresh_token": (token.refresh_token if token else None) or account[self.refresh_token],
            },
        )

    def authorization(self, _account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""
        return _bearer(token)


def read_token(response: Response, now: float) -> Token:
    """Read a token endpoint's successful answer.

    Args:
        response: the answer.
        now: seconds since the epoch at which it arrived.

    Raises:
        BadResponseError: it holds no token that a header can carry.
    """
    fields = response.fields
    access, refresh = fields.get("access_token"), fields.get("refresh_token") or None
    if isinstance(refresh, str) and not refresh.strip():
        refresh = None
    if not _is_token(access):
        raise BadResponseError(
            "the token endpoint answered without a usable access token",
            hint="check base_url",
            http_status=response.status,
        )
    if refresh is not None and not _is_token(refresh):
        raise BadResponseError(
            "the token endpoint answered with an unusable refresh token", http_status=response.status
        )
    lifetime = _lifetime(fields.get("expires_in"))
    end = now + lifetime
    return Token(access, end, refresh, end - min(lifetime * RENEWAL_SHARE, MAX_RENEWAL_TIME))


def _lifetime(value: object) -> float:
    """Return the seconds that a token lives: as many as are said, in a number or in digits; no life is none said."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return DEFAULT_LIFETIME
    return min(value, MAX_LIFETIME)


def is_visible_ascii(text: str) -> bool:
    """Whether a text can go into a header as it is: not empty, no spaces, no control characters, ASCII."""
    return _VISIBLE_ASCII.fullmatch(text) is not None


def _is_token(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_TOKEN and is_visible_ascii(value)


def _basic(username: str, password: str) -> str:
    if ":" in username:
        raise ConfigError("a user name for HTTP Basic cannot contain a colon")
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode("ascii")


def _bearer(token: Token | None) -> str:
    if token is None:
        raise InternalError("a request was about to be sent without its token")
    return f"Bearer {token.access_token}"
