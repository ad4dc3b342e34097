"""Logs in: takes the fields, checks them with the vendor, stores them in the keyring."""

import os
import secrets
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
from callinspect.errors import (
    AuthMissingError,
    AuthRejectedError,
    CallinspectError,
    ConfigError,
    ForbiddenError,
    KeyringError,
    NetworkError,
)
from callinspect.provider import Provider, Token


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
        options.secrets.add(*(values[each.name] for each in provider.settings if each.secret and values.get(each.name)))
        self._options = options
        self._provider = provider
        self._item = item
        self._backend = backend
        self._values = values
        self._content: dict[str, Any] = {**values, **_places(provider, values), "login": secrets.token_hex(8)}
        self.is_stored = False
        self._found = finding.from_values(provider, values, self._add_token)
        if self._found.scheme is None:
            raise AuthMissingError(
                f"the credentials for {provider.title} are incomplete",
                hint="needed: " + " or ".join(" + ".join(provider.needs(scheme)) for scheme in provider.schemes),
            )

    def verify(self) -> None:
        """Check that the vendor accepts the credentials.

        Raises:
            CallinspectError: it does not, or could not be reached.
        """
        from callinspect.client.inspector import Client

        try:
            with Client(settings(self._options, lambda _: self._found)) as client:
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
        place = finding.destinations(self._provider, self._values)["base_url"]
        self._options.notice(f"stored {self._item.name} in {self._backend}, for {place} only{unasked}")

    def caution(self) -> None:
        """Say what the user should know of the credentials."""
        for text in explaining.warnings(self._provider, self._found):
            self._options.notice(text)

    def _write(self) -> None:
        with profiles.exclusive(os.environ):
            self._item.write(self._content)
        self.is_stored = True

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
    before: dict[str, str] = {}
    while True:
        before = prompts.ask(provider, given, before)
        login = Login(options, provider, item, backend, before)
        try:
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


def _places(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses to store: the given ones, and the base URL unless it is derived from other fields."""
    follows = "{" in (provider.base_url or "")
    stored = {*values} if follows else {"base_url", *values}
    return {name: place for name, place in finding.destinations(provider, values).items() if name in stored}
