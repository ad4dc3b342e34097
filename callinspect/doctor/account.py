"""An account: where its credentials come from, and its address."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from callinspect.credentials import environment, explaining, files, finding, ready_made
from callinspect.deadline import Deadline
from callinspect.doctor import places
from callinspect.doctor.checks import Finding, Step, failed, ok, pointless, warned
from callinspect.doctor.patient import Patient, Road
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
        return failed(error, *_corrections(patient, error))
    except CallinspectError as error:
        return failed(error, *_corrections(patient, error))
    patient.found = found
    patient.settings.secrets.add(*found.secrets)
    patient.learn(provider, _identifying(provider, found))
    try:
        explaining.require(found, provider, patient.profile)
    except AuthMissingError as error:
        return _incomplete(patient, found, error)
    said = f"{found.scheme.title if found.scheme else ''}: {_sources(patient, found)}"
    remedies = tuple(_remedies(patient, found))
    return warned("; ".join([said, *_troubles(patient, found)]), *remedies) if remedies else ok(said)


def _addresses(provider: Provider) -> set[str]:
    return {each.name for each in provider.settings if each.url}


def _identifying(provider: Provider, found: finding.Credentials) -> dict[str, str]:
    """Return the account's fields that identify it, other than secrets: its number, a user's name."""
    fields = (each.name for each in provider.settings if not (each.is_credential or each.url or each.choices))
    return {name: value for name in fields if (value := found.account.get(name))}


def _sources(patient: Patient, found: finding.Credentials) -> str:
    """Return each source, and which fields come from it; our own variables together, by how they begin."""
    from_: dict[str, list[str]] = {}
    for name, source in found.sources.items():
        own = environment.variables(patient.provider, next(e for e in patient.provider.settings if e.name == name))[0]
        place = f"{own[: -len(name)]}*" if source == f"environment ({own})" else _place(source)
        is_empty = found.account.values.get(name) == ""
        from_.setdefault(place, []).append(f"{name} (empty)" if is_empty else name)
    return "; ".join(f"{', '.join(names)} from {place}" for place, names in from_.items())


def _place(source: str) -> str:
    """Return where a value comes from, a variable by its name alone."""
    return places.shortened(source.removeprefix("environment (").removesuffix(")" * source.startswith("environment (")))


def _corrections(patient: Patient, error: CallinspectError) -> Iterator[str]:
    """Yield what to do about a value that cannot be used: in the environment by its variable, else by a login."""
    variables = _variables(patient, error)
    if "unset one of them" in error.hints:
        error.hints = ()
        yield f"unset one of them: unset {variables[-1]}"
    elif variables:
        yield f"correct it, or do without it: unset {variables[-1]}"
    elif not error.hints:
        yield f"store it again: {finding.login_command(patient.provider.name, patient.profile)}"


def _variables(patient: Patient, error: CallinspectError) -> list[str]:
    """Return the variables that an error names, as far as they are set."""
    words = re.findall(r"\b[A-Z][A-Z0-9_]+\b", " ".join((error.message, *error.hints)))
    return [each for each in words if each in patient.environ]


def _incomplete(patient: Patient, found: finding.Credentials, error: AuthMissingError) -> Finding:
    """Return what is said of credentials of which something is missing."""
    known = _sources(patient, found)
    ways = finding.lacking(patient.provider, found.account)
    missing = [each.name for each in ways[0]] if ways else []
    error.message = (
        f"{', '.join(missing)} {'are' if len(missing) > 1 else 'is'} missing; there is {known}"
        if known
        else error.message
    )
    hints = [each for each in error.hints if patient.has_keyring or not each.startswith("log in")]
    names = [name for each in patient.provider.settings for name in environment.variables(patient.provider, each)[:1]]
    empty = [name for name in names if patient.environ.get(name) == ""]
    error.hints = tuple([hints[0].removeprefix("or "), *hints[1:]] if hints else [])
    return failed(error, *(f"{name} is set, but empty" for name in empty))


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
        yield f"log in again: {login}"
    for path in _open(found):
        yield f"keep it to yourself: chmod 600 {places.typed(path)}"


def _has_expired(found: finding.Credentials) -> bool:
    expires = ready_made.times(found).expires
    return expires is not None and expires <= datetime.now(UTC)


def _open(found: finding.Credentials) -> list[str]:
    return [path for path in found.paths.values() if files.is_open(path)]


def base_url(patient: Patient) -> Finding:
    """Check the address; without credentials, that of the environment or the vendor's own."""
    provider, found = patient.provider, patient.found
    if isinstance(patient.error, UnusableFieldError) and patient.error.field in _addresses(provider):
        return failed(patient.error, *_usual(patient, patient.error))
    try:
        url = found.account.base_url if found else _address(patient)
        source = _source(patient)
    except CallinspectError as error:
        return failed(error, *_usual(patient, error))
    if not url:
        return pointless("credentials")
    deadline = Deadline(patient.settings.timeout)
    _lead(patient, "base_url", url, deadline, is_own=url != provider.base_url)
    said = f"{url}, {places.shortened(source)}"
    if (tokens := _token_address(patient)) and _origin(tokens) != _origin(url):
        given = found.sources.get("token_url") if found else None
        _lead(patient, "token_url", tokens, deadline, is_own=given is not None)
        said += f"; tokens from {tokens}, " + (f"from {_place(given)}" if given else "the vendor's own")
    if warning := explaining.unencrypted(provider, url):
        return warned(f"{said}: {warning}", _encrypted(patient, url))
    return ok(said)


def _usual(patient: Patient, error: CallinspectError) -> Iterator[str]:
    """Yield what to do about an invalid address."""
    variables = _variables(patient, error)
    if variables and patient.provider.base_url:
        yield f"to use the vendor's own: unset {variables[-1]}"
    yield f"see what the provider takes: callinspect providers {patient.provider.name}"


def _lead(patient: Patient, field: str, url: str, deadline: Deadline, *, is_own: bool) -> None:
    """Note the way to an address, to be looked at next; *is_own* if it is the user's."""
    from callinspect.http.probe import Probe

    road = Road(field, Probe(url, patient.settings.ca_file, deadline))
    patient.roads.append(road)
    if is_own and not road.probe.is_local:
        patient.own.add(field)
        patient.learn_hosts(road.probe.host)


def _token_address(patient: Patient) -> str | None:
    """Return the address that a token will be fetched from, None if none will be."""
    found = patient.found
    if found is None or found.scheme is None or found.token is not None:
        return None
    asked = found.scheme.token_request(found.account, None)
    return asked.url if asked else None


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url)[:2]


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
        return f"from {_place(given)}"
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
    secure = "https" + url.removeprefix("http")
    return f"if the server has TLS: {patient.typed(ca_file=patient.settings.ca_file, base_url=secure)}"


STEPS: tuple[Step[Patient], ...] = (
    Step("credentials", credentials),
    Step("base_url", base_url),
)
"""The checks of an account."""
