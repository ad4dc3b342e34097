"""One folder per vendor, each exporting PROVIDER, and the registry that finds them.

A new vendor is one folder here. Other distributions add theirs through the entry-point group
`callinspect.providers`, an entry point's value being a `Provider`; they may not take a name that is taken, by a
provider, a command or a table of `callinspect.reference`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from callinspect.errors import ConfigError, UsageError, either, suggestion
from callinspect.installed import offering

if TYPE_CHECKING:
    from callinspect.provider import IDForm, Provider

GROUP = "callinspect.providers"

MAX_NAME = 32
"""Characters of a name that is repeated in an error."""


class Candidate(NamedTuple):
    """A provider whose ID a text may be, and the form that says so."""

    provider: str
    form: "IDForm"


@cache
def names() -> tuple[str, ...]:
    """Return every provider's name, built-in ones first, each group in alphabetical order."""
    return (*built_in(), *sorted(_added()))


def spelled(name: str) -> str | None:
    """Return the name of a provider as it is spelled, whatever the case that it was typed in; None if there is none."""
    if name in built_in() or name in names():  # no other can have the name of one that is built in
        return name
    return next((each for each in names() if each.lower() == name.lower()), None)


def get(name: str) -> "Provider":
    """Return the provider of that name, in upper or lower case.

    Raises:
        UsageError: there is none; the nearest name is suggested.
        ConfigError: it is another distribution's, and cannot be loaded.
    """
    known = spelled(name)
    if known in built_in():
        provider: Provider = import_module(f"{__name__}.{known}").PROVIDER
        return provider
    if known is not None:
        return _loaded(known)
    called = f" “{name}”" if len(name) <= MAX_NAME else " of that name"  # which may be a token in the wrong place
    hint = suggestion(name.lower(), names(), f"the providers are {', '.join(names())}")
    raise UsageError(f"there is no provider{called}", hint=hint)


def every(broken: Callable[[ConfigError], None]) -> "list[Provider]":
    """Return all providers but those of other distributions that cannot be loaded, or have a name that is taken.

    Args:
        broken: is called with the error of each that cannot be loaded, and with one for all others.
    """
    found = []
    if taken := sorted(_offered().keys() - _added().keys()):
        broken(ConfigError(f"left out, since these names are taken: {', '.join(taken)}"))
    for name in names():
        try:
            found.append(get(name))
        except ConfigError as error:
            broken(error)
    return found


@cache
def usable() -> "tuple[Provider, ...]":
    """Return all providers that can be loaded; that others cannot is reported where providers are listed."""
    return tuple(every(lambda _: None))


def candidates(text: str) -> tuple[Candidate, ...]:
    """Return the providers whose IDs look like a text, the surest first."""
    from callinspect.provider import Certainty

    found = (Candidate(provider.name, form) for provider in usable() if (form := provider.form_of(text)))
    return tuple(sorted(found, key=lambda each: list(Certainty).index(each.form.certainty)))


def owner_hint(provider: str, call_id: str) -> str | None:
    """Return a hint if an ID is another provider's, or of something other than a call; None if it may be the call's."""
    found = [each for each in candidates(call_id) if each.form.certainty == "certain"]
    if not found or any(each.provider == provider and each.form.kind == "call" for each in found):
        return None
    other, form = found[0]
    if form.kind != "call":
        command = form.command(call_id)
        return f"this looks like {kind_of(form.kind)} in {other}, not a call ID{f': {command}' if command else ''}"
    return f"this looks like a call ID of {other}: callinspect get {other} {call_id}"


def possible_hint(call_id: str) -> str | None:
    """Return a hint that names the providers whose call ID a text may be; None if there is none."""
    found = [each.provider for each in candidates(call_id) if each.form.kind == "call"]
    return f"it may be a call ID of {either(found)}: callinspect identify {call_id}" if found else None


def unlike_hint(name: str, call_id: str) -> str | None:
    """Return a hint if a provider's IDs have known forms, and an ID has none of them; None if it may be a call's."""
    provider = get(name)
    forms = [each.description for each in provider.id_forms if each.kind == "call"]
    if not forms or provider.any_id or provider.form_of(call_id):
        return None
    return f"it does not look like a call ID of {provider.title}: {'; or '.join(forms)}"


def kind_of(kind: str) -> str:
    """Return what IDs of a kind are, such as “a person's ID”; or “a channel name”, of what is no ID at all."""
    if kind in {"call", "other"}:
        return "a call ID" if kind == "call" else "an ID of another kind"
    whole = kind if kind.endswith(" name") else f"{kind}'s ID"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {whole}"


@cache
def built_in() -> tuple[str, ...]:
    """Return the names of the package's own providers."""
    here = Path(__file__).parent
    return tuple(sorted(each.name for each in here.iterdir() if each.name[0] not in "_." and each.is_dir()))


@cache
def _offered() -> Mapping[str, str]:
    """Return the entry points of other distributions: name to what to import."""
    if not offering(GROUP):
        return {}
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group=GROUP)}


@cache
def _added() -> Mapping[str, str]:
    """Return those of them whose names are not taken, in upper or lower case."""
    if not _offered():
        return {}
    from callinspect.reference.tables import CODES

    commands = {each.stem for each in (Path(__file__).parents[1] / "commands").iterdir()}
    taken = {*built_in(), *CODES, *commands}
    return {name: value for name, value in _offered().items() if name.lower() not in taken}


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
