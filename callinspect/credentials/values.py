"""Checks the values of account fields, and fills in defaults."""

from collections.abc import Iterator, Mapping

from callinspect.errors import ConfigError, either
from callinspect.provider import ALLOW_HTTP, Field, Provider, address
from callinspect.provider.auth import is_visible_ascii

MAX_SECRET = 1200
"""Characters of a secret; the smallest keyring, that of Windows, stores 1280 per item."""


def check(each: Field, value: str, source: str, *, plain: bool = False) -> None:
    """Check that a value is valid, before it is stored or sent.

    Args:
        each: the field.
        value: its value.
        source: where it comes from.
        plain: whether the user allows plain HTTP where it is possible.

    Raises:
        ConfigError: it is not; the message contains no secret.
    """
    problem: str | None = None
    if each.url:
        problem = _address_problem(value, plain=each.plain and plain)
    elif each.secret and len(value) > MAX_SECRET:
        problem = f"is longer than {MAX_SECRET} characters"
    elif each.secret and each.token and not is_visible_ascii(value):
        problem = "must be printable ASCII without spaces"
    elif any(character < " " or character == "\x7f" for character in value):
        problem = "contains control characters"
    elif any("\ud800" <= character <= "\udfff" for character in value):
        problem = "is not UTF-8 text"
    elif not value and not each.secret:
        problem = "is empty"
    elif each.choices and value not in each.choices:
        problem = f"must be {either(each.choices)}"
    if problem:
        raise ConfigError(f"{each.name} {problem}", hint=[f"it comes from {source}", *_ways_out(each, value)])


def allows_plain(values: Mapping[str, str]) -> bool:
    """Whether an account's fields allow plain HTTP."""
    return values.get(ALLOW_HTTP.name) == ALLOW_HTTP.choices[0]


def _ways_out(each: Field, value: str) -> Iterator[str]:
    """Yield how to use an address of a server of the user's own that has no TLS."""
    if each.plain and _address_problem(value, plain=True) is None:
        yield f"for a server without TLS set {ALLOW_HTTP.name}=yes: the credentials are then sent unencrypted"


def with_defaults(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an account's fields, with the defaults of those that are missing.

    Raises:
        ConfigError: a value cannot be part of an address.
    """
    known = dict(values)
    for each in sorted(provider.settings, key=lambda each: "{" in (each.default or "")):
        if each.name not in known and each.default is not None:
            try:
                found = address.filled(each.default, known)
            except ValueError as error:
                raise ConfigError(str(error)) from None
            if found is not None:
                known[each.name] = found
    return known


def _address_problem(value: str, *, plain: bool) -> str | None:
    try:
        address.check(value, plain=plain)
    except ValueError as error:
        return str(error)
    return None
