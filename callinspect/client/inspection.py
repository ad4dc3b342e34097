"""A vendor's response about one call, and the record that it becomes."""

import traceback
from datetime import datetime
from functools import cached_property

from callinspect.errors import BadResponseError, CallinspectError, InternalError
from callinspect.model import Call
from callinspect.provider import Document, Provider
from callinspect.provider.answers import ASKED_FOR, is_same_call
from callinspect.provider.reader import shown

SANDBOX = "callinspect-sandbox/"
"""The `Server` header of our sandbox, which shares no code with what asks it."""


class Inspection:
    """A vendor's response about one call.

    Attributes:
        provider: the provider.
        document: the response.
        retrieved_at: when it arrived, None if it was saved.
        over: the record of a call that has ended since the response.
    """

    def __init__(
        self, provider: Provider, document: Document, retrieved_at: datetime | None, over: Call | None = None
    ) -> None:
        self.provider = provider
        self.document = document
        self.retrieved_at = retrieved_at
        self.over = over

    def known_as(self, call: Call) -> "Inspection":
        """Return the same response with a record that has more than the response says."""
        return Inspection(self.provider, self.document, self.retrieved_at, call)

    @cached_property
    def call(self) -> Call:
        """The normalized record.

        Raises:
            BadResponseError: the response has no call with an ID.
        """
        if self.over is not None:
            return self.over
        try:
            document = self.readable
            call = self.provider.normalize(document)
            notes = (*document.notes, *_session_note(document.call_id, call))
        except CallinspectError as error:
            raise error.about(self.provider.name, self.document.call_id) from None
        except Exception as error:
            raise unexpected(error).about(self.provider.name, self.document.call_id) from error
        return call._replace(retrieved_at=self.retrieved_at, warnings=(*call.warnings, *notes))

    @property
    def is_sandbox(self) -> bool:
        """Whether the response came from our sandbox."""
        return (self.document.server or "").startswith(SANDBOX)

    @property
    def readable(self) -> Document:
        """The vendor's document as strict JSON readers accept it: without lone surrogates."""
        if not self.document.may_have_halves:
            return self.document
        from callinspect.client.surrogates import mended

        return mended(self.document)


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
