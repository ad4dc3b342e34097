"""Values in the environment, and in files that it names, as containers mount secrets."""

import codecs
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

from callinspect.deadline import Deadline
from callinspect.errors import ConfigError
from callinspect.provider import Field, Provider

MAX_FILE = 64 * 1024
"""Bytes of a file with one value; a secret has at most 1200 characters."""

MAX_WAIT = 10.0
"""Seconds to wait for the writer of a pipe, such as a password manager that must be unlocked first."""

FILE = "_FILE"
"""Ends the name of a variable that names a file to read the value from."""

FILE_HINT = f"or add {FILE} to a variable's name, and set it to a file that has the value"
"""The hint for secrets that are mounted as files."""


_read: dict[str, bytes] = {}
"""What has been read, by path: a pipe can be read only once."""


def variables(provider: Provider, each: Field) -> tuple[str, ...]:
    """Return the environment variables for a field; the first one that is set wins."""
    return (f"CALLINSPECT_{provider.name}_{each.name}".upper().replace("-", "_"), *each.env)


def file_variable(provider: Provider, each: Field) -> str:
    """Return the environment variable that names a file with the field's value."""
    return variables(provider, each)[0] + FILE


def given(provider: Provider, each: Field, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return a field's value in the environment and a description of its source, None if it is not set.

    Where vendors' own tools expect the name of a host, an address may be that in their variables.

    Raises:
        ConfigError: the file that a variable names cannot be used, or the value is set as well.
    """
    own, *customary = variables(provider, each)
    file = own + FILE
    if environ.get(file):
        if _is_set(own, each, environ):
            raise ConfigError(f"{own} and {file} are both set", hint="unset one of them")
        return content(file, environ), f"file {environ[file]} ({file})"
    name = next((name for name in (own, *customary) if _is_set(name, each, environ)), None)
    if name is None:
        return None
    is_host = each.url and each.host is None and name != own and "://" not in environ[name]
    return f"https://{environ[name]}" if is_host else environ[name], f"environment ({name})"


def _is_set(name: str, each: Field, environ: Mapping[str, str]) -> bool:
    return name in environ and (environ[name] != "" or each.may_be_empty)


def content(variable: str, environ: Mapping[str, str]) -> str:
    """Return the value in the file that a variable names, without the end of its line.

    Raises:
        ConfigError: it has no value. Its content is never repeated, nor what may be a secret in a path's place.
    """
    path = environ[variable]
    problem: str | None
    try:
        value = _text(_content(path))
        problem = None if value else "it is empty"
    except UnicodeError:
        problem = "it is not UTF-8 text"
    except OSError as error:
        problem = error.strerror or "it cannot be opened"
    except ValueError as error:
        problem = str(error)
    if problem:
        named = f"{path}, which" if Path(path).is_absolute() else "a file that"
        raise ConfigError(f"{variable} names {named} cannot be used: {problem}")
    return value


def secrets(provider: Provider, environ: Mapping[str, str]) -> set[str]:
    """Return every secret in the environment, whether it is used or not.

    Of pipes, only what has been read already: reading would wait for the writer, and take what a run may still need.
    """
    found = set()
    for each in provider.settings:
        if each.secret:
            found |= {environ.get(name, "") for name in variables(provider, each)}
            variable = file_variable(provider, each)
            path = environ.get(variable, "")
            with suppress(ConfigError, OSError):
                if path in _read or Path(path).is_file():
                    found.add(content(variable, environ))
    return found - {""}


def _text(read: bytes) -> str:
    return read.removeprefix(codecs.BOM_UTF8).decode().removesuffix("\n").removesuffix("\r")


def _content(path: str) -> bytes:
    """Return the bytes of a file or pipe.

    Raises:
        OSError: it cannot be read, or is neither.
        ValueError: it is too large, or nothing came in time.
    """
    if path in _read:
        return _read[path]
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # or a pipe without a writer would block
    with os.fdopen(handle, "rb", buffering=0) as stream:
        mode = os.fstat(handle).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise ValueError("it is not a file")
        found = _all(stream, waits=stat.S_ISFIFO(mode))
    if len(found) > MAX_FILE:
        raise ValueError(f"it has more than {MAX_FILE // 1024} KiB")
    _read[path] = found
    return found


def _all(stream: IO[bytes], *, waits: bool) -> bytes:
    """Return what can be read until the end, or a little more than is allowed."""
    deadline, found = Deadline(MAX_WAIT), b""
    while len(found) <= MAX_FILE:
        if waits:
            _await(stream, deadline)
        part = stream.read(MAX_FILE + 1)
        if part == b"":
            break
        found += part or b""
    return found


def _await(stream: IO[bytes], deadline: Deadline) -> None:
    import selectors

    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        if not selector.select(deadline.remaining):
            raise ValueError(f"nothing was written into it within {MAX_WAIT:g} s")
