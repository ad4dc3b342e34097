"""Asks providers for the calls that they list, one of them or several at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect import providers
from callinspect.cli.options import Options
from callinspect.errors import SOME_FAILED, AuthMissingError, CallinspectError, ConfigError, UsageError
from callinspect.provider import Provider

if TYPE_CHECKING:
    from callinspect.cli.results.tally import Tally
    from callinspect.client.filters import Wanted
    from callinspect.client.inspection import Inspection
    from callinspect.client.inspector import Inspector


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

    def __init__(self, client: "Inspector", asked: Sequence[Asked], *, limit: int | None) -> None:
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

    def status(self, tally: "Tally") -> int:
        """Return the exit status, given what became of the calls that were listed."""
        return SOME_FAILED if 0 < len(self.failed) < len(self._asked) else tally.status()

    def _listed(self, asked: Asked) -> "Iterator[Inspection | CallinspectError]":
        try:
            yield from self._client.calls(*asked)
        except CallinspectError:
            self.failed.add(asked.provider.name)
            raise


def check_alone(names: Sequence[str], given: Mapping[str, Any]) -> None:
    """Check that options of one provider come with the name of one.

    Args:
        names: the providers that are named.
        given: the values of these options, by their names.

    Raises:
        UsageError: one was given, and not one provider is named, but none or several.
    """
    for option, value in given.items():
        if value and len(names) != 1:
            raise UsageError(f"{option} needs the name of one provider")


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
    from callinspect.client import asked

    several = [providers.get(name) for name in names or _configured(options, environ)]
    lacking = {each.name: lack for each in several if (lack := asked.lack(each, wanted, "--{}"))}
    if len(lacking) == len(several):
        raise UsageError("; ".join(f"{each.title} cannot be asked: {lacking[each.name]}" for each in several))
    for each in several:
        if each.name in lacking:
            options.warn(f"{each.title} is left out: {lacking[each.name]}")
    chosen = [_asked(each, wanted) for each in several if each.name not in lacking]
    if any(each.wanted.recent for each in chosen):
        options.notice("showing the last 24 hours; --since all shows everything")
    for provider, filters in chosen:
        if said := asked.reads(provider, filters):
            options.notice(said)
    return chosen


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


def _asked(provider: Provider, wanted: "Wanted") -> Asked:
    """Return a provider and what it is asked for: not the recent calls alone, if it lists what goes on, or no times."""
    if provider.listing is not None:
        from callinspect.client import asked

        asked.check_parameters(provider, provider.listing, wanted.options)
        if provider.forgets or "since" in provider.listing.lacks:
            wanted = wanted.without_default()
    return Asked(provider, wanted)
