"""Inspects calls, one or many, and lists them, through the sessions of their providers."""

import copy
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Self

from callinspect import providers
from callinspect.client.inspection import Inspection, unexpected
from callinspect.client.session import Session
from callinspect.client.settings import Settings
from callinspect.errors import (
    BadResponseError,
    CallinspectError,
    NotFoundError,
    UsageError,
)
from callinspect.http.pace import CLOSED
from callinspect.provider import Document, Extras, Filters, Listing, Page, Provider, Target, check_id
from callinspect.provider.parsing import Json

if TYPE_CHECKING:
    from callinspect.client.bulk import Crews
    from callinspect.client.filters import Wanted

NO_EXTRAS = Extras()

MAX_REPEATED = 3
"""Pages in a row of more than one call without a new one; calls may be pushed from one page to the next."""

MAX_NOTE = 400
"""Characters of a note."""


class Inspector:
    """Inspects calls of any provider, from any number of threads. A context manager that closes its connections."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sessions: dict[str, Session | CallinspectError] = {}
        self._opening = threading.Lock()
        self._crews: Crews | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Send no more requests: end what waits for its turn, and close the connections."""
        self._is_closed = True
        if self._crews is not None:
            self._crews.close()
        for session in list(self._sessions.values()):
            if isinstance(session, Session):
                session.close()

    def inspect(
        self,
        target: Target,
        extras: Extras = NO_EXTRAS,
        *,
        longest: float = float("inf"),
    ) -> Inspection:
        """Fetch one call.

        Args:
            target: which call.
            extras: which related data to read with it.
            longest: time limit in seconds, if shorter than the usual one.

        Raises:
            CallinspectError: the call could not be fetched.
        """
        try:
            provider = providers.get(target.provider)
            check_id(provider, target.call_id)
            document = self._session(provider).read(target.call_id, extras, longest)
            document.call_id = self._settings.secrets.hide_id(document.call_id)
            document.notes = tuple(_short(self._settings.secrets.hide(each)) for each in document.notes)
        except CallinspectError as error:
            if isinstance(error, NotFoundError):
                error.hints = error.hints or tuple(_about(target, each) for each in provider.not_found_hints)
            raise with_owner(error, target) from None
        except Exception as error:
            raise unexpected(error).about(*target) from error
        return Inspection(provider, document, document.arrived_at or datetime.now(UTC), is_alone=extras.is_alone)

    def add(self, reading: Inspection, target: Target, extras: Extras, *, longest: float) -> Inspection:
        """Read extras of a call that was read before. What cannot be read costs a warning.

        Args:
            reading: the call.
            target: which one it is.
            extras: which related data to read.
            longest: time limit in seconds.

        Raises:
            InternalError: a bug.
        """
        try:
            document = self._session(reading.provider).add(reading.document, extras, longest)
        except CallinspectError as error:
            raise error.about(*target) from None
        except Exception as error:
            raise unexpected(error).about(*target) from error
        document.notes = tuple(_short(self._settings.secrets.hide(each)) for each in document.notes)
        return Inspection(reading.provider, document, reading.retrieved_at, is_alone=extras.is_alone)

    def inspect_each(
        self,
        targets: Iterable[Target | CallinspectError],
        extras: Extras = NO_EXTRAS,
        *,
        jobs: int = 1,
        ordered: bool = True,
    ) -> Iterator[Inspection | CallinspectError]:
        """Fetch many calls, several at a time.

        Args:
            targets: each a call, or the error in its place.
            extras: which related data to read with each.
            jobs: how many at a time.
            ordered: in the order of the targets, not as the responses arrive.

        Yields:
            each call's inspection, or the error in its place.
        """
        from callinspect.client import bulk

        def work(target: Target | CallinspectError) -> Inspection:
            if isinstance(target, CallinspectError):
                raise target
            return self.inspect(target, extras)

        with self._opening:
            self._crews = self._crews or bulk.Crews()
        return bulk.each(targets, work, jobs=jobs, ordered=ordered, crews=self._crews)

    def calls(self, provider: Provider, wanted: "Wanted") -> Iterator[Inspection | CallinspectError]:
        """List calls, as they arrive, up to the limit. Entries that are not calls are yielded as errors.

        Each call is yielded once, although new calls may push it from one page to the next. The only call of
        a page is always yielded, as it may not have been pushed, unless the list is asked for in parts.

        Raises:
            UsageError: the vendor does not list calls.
            CallinspectError: the list, or the rest of it, could not be read.
        """
        from callinspect.client import filters
        from callinspect.client.recent import Recent

        if provider.listing is None:
            raise UsageError(f"{provider.title} does not list calls").about(provider.name)
        left, given = wanted.limit, Recent()
        refined = wanted.refined(provider.listing)
        is_filtered = refined.given or refined.since
        for found, is_alone in self._found(provider, provider.listing, wanted.sent(provider.listing)):
            try:
                if is_filtered and isinstance(found, Inspection) and not filters.matches(found.call, refined):
                    continue
            except CallinspectError as error:
                if wanted.given:
                    yield error
                    continue
                # Without a filter, a call need not be readable: --raw can still show it.
            call_id = _readable_id(found)
            if call_id is not None and not given.add(call_id) and not is_alone:
                continue
            yield found
            left = None if left is None else left - 1
            if left == 0:
                return

    def _found(
        self, provider: Provider, listing: Listing, sent: Filters
    ) -> Iterator[tuple[Inspection | CallinspectError, bool]]:
        """Yield what is on each page of a list, and whether it is the only call there, which may be there again.

        Raises:
            CallinspectError: the list, or the rest of it, could not be read, or it never ends.
        """
        from callinspect.client.recent import Recent

        asked, met, repeated = Recent(), Recent(), 0
        parts = -(listing.kept // -listing.window) if listing.window else 0  # each may have the calls of its edge again
        for page in self._pages(provider, listing, sent):
            unasked = tuple(filter(asked.add, page.call_ids))
            is_alone = len(page.calls) == 1 and listing.window is None
            is_new = bool(unasked) or len(page.calls) + len(page.call_ids) <= 1
            for found in self._inspected(provider, page._replace(call_ids=unasked)):
                call_id = _readable_id(found)
                is_new |= call_id is None or met.add(call_id)
                yield found, is_alone
            repeated = 0 if is_new else repeated + 1
            if repeated == MAX_REPEATED + parts:
                raise BadResponseError("answered with an endless list of pages").about(provider.name)

    def past(self, provider: Provider, wanted: "Wanted") -> Iterator[Inspection]:
        """List the vendor's records of past calls, which have no IDs, so that only their documents can be shown.

        Raises:
            UsageError: the vendor has no such list.
            CallinspectError: the list, or the rest of it, could not be read.
        """
        if provider.history is None:
            raise UsageError(f"{provider.title} does not list past calls").about(provider.name)
        sent = wanted.sent(provider.history)
        records = (each for page in self._pages(provider, provider.history, sent) for each in page.calls)
        for record in islice(records, wanted.limit):
            yield _listed(provider, record)

    def verify(self, provider: Provider) -> None:
        """Check that the vendor accepts the credentials.

        Raises:
            CallinspectError: it does not, or could not be reached.
        """
        try:
            self._session(provider).verify()
        except CallinspectError as error:
            raise error.about(provider.name) from None
        except Exception as error:
            raise unexpected(error).about(provider.name) from error

    def _pages(self, provider: Provider, listing: Listing, wanted: Filters) -> Iterator[Page]:
        try:
            yield from self._session(provider).pages(listing, wanted)
        except CallinspectError as error:
            raise error.about(provider.name) from None

    def _inspected(self, provider: Provider, page: Page) -> Iterator[Inspection | CallinspectError]:
        for each in page.calls:
            yield _listed(provider, each)
        gone = 0
        for call_id in page.call_ids:
            try:
                yield self.inspect(Target(provider.name, call_id))
            except NotFoundError:  # it ended meanwhile
                gone += not provider.forgets
            except UsageError as error:
                yield BadResponseError(f"the list has a call that cannot be looked up: {error.message}").about(
                    provider.name, call_id
                )
            except CallinspectError as error:
                yield error
        if gone:
            calls = "1 call is" if gone == 1 else f"{gone} calls are"
            self._settings.notice(f"{calls} left out: listed by {provider.title}, but no longer found")

    def _session(self, provider: Provider) -> Session:
        """Return the provider's session; its credentials are looked up only once."""
        with self._opening:
            if self._is_closed:
                raise UsageError(CLOSED)
            if provider.name not in self._sessions:
                self._sessions[provider.name] = self._opened(provider)
            session = self._sessions[provider.name]
        if isinstance(session, CallinspectError):
            raise copy.copy(session)
        return session

    def _opened(self, provider: Provider) -> Session | CallinspectError:
        try:
            found = self._settings.credentials(provider)
        except CallinspectError as error:
            return error
        self._settings.secrets.add(*found.secrets)
        return Session(provider, found, self._settings)


def _readable_id(found: Inspection | CallinspectError) -> str | None:
    try:
        return found.call.id if isinstance(found, Inspection) else None
    except CallinspectError:  # which is raised again when the call is shown
        return None


def _about(target: Target, hint: str) -> str:
    """Return a hint with the call in its command."""
    from shlex import quote

    return hint.replace("{call}", f"{target.provider} {quote(target.call_id)}")


def _short(note: str) -> str:
    return note if len(note) <= MAX_NOTE else f"{note[:MAX_NOTE]}…"


def _listed(provider: Provider, document: Json) -> Inspection:
    """Return one element of a list as if it had been fetched alone."""
    return Inspection(provider, Document(document), datetime.now(UTC))


def with_owner(error: CallinspectError, target: Target) -> CallinspectError:
    """Return an error about a call; if the ID is invalid or not found, it says first of all what that looks like."""
    hint = None
    if isinstance(error, NotFoundError | UsageError):
        hint = providers.owner_hint(*target)
    if isinstance(error, NotFoundError):
        hint = hint or providers.unlike_hint(*target)
    if hint:
        error.suggest(hint)
    return error.about(*target)
