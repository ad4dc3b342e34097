"""Writes files as a whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path


def write(file: Path, data: bytes) -> None:
    """Write a file that only its owner may read: beside its place first, then there, in place of what was there.

    Raises:
        OSError: it cannot be written; what was there stays as it was.
    """
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o600)  # whatever a process's mask takes away
        Path(temporary).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise
