"""The accounts that a client uses: where each one's credentials are found, and what is to be said of them."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from callinspect.credentials import explaining, finding, profiles
from callinspect.credentials.finding import Credentials
from callinspect.provider import Provider, address


class Accounts:
    """Finds the complete credentials of each provider, for a command and for a program in Python alike.

    Args:
        profile: the profile that was asked for, None for the environment's or the default one.
        environ: the environment to read accounts from.
        values: fields that override the environment, as --set gives them; no secrets.
        learn: called with what was found, complete or not.
        warn: called with what the user should know of credentials that are about to be used.
        warns_of_ends: whether that the vendor ends a way to authenticate is said as well.

    Raises:
        UsageError: the profile's name is invalid.
    """

    def __init__(
        self,
        profile: str | None,
        environ: Mapping[str, str],
        values: Mapping[str, str],
        *,
        learn: Callable[[Provider, Credentials], None] = lambda _provider, _found: None,
        warn: Callable[[str], None] = lambda _: None,
        warns_of_ends: bool = True,
    ) -> None:
        self.profile = profiles.chosen(profile, environ)
        self._environ = environ
        self._values = values
        self._learn = learn
        self._warn = warn
        self._warns_of_ends = warns_of_ends

    def find(self, provider: Provider) -> Credentials:
        """Return a provider's complete credentials.

        Raises:
            CallinspectError: they are incomplete, invalid or cannot be read.
        """
        found = finding.find(provider, profile=self.profile, settings=self._values, environ=self._environ)
        self._learn(provider, found)
        explaining.require(found, provider, self.profile)
        is_vendor = not address.is_loopback(urlsplit(found.account.base_url).hostname)  # but a sandbox, say
        for text in explaining.warnings(provider, found, with_end=is_vendor and self._warns_of_ends):
            self._warn(text)
        return found
