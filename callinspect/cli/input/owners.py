"""Whose an ID is: reads what was typed or pasted as a call, and finds the provider where none is named."""

import os
import re
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from callinspect import providers
from callinspect.cli.input import ids, paths
from callinspect.errors import ConfigError, UsageError, either, nearest
from callinspect.provider import BASE_URL, Certainty, Target
from callinspect.provider.address import authority

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from callinspect.cli.options import Options
    from callinspect.credentials.profiles import Stored
    from callinspect.provider import Provider
    from callinspect.providers import Candidate

VARIABLE = "CALLINSPECT_PROVIDER"
"""The environment variable that names the provider to ask where an ID may be of several."""

CERTAINTIES = tuple(Certainty)

FIELD = "callinspectfield"
"""Stands for a field's value within the address of a vendor that has one for each customer."""

_A_NAME = re.compile(r"[A-Za-z_-]+", re.ASCII)
"""May be a provider's name, mistyped."""

_A_NUMBER = re.compile(r"\+?[0-9(](?:[ ().-]*[0-9]){6,14}", re.ASCII)
"""A phone number, written in any way; looked for in what no vendor's call ID looks like."""


def read(word: str) -> tuple[str | None, str]:
    """Return the provider that a word names, if any, and the rest of it without what is around an ID or an address."""
    text = ids.cleaned(word)
    name, colon, rest = text.partition(":")
    known = providers.spelled(name) if colon else None
    return known, _decoded(ids.linked(ids.cleaned(rest) if known else text))


def _decoded(text: str) -> str:
    """Return an ID as it is, if it was copied as it stands in an address: percent-encoded."""
    if "%" not in text or len(text) > ids.MAX_PASTED or ids.address(text) is not None or providers.candidates(text):
        return text
    plain = unquote(text)
    return plain if providers.candidates(plain) else text


class Owners:
    """Finds the provider of each ID.

    Args:
        options: the global options.

    Attributes:
        command: how the command is typed.
        line: returns how a provider and an ID are typed on this command line, for hints.
    """

    def __init__(self, options: "Options") -> None:
        self.command = options.command
        self.line: Callable[[str, str], str] = lambda provider, call_id: f"{self.command} {provider} {call_id}"
        self._options = options
        self._chosen: dict[tuple[Candidate, ...], str] = {}
        self._configured: dict[str, bool] = {}
        self._said: set[str] = set()
        self._held: list[str] | None = []
        self._problems: list[ConfigError] = []

    def announce(self) -> None:
        """Say who is asked, from now on: until then, the command line may still turn out to be wrong."""
        held, self._held = self._held or [], None
        for text in held:
            self._options.notice(text)

    def target(self, word: str, default: str | None, *, is_asked: bool = True) -> Target:
        """Return the call that a word names: an ID, PROVIDER:CALL_ID or an address, as people paste them.

        Args:
            word: the word.
            default: the provider of IDs without one, None to find it by the ID's form.
            is_asked: whether the provider will be asked, and so needs credentials.

        Raises:
            UsageError: it is not the ID of a call, or it may be the ID of several providers' calls.
        """
        provider, text = read(word)
        provider = provider or default
        if (pasted := ids.address(text)) is not None:
            provider, text = self.within(pasted, provider)
        if text != word and not word.endswith(f":{text}"):
            self._options.keep(text)
            self._options.trace(f"read as the call ID {text}")
        return Target(provider or self.owner(text, is_asked=is_asked), text)

    def within(self, address: ids.Address, provider: str | None) -> tuple[str | None, str]:
        """Return the provider and the ID in an address: the provider by its API's host, the ID by its form.

        Raises:
            UsageError: there is no ID in it; its query is not repeated.
        """
        provider = provider or self._at(address)
        best = min(
            ((each, word) for word in address.words for each in providers.candidates(word)),
            key=lambda found: (
                found[0].form.kind != "call",
                found[0].provider != (provider or found[0].provider),
                CERTAINTIES.index(found[0].form.certainty),
            ),
            default=None,
        )
        if best is not None:
            return provider, best[1]
        if provider and address.words and not providers.get(provider).id_forms:
            return provider, address.words[0]
        self._options.learn_address(str(address))
        raise UsageError(f"there is no call ID in the address {address}", hint="give the call ID itself")

    def owner(self, call_id: str, *, is_asked: bool = True) -> str:
        """Return the provider of an ID, by its form and, if it will be asked, by which providers have credentials.

        Raises:
            UsageError: there is none, or several.
        """
        found = tuple(each for each in providers.candidates(call_id) if each.form.kind == "call")
        if not found:
            raise _unknown(call_id, self.line)
        if not is_asked:
            return self._surest(found, call_id)
        if found not in self._chosen:
            self._chosen[found] = self._choice(found, call_id)
        return self._chosen[found]

    def is_configured(self, name: str) -> bool:
        """Whether a provider has credentials, as far as can be told without opening the keyring."""
        if name not in self._configured:
            self._configured[name] = self._has_credentials(providers.get(name))
        return self._configured[name]

    def _choice(self, found: "tuple[Candidate, ...]", call_id: str) -> str:
        """Return which of several candidates to ask, and say so.

        Raises:
            UsageError: none of them has credentials, or several are as likely.
            ConfigError: none has, as far as is known: the names of stored profiles cannot be read.
        """
        usable = [each for each in found if self.is_configured(each.provider)]
        if not usable:
            raise next(iter(self._problems), None) or self._without_credentials([each.provider for each in found])
        name = self._surest(usable, call_id)
        for problem in self._problems:
            self._say(problem.message)
        self._say(f"asking {name}, whose call IDs look like this")
        return name

    def _surest(self, found: "Sequence[Candidate]", call_id: str) -> str:
        """Return the surest of several candidates, or the one that the environment prefers.

        Raises:
            UsageError: several are as likely.
        """
        for certainties in (CERTAINTIES[:1], CERTAINTIES[:2], CERTAINTIES):
            sure = [each.provider for each in found if each.form.certainty in certainties]
            if len(sure) == 1:
                return sure[0]
        preferred = providers.spelled(os.environ.get(VARIABLE, ""))
        if preferred not in sure:
            self._options.keep(call_id)
            raise _ambiguous(sure, self.line, call_id)
        return preferred

    def _without_credentials(self, names: list[str]) -> UsageError:
        """Return the error for an ID whose candidates have no credentials."""
        from callinspect.credentials.finding import login_command

        commands = [login_command(name, self._profile) for name in names]
        return UsageError(
            f"this looks like a call ID of {either(names)}, for which there are no credentials",
            hint=(
                f"log in: {' or '.join(commands)}",
                "or set the variables that callinspect help environment lists",
            ),
        )

    def _say(self, text: str) -> None:
        if text in self._said:
            return
        self._said.add(text)
        if self._held is None:
            self._options.notice(text)
        else:
            self._held.append(text)

    def _has_credentials(self, provider: "Provider") -> bool:
        if self._options.sandbox:
            from callinspect import sandbox

            return provider.name in sandbox.names()
        from callinspect.credentials import configured

        return configured.in_environment(provider, os.environ) or self._profile in self._stored.get(provider.name, [])

    @cached_property
    def _stored(self) -> "Stored":
        from callinspect.credentials import configured

        return configured.stored(os.environ, self._problems.append)

    @cached_property
    def _profile(self) -> str:
        from callinspect.credentials import profiles

        return profiles.chosen(self._options.profile, os.environ)

    def _at(self, address: ids.Address) -> str | None:
        """Return the provider whose API has that address, None if none has, or several."""
        found = [
            (each.name, urlsplit(base).path)
            for each in providers.usable()
            for base in _bases(each)
            if _is_at(address, base)
        ]
        if len({name for name, _ in found}) > 1:  # on one host, as in the sandbox
            found = [(name, path) for name, path in found if f"{address.path}/".startswith(f"{path}/")]
        names = {name for name, _ in found}
        return names.pop() if len(names) == 1 else None


def _bases(provider: "Provider") -> list[str]:
    """Return the addresses of a provider's API: its own, those of its regions, and the one in the environment."""
    regions = [f"https://{host}.{each}" for field in provider.fields for host in field.hosts for each in field.choices]
    named = [f"https://{field.host.format('{name}')}" for field in provider.fields if field.host]
    given = (provider.base_url, _given(provider))
    return [*(base for base in given if base), *regions, *named]


def _given(provider: "Provider") -> str | None:
    """Return the address in the environment in canonical form, None if there is none that can be used."""
    from callinspect.credentials.finding import addresses
    from callinspect.credentials.values import canonical

    written = addresses(provider, os.environ).get(BASE_URL.name)
    with suppress(ValueError):
        return written and canonical(next(each for each in provider.settings if each.name == BASE_URL.name), written)
    return None


def _is_at(address: ids.Address, base: str) -> bool:
    """Whether an address has the host of another, in which a field in braces stands for a part of a name."""
    host = re.escape(authority(re.sub(r"\{\w+\}", FIELD, base))).replace(FIELD, "[a-z0-9-]+")
    return re.fullmatch(host, address.host) is not None


def _unknown(word: str, line: "Callable[[str, str], str]") -> UsageError:
    """Return the error for a word that is neither a provider nor an ID in the form of one's call IDs."""
    if paths.is_path(word):
        return paths.error(word, None)
    name = word.partition(":")[0]
    if _A_NAME.fullmatch(name) and nearest(name.lower(), providers.names()):
        try:
            providers.get(name)
        except UsageError as mistyped:
            return mistyped
    if _A_NUMBER.fullmatch(word):
        number = re.sub("[^+0-9]", "", word)
        return UsageError("this is a phone number, not a call ID", hint=f"callinspect list --number {number}")
    usage = line("PROVIDER", "CALL_ID")
    for provider, form in providers.candidates(word):
        looks = "looks like" if form.certainty == "certain" else "may be"
        hint = form.command(word) or usage
        return UsageError(f"this {looks} {providers.kind_of(form.kind)} in {provider}, not a call ID", hint=hint)
    shown = f"“{word}”" if len(word) <= providers.MAX_NAME else "this"  # it may be a token in the wrong place
    what = "not" if re.search("[0-9]", word) else "neither a provider nor"  # which no provider's name has
    return UsageError(f"{shown} is {what} a call ID of a known form", hint=usage)


def _ambiguous(names: list[str], line: "Callable[[str, str], str]", call_id: str) -> UsageError:
    """Return the error for an ID of several providers that may be asked."""
    error = UsageError(f"this may be a call ID of {either(names)}")
    error.suggest(f"or set {VARIABLE}")
    for name in reversed(names):
        error.suggest(line(name, call_id))
    return error
