"""The key of `--redact`: of a file, of the environment, or new in every run."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from callinspect.errors import UsageError

MIN_KEY = 16
"""Bytes."""


def chosen(file: str | None, environ: Mapping[str, str], *, warn: Callable[[str], None]) -> bytes:  # noqa: ARG001
    """Return the key.

    Args:
        file: the file of --redact-key, None if none was given.
        environ: the environment.
        warn: called with what the user should know about it.

    Raises:
        UsageError: it cannot be read, or is too short.
    """
    if file is not None:
        return Path(file).read_bytes()
    if text := environ.get("CALLINSPECT_REDACT_KEY"):
        if len(text.encode()) < MIN_KEY:
            raise UsageError("CALLINSPECT_REDACT_KEY is too short")
        return text.encode()
    return secrets.token_bytes(32)
