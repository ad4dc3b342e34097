"""Checks the values of account fields, and fills in defaults."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from callinspect.credentials import files
from callinspect.errors import ConfigError, UnusableFieldError, UsageError, either, nearest, suggestion
from callinspect.provider import ALLOW_HTTP, BASE_URL, Field, Provider, address
from callinspect.provider.auth import is_visible_ascii

MAX_SECRET = 1200
"""Characters of a secret; the smallest keyring, that of Windows, stores 1280 per item."""

ENTERED = "your input"
"""The source of what was entered at a prompt or on standard input."""


_NAME = re.compile("[A-Za-z0-9-]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/.*)?", re.ASCII)
"""A host of more than one name, with or without port and path."""


def known_fields(provider: Provider, names: Iterable[str]) -> dict[str, Field]:
    """Return the fields of these names.

    An unknown name is repeated in the message only if it resembles a field's: the text before an equals sign may be a
    secret, since a token can end in one.

    Raises:
        UsageError: there is no field of a name.
    """
    fields = {each.name: each for each in provider.settings}
    for name in names:
        if name not in fields:
            called = f"field “{name}”" if nearest(name, fields) else "such field"
            hint = suggestion(name, fields, f"its fields are {', '.join(fields)}")
            raise UsageError(f"{provider.name} has no {called}", hint=hint)
    return {name: fields[name] for name in names}


def not_secret(provider: Provider, values: Mapping[str, str], *, instead: str) -> Mapping[str, str]:
    """Return values given on the command line, after a check that none is secret.

    Args:
        provider: the provider.
        values: field name to its value.
        instead: how to give a secret.

    Raises:
        UsageError: one is a secret, or a field does not exist.
    """
    for name, each in known_fields(provider, values).items():
        if each.secret or (each.file and not files.is_path(values[name])):
            raise UsageError(f"{name} is a secret, and secrets are never accepted as arguments", hint=instead)
    return values


def check(each: Field, value: str, source: str, *, plain: bool = False) -> None:
    """Check that a value is valid, before it is stored or sent.

    Args:
        each: the field.
        value: its value.
        source: where it comes from.
        plain: whether the user allows plain HTTP where it is possible.

    Raises:
        UnusableFieldError: it is not; the message contains no secret.
    """
    if each.url:
        problem = _address_problem(whole(each, value), plain=each.plain and plain)
    else:
        problem = _text_problem(each, value) or _meaning_problem(each, value)
    if problem:
        hints = [f"it comes from {source}", *_ways_out(each, value)]
        raise UnusableFieldError(f"{each.name} {problem}", field=each.name, hint=hints)


def _text_problem(each: Field, value: str) -> str | None:
    """Return why a text can be no value of a field, None if it can."""
    is_text = each.file and files.is_text(value)
    if each.is_credential and len(value) > (limit := files.MAX_TEXT if each.file else MAX_SECRET):
        return f"is longer than {limit} characters"
    if each.secret and each.token and not is_visible_ascii(value):
        return "must be printable ASCII without spaces"
    if not is_text and any(character < " " or character == "\x7f" for character in value):
        return "contains control characters"
    if any("\ud800" <= character <= "\udfff" for character in value):
        return "is not UTF-8 text"
    return "is empty" if not value and not each.secret else None


def _meaning_problem(each: Field, value: str) -> str | None:
    """Return why a text is not what a field stands for, None if it is."""
    if each.file:
        return files.problem(value)
    if each.choices and named(each, value) not in each.choices:
        said = f"“{value}” " * (_near(each, value) is not None)  # anything else may be a secret in the wrong place
        return f"{said}is not known" if each.aliases else f"must be {either(each.choices)}"
    return f"must be {each.form.description}" if each.form and not each.form.matches(value) else None


def whole(each: Field, value: str) -> str:
    """Return the address that a value stands for: that of a customer's host, if it is a name or host and may be."""
    if each.host is None:
        return value
    host = each.host.format(value) if _NAME.fullmatch(value) else value
    return f"https://{host}" if _HOST.fullmatch(host) else value


def named(each: Field, value: str) -> str:
    """Return the choice that a value stands for; else the value.

    Where choices have aliases, either may be in capitals, and the address of a choice's host stands for the choice.
    """
    if not each.aliases or value in each.choices:
        return value
    plain = value.strip().lower()
    if each.hosts:
        host = plain.partition("://")[2].partition("/")[0] or plain.partition("/")[0]
        plain = next((host.removeprefix(f"{name}.") for name in each.hosts if host.startswith(f"{name}.")), host)
    return each.aliases.get(plain, {choice.lower(): choice for choice in each.choices}.get(plain, value))


def canonical(each: Field, value: str) -> str:
    """Return the canonical form of a value.

    Of an alias that is its choice, of an address that without paths below it, of a file the absolute path.

    Raises:
        ValueError: it is to be an address and is none.
    """
    if not each.url:
        return files.absolute(value) if each.file else named(each, value)
    form = address.canonical(whole(each, value))
    return re.sub(f"(?:{each.below})$", "", form) if each.below else form


def allows_plain(values: Mapping[str, str]) -> bool:
    """Whether an account's fields allow plain HTTP."""
    return values.get(ALLOW_HTTP.name) == ALLOW_HTTP.choices[0]


def _ways_out(each: Field, value: str) -> Iterator[str]:
    """Yield what to use in a value's place, or how to use an address of the user's own that has no TLS."""
    if each.aliases:
        near = _near(each, value)
        yield f"did you mean {near}?" if near else f"valid values: {', '.join(_names(each))}"
        yield "for any other, set base_url"
    if each.plain and _address_problem(value, plain=True) is None:
        yield f"for a server without TLS set {ALLOW_HTTP.name}=yes: the credentials are then sent unencrypted"


def _names(each: Field) -> list[str]:
    """Return one name for each choice: its first alias, if it has any."""
    names = {choice: name for name, choice in [*each.aliases.items()][::-1]}
    return [names.get(choice, choice) for choice in each.choices]


def _near(each: Field, value: str) -> str | None:
    """Return the name that a value resembles, None if it resembles none."""
    return nearest(value.strip().lower().replace("_", "-"), (*_names(each), *each.choices)) if each.aliases else None


def with_defaults(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of an account's fields, with the defaults of those that are missing.

    Raises:
        ConfigError: a value cannot be part of an address.
    """
    known = dict(values)
    for each in sorted(provider.settings, key=_order):
        if each.name in known:
            known[each.name] = named(each, known[each.name])
        elif each.follows and known.get(BASE_URL.name):
            with suppress(ValueError):  # its own check will say what is wrong with the base URL
                known[each.name] = each.follows(address.canonical(known[BASE_URL.name]))
        elif each.default is not None:
            try:
                found = address.filled(each.default, known)
            except ValueError as error:
                raise ConfigError(str(error)) from None
            if found is not None:
                known[each.name] = named(each, found)
    return known


def deciding(provider: Provider) -> list[Field]:
    """Return the fields that decide where credentials are sent: addresses, and what stands in them."""
    within = {name for each in provider.settings for name in address.field_names(each.default or "")}
    return [each for each in provider.settings if each.url or each.name in within]


def _order(each: Field) -> int:
    """Return a number for a field that is greater than those of the fields that it follows from."""
    return 2 if each.follows else int("{" in (each.default or ""))


def _address_problem(value: str, *, plain: bool) -> str | None:
    try:
        address.check(value, plain=plain)
    except ValueError as error:
        return str(error)
    return None
