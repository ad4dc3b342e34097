"""The machine: Python, the libraries, our directory, the keyring."""

import os
import platform
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from shlex import quote
from typing import NamedTuple

from callinspect import __version__
from callinspect.credentials import profiles
from callinspect.credentials.keychain import DEFAULT_BACKENDS, NO_KEYRING, READ_TIMEOUT, Item, NoKeyringError, limit
from callinspect.doctor import places
from callinspect.doctor.checks import Finding, Step, failed, ok, skipped, warned
from callinspect.errors import CallinspectError, ConfigError

DISTRIBUTION = "callinspect"

VERSIONS = frozenset({"python", "libraries"})
"""Checks that say nothing but versions, and where a program is."""

OTHERS = 0o077
"""The mode bits of everybody but the owner."""


class Machine(NamedTuple):
    """What the checks of the machine look at.

    Attributes:
        environ: the process's environment, also with a sandbox's accounts.
        item: the keyring item to look for, None if the keyring is not needed.
        unneeded: why it is not needed.
        broken: what is said of other distributions' providers that cannot be loaded.
    """

    environ: Mapping[str, str]
    item: Item | None = None
    unneeded: str = ""
    broken: tuple[str, ...] = ()


def python(_machine: Machine) -> Finding:
    """Check the version of Python."""
    from packaging.specifiers import SpecifierSet

    version = platform.python_version()
    summary = f"Python {version} ({places.short(sys.executable)}), callinspect {__version__}"
    try:
        needed = metadata.metadata(DISTRIBUTION)["Requires-Python"]
    except metadata.PackageNotFoundError:
        return ok(summary)
    if SpecifierSet(needed).contains(version, prereleases=True):
        return ok(summary)
    error = ConfigError(f"{summary} needs Python {needed}")
    return failed(error, "install it with a newer one: pipx install --python python3 callinspect")


def libraries(machine: Machine) -> Finding:
    """Compare the installed libraries with those that are required, and tell of plug-ins that cannot be loaded."""
    from packaging.requirements import Requirement

    try:
        required = [Requirement(each) for each in metadata.requires(DISTRIBUTION) or ()]
    except metadata.PackageNotFoundError:
        return skipped("callinspect is not installed as a package")
    wanted = [each for each in required if each.marker is None or each.marker.evaluate({"extra": ""})]
    found = {each.name: _installed(each.name) for each in wanted}
    wrong = [
        each
        for each in wanted
        if not (version := found[each.name]) or not each.specifier.contains(version, prereleases=True)
    ]
    if machine.broken and not wrong:
        listed = f"{places.typed(sys.executable)} -m pip list"
        return warned("; ".join(machine.broken), f"update its package, or uninstall it; to see which it is: {listed}")
    if not wrong:
        return ok(", ".join(f"{name} {version}" for name, version in found.items()))
    said = ", ".join(f"{each.name} {found[each.name] or 'is missing'} (needed: {each.specifier})" for each in wrong)
    names = " ".join(quote(f"{each.name}{each.specifier}") for each in wrong)
    return failed(ConfigError(said), f"install: {places.typed(sys.executable)} -m pip install {names}")


def _installed(name: str) -> str | None:
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(name)
    return None


def config(machine: Machine) -> Finding:
    """Check our directory, its modes, and the names of stored profiles."""
    try:
        file = profiles.path(machine.environ)
        stored = profiles.load(machine.environ)
    except ConfigError as error:
        return _unusable(error, machine)
    open_ = [(each, mode) for each, mode in ((file.parent, 700), (file, 600)) if _is_open(each)]
    if open_:
        said = " and ".join(places.short(each) for each, _ in open_)
        return warned(
            f"other users of this machine can access {said}",
            *(f"keep it to yourself: chmod {mode} {places.typed(each)}" for each, mode in open_),
        )
    if machine.item is not None and not _can_write(file.parent):
        return warned(
            f"{places.short(file.parent)} cannot be written, so that no login can be stored",
            "choose another place: export XDG_CONFIG_HOME=DIRECTORY",
        )
    if not stored:
        return ok(f"no profiles in {places.short(file.parent)} yet")
    count = sum(map(len, stored.values()))
    return ok(f"{places.short(file)}: {count} profile{'s' * (count > 1)}")


def _unusable(error: ConfigError, machine: Machine) -> Finding:
    error.message = places.shortened(error.message)
    try:
        file = profiles.path(machine.environ)
    except ConfigError:  # there is no home directory
        return failed(error)
    error.hints = ()
    if any(_is_there(each) and not os.access(each, mode) for each, mode in ((file.parent, os.X_OK), (file, os.R_OK))):
        return failed(error, f"make it yours to read: chmod -R u+rwX {places.typed(file.parent)}")
    return failed(
        error,
        f"move it away: mv {places.typed(file)} {places.typed(f'{file}.bad')}",
        "then write a new one (the keyring is left as it is): callinspect auth login PROVIDER",
    )


def _is_there(path: Path) -> bool:
    """Whether a path exists, as far as the user may know; one that is too long does not."""
    return os.access(path, os.F_OK)


def _can_write(folder: Path) -> bool:
    """Whether a directory can be written, or be made."""
    nearest = next(filter(_is_there, (folder, *folder.parents)), folder)
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _is_open(path: Path) -> bool:
    """Whether others than the owner can read or change a file or directory."""
    with suppress(OSError):
        return os.name != "nt" and bool(path.stat().st_mode & OTHERS)
    return False


def keyring(machine: Machine) -> Finding:
    """Look for an item in the keyring, in bounded time."""
    if machine.item is None:
        return skipped(machine.unneeded)
    begun = time.monotonic()
    try:
        seconds = limit(machine.environ, READ_TIMEOUT)
        backend = machine.item.check_backend(READ_TIMEOUT)
    except NoKeyringError as error:
        return warned(error.message, *_instead(error, machine))
    except CallinspectError as error:
        if error.code == "config":
            return failed(error, "use the usual limit: unset CALLINSPECT_KEYRING_TIMEOUT")
        remedies, error.hints = _instead(error, machine), ()
        return failed(error, *remedies)
    took = round((time.monotonic() - begun) * 1000)
    return ok(f"{backend}, answered in {took} ms (limit {seconds:g} s)")


def _instead(error: CallinspectError, machine: Machine) -> list[str]:
    """Return what to do about a keyring, and instead of it."""
    ours = NO_KEYRING, NO_KEYRING.partition(", or ")[0]
    known = [each.removesuffix(ours[0]).removesuffix(ours[1]).removesuffix(", or ") for each in error.hints]
    named = machine.environ.get("PYTHON_KEYRING_BACKEND")
    if named and not any(known) and named != DEFAULT_BACKENDS.get(sys.platform):
        known.append(f"use the system's, not {named}: unset PYTHON_KEYRING_BACKEND")
    first = "or " * any(known)
    return [
        *filter(None, known),
        f"{first}set the credentials in the environment: callinspect help environment",
        "or install keyring-pass, or run a Secret Service under dbus-run-session",
    ]


STEPS: tuple[Step[Machine], ...] = (
    Step("python", python),
    Step("libraries", libraries),
    Step("config", config),
    Step("keyring", keyring),
)
"""The checks of the machine."""
