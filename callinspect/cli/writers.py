"""Writers for calls: one class per output format."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from callinspect.cli.console import streams
from callinspect.errors import BadResponseError, UsageError
from callinspect.render.inert import inert_lines
from callinspect.render.json import Record, dumps, record

if TYPE_CHECKING:
    from callinspect.client.inspector import Inspection
    from callinspect.model import Call
    from callinspect.render.people import Style

Read = Callable[["Inspection"], Any]
"""Returns what to write of a call: its record, say, or the vendor's response."""


def record_of(inspection: "Inspection") -> Record:
    """Return the record of a call."""
    return record(inspection.call)


def full_record_of(inspection: "Inspection") -> Record:
    """Return the record of a call, the vendor's document included."""
    return {**record_of(inspection), "raw": inspection.readable.json}


def value_of(inspection: "Inspection") -> Any:
    """Return the vendor's document as a JSON value.

    Raises:
        BadResponseError: it is not JSON.
    """
    try:
        return inspection.document.json
    except BadResponseError as error:
        error.hint = "to get the bytes as they came, use --raw for one call in a pipe"
        raise error.about(inspection.provider.name, inspection.document.call_id) from None


class Writer(ABC):
    """Writes calls in one format."""

    @abstractmethod
    def add(self, inspection: "Inspection") -> None:
        """Write one call, or hold it until the end.

        Raises:
            CallinspectError: the response cannot be written in this format.
        """

    def end(self) -> None:  # noqa: B027 - most writers hold nothing
        """Write the calls that are held until the end."""


class JSON(Writer):
    """Writes a JSON value for each call.

    Args:
        read: returns the value.
        select: applies --query to it.
        lines: whether each value takes one line.
        exact: whether to keep what strict JSON readers reject, such as halves of surrogate pairs.
    """

    def __init__(self, read: Read, select: Callable[[Any], Any], *, lines: bool, exact: bool) -> None:
        self._read = read
        self._select = select
        self._lines = lines
        self._exact = exact

    def add(self, inspection: "Inspection") -> None:
        """Write a call's value, --query applied."""
        selected = self._select(self._read(inspection))
        try:
            text = dumps(selected, lines=self._lines, exact=self._exact)
        except ValueError:
            raise UsageError("the result of --query has a number that JSON cannot represent") from None
        streams.write(text + "\n")


class Fields(Writer):
    """Writes single fields, one line per call.

    Args:
        read: returns the record.
        paths: the fields.
    """

    def __init__(self, read: Read, paths: list[str]) -> None:
        self._read = read
        self._paths = paths

    def add(self, inspection: "Inspection") -> None:
        """Write a call's fields."""
        from callinspect.render import fields

        found = self._read(inspection)
        streams.write(fields.line(found, self._paths, harmless=streams.is_terminal()) + "\n")


class CSV(Writer):
    """Writes CSV: a header, and one row per call.

    Args:
        read: returns the record.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._is_first = True

    def add(self, inspection: "Inspection") -> None:
        """Write a call's row, after the header if it is the first."""
        from callinspect.render import csv

        records = [self._read(inspection)]
        streams.write(csv.dumps(records, header=self._is_first, harmless=streams.is_terminal()))
        self._is_first = False


class Card(Writer):
    """Writes one call as a card.

    Args:
        style: returns the style to draw with.
        with_document: whether the vendor's document follows.
    """

    def __init__(self, style: "Callable[[], Style]", *, with_document: bool) -> None:
        self._style = style
        self._with_document = with_document

    def add(self, inspection: "Inspection") -> None:
        """Write the call."""
        from callinspect.render import people

        text = people.card(inspection.call, self._style(), now=datetime.now(UTC), is_sandbox=inspection.is_sandbox)
        if self._with_document:
            text += f"\n As {inspection.provider.name} sent it\n"
            text += people.document(inspection.readable.json, self._style(), indent=3)
        streams.write_for_people(text)


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
        if self._held:
            from callinspect.render import people

            streams.write_for_people(people.calls(self._held, self._style()))


class Bytes(Writer):
    """Writes vendors' responses byte for byte."""

    def add(self, inspection: "Inspection") -> None:
        """Write a call's response."""
        streams.write_bytes(inspection.document.raw)


class Documents(Writer):
    """Writes vendors' documents for people; one that is not JSON is shown as text, unless a table is requested.

    Args:
        style: returns the style for a table, None to write JSON.
        is_table_requested: whether a table is requested.
    """

    def __init__(self, style: "Callable[[], Style] | None", *, is_table_requested: bool) -> None:
        self._style = style
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
            streams.write(dumps(value, exact=True) + "\n")
            return
        from callinspect.render import people

        streams.write_for_people(self._separator + people.document(value, self._style()))
