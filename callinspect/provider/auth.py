"""Authentication schemes as data.

A scheme names the account fields that it needs and turns them into an Authorization header. It sends nothing: one that
needs a token describes the request for it, or signs it.
"""

import re
from base64 import b64encode
from typing import NamedTuple, TypeGuard

from callinspect.errors import BadResponseError, ConfigError, InternalError, UnusableFieldError
from callinspect.provider.contract import Ending
from callinspect.provider.exchange import Account, Request, Response, Token

DEFAULT_LIFETIME = 3600.0
"""Seconds that a token is valid if the vendor does not say, as the vendors' own clients assume."""

RENEWAL_SHARE = 0.1
"""The last part of a token's lifetime, in which it is renewed before it is used."""

MAX_RENEWAL_TIME = 60.0
"""Upper limit for that part in seconds: a request takes no longer with a long-lived token."""

MAX_LIFETIME = 1e9
"""Seconds; longer lifetimes are cut to this."""

SIGNED_LIFETIME = 900
"""Seconds that a token is valid that we sign: a quarter of an hour, as vendors' own libraries take it."""

MAX_TOKEN = 16 * 1024
"""Characters of a token; servers do not accept longer headers."""

_DIGITS = re.compile("[0-9]{1,12}", re.ASCII)

_VISIBLE_ASCII = re.compile("[!-~]+")


class Basic(NamedTuple):
    """HTTP Basic with two fields of the account; the password may be empty.

    Attributes:
        username, password: the fields.
        ending: when the vendor ends it.
        title: its name for users.
        bearer: what passwords begin with that are access tokens, which are sent alone; None if the vendor has none.
    """

    username: str = "username"
    password: str = "password"
    ending: Ending | None = None
    title: str = "username and password"
    bearer: str | None = None

    @property
    def lasts(self) -> bool:
        """Return True: it serves until it is changed."""
        return True

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.username, self.password)

    def token_request(self, _account: Account, _token: Token | None) -> None:
        """Return None: no token is needed."""

    def authorization(self, account: Account, _token: Token | None) -> str:
        """Return the Authorization header's value."""
        password = account[self.password]
        if self.bearer is not None and password.startswith(self.bearer):
            return f"Bearer {password}"
        return _basic(account[self.username], password)


class Bearer(NamedTuple):
    """An access token that was obtained elsewhere, or an API key that is sent as one.

    Attributes:
        token: the field that holds it.
        title: its name for users.
        ending: when the vendor ends it.
        lasts: whether it serves until it is changed, as an API key; a token lapses.
    """

    token: str = "access_token"
    title: str = "access token"
    ending: Ending | None = None
    lasts: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.token,)

    def token_request(self, _account: Account, _token: Token | None) -> None:
        """Return None: the token is given."""

    def authorization(self, account: Account, _token: Token | None) -> str:
        """Return the Authorization header's value."""
        return f"Bearer {account[self.token]}"


class ClientCredentials(NamedTuple):
    """OAuth 2 client credentials grant, with ID and secret as HTTP Basic (RFC 6749, 4.4).

    Attributes:
        token_url: the token endpoint; empty if the account has one in any case, in the field `token_url`.
        client_id, client_secret: the fields.
        ending: when the vendor ends it.
    """

    token_url: str = ""
    client_id: str = "client_id"
    client_secret: str = "client_secret"
    ending: Ending | None = None

    @property
    def title(self) -> str:
        """Its name for users."""
        return "OAuth client credentials"

    @property
    def lasts(self) -> bool:
        """Return True: it serves until it is changed."""
        return True

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.client_id, self.client_secret)

    def token_request(self, account: Account, _token: Token | None) -> Request:
        """Describe the request that fetches a token."""
        return Request(
            url=account.get("token_url") or self.token_url,
            form={"grant_type": "client_credentials"},
            headers={"authorization": _basic(account[self.client_id], account[self.client_secret])},
        )

    def authorization(self, _account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""
        return _bearer(token)


class RefreshToken(NamedTuple):
    """OAuth 2 refresh token grant (RFC 6749, 6), ID and secret in the form. Each use may replace the refresh token."""

    token_path: str
    client_id: str = "client_id"
    client_secret: str = "client_secret"
    refresh_token: str = "refresh_token"
    ending: Ending | None = None

    @property
    def title(self) -> str:
        """Its name for users."""
        return "OAuth refresh token"

    @property
    def lasts(self) -> bool:
        """Return True: it serves until it is changed."""
        return True

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


class Signed(NamedTuple):
    """A token that we sign with the account's private key: a JSON Web Token, with RSA and SHA-256 (RS256).

    Attributes:
        application: the field that holds the ID of the application that the key belongs to.
        key: the field that holds the private key, a `file`.
        claim: the claim that has that ID.
        extra: the extra of this distribution that installs what signs, None if it has none for the vendor.
        title: its name for users.
        ending: when the vendor ends it.
    """

    application: str = "application_id"
    key: str = "private_key"
    claim: str = "application_id"
    extra: str | None = None
    title: str = "application and private key"
    ending: Ending | None = None

    @property
    def lasts(self) -> bool:
        """Return True: it serves until it is changed."""
        return True

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the fields."""
        return (self.application, self.key)

    def token_request(self, _account: Account, _token: Token | None) -> None:
        """Return None: the token is signed."""

    def sign(self, account: Account, now: float) -> Token:
        """Return a token that is valid from now on, in seconds since the epoch.

        Raises:
            UnusableFieldError: it cannot be signed with that key.
            ConfigError: what signs is not installed.
        """
        from uuid import uuid4

        from callinspect.provider.signing import signed

        begin = int(now)
        end = begin + SIGNED_LIFETIME
        claims = {self.claim: account[self.application], "iat": begin, "jti": str(uuid4()), "exp": end}
        try:
            return Token(signed(claims, account[self.key]), float(end))
        except ImportError as error:
            raise self._unable(error) from None
        except ValueError as error:
            raise UnusableFieldError(
                f"{self.key} {error}",
                field=self.key,
                hint="use an RSA private key of at least 2048 bits, in PEM and without a passphrase",
            ) from None

    def authorization(self, _account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""
        return _bearer(token)

    def _unable(self, error: ImportError) -> ConfigError:
        """Return our error for a package that is missing, or cannot be loaded."""
        if not isinstance(error, ModuleNotFoundError) or error.name != "cryptography":
            return ConfigError(f"signing a token needs the package cryptography, which cannot be loaded: {error}")
        package = f"'callinspect[{self.extra}]'" if self.extra else "cryptography"
        return ConfigError(
            "signing a token needs the package cryptography, which is not installed",
            hint=(f"pip install {package}", "with pipx: pipx inject callinspect cryptography"),
        )


def read_token(response: Response, now: float) -> Token:
    """Read a token endpoint's successful response.

    Args:
        response: the response.
        now: when it arrived, in seconds since the epoch.

    Raises:
        BadResponseError: it has no token that is valid in a header.
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
    """Return a token's lifetime in seconds, given as a number or digits; zero or less counts as not given."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return DEFAULT_LIFETIME
    return min(value, MAX_LIFETIME)


def is_visible_ascii(text: str) -> bool:
    """Whether a text can go into a header unchanged: not empty, ASCII, no spaces, no control characters."""
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
