"""Which profiles have stored credentials: names only, for `auth status` and completion.

A keyring cannot be asked what it holds, so the names are kept in `profiles.json` in the user's configuration directory.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from callinspect.errors import ConfigError, UsageError

NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)

Stored = dict[str, list[str]]
"""Provider name to names of profiles."""


def check(profile: str) -> str:
    """Return a profile's name.

    Raises:
        UsageError: it has characters in it that shells break words at.
    """
    if not NAME.fullmatch(profile):
        raise UsageError(
            f"“{profile}” is not a profile's name", hint="letters, digits, dot, dash and underscore make one"
        )
    return profile


def chosen(given: str | None, environ: Mapping[str, str]) -> str:
    """Return the profile to use: the one given, the environment's, or `default`.

    Raises:
        UsageError: its name is none.
    """
    return check(given or environ.get("CALLINSPECT_PROFILE") or "default")


def path(environ: Mapping[str, str]) -> Path:
    """Return where the names are kept, by the XDG base directory specification."""
    home = environ.get("XDG_CONFIG_HOME", "")
    base = Path(home) if home.startswith("/") else Path(environ.get("HOME", "~")).expanduser() / ".config"
    return base / "callinspect" / "profiles.json"


def load(environ: Mapping[str, str]) -> Stored:
    """Return the names.

    Raises:
        ConfigError: the file is there and is not what `save` writes.
    """
    file = path(environ)
    try:
        stored = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(f"{file} cannot be read ({type(error).__name__})", hint="move it away") from None
    if not isinstance(stored, dict) or not all(
        isinstance(names, list) and all(isinstance(name, str) and NAME.fullmatch(name) for name in names)
        for names in stored.values()
    ):
        raise ConfigError(f"{file} does not hold names of profiles", hint="move it away")
    return stored


def remember(environ: Mapping[str, str], provider: str, profile: str) -> None:
    """Add a name."""
    stored = load(environ)
    _save(environ, {**stored, provider: sorted({*stored.get(provider, []), profile})})


def forget(environ: Mapping[str, str], provider: str, profile: str) -> None:
    """Take a name away."""
    stored = load(environ)
    left = [name for name in stored.get(provider, []) if name != profile]
    _save(environ, {name: names for name, names in {**stored, provider: left}.items() if names})


def _save(environ: Mapping[str, str], stored: Stored) -> None:
    import tempfile

    file = path(environ)
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(stored, stream, indent=2)
            Path(temporary).replace(file)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise ConfigError(f"{file} cannot be written ({type(error).__name__})") from None
