"""Which distributions are installed here that extend another: a quick look, for those who need no more than that."""

import sys
from contextlib import suppress
from pathlib import Path


def offering(group: str) -> set[str]:
    """Return the names of the distributions that have entry points of a group, as their directories are called.

    To have them from importlib.metadata takes 15 ms.
    """
    found = set()
    for directory in sys.path:
        with suppress(OSError):
            for each in Path(directory).glob("*.dist-info/entry_points.txt"):
                if f"[{group}]" in each.read_text(encoding="utf-8", errors="replace"):
                    found.add(each.parent.name.partition("-")[0].lower())
    return found
