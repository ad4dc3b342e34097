"""How calls are written: one class for each form of the result."""

from abc import ABC, abstractmethod
from collections.abc import Callable
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
"""Reads from an answer what is to be written of it."""


def record_of(inspection: "Inspection") -> Record:
    """Return the record of a call."""
    return record(inspection.call)


def full_record_of(inspection: "Inspection") -> Record:
    """Return the record of a call, with the vendor's document in it."""
    return {**record_of(inspection), "raw": inspection.readable.json}


def value_of(inspection: "Inspection") -> Any:
    """Return the value of the vendor's document.

    Raises:
        BadResponseError: it is not JSON.
    """
    try:
        return inspection.document.json
    except BadResponseError as error:
        error.hint = "to get the bytes as they came, use --raw for one call in a pipe"
        raise error.about(inspection.provider.name, inspection.document.call_id) from None


class Writer(ABC):
    """Writes calls in one form."""

    @abstractmethod
    def add(self, inspection: "Inspection") -> None:
        """Write one call, or hold it back.

        Raises:
            CallinspectError: the answer is none that can be written so.
        """

    def end(self) -> None:  # noqa: B027 - most of them hold nothing back
        """Write what has been held back."""


class JSON(Writer):
    """A value a call as JSON, or what is selected of it.

    Args:
        read: reads the value.
        select: picks out of it.
        lines: on one line each.
        exact: whether the value is to be as it is, whatever strict readers say.
    """

    def __init__(self, read: Read, select: Callable[[Any], Any], *, lines: bool, exact: bool) -> None:
        self._read = read
        self._select = select
        self._lines = lines
        self._exact = exact

    def add(self, inspection: "Inspection") -> None:
        """Write what is selected of a call's value."""
        selected = self._select(self._read(inspection))
        try:
            text = dumps(selected, lines=self._lines, exact=self._exact)
        except ValueError:
            raise UsageError("the result of --query has a number that JSON cannot represent") from None
        streams.write(text + "\n")


class Fields(Writer):
    """Single values of a record, a line a call.

    Args:
        read: reads the record.
        paths: name the values.
    """

    def __init__(self, read: Read, paths: list[str]) -> None:
        self._read = read
        self._paths = paths

    def add(self, inspection: "Inspection") -> None:
        """Write a call's values."""
        from callinspect.render import fields

        found = self._read(inspection)
        streams.write(fields.line(found, self._paths, harmless=streams.is_terminal()) + "\n")


class CSV(Writer):
    """A header, and a row a call.

    Args:
        read: reads the record.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._is_first = True

    def add(self, inspection: "Inspection") -> None:
        """Write a call's row, the first one below the header."""
        from callinspect.render import csv

        records = [self._read(inspection)]
        streams.write(csv.dumps(records, header=self._is_first, harmless=streams.is_terminal()))
        self._is_first = False


class Card(Writer):
    """One call for people.

    Args:
        style: says how to draw.
        with_document: whether the vendor's document follows.
    """

    def __init__(self, style: "Callable[[], Style]", *, with_document: bool) -> None:
        self._style = style
        self._with_document = with_document

    def add(self, inspection: "Inspection") -> None:
        """Write the call."""
        from callinspect.render import people

        text = people.card(inspection.call, self._style())
        if self._with_document:
            from callinspect.render import people

            text += f"\n As {inspection.provider.name} sent it\n"
            text += people.document(inspection.readable.json, self._style(), indent=3)
        streams.write_for_people(text)


class Table(Writer):
    """Several calls for people, once all are there.

    Args:
        style: says how to draw.
    """

    def __init__(self, style: "Callable[[], Style]") -> None:
        self._style = style
        self._held: list[Call] = []

    def add(self, inspection: "Inspection") -> None:
        """Hold a call back: how wide the columns are is known at the end."""
        self._held.append(inspection.call)

    def end(self) -> None:
        """Write all calls, if there are any."""
        if self._held:
            from callinspect.render import people

            streams.write_for_people(people.calls(self._held, self._style()))


class Bytes(Writer):
    """The vendor's document as it came."""

    def add(self, inspection: "Inspection") -> None:
        """Write a call's document."""
        streams.write_bytes(inspection.document.raw)


class Documents(Writer):
    """Vendors' documents for people; of bytes that are not JSON the text, unless they asked for a table.

    Args:
        style: says how to draw a table, None where JSON is to be seen.
        is_table_asked: whether they asked for one.
    """

    def __init__(self, style: "Callable[[], Style] | None", *, is_table_asked: bool) -> None:
        self._style = style
        self._is_table_asked = is_table_asked
        self._between = ""

    def add(self, inspection: "Inspection") -> None:
        """Write a call's document, with an empty line after the one before."""
        try:
            value = value_of(inspection)
        except BadResponseError:
            if self._is_table_asked:
                raise
            lines = inert_lines(inspection.document.raw)
            streams.write_for_people(self._between + "".join(f"{line}\n" for line in lines))
        else:
            self._show(value)
        self._between = "\n"

    def _show(self, value: Any) -> None:
        if self._style is None:
            streams.write(dumps(value, exact=True) + "\n")
            return
        from callinspect.render import people

        streams.write_for_people(self._between + people.document(value, self._style()))
