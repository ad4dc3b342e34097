"""The content of a keyring item: a login, and its tokens."""

from collections.abc import Mapping
from typing import Any

from callinspect.provider import Token
from callinspect.provider.auth import is_visible_ascii

RENEWED = frozenset({"token", "refresh_token"})
"""Keys of a keyring item that renewing a token changes."""

MAX_EXPIRY = 1e11
"""Seconds since the epoch, in the year 5138; a token that expires later was not written by us."""


def is_same_login(item: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether two contents are of the same login, which only differ in tokens.

    A run keeps the account that it began with: a login stored meanwhile may be for another address.
    """
    names = (item.keys() | earlier.keys()) - RENEWED
    return all(item.get(name) == earlier.get(name) for name in names)


def token_fields(token: Token) -> dict[str, Any]:
    """Return the keys that store an access token, and its refresh token if there is one."""
    kept = ("access_token", "expires_at", "renew_at")
    cached: dict[str, Any] = {"token": {name: getattr(token, name) for name in kept}}
    return cached if token.refresh_token is None else {**cached, "refresh_token": token.refresh_token}


def stored_token(stored: Mapping[str, Any]) -> Token | None:
    """Return the access token of a keyring item, None if there is none or it was not written by us."""
    token = stored.get("token")
    if not isinstance(token, dict) or not isinstance(token.get("access_token"), str):
        return None
    expires, renewed = _moment(token.get("expires_at")), _moment(token.get("renew_at"))
    if expires is None or not is_visible_ascii(token["access_token"]):
        return None
    return Token(token["access_token"], expires, stored.get("refresh_token"), renewed)


def _moment(value: Any) -> float | None:
    """Return a time in seconds since the epoch, None if the value cannot be one."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= MAX_EXPIRY else None
