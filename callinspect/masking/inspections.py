"""A response about one call, masked."""

from functools import cached_property

from callinspect.client.inspection import Inspection
from callinspect.masking import Masker
from callinspect.model import Call
from callinspect.provider import Document  # noqa: F401


class MaskedInspection(Inspection):
    """A response about one call, of which only what is masked can be seen.

    Args:
        inspection: the response.
        masker: masks it.
    """

    def __init__(self, inspection: Inspection, masker: Masker) -> None:
        self._inspection = inspection
        self._masker = masker
        super().__init__(
            inspection.provider, inspection.document, inspection.retrieved_at, is_alone=inspection.is_alone
        )
        self._offset, self._is_sandbox, self._unread = inspection.offset, inspection.is_sandbox, inspection.unread

    @cached_property
    def call(self) -> Call:
        """The normalized record, masked."""
        return self._masker.call(self._inspection.call, self.provider)


def masked(inspection: Inspection, masker: Masker) -> Inspection:
    """Return a response about one call with the record and the document masked."""
    call_id = inspection.document.call_id
    masker.keep(*([call_id] if call_id else []))
    return MaskedInspection(inspection, masker)
