"""Paths as they are shown: without the user's name, and ready to be pasted into a shell."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote

_HOMES = r"(?:/home|/Users|[A-Za-z]:\\Users)[/\\]"
_IN_A_HOME = (re.compile(_HOMES + r"([^/\\\s]+)"), re.compile(_HOMES + r"([^/\\]+)(?=[/\\])"))
"""Directories in which each has the name of a user, which can have blanks."""


def short(path: str | Path) -> str:
    """Return a path with `~` in place of the user's home directory."""
    text = str(path)
    for home in _homes():
        if text == home or text.startswith(home + os.sep):
            return "~" + text[len(home) :]
    return text


def typed(path: str | Path) -> str:
    """Return a path as it is typed in a shell."""
    text = short(path)
    return f"~/{quote(text[2:])}" if text.startswith("~" + os.sep) else quote(text)


def shortened(text: str) -> str:
    """Return a sentence with `~` in place of the user's home directory."""
    for home in _homes():
        text = text.replace(home + os.sep, "~" + os.sep)
    return text


def users(text: str) -> list[str]:
    """Return the names of the users whose home directories a text names."""
    return [name for each in _IN_A_HOME for name in each.findall(text)]


def _homes() -> Iterator[str]:
    """Yield the user's home directory, by the environment and by the system, without what is too short to be one."""
    with suppress(RuntimeError):
        home = str(Path.home()).rstrip(os.sep)
        if home.count(os.sep) > 1 or home == "/root":
            yield home
    with suppress(ImportError, KeyError):
        import pwd

        home = pwd.getpwuid(os.getuid()).pw_dir.rstrip(os.sep)
        if home.count(os.sep) > 1 or home == "/root":
            yield home
