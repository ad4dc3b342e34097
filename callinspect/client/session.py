"""One account at one vendor: authenticates its requests, and keeps connections, token and pace from call to call."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import NamedTuple

from callinspect.client.standing import Standing
from callinspect.credentials.finding import Credentials
from callinspect.deadline import Deadline, now
from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    InternalError,
    KeyringError,
    RateLimitedError,
    VendorUnavailableError,
)
from callinspect.http.pace import Pace
from callinspect.http.transport import Transport
from callinspect.provider import Document, Filters, Listing, Page, Provider, Refusal, Request, Response, Token
from callinspect.provider.auth import LONGEST_LAST_PART, read_token
from callinspect.provider.refusals import token_refused
from callinspect.redaction import PLACEHOLDER, Secrets

MOST_PAGES = 100_000
"""Pages of a list that are read; a vendor whose pages lead on and on has more of them than calls."""

PATIENCE = 2.0
"""Seconds in which another process that has used the refresh token first may store what it got."""

REDIRECTS = range(300, 400)
"""The class of redirects."""

IN_VAIN = 10.0
"""Seconds after a fresh token was refused in which a refusal is taken to mean the call, and not the token."""

REPLACED = "other credentials were stored while this ran, or these deleted: run it again to use what is stored now"
"""A run keeps the account that it began with."""


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


class Session:
    """An account's requests, from any number of threads: each has connections of its own, token and pace are shared.

    Args:
        provider: whose account.
        found: its complete credentials.
        settings: how to ask.
    """

    def __init__(self, provider: Provider, found: Credentials, settings: Settings) -> None:
        if found.scheme is None:
            raise InternalError("a session was opened without complete credentials")
        self._provider = provider
        self._scheme = found.scheme
        self._account = found.account
        self._token = found.token
        self._keep = found.keep
        self._again = found.again
        self._settings = settings
        self._secrets = settings.secrets
        self._pace = Pace(1 / settings.rate, fixed=True) if settings.rate else Pace(provider.interval)
        self._standing = Standing(settings.patience)
        self._renewing = threading.Lock()
        self._vain_until = 0.0
        self._here = threading.local()
        self._opened: list[Transport] = []
        if self._token is None and self._account.get("access_token"):
            self._token = Token(self._account["access_token"])
        with suppress(CallinspectError):  # which comes again when it is to be sent
            request = self._scheme.token_request(self._account, self._token)
            sent = request.headers.get("authorization", "") if request else None
            self._secrets.add_sent(self._scheme.authorization(self._account, self._token) if sent is None else sent)

    def close(self) -> None:
        """Close every connection."""
        for transport in self._opened:
            transport.close()

    def read(self, call_id: str, extras: frozenset[str], longest: float = float("inf")) -> Document:
        """Send what the provider's flow for a call yields, until it returns a document; give up after so long."""
        deadline = Deadline(min(self._settings.timeout, longest))
        flow = self._provider.fetch(self._account, call_id, extras)
        try:
            request = next(flow)
            while True:
                try:
                    response = self._send(request, deadline)
                except CallinspectError as error:
                    request = flow.throw(error)
                    if not deadline.remaining:
                        raise
                else:
                    request = flow.send(response)
        except StopIteration as end:
            document: Document = end.value
            return document

    def pages(self, listing: Listing, filters: Filters) -> Iterator[Page]:
        """Read a list page by page, each when it is wanted."""
        request: Request | None = listing.first(self._account, filters)
        read: set[int] = set()  # of hashes: an address can be as long as the vendor likes
        while request is not None:
            if hash(request.url) in read or len(read) == MOST_PAGES:
                raise BadResponseError("answered with a next page that has no end")
            read.add(hash(request.url))
            response = self._send(request, Deadline(self._settings.timeout))
            yield listing.read(response)
            request = self._led(listing.following(self._account, response))

    def verify(self) -> None:
        """Send a request that succeeds with good credentials only."""
        answer = self._send(self._provider.verify(self._account), Deadline(self._settings.timeout))
        self._provider.verified(answer)

    def _send(self, request: Request, deadline: Deadline) -> Response:
        if not request.url.startswith(f"{self._account.base_url}/"):
            raise InternalError("a provider described a request to another address than the account's")
        while True:
            try:
                with self._standing.asking(deadline):
                    return self._answer(request, deadline)
            except RateLimitedError as error:
                if not self._standing.outlasts(error):
                    raise
                self._settings.waiting(self._pace.hold(error.retry_after, 0), error.told)
                self._pace.rest()
                deadline.begin_again()

    def _answer(self, request: Request, deadline: Deadline) -> Response:
        asked = now()
        self._pace.rest()
        deadline.postpone(now() - asked)
        token = self._good_token(deadline)
        try:
            return self._authorized(request, token, deadline)
        except AuthRejectedError:
            is_of_call = now() < self._vain_until and _is_good(token)
            if token is None or is_of_call or self._scheme.token_request(self._account, token) is None:
                raise
        try:
            return self._authorized(request, self._renewed(token, deadline), deadline)
        except AuthRejectedError:
            self._vain_until = now() + IN_VAIN
            raise

    def _authorized(self, request: Request, token: Token | None, deadline: Deadline) -> Response:
        authorization = self._scheme.authorization(self._account, token)
        self._secrets.add_sent(authorization)
        begun = now()
        try:
            response = self._transport(request).exchange(
                request, self._refusal, deadline, authorization=authorization, pace=self._pace
            )
        except CallinspectError as error:
            self._standing.heard(error, begun)
            raise
        body = self._secrets.hide_body(response.body)
        if body is response.body:
            return response
        self._settings.notice(
            f"{self._provider.title} sent a secret of the account's back: it is shown as {PLACEHOLDER}"
        )
        return Response(response.status, response.headers, body)

    def _transport(self, request: Request) -> Transport:
        """Return this thread's connection to where the request goes: certificates and proxy differ by address."""
        origin = "/".join(request.url.split("/", 3)[:3])
        transports: dict[str, Transport] = self._here.__dict__
        if origin not in transports:
            transports[origin] = Transport(
                origin,
                ca_file=self._settings.ca_file,
                trace=self._settings.trace,
                waiting=self._settings.waiting,
            )
            self._opened.append(transports[origin])
        return transports[origin]

    def _good_token(self, deadline: Deadline) -> Token | None:
        token = self._token
        if self._scheme.token_request(self._account, token) is None:
            return None
        return token if _is_good(token) else self._renewed(token, deadline)

    def _renewed(self, old: Token | None, deadline: Deadline) -> Token | None:
        """Return a newer token than that one; where several need one, the first gets it for all."""
        with self._renewing:
            if self._token is not old or self._takes_over(old):
                return self._token
            with self._settings.uninterrupted():
                while True:
                    used = self._account.get("refresh_token")
                    try:
                        self._token = self._bought(deadline)
                        break
                    except AuthRejectedError as error:
                        if self._again is not None and self._is_taken_over_soon(old, used, deadline):
                            break
                        if self._account.get("refresh_token") == used:
                            self._standing.end(self._explained(error), "the credentials were refused")
                            raise
            return self._token

    def _bought(self, deadline: Deadline) -> Token | None:
        """Ask for a token, and store it; return None for a way to authenticate that takes none."""
        request = self._scheme.token_request(self._account, self._token)
        if request is None:
            return None
        self._secrets.add_sent(request.headers.get("authorization", ""))
        try:
            response = self._transport(request).exchange(request, self._token_refusal, deadline)
            token = read_token(response, time.time())
        except CallinspectError as error:
            if isinstance(error, BadResponseError) and error.http_status in REDIRECTS:
                error = VendorUnavailableError(
                    f"no access token was given, but a redirect ({error.http_status}), which is never followed",
                    hint=error.hint,
                    http_status=error.http_status,
                )
            if error.hint and not request.url.startswith(f"{self._account.base_url}/"):
                error.hint = error.hint.replace("base_url", "token_url")
            raise error from None
        if "refresh_token" not in self._scheme.needs:
            token = token._replace(refresh_token=None)
        return self._taken(token)

    def _is_taken_over_soon(self, old: Token | None, used: str | None, deadline: Deadline) -> bool:
        """Whether another process has just used the refresh token, and stores what it got before long.

        False as soon as it has stored another refresh token, and an access token that is over already.
        """
        patience = Deadline(min(PATIENCE, deadline.remaining))
        while patience.remaining:
            time.sleep(PATIENCE / 10)
            if self._takes_over(old):
                return True
            if self._account.get("refresh_token") != used:
                return False
        return False

    def _explained(self, error: AuthRejectedError) -> AuthRejectedError:
        """Say of a refusal that there are other credentials by now, where that is so."""
        with suppress(KeyringError):
            if self._again is not None and self._again() is None:
                error.hint = REPLACED
        return error

    def _takes_over(self, old: Token | None) -> bool:
        """Whether another process has stored a newer token of this login; what it stored is used from now on."""
        found = self._again() if self._again else None
        if found is None or found.token is None or (old and found.token.access_token == old.access_token):
            return False
        self._account, self._token = found.account, found.token
        self._secrets.add(*found.secrets)
        return _is_good(found.token)

    def _taken(self, token: Token) -> Token:
        """Store a token before it is used: if it came with a new refresh token, the old one is no longer good."""
        self._secrets.add(token.access_token, token.refresh_token or "", passing=True)
        login = f"callinspect auth login {self._provider.name}"
        is_new = token.refresh_token not in {None, self._account.get("refresh_token")}
        if self._keep is None:
            if is_new:
                self._settings.notice(
                    f"{self._provider.title} replaced the refresh token, and the one in the environment stays as it "
                    f"is; to have it kept, store it with: {login}"
                )
            return token
        try:
            self._keep(token)
        except KeyringError as error:
            lost = f", and the stored refresh token is used up: {login}" if is_new else ""
            self._settings.notice(f"the new access token could not be stored: {error.message}{lost}")
        return token

    def _token_refusal(self, response: Response) -> Refusal | None:
        refusal = self._cleared(token_refused(response, self._provider.refusal(response)))
        if refusal is None or refusal.error is not AuthRejectedError:
            return refusal
        return refusal._replace(
            summary=None if refusal.message else "no new access token was given",
            hint=f"store new credentials: callinspect auth login {self._provider.name}",
        )

    def _refusal(self, response: Response) -> Refusal | None:
        return self._cleared(self._provider.refusal(response))

    def _cleared(self, refusal: Refusal | None) -> Refusal | None:
        """Take secrets out of a vendor's words, where they enter."""
        if refusal is None:
            return None
        message, code, request_id = (
            text and self._secrets.hide(text) for text in (refusal.message, refusal.code, refusal.request_id)
        )
        return refusal._replace(message=message, code=code, request_id=request_id)

    def _led(self, request: Request | None) -> Request | None:
        """Return the request for a further page, the query of whose address is a vendor's words."""
        if request is None:
            return None
        address, mark, query = request.url.partition("?")
        return request._replace(shown=address + mark + self._secrets.hide(query))


def _is_good(token: Token | None) -> bool:
    """Whether a token can be used for a while yet; one whose end is not known is used until it is refused."""
    if token is None or token.expires_at is None:
        return token is not None
    return time.time() < (token.expires_at - LONGEST_LAST_PART if token.renew_at is None else token.renew_at)
