"""How a result is asked for, and how it is written: the options of every command that gives calls."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect.cli.console import streams
from callinspect.errors import BadResponseError, UsageError
from callinspect.render.inert import inert_lines
from callinspect.render.json import Record, dumps, record

if TYPE_CHECKING:
    from callinspect.client.inspector import Inspection
    from callinspect.model import Call
    from callinspect.render.layout import Style


class Format(StrEnum):
    """Forms of output; `auto` is a table on a terminal and JSON in a pipe."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Include(StrEnum):
    """What a record can hold besides."""

    RAW = "raw"


OutputOption = Annotated[Format, typer.Option("--output", "-o", help="Form of the result.")]
RawOption = Annotated[bool, typer.Option("--raw", help="The vendor's own document instead of the record.")]
FieldOption = Annotated[
    list[str] | None,
    typer.Option(
        "--field",
        "-f",
        metavar="PATH",
        help="Print one value bare, such as state or from.number; repeated, tab-separated.",
    ),
]
QueryOption = Annotated[
    str | None, typer.Option("--query", metavar="EXPR", help="Print what a JMESPath expression selects, as JSON.")
]
IncludeOption = Annotated[Include | None, typer.Option("--include", help="Put the vendor's document into the record.")]
UTCOption = Annotated[bool, typer.Option("--utc", help="Times for people in UTC instead of local time.")]


class Output:
    """Writes calls in one of the forms.

    Args:
        form: which.
        several: whether there may be more than one call.
        raw: the vendor's documents instead of records.
        paths: fields to print bare.
        query: JMESPath expression.
        include: what to put into the record besides.
        utc: times for people in UTC.
        color: whether colour is allowed.

    Raises:
        UsageError: the options exclude each other, or name what no record has.
        OutputError: there is nowhere to write to.
    """

    def __init__(
        self,
        *,
        form: Format,
        several: bool,
        raw: bool = False,
        paths: list[str] | None = None,
        query: str | None = None,
        include: Include | None = None,
        utc: bool = False,
        color: bool = True,
    ) -> None:
        self.form = form
        self.several = several
        self.raw = raw
        self.paths = paths or []
        self.query = query
        self.include = include
        self.utc = utc
        self.color = color
        self._held: list[Call] = []
        self._written = 0
        self._select: Callable[[Any], Any] = lambda value: value
        self._is_table_asked = form is Format.TABLE
        streams.check_output()
        if self.paths and (self.raw or self.query or self.form is not Format.AUTO):
            raise UsageError("-f prints bare values, and goes with neither -o nor --raw nor --query")
        if self.query and self.form in {Format.TABLE, Format.CSV}:
            raise UsageError("what --query selects is JSON, and goes with -o json and -o jsonl only")
        if self.raw and self.form is Format.CSV:
            raise UsageError("a vendor's document has no columns: --raw does not go with -o csv")
        if self.raw and self.include:
            raise UsageError("--include adds to the record, and --raw shows none")
        if self.paths:
            _check_paths(self.paths)
        if self.query:
            self._select = _compiled(self.query)
        if self.form is Format.AUTO:
            self.form = Format.TABLE if streams.is_terminal() and not self.query else Format.JSON
        if self.form is Format.JSON and self.several:
            self.form = Format.JSONL

    @property
    def is_on_terminal(self) -> bool:
        """Whether results appear on the terminal while the run goes on."""
        return streams.is_terminal() and self.form is not Format.TABLE

    def add(self, inspection: "Inspection") -> None:
        """Write one call, or hold it for the table."""
        if self.paths:
            from callinspect.render import fields

            found = self._record(inspection)
            streams.write(fields.line(found, self.paths, harmless=streams.is_terminal()) + "\n")
        elif self.raw:
            self._add_raw(inspection)
        elif self.form is Format.TABLE:
            self._add_to_table(inspection)
        elif self.form is Format.CSV:
            from callinspect.render import csv

            records, is_first = [self._record(inspection)], not self._written
            streams.write(csv.dumps(records, header=is_first, harmless=streams.is_terminal()))
        else:
            streams.write(self._selected(self._record(inspection)) + "\n")
        self._written += 1

    def end(self) -> None:
        """Write what has been held back."""
        if self._held:
            from callinspect.render import table

            streams.write_for_people(table.calls(self._held, self._style()))

    def _selected(self, value: Any) -> str:
        try:
            return dumps(self._select(value), lines=self.form is Format.JSONL, exact=self.raw)
        except ValueError:
            raise UsageError("what --query selects has a number in it that JSON does not have") from None

    def _record(self, inspection: "Inspection") -> Record:
        found = record(inspection.call)
        return {**found, "raw": inspection.readable.json} if self.include else found

    def _add_to_table(self, inspection: "Inspection") -> None:
        if self.several:
            self._held.append(inspection.call)
            return
        from callinspect.render.card import card

        text = card(inspection.call, self._style())
        if self.include:
            from callinspect.render import table

            text += f"\n As {inspection.provider.name} sent it\n"
            text += table.document(inspection.readable.json, self._style(), indent=3)
        streams.write_for_people(text)

    def _add_raw(self, inspection: "Inspection") -> None:
        """Write the vendor's bytes as they are; their value where a form of JSON is asked for that they need not have.

        People who asked for no form get the value too, and of bytes that are not JSON the text: they look at what came.
        """
        if self.query or self.form is Format.JSONL:
            streams.write(self._selected(_value(inspection)) + "\n")
        elif self.form is not Format.TABLE and not streams.is_terminal():
            streams.write_bytes(inspection.document.raw)
        else:
            self._show_raw(inspection)

    def _show_raw(self, inspection: "Inspection") -> None:
        between = "\n" * bool(self._written)
        try:
            value = _value(inspection)
        except BadResponseError:
            if self._is_table_asked:
                raise
            lines = inert_lines(inspection.document.raw)
            streams.write_for_people(between + "".join(f"{line}\n" for line in lines))
            return
        if self.form is not Format.TABLE:
            streams.write(dumps(value, exact=True) + "\n")
            return
        from callinspect.render import table

        streams.write_for_people(between + table.document(value, self._style()))

    def _style(self) -> "Style":
        return style(utc=self.utc, color=self.color)


def style(*, utc: bool, color: bool) -> "Style":
    """Return how to draw for people: as wide as the terminal is, in colour if it has any and it is allowed."""
    from callinspect.render.layout import Style

    return Style(
        width=streams.width(),
        color=streams.has_color(allowed=color),
        utc=utc,
        ascii=streams.lacks_unicode(),
        encoding=streams.check_output().encoding or "utf-8",
    )


def _value(inspection: "Inspection") -> Any:
    """Return the value of the vendor's document.

    Raises:
        BadResponseError: it is not JSON.
    """
    try:
        return inspection.document.json
    except BadResponseError as error:
        error.hint = "--raw of one call, in a pipe, gives the bytes as they came"
        raise error.about(inspection.provider.name, inspection.document.call_id) from None


def _check_paths(paths: list[str]) -> None:
    from callinspect.render import fields

    for path in paths:
        try:
            fields.check(path)
        except fields.UnknownFieldError as error:
            hint = f"did you mean {error.nearest}?" if error.nearest else "callinspect schema lists the fields"
            raise UsageError(f"a record has no field “{path}”", hint=hint) from None


def _compiled(expression: str) -> Callable[[Any], Any]:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        compiled = jmespath.compile(expression)
    except RecursionError:
        raise UsageError("--query is nested too deeply") from None
    except JMESPathError as error:
        raise UsageError(f"--query is not JMESPath: {str(error).splitlines()[0]}") from None

    def select(value: Any) -> Any:
        try:
            return compiled.search(value)
        except RecursionError:
            raise UsageError("--query is nested too deeply") from None
        except (JMESPathError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UsageError(f"--query cannot be applied: {str(error).splitlines()[0]}") from None

    return select
