"""A quick way to find installed distributions that extend another one."""

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
            found |= {_name(each) for each in Path(directory).iterdir() if _is_offering(each, group)}
    return found


def _is_offering(path: Path, group: str) -> bool:
    if not path.name.endswith(".dist-info"):
        return False
    try:
        return f"[{group}]" in (path / "entry_points.txt").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _name(path: Path) -> str:
    return path.name.partition("-")[0].lower()
