"""Whether the value of an account's field can be used."""

from callinspect.errors import ConfigError
from callinspect.provider import Field, address
from callinspect.provider.auth import is_visible_ascii

MAX_SECRET = 1200
"""Characters of a secret; the smallest keyring in use, Windows', holds 1280 in all."""


def check(each: Field, value: str, source: str) -> None:
    """Refuse a value that cannot be used, before it is stored or sent. The value of a secret is not in the message.

    Raises:
        ConfigError: what is wrong with it.
    """
    problem: str | None = None
    if each.url:
        problem = _address_problem(value)
    elif each.secret and len(value) > MAX_SECRET:
        problem = f"is longer than {MAX_SECRET} characters"
    elif each.secret and each.token and not is_visible_ascii(value):
        problem = "must be visible ASCII characters without spaces"
    elif any(character < " " or character == "\x7f" for character in value):
        problem = "has control characters in it"
    elif any("\ud800" <= character <= "\udfff" for character in value):
        problem = "is not text in UTF-8"
    elif not value and not each.secret:
        problem = "is empty"
    if problem:
        raise ConfigError(f"{each.name} {problem}", hint=f"it comes from {source}")


def _address_problem(value: str) -> str | None:
    try:
        address.check(value)
    except ValueError as error:
        return str(error)
    return None
