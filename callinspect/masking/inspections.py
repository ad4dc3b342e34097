"""A response about one call, masked."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from callinspect.client.inspection import Inspection
from callinspect.errors import BadResponseError, UnmaskableError
from callinspect.masking import Masker
from callinspect.model import Call
from callinspect.provider import Document
from callinspect.render.jsontext import dumps

if TYPE_CHECKING:
    from callinspect.model.timeline import Entry
    from callinspect.provider import Json


class MaskedDocument(Document):
    """A vendor's document of which only what is masked can be seen, as JSON written anew.

    Args:
        inspection: the response that it is of.
        masker: masks it.
    """

    def __init__(self, inspection: Inspection, masker: Masker) -> None:
        super().__init__(None, inspection.document.call_id, failed=inspection.document.failed)
        self.__inspection = inspection
        self.__masker = masker

    @cached_property
    def __masked(self) -> "Json":
        seen = self.__inspection
        try:
            document = seen.document.json
        except BadResponseError:
            raise UnmaskableError(
                "the answer is not JSON, so it cannot be masked", hint="without --redact, --raw shows it as it came"
            ) from None
        try:
            call = seen.call
        except BadResponseError:
            call = None
        return self.__masker.document(document, seen.provider, call, seen.document.call_id)

    @property
    def json(self) -> "Json":
        """The answer's JSON value, masked.

        Raises:
            BadResponseError: it is not JSON.
        """
        return self.__masked

    @property
    def raw(self) -> bytes:
        """The answer, masked and written anew as JSON.

        Raises:
            BadResponseError: it is not JSON.
            InternalError: it cannot be masked completely.
        """
        return self.__masker.finished(dumps(self.json) + "\n").encode()

    @property
    def may_have_halves(self) -> bool:
        """Whether a text in it may have a lone surrogate: what is masked has none."""
        return False


class MaskedInspection(Inspection):
    """A response about one call, of which only what is masked can be seen.

    Args:
        inspection: the response.
        masker: masks it.
    """

    def __init__(self, inspection: Inspection, masker: Masker) -> None:
        document = MaskedDocument(inspection, masker)
        super().__init__(inspection.provider, document, inspection.retrieved_at, is_alone=inspection.is_alone)
        self.__inspection = inspection
        self.__masker = masker

    def known_as(self, call: Call, seen: "tuple[Entry, ...]" = ()) -> "MaskedInspection":
        """Return the same response with a record that has more than the response says, masked."""
        return MaskedInspection(self.__inspection.known_as(call, seen), self.__masker)

    @cached_property
    def call(self) -> Call:
        """The normalized record, masked.

        Raises:
            BadResponseError: the response has no call with an ID.
            InternalError: it cannot be masked.
        """
        return self.__masker.call(self.__inspection.call, self.provider)

    @cached_property
    def offset(self) -> timedelta:
        """How far the vendor's clock is ahead of ours."""
        return self.__inspection.offset

    @property
    def original(self) -> Call:
        """The record before it was masked, which is not shown.

        Raises:
            BadResponseError: the response has no call with an ID.
        """
        return self.__inspection.call

    @property
    def is_sandbox(self) -> bool:
        """Whether the response came from our sandbox."""
        return self.__inspection.is_sandbox

    @property
    def unread(self) -> tuple[str, ...]:
        """Names of the extras that the vendor has and that were not asked for."""
        return self.__inspection.unread


def masked(inspection: Inspection, masker: Masker) -> Inspection:
    """Return a response about one call with the record and the document masked."""
    if isinstance(inspection, MaskedInspection):
        return inspection
    call_id = inspection.document.call_id
    masker.keep(*([call_id] if call_id else []))
    return MaskedInspection(inspection, masker)
