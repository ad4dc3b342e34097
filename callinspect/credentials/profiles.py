"""Which profiles have stored credentials: names only, for `auth status` and completion.

A keyring cannot list its items, so the names are stored in `profiles.json` in the user's configuration directory.
"""

import errno
import json
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from callinspect.errors import ConfigError, UsageError

DEFAULT = "default"
"""The profile that is used if none is named."""

NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)

DEFAULT = "default"
"""The profile that is used if none is named."""

MAX_FILE = 1024 * 1024
"""Bytes of `profiles.json`."""

MAX_WAIT = 10.0
"""Seconds to wait for other processes that write it."""

Stored = dict[str, list[str]]
"""Provider name to the names of its profiles."""


def check(profile: str) -> str:
    """Return a profile's name after a check.

    Raises:
        UsageError: it is invalid.
    """
    if not NAME.fullmatch(profile):  # it is not repeated: -pSECRET is a habit from other programs
        raise UsageError("the profile's name is invalid", hint="use letters, digits, dots, dashes and underscores")
    return profile


def chosen(given: str | None, environ: Mapping[str, str]) -> str:
    """Return the profile to use: the one given, the environment's, or `default`.

    Raises:
        UsageError: its name is invalid.
    """
    return check(given or environ.get("CALLINSPECT_PROFILE") or DEFAULT)


def path(environ: Mapping[str, str]) -> Path:
    """Return the path of `profiles.json`.

    Raises:
        ConfigError: the user has no home directory.
    """
    return base_directory(environ, "XDG_CONFIG_HOME", ".config") / "callinspect" / "profiles.json"


def base_directory(environ: Mapping[str, str], variable: str, default: str) -> Path:
    """Return one of a user's directories, by the XDG base directory specification: a relative one is ignored.

    Args:
        environ: the environment.
        variable: the variable that names the directory.
        default: the default, below the user's home directory.

    Raises:
        ConfigError: the user has no home directory.
    """
    given = Path(environ.get(variable, ""))
    return given if given.is_absolute() else _home(environ) / default


def _home(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME", ""))
    if home.is_absolute():
        return home
    try:
        import pwd

        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except ImportError:
        return Path.home()
    except KeyError:
        raise ConfigError(
            "there is no home directory to keep profiles in", hint="set HOME, or XDG_CONFIG_HOME"
        ) from None


def load(environ: Mapping[str, str]) -> Stored:
    """Return the names of all stored profiles.

    Raises:
        ConfigError: the file cannot be read, or is not in the format that `remember` writes.
    """
    file = path(environ)
    try:
        stored = json.loads(_content(file))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "it is not a JSON object of names"
        raise ConfigError(f"{file} cannot be read: {why}", hint="move it away") from None
    if not isinstance(stored, dict) or not all(
        isinstance(names, list) and all(isinstance(name, str) and NAME.fullmatch(name) for name in names)
        for names in stored.values()
    ):
        raise ConfigError(f"{file} does not contain profile names", hint="move it away")
    return stored


def remember(environ: Mapping[str, str], provider: str, profile: str) -> None:
    """Add a name; the file is written only if it does not have it yet.

    Raises:
        ConfigError: the names cannot be read or written.
    """
    if profile in load(environ).get(provider, []):
        return
    with _writing(environ) as file:
        stored = load(environ)
        _save(file, {**stored, provider: sorted({*stored.get(provider, []), profile})})


def forget(environ: Mapping[str, str], provider: str, profile: str) -> None:
    """Remove a name; the file is written only if it has it.

    Raises:
        ConfigError: the names cannot be read or written.
    """
    if profile not in load(environ).get(provider, []):
        return
    with _writing(environ) as file:
        stored = load(environ)
        left = [name for name in stored.get(provider, []) if name != profile]
        _save(file, {name: names for name, names in {**stored, provider: left}.items() if names})


def _content(file: Path) -> bytes:
    """Return the content of a regular file of limited size; non-blocking, as opening a pipe waits for its other end."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a file")
        content = stream.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise ValueError("too large")
    return content


@contextmanager
def _writing(environ: Mapping[str, str]) -> Iterator[Path]:
    """Yield the file to write, locked, with its directory created."""
    file = path(environ)
    try:
        if file.is_symlink():
            file = file.resolve()
        for directory in reversed([each for each in file.parents if not each.exists()]):
            directory.mkdir(mode=0o700, exist_ok=True)
        with _locked(file.parent):
            yield file
    except (OSError, RuntimeError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "its path is a loop of links"
        raise ConfigError(f"{file} cannot be written: {why}") from None


@contextmanager
def exclusive(environ: Mapping[str, str]) -> Iterator[None]:
    """Make other processes wait before they store credentials; without a lock if there can be none."""
    with ExitStack() as stack:
        with suppress(ConfigError):
            stack.enter_context(_writing(environ))
        yield


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold a directory's lock.

    Raises:
        BlockingIOError: it was not released in time.
    """
    try:
        import fcntl
    except ImportError:  # on Windows, of simultaneous logins only the last is remembered
        yield
        return
    handle = os.open(directory, os.O_RDONLY)
    try:
        end = time.monotonic() + MAX_WAIT
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _save(file: Path, stored: Stored) -> None:
    from callinspect import atomic

    atomic.write(file, json.dumps(stored, indent=2).encode())
