"""Writers for calls, and for whatever else has a record: one class per output format."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect.cli.console import streams
from callinspect.errors import BadResponseError, CallinspectError, InternalError, UnmaskableError, UsageError
from callinspect.render.inert import inert
from callinspect.render.jsontext import Record, dumps

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.render.style import Style

Read = Callable[[Any], Any]
"""Returns what to write of a result: the record of a call, say, or the vendor's response."""


def record_of(inspection: "Inspection") -> Record:
    """Return the record of a call."""
    from callinspect.model.writing import record

    return record(inspection.call)


def full_record_of(inspection: "Inspection") -> Record:
    """Return the record of a call, the vendor's document included."""
    return {**record_of(inspection), "raw": included(inspection)}


def included(inspection: "Inspection") -> Any:
    """Return the vendor's document as it stands beside the record: strict JSON, without the customer's secrets.

    Raises:
        BadResponseError: it is not JSON.
    """
    return inspection.provider.withheld(inspection.readable.json)


def value_of(inspection: "Inspection") -> Any:
    """Return the vendor's document as a JSON value.

    Raises:
        BadResponseError: it is not JSON.
    """
    try:
        return inspection.document.json
    except BadResponseError as error:
        if not isinstance(error, UnmaskableError):
            error.hint = "to get the bytes as they came, use --raw for one call in a pipe"
        raise error.about(inspection.provider.name, inspection.document.call_id) from None


class Writer(ABC):
    """Writes results in one format.

    Attributes:
        is_on_terminal: whether results are written to a terminal during the run.
    """

    is_on_terminal: bool = False

    def prepare(self) -> None:  # noqa: B027 - most writers need nothing
        """Do what can be done while the first response is awaited."""

    @abstractmethod
    def add(self, result: Any) -> None:
        """Write one result, or hold it until the end.

        Raises:
            CallinspectError: the response cannot be written in this format.
        """

    def end(self) -> None:  # noqa: B027 - most writers hold nothing
        """Write what is held until the end."""

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed."""
        self.end()


class Kind(NamedTuple):
    """A kind of results, such as calls.

    Attributes:
        read: returns the record of one.
        full: returns the record with the vendor's response in it, where there is one.
        check: raises a `UsageError` for a path that the records do not have.
        columns: the columns as CSV, none for those of calls.
        draw: returns the writer for people, by the style, whether there may be several, and whether the vendor's
            response is included.
        is_masked: whether --redact masks one; False if there is nothing of anybody in it, or it is masked already.
    """

    read: Read
    full: Read
    check: Callable[[str], None]
    columns: Sequence[str]
    draw: "Callable[[Callable[[], Style], bool, bool], Writer]"
    is_masked: bool = True


class Through(Writer):
    """Writes results through another writer.

    Args:
        writer: what writes them.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def prepare(self) -> None:
        """Do what the other writer can do while the first response is awaited."""
        self._writer.prepare()

    def end(self) -> None:
        """Write what is held until the end."""
        self._writer.end()

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed."""
        self._writer.stop()


class Shown(Through):
    """Writes calls as they may be shown: masked.

    Args:
        writer: what writes them.
        shown: masks one.
    """

    def __init__(self, writer: Writer, shown: "Callable[[Inspection], Inspection]") -> None:
        super().__init__(writer)
        self._shown = shown

    def add(self, result: "Inspection") -> None:
        """Write a call, masked.

        Raises:
            InternalError: it cannot be masked; it is about that call alone.
        """
        from callinspect.client.inspection import unexpected

        try:
            self._writer.add(self._shown(result))
        except streams.ReaderGoneError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the other calls are printed
            found = error if isinstance(error, CallinspectError) else unexpected(error)
            if isinstance(found, InternalError):
                found.about(result.provider.name, result.document.call_id)
            raise found from (None if found is error else error)


class JSON(Writer):
    """Writes a JSON value for each result.

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

    def add(self, result: Any) -> None:
        """Write a result's value, --query applied."""
        streams.write(self._paint(self._text(result)) + "\n")

    def _text(self, result: Any) -> str:
        return _dumps(self._select(self._read(result)), lines=self._lines, exact=self._exact)


class Array(JSON):
    """Writes all values as one JSON array, each as it comes."""

    _is_open = False

    def add(self, result: Any) -> None:
        """Write a result's value, --query applied."""
        text = self._paint(self._text(result).replace("\n", "\n  "))
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

    def add(self, result: Any) -> None:
        """Write the value for a result."""
        from callinspect.render import fields

        found = self._select(self._read(result))
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

    def read_chosen(result: Any) -> Any:
        from callinspect.render import fields

        return fields.chosen(read(result), paths)

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

    def add(self, result: Any) -> None:
        """Write a call's fields."""
        from callinspect.render import fields

        found = self._read(result)
        streams.write(fields.line(found, self._paths, harmless=streams.is_terminal()) + "\n")


class CSV(Writer):
    """Writes CSV: a header, and one row per call.

    Args:
        read: returns the record.
        paths: the columns, none for the usual ones.
    """

    def __init__(self, read: Read, paths: Sequence[str]) -> None:
        self._read = read
        self._paths = paths
        self._is_first = True

    def add(self, result: Any) -> None:
        """Write a call's row, after the header if it is the first."""
        self._write([self._read(result)])

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
