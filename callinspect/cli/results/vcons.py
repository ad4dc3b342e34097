"""Writes calls as vCons."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from callinspect.cli.results.writers import JSON, included
from callinspect.render.jsontext import Record
from callinspect.render.vcon import Ids, vcon

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection


class VCons(JSON):
    """Writes a vCon for each call, and says if a call has not ended.

    Args:
        lines: whether each takes one line.
        is_redacted: whether the calls are masked.
        notice: prints a notice.
        paint: colors a JSON text.
    """

    def __init__(
        self, *, lines: bool, is_redacted: bool, notice: Callable[[str], None], paint: Callable[[str], str]
    ) -> None:
        super().__init__(self._vcon, lambda value: value, lines=lines, exact=False, paint=paint)
        self._is_redacted = is_redacted
        self._notice = notice
        self._ids = Ids()
        self._unfinished = 0

    def add(self, result: "Inspection") -> None:
        """Write a call."""
        super().add(result)
        is_over, is_saved = result.call.state.is_over, result.retrieved_at is None
        if is_saved and not is_over:
            self._notice("the call had not ended when it was saved: the vCon shows it up to then")
            return
        self._unfinished += not is_over
        if not self._lines:
            self.end()

    def end(self) -> None:
        """Say how many calls have not ended, if any."""
        count, self._unfinished = self._unfinished, 0
        if not count:
            return
        if not self._lines:
            self._notice("the call has not ended yet: the vCon shows it so far")
        elif count == 1:
            self._notice("1 call has not ended yet: its vCon shows it so far")
        else:
            self._notice(f"{count} calls have not ended yet: their vCons show them so far")

    def _vcon(self, inspection: "Inspection") -> Record:
        now = datetime.now(UTC)
        call, document = inspection.call, included(inspection)
        return vcon(call, document, uuid=self._ids.make(now), now=now, is_redacted=self._is_redacted)
