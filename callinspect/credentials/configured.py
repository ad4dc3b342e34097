"""Which providers have credentials: by the environment and the profiles' names, without the keyring."""

from collections.abc import Callable, Mapping

from callinspect import providers
from callinspect.credentials import finding, profiles
from callinspect.credentials.environment import file_variable, variables
from callinspect.errors import ConfigError
from callinspect.provider import Provider


def in_environment(provider: Provider, environ: Mapping[str, str]) -> bool:
    """Whether the environment has complete credentials; with an invalid value in it, whether it has a secret."""
    try:
        return finding.from_environment(provider, environ).scheme is not None
    except ConfigError:  # which is reported when the value is used
        return has_any(provider, environ)


def has_any(provider: Provider, environ: Mapping[str, str]) -> bool:
    """Whether the environment has a secret of an account, complete or not."""
    secrets = [each for each in provider.settings if each.is_credential]
    names = {name for each in secrets for name in (*variables(provider, each), file_variable(provider, each))}
    return any(environ.get(each) for each in names)


def stored(environ: Mapping[str, str], broken: Callable[[ConfigError], None]) -> profiles.Stored:
    """Return the names of the stored profiles, none if they cannot be read: the environment may have what is needed.

    Args:
        environ: the environment.
        broken: is called with the error if they cannot be read.
    """
    try:
        profiles.path(environ)
    except ConfigError:  # without a home directory, there is nothing to read
        return {}
    try:
        return profiles.load(environ)
    except ConfigError as error:
        broken(error)
        return {}


def names(environ: Mapping[str, str], profile: str, stored: profiles.Stored) -> list[str]:
    """Return the names of the providers that have credentials.

    Args:
        environ: the environment.
        profile: the profile, whose credentials may be in the keyring.
        stored: the names of the stored profiles.
    """
    return [
        each.name
        for each in providers.usable()
        if in_environment(each, environ) or profile in stored.get(each.name, [])
    ]
