"""Asks providers for the calls that they list, one of them or several at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from callinspect import providers
from callinspect.cli.options import Options
from callinspect.errors import AuthMissingError, CallinspectError, ConfigError, UsageError, either, suggestion
from callinspect.provider import Listing, Provider

if TYPE_CHECKING:
    from callinspect.client.filters import Wanted
    from callinspect.client.inspection import Inspection
    from callinspect.client.inspector import Client

FIELDS = {"since": "time", "until": "time"}
"""The field that a filter compares with, if it has another name."""

NEEDED = {"number": frozenset({"from", "to"})}
"""The fields of which a filter needs one, if it is not the one of its name."""


class Asked(NamedTuple):
    """A provider, and which of its calls to list."""

    provider: Provider
    wanted: "Wanted"


class Calls:
    """The calls that providers list, as they arrive.

    Args:
        client: the client.
        asked: the providers; the failure of the only one is raised, that of one of several is yielded.
        limit: how many calls to yield in all, None for what each provider is asked for.

    Attributes:
        failed: names of the providers whose list, or the rest of it, could not be read.
    """

    def __init__(self, client: "Client", asked: Sequence[Asked], *, limit: int | None) -> None:
        self._client = client
        self._asked = asked
        self._limit = limit
        self.failed: set[str] = set()

    def __iter__(self) -> "Iterator[Inspection | CallinspectError]":
        from callinspect.client import bulk

        sources = [self._listed(each) for each in self._asked]
        left = self._limit
        for each in sources[0] if len(sources) == 1 else bulk.together(sources):
            yield each
            if left is not None and not isinstance(each, CallinspectError):
                left -= 1
                if not left:
                    return

    def _listed(self, asked: Asked) -> "Iterator[Inspection | CallinspectError]":
        try:
            yield from self._client.calls(*asked)
        except CallinspectError:
            self.failed.add(asked.provider.name)
            raise


def choose(names: Sequence[str], wanted: "Wanted", options: Options, environ: Mapping[str, str]) -> list[Asked]:
    """Return the providers to ask; say which of several cannot list such calls, and what is not shown.

    Args:
        names: their names; all that have credentials if there are none.
        wanted: which calls to list.
        options: the global options.
        environ: the environment to read accounts from.

    Raises:
        UsageError: none of them can list such calls.
        AuthMissingError: no provider has credentials.
    """
    several = [providers.get(name) for name in names or _configured(options, environ)]
    lacking = {each.name: lack for each in several if (lack := _lack(each, wanted))}
    if len(lacking) == len(several):
        raise UsageError("; ".join(f"{each.title} cannot be asked: {lacking[each.name]}" for each in several))
    for each in several:
        if each.name in lacking:
            options.warn(f"{each.title} is left out: {lacking[each.name]}")
    asked = [_asked(each, wanted) for each in several if each.name not in lacking]
    if any(each.wanted.recent for each in asked):
        options.notice("showing the last 24 hours; --since all shows everything")
    for provider, filters in asked:
        if provider.listing and provider.listing.reads:
            read = provider.listing.reads(filters.sent(provider.listing))
            options.notice(f"listing {provider.title}'s {read}")
    return asked


def check_parameters(provider: Provider, listing: Listing, given: Mapping[str, str]) -> None:
    """Check that a list has the parameters, and that their values are possible.

    Raises:
        UsageError: it does not, or they are not.
    """
    for name in given:
        if name not in listing.options:
            known = ", ".join(f"{each} ({meaning})" for each, meaning in listing.options.items()) or "none"
            hint = suggestion(name, listing.options, f"its parameters: {known}")
            raise UsageError(f"{provider.name} has no parameter “{name}”", hint=hint)
        if not re.fullmatch(listing.forms.get(name, "(?s).*"), given[name]):
            raise UsageError(f"{name} cannot be “{given[name]}”", hint=f"{name}: {listing.options[name]}")


def _configured(options: Options, environ: Mapping[str, str]) -> list[str]:
    from callinspect.credentials import configured, finding, profiles

    profile = profiles.chosen(options.profile, environ)
    problems: list[ConfigError] = []
    stored = {} if options.sandbox else configured.stored(environ, problems.append)
    found = configured.names(environ, profile, stored)
    for problem in problems:
        if not found:
            raise problem
        options.broken(problem)
    if not found:
        login = finding.login_command("PROVIDER", profile)
        raise AuthMissingError(
            "no provider has credentials" + f" in the profile {profile}" * (profile != profiles.DEFAULT),
            hint=f"{login} stores them; callinspect providers lists the providers",
        )
    return found


def _lack(provider: Provider, wanted: "Wanted") -> str:
    """Return why a provider cannot list such calls, empty if it can."""
    if provider.listing is None:
        return "it does not list calls"
    for name in sorted(wanted.given):
        if NEEDED.get(name, frozenset({name})) <= provider.listing.lacks:
            return f"its calls have no {FIELDS.get(name, name)}, so --{name} cannot be applied"
    if wanted.states and provider.listing.states and wanted.states.isdisjoint(provider.listing.states):
        return f"none of its calls is ever {either(sorted(wanted.states))}"
    return ""


def _asked(provider: Provider, wanted: "Wanted") -> Asked:
    """Return a provider and what it is asked for: not the recent calls alone, if it lists what goes on, or no times."""
    if provider.listing is not None:
        check_parameters(provider, provider.listing, wanted.options)
        if provider.forgets or "since" in provider.listing.lacks:
            wanted = wanted.without_default()
    return Asked(provider, wanted)
