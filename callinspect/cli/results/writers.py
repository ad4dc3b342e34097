"""Writers for calls: one class per output format."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from callinspect.cli.console import streams
from callinspect.errors import BadResponseError, UsageError
from callinspect.render.inert import inert
from callinspect.render.json import Record, dumps, record

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection

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

    def prepare(self) -> None:  # noqa: B027 - most writers need nothing
        """Do what can be done while the first response is awaited."""

    @abstractmethod
    def add(self, inspection: "Inspection") -> None:
        """Write one call, or hold it until the end.

        Raises:
            CallinspectError: the response cannot be written in this format.
        """

    def end(self) -> None:  # noqa: B027 - most writers hold nothing
        """Write what is held until the end."""

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed."""
        self.end()


class JSON(Writer):
    """Writes a JSON value for each call.

    Args:
        read: returns the value.
        select: applies --query to it.
        lines: whether each value takes one line.
        exact: whether to keep what strict JSON readers reject, such as halves of surrogate pairs.
        paint: colors a JSON text.
    """

    def __init__(
        self,
        read: Read,
        select: Callable[[Any], Any],
        *,
        lines: bool,
        exact: bool,
        paint: Callable[[str], str] = str,
    ) -> None:
        self._read = read
        self._select = select
        self._lines = lines
        self._exact = exact
        self._paint = paint

    def add(self, inspection: "Inspection") -> None:
        """Write a call's value, --query applied."""
        streams.write(self._paint(self._text(inspection)) + "\n")

    def _text(self, inspection: "Inspection") -> str:
        return _dumps(self._select(self._read(inspection)), lines=self._lines, exact=self._exact)


class Array(JSON):
    """Writes all values as one JSON array, each as it comes."""

    _is_open = False

    def add(self, inspection: "Inspection") -> None:
        """Write a call's value, --query applied."""
        text = self._paint(self._text(inspection).replace("\n", "\n  "))
        streams.write((",\n  " if self._is_open else "[\n  ") + text)
        self._is_open = True

    def end(self) -> None:
        """Write the end of the array, which may be empty."""
        text, self._is_open = "\n]\n" if self._is_open else "[]\n", False
        streams.write(text)

    def stop(self) -> None:
        """Write the end of the array if it has begun."""
        if self._is_open:
            self.end()


class Bare(Writer):
    """Writes what --query finds, texts without quotation marks, one line each.

    Args:
        read: returns the value.
        select: applies --query to it.
    """

    def __init__(self, read: Read, select: Callable[[Any], Any]) -> None:
        self._read = read
        self._select = select

    def add(self, inspection: "Inspection") -> None:
        """Write the result for a call."""
        from callinspect.render import fields

        found = self._select(self._read(inspection))
        text = fields.bare(found) if isinstance(found, str) else _dumps(found, lines=True, exact=False)
        streams.write((inert(text) if streams.is_terminal() else text) + "\n")


def _dumps(value: Any, *, lines: bool, exact: bool) -> str:
    """Return the JSON text of what --query found.

    Raises:
        UsageError: JSON cannot represent it.
    """
    try:
        return dumps(value, lines=lines, exact=exact)
    except ValueError:
        raise UsageError("the result of --query has a number that JSON cannot represent") from None


def chosen(read: Read, paths: list[str]) -> Read:
    """Return a function that returns the fields at the paths, which are its keys, instead of the record."""

    def read_chosen(inspection: "Inspection") -> Any:
        from callinspect.render import fields

        return fields.chosen(read(inspection), paths)

    return read_chosen


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
        paths: the columns, none for the usual ones.
    """

    def __init__(self, read: Read, paths: list[str]) -> None:
        self._read = read
        self._paths = paths
        self._is_first = True

    def add(self, inspection: "Inspection") -> None:
        """Write a call's row, after the header if it is the first."""
        self._write([self._read(inspection)])

    def end(self) -> None:
        """Write the header if there were no calls."""
        if self._is_first:
            self._write([])

    def stop(self) -> None:
        """Write nothing: a header alone would say that there are no calls."""

    def _write(self, records: list[Record]) -> None:
        from callinspect.render import csv

        streams.write(csv.dumps(records, self._paths, header=self._is_first, harmless=streams.is_terminal()))
        self._is_first = False


class Bytes(Writer):
    """Writes vendors' responses byte for byte."""

    def add(self, inspection: "Inspection") -> None:
        """Write a call's response."""
        streams.write_bytes(inspection.document.raw)
