"""Which providers have credentials: by the environment and the profiles' names, without the keyring."""

from collections.abc import Mapping

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
        secrets = [each for each in provider.settings if each.secret]
        names = {name for each in secrets for name in (*variables(provider, each), file_variable(provider, each))}
        return not names.isdisjoint(environ)


def has(provider: Provider, profile: str, environ: Mapping[str, str]) -> bool:
    """Whether a provider has credentials in the environment, or by `profiles.json` in the keyring.

    Raises:
        ConfigError: the profiles' names cannot be read.
    """
    return in_environment(provider, environ) or profile in profiles.load(environ).get(provider.name, [])


def names(environ: Mapping[str, str], profile: str, sandbox: bool) -> list[str]:  # noqa: FBT001 - as the option
    """Return the names of the providers that have credentials.

    Args:
        environ: the environment.
        profile: the profile, whose credentials may be in the keyring.
        sandbox: whether the environment is that of a sandbox, beside which the keyring is not used.

    Raises:
        ConfigError: the profiles' names cannot be read.
    """
    return [
        each.name
        for each in providers.usable()
        if (in_environment(each, environ) if sandbox else has(each, profile, environ))
    ]
