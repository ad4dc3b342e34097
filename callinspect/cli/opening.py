"""Opens a client for a command: the credentials of the profile, or the sandbox's."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from callinspect.cli import options
from callinspect.cli.console import signals, streams
from callinspect.duration import DEFAULT_TIMEOUT
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.client.inspector import Inspector
    from callinspect.client.settings import Settings
    from callinspect.credentials.finding import Credentials
    from callinspect.provider import Provider


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
) -> "Iterator[Inspector]":
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
    from callinspect.client.accounts import Accounts
    from callinspect.client.inspector import Inspector
    from callinspect.client.settings import MAX_HOLD

    fields = assignments(given or [])
    with environment(opts) if environ is None else nullcontext(environ) as found_in:
        warn = (lambda _: None) if opts.sandbox else opts.warn
        ends = streams.is_error_terminal()
        accounts = Accounts(opts.profile, found_in, fields, learn=opts.learn, warn=warn, warns_of_ends=ends)

        def find(provider: "Provider") -> "Credentials":
            if opts.sandbox:
                from callinspect import sandbox

                sandbox.check(provider.name)
            return accounts.find(provider)

        client_settings = settings(opts, find, rate=rate, patience=MAX_HOLD * several)._replace(meanwhile=meanwhile)
        opts.announce()
        with Inspector(client_settings) as opened, signals.reader_needed():
            yield opened


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
        timeout=opts.timeout or DEFAULT_TIMEOUT,
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
