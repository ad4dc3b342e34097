"""What to say of credentials: where they come from when they are refused, when they end, how they travel."""

from collections.abc import Iterator
from datetime import UTC, datetime
from shlex import quote

from callinspect.credentials import environment, files
from callinspect.credentials.environment import variables
from callinspect.credentials.finding import SETTING, Credentials, lacking, login_command
from callinspect.credentials.values import ENTERED, deciding
from callinspect.errors import AuthMissingError, AuthRejectedError, CallinspectError, ForbiddenError, UnusableFieldError
from callinspect.provider import Provider, Scheme, address


def require(credentials: Credentials, provider: Provider, profile: str) -> Credentials:
    """Return the credentials if they complete one of the provider's schemes.

    Raises:
        AuthMissingError: they do not; the hint names the environment variables to set and the command to run.
    """
    if credentials.scheme is not None:
        return credentials
    ways = [
        " and ".join(variables(provider, each)[0] for each in fields)
        for fields in lacking(provider, credentials.account)
    ]
    login = f"log in: {login_command(provider.name, profile)}"
    bound = (f"the stored ones are for {credentials.bound} only",) if credentials.bound else ()
    if credentials.bound and (elsewhere := _typed_places(credentials, provider)):
        login = f"log in there, with a profile of its own: {login_command(provider.name, 'NAME')} {elsewhere}"
    raise AuthMissingError(
        f"the credentials for {provider.title} are missing or incomplete",
        hint=(*bound, login, *(f"or set {way}" for way in ways), environment.FILE_HINT),
    )


def _typed_places(credentials: Credentials, provider: Provider) -> str:
    """Return the options with which another address was given: a login for the usual one would be of no use there."""
    typed = [each.name for each in deciding(provider) if credentials.sources.get(each.name) == SETTING]
    return " ".join(f"--set {name}={quote(credentials.account.values[name])}" for name in typed)


def explained(error: CallinspectError, provider: Provider, found: Credentials) -> CallinspectError:
    """Return a vendor's refusal with hints that name where the refused values come from."""
    if isinstance(error, AuthRejectedError):
        hints = list(_refused(provider, found, is_explained=any("callinspect auth" in each for each in error.hints)))
    elif isinstance(error, UnusableFieldError):
        hints = [found.origin(error.field)]
    elif isinstance(error, ForbiddenError):
        hints = list(_concerned(provider, found))
    else:
        return error
    error.hints = tuple(dict.fromkeys((*hints, *error.hints)))
    return error


def ending(provider: Provider, scheme: Scheme | None) -> str | None:
    """Return a warning if the vendor ends a way to authenticate, or has ended it."""
    if scheme is None or scheme.ending is None:
        return None
    ends = "ended" if has_ended(scheme) else "ends"
    day = f"{scheme.ending.on.day} {scheme.ending.on:%B %Y}"
    return f"{provider.title} {ends} {scheme.title} on {day}: log in with {scheme.ending.instead}"


def has_ended(scheme: Scheme) -> bool:
    """Whether the vendor does not accept a way to authenticate any more."""
    return scheme.ending is not None and datetime.now(UTC).date() >= scheme.ending.on


def unencrypted(provider: Provider, base_url: str) -> str | None:
    """Return a warning if credentials are sent without encryption."""
    if not base_url or address.is_secure(base_url):
        return None
    return f"{provider.title} is called over plain HTTP: anyone on the network can read the credentials"


def warnings(provider: Provider, found: Credentials, *, with_end: bool = True) -> list[str]:
    """Return what the user should know of credentials although they work.

    Args:
        provider: the provider.
        found: the credentials.
        with_end: whether to say that the vendor ends that way to authenticate.
    """
    ends = ending(provider, found.scheme) if with_end else None
    told = (ends, unencrypted(provider, found.account.base_url), *exposed(found))
    return [each for each in told if each]


def exposed(found: Credentials) -> list[str]:
    """Return a warning for each file with a secret that everybody can read."""
    return [
        f"every user of this machine can read {path}: chmod 600 keeps it to yourself"
        for path in found.paths.values()
        if files.is_open(path)
    ]


def _refused(provider: Provider, found: Credentials, *, is_explained: bool) -> Iterator[str]:
    """Yield which credentials were refused, and unless it is said already, what to do about it."""
    from callinspect.credentials import ready_made

    ended = ending(provider, found.scheme) if found.scheme and has_ended(found.scheme) else None
    yield from filter(None, (ended, ready_made.age(found)))
    sources = [found.sources[name] for name in (found.scheme.needs if found.scheme else ()) if name in found.sources]
    if ENTERED in sources:
        yield "the credentials that you entered were refused"
        return
    places = list(dict.fromkeys(_place(source, found) for source in sources))
    stored = "stored " * all(source.startswith("keyring") for source in sources)
    said = f"the credentials {stored}in {' and '.join(places)} were refused"
    login = login_command(provider.name, found.profile)
    if is_explained:
        yield said
    elif stored:
        yield f"{said}: {login}"
    else:
        yield said
        yield f"see where each value comes from: callinspect auth status {provider.name}"


def _concerned(provider: Provider, found: Credentials) -> Iterator[str]:
    """Yield what a refusal concerns, such as the account, and where that comes from."""
    own = found.scheme.needs if found.scheme else ()
    open_ = [each.name for each in provider.settings if not (each.is_credential or each.url or each.choices)]
    known = [name for name in open_ if name in found.sources]
    for name in [name for name in known if name not in own] or [name for name in known if name in own]:
        yield f"{name} is {found.account[name]}, from {_place(found.sources[name], found)}"


def _place(source: str, found: Credentials) -> str:
    """Return a source's short name: the variable, the option, or the keyring with its profile."""
    if source.startswith("keyring"):
        return f"the keyring (profile {found.profile})"
    return source.rpartition("(")[2].removesuffix(")")
