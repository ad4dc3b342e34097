"""Files that a command line names, and standard input: read in bounded memory, whatever they turn out to be."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from callinspect import stdio
from callinspect.coerce import MAX_VALUES, Json, parse_json
from callinspect.errors import ConfigError
from callinspect.provider import MAX_BODY

LONGEST_LINE = 2 * MAX_BODY
"""Bytes; a line can be a record with the vendor's whole body in it."""

MAX_VALUES_IN_A_LINE = 2 * MAX_VALUES + 1000
"""The vendor's values, once more as the vendor's body, and those of the record."""


def opened(path: str) -> BinaryIO:
    """Open a file, or standard input for `-`.

    Raises:
        ConfigError: it cannot be read.
    """
    if path == "-":
        if stdio.source is None:
            raise ConfigError("standard input is closed")
        return open(stdio.source.fileno(), "rb", closefd=False)
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None


def lines(stream: BinaryIO, path: str) -> Iterator[bytes]:
    """Read lines as they are wanted.

    Args:
        stream: where from.
        path: what to call it.

    Raises:
        ConfigError: it cannot be read on, or is no file of lines.
    """
    number = 0
    while True:
        try:
            line = stream.readline(LONGEST_LINE + 1)
        except OSError as error:
            raise _unreadable(path, error) from None
        if not line:
            return
        number += 1
        if len(line) > LONGEST_LINE:
            raise ConfigError(f"{_called(path)}, line {number}, is longer than {LONGEST_LINE // 1024**2} MiB")
        yield line


def record(line: bytes) -> Json:
    """Read the JSON value in a line, such as a record that was written earlier.

    Raises:
        ValueError: it is not JSON, or more than any record is.
    """
    return parse_json(line, MAX_VALUES_IN_A_LINE)


def body(path: str) -> bytes:
    """Read a body that was saved.

    Raises:
        ConfigError: it cannot be read, or is larger than any that would have been read from the vendor.
    """
    with opened(path) as stream:
        try:
            content = stream.read(MAX_BODY + 1)
        except OSError as error:
            raise _unreadable(path, error) from None
    if len(content) > MAX_BODY:
        raise ConfigError(f"{_called(path)} is larger than {MAX_BODY // 1024**2} MiB")
    return content


def _unreadable(path: str, error: OSError) -> ConfigError:
    return ConfigError(f"{_called(path)} cannot be read: {error.strerror}")


def _called(path: str) -> str:
    return "standard input" if path == "-" else path
