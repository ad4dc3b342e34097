"""Where an account's fields come from: `--set`, the environment, the OS keyring. The only module that imports keyring.

If the environment is complete the keyring is never imported. Every call into a keyring has a deadline and may fail in
any way a backend can think of; a stored credential goes only to the address it was stored for.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, TypeVar
from urllib.parse import urlsplit

from callinspect.auth import is_visible_ascii
from callinspect.deadline import within
from callinspect.errors import AuthMissingError, ConfigError, KeyringError, UsageError
from callinspect.provider import Account, Field, Provider, Scheme, Token, is_loopback

T = TypeVar("T")

SERVICE = "callinspect"
MAX_SECRET = 1200
"""Characters of a secret; the smallest keyring in use, Windows', holds 1280 in all."""

READ_SECONDS = 5.0
WRITE_SECONDS = 60.0
"""Time for a keyring to answer; writing may have to wait for its owner to unlock it."""

LAST_EXPIRY = 1e11
"""Seconds since the epoch, in the year 5138; a cached token that ends later was not written by us."""

_silent = threading.Event()
"""Set once the keyring has not answered: in one run it is not waited for a second time."""

NO_KEYRING = (
    "set the credentials in the environment instead (callinspect help environment), "
    "or install keyring-pass, or run a Secret Service under dbus-run-session"
)


class NoKeyringError(KeyringError):
    """There is no keyring that could be used: nothing can be stored, and nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What is known of an account.

    Attributes:
        account: the fields' values.
        scheme: the first of the provider's schemes that they complete, None when none is.
        sources: field name to where its value comes from, in words.
        stored: the keyring item's content, empty when it was not needed, there is none, or other values override it.
        bound: the address that stored credentials are for, when it is another one and they are left out.
        token: the cached access token.
        secrets: every value that must never be shown.
        keep: stores a new access token where the credentials are stored, None when they are not.
    """

    account: Account
    scheme: Scheme | None
    sources: Mapping[str, str]
    stored: Mapping[str, Any] = field(default_factory=dict, repr=False)
    bound: str | None = None
    token: Token | None = None
    secrets: frozenset[str] = field(default=frozenset(), repr=False)
    keep: Callable[[Token], None] | None = field(default=None, repr=False)


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
    try:
        stored = read_item(provider, profile, environ)
    except NoKeyringError:
        return found
    found = _assembled(provider, given, stored, f"keyring ({_backend_name(environ)})" if stored else "")
    if not found.stored:
        return found
    return replace(found, keep=lambda token: _save_token(provider, profile, token, environ))


def addresses(provider: Provider, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that the environment gives: credentials are asked for, and stored, for these."""
    given = _given(provider, {}, environ)
    return {each.name: given[each.name][0] for each in provider.settings if each.url and each.name in given}


def of(provider: Provider, values: Mapping[str, str], keep: Callable[[Token], None]) -> Credentials:
    """Return credentials made of given values alone, secrets included.

    Raises:
        ConfigError: a value cannot be used.
    """
    given = {name: (value, "what was entered") for name, value in values.items()}
    return replace(_assembled(provider, given, {}), keep=keep)


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
            if name in environ and (environ[name] or each.name == "password"):
                given[each.name] = environ[name], f"environment ({name})"
                break
    known = {each.name: each for each in provider.settings}
    for name, value in settings.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise UsageError(
                f"{provider.name} has no setting “{name}”", hint=f"did you mean {near[0]}?" if near else None
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
    bound: str | None = None
    for each in provider.settings:
        meant = given.get(each.name, ("", ""))[0].rstrip("/")
        default = (provider.base_url or "") if each.name == "base_url" else ""
        if stored and each.url and meant and meant != values.get(each.name, default).rstrip("/"):
            bound = values.get(each.name, default) or f"the vendor's own {each.name}"
            values, stored = {}, {}
    sources = dict.fromkeys(values, keyring) | {name: source for name, (_, source) in given.items()}
    values |= {name: value for name, (value, _) in given.items()}
    for each in provider.settings:
        if each.name in values:
            check(each, values[each.name], sources[each.name])
    account = Account(base_url=values.get("base_url", provider.base_url or "").rstrip("/"), values=values)
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


def _stored_token(stored: Mapping[str, Any]) -> Token | None:
    token = stored.get("token")
    if not isinstance(token, dict) or not isinstance(token.get("access_token"), str):
        return None
    expires = token.get("expires_at")
    if not is_visible_ascii(token["access_token"]) or not isinstance(expires, int | float):
        return None
    if not 0 <= expires <= LAST_EXPIRY:
        return None
    return Token(token["access_token"], float(expires), stored.get("refresh_token"))


def check(each: Field, value: str, source: str) -> None:
    """Refuse a value that cannot be used, before it is stored or sent. The value of a secret is not in the message.

    Raises:
        ConfigError: what is wrong with it.
    """
    problem: str | None = None
    if each.url:
        problem = _url_problem(value)
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


def _url_problem(value: str) -> str | None:
    try:
        address = urlsplit(value)
        host, userinfo, _ = address.hostname, address.username, address.port
    except ValueError:
        return "is not an address"
    if userinfo is not None or "@" in address.netloc:
        return "must not have a user name in it"
    if not host or any(character <= " " or character in "?#\\\x7f" for character in value):
        return "is not an address of the form https://host/path"
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(host)):
        return "must begin with https:// (http:// is for loopback only)"
    return None


def read_item(provider: Provider, profile: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the content of a keyring item, empty when there is none.

    Raises:
        KeyringError: the keyring cannot be asked, or what it holds was not written by us.
    """
    value = _ask(environ, READ_SECONDS, lambda: _keyring().get_password(SERVICE, _item_name(provider, profile)))
    if value is None:
        return {}
    try:
        item = json.loads(value)
    except (TypeError, ValueError, RecursionError):
        item = None
    if not isinstance(item, dict):
        raise KeyringError(
            f"the keyring item {SERVICE}, {_item_name(provider, profile)} does not hold what was stored",
            hint=f"store it anew: callinspect auth login {provider.name}",
        )
    return item


def write_item(provider: Provider, profile: str, item: Mapping[str, Any], environ: Mapping[str, str]) -> None:
    """Write a keyring item and read it back.

    Raises:
        KeyringError: it could not be written, or is not there afterwards.
    """
    name, value = _item_name(provider, profile), json.dumps(item)

    def write() -> str | None:
        keyring = _keyring()
        keyring.set_password(SERVICE, name, value)
        back: str | None = keyring.get_password(SERVICE, name)
        return back

    if _ask(environ, WRITE_SECONDS, write) != value:
        raise KeyringError("the keyring took the credentials and does not have them", hint=NO_KEYRING)


def delete_item(provider: Provider, profile: str, environ: Mapping[str, str]) -> bool:
    """Delete a keyring item; return whether there was one.

    Raises:
        KeyringError: the keyring cannot be asked.
    """
    name = _item_name(provider, profile)

    def delete() -> bool:
        keyring = _keyring()
        if keyring.get_password(SERVICE, name) is None:
            return False
        keyring.delete_password(SERVICE, name)
        return True

    return _ask(environ, WRITE_SECONDS, delete)


def _save_token(provider: Provider, profile: str, token: Token, environ: Mapping[str, str]) -> None:
    """Cache an access token in its keyring item, and the refresh token that is valid from now on.

    Raises:
        KeyringError: it could not be written.
    """
    item = read_item(provider, profile, environ)
    item["token"] = {"access_token": token.access_token, "expires_at": token.expires_at}
    if token.refresh_token is not None:
        item["refresh_token"] = token.refresh_token
    write_item(provider, profile, item, environ)


def keyring_for(provider: Provider, profile: str, environ: Mapping[str, str]) -> str:
    """Return the keyring backend's own name for itself, after it has shown that it answers.

    To be called before anything is spent that only a keyring can save, such as a refresh token.

    Raises:
        KeyringError: there is none that can be used.
    """

    def answer() -> str:
        keyring = _keyring()
        keyring.get_password(SERVICE, _item_name(provider, profile))
        return str(keyring.name)

    return _ask(environ, WRITE_SECONDS, answer)


def _backend_name(environ: Mapping[str, str]) -> str:
    return str(_ask(environ, READ_SECONDS, lambda: _keyring().name))


def _item_name(provider: Provider, profile: str) -> str:
    return f"{provider.name}/{profile}"


def _ask(environ: Mapping[str, str], seconds: float, call: Callable[[], T]) -> T:
    """Return what a call into the keyring returns, in bounded time and with one kind of error."""
    given = environ.get("CALLINSPECT_KEYRING_TIMEOUT", "")
    try:
        seconds = float(given) if given else seconds
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise ConfigError("CALLINSPECT_KEYRING_TIMEOUT is not a number of seconds")
    try:
        return _answer(seconds, call)
    except (KeyringError, KeyboardInterrupt):
        raise
    except TimeoutError:
        raise KeyringError(
            "the keyring does not answer", hint=f"unlock it or restart its daemon, or {NO_KEYRING}"
        ) from None
    except BaseException as error:  # noqa: BLE001 - backends raise what they like, Rust's panics among it
        kind = type(error).__name__
        if kind == "NoKeyringError":
            raise NoKeyringError("there is no keyring on this machine", hint=NO_KEYRING) from None
        if kind == "KeyringLocked":
            raise KeyringError("the keyring is locked", hint=f"unlock it, or {NO_KEYRING}") from None
        raise KeyringError(f"the keyring cannot be used ({kind})", hint=NO_KEYRING) from None


def _answer(seconds: float, call: Callable[[], T]) -> T:
    if _silent.is_set():
        raise TimeoutError
    try:
        return within(seconds, call)
    except TimeoutError:
        _silent.set()
        raise


def _keyring() -> Any:
    """Return the keyring backend to use.

    Raises:
        KeyringError: it keeps nothing, or keeps secrets readable in a file and nobody named it.
    """
    import keyring
    from keyring.backends import chainer, fail, null

    backend: Any = keyring.get_keyring()
    if isinstance(backend, chainer.ChainerBackend):  # takes whatever there is, files included
        backend = next(iter(backend.backends), None)
    if backend is None or isinstance(backend, fail.Keyring):
        raise NoKeyringError("there is no keyring on this machine", hint=NO_KEYRING)
    if isinstance(backend, null.Keyring):
        raise NoKeyringError("the keyring is switched off (null backend)", hint=NO_KEYRING)
    named = keyring.core.load_env() or keyring.core.load_config()
    if type(backend).__module__.startswith("keyrings.alt.") and type(backend) is not type(named):
        raise NoKeyringError(
            f"the only keyring here, {backend.name}, keeps secrets readable in a file",
            hint=f"name it in PYTHON_KEYRING_BACKEND if that is what you want, or {NO_KEYRING}",
        )
    return backend
