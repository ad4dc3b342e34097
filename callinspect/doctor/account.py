"""An account: where its credentials come from, and its address."""

from collections.abc import Iterator
from datetime import UTC, datetime
from shlex import quote

from callinspect.credentials import environment, explaining, files, finding, ready_made
from callinspect.deadline import Deadline
from callinspect.doctor import places
from callinspect.doctor.checks import Finding, Step, failed, ok, pointless, warned
from callinspect.doctor.patient import Patient
from callinspect.errors import AuthMissingError, CallinspectError, UnusableFieldError
from callinspect.provider import Provider


def credentials(patient: Patient) -> Finding:
    """Find the credentials; say where each field comes from."""
    provider = patient.provider
    if patient.lacks_keyring:
        return pointless("keyring")
    try:
        found = finding.find(provider, profile=patient.profile, settings=patient.given, environ=patient.environ)
    except UnusableFieldError as error:
        patient.error = error
        if error.field in _addresses(provider):
            return pointless("base_url")
        return failed(error, otherwise=[finding.login_command(provider.name, patient.profile)])
    except CallinspectError as error:
        return failed(error, otherwise=[finding.login_command(provider.name, patient.profile)])
    patient.found = found
    patient.settings.secrets.add(*found.secrets)
    patient.know("account", *_identifying(provider, found))
    try:
        explaining.require(found, provider, patient.profile)
    except AuthMissingError as error:
        return failed(error)
    said = f"{found.scheme.title if found.scheme else ''}: {'; '.join(_sources(found))}"
    remedies = tuple(_remedies(patient, found))
    return warned("; ".join([said, *_troubles(patient, found)]), *remedies) if remedies else ok(said)


def _addresses(provider: Provider) -> set[str]:
    return {each.name for each in provider.settings if each.url}


def _identifying(provider: Provider, found: finding.Credentials) -> Iterator[str]:
    """Yield what is known by the account's fields, other than secrets: its number, a user's name."""
    for each in provider.settings:
        value = found.account.get(each.name)
        if value and not (each.is_credential or each.url or each.choices):
            yield value


def _sources(found: finding.Credentials) -> Iterator[str]:
    """Yield each source, and which fields come from it."""
    for source in dict.fromkeys(found.sources.values()):
        names = [name for name, each in found.sources.items() if each == source]
        yield f"{', '.join(names)} from {places.shortened(source)}"


def _troubles(patient: Patient, found: finding.Credentials) -> Iterator[str]:
    """Yield what is wrong with complete credentials."""
    if _has_expired(found):
        yield str(ready_made.age(found))
    if ending := explaining.ending(patient.provider, found.scheme):
        yield ending
    for path in _open(found):
        yield f"every user of this machine can read {places.short(path)}"


def _remedies(patient: Patient, found: finding.Credentials) -> Iterator[str]:
    """Yield what to do about each of these."""
    login = finding.login_command(patient.provider.name, patient.profile)
    if _has_expired(found) or explaining.ending(patient.provider, found.scheme):
        yield login
    for path in _open(found):
        yield f"chmod 600 {places.typed(path)}"


def _has_expired(found: finding.Credentials) -> bool:
    expires = ready_made.times(found).expires
    return expires is not None and expires <= datetime.now(UTC)


def _open(found: finding.Credentials) -> list[str]:
    return [path for path in found.paths.values() if files.is_open(path)]


def base_url(patient: Patient) -> Finding:
    """Check the address; without credentials, that of the environment or the vendor's own."""
    from callinspect.http.probe import Probe

    provider, found = patient.provider, patient.found
    if isinstance(patient.error, UnusableFieldError) and patient.error.field in _addresses(provider):
        return failed(patient.error, f"callinspect providers {provider.name}")
    try:
        url = found.account.base_url if found else _address(patient)
        source = _source(patient)
    except CallinspectError as error:
        return failed(error, f"callinspect providers {provider.name}")
    if not url:
        return pointless("credentials")
    patient.probe = Probe(url, patient.settings.ca_file, Deadline(patient.settings.timeout))
    patient.hides_host = url != provider.base_url and not patient.probe.is_local
    if patient.hides_host:
        patient.know("host", patient.probe.host)
    said = f"{url}, {places.shortened(source)}"
    if warning := explaining.unencrypted(provider, url):
        return warned(f"{said}: {warning}", _encrypted(patient, url))
    return ok(said)


def _source(patient: Patient) -> str:
    """Return where the address comes from.

    Raises:
        CallinspectError: the environment has no value where it says it has.
    """
    if patient.found is not None:
        given = patient.found.sources.get("base_url")
    else:
        field = next(each for each in patient.provider.settings if each.name == "base_url")
        in_environment = environment.given(patient.provider, field, patient.environ)
        given = finding.SETTING if "base_url" in patient.given else in_environment and in_environment[1]
    if given:
        return f"from {given}"
    return "the vendor's own" if patient.found is not None else "the vendor's own, while no other is known"


def _address(patient: Patient) -> str:
    """Return the address without the credentials that could not be read.

    Raises:
        CallinspectError: it is invalid.
    """
    known = {**finding.addresses(patient.provider, patient.environ), **patient.given}
    return finding.destinations(patient.provider, known).get("base_url", "")


def _encrypted(patient: Patient, url: str) -> str:
    """Return how to use the same address with TLS."""
    secure = quote("https" + url.removeprefix("http"))
    return f"if the server has TLS: {patient.command} --set base_url={secure}"


STEPS: tuple[Step[Patient], ...] = (
    Step("credentials", credentials),
    Step("base_url", base_url),
)
"""The checks of an account."""
