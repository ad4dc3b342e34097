"""What a keyring item holds of a login, and of the tokens that were got with it."""

from collections.abc import Mapping
from typing import Any

from callinspect.provider import Token
from callinspect.provider.auth import is_visible_ascii

RENEWED = frozenset({"token", "refresh_token"})
"""What the renewal of a token changes in a keyring item."""

MAX_EXPIRY = 1e11
"""Seconds since the epoch, in the year 5138; a cached token that ends later was not written by us."""


def is_same_login(item: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether a keyring item is still the one that a login has left; renewal changes the tokens in it only.

    A run keeps the account that it began with: what somebody stores meanwhile may be for another address.
    """
    names = (item.keys() | earlier.keys()) - RENEWED
    return all(item.get(name) == earlier.get(name) for name in names)


def token_fields(token: Token) -> dict[str, Any]:
    """Return what a keyring item holds of an access token, and the refresh token that is valid from now on."""
    kept = ("access_token", "expires_at", "renew_at")
    cached: dict[str, Any] = {"token": {name: getattr(token, name) for name in kept}}
    return cached if token.refresh_token is None else {**cached, "refresh_token": token.refresh_token}


def stored_token(stored: Mapping[str, Any]) -> Token | None:
    """Return the access token that a keyring item holds, None where it holds none that was written by us."""
    token = stored.get("token")
    if not isinstance(token, dict) or not isinstance(token.get("access_token"), str):
        return None
    expires, renewed = _moment(token.get("expires_at")), _moment(token.get("renew_at"))
    if expires is None or not is_visible_ascii(token["access_token"]):
        return None
    return Token(token["access_token"], expires, stored.get("refresh_token"), renewed)


def _moment(value: Any) -> float | None:
    """Return a moment in seconds since the epoch, None where it cannot be one."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= MAX_EXPIRY else None
