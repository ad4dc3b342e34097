"""The words of `diff` and `stats`: a provider, or a file that has records or a vendor's response."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MAX_FILES = 1000
"""Files to list."""

BODY = ":@"
"""Separates a provider and the file with its response."""


def of(begun: str, names: Iterable[str]) -> list[str]:
    """Return what a side may begin with.

    Args:
        begun: the typed part.
        names: the providers.
    """
    name, is_body, path = begun.partition(BODY)
    if is_body:
        return [f"{name}{BODY}{each}" for each in files(path)]
    return [*(f"{each}:" for each in names if each.startswith(begun)), *files(begun)]


def files(begun: str) -> list[str]:
    """Return the paths that begin like that, those of directories with a slash; hidden ones if their dot is typed.

    They are listed here, since a shell completes either files or words that it is given.
    """
    name = os.path.basename(begun)  # noqa: PTH119 - a path would lose a dot or a slash that was typed
    folder = begun.removesuffix(name)
    with suppress(OSError, ValueError, RuntimeError), os.scandir(Path(folder).expanduser()) as entries:
        return sorted(
            f"{folder}{each.name}{'/' * each.is_dir()}"
            for each in entries
            if each.name.startswith(name) and (name or not each.name.startswith("."))
        )[:MAX_FILES]
    return []
