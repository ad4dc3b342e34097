"""One account of a vendor: its requests, with connections, tokens and request rate shared between calls."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from callinspect.client.connections import Connections
from callinspect.client.settings import Settings
from callinspect.client.standing import Standing
from callinspect.client.tokens import Tokens
from callinspect.credentials.explaining import explained
from callinspect.credentials.finding import Credentials
from callinspect.credentials.values import allows_plain
from callinspect.deadline import Deadline, now
from callinspect.duration import rounded
from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    ForbiddenError,
    InternalError,
    NotFoundError,
    RateLimitedError,
    UnusableFieldError,
)
from callinspect.http.faults import too_late
from callinspect.http.pace import Pace
from callinspect.provider import (
    Document,
    Extras,
    Filters,
    Flow,
    Listing,
    Page,
    Provider,
    Refusal,
    Request,
    Response,
    Token,
)
from callinspect.provider.reading_extras import added, fetched
from callinspect.redaction import PLACEHOLDER

MAX_DIFFERENCE = timedelta(seconds=60)
"""By which clocks may differ before it is a reason to refuse a token that was signed."""

MAX_PAGES = 100_000
"""Pages of a list that are read; more of them mean that the list never ends."""


class Session:
    """An account's requests, from any number of threads with their own connections; tokens and rate are shared.

    Args:
        provider: the provider.
        found: the account's complete credentials.
        settings: the client's settings.
    """

    def __init__(self, provider: Provider, found: Credentials, settings: Settings) -> None:
        self._provider = provider
        self._found = found
        self._settings = settings
        self._connections = Connections(settings, allow_http=provider.allow_http and allows_plain(found.account.values))
        self._standing = Standing(settings.patience)
        self._tokens = Tokens(provider, found, settings, self._connections, self._standing)
        self._accepted: Request | None = None
        self._pace = Pace(1 / settings.rate, fixed=True) if settings.rate else Pace(provider.interval)

    def close(self) -> None:
        """Let nobody wait any longer, and close every connection."""
        self._standing.stop()
        self._pace.stop()
        self._connections.close()

    def leave(self) -> None:
        """Close every connection that a forked process has of its parent's; locks may be another thread's for ever."""
        self._connections.close()

    def read(self, call_id: str, extras: Extras, longest: float = float("inf")) -> Document:
        """Send the requests for a call and its extras; return its document, within the time limit.

        Where this is the only call, waiting for the vendor's pace counts once the call itself has been read.
        """
        return self._followed(fetched(self._provider, self._tokens.account, call_id, extras), extras, longest)

    def add(self, document: Document, extras: Extras, longest: float) -> Document:
        """Send the requests for extras of a call that was read before; return its document with them."""
        return self._followed(added(self._provider, self._tokens.account, document, extras), extras, longest)

    def _followed(self, flow: Flow, extras: Extras, longest: float) -> Document:
        """Send a flow's requests, within the time limit."""
        deadline = Deadline(min(self._settings.timeout, longest))
        try:
            request = next(flow)
            while True:
                try:
                    if request.is_extra:
                        deadline.is_settled = extras.is_alone
                        if not deadline.remaining:
                            raise too_late(deadline)
                        request = self._led(request)
                    response = self._send(request, deadline, is_patient=not extras.is_alone)
                except CallinspectError as error:
                    if not (deadline.remaining or request.is_extra):
                        raise  # the flow might ask again, and for ever
                    request = flow.throw(error)
                else:
                    request = flow.send(response)
        except StopIteration as end:
            document: Document = end.value
            return document

    def pages(self, listing: Listing, filters: Filters) -> Iterator[Page]:
        """Read a list page by page, each when it is wanted."""
        from callinspect.client import windows

        today = datetime.now(UTC)
        days = windows.cut(listing, filters, today)
        if days is not None:
            self._settings.notice(f"{self._provider.title} lists calls of the last {days} days only")
        read: set[int] = set()  # hashes: an address can be long
        for part in windows.parts(listing, filters, today):
            for each in listing.lists(part):
                first = listing.first(self._tokens.account, each)
                if _page(first) not in read:  # a list without times is the same in every part
                    yield from self._pages(listing, first, read)

    def _pages(self, listing: Listing, first: Request, read: set[int]) -> Iterator[Page]:
        """Read a list page by page; *read* holds hashes of the requests so far."""
        request: Request | None = first
        while request is not None:
            page = _page(request)
            if page in read or len(read) == MAX_PAGES:
                raise BadResponseError("answered with an endless list of pages")
            read.add(page)
            response = self._send(request, Deadline(self._settings.timeout))
            yield listing.read(response)
            following = listing.following(self._tokens.account, response, request)
            request = following and self._led(following)

    def verify(self) -> None:
        """Send a request that succeeds only with valid credentials."""
        answer = self._send(self._provider.verify(self._tokens.account), Deadline(self._settings.timeout))
        self._provider.verified(answer)

    def _send(self, request: Request, deadline: Deadline, *, is_patient: bool = True) -> Response:
        """Send a request; with patience, wait out a rate limit beyond the time limit of one call."""
        if not request.url.startswith(f"{self._tokens.account.base_url}/"):
            raise InternalError("a provider built a request to an address other than the account's")
        while True:
            try:
                with self._standing.asking(deadline) as allowed:
                    return self._answer(request, deadline, allowed)
            except (AuthRejectedError, ForbiddenError, UnusableFieldError) as error:
                raise explained(error, self._provider, self._found) from None
            except RateLimitedError as error:
                if request.is_extra or not is_patient or not self._has_waited(error, deadline):
                    raise

    def _has_waited(self, error: RateLimitedError, deadline: Deadline) -> bool:
        """Wait out a rate limit beyond the time limit of one call, if the account may."""
        if not self._standing.outlasts(error):
            return False
        self._settings.waiting(self._pace.hold(error.retry_after, 0), error.shown_message)
        self._pace.rest()
        deadline.restart()
        return True

    def _answer(self, request: Request, deadline: Deadline, allowed: float) -> Response:
        """Send a request that was allowed at that moment, once more with a new token if its token is refused."""
        asked = now()
        self._pace.rest()
        deadline.postpone(now() - asked)
        token = self._tokens.valid(deadline)
        try:
            return self._authorized(request, token, deadline, allowed)
        except AuthRejectedError as error:
            if request.is_extra:  # the token was good for the call
                raise
            if not self._tokens.can_be_renewed(token):
                self._note_failure(error, allowed)
                raise
        renewed = self._tokens.renewed(token, deadline)
        try:
            return self._authorized(request, renewed, deadline, allowed)
        except AuthRejectedError as error:
            self._tokens.note_rejected_token()
            self._note_failure(error, allowed)
            raise

    def _authorized(self, request: Request, token: Token | None, deadline: Deadline, allowed: float) -> Response:
        authorization = self._tokens.authorization(token)
        self._settings.secrets.add_sent(authorization)
        said: Response | None = None

        def refusal(answer: Response) -> Refusal | None:
            nonlocal said
            said = answer
            return self._provider.refusal(answer)

        try:
            response = self._connections.exchange(
                request, refusal, deadline, authorization=authorization, pace=self._pace
            )
        except AuthRejectedError as error:  # a renewed token may be accepted
            if said and self._tokens.signs:
                error.hints = (*error.hints, *_about_clocks(said, self._provider))
            raise
        except CallinspectError as error:
            if not request.is_extra:
                self._note_failure(error, allowed)
            raise
        if not request.is_extra:
            self._accepted = request
        body = self._settings.secrets.hide_body(response.body)
        if body is response.body:
            return response
        self._settings.notice(
            f"{self._provider.title} sent one of the account's secrets back: it is shown as {PLACEHOLDER}"
        )
        return Response(response.status, response.headers, body, response.arrived_at)

    def _note_failure(self, error: CallinspectError, allowed: float) -> None:
        """Record a failure. If several requests in a row were refused, one that was accepted before tells why.

        It may be for the calls: some are another account's. If it is for the credentials, no more requests are sent.
        """
        if not self._standing.note_failure(error, allowed):
            return
        refusal: CallinspectError | None = error
        try:
            if self._accepted is not None and self._is_accepted_again(self._accepted):
                refusal = None
        finally:
            self._standing.settled(refusal)

    def _is_accepted_again(self, request: Request) -> bool:
        """Whether the vendor still answers a request; if it is not known, the credentials are not tried any more."""
        deadline = Deadline(self._settings.timeout)
        while True:
            try:
                authorization = self._tokens.authorization(self._tokens.valid(deadline))
                self._connections.exchange(
                    request, self._provider.refusal, deadline, authorization=authorization, pace=self._pace
                )
            except RateLimitedError as failure:
                if not self._has_waited(failure, deadline):
                    return False
            except CallinspectError as failure:
                return isinstance(failure, NotFoundError)  # the call is gone by now
            else:
                return True

    def _led(self, request: Request) -> Request:
        """Return a request to which an answer led, with secrets hidden in the address that is shown."""
        address, mark, query = request.url.partition("?")
        return request._replace(shown=address + mark + self._settings.secrets.hide(query))


def _page(request: Request) -> int:
    """Return what tells the requests for pages apart."""
    return hash((request.url, request.body))


def _about_clocks(answer: Response, provider: Provider) -> list[str]:
    """Return a hint if our clock, by which a refused token was signed, is not the vendor's."""
    from callinspect.client.timeline.clock import offset

    ahead = offset(answer.headers.get("date", ""), answer.arrived_at or datetime.now(UTC))
    if abs(ahead) <= MAX_DIFFERENCE:
        return []
    side = "behind" if ahead > timedelta() else "ahead of"
    far = rounded(abs(ahead).total_seconds())
    return [f"this machine's clock is {far} {side} {provider.title}'s, so its tokens are refused: set it"]
