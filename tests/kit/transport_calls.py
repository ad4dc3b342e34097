"""One exchange by the transport alone, where a process would take longer to say it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from callinspect.deadline import Deadline
from callinspect.errors import CallinspectError, NetworkError, RateLimitedError, VendorUnavailableError
from callinspect.http.transport import Transport
from callinspect.provider import Refusal, Request, Response
from kit.servers import answer

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/api/v2/accounts/5555555/calls/c-1"
OK = answer(200, "{}")


class Asked:
    """One exchange, and what was told meanwhile."""

    def __init__(
        self,
        base: str,
        refusal: Callable[[Response], Refusal | None] | None = None,
        request: Request | None = None,
        seconds: float = 5.0,
        **options: Any,
    ) -> None:
        self.pauses: list[tuple[float, str]] = []
        self.trace: list[str] = []
        self.error: CallinspectError | None = None
        self.response: Response | None = None
        transport = Transport(
            base, trace=self.trace.append, waiting=lambda pause, why: self.pauses.append((pause, why))
        )
        with contextlib.closing(transport):
            try:
                self.response = transport.exchange(
                    request or Request(url=f"{base}/"), refusal or refusal_of, Deadline(seconds), **options
                )
            except CallinspectError as error:
                self.error = error


LAST_TRY = 0.5
"""Seconds left in which no pause begins, so that a limit ends the exchange at once."""

PATIENCE = 10
"""Exchanges, of which one is over within that time even on a busy machine."""


def asked_once(base: str, refusal: Callable[[Response], Refusal | None] | None = None) -> Asked:
    """Return an exchange that is over with its first answer, since there is no time for another one."""
    for _ in range(PATIENCE):
        asked = Asked(base, refusal, Request(url=f"{base}/", form={}), LAST_TRY)
        if not isinstance(asked.error, NetworkError):
            break
    return asked


def refusal_of(response: Response) -> Refusal | None:
    """Return what an answer refuses, as a provider would say it."""
    if response.status < 400:
        return None
    return Refusal(error=RateLimitedError if response.status in {423, 429} else VendorUnavailableError)
