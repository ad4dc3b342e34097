"""Which providers have credentials: by the environment and the profiles' names, without the keyring."""

from collections.abc import Mapping

from callinspect import providers
from callinspect.credentials import finding, profiles


def names(environ: Mapping[str, str], profile: str, sandbox: bool) -> list[str]:  # noqa: FBT001 - as the option
    """Return the names of the providers that have credentials.

    Args:
        environ: the environment.
        profile: the profile, whose credentials may be in the keyring.
        sandbox: whether the environment is that of a sandbox, beside which the keyring is not used.

    Raises:
        ConfigError: the profiles' names cannot be read.
    """
    stored = {} if sandbox else profiles.load(environ)
    return [
        each.name
        for each in providers.every(lambda _: None)
        if profile in stored.get(each.name, []) or finding.is_in_environment(each, environ)
    ]
