"""A vendor's response about one call, and the record that it becomes."""

import traceback
from datetime import datetime, timedelta
from functools import cached_property

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call, Related
from callinspect.model.timeline import Entry
from callinspect.provider import Document, Provider
from callinspect.provider.answers import ASKED_FOR, doubted, is_same_call
from callinspect.provider.reader import shown
from callinspect.provider.reading_extras import with_extras

SANDBOX = "callinspect-sandbox/"
"""The `Server` header of our sandbox, which shares no code with what asks it."""


class Inspection:
    """A vendor's response about one call.

    Attributes:
        provider: the provider.
        document: the response.
        retrieved_at: when it arrived, None if it was saved.
        is_alone: whether this is the only call that is read, so that its record has a timeline.
        seen: what was seen of the call while it was polled.
        known: the record, if more is known than the response says.
    """

    def __init__(
        self,
        provider: Provider,
        document: Document,
        retrieved_at: datetime | None,
        *,
        is_alone: bool = False,
        seen: tuple[Entry, ...] = (),
        known: Call | None = None,
    ) -> None:
        self.provider = provider
        self.document = document
        self.retrieved_at = retrieved_at
        self.is_alone = is_alone
        self.seen = seen
        self._known = known

    def known_as(self, call: Call, seen: tuple[Entry, ...] = ()) -> "Inspection":
        """Return the same response with a record that has more than the response says, and what was seen of it."""
        known = call._replace(timeline=None)
        return Inspection(
            self.provider, self.document, self.retrieved_at, is_alone=self.is_alone, seen=seen, known=known
        )

    @cached_property
    def call(self) -> Call:
        """The normalized record.

        Raises:
            BadResponseError: the response has no call with an ID.
        """
        call = self._known or self._read()
        if not self.is_alone:
            return call
        from callinspect.client.timeline import with_timeline

        return with_timeline(call, self.seen, self.offset)

    @cached_property
    def offset(self) -> timedelta:
        """How far the vendor's clock is ahead of ours, by the response's `Date`; zero if that is not known."""
        sent, arrived_at = self.document.date, self.document.arrived_at
        if sent is None or arrived_at is None:
            return timedelta()
        from callinspect.client.timeline.clock import offset

        return offset(sent, arrived_at)

    def _read(self) -> Call:
        try:
            document = self.readable
            call = doubted(with_extras(self.provider, self.provider.normalize(document), document))
            notes = (*document.notes, *_session_note(document.call_id, call))
        except CallinspectError as error:
            raise error.about(self.provider.name, self.document.call_id) from None
        except Exception as error:
            raise unexpected(error).about(self.provider.name, self.document.call_id) from error
        call = call._replace(retrieved_at=self.retrieved_at, warnings=(*call.warnings, *notes))
        return call if call.related is None or not call.related.legs else _dated(call, call.related)

    @property
    def original(self) -> Call | None:
        """The record before it was masked, None if it is not masked: it decides what is shown, and is not shown."""
        return None

    @property
    def is_sandbox(self) -> bool:
        """Whether the response came from our sandbox."""
        return (self.document.server or "").startswith(SANDBOX)

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of the extras that the vendor has and that were not asked for; none of a saved response."""
        if self.retrieved_at is None:
            return ()
        read = self.document.failed | self.document.extras.keys()
        return tuple(name for name in self.provider.extras if name not in read)

    @property
    def readable(self) -> Document:
        """The vendor's document as strict JSON readers accept it: without lone surrogates."""
        if not self.document.may_have_halves:
            return self.document
        from callinspect.client.surrogates import mended

        return mended(self.document)


def _dated(call: Call, related: Related) -> Call:
    """Return the call with the time of the response in its legs' records."""
    read = call.retrieved_at
    legs = (each._replace(call=each.call and each.call._replace(retrieved_at=read)) for each in related.legs or ())
    return call._replace(related=related._replace(legs=tuple(legs)))


def _session_note(asked: str | None, call: Call) -> tuple[str, ...]:
    """Return a note if the call was requested by its session ID.

    Raises:
        BadResponseError: it is another call.
    """
    if asked is None or is_same_call(asked, call.id):
        return ()
    if call.session_id is not None and is_same_call(asked, call.session_id):
        return (f"{ASKED_FOR} {shown(asked)}",)
    raise BadResponseError(f"the answer is about another call: {shown(call.id)}")


def unexpected(error: Exception) -> InternalError:
    """Return our error for an unexpected exception: a bug, here or in a provider."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return InternalError(
        f"a bug in callinspect: {type(error).__name__} at {where.name}",
        hint="please report it with the output of --debug",
    )
