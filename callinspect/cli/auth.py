"""`callinspect auth`: credentials in the OS keyring."""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from callinspect import credentials, profiles, providers
from callinspect.cli import main, streams, terminal
from callinspect.cli.forms import FormOption, ListFormat, settled
from callinspect.cli.options import Options
from callinspect.cli.session import assignments, settings
from callinspect.errors import AuthMissingError, CallinspectError, UsageError, nearest
from callinspect.keychain import Item, NoKeyringError
from callinspect.provider import Field, Provider, Scheme, Token
from callinspect.render.inert import inert
from callinspect.render.json import dumps, timestamp

app = main.command(help="Store credentials in the OS keyring, show where they come from, delete them.")

ProviderArgument = Annotated[str, typer.Argument(metavar="PROVIDER", help="Whose credentials.")]


@app.command(cls=main.Command)
def login(
    ctx: typer.Context,
    provider_name: ProviderArgument,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read NAME=VALUE lines, or a JSON object.")] = False,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A field that is not secret.")
    ] = None,
    verify: Annotated[bool, typer.Option("--verify/--no-verify", help="Ask the vendor whether they are good.")] = True,
) -> None:
    """Store credentials in the OS keyring.

    Asks for them on a terminal, secrets hidden; --stdin reads them instead. A secret is never an argument. They are
    checked against the vendor, written as one keyring item for the provider and profile, and read back.
    """
    options = ctx.ensure_object(Options)
    provider = providers.get(provider_name)
    profile = _profile(options)
    item = Item(provider.name, profile, os.environ)
    backend = item.answering_backend()
    profiles.load(os.environ)
    values = credentials.addresses(provider, os.environ) | _not_secret(provider, assignments(setting or []))
    if stdin:
        values |= _read(provider)
    else:
        values |= _asked(provider, values, options)
    options.secrets |= {values[each.name] for each in provider.settings if each.secret and values.get(each.name)}
    content: dict[str, Any] = {"base_url": values.get("base_url") or provider.base_url, **values}

    def keep(token: Token) -> None:
        content.update(credentials.token_fields(token))
        if token.refresh_token:
            # Whatever the vendor says next, the refresh token that was entered is used up.
            item.write(content)

    found = credentials.of(provider, values, keep)
    if found.scheme is None:
        raise AuthMissingError(
            f"these are not complete credentials for {provider.title}",
            hint="it takes " + " or ".join(_needs(provider, scheme) for scheme in provider.schemes),
        )
    if verify:
        from callinspect.client import Client

        with Client(settings(options, lambda _: found)) as client:
            client.secrets |= options.secrets
            options.secrets = client.secrets
            client.verify(provider)
    item.write(content)
    profiles.remember(os.environ, provider.name, profile)
    options.notice(f"stored {item.name} in {backend}" + ("" if verify else ", without asking the vendor"))


@app.command(cls=main.Command)
def logout(ctx: typer.Context, provider_name: ProviderArgument) -> None:
    """Delete stored credentials."""
    options = ctx.ensure_object(Options)
    provider = providers.get(provider_name)
    profile = _profile(options)
    item = Item(provider.name, profile, os.environ)
    profiles.load(os.environ)
    try:
        found = item.delete()
    except NoKeyringError as error:
        error.hint = "so nothing is stored in one"
        raise
    profiles.forget(os.environ, provider.name, profile)
    options.notice(f"deleted {item.name}" if found else f"{item.name} was not stored")


@app.command(cls=main.Command)
def status(
    ctx: typer.Context,
    provider_name: Annotated[
        str | None,
        typer.Argument(metavar="PROVIDER", help="One provider."),
    ] = None,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """Show where each field comes from, and until when a token is good. Secrets are never shown.

    Without a provider, all providers and all their stored profiles are shown. With one, the exit status is 4 if its
    credentials are not complete.
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
    as_lines = settled(output) is ListFormat.JSONL
    streams.write_for_people(
        "".join(dumps(each.as_json(), lines=True) + "\n" if as_lines else each.told() for each in reports)
    )
    if provider_name and reports[0].missing is not None:
        raise reports[0].missing.about(provider_name)


@dataclass(frozen=True, slots=True)
class _Report:
    """What is known of one provider's credentials in one profile."""

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

    def told(self) -> str:
        problem = inert(self.error.message) if self.error else "no complete credentials"
        state = self.scheme.title if self.scheme else problem
        lines = [f"{self.provider.name}/{self.profile}  {state}"]
        lines += [
            f"  {name}  {inert(self.shown.get(name, '(secret)'))}  from {source}"
            for name, source in self.sources.items()
        ]
        if self.expires_at:
            lines.append(f"  access token good until {self.expires_at.astimezone():%Y-%m-%d %H:%M:%S %Z}")
        return "".join(f"{line}\n" for line in lines)


def _report(provider: Provider, profile: str) -> _Report:
    try:
        found = credentials.find(provider, profile=profile, settings={}, environ=os.environ)
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


def _missing(found: credentials.Credentials, provider: Provider, profile: str) -> CallinspectError | None:
    try:
        credentials.require(found, provider, profile)
    except AuthMissingError as error:
        return error
    return None


def _profile(options: Options) -> str:
    if options.sandbox:
        raise UsageError("--sandbox does not go with auth", hint="the sandbox needs no credentials")
    return profiles.chosen(options.profile, os.environ)


def _needs(provider: Provider, scheme: Scheme) -> str:
    base = () if provider.base_url else ("base_url",)
    return " + ".join((*base, *provider.required, *scheme.needs))


def _not_secret(provider: Provider, values: dict[str, str]) -> dict[str, str]:
    known = _known(provider, values)
    secret = next((name for name in known if known[name].secret), None)
    if secret:
        raise UsageError(f"{secret} is a secret, and a secret is never an argument", hint="use --stdin")
    return values


def _known(provider: Provider, values: Mapping[str, object]) -> dict[str, Field]:
    """Return the fields that are named; refuse a name that none has, and repeat it only if it is nearly one.

    What stands before an equals sign may be a secret: a bare token can end in one.
    """
    fields = {each.name: each for each in provider.settings}
    for name in values:
        if name not in fields:
            near = nearest(name, fields)
            if near:
                raise UsageError(f"{provider.name} has no field “{name}”", hint=f"did you mean {near}?")
            raise UsageError(
                f"{provider.name} has no field of a name given", hint=f"its fields are {', '.join(fields)}"
            )
    return {name: fields[name] for name in values}


def _read(provider: Provider) -> dict[str, str]:
    """Read fields from standard input: NAME=VALUE lines, or a JSON object."""
    try:
        text = sys.stdin.read() if sys.stdin else ""
    except UnicodeDecodeError:
        raise UsageError("standard input is not text") from None
    if text.lstrip().startswith("{"):
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            raise UsageError("what standard input holds is not a JSON object") from None
    else:
        lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip() and not line.startswith("#")]
        if not all("=" in line for line in lines):
            raise UsageError("standard input takes NAME=VALUE lines, or a JSON object")
        values = {name.strip(): value for name, _, value in (line.partition("=") for line in lines)}
    _known(provider, values)
    if not all(isinstance(value, str) for value in values.values()):
        raise UsageError("the values on standard input must be texts")
    return dict(values)


def _asked(provider: Provider, known: Mapping[str, str], options: Options) -> dict[str, str]:
    """Ask for the fields of one scheme on the terminal."""
    if options.no_input or not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("there is no terminal to ask on", hint="give the fields with --stdin")
    scheme = _chosen(provider)
    needed = (
        (*provider.required, *scheme.needs) if provider.base_url else ("base_url", *provider.required, *scheme.needs)
    )
    fields = {each.name: each for each in provider.settings}
    values = {}
    for name in needed:
        if name not in known:
            values[name] = _prompt(fields[name])
    return values


def _chosen(provider: Provider) -> Scheme:
    if len(provider.schemes) == 1:
        return provider.schemes[0]
    for position, scheme in enumerate(provider.schemes, 1):
        streams.say(f"  {position}  {scheme.title}: {_needs(provider, scheme)}")
    number: int = typer.prompt("Which", type=int, default=1, err=True)
    if not 1 <= number <= len(provider.schemes):
        raise UsageError(f"there are {len(provider.schemes)} ways to choose from")
    return provider.schemes[number - 1]


def _prompt(field: Field) -> str:
    may_be_empty = field.secret and not field.token
    with terminal.hidden_input() if field.secret else nullcontext():
        return str(
            typer.prompt(
                field.title, hide_input=field.secret, err=True, default="" if may_be_empty else None, show_default=False
            )
        )
