"""Paths of files, typed where a call is expected."""

import re
import shlex
from pathlib import Path

from callinspect import providers
from callinspect.errors import UsageError

BODY = ":@"
"""Separates a provider and the file with its response."""

_PATH = re.compile(r"[.~]{0,2}[/\\].*|.*\.(json|jsonl|ndjson|txt|csv|vcon|har|log)", re.IGNORECASE | re.DOTALL)
"""What is meant as a file, even if there is none."""

_IDS = re.compile(r".*\.(jsonl|ndjson|txt|csv|log)", re.IGNORECASE | re.DOTALL)
"""A file that may have a call ID a line."""


def parted(word: str) -> tuple[str, str] | None:
    """Return the provider and the path of `PROVIDER:@FILE`, None if a word is something else."""
    name, separator, path = word.partition(BODY)
    return (name, path) if separator and path and name.replace("-", "_").isidentifier() else None


def is_path(word: str) -> bool:
    """Whether a word names a file and no call: there is one, or it looks like one; or it is `PROVIDER:@FILE`."""
    if parted(word):
        return True
    if providers.spelled(word.partition(":")[0]) and ":" in word:
        return False
    return not providers.candidates(word) and (exists(word) or _PATH.fullmatch(word) is not None)


def exists(word: str, *, or_directory: bool = False) -> bool:
    """Whether there is a file of that name, or a pipe, such as a shell makes of `<(command)`."""
    try:
        return Path(word).exists() and (or_directory or not Path(word).is_dir())
    except (OSError, ValueError):  # it cannot be the name of a file
        return False


def mistaken(word: str, provider: str | None) -> UsageError | None:
    """Return the error for a file after its provider, in a call's place; None for a call, or what may be one.

    Args:
        word: `PROVIDER:@FILE`, `PROVIDER:FILE` or, after a provider, the file.
        provider: the provider before it, if any.
    """
    if parted(word):
        return error(word, provider)
    name, colon, rest = word.partition(":")
    known = providers.spelled(name) if colon else None
    path, provider = (rest, known) if known else (word, provider)
    return error(path, provider) if provider and exists(path) and is_path(path) else None


def error(word: str, provider: str | None) -> UsageError:
    """Return the error for a file in a call's place.

    Args:
        word: what was typed; repeated if there is such a file: it may be a secret.
        provider: the provider before it, if any.
    """
    provider, path = parted(word) or (provider, word.removeprefix("@"))
    is_there = exists(path)
    shown = shlex.quote(path) if is_there or len(path) <= providers.MAX_NAME else "FILE"
    get = f"callinspect get {provider} --from-file" if provider else "callinspect get --from-file"
    hints = [f"show a saved record or response: {get} {shown}"]
    if _IDS.fullmatch(path):
        hints.insert(0, f"read call IDs from it: callinspect get --input {shown}")
    what = f"{shown} is a file" if is_there else "this looks like a file"
    return UsageError(f"{what}, not a call ID", hint=hints)
