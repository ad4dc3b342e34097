"""The OS keyring, one item for each provider and profile. The only module that imports keyring.

Every call into a keyring has a deadline, and a backend may raise anything.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from callinspect import stdio
from callinspect.credentials import profiles
from callinspect.deadline import NoThreadError, within
from callinspect.errors import ConfigError, KeyringError
from callinspect.installed import offering

T = TypeVar("T")

SERVICE = "callinspect"

READ_TIMEOUT = 5.0
WRITE_TIMEOUT = 60.0
"""Time limits for a keyring; to write, the user may have to unlock it first."""

MAX_ITEM = 256 * 1024
"""Characters of an item's content; we write a few thousand."""

MAX_DUPLICATES = 10
"""Items of one name to delete; other programs can store more than one."""

_unresponsive = threading.Event()
"""Set when the keyring has not responded: a run waits for it only once."""

_is_builtin = threading.Event()
"""Set when the backend is one of keyring's own, none of which prompts on the terminal.

Changes of the terminal are then another program's, such as a pager's that reads our output.
"""

DEFAULT_BACKENDS = {
    "darwin": "keyring.backends.macOS.Keyring",
    "linux": "keyring.backends.SecretService.Keyring",
    "win32": "keyring.backends.Windows.WinVaultKeyring",
}
"""The default backend of each system."""

LOW_PRIORITY = {"keyring", "keyrings.alt", "keyrings_alt"}
"""Distributions whose other backends never take precedence over the default ones."""

NO_KEYRING = (
    "set the credentials in the environment instead (callinspect help environment), "
    "or install keyring-pass, or run a Secret Service under dbus-run-session"
)


class NoKeyringError(KeyringError):
    """There is no usable keyring, so nothing is stored."""


class Item(NamedTuple):
    """A keyring item: service `callinspect`, user name `<provider>/<profile>`, a JSON object.

    Every method raises KeyringError if the keyring fails, NoKeyringError if there is none.
    """

    provider: str
    profile: str
    environ: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Item({self.name})"

    @property
    def name(self) -> str:
        """The user name of the item."""
        return f"{self.provider}/{self.profile}"

    def read(self) -> dict[str, Any]:
        """Return the item's content, empty if it does not exist.

        Raises:
            KeyringError: the content was not written by us.
        """
        value = self._call(READ_TIMEOUT, lambda: self._value(_keyring()))
        if value is None:
            return {}
        try:
            content = json.loads(value) if len(value) <= MAX_ITEM else None
        except (TypeError, ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise KeyringError(
                f"the keyring item {SERVICE}, {self.name} does not contain what was stored",
                hint=f"store it again: callinspect auth login {self.provider}",
            )
        return content

    def write(self, content: Mapping[str, Any]) -> None:
        """Write the item and read it back.

        Raises:
            KeyringError: the keyring does not return what was written.
        """
        value = json.dumps(content)

        def write() -> str | None:
            keyring = _keyring()
            keyring.set_password(SERVICE, self.name, value)
            read_back: str | None = keyring.get_password(SERVICE, self.name)
            return read_back

        if self._call(WRITE_TIMEOUT, write) != value:
            raise KeyringError("the keyring accepted the credentials but does not return them", hint=NO_KEYRING)

    def delete(self) -> bool:
        """Delete the item; return whether it existed."""

        def delete() -> bool:
            keyring = _keyring()
            found = 0
            while found < MAX_DUPLICATES and self._value(keyring) is not None:
                keyring.delete_password(SERVICE, self.name)
                found += 1
            return found > 0

        return self._call(WRITE_TIMEOUT, delete)

    def backend(self) -> str:
        """Return the name of the keyring backend."""
        return self._call(READ_TIMEOUT, lambda: str(_keyring().name))

    def check_backend(self, seconds: float = WRITE_TIMEOUT) -> str:
        """Check that the keyring responds within some seconds; return the name of its backend.

        To be called before using up what must then be stored, such as a refresh token.
        """

        def answer() -> str:
            keyring = _keyring()
            self._value(keyring)
            return str(keyring.name)

        return self._call(seconds, answer)

    def _value(self, keyring: Any) -> str | None:
        """Return the stored value, None if there is none, empty if it is not text and so not ours."""
        try:
            value: str | None = keyring.get_password(SERVICE, self.name)
        except UnicodeDecodeError:
            return ""
        return value

    def _call(self, seconds: float, call: Callable[[], T]) -> T:
        """Return the result of a call into the keyring, in bounded time and with our own errors."""
        seconds = limit(self.environ, seconds)
        try:
            return _isolated(seconds, call)
        except (KeyringError, ConfigError, KeyboardInterrupt):
            raise
        except NoThreadError:  # without a thread the wait would be unbounded
            raise KeyringError(
                "the keyring cannot be used: the system allows no more threads",
                hint="raise the process limit, or set the credentials in the environment instead "
                "(callinspect help environment)",
            ) from None
        except TimeoutError:
            raise KeyringError(
                "the keyring does not respond", hint=f"unlock it or restart its daemon, or {NO_KEYRING}"
            ) from None
        except BaseException as error:  # noqa: BLE001 - backends may raise anything, even Rust panics
            kind = type(error).__name__
            if kind == "NoKeyringError":
                raise NoKeyringError("there is no keyring on this machine", hint=NO_KEYRING) from None
            if kind == "KeyringLocked":
                raise KeyringError("the keyring is locked", hint=f"unlock it, or {NO_KEYRING}") from None
            raise KeyringError(f"the keyring cannot be used ({kind})", hint=NO_KEYRING) from None


def limit(environ: Mapping[str, str], seconds: float) -> float:
    """Return the seconds that the keyring may take: those of the environment, else the usual ones.

    Raises:
        ConfigError: those of the environment are not a number.
    """
    given = environ.get("CALLINSPECT_KEYRING_TIMEOUT", "")
    try:
        seconds = float(given) if given else seconds
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise ConfigError("CALLINSPECT_KEYRING_TIMEOUT is not a number of seconds")
    return seconds


def _isolated(seconds: float, call: Callable[[], T]) -> T:
    """Return the result of a call that cannot reach our streams; restore terminal and directory."""
    if _unresponsive.is_set():
        raise TimeoutError
    stdio.keep_apart()
    put_back, go_back = stdio.terminal_settings(), stdio.working_directory()
    try:
        answer = within(seconds, call)
    except BaseException as error:
        if isinstance(error, TimeoutError):
            _unresponsive.set()
        if not _is_builtin.is_set():
            stdio.undo_now_and_at_exit(partial(put_back, is_ours=True))
        raise
    finally:
        go_back()
    if not _is_builtin.is_set():
        stdio.undo_now_and_at_exit(partial(put_back, is_ours=not stdio.is_piped()))
    return answer


@cache
def _default_backend() -> Any:
    """Return the system's default backend without a search, which takes 40 ms and even runs a compiler.

    None if it does not work, or another may take precedence: an additional distribution's, or KDE's.
    """
    name = DEFAULT_BACKENDS.get(sys.platform)
    is_kde = "KDE" in os.environ.get("XDG_CURRENT_DESKTOP", "")
    if name is None or is_kde or not offering("keyring.backends") <= LOW_PRIORITY:
        return None
    from keyring.core import load_keyring

    with suppress(Exception):  # a backend may raise anything
        return load_keyring(name)
    return None


def _use_absolute(variable: str, default: str) -> None:
    """Replace a relative directory: keyring would accept it, and run code that a file in the first one names.

    Raises:
        ConfigError: the user has no home directory.
    """
    wanted = profiles.base_directory(os.environ, variable, default)
    used = Path(os.environ.get(variable) or Path("~", default).expanduser())
    if used != wanted:
        os.environ[variable] = str(wanted)


def _keyring() -> Any:
    """Return the keyring backend to use.

    Raises:
        NoKeyringError: there is none, or it stores secrets in a readable file and was not chosen explicitly.
    """
    import logging

    try:
        _use_absolute("XDG_CONFIG_HOME", ".config")
        _use_absolute("XDG_DATA_HOME", ".local/share")
    except ConfigError:
        raise NoKeyringError(
            "there is no home directory, so there is no keyring",
            hint="set HOME, or " + NO_KEYRING.partition(", or ")[0],
        ) from None
    import keyring
    from keyring.backends import chainer, fail, null

    logging.getLogger("keyring").addHandler(logging.NullHandler())  # or its warnings would go to standard error

    named = keyring.core.load_env() or keyring.core.load_config()
    backend: Any = named or _default_backend() or keyring.get_keyring()
    if type(backend).__module__.startswith("keyring.backends.") and not isinstance(backend, chainer.ChainerBackend):
        _is_builtin.set()
    if isinstance(backend, chainer.ChainerBackend):  # it would use any backend, files included
        backend = next(iter(backend.backends), None)
    if backend is None or isinstance(backend, fail.Keyring):
        raise NoKeyringError("there is no keyring on this machine", hint=NO_KEYRING)
    if isinstance(backend, null.Keyring):
        raise NoKeyringError("the keyring is disabled (null backend)", hint=NO_KEYRING)
    if type(backend).__module__.startswith("keyrings.alt.") and type(backend) is not type(named):
        raise NoKeyringError(
            f"the only keyring here, {backend.name}, stores secrets in a readable file",
            hint=f"name it in PYTHON_KEYRING_BACKEND if that is what you want, or {NO_KEYRING}",
        )
    return backend
