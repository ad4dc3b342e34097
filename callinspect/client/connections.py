"""The connections of an account: one per thread and address."""

import threading

from callinspect.client.settings import Settings
from callinspect.deadline import Deadline
from callinspect.http.pace import Pace
from callinspect.http.transport import Judge, Transport
from callinspect.provider import Refusal, Request, Response
from callinspect.redaction import Secrets


class Connections:
    """Sends an account's requests, from any number of threads. Removes secrets from a vendor's refusals.

    Args:
        settings: the client's settings.
        allow_http: whether plain HTTP is allowed.
    """

    def __init__(self, settings: Settings, *, allow_http: bool = False) -> None:
        self._settings = settings
        self._allow_http = allow_http
        self._here = threading.local()
        self._opened: list[Transport] = []

    def close(self) -> None:
        """Close all connections."""
        for transport in self._opened:
            transport.close()

    def exchange(
        self,
        request: Request,
        judge: Judge,
        deadline: Deadline,
        *,
        authorization: str | None = None,
        pace: Pace | None = None,
    ) -> Response:
        """Send a request, with retries, until it succeeds (see `Transport.exchange`).

        Raises:
            CallinspectError: the last failure.
        """

        def cleared(response: Response) -> Refusal | None:
            self._settings.heard(response)
            refusal = judge(response)
            return None if refusal is None else _cleared(refusal, self._settings.secrets)

        transport = self._transport(request)
        return transport.exchange(request, cleared, deadline, authorization=authorization, pace=pace)

    def _transport(self, request: Request) -> Transport:
        """Return this thread's connection for the request: certificates and proxy depend on the address."""
        origin = "/".join(request.url.split("/", 3)[:3])
        transports: dict[str, Transport] = self._here.__dict__
        if origin not in transports:
            transports[origin] = Transport(
                origin,
                allow_http=self._allow_http,
                ca_file=self._settings.ca_file,
                trace=self._settings.trace,
                hide=self._settings.secrets.hide if self._settings.traces_headers else None,
                waiting=self._settings.waiting,
                meanwhile=self._settings.meanwhile,
            )
            self._opened.append(transports[origin])
        return transports[origin]


def _cleared(refusal: Refusal, secrets: Secrets) -> Refusal:
    """Remove secrets from a vendor's message, code and request ID."""
    message, code, request_id = (
        text and secrets.hide(text) for text in (refusal.message, refusal.code, refusal.request_id)
    )
    return refusal._replace(message=message, code=code, request_id=request_id)
