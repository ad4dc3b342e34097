"""Client settings: what a command decides for all of its calls."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from callinspect.credentials.finding import Credentials
from callinspect.duration import DEFAULT_TIMEOUT
from callinspect.provider import Provider, Response
from callinspect.redaction import Secrets

MAX_HOLD = 600.0
"""Seconds that many calls may wait in all for a vendor that names a time to retry."""


class Settings(NamedTuple):
    """How vendors are called.

    Attributes:
        credentials: finds the complete credentials for a provider.
        secrets: collects every secret that is read or sent.
        timeout: time limit for one call in seconds.
        rate: requests per second and vendor, None to adapt to the vendor.
        patience: seconds that an account may wait out rate limits in all, beyond the time limit of one call.
        ca_file: certificates to trust instead of the system's.
        trace: called with a line about every request, and with more lines for its headers.
        traces_headers: whether headers are traced.
        waiting: called with the seconds of every pause before a retry, and the reason.
        notice: called with what the user should know although nothing failed.
        heard: called with every response but redirects, before it is read.
        meanwhile: called while the first response on a connection is awaited.
        uninterrupted: defers interruptions while a refresh token is replaced, and while a token is stored.
    """

    credentials: Callable[[Provider], Credentials]
    secrets: Secrets
    timeout: float = DEFAULT_TIMEOUT
    rate: float | None = None
    patience: float = 0.0
    ca_file: str | None = None
    trace: Callable[..., None] = lambda *_: None
    traces_headers: bool = False
    waiting: Callable[[float, str], None] = lambda _seconds, _why: None
    notice: Callable[[str], None] = lambda _: None
    heard: Callable[[Response], None] = lambda _: None
    meanwhile: Callable[[], None] = lambda: None
    uninterrupted: Callable[[], AbstractContextManager[None]] = nullcontext
