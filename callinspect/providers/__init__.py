"""One folder per vendor, each exporting PROVIDER, and the registry that finds them.

A new vendor is one folder here. Other distributions add theirs through the entry-point group
`callinspect.providers`, an entry point's value being a `Provider`; they may not take a name that is taken.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from callinspect.errors import ConfigError, UsageError, nearest
from callinspect.installed import offering

if TYPE_CHECKING:
    from callinspect.provider import Provider

GROUP = "callinspect.providers"

MAX_NAME = 32
"""Characters of a name that is repeated in an error."""


@cache
def names() -> tuple[str, ...]:
    """Return every provider's name, built-in ones first, each group in alphabetical order."""
    return (*built_in(), *sorted(_added()))


def get(name: str) -> "Provider":
    """Return the provider of that name.

    Raises:
        UsageError: there is none; the nearest name is suggested.
        ConfigError: it is another distribution's, and cannot be loaded.
    """
    if name in built_in():
        provider: Provider = import_module(f"{__name__}.{name}").PROVIDER
        return provider
    if name in _added():
        return _loaded(name)
    near = nearest(name.lower(), names())
    called = f" “{name}”" if len(name) <= MAX_NAME else " of that name"  # which may be a token in the wrong place
    raise UsageError(
        f"there is no provider{called}",
        hint=f"did you mean {near}?" if near else f"the providers are {', '.join(names())}",
    )


def every(broken: Callable[[ConfigError], None]) -> "list[Provider]":
    """Return all providers but those of other distributions that cannot be loaded.

    Args:
        broken: is called with the error of each of those.
    """
    found = []
    for name in names():
        try:
            found.append(get(name))
        except ConfigError as error:
            broken(error)
    return found


@cache
def built_in() -> tuple[str, ...]:
    """Return the names of the package's own providers."""
    here = Path(__file__).parent
    return tuple(sorted(each.name for each in here.iterdir() if each.name[0] not in "_." and each.is_dir()))


@cache
def _added() -> Mapping[str, str]:
    """Return the entry points of other distributions: name to what to import."""
    if not offering(GROUP):
        return {}
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=GROUP) if point.name not in built_in()}


def _loaded(name: str) -> "Provider":
    from callinspect import stdio
    from callinspect.provider import Provider

    module, _, attribute = _added()[name].partition(":")
    stdio.keep_apart()
    try:
        provider = getattr(import_module(module), attribute or "PROVIDER")
    except (Exception, SystemExit) as error:
        raise ConfigError(f"the provider {name} cannot be loaded: {type(error).__name__}") from error
    if not isinstance(provider, Provider) or provider.name != name:
        raise ConfigError(f"the provider {name} cannot be used: {_added()[name]} is not a Provider of that name")
    return provider
