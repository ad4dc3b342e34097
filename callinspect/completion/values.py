"""The values that an option or argument may have, some of which depend on what was typed before."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from callinspect.completion.place import FILE, Place, Table, Word

if TYPE_CHECKING:
    from callinspect.provider import Provider


def of(place: Place, parameter: Table) -> list[Word]:
    """Return the values of an option or argument that fit there."""
    if parameter["words"]:
        return [Word(*each) for each in parameter["words"]]
    for name in (parameter["takes"], *parameter["names"]):
        if name in VALUES:
            return VALUES[name](place)
    return []


def _providers(_place: Place) -> list[Word]:
    from callinspect import providers

    return [Word(name) for name in providers.names()]


def _further_providers(place: Place) -> list[Word]:
    return [each for each in _providers(place) if each.text not in place.positionals]


def _sides(place: Place) -> list[Word]:
    from callinspect import providers
    from callinspect.completion import sides

    return [Word(each) for each in sides.of(place.current, providers.names())]


def _provider(place: Place) -> "Provider | None":
    """Return the provider typed before."""
    from callinspect import providers

    typed = (each.partition(":")[0] for each in place.positionals)
    return next((providers.get(name) for name in typed if providers.spelled(name)), None)


def _profiles(_place: Place) -> list[Word]:
    from callinspect.credentials import profiles

    stored = profiles.load(os.environ)
    return [Word(name) for name in sorted({name for names in stored.values() for name in names})]


def _extras(place: Place) -> list[Word]:
    provider = _provider(place)
    if provider is None or not provider.extras:
        return []
    return [*(Word(name, extra.description) for name, extra in provider.extras.items()), Word("all", "everything")]


def _settings(place: Place) -> list[Word]:
    provider = _provider(place)
    return [Word(f"{each.name}=", each.title) for each in provider.settings if not each.secret] if provider else []


def _fields(_place: Place) -> list[Word]:
    from callinspect.render import fields

    return [Word(path) for path in fields.paths()]


def _figures(_place: Place) -> list[Word]:
    from callinspect.figures.names import KEYS

    return [Word(path) for path in KEYS]


def _groups(place: Place) -> list[Word]:
    from callinspect.figures.names import GROUPS

    fields = {each.text: each for each in _fields(place)}
    return [*map(Word, GROUPS), *(each for text, each in fields.items() if text not in GROUPS)]


def _sources(place: Place) -> list[Word]:
    from callinspect.completion import sides

    return [*_further_providers(place), *map(Word, sides.files(place.current))]


def _outcomes(_place: Place) -> list[Word]:
    from callinspect.model import Outcome

    return [Word(each) for each in Outcome]


def _states(_place: Place) -> list[Word]:
    from callinspect.model import State

    return [Word(each) for each in State]


def _terms(place: Place) -> list[Word]:
    from callinspect.completion import terms

    return [Word(*each) for each in terms.of(place.positionals, _provider(place))]


VALUES: Mapping[str, Callable[[Place], list[Word]]] = {
    "A": _sides,
    "B": _sides,
    "--field": _fields,
    "--sort": _fields,
    "--profile": _profiles,
    "--with": _extras,
    "--without": _extras,
    "--set": _settings,
    "FIELD": _groups,
    "FIGURE": _figures,
    "FILE": lambda _: [FILE],
    "OUTCOME": _outcomes,
    "PROVIDER": _providers,
    "PROVIDER|FILE...": _sources,
    "PROVIDER...": _further_providers,
    "STATE": _states,
    "TABLE": lambda place: [Word("sip"), Word("q850"), *_providers(place)],
    "TERM...": _terms,
}
"""Values by the option's metavar or name; fixed values are in the table."""
