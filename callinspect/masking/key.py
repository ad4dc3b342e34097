"""The key of `--redact`: of a file, of the environment, or new in every run."""

import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from callinspect.credentials import files
from callinspect.credentials.environment import FILE
from callinspect.errors import UsageError

MIN_KEY, NEW_KEY = 16, 32
"""Bytes at least, and bytes of a new one."""

VARIABLE = "CALLINSPECT_REDACT_KEY"
"""The environment variable that has the key."""

FILE_VARIABLE = f"{VARIABLE}{FILE}"
"""The environment variable that names a file with the key."""

_HEXADECIMAL = re.compile("[0-9A-Fa-f]{16,}")
"""How most keys look."""

HINT = "any 16 bytes or more will do, such as those of: openssl rand -base64 32"

FILE_HINT = "any 16 bytes or more will do: (umask 077; openssl rand -base64 32 > mask.key)"


def new() -> bytes:
    """Return a key for one run."""
    return secrets.token_bytes(NEW_KEY)


def chosen(file: str | None, environ: Mapping[str, str], *, warn: Callable[[str], None]) -> bytes:
    """Return the key.

    Args:
        file: the file of --redact-key, None if none was given.
        environ: the environment.
        warn: called with what the user should know about it.

    Raises:
        UsageError: it cannot be read, is too short, or is given twice.
    """
    if file is not None:
        return _in_file(file, f"the key file {file}" if _can_be_shown(file) else "the key of --redact-key", warn)
    text, path = environ.get(VARIABLE), environ.get(FILE_VARIABLE)
    if text and path:
        raise UsageError(f"{VARIABLE} and {FILE_VARIABLE} are both set", hint="unset one of them")
    if path:
        shown = f"the key file {path} of {FILE_VARIABLE}" if _can_be_shown(path) else f"the key of {FILE_VARIABLE}"
        return _in_file(path, shown, warn)
    if text:
        return _text(text)
    return new()


def is_given(file: str | None, environ: Mapping[str, str]) -> bool:
    """Whether there is a key, of the file or the environment, and none is made for the run."""
    return file is not None or bool(environ.get(VARIABLE) or environ.get(FILE_VARIABLE))


def _text(text: str) -> bytes:
    if _is_path(text):
        raise UsageError(f"{VARIABLE} is the key itself, not its file", hint=f"set {FILE_VARIABLE} to the file")
    key = text.encode(errors="surrogateescape")
    if len(key) < MIN_KEY:
        raise UsageError(f"{VARIABLE} has fewer than {MIN_KEY} bytes", hint=HINT)
    return key


def _is_path(text: str) -> bool:
    """Whether a text is a path: there is such a file, or the folder that it would be in."""
    with suppress(OSError, ValueError, RuntimeError):
        path = Path(text.removeprefix("file://")).expanduser()
        return path.exists() or (path.parent.is_dir() and path.parent not in {Path(), Path(path.anchor)})
    return False


def _can_be_shown(path: str) -> bool:
    """Whether a path can be shown, since it is not a key in a path's place."""
    return files.is_path(path) and not _HEXADECIMAL.fullmatch(path)


def _in_file(file: str, what: str, warn: Callable[[str], None]) -> bytes:
    try:
        key = files.data(file)
    except OSError as error:
        raise UsageError(f"{what} cannot be read: {error.strerror or 'it cannot be opened'}") from None
    except ValueError as error:
        raise UsageError(f"{what} cannot be read: {error}") from None
    key = key.removesuffix(b"\n").removesuffix(b"\r")
    if len(key) < MIN_KEY:
        raise UsageError(f"{what} is empty" if not key else f"{what} has fewer than {MIN_KEY} bytes", hint=FILE_HINT)
    if files.is_open(file):
        warn(f"every user of this machine can read {what}: chmod 600 {file}")
    return key
