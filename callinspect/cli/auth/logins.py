"""Logs in: takes the fields, checks them with the vendor, stores them in the keyring."""

import os
import secrets
import time
from collections.abc import Mapping
from typing import Any

import typer

from callinspect.cli.console import messages
from callinspect.cli.input import prompts
from callinspect.cli.opening import settings
from callinspect.cli.options import Options
from callinspect.credentials import explaining, finding, profiles
from callinspect.credentials.content import token_fields
from callinspect.credentials.keychain import Item
from callinspect.credentials.values import canonical
from callinspect.errors import (
    AuthMissingError,
    AuthRejectedError,
    CallinspectError,
    ConfigError,
    ForbiddenError,
    KeyringError,
    NetworkError,
    UnusableFieldError,
)
from callinspect.provider import Provider, Signing, Token


class Login:
    """A login to store; it is stored early, before the vendor accepts it, if a refresh token would be lost.

    Args:
        options: the global options.
        provider: the provider.
        item: the keyring item.
        backend: the name of the keyring.
        values: the fields.
    """

    def __init__(
        self, options: Options, provider: Provider, item: Item, backend: str, values: Mapping[str, str]
    ) -> None:
        options.secrets.add(*finding.secrets_in(provider, values))
        values = {**values, **_paths(provider, values)}
        self._options = options
        self._provider = provider
        self._item = item
        self._backend = backend
        self._values = values
        self._content: dict[str, Any] = {**values, **_places(provider, values), "login": secrets.token_hex(8)}
        self.is_stored = False
        self._found = finding.from_values(provider, values, self._add_token)
        options.secrets.add(*self._found.secrets)
        options.learn(provider, self._found)
        scheme = self._found.scheme
        if scheme is None:
            raise AuthMissingError(
                f"the credentials for {provider.title} are incomplete",
                hint="needed: " + " or ".join(" + ".join(provider.needs(each)) for each in provider.ways),
            )
        self._scheme = scheme

    def check(self) -> None:
        """Check, without asking the vendor, that the credentials can be used.

        Raises:
            ConfigError: they cannot.
        """
        if isinstance(self._scheme, Signing):
            try:
                self._scheme.sign(self._found.account, time.time())
            except UnusableFieldError as error:
                raise explaining.explained(error, self._provider, self._found) from None

    def verify(self) -> None:
        """Check that the vendor accepts the credentials.

        Raises:
            CallinspectError: it does not, or could not be reached.
        """
        from callinspect.client.inspector import Inspector

        try:
            with Inspector(settings(self._options, lambda _: self._found)) as client:
                client.verify(self._provider)
        except CallinspectError:
            if self.is_stored:
                self._options.notice(
                    f"stored {self._item.name} in {self._backend} anyway: the refresh token that was entered is used up"
                )
            raise

    def store(self, *, verified: bool) -> None:
        """Store the login, and say where."""
        self._write()
        unasked = "" if verified else ", not checked with the vendor"
        places = " and ".join(finding.sent_to(self._provider, self._scheme, self._values))
        self._options.notice(f"stored {self._item.name} in {self._backend}, for {places} only{unasked}")

    def caution(self, *, prompted: bool = False) -> None:
        """Say what the user should know of the credentials, but for what the prompts have said."""
        said = explaining.exposed(self._found) if prompted else explaining.warnings(self._provider, self._found)
        for text in said:
            self._options.notice(text)

    def _write(self) -> None:
        try:
            with profiles.exclusive(os.environ):
                self._item.write(self._content)
        except KeyringError as error:
            error.hints = (*self._shorter(), *error.hints)
            raise
        self.is_stored = True

    def _shorter(self) -> list[str]:
        """Return what else to store where the keyring cannot hold a whole text."""
        texts = [each.name for each in self._provider.settings if each.file and each.name in self._values]
        return [
            f"if {name} is too long for this keyring, store the path of its file"
            for name in texts
            if name not in self._found.paths
        ]

    def _add_token(self, token: Token) -> None:
        """Add a token that was issued during verification."""
        self._content.update(token_fields(token))
        if token.refresh_token:
            # Whatever happens next, the refresh token that was entered is no longer valid.
            self._write()


def from_input(options: Options, provider: Provider, item: Item, given: Mapping[str, str], *, verify: bool) -> None:
    """Log in with the fields on standard input."""
    backend = item.check_backend()
    profiles.load(os.environ)
    login = Login(options, provider, item, backend, {**given, **prompts.read(provider)})
    login.caution()
    login.check()
    if verify:
        try:
            login.verify()
        except CallinspectError as error:
            if error.exit_status == NetworkError.exit_status:
                error.hints = (*error.hints, "--no-verify stores them without asking the vendor")
            raise
    login.store(verified=verify)


def from_prompts(options: Options, provider: Provider, item: Item, given: Mapping[str, str], *, verify: bool) -> None:
    """Log in with fields that are entered on the terminal, again if the vendor refuses them."""
    prompts.check_terminal(is_allowed=not options.no_input)
    backend = item.check_backend()
    profiles.load(os.environ)
    if _is_stored(item):
        options.notice(f"{item.name} is logged in already: this replaces what is stored for the profile {item.profile}")
    entered = prompts.Entered()
    while True:
        entered = prompts.ask(provider, given, entered, options.field)
        login = Login(options, provider, item, backend, entered.values)
        try:
            login.check()
            if verify:
                login.verify()
        except CallinspectError as error:
            if error.exit_status == NetworkError.exit_status and not login.is_stored:
                _go_on_if(options, error, "Store them without verification?", default=False)
                verify = False
                break
            if not isinstance(error, AuthRejectedError | ForbiddenError | ConfigError):
                raise
            _go_on_if(options, error, "Enter them again?", default=True)
        else:
            break
    login.caution(prompted=True)
    login.store(verified=verify)


def _go_on_if(options: Options, error: CallinspectError, question: str, *, default: bool) -> None:
    """Report an error and ask whether to go on; the run ends with it if the answer is no."""
    exit_status = messages.report(error, options)
    if not prompts.confirmed(question, default=default):
        raise typer.Exit(exit_status)


def _is_stored(item: Item) -> bool:
    try:
        return bool(item.read())
    except KeyringError:  # something is stored that we have not written
        return True


def _paths(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that are files, each with the path that is good wherever it is used."""
    return {
        each.name: canonical(each, values[each.name]) for each in provider.settings if each.file and each.name in values
    }


def _places(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses to store: the given ones, and the base URL unless it is derived from other fields."""
    follows = "{" in (provider.base_url or "")
    stored = {*values} if follows else {"base_url", *values}
    return {name: place for name, place in finding.destinations(provider, values).items() if name in stored}
