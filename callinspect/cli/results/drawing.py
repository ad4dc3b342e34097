"""Writers for people: cards and tables."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callinspect.cli.console import streams
from callinspect.cli.results.writers import Read, Writer, included, value_of
from callinspect.errors import BadResponseError
from callinspect.render.inert import inert_lines
from callinspect.render.jsontext import Record, dumps

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.model import Call
    from callinspect.render.people import Around
    from callinspect.render.style import Style


def around(inspection: "Inspection") -> "Around":
    """Return what a call's card says besides what the record does.

    A call that was in progress when it was saved is shown as of then: it may be over by now.
    """
    is_past = inspection.retrieved_at is None and not inspection.call.state.is_over
    return {
        "now": None if is_past else datetime.now(UTC) + inspection.offset,
        "is_sandbox": inspection.is_sandbox,
        "original": inspection.original,
        "vendor": inspection.provider.title,
        "unread": inspection.unread,
    }


class Card(Writer):
    """Writes one call as a card.

    Args:
        style: returns the style to draw with.
        with_document: whether the vendor's document follows.
    """

    def __init__(self, style: "Callable[[], Style]", *, with_document: bool) -> None:
        self._style = style
        self._with_document = with_document
        self._separator = ""

    def prepare(self) -> None:
        """Import what a card is drawn with."""
        from callinspect.render import numbers, people  # noqa: F401 - imported now, used when the card is drawn

        numbers.prepare()

    def add(self, inspection: "Inspection") -> None:
        """Write the call."""
        from callinspect.render import people

        text = people.card(inspection.call, self._style(), **around(inspection))
        if self._with_document:
            text += f"\n As {inspection.provider.name} sent it\n"
            text += people.document(included(inspection), self._style(), indent=3)
        streams.write_for_people(self._separator + text)
        self._separator = "\n"


class Table(Writer):
    """Writes several calls as a table, once all have arrived.

    Args:
        style: returns the style to draw with.
    """

    def __init__(self, style: "Callable[[], Style]") -> None:
        self._style = style
        self._held: list[Call] = []

    def add(self, inspection: "Inspection") -> None:
        """Hold a call: the width of the columns is known at the end."""
        self._held.append(inspection.call)

    def end(self) -> None:
        """Write all calls, if there are any."""
        held, self._held = self._held, []
        if held:
            from callinspect.render import people

            streams.write_for_people(people.calls(held, self._style()))


class Columns(Writer):
    """Writes fields of calls as a table, once all calls have arrived; or each call as a table of its own.

    Args:
        read: returns the record.
        paths: the fields, which are the columns' headings.
        style: returns the style to draw with.
        several: whether to write one table.
    """

    def __init__(self, read: Read, paths: list[str], style: "Callable[[], Style]", *, several: bool) -> None:
        self._read = read
        self._paths = paths
        self._style = style
        self._several = several
        self._rows: list[Record] = []

    def add(self, inspection: "Inspection") -> None:
        """Hold a call's fields if more calls follow: the width of the columns is known at the end."""
        from callinspect.render import fields

        self._rows.append(fields.chosen(self._read(inspection), self._paths))
        if not self._several:
            self.end()

    def end(self) -> None:
        """Write the rows, if there are any."""
        rows, self._rows = self._rows, []
        if rows:
            from callinspect.render import people

            streams.write_for_people(people.columns(rows, self._style()))


class Documents(Writer):
    """Writes vendors' documents for people; one that is not JSON is shown as text, unless a table is requested.

    Args:
        style: returns the style for a table, None to write JSON.
        is_table_requested: whether a table is requested.
        paint: colors a JSON text.
    """

    def __init__(
        self,
        style: "Callable[[], Style] | None",
        *,
        is_table_requested: bool,
        paint: Callable[[str], str] = str,
    ) -> None:
        self._style = style
        self._paint = paint
        self._is_table_requested = is_table_requested
        self._separator = ""

    def add(self, inspection: "Inspection") -> None:
        """Write a call's document, separated from the previous one by an empty line."""
        try:
            value = value_of(inspection)
        except BadResponseError:
            if self._is_table_requested:
                raise
            lines = inert_lines(inspection.document.raw)
            streams.write_for_people(self._separator + "".join(f"{line}\n" for line in lines))
        else:
            self._show(value)
        self._separator = "\n"

    def _show(self, value: Any) -> None:
        if self._style is None:
            streams.write(self._paint(dumps(value, exact=True)) + "\n")
            return
        from callinspect.render import people

        streams.write_for_people(self._separator + people.document(value, self._style()))
