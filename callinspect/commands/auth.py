"""`callinspect auth`: credentials in the OS keyring."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from callinspect import providers
from callinspect.cli import main
from callinspect.cli.auth import accounts, logins
from callinspect.cli.console import streams
from callinspect.cli.input import prompts
from callinspect.cli.opening import assignments
from callinspect.cli.options import Options
from callinspect.cli.results import forms
from callinspect.cli.results.forms import FormOption, ListFormat, resolved
from callinspect.credentials import finding, profiles
from callinspect.credentials.keychain import Item, NoKeyringError
from callinspect.credentials.values import allows_plain, check, known_fields, not_secret
from callinspect.errors import ConfigError, UsageError
from callinspect.provider import Provider

app = main.command(help="Store credentials in the OS keyring, show where they come from, delete them.")

ProviderArgument = Annotated[str, typer.Argument(metavar="PROVIDER", help="Provider name.")]


@app.command(cls=main.Command)
def login(
    ctx: typer.Context,
    provider_name: Annotated[
        str | None, typer.Argument(metavar="PROVIDER", help="Provider name; asked for if omitted.")
    ] = None,
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
    profile = _profile(options)
    provider = providers.get(provider_name) if provider_name else _chosen(options, stdin=stdin)
    typed = not_secret(provider, assignments(setting or []), instead="use --stdin")
    given = {**finding.addresses(provider, os.environ), **typed}
    for name, each in known_fields(provider, given).items():
        check(each, given[name], "--set" if name in typed else "the environment", plain=allows_plain(given))
    item = Item(provider.name, profile, os.environ)
    log_in = logins.from_input if stdin else logins.from_prompts
    log_in(options, provider, item, given, verify=verify)
    with _names(f"{item.name} is stored anyway and will be used; auth status without a provider may not list it"):
        profiles.remember(os.environ, provider.name, profile)


def _chosen(options: Options, *, stdin: bool) -> Provider:
    known = providers.every(options.broken)
    names = f"name one: {', '.join(each.name for each in known)}"
    if stdin:
        raise UsageError("PROVIDER is missing", hint=names)
    prompts.check_terminal(is_allowed=not options.no_input, hint=names)
    return prompts.choose_provider(known)


@contextmanager
def _names(so: str) -> Iterator[None]:
    """Add the fate of the credentials to the error if the profile names cannot be written."""
    try:
        yield
    except ConfigError as error:
        error.hints = (*error.hints, so)
        raise


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
    check: Annotated[bool, typer.Option("--check", help="Ask each vendor whether it accepts the credentials.")] = False,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """Show where each field comes from, and when the access token expires. Secrets are never shown.

    Without a provider, shows all providers and their stored profiles. With one, exits 4 if its credentials are
    incomplete. With --check, exits as the vendor's refusal would (4, 5, 7 …), 9 if only some were refused.
    """
    options = ctx.ensure_object(Options)
    reports = _one(options, provider_name) if provider_name else _all(options)
    if check:
        reports = accounts.checked(reports, options)
    form = resolved(output)
    if form is ListFormat.TABLE:
        streams.write_for_people(accounts.as_text(reports, options))
    else:
        forms.write((each.as_json(options) for each in reports), form)
    if provider_name:
        failure = reports[0].missing or reports[0].failure
        if failure is not None:
            raise failure.about(reports[0].provider.name)
    elif check:
        raise typer.Exit(accounts.exit_status(reports))


def _one(options: Options, provider_name: str) -> list[accounts.Report]:
    report = accounts.report(providers.get(provider_name), _profile(options), options)
    if report.error is not None:
        raise report.error.about(report.provider.name)
    return [report]


def _all(options: Options) -> list[accounts.Report]:
    profile, stored = _profile(options), profiles.load(os.environ)
    return [
        accounts.report(provider, name, options)
        for provider in providers.every(options.broken)
        for name in sorted({profile, *stored.get(provider.name, [])})
    ]


def _profile(options: Options) -> str:
    if options.sandbox:
        raise UsageError("--sandbox cannot be combined with auth", hint="the sandbox needs no credentials")
    return profiles.chosen(options.profile, os.environ)
