"""Files that have a value: those that the environment names, and those of fields that are files, such as a key's."""

import codecs
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from callinspect.deadline import Deadline
from callinspect.errors import UnusableFieldError
from callinspect.provider import Field
from callinspect.redaction import MIN_UNMISTAKABLE

MAX_FILE = 64 * 1024
"""Bytes of a file with one value; that of a field that is a file has at most 16 KiB."""

MAX_WAIT = 10.0
"""Seconds to wait for the writer of a pipe, such as a password manager that must be unlocked first."""

MAX_TEXT = 16 * 1024
"""Characters of a text that is given in its file's place; a private key of 4096 bits has 3300."""

_BEGIN = "-----BEGIN "
"""How a key begins, or a certificate."""

_MARK = re.compile("-----[A-Z0-9 ]{1,60}-----", re.ASCII)
"""The lines that begin and end a key."""

_PIECE = re.compile("[A-Za-z0-9+=_-]{20,}", re.ASCII)
"""What a key or token, pasted in its file's place, has between slashes and dots."""

_PART = re.compile(r"[A-Za-z0-9+/=\s]{20,}", re.ASCII)
"""A part of a key, pasted alone: base64 has no dots, and slashes anywhere."""

_KINDS = tuple(map(re.compile, ("[A-Z]", "[a-z]", "[0-9]")))
"""What such a piece has of each; a part may lack digits."""

_TOKEN = re.compile(r"[\s\"']*eyJ[A-Za-z0-9_-]*\.", re.ASCII)
"""How a signed token begins."""

_read: dict[str, bytes] = {}
"""What has been read of pipes, by path: it can be read only once."""


def is_text(value: str) -> bool:
    r"""Whether the value of a file is the text itself, which may have `\n` for line ends, and not a path."""
    is_escaped = "\\n" in value and os.sep != "\\"
    return _BEGIN in value or "\n" in value or "\r" in value or is_escaped


def is_path(value: str) -> bool:
    """Whether the value of a file is its path, which can be shown, and not the text or a part of a secret."""
    return not is_text(value) and (not _may_be_secret(value) or exists(value))


def problem(value: str) -> str | None:
    """Return what is wrong with a file's value that is neither its path nor its text, None if nothing is."""
    if is_text(value) or is_path(value):
        return None
    if _TOKEN.match(value):
        return "is a token, not a file or its text"
    return f"is neither the path of a file nor a text with its line {_BEGIN}…"


def _may_be_secret(value: str) -> bool:
    if _PART.fullmatch(value) and all(each.search(value) for each in _KINDS[:2]):
        return True
    return any(all(each.search(piece) for each in _KINDS) for piece in _PIECE.findall(value))


def exists(value: str) -> bool:
    """Whether there is a file or directory of that name."""
    with suppress(OSError, ValueError, RuntimeError):
        return Path(value).expanduser().exists()
    return False


def absolute(value: str) -> str:
    """Return the path that a value stands for; anything else as it is."""
    if not value or not is_path(value):
        return value
    with suppress(RuntimeError):  # there is no such user
        value = str(Path(value).expanduser())
    with suppress(OSError):  # the working directory is gone
        value = str(Path(value).absolute())
    return value


def text(each: Field, value: str, source: str) -> str:
    """Return the text of a field that is a file.

    Args:
        each: the field.
        value: the absolute path of the file, or the text.
        source: where it comes from.

    Raises:
        UnusableFieldError: the file cannot be read.
    """
    try:
        return (value if is_text(value) else content(value)).replace("\\n", "\n")
    except ValueError as error:
        why = f"{str(error)[:1].lower()}{str(error)[1:]}"
        raise UnusableFieldError(
            f"{each.name}: {value} cannot be read: {why}", field=each.name, hint=f"it comes from {source}"
        ) from None


def hidden(each: Field, value: str) -> Iterator[str]:
    """Yield what must not be shown of a field's value: of a text all but its first and last line, in one and each.

    What is neither a text nor a path may be a secret as well.
    """
    if not each.file:
        yield value
    elif not is_path(value):
        for piece in _MARK.split(value.replace("\\n", "\n")):
            parts = piece.strip(" \t\r\n'\"").split()
            yield from (each for each in {"".join(parts), *parts} if len(each) >= MIN_UNMISTAKABLE)


def is_open(path: str) -> bool:
    """Whether every user of this machine can read a file."""
    with suppress(OSError, ValueError):
        return os.name != "nt" and bool(Path(path).stat().st_mode & stat.S_IROTH)
    return False


def content(path: str) -> str:
    """Return the text in a file, without the end of its line.

    Raises:
        ValueError: there is none; the error says why, and nothing of what is in it.
    """
    try:
        found = data(path).removeprefix(codecs.BOM_UTF8).decode().removesuffix("\n").removesuffix("\r")
    except UnicodeError:
        raise ValueError("it is not UTF-8 text") from None
    except OSError as error:
        raise ValueError(error.strerror or "it cannot be opened") from None
    if not found:
        raise ValueError("it is empty")
    return found


def known(path: str) -> str:
    """Return the text in a file, or in a pipe that has been read; empty if there is none."""
    with suppress(OSError, ValueError):
        return content(path) if path in _read or Path(path).is_file() else ""
    return ""


def data(path: str) -> bytes:
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
    if stat.S_ISFIFO(mode):
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
