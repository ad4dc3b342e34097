"""Opens a client for a command: the credentials of the profile, or the sandbox's."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
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
def environment(opts: options.Options) -> Iterator[Mapping[str, str]]:
    """Yield the environment to read accounts from: the process's own, or with --sandbox, that of a new sandbox."""
    if not opts.sandbox:
        yield os.environ
        return
    from callinspect.cli import emulation

    with emulation.serving(emulation.opened()) as sandbox:
        yield sandbox.environment


@contextmanager
def client(
    opts: options.Options,
    given: list[str] | None = None,
    *,
    rate: float | None = None,
    several: bool = False,
    environ: Mapping[str, str] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> "Iterator[Client]":
    """Yield a client; the command ends when the reader of its output is gone.

    Args:
        opts: the global options.
        given: values of --set.
        rate: requests per second, None to adapt to the vendor.
        several: whether many calls may be requested.
        environ: the environment to read accounts from, if it is known already (`environment`).
        meanwhile: called once, while the first response is awaited.

    Raises:
        UsageError: a value of --set is not NAME=VALUE.
    """
    from callinspect.client.inspector import Client
    from callinspect.credentials import explaining, finding, profiles

    fields = assignments(given or [])
    with environment(opts) if environ is None else nullcontext(environ) as found_in:
        profile = profiles.chosen(opts.profile, found_in)

        def find(provider: "Provider") -> "Credentials":
            if opts.sandbox:
                from callinspect import sandbox

                sandbox.check(provider.name)
            found = finding.find(provider, profile=profile, settings=fields, environ=found_in)
            opts.learn(provider, found)
            explaining.require(found, provider, profile)
            if not opts.sandbox:
                _warn(opts, provider, found)
            return found

        client_settings = settings(opts, find, rate=rate, patience=MAX_HOLD * several)._replace(meanwhile=meanwhile)
        opts.announce()
        with Client(client_settings) as opened, signals.reader_needed():
            yield opened


def _warn(opts: options.Options, provider: "Provider", found: "Credentials") -> None:
    """Say what the user should know of credentials that are about to be used."""
    from urllib.parse import urlsplit

    from callinspect.credentials import explaining
    from callinspect.provider import address

    is_vendor = not address.is_loopback(urlsplit(found.account.base_url).hostname)  # but a sandbox, say
    ending = explaining.ending(provider, found.scheme) if is_vendor and streams.is_error_terminal() else None
    for text in (ending, explaining.unencrypted(provider, found.account.base_url), *explaining.exposed(found)):
        if text:
            opts.warn(text)


def settings(
    opts: options.Options,
    find: "Callable[[Provider], Credentials]",
    *,
    rate: float | None = None,
    patience: float = 0.0,
) -> "Settings":
    """Return a client's settings.

    Args:
        opts: the global options.
        find: finds a provider's credentials, or raises if they are incomplete.
        rate: requests per second, None to adapt to the vendor.
        patience: seconds that an account may wait for its vendor, beyond the time limit of one call.
    """
    from callinspect.client.settings import Settings

    return Settings(
        credentials=find,
        secrets=opts.secrets,
        timeout=opts.timeout or options.DEFAULT_TIMEOUT,
        rate=rate,
        patience=patience,
        ca_file=opts.ca_file,
        trace=opts.trace,
        traces_headers=opts.verbose >= options.HEADERS,
        waiting=opts.waiting,
        notice=opts.warn,
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
