"""How vendors are asked: what a command decides for all of its calls."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from callinspect.credentials.finding import Credentials
from callinspect.provider import Provider
from callinspect.redaction import Secrets


class Settings(NamedTuple):
    """How vendors are asked.

    Attributes:
        credentials: finds the complete credentials for a provider.
        secrets: where to take a note of every secret that is met or sent.
        timeout: seconds that one call may take in all.
        rate: requests a second to each vendor, None to find out what it allows.
        patience: seconds that an account may wait in all until its vendor answers again, beyond what one call may take.
        ca_file: certificates to trust instead of the system's.
        trace: told of every request, in one line.
        waiting: told of every pause before a retry, in seconds and with the reason.
        notice: told what the user should know although nothing failed.
        uninterrupted: puts interruptions off while a token is renewed and stored: in between it is nowhere.
    """

    credentials: Callable[[Provider], Credentials]
    secrets: Secrets
    timeout: float = 30.0
    rate: float | None = None
    patience: float = 0.0
    ca_file: str | None = None
    trace: Callable[[str], None] = lambda _: None
    waiting: Callable[[float, str], None] = lambda _seconds, _why: None
    notice: Callable[[str], None] = lambda _: None
    uninterrupted: Callable[[], AbstractContextManager[None]] = nullcontext
