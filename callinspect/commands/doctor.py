"""`callinspect doctor`: what can be wrong between here and the vendors, and what to do about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import main, opening
from callinspect.cli.auth.accounts import BEGINNING
from callinspect.cli.console import streams
from callinspect.cli.manual import text
from callinspect.cli.options import Options
from callinspect.cli.results import forms
from callinspect.cli.results.forms import FormOption, ListFormat
from callinspect.cli.results.output import style
from callinspect.credentials import profiles
from callinspect.doctor import checks, machine, places, rounds
from callinspect.doctor.checks import Check
from callinspect.errors import ConfigError, InternalError
from callinspect.provider import Provider
from callinspect.render.jsontext import dumps

DEFAULT_TIMEOUT = 10.0
"""Seconds for all checks of a provider."""

app = main.command()

Groups = Iterable[list[Check]]
"""The checks of the machine, then those of each provider."""


@app.command("doctor", cls=main.Command)
def doctor(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="PROVIDER...", help="Provider names; those with any credential if omitted."),
    ] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a non-secret account field.")
    ] = None,
    output: FormOption = ListFormat.AUTO,
) -> int:
    """Check everything between here and the vendors, and say what to do about what is wrong.

    Looks at Python and its libraries, the configuration, the keyring, then for each provider at its credentials, its
    address, proxy, certificates, name server, connection, TLS, clock, and whether the vendor accepts the credentials.
    What a failed check makes pointless is skipped. The checks of a provider take no longer than --timeout.

    In a pipe, prints one JSON object. Exits as the first failed check would (4, 5, 7, 10 ...), 0 without one.
    """
    options = ctx.ensure_object(Options)
    options.result_format = output
    streams.check_output()
    options.add_environment_secrets()
    with opening.environment(options) as environ:
        groups = _groups(options, names or [], opening.assignments(setting or []), environ)
        found = _shown(groups, options) if _is_for_people(output) else _written(groups, options, output)
    return checks.exit_status(found)


def _is_for_people(output: ListFormat) -> bool:
    return output is ListFormat.TABLE or (output is ListFormat.AUTO and streams.is_terminal())


def _groups(
    options: Options, names: list[str], given: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[list[Check]]:
    """Yield the checks of the machine, then those of each provider."""
    profile = profiles.chosen(options.profile, environ)
    broken: list[ConfigError] = []
    several, elsewhere = _chosen(options, names, environ, profile, broken.append)
    _know_names(options, profile, *(each for stored in elsewhere.values() for each in stored))
    of_machine = rounds.of_machine(several, environ, profile, given, broken)
    yield of_machine
    settings = opening.settings(options, _never)._replace(timeout=options.timeout or DEFAULT_TIMEOUT)
    patients = rounds.patients(several, settings, profile=profile, given=given, environ=environ, know=_knower(options))
    yield from rounds.of_providers(patients, of_machine)
    for name, stored in elsewhere.items():
        options.notice(f"{name} has credentials in another profile: callinspect doctor {name} --profile {stored[0]}")


def _chosen(
    options: Options, names: list[str], environ: Mapping[str, str], profile: str, broken: Callable[[ConfigError], None]
) -> tuple[list[Provider], dict[str, list[str]]]:
    """Return the providers to check, and the profiles of those that only other profiles have credentials of."""
    if names:
        several = list({each.name: each for each in map(providers.get, names)}.values())
        return list(_emulated(several, is_named=True)) if options.sandbox else several, {}
    if options.sandbox:
        return list(_emulated(providers.every(broken), is_named=False)), {}
    return rounds.chosen(providers.every(broken), environ, profile)


def _emulated(several: list[Provider], *, is_named: bool) -> Iterator[Provider]:
    from callinspect import sandbox

    for each in several:
        if is_named:
            sandbox.check(each.name)
        if each.name in sandbox.names():
            yield each


def _never(_provider: Provider) -> Any:
    raise InternalError("the checks find the credentials by themselves")


def _know_names(options: Options, *names: str) -> None:
    """With --redact, mask the user's name, and those of profiles, wherever they occur."""
    if options.masker is not None:
        from getpass import getuser

        with suppress(KeyError, OSError):  # a user who has no name, as in containers
            options.masker.know("person", getuser())
        options.masker.know("account", *(each for each in names if each != profiles.DEFAULT))


def _redacted(options: Options, check: Check) -> Callable[[str], str]:
    """Return what masks the texts of a check, the names of users in them included, whosever home it is."""

    def shown(text: str) -> str:
        if options.masker is None:
            return options.redacted(text)
        options.masker.know("person", *places.users(text))
        is_ours = check.name in machine.VERSIONS  # which look like telephone numbers
        return options.masker.finished(text) if is_ours else options.redacted(text)

    return shown


def _knower(options: Options) -> Any:
    return options.masker.know if options.masker is not None else lambda _kind, *_values: None


def _shown(groups: Groups, options: Options) -> list[Check]:
    """Draw the checks for people, each group as it comes; return all of them."""
    from callinspect.render import people

    done: list[Check] = []
    width, drawn = len("credentials"), style(options)
    for each in groups:
        lines = [_line(check, _redacted(options, check)) for check in each]
        heading = each[0].provider
        streams.write_for_people(("\n" if done else "") + people.checkup(heading, lines, drawn, width))
        done += each
    streams.write_for_people("\n" + people.conclusion([check.found.status.value for check in done], drawn))
    if all(check.provider is None for check in done):
        streams.write_lines(["", "No credentials yet.", *text.columns(_beginnings(), streams.width())])
    return done


def _line(check: Check, shown: Callable[[str], str]) -> tuple[str, str, str, list[str]]:
    found = check.found
    return check.name, found.status.value, shown(found.summary), [shown(each) for each in found.remedies]


def _written(groups: Groups, options: Options, output: ListFormat) -> list[Check]:
    """Write the checks for programs: one object, or a line each; return all of them."""
    done: list[Check] = []
    for each in groups:
        done += each
        if output is ListFormat.JSONL:
            forms.write((check.as_json(_redacted(options, check)) for check in each), output)
    if output is not ListFormat.JSONL:
        records = [check.as_json(_redacted(options, check)) for check in done]
        streams.write(dumps({"ok": not checks.exit_status(done), "checks": records}) + "\n")
    if all(check.provider is None for check in done):
        options.notice(f"no credentials yet: {'; '.join(f'{what}: {line}' for what, line in _beginnings())}")
    return done


def _beginnings() -> list[tuple[str, str]]:
    """Return what to type where nothing is configured, each with what it is for."""
    from callinspect.cli.manual.examples import filled

    trying = filled("")[1].line
    return [("in the OS keyring", "callinspect auth login PROVIDER"), BEGINNING[1], ("to try without one", trying)]
