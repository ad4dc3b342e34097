"""Which checks are done: of the machine, then of several providers, at once where they wait for others."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from callinspect.client import bulk
from callinspect.credentials import configured, finding
from callinspect.credentials.keychain import Item
from callinspect.doctor import account, machine, road, vendor
from callinspect.doctor.checks import Check, Examination, Status
from callinspect.doctor.patient import Patient
from callinspect.errors import CallinspectError, ConfigError
from callinspect.provider import Provider

if TYPE_CHECKING:
    from callinspect.client.settings import Settings

ALMOST = "callinspect"
"""The provider in the name of the keyring item that is looked for where there is none: there is no such item."""


def of_machine(
    providers: Sequence[Provider],
    environ: Mapping[str, str],
    profile: str,
    given: Mapping[str, str],
    broken: Sequence[CallinspectError] = (),
) -> list[Check]:
    """Check the machine; the keyring only if one of the providers, or a first login, needs it.

    Args:
        providers: those that are checked next.
        environ: the environment to read accounts from.
        profile: the profile of their credentials.
        given: values of --set.
        broken: errors of other distributions' providers that cannot be loaded.
    """
    needing = next((each.name for each in providers if not _is_complete(each, environ, given)), None)
    name = needing if providers else ALMOST
    item = Item(name, profile, environ) if name else None
    unneeded = "not needed: the environment is complete"
    done = Examination(machine.Machine(os.environ, item, unneeded, tuple(each.message for each in broken)))
    done.go(machine.STEPS)
    return done.checks


def _is_complete(provider: Provider, environ: Mapping[str, str], given: Mapping[str, str]) -> bool:
    try:
        found = finding.from_environment(provider, environ)
    except CallinspectError:  # which is reported by the check of its credentials
        return configured.in_environment(provider, environ)
    known = found.account.values.keys() | given.keys()
    return any({*provider.required, *each.needs} <= known for each in provider.schemes) and bool(
        found.account.base_url or "base_url" in known
    )


def of_providers(patients: Sequence[Patient], of_machine: Sequence[Check]) -> Iterator[list[Check]]:
    """Check several providers; yield the checks of each, in order.

    Args:
        patients: what to check.
        of_machine: the checks of the machine, which tell of its keyring.

    Credentials are looked for one after the other, since the keyring is; the rest is done at once.
    """
    examined = [Examination(each, each.provider.name) for each in patients]
    keyring = next((each.found.status for each in of_machine if each.name == "keyring"), None)
    for each in examined:
        case = each.case
        case.has_keyring = keyring not in {Status.FAIL, Status.WARN}
        is_complete = _is_complete(case.provider, case.environ, case.given)
        case.lacks_keyring = keyring is Status.FAIL and not is_complete
        each.go(account.STEPS)

    def rest(examination: Examination[Patient]) -> list[Check]:
        examination.go(road.STEPS)
        examination.go(vendor.STEPS)
        return examination.checks

    for done in bulk.each(examined, rest, jobs=max(1, len(examined))):
        if isinstance(done, CallinspectError):
            raise done
        yield done


def chosen(
    providers: Sequence[Provider], environ: Mapping[str, str], profile: str
) -> tuple[list[Provider], dict[str, list[str]]]:
    """Return the providers that have any credential, and the profiles of those that are stored under others only.

    Args:
        providers: all of them.
        environ: the environment.
        profile: the profile.
    """

    def broken(_error: ConfigError) -> None:
        """Nothing: the check of our directory reports it."""

    stored = configured.stored(environ, broken)
    found = [each for each in providers if configured.has_any(each, environ) or profile in stored.get(each.name, [])]
    names = {each.name for each in found}
    return found, {name: profiles for name, profiles in stored.items() if name not in names}


def patients(
    providers: Sequence[Provider],
    settings: "Settings",
    *,
    profile: str,
    given: Mapping[str, str],
    environ: Mapping[str, str],
    learn: Callable[[Provider, Mapping[str, str]], None],
    learn_hosts: Callable[..., None],
) -> list[Patient]:
    """Return what the checks of each provider look at."""
    return [
        Patient(each, profile, given, environ, settings, learn=learn, learn_hosts=learn_hosts) for each in providers
    ]
