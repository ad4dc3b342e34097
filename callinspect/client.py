"""Inspects calls: joins a provider, its credentials and the transport."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self
from urllib.parse import urlsplit

from callinspect import providers
from callinspect.auth import read_token
from callinspect.credentials import Credentials
from callinspect.deadline import Deadline
from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    InternalError,
    KeyringError,
    NotFoundError,
    RateLimitedError,
    UsageError,
    VendorUnavailableError,
)
from callinspect.model import Call
from callinspect.provider import Document, Provider, Refusal, Request, Response, Token, check_id
from callinspect.transport import Transport

RENEWED_BEFORE = 60.0
"""Seconds before its end at which a token is renewed."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a vendor answered about one call, and when."""

    provider: Provider
    document: Document
    retrieved_at: datetime

    @property
    def call(self) -> Call:
        """The normalized record.

        Raises:
            BadResponseError: the answer holds no call with an id.
        """
        try:
            call = self.provider.normalize(self.document)
        except CallinspectError as error:
            raise error.about(self.provider.name, self.document.call_id) from None
        return replace(call, retrieved_at=self.retrieved_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to inspect.

    Attributes:
        credentials: finds the complete credentials for a provider.
        timeout: seconds that one call may take in all.
        ca_file: certificates to trust instead of the system's.
        trace: told of every request, in one line.
        waiting: told of every pause before a retry, in seconds and with the reason.
        notice: told what the user should know although nothing failed.
    """

    credentials: Callable[[Provider], Credentials]
    timeout: float = 30.0
    ca_file: str | None = None
    trace: Callable[[str], None] = lambda _: None
    waiting: Callable[[float, str], None] = lambda _seconds, _why: None
    notice: Callable[[str], None] = lambda _: None


class Client:
    """Inspects calls of any provider. For one thread; a context manager, whose end closes the connections.

    `secrets` holds every secret met so far, in every form in which it is sent.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sessions: dict[str, _Session] = {}
        self.secrets: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for session in self._sessions.values():
            session.close()

    def inspect(self, provider_name: str, call_id: str, extras: frozenset[str] = frozenset()) -> Inspection:
        """Ask a vendor about one call.

        Args:
            provider_name: which vendor.
            call_id: the vendor's id of the call.
            extras: names of further answers to read (`Provider.extras`).

        Raises:
            CallinspectError: why there is no answer.
        """
        try:
            provider = providers.get(provider_name)
            check_id(provider, call_id)
            _check_extras(provider, extras)
            document = self._session(provider).run(call_id, extras)
        except NotFoundError as error:
            error.hint = error.hint or provider.absent
            raise error.about(provider_name, call_id) from None
        except AuthRejectedError as error:
            error.hint = error.hint or f"callinspect auth status {provider_name} says where they come from"
            raise error.about(provider_name, call_id) from None
        except CallinspectError as error:
            raise error.about(provider_name, call_id) from None
        return Inspection(provider, document, datetime.now(UTC))

    def verify(self, provider: Provider) -> None:
        """Find out whether the vendor accepts the credentials.

        Raises:
            CallinspectError: it does not, or could not be asked.
        """
        try:
            self._session(provider).verify()
        except CallinspectError as error:
            raise error.about(provider.name) from None

    def _session(self, provider: Provider) -> "_Session":
        if provider.name not in self._sessions:
            found = self._settings.credentials(provider)
            self.secrets |= found.secrets
            self._sessions[provider.name] = _Session(provider, found, self._settings, self.secrets)
        return self._sessions[provider.name]


def _check_extras(provider: Provider, extras: frozenset[str]) -> None:
    unknown = sorted(extras - provider.extras.keys())
    if unknown:
        known = ", ".join(provider.extras) or "nothing"
        raise UsageError(f"{provider.name} has no {unknown[0]} to read with a call", hint=f"--with takes {known} here")


class _Session:
    """One account: authenticates its requests, and keeps connection and token from call to call."""

    def __init__(self, provider: Provider, found: Credentials, settings: Settings, secrets: set[str]) -> None:
        if found.scheme is None:
            raise InternalError("a session was opened without complete credentials")
        self._provider = provider
        self._scheme = found.scheme
        self._account = found.account
        self._token = found.token
        self._keep = found.keep
        self._settings = settings
        self._secrets = secrets
        self._transports: dict[str, Transport] = {}
        if self._token is None and self._account.get("access_token"):
            self._token = Token(self._account["access_token"])

    def close(self) -> None:
        for transport in self._transports.values():
            transport.close()

    def run(self, call_id: str, extras: frozenset[str]) -> Document:
        """Send what the provider's flow yields until it returns a document."""
        deadline = Deadline(self._settings.timeout)
        flow = self._provider.fetch(self._account, call_id, extras)
        try:
            request = next(flow)
            while True:
                try:
                    response = self._send(request, deadline)
                except CallinspectError as error:
                    request = flow.throw(error)
                else:
                    request = flow.send(response)
        except StopIteration as end:
            document: Document = end.value
            return document

    def verify(self) -> None:
        deadline = Deadline(self._settings.timeout)
        self._send(self._provider.verify(self._account), deadline)

    def _send(self, request: Request, deadline: Deadline) -> Response:
        if not request.url.startswith(f"{self._account.base_url}/"):
            raise InternalError("a provider described a request to another address than the account's")
        authorization = self._authorization(deadline)
        try:
            return self._exchange(request, self._provider.refusal, deadline, authorization)
        except AuthRejectedError:
            renewal = self._scheme.token_request(self._account, self._token)
            if renewal is None:
                raise
        self._renew(renewal, deadline)
        return self._exchange(request, self._provider.refusal, deadline, self._authorization(deadline))

    def _exchange(
        self,
        request: Request,
        judge: Callable[[Response], Refusal | None],
        deadline: Deadline,
        authorization: str | None = None,
    ) -> Response:
        address = urlsplit(request.url)
        origin = f"{address.scheme}://{address.netloc}"
        if origin not in self._transports:
            self._transports[origin] = Transport(
                origin,
                ca_file=self._settings.ca_file,
                trace=self._settings.trace,
                waiting=self._settings.waiting,
            )
        return self._transports[origin].exchange(
            request, judge, deadline, authorization=authorization, interval=self._provider.interval
        )

    def _authorization(self, deadline: Deadline) -> str:
        renewal = self._scheme.token_request(self._account, self._token)
        if renewal is not None and not _is_good(self._token):
            self._renew(renewal, deadline)
        authorization = self._scheme.authorization(self._account, self._token)
        self._hide(authorization)
        return authorization

    def _renew(self, request: Request, deadline: Deadline) -> None:
        self._hide(request.headers.get("authorization", ""))
        response = self._exchange(request, self._token_refusal, deadline)
        token = read_token(response, time.time())
        self._secrets.update({token.access_token, token.refresh_token or token.access_token})
        self._store(token)
        self._token = token

    def _store(self, token: Token) -> None:
        """Store a token before it is used: if it came with a new refresh token, the old one is no longer good."""
        if self._keep is not None:
            try:
                self._keep(token)
            except KeyringError as error:
                self._settings.notice(f"the new access token could not be stored: {error.message}")
        elif token.refresh_token not in {None, self._account.get("refresh_token")}:
            self._settings.notice(
                f"{self._provider.title} replaced the refresh token, and the one in the environment stays as it is; "
                f"to have it kept, store it with: callinspect auth login {self._provider.name}"
            )

    def _token_refusal(self, response: Response) -> Refusal | None:
        refusal = self._provider.refusal(response)
        if refusal is None:
            return None
        if issubclass(refusal.error, RateLimitedError | VendorUnavailableError | BadResponseError):
            return refusal
        described = response.fields.get("error_description")
        return replace(
            refusal,
            error=AuthRejectedError,
            message=refusal.message or (described if isinstance(described, str) else "no new access token was given"),
            hint=f"store new credentials: callinspect auth login {self._provider.name}",
        )

    def _hide(self, authorization: str) -> None:
        """Keep an Authorization header's value from ever being shown, in the form in which it is sent."""
        self._secrets.update(authorization.split(" ")[1:])


def _is_good(token: Token | None) -> bool:
    """Whether a token can be used for a while yet; one whose end is not known is used until it is refused."""
    return token is not None and (token.expires_at is None or token.expires_at - time.time() >= RENEWED_BEFORE)
