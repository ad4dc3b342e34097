"""Where an account's fields come from: `--set`, the environment, the OS keyring.

If the environment is complete the keyring is never asked. A stored credential goes only to the address it was stored
for.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect.credentials import profiles
from callinspect.credentials.content import is_same_login, stored_token, token_fields
from callinspect.credentials.values import check, completed
from callinspect.errors import AuthMissingError, UsageError, nearest
from callinspect.model import EMPTY
from callinspect.provider import Account, Field, Provider, Scheme, Token, address

if TYPE_CHECKING:
    from callinspect.credentials.keychain import Item

Given = Mapping[str, tuple[str, str]]
"""Field name to its value, and where that comes from, in words."""


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
        login: where new tokens are saved, None when the credentials are not stored.
    """

    account: Account
    scheme: Scheme | None
    sources: Mapping[str, str]
    stored: Mapping[str, Any] = EMPTY
    bound: str | None = None
    token: Token | None = None
    secrets: frozenset[str] = frozenset()
    login: "StoredLogin | EnteredLogin | None" = None

    def __repr__(self) -> str:
        return f"Credentials(scheme={self.scheme}, sources={self.sources})"


class StoredLogin:
    """The login in a keyring item, whose tokens other processes may renew as well.

    Args:
        provider: whose.
        given: what comes before anything stored.
        item: the keyring item.
        stored: what it held.
    """

    is_shared = True

    def __init__(self, provider: Provider, given: Given, item: "Item", stored: Mapping[str, Any]) -> None:
        self._provider = provider
        self._given = given
        self._item = item
        self._known = stored

    def save(self, token: Token) -> None:
        """Store a new token, unless it is not of what is stored by now, or older than it.

        Raises:
            KeyringError: the keyring did not work.
        """
        with profiles.exclusive(self._item.environ):
            now = self._item.read()
            if is_same_login(now, self._known) and now.get("refresh_token") == self._known.get("refresh_token"):
                self._known = now | token_fields(token)
                self._item.write(self._known)

    def reload(self) -> Credentials | None:
        """Return what is stored by now, None when that is another login, whoever's it is.

        Raises:
            KeyringError: the keyring did not work.
        """
        now = self._item.read()
        if not is_same_login(now, self._known):
            return None
        self._known = now
        return _assembled(self._provider, self._given, now)


class EnteredLogin:
    """A login that somebody is about to store: nobody else can have it.

    Args:
        keep: takes a new token.
    """

    is_shared = False

    def __init__(self, keep: Callable[[Token], None]) -> None:
        self._keep = keep

    def save(self, token: Token) -> None:
        """Have a new token kept.

        Raises:
            KeyringError: the keyring did not work.
        """
        self._keep(token)

    def reload(self) -> None:
        """Find nothing: there is nothing stored yet."""


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
    return found._replace(login=StoredLogin(provider, given, item, stored))


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
    known = completed(provider, values)
    for each in provider.settings:
        place = known.get(each.name) if each.url else None
        if place is not None:
            check(each, place, "your input")
            found[each.name] = address.canonical(place)
    return found


def of(provider: Provider, values: Mapping[str, str], keep: Callable[[Token], None]) -> Credentials:
    """Return credentials made of given values alone, secrets included.

    Raises:
        ConfigError: a value cannot be used.
    """
    given = {name: (value, "your input") for name, value in values.items()}
    return _assembled(provider, given, {})._replace(login=EnteredLogin(keep))


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
    bound = f"the stored ones are for {credentials.bound} only; " if credentials.bound else ""
    raise AuthMissingError(
        f"the credentials for {provider.title} are missing or incomplete", hint=f"{bound}run “{login}”, or set {ways}"
    )


def _missing(provider: Provider, scheme: Scheme, account: Account) -> list[Field]:
    return [
        each
        for each in provider.settings
        if (each.name in (*provider.required, *scheme.needs) and account.get(each.name) is None)
        or (each.name == "base_url" and not account.base_url)
    ]


def _given(provider: Provider, settings: Mapping[str, str], environ: Mapping[str, str]) -> Given:
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
            # What stands before = can be a token that ends in one: it is repeated only if it is nearly a name.
            raise UsageError(
                f"{provider.name} has no setting “{name}”" if near else f"{provider.name} has no such setting",
                hint=f"did you mean {near}?" if near else f"its settings are {', '.join(known)}",
            )
        if known[name].secret:
            raise UsageError(
                f"{name} is a secret, and secrets are never accepted as arguments", hint="use the environment"
            )
        given[name] = value, "--set"
    return given


def _assembled(provider: Provider, given: Given, stored: Mapping[str, Any], keyring: str = "keyring") -> Credentials:
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
    known = completed(provider, values)
    base_url = address.canonical(known["base_url"]) if known.get("base_url") else ""
    following = {each.name for each in provider.settings if not each.url or "{" in (each.default or "")} - {"base_url"}
    values |= {name: known[name] for name in following & known.keys()}
    account = Account(base_url=base_url, values=values)
    scheme = next((scheme for scheme in provider.schemes if not _missing(provider, scheme, account)), None)
    if scheme is not None and any(values[name] != stored.get(name) for name in scheme.needs):
        stored = {}  # its token was got with other credentials than these
    token = stored_token(stored)
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


def _elsewhere(provider: Provider, given: Given, stored: Mapping[str, str]) -> str | None:
    """Return an address that stored credentials are for, if what is given leads elsewhere.

    What is stored goes to the addresses that it was stored for. A secret that is given goes to an address that is given
    as well, or to the vendor's own, and never to a stored one.
    """
    has_secret = any(each.secret and given.get(each.name, ("", ""))[0] for each in provider.settings) or any(
        all(name in given for name in scheme.needs) for scheme in provider.schemes
    )  # of which one may be empty
    values = {name: value for name, (value, _) in given.items()}
    kept = completed(provider, stored)
    meant = completed(provider, values if has_secret else {**stored, **values})
    for each in reversed(provider.settings):  # the base URL first: it says most
        here, there = _form(meant.get(each.name, "")), _form(kept.get(each.name, ""))
        if each.url and here != there:
            return there or ("another address" if each.name in stored else f"the vendor's own {each.name}")
    return None


def _form(value: str) -> str:
    """Return an address in the form in which it is compared, nothing for one that cannot be used."""
    try:
        return address.check(value, plain=True)
    except ValueError:
        return ""
