"""`callinspect auth`: credentials in the OS keyring."""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import forms, main
from callinspect.cli.console import streams
from callinspect.cli.forms import FormOption, ListFormat, resolved
from callinspect.cli.input import prompts
from callinspect.cli.opening import assignments, settings
from callinspect.cli.options import Options
from callinspect.credentials import finding, profiles
from callinspect.credentials.content import token_fields
from callinspect.credentials.keychain import Item, NoKeyringError
from callinspect.errors import AuthMissingError, CallinspectError, ConfigError, UsageError
from callinspect.provider import Provider, Scheme, Token
from callinspect.render.inert import inert
from callinspect.render.json import timestamp

app = main.command(help="Store credentials in the OS keyring, show where they come from, delete them.")

ProviderArgument = Annotated[str, typer.Argument(metavar="PROVIDER", help="Provider name.")]


class _Stored:
    """A login to store; it is stored early, before the vendor accepts it, if a refresh token would be lost.

    Args:
        item: the keyring item.
        content: the fields, to which the token is added.
    """

    def __init__(self, item: Item, content: dict[str, Any]) -> None:
        self._item = item
        self.content = content
        self.is_there = False

    def write(self) -> None:
        """Store the login."""
        with profiles.exclusive(os.environ):
            self._item.write(self.content)
        self.is_there = True

    def add_token(self, token: Token) -> None:
        """Add a token that was issued during verification."""
        self.content.update(token_fields(token))
        if token.refresh_token:
            # Whatever happens next, the refresh token that was entered is no longer valid.
            self.write()


@app.command(cls=main.Command)
def login(
    ctx: typer.Context,
    provider_name: ProviderArgument,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read NAME=VALUE lines or a JSON object from standard input.")
    ] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a non-secret account field.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify/--no-verify", help="Check the credentials with the vendor.")] = True,
) -> None:
    """Store credentials in the OS keyring.

    Prompts for them on a terminal, with hidden input for secrets; --stdin reads them instead. Secrets are never
    accepted as arguments. The credentials are checked with the vendor, written as one keyring item per provider and
    profile, and read back.
    """
    options = ctx.ensure_object(Options)
    provider = providers.get(provider_name)
    profile = _profile(options)
    item = Item(provider.name, profile, os.environ)
    backend = item.check_backend()
    profiles.load(os.environ)
    values = finding.addresses(provider, os.environ) | prompts.not_secret(provider, assignments(setting or []))
    values |= prompts.read(provider) if stdin else prompts.ask(provider, values, is_allowed=not options.no_input)
    options.secrets.add(*(values[each.name] for each in provider.settings if each.secret and values.get(each.name)))
    stored = _Stored(item, {**values, **_places(provider, values), "login": secrets.token_hex(8)})
    found = finding.from_values(provider, values, stored.add_token)
    if found.scheme is None:
        raise AuthMissingError(
            f"the credentials for {provider.title} are incomplete",
            hint="needed: " + " or ".join(" + ".join(provider.needs(scheme)) for scheme in provider.schemes),
        )
    if verify:
        try:
            _verify(options, provider, found)
        except CallinspectError:
            if stored.is_there:
                options.notice(f"stored {item.name} in {backend} anyway: the refresh token that was entered is used up")
            raise
    stored.write()
    unasked = "" if verify else ", not checked with the vendor"
    place = finding.destinations(provider, values)["base_url"]
    options.notice(f"stored {item.name} in {backend}, for {place} only{unasked}")
    with _names(f"{item.name} is stored anyway and will be used; auth status without a provider may not list it"):
        profiles.remember(os.environ, provider.name, profile)


def _verify(options: Options, provider: Provider, found: finding.Credentials) -> None:
    from callinspect.client.inspector import Client

    with Client(settings(options, lambda _: found)) as client:
        client.verify(provider)


@contextmanager
def _names(so: str) -> Iterator[None]:
    """Add the fate of the credentials to the error if the profile names cannot be written."""
    try:
        yield
    except ConfigError as error:
        error.hints = (*error.hints, so)
        raise


def _places(provider: Provider, values: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses to store: the given ones, and the base URL unless it is derived from other fields."""
    follows = "{" in (provider.base_url or "")
    stored = {*values} if follows else {"base_url", *values}
    return {name: place for name, place in finding.destinations(provider, values).items() if name in stored}


@app.command(cls=main.Command)
def logout(ctx: typer.Context, provider_name: ProviderArgument) -> None:
    """Delete stored credentials."""
    options = ctx.ensure_object(Options)
    provider = providers.get(provider_name)
    profile = _profile(options)
    item = Item(provider.name, profile, os.environ)
    try:
        found = item.delete()
    except NoKeyringError as error:
        profiles.load(os.environ)  # its error is more specific if there is no home directory
        error.hint = "so nothing is stored"
        raise
    options.notice(f"deleted {item.name}" if found else f"{item.name} was not stored")
    left = "is deleted anyway" if found else "was not stored"
    with _names(f"{item.name} {left}; auth status without a provider will still list it"):
        profiles.forget(os.environ, provider.name, profile)


@app.command(cls=main.Command)
def status(
    ctx: typer.Context,
    provider_name: Annotated[
        str | None,
        typer.Argument(metavar="PROVIDER", help="Provider name; all providers if omitted."),
    ] = None,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """Show where each field comes from, and when the access token expires. Secrets are never shown.

    Without a provider, shows all providers and their stored profiles. With one, exits 4 if its credentials are
    incomplete.
    """
    options = ctx.ensure_object(Options)
    if provider_name:
        reports = [_report(providers.get(provider_name), _profile(options))]
        if reports[0].error is not None:
            raise reports[0].error.about(provider_name)
    else:
        stored = profiles.load(os.environ)
        reports = [
            _report(provider, profile)
            for provider in providers.every(options.broken)
            for profile in sorted({_profile(options), *stored.get(provider.name, [])})
        ]
    form = resolved(output)
    if form is ListFormat.TABLE:
        streams.write_for_people("".join(each.as_text() for each in reports))
    else:
        forms.write((each.as_json() for each in reports), form)
    if provider_name and reports[0].missing is not None:
        raise reports[0].missing.about(provider_name)


@dataclass(frozen=True, slots=True)
class _Report:
    """The status of one provider's credentials in one profile."""

    provider: Provider
    profile: str
    scheme: Scheme | None
    sources: Mapping[str, str]
    shown: Mapping[str, str]
    expires_at: datetime | None
    error: CallinspectError | None = None
    missing: CallinspectError | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "provider": self.provider.name,
            "profile": self.profile,
            "complete": self.scheme is not None,
            "scheme": self.scheme.title if self.scheme else None,
            "fields": [
                {"name": name, "source": source, "value": self.shown.get(name)} for name, source in self.sources.items()
            ],
            "token_expires_at": timestamp(self.expires_at),
            "error": self.error.message if self.error else None,
        }

    def as_text(self) -> str:
        problem = inert(self.error.message) if self.error else "no complete credentials"
        state = self.scheme.title if self.scheme else problem
        lines = [f"{self.provider.name}/{self.profile}  {state}"]
        lines += [
            f"  {name}  {inert(self.shown.get(name, '(secret)'))}  from {source}"
            for name, source in self.sources.items()
        ]
        if self.expires_at:
            lines.append(f"  access token valid until {self.expires_at.astimezone():%Y-%m-%d %H:%M:%S %Z}")
        return "".join(f"{line}\n" for line in lines)


def _report(provider: Provider, profile: str) -> _Report:
    try:
        found = finding.find(provider, profile=profile, settings={}, environ=os.environ)
    except CallinspectError as error:
        return _Report(provider, profile, None, {}, {}, None, error)
    expires = found.token.expires_at if found.token else None
    return _Report(
        provider,
        profile,
        found.scheme,
        found.sources,
        {
            each.name: found.account[each.name]
            for each in provider.settings
            if not each.secret and found.account.get(each.name)
        },
        datetime.fromtimestamp(expires, UTC) if expires else None,
        missing=_missing(found, provider, profile),
    )


def _missing(found: finding.Credentials, provider: Provider, profile: str) -> CallinspectError | None:
    try:
        finding.require(found, provider, profile)
    except AuthMissingError as error:
        return error
    return None


def _profile(options: Options) -> str:
    if options.sandbox:
        raise UsageError("--sandbox cannot be combined with auth", hint="the sandbox needs no credentials")
    return profiles.chosen(options.profile, os.environ)
