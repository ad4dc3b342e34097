"""Every command that needs credentials, and what becomes of all of them at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from kit.credential_runs import CALLS, Run, run
from kit.ways import CLIENT, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMMANDS = ("get", "list", "wait", "status", "login", "logout")
READING = ("get", "list", "wait", "status")


def words(name: str, way: Way = CLIENT) -> tuple[str, ...]:
    """Return a command's words; the vendor is one that lists calls."""
    vendor = way.provider
    return {
        "get": ("get", vendor, CALLS[vendor]),
        "list": ("list", vendor),
        "wait": ("wait", vendor, CALLS[vendor], "--for", "ended"),
        "status": ("auth", "status", vendor),
        "login": ("auth", "login", vendor, "--stdin", "--no-verify"),
        "logout": ("auth", "logout", vendor),
    }[name]


def run_each(
    names: Iterable[str], env: Mapping[str, str], way: Way = CLIENT, *, stdin: Any = "", jobs: int = 3
) -> dict[str, Run]:
    """Run several commands, some of them at once."""
    with ThreadPoolExecutor(jobs) as pool:
        return dict(zip(names, pool.map(lambda name: run(*words(name, way), env=env, stdin=stdin), names), strict=True))


def statuses(runs: Mapping[str, Run]) -> dict[str, int]:
    return {name: done.status for name, done in runs.items()}


def all_ten(names: Iterable[str]) -> dict[str, int]:
    return dict.fromkeys(names, 10)
