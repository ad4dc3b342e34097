"""The key of `--redact`: of a file, of the environment, or new in every run."""

import secrets
from collections.abc import Callable, Mapping

from callinspect.credentials import files
from callinspect.errors import UsageError

MIN_KEY, NEW_KEY = 16, 32
"""Bytes at least, and bytes of a new one."""

VARIABLE = "CALLINSPECT_REDACT_KEY"
"""The environment variable that has the key."""

HINT = "any 16 bytes or more will do, such as: openssl rand -hex 32"


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
        UsageError: it cannot be read, or is too short.
    """
    if file is not None:
        return _in_file(file, warn)
    if text := environ.get(VARIABLE):
        key = text.encode(errors="surrogateescape")
        if len(key) < MIN_KEY:
            raise UsageError(f"{VARIABLE} has fewer than {MIN_KEY} bytes", hint=HINT)
        return key
    return new()


def _in_file(file: str, warn: Callable[[str], None]) -> bytes:
    try:
        key = files.data(file)
    except OSError as error:
        raise UsageError(f"the key {file} cannot be read: {error.strerror or 'it cannot be opened'}") from None
    except ValueError as error:
        raise UsageError(f"the key {file} cannot be read: {error}") from None
    key = key.removesuffix(b"\n").removesuffix(b"\r")
    if len(key) < MIN_KEY:
        raise UsageError(
            f"the key {file} is empty" if not key else f"the key {file} has fewer than {MIN_KEY} bytes", hint=HINT
        )
    if files.is_open(file):
        warn(f"every user of this computer can read the key {file}: chmod 600 {file}")
    return key
