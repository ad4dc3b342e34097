"""Opens a client for a command: the credentials of the profile, or the sandbox's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callinspect.cli import options
from callinspect.cli.console import signals, streams
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.client.inspector import Client
    from callinspect.client.settings import Settings
    from callinspect.credentials.finding import Credentials
    from callinspect.provider import Provider

MAX_HOLD = 600.0
"""Seconds that a run of many calls may wait in all for a vendor that names a time to retry."""


@contextmanager
def client(
    taken: options.Options, given: list[str] | None = None, *, rate: float | None = None, several: bool = False
) -> "Iterator[Client]":
    """Yield a client; the command ends when the reader of its output is gone.

    Args:
        taken: the global options.
        given: values of --set.
        rate: requests per second, None to adapt to the vendor.
        several: whether many calls may be requested.

    Raises:
        UsageError: a value of --set is not NAME=VALUE.
    """
    from callinspect.client.inspector import Client
    from callinspect.credentials import finding, profiles

    fields = assignments(given or [])
    with options.environment(taken) as environ:
        profile = profiles.chosen(taken.profile, environ)

        def find(provider: "Provider") -> "Credentials":
            if taken.sandbox:
                from callinspect import sandbox

                sandbox.check(provider.name)
            found = finding.find(provider, profile=profile, settings=fields, environ=environ)
            return finding.require(found, provider, profile)

        asking = settings(taken, find, rate=rate, patience=MAX_HOLD * several)
        with Client(asking) as opened, signals.reader_needed():
            yield opened


def settings(
    taken: options.Options,
    find: "Callable[[Provider], Credentials]",
    *,
    rate: float | None = None,
    patience: float = 0.0,
) -> "Settings":
    """Return a client's settings.

    Args:
        taken: the global options.
        find: finds a provider's credentials, or raises if they are incomplete.
        rate: requests per second, None to adapt to the vendor.
        patience: seconds that an account may wait for its vendor, beyond the time limit of one call.
    """
    from callinspect.client.settings import Settings

    return Settings(
        credentials=find,
        secrets=taken.secrets,
        timeout=taken.timeout or options.DEFAULT_TIMEOUT,
        rate=rate,
        patience=patience,
        ca_file=taken.ca_file,
        trace=taken.trace,
        waiting=taken.waiting,
        notice=taken.notice,
        uninterrupted=streams.interruption.held,
    )


def assignments(given: list[str], option: str = "--set") -> dict[str, str]:
    """Parse the NAME=VALUE arguments of an option.

    Raises:
        UsageError: one has another form; the message does not repeat it, since it may contain a secret.
    """
    pairs = [word.partition("=") for word in given]
    for name, equals, _ in pairs:
        if not (name and equals):
            raise UsageError(f"{option} takes NAME=VALUE")
    return {name: value for name, _, value in pairs}
