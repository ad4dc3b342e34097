"""The access tokens of an account: fetched, renewed, stored, and reloaded when another process has renewed them."""

import threading
import time
from contextlib import nullcontext, suppress

from callinspect.client.connections import Connections
from callinspect.client.settings import Settings
from callinspect.client.standing import Standing
from callinspect.credentials.finding import Credentials
from callinspect.deadline import Deadline, now
from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    ConfigError,
    InternalError,
    KeyringError,
    NetworkError,
    VendorUnavailableError,
)
from callinspect.provider import Provider, Refusal, Request, Response, Signing, Token
from callinspect.provider.auth import MAX_RENEWAL_TIME, read_token
from callinspect.provider.refusals import REDIRECTS, token_refused

MAX_TAKEOVER = 2.0
"""Seconds to wait for another process that has used the refresh token to store its new token."""

COOLDOWN = 10.0
"""Seconds after a fresh token was refused in which no newer one is fetched: the call is refused, not the token."""

REPLACED = "the stored credentials were replaced or deleted during this run: run it again to use the current ones"
"""A run keeps the account that it started with."""


class Tokens:
    """Authenticates an account's requests, from any number of threads, with one shared token.

    Args:
        provider: the provider.
        found: the account's complete credentials.
        settings: the client's settings.
        connections: send token requests.
        standing: ended when no token is issued any more.

    Attributes:
        account: the account, with the current refresh token.
    """

    def __init__(
        self,
        provider: Provider,
        found: Credentials,
        settings: Settings,
        connections: Connections,
        standing: Standing,
    ) -> None:
        if found.scheme is None:
            raise InternalError("a session was opened without complete credentials")
        self.account = found.account
        self._provider = provider
        self._scheme = found.scheme
        self._login = found.login
        self._settings = settings
        self._secrets = settings.secrets
        self._connections = connections
        self._renewing = threading.Lock()
        self._standing = standing
        self._cooldown_until = 0.0
        self._signing = self._scheme if isinstance(self._scheme, Signing) else None
        self._token = None if self._signing else found.token
        if self._token is None and self._renews and self.account.get("access_token"):
            self._token = Token(self.account["access_token"])
        with suppress(CallinspectError):  # which is raised again when a request is sent
            request = self._scheme.token_request(self.account, self._token)
            sent = request.headers.get("authorization", "") if request else self.authorization(self._token)
            self._secrets.add_sent(sent)

    def authorization(self, token: Token | None) -> str:
        """Return the Authorization header's value, with a token if the scheme needs one."""
        return self._scheme.authorization(self.account, token)

    def can_be_renewed(self, token: Token | None) -> bool:
        """Whether a refused token can be renewed, and that makes sense."""
        if token is None or not self._needs_token(token):
            return False
        return now() >= self._cooldown_until or not _is_valid(token)

    @property
    def signs(self) -> bool:
        """Whether tokens are signed here, by our clock."""
        return self._signing is not None

    @property
    def _renews(self) -> bool:
        """Whether tokens are fetched with a refresh token, beside which the account may have an access token."""
        return "refresh_token" in self._scheme.needs

    def _needs_token(self, token: Token | None) -> bool:
        return self.signs or self._scheme.token_request(self.account, token) is not None

    def note_rejected_token(self) -> None:
        """Record that a fresh token was refused: for a while, refusals concern the call."""
        self._cooldown_until = now() + COOLDOWN

    def valid(self, deadline: Deadline) -> Token | None:
        """Return a token that is valid for a while, None if the scheme needs none.

        Raises:
            CallinspectError: no token was issued.
        """
        token = self._token
        if not self._needs_token(token):
            return None
        return token if _is_valid(token) else self.renewed(token, deadline)

    def renewed(self, old: Token | None, deadline: Deadline) -> Token | None:
        """Return a newer token than that one; the first thread that needs it renews it for all.

        A call waits for its turn no longer than its deadline.

        Raises:
            CallinspectError: no token was issued.
        """
        while not self._renewing.acquire(timeout=deadline.remaining):
            if not deadline.was_overslept():
                raise NetworkError(f"no access token was issued within {deadline.seconds:g} s")
        try:
            self._standing.check()
            if self._token is old and (self.signs or not self._reloads(old)):
                self._renew(old, deadline)
            return self._token
        finally:
            self._renewing.release()

    def _renew(self, old: Token | None, deadline: Deadline) -> None:
        """Fetch a token, or reload the one that another process has fetched with the same refresh token."""
        while True:
            used = self.account.get("refresh_token")
            try:
                self._token = self._fetched(deadline)
            except AuthRejectedError as error:
                if self._is_shared and self._reloads_soon(old, used, deadline):
                    return
                if self.account.get("refresh_token") == used:
                    self._standing.end(self._explained(error), "the credentials were refused")
                    raise
            else:
                return

    def _fetched(self, deadline: Deadline) -> Token | None:
        """Fetch a token and store it, or sign one, which is not stored; return None if the scheme needs none."""
        if self._signing is not None:
            return self._signed(self._signing)
        request = self._scheme.token_request(self.account, self._token)
        if request is None:
            return None
        self._secrets.add_sent(request.headers.get("authorization", ""))
        # A response that replaces the refresh token is not lost to an interruption. Nothing is lost with another one.
        with self._settings.uninterrupted() if self._renews else nullcontext():
            token = self._issued(request, deadline)
            with self._settings.uninterrupted():
                self._save(token)
        return token

    def _issued(self, request: Request, deadline: Deadline) -> Token:
        try:
            response = self._connections.exchange(request, self._refusal, deadline)
            token = read_token(response, time.time())
        except CallinspectError as failure:
            error = _redirect_as_unavailable(failure)
            if not request.url.startswith(f"{self.account.base_url}/"):
                error.hints = tuple(each.replace("base_url", "token_url") for each in error.hints)
            raise error from None
        return token if self._renews else token._replace(refresh_token=None)

    def _signed(self, signing: Signing) -> Token:
        """Sign a token, which is kept in memory only."""
        try:
            token = signing.sign(self.account, time.time())
        except ConfigError as error:
            self._standing.end(error, "no token can be signed")
            raise
        self._secrets.add(token.access_token, temporary=True)
        return token

    def _save(self, token: Token) -> None:
        """Store a token before it is used: if the refresh token was replaced, the old one is no longer valid."""
        self._secrets.add(token.access_token, token.refresh_token or "", temporary=True)
        login = f"callinspect auth login {self._provider.name}"
        is_new = token.refresh_token not in {None, self.account.get("refresh_token")}
        if self._login is None:
            if is_new:
                self._settings.notice(
                    f"{self._provider.title} replaced the refresh token, but the environment still has the old one; "
                    f"to keep it current, store it with: {login}"
                )
            return
        try:
            self._login.save(token)
        except KeyringError as error:
            lost = f", and the stored refresh token is no longer valid: {login}" if is_new else ""
            self._settings.notice(f"the new access token could not be stored: {error.message}{lost}")

    def _refusal(self, response: Response) -> Refusal | None:
        refusal = token_refused(response, self._provider.refusal(response))
        if refusal is None or refusal.error is not AuthRejectedError:
            return refusal
        return refusal._replace(summary=None if refusal.message else "no new access token was issued", hint=None)

    @property
    def _is_shared(self) -> bool:
        """Whether other processes may renew the token as well."""
        return self._login is not None and self._login.is_shared

    def _reloads_soon(self, old: Token | None, used: str | None, deadline: Deadline) -> bool:
        """Whether another process has just used the refresh token, and stores its new token soon.

        False as soon as it has stored a new refresh token with an access token that is already expired.
        """
        patience = Deadline(min(MAX_TAKEOVER, deadline.remaining))
        while patience.remaining:
            time.sleep(MAX_TAKEOVER / 10)
            if self._reloads(old):
                return True
            if self.account.get("refresh_token") != used:
                return False
        return False

    def _reloads(self, old: Token | None) -> bool:
        """Reload a newer token that another process has stored; return whether it is valid."""
        found = self._login.reload() if self._login else None
        if found is None or found.token is None or (old and found.token.access_token == old.access_token):
            return False
        self.account, self._token = found.account, found.token
        self._secrets.add(*found.secrets)
        return _is_valid(found.token)

    def _explained(self, error: AuthRejectedError) -> AuthRejectedError:
        """Add a hint to a refusal if the stored credentials were replaced or deleted."""
        with suppress(KeyringError):
            if self._login is not None and self._login.is_shared and self._login.reload() is None:
                error.hint = REPLACED
        return error


def _redirect_as_unavailable(error: CallinspectError) -> CallinspectError:
    """Return our error for a token endpoint's redirect: something in between sent it."""
    if not isinstance(error, BadResponseError) or error.http_status not in REDIRECTS:
        return error
    return VendorUnavailableError(
        "the token endpoint answered with a redirect, which is never followed",
        hint=error.hints,
        http_status=error.http_status,
    )


def _is_valid(token: Token | None) -> bool:
    """Whether a token is valid for a while; one without an expiry is used until it is refused."""
    if token is None or token.expires_at is None:
        return token is not None
    return time.time() < (token.expires_at - MAX_RENEWAL_TIME if token.renew_at is None else token.renew_at)
