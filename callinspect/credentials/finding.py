"""Where an account's fields come from: `--set`, the environment, the OS keyring.

If the environment is complete the keyring is never asked. A stored credential goes only to the address it was stored
for.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from callinspect.credentials import profiles
from callinspect.errors import AuthMissingError, ConfigError, UsageError, nearest
from callinspect.model import EMPTY
from callinspect.provider import Account, Field, Provider, Scheme, Token, address
from callinspect.provider.auth import is_visible_ascii

MAX_SECRET = 1200
"""Characters of a secret; the smallest keyring in use, Windows', holds 1280 in all."""

RENEWED = frozenset({"token", "refresh_token"})
"""What the renewal of a token changes in a keyring item."""

LAST_EXPIRY = 1e11
"""Seconds since the epoch, in the year 5138; a cached token that ends later was not written by us."""


class Credentials(NamedTuple):
    """What is known of an account. Nothing secret is in its repr.

    Attributes:
        account: the fields' values.
        scheme: the first of the provider's schemes that they complete, None when none is.
        sources: field name to where its value comes from, in words.
        stored: the keyring item's content, empty when it was not needed, there is none, or other values override it.
        bound: the address that stored credentials are for, when it is another one and they are left out.
        token: the cached access token.
        secrets: every value that must never be shown.
        keep: stores a new access token where the credentials are stored, None when they are not.
        again: reads stored credentials once more, since another process may have renewed them; None for a keyring that
            holds those of another login by now, whoever's they are.
    """

    account: Account
    scheme: Scheme | None
    sources: Mapping[str, str]
    stored: Mapping[str, Any] = EMPTY
    bound: str | None = None
    token: Token | None = None
    secrets: frozenset[str] = frozenset()
    keep: Callable[[Token], None] | None = None
    again: "Callable[[], Credentials | None] | None" = None

    def __repr__(self) -> str:
        return f"Credentials(scheme={self.scheme}, sources={self.sources})"


def variables(provider: Provider, each: Field) -> tuple[str, ...]:
    """Return the environment variables that can hold a field, the first one found wins."""
    return (f"CALLINSPECT_{provider.name}_{each.name}".upper().replace("-", "_"), *each.env)


def find(provider: Provider, *, profile: str, settings: Mapping[str, str], environ: Mapping[str, str]) -> Credentials:
    """Collect an account's fields: given settings before the environment before the keyring.

    Args:
        provider: whose.
        profile: which keyring item.
        settings: values given on the command line; non-secret fields only.
        environ: the environment.

    Raises:
        UsageError: a setting is none, or is a secret.
        ConfigError: a value cannot be used.
        KeyringError: the keyring was needed and did not work.
    """
    given = _given(provider, settings, environ)
    found = _assembled(provider, given, {})
    if found.scheme is not None:
        return found
    from callinspect.credentials.keychain import Item, NoKeyringError

    item = Item(provider.name, profile, environ)
    try:
        stored = item.read()
    except NoKeyringError:
        return found
    found = _assembled(provider, given, stored, f"keyring ({item.backend()})" if stored else "")
    if not found.stored:
        return found
    known = stored

    def keep(token: Token) -> None:
        nonlocal known
        with profiles.alone(environ):
            now = item.read()
            # Otherwise the token is not of what is stored by now, or older than it.
            if is_same_login(now, known) and now.get("refresh_token") == known.get("refresh_token"):
                known = now | token_fields(token)
                item.write(known)

    def again() -> Credentials | None:
        nonlocal known
        now = item.read()
        if not is_same_login(now, known):
            return None
        known = now
        return _assembled(provider, given, known)

    return found._replace(keep=keep, again=again)


def is_same_login(item: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether a keyring item is still the one that a login has left; renewal changes the tokens in it only.

    A run keeps the account that it began with: what somebody stores meanwhile may be for another address.
    """
    names = (item.keys() | earlier.keys()) - RENEWED
    return all(item.get(name) == earlier.get(name) for name in names)


def addresses(provider: Provider, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that the environment gives: credentials are asked for, and stored, for these."""
    given = _given(provider, {}, environ)
    return {each.name: given[each.name][0] for each in provider.settings if each.url and each.name in given}


def destinations(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return where credentials with these values go: each address by its field, the vendor's own included.

    Raises:
        ConfigError: an address cannot be used.
    """
    found = {}
    for each in provider.settings:
        place = values.get(each.name, each.default) if each.url else None
        if place is not None:
            check(each, place, "what was entered")
            found[each.name] = address.canonical(place)
    return found


def of(provider: Provider, values: Mapping[str, str], keep: Callable[[Token], None]) -> Credentials:
    """Return credentials made of given values alone, secrets included.

    Raises:
        ConfigError: a value cannot be used.
    """
    given = {name: (value, "what was entered") for name, value in values.items()}
    return _assembled(provider, given, {})._replace(keep=keep)


def require(credentials: Credentials, provider: Provider, profile: str) -> Credentials:
    """Return the credentials if they complete one of the provider's schemes.

    Raises:
        AuthMissingError: they complete none; the message names the environment variables and the command to use.
    """
    if credentials.scheme is not None:
        return credentials
    ways = " or ".join(
        " + ".join(variables(provider, each)[0] for each in _missing(provider, scheme, credentials.account))
        for scheme in sorted(provider.schemes, key=lambda scheme: len(_missing(provider, scheme, credentials.account)))
    )
    login = f"callinspect auth login {provider.name}" + (f" --profile {profile}" if profile != "default" else "")
    bound = f"those stored are for {credentials.bound} only; " if credentials.bound else ""
    raise AuthMissingError(
        f"there are no complete credentials for {provider.title}", hint=f"{bound}run “{login}”, or set {ways}"
    )


def _missing(provider: Provider, scheme: Scheme, account: Account) -> list[Field]:
    return [
        each
        for each in provider.settings
        if (each.name in (*provider.required, *scheme.needs) and account.get(each.name) is None)
        or (each.name == "base_url" and not account.base_url)
    ]


def _given(provider: Provider, settings: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return field name to value and source."""
    given: dict[str, tuple[str, str]] = {}
    for each in provider.settings:
        for name in variables(provider, each):
            if name in environ and (environ[name] or each.may_be_empty):
                given[each.name] = environ[name], f"environment ({name})"
                break
    known = {each.name: each for each in provider.settings}
    for name, value in settings.items():
        if name not in known:
            near = nearest(name, known)
            called = (
                f" “{name}”" if near else " of a name given"
            )  # what stands before = can be a token that ends in one
            raise UsageError(
                f"{provider.name} has no setting{called}",
                hint=f"did you mean {near}?" if near else f"its settings are {', '.join(known)}",
            )
        if known[name].secret:
            raise UsageError(f"{name} is a secret, and a secret is never an argument", hint="use the environment")
        given[name] = value, "--set"
    return given


def _assembled(
    provider: Provider, given: Mapping[str, tuple[str, str]], stored: Mapping[str, Any], keyring: str = "keyring"
) -> Credentials:
    """Merge what is given with a keyring item, unless the item was stored for other addresses."""
    values = {each.name: stored[each.name] for each in provider.settings if isinstance(stored.get(each.name), str)}
    bound = _elsewhere(provider, given, values) if stored else None
    if bound is not None:
        values, stored = {}, {}
    sources = dict.fromkeys(values, keyring) | {name: source for name, (_, source) in given.items()}
    values |= {name: value for name, (value, _) in given.items()}
    for each in provider.settings:
        if each.name in values:
            check(each, values[each.name], sources[each.name])
            values[each.name] = address.canonical(values[each.name]) if each.url else values[each.name]
    base_url = values.get("base_url") or (address.canonical(provider.base_url) if provider.base_url else "")
    account = Account(base_url=base_url, values=values)
    scheme = next((scheme for scheme in provider.schemes if not _missing(provider, scheme, account)), None)
    if scheme is not None and any(values[name] != stored.get(name) for name in scheme.needs):
        stored = {}  # its token was got with other credentials than these
    token = _stored_token(stored)
    secrets = {values[each.name] for each in provider.settings if each.secret and values.get(each.name)}
    return Credentials(
        account=account,
        scheme=scheme,
        sources=sources,
        stored=stored,
        bound=bound,
        token=token,
        secrets=frozenset(secrets | ({token.access_token} if token else set())),
    )


def _elsewhere(provider: Provider, given: Mapping[str, tuple[str, str]], stored: Mapping[str, str]) -> str | None:
    """Return an address that stored credentials are for, if what is given leads elsewhere.

    What is stored goes to the addresses that it was stored for. A secret that is given goes to an address that is given
    as well, or to the vendor's own, and never to a stored one.
    """
    has_secret = any(each.secret and given.get(each.name, ("", ""))[0] for each in provider.settings) or any(
        all(name in given for name in scheme.needs) for scheme in provider.schemes
    )  # of which one may be empty
    for each in reversed(provider.settings):  # the base URL first: it says most
        kept = stored.get(each.name, each.default or "")
        meant = given[each.name][0] if each.name in given else each.default or "" if has_secret else kept
        if each.url and _form(meant) != _form(kept):
            return _form(kept) or ("another address" if each.name in stored else f"the vendor's own {each.name}")
    return None


def _form(value: str) -> str:
    """Return an address in the form in which it is compared, nothing for one that cannot be used."""
    try:
        return address.check(value)
    except ValueError:
        return ""


def token_fields(token: Token) -> dict[str, Any]:
    """Return what a keyring item holds of an access token, and the refresh token that is valid from now on."""
    kept = ("access_token", "expires_at", "renew_at")
    cached: dict[str, Any] = {"token": {name: getattr(token, name) for name in kept}}
    return cached if token.refresh_token is None else {**cached, "refresh_token": token.refresh_token}


def _stored_token(stored: Mapping[str, Any]) -> Token | None:
    token = stored.get("token")
    if not isinstance(token, dict) or not isinstance(token.get("access_token"), str):
        return None
    expires, renewed = _moment(token.get("expires_at")), _moment(token.get("renew_at"))
    if expires is None or not is_visible_ascii(token["access_token"]):
        return None
    return Token(token["access_token"], expires, stored.get("refresh_token"), renewed)


def _moment(value: Any) -> float | None:
    """Return a moment in seconds since the epoch, None where it cannot be one."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= LAST_EXPIRY else None


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
