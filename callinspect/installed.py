"""A quick way to find installed distributions that extend another one."""

import os
import sys
from contextlib import suppress
from pathlib import Path


def offering(group: str) -> set[str]:
    """Return the names of the distributions with entry points of a group, as in the names of their directories.

    importlib.metadata takes 15 ms, and a search with a pattern 3.
    """
    found = set()
    for directory in sys.path:
        with suppress(OSError):
            # Names, since the standard library has hundreds of files, and none of them is a distribution.
            every = os.listdir(directory or ".")  # noqa: PTH208 - as above
            found |= {_name(each) for each in every if _is_offering(directory, each, group)}
    return found


def _is_offering(directory: str, name: str, group: str) -> bool:
    if not name.endswith(".dist-info"):
        return False
    try:
        text = Path(directory, name, "entry_points.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return f"[{group}]" in text


def _name(name: str) -> str:
    return name.partition("-")[0].lower()
