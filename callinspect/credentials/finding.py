"""Finds an account's fields: in `--set`, the environment, and the OS keyring.

The keyring is not read if the environment is complete. Stored credentials are sent only to the address that they were
stored for.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect.credentials import environment, files, profiles
from callinspect.credentials.content import is_same_login, stored_token, token_fields
from callinspect.credentials.values import ENTERED, allows_plain, canonical, check, deciding, not_secret, with_defaults
from callinspect.model import EMPTY
from callinspect.provider import ALLOW_HTTP, Account, Field, Provider, Scheme, Token, address

if TYPE_CHECKING:
    from callinspect.credentials.keychain import Item

SETTING = "--set"
"""The source of what an option gives."""

Given = Mapping[str, tuple[str, str]]
"""Field name to its value, and a description of its source."""


class Credentials(NamedTuple):
    """An account's credentials, complete or not. The repr contains no secrets.

    Attributes:
        account: the fields' values.
        scheme: the first of the provider's schemes whose fields are complete, None if none is.
        sources: field name to a description of its source.
        paths: field name to its path, for those that are files and are not given as text.
        profile: the profile of a keyring item.
        stored: the keyring item's content, empty if it was not needed, does not exist, or other values override it.
        bound: the address of stored credentials that are not used because they are for another address.
        token: the stored access token.
        secrets: every value that must never be shown.
        login: where new tokens are saved, None if the credentials are not stored.
    """

    account: Account
    scheme: Scheme | None
    sources: Mapping[str, str]
    paths: Mapping[str, str] = EMPTY
    profile: str = profiles.DEFAULT
    stored: Mapping[str, Any] = EMPTY
    bound: str | None = None
    token: Token | None = None
    secrets: frozenset[str] = frozenset()
    login: "StoredLogin | EnteredLogin | None" = None

    def __repr__(self) -> str:
        return f"Credentials(scheme={self.scheme}, sources={self.sources})"

    def origin(self, name: str) -> str:
        """Return where a field's value comes from, as a hint."""
        source = self.sources.get(name, ENTERED)
        return f"it is in {self.paths[name]}, from {source}" if name in self.paths else f"it comes from {source}"


class StoredLogin:
    """The login in a keyring item, whose tokens other processes may renew as well.

    Args:
        provider: the provider.
        given: the fields that override stored ones.
        item: the keyring item.
        stored: the item's content.
    """

    is_shared = True

    def __init__(self, provider: Provider, given: Given, item: "Item", stored: Mapping[str, Any]) -> None:
        self._provider = provider
        self._given = given
        self._item = item
        self._last = stored

    def save(self, token: Token) -> None:
        """Store a new token, unless another login or a newer refresh token has been stored meanwhile.

        Raises:
            KeyringError: the keyring failed.
        """
        with profiles.exclusive(self._item.environ):
            now = self._item.read()
            if is_same_login(now, self._last) and now.get("refresh_token") == self._last.get("refresh_token"):
                self._last = now | token_fields(token)
                self._item.write(self._last)

    def reload(self) -> Credentials | None:
        """Return the credentials stored now, None if they are of another login.

        Raises:
            KeyringError: the keyring failed.
        """
        now = self._item.read()
        if not is_same_login(now, self._last):
            return None
        self._last = now
        return _assembled(self._provider, self._given, now)


class EnteredLogin:
    """A login that is not stored yet, so no other process has it.

    Args:
        store: stores a new token.
    """

    is_shared = False

    def __init__(self, store: Callable[[Token], None]) -> None:
        self._store = store

    def save(self, token: Token) -> None:
        """Store a new token.

        Raises:
            KeyringError: the keyring failed.
        """
        self._store(token)

    def reload(self) -> None:
        """Return None: nothing is stored yet."""


def find(provider: Provider, *, profile: str, settings: Mapping[str, str], environ: Mapping[str, str]) -> Credentials:
    """Find an account's fields: settings override the environment, which overrides the keyring.

    Args:
        provider: the provider.
        profile: the profile, which names the keyring item.
        settings: values of --set; non-secret fields only.
        environ: the environment.

    Raises:
        UsageError: a setting does not exist, or is a secret.
        ConfigError: a value is invalid.
        KeyringError: the keyring was needed and failed.
    """
    given = _from_environment(provider.settings, provider, environ)
    typed = not_secret(provider, settings, instead="use the environment")
    given |= {name: (value, SETTING) for name, value in typed.items()}
    found = _assembled(provider, given, {})._replace(profile=profile)
    if found.scheme is not None:
        return found
    from callinspect.credentials.keychain import Item, NoKeyringError

    item = Item(provider.name, profile, environ)
    try:
        stored = item.read()
    except NoKeyringError:
        return found
    found = _assembled(provider, given, stored, f"keyring ({item.backend()})" if stored else "")
    found = found._replace(profile=profile)
    if not found.stored:
        return found
    return found._replace(login=StoredLogin(provider, given, item, stored))


def from_environment(provider: Provider, environ: Mapping[str, str]) -> Credentials:
    """Return what the environment alone has of an account's fields.

    Raises:
        ConfigError: a value is invalid.
    """
    return _assembled(provider, _from_environment(provider.settings, provider, environ), {})


def addresses(provider: Provider, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the environment says of where credentials are sent: `auth login` prompts for the others only."""
    places = [each for each in provider.settings if each in deciding(provider) or each == ALLOW_HTTP]
    return {name: value for name, (value, _) in _from_environment(places, provider, environ).items()}


def destinations(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that credentials with these values are sent to, by field, defaults included.

    Raises:
        ConfigError: an address is invalid.
    """
    found = {}
    known = with_defaults(provider, values)
    for each in provider.settings:
        place = known.get(each.name) if each.url else None
        if place is not None:
            check(each, place, ENTERED, plain=allows_plain(values))
            found[each.name] = canonical(each, place)
    return found


def sent_to(provider: Provider, scheme: Scheme, values: Mapping[str, str]) -> list[str]:
    """Return the addresses that a scheme sends credentials with these values to: the base URL, and that of its tokens.

    Raises:
        ConfigError: an address is invalid.
    """
    found = destinations(provider, values)
    account = Account(base_url=found["base_url"], values=dict.fromkeys(scheme.needs, "") | found)
    request = scheme.token_request(account, None)
    if request is None or request.url.startswith(f"{account.base_url}/"):
        return [account.base_url]
    return [account.base_url, request.url]


def from_values(provider: Provider, values: Mapping[str, str], store: Callable[[Token], None]) -> Credentials:
    """Return credentials with only these values, secrets included; *store* stores new tokens.

    Raises:
        ConfigError: a value is invalid.
    """
    given = {name: (value, ENTERED) for name, value in values.items()}
    return _assembled(provider, given, {})._replace(login=EnteredLogin(store))


def secrets_in(provider: Provider, values: Mapping[str, str]) -> set[str]:
    """Return what must never be shown of fields' values."""
    known = [each for each in provider.settings if each.is_credential and values.get(each.name)]
    return {part for each in known for part in files.hidden(each, values[each.name])}


def login_command(provider: str, profile: str) -> str:
    """Return the command that stores a provider's credentials."""
    return f"callinspect auth login {provider}" + (f" --profile {profile}" if profile != profiles.DEFAULT else "")


def lacking(provider: Provider, account: Account) -> list[list[Field]]:
    """Return the fields that each way to authenticate lacks, the one that lacks least first."""
    return sorted((_missing(provider, scheme, account) for scheme in provider.ways), key=len)


def _missing(provider: Provider, scheme: Scheme, account: Account) -> list[Field]:
    return [
        each
        for each in provider.settings
        if (each.name in (*provider.required, *scheme.needs) and account.get(each.name) is None)
        or (each.name == "base_url" and not account.base_url)
    ]


def _from_environment(
    fields: Iterable[Field], provider: Provider, environ: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    found = {each.name: environment.given(provider, each, environ) for each in fields}
    return {name: value for name, value in found.items() if value is not None}


def _assembled(provider: Provider, given: Given, stored: Mapping[str, Any], keyring: str = "keyring") -> Credentials:
    """Merge given fields with a keyring item, unless the item was stored for other addresses."""
    values = {each.name: stored[each.name] for each in provider.settings if isinstance(stored.get(each.name), str)}
    bound = _other_address(provider, given, values) if stored else None
    if bound is not None:
        values, stored = {}, {}
    sources = dict.fromkeys(values, keyring) | {name: source for name, (_, source) in given.items()}
    values |= {name: value for name, (value, _) in given.items()}
    for each in provider.settings:
        if each.name in values:
            check(each, values[each.name], sources[each.name], plain=allows_plain(values))
            values[each.name] = canonical(each, values[each.name])
    known = with_defaults(provider, values)
    base_url = address.canonical(known["base_url"]) if known.get("base_url") else ""
    derived = {each.name for each in provider.settings if not each.url or each.follows or "{" in (each.default or "")}
    derived -= {"base_url"}
    values |= {name: known[name] for name in derived & known.keys()}
    account = Account(base_url=base_url, values=values)
    scheme = next((scheme for scheme in provider.schemes if not _missing(provider, scheme, account)), None)
    if scheme is not None and any(values[name] != stored.get(name) for name in scheme.needs):
        stored = {}  # its token was issued for other credentials
    token = stored_token(stored)
    given_files = [each for each in provider.settings if each.file and each.name in values]
    paths = {each.name: values[each.name] for each in given_files if files.is_path(values[each.name])}
    for each in given_files:
        if scheme is not None and each.name in scheme.needs:
            values[each.name] = files.text(each, values[each.name], sources[each.name])
    secrets = secrets_in(provider, values)
    return Credentials(
        account=account,
        scheme=scheme,
        sources=sources,
        paths=paths,
        stored=stored,
        bound=bound,
        token=token,
        secrets=frozenset(secrets | ({token.access_token} if token else set())),
    )


def _other_address(provider: Provider, given: Given, stored: Mapping[str, str]) -> str | None:
    """Return the address that stored credentials are for, if given fields would send them elsewhere.

    Stored credentials are sent only to the addresses that they were stored for. Given secrets are sent only to a given
    address or the vendor's own, never to a stored one.
    """
    has_secret = any(each.is_credential and given.get(each.name, ("", ""))[0] for each in provider.settings) or any(
        all(name in given for name in scheme.needs) for scheme in provider.schemes
    )  # a scheme's only secret may be empty
    values = {name: value for name, (value, _) in given.items()}
    bound_to = with_defaults(provider, stored)
    effective = with_defaults(provider, values if has_secret else {**stored, **values})
    for each in reversed(provider.settings):  # the base URL first: it is the most telling
        here, there = _compared(each, effective), _compared(each, bound_to)
        if each.url and here != there:
            return there or ("another address" if each.name in stored else f"the vendor's own {each.name}")
    return None


def _compared(each: Field, values: Mapping[str, str]) -> str:
    """Return a field in its canonical form, to compare it; empty if it is missing, or an invalid address."""
    try:
        return canonical(each, values.get(each.name, ""))
    except ValueError:
        return ""
