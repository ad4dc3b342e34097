"""The connections of an account: as many to each address as requests are in progress at once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from callinspect.client.settings import Settings
from callinspect.deadline import Deadline
from callinspect.errors import CallinspectError, UsageError
from callinspect.http.pace import CLOSED, Pace
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
        self._idle: dict[str, list[Transport]] = {}
        self._is_closed = False

    def close(self) -> None:
        """Close all connections: those that are in use as soon as their requests are done."""
        self._is_closed = True
        for idle in list(self._idle.values()):
            while idle:
                with suppress(IndexError):  # another thread was quicker
                    idle.pop().close()

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
            UsageError: the client is closed.
            CallinspectError: the last failure.
        """

        def cleared(response: Response) -> Refusal | None:
            self._settings.heard(response)
            refusal = judge(response)
            return None if refusal is None else _cleared(refusal, self._settings.secrets)

        with self._transport(request) as transport:
            return transport.exchange(request, cleared, deadline, authorization=authorization, pace=pace)

    @contextmanager
    def _transport(self, request: Request) -> Iterator[Transport]:
        """Yield a connection for the request, the one that was used last if one is idle.

        Certificates and proxy depend on the address. One on which a request was interrupted is not used again.

        Raises:
            UsageError: the client is closed.
        """
        if self._is_closed:
            raise UsageError(CLOSED)
        origin = "/".join(request.url.split("/", 3)[:3])
        idle = self._idle.setdefault(origin, [])
        try:
            transport = idle.pop()
        except IndexError:
            transport = self._opened(origin)
        try:
            yield transport
        except CallinspectError:
            idle.append(transport)
            raise
        except BaseException:
            transport.close()
            raise
        else:
            idle.append(transport)
        finally:
            if self._is_closed:
                self.close()

    def _opened(self, origin: str) -> Transport:
        return Transport(
            origin,
            allow_http=self._allow_http,
            ca_file=self._settings.ca_file,
            trace=self._settings.trace,
            hide=self._settings.secrets.hide if self._settings.traces_headers else None,
            waiting=self._settings.waiting,
            meanwhile=self._settings.meanwhile,
        )


def _cleared(refusal: Refusal, secrets: Secrets) -> Refusal:
    """Remove secrets from a vendor's message, code and request ID."""
    message, code, request_id = (
        text and secrets.hide(text) for text in (refusal.message, refusal.code, refusal.request_id)
    )
    return refusal._replace(message=message, code=code, request_id=request_id)
