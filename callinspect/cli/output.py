"""Writes calls in the format that the output options select."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from callinspect.cli import writers
from callinspect.cli.console import streams
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.client.inspector import Inspection
    from callinspect.render.people import Style


W = TypeVar("W", bound=writers.Writer)


class Format(StrEnum):
    """Output formats; `auto` is a table on a terminal and JSON in a pipe."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Include(StrEnum):
    """What can be added to a record."""

    RAW = "raw"


class Output:
    """Writes calls in one of the formats.

    Args:
        form: the format.
        several: whether there may be more than one call.
        raw: whether to write the vendor's responses instead of records.
        paths: fields to print bare.
        query: JMESPath expression.
        include: what to add to the record.
        utc: whether to show times in UTC.
        color: whether color is allowed.

    Raises:
        UsageError: options exclude each other, or a field does not exist.
        OutputError: standard output is closed.
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
        streams.check_output()
        _check(form, raw=raw, paths=paths, query=query, include=include)
        self.several = several
        self.form = _resolved(form, several=several, query=query)
        make_style = partial(style, utc=utc, color=color)
        self._writer: writers.Writer
        if raw:
            self._writer = self._document_writer(make_style, query, is_table_requested=form is Format.TABLE)
        else:
            self._writer = self._record_writer(make_style, paths, query, include)

    @property
    def is_on_terminal(self) -> bool:
        """Whether results are written to a terminal during the run."""
        return streams.is_terminal() and self.form is not Format.TABLE

    def wrap(self, wrapper: Callable[[writers.Writer], W]) -> W:
        """Write calls through another writer, which holds or counts them; return that."""
        self._writer = wrapped = wrapper(self._writer)
        return wrapped

    def add(self, inspection: "Inspection") -> None:
        """Write one call, or hold it for the table."""
        self._writer.add(inspection)

    def end(self) -> None:
        """Write the calls that are held for the table."""
        self._writer.end()

    def _record_writer(
        self, make_style: "Callable[[], Style]", paths: list[str] | None, query: str | None, include: Include | None
    ) -> writers.Writer:
        """Return the writer for records."""
        read = writers.full_record_of if include else writers.record_of
        if paths:
            return writers.Fields(read, paths)
        if self.form is Format.TABLE:
            return writers.Table(make_style) if self.several else writers.Card(make_style, with_document=bool(include))
        if self.form is Format.CSV:
            return writers.CSV(read)
        return writers.JSON(read, _selector(query), lines=self.form is Format.JSONL, exact=False)

    def _document_writer(
        self, make_style: "Callable[[], Style]", query: str | None, *, is_table_requested: bool
    ) -> writers.Writer:
        """Return the writer for vendors' responses: their bytes, or the parsed value for --query, jsonl and people.

        On a terminal, a response that is not JSON is shown as text, unless a table is requested.
        """
        if query or self.form is Format.JSONL:
            return writers.JSON(writers.value_of, _selector(query), lines=self.form is Format.JSONL, exact=True)
        if self.form is Format.TABLE:
            return writers.Documents(make_style, is_table_requested=is_table_requested)
        return writers.Documents(None, is_table_requested=False) if streams.is_terminal() else writers.Bytes()


def style(*, utc: bool, color: bool) -> "Style":
    """Return the style for people: as wide as the terminal, in color if it has colors and they are allowed."""
    from callinspect.render.people import Style

    return Style(
        width=streams.width(),
        color=streams.has_color(allowed=color),
        utc=utc,
        ascii=streams.lacks_unicode(),
        encoding=streams.check_output().encoding or "utf-8",
    )


def _check(form: Format, *, raw: bool, paths: list[str] | None, query: str | None, include: Include | None) -> None:
    """Check that the options can be combined and the fields exist.

    Raises:
        UsageError: they cannot, or one does not.
    """
    if paths and (raw or query or form is not Format.AUTO):
        raise UsageError("-f prints bare values and cannot be combined with -o, --raw or --query")
    if query and form in {Format.TABLE, Format.CSV}:
        raise UsageError("--query prints JSON and can only be combined with -o json or -o jsonl")
    if raw and form is Format.CSV:
        raise UsageError("--raw cannot be combined with -o csv: a vendor's response has no columns")
    if raw and include:
        raise UsageError("--include adds to the record and cannot be combined with --raw")
    _check_paths(paths or [])


def _resolved(form: Format, *, several: bool, query: str | None) -> Format:
    """Return the format to use, `auto` resolved; several JSON values are JSON Lines."""
    if form is Format.AUTO:
        form = Format.TABLE if streams.is_terminal() and not query else Format.JSON
    return Format.JSONL if form is Format.JSON and several else form


def _check_paths(paths: list[str]) -> None:
    if not paths:
        return
    from callinspect.render import fields

    for path in paths:
        try:
            fields.check(path)
        except fields.UnknownFieldError as error:
            hint = f"did you mean {error.nearest}?" if error.nearest else "callinspect schema lists the fields"
            raise UsageError(f"a record has no field “{path}”", hint=hint) from None


def _selector(expression: str | None) -> Callable[[Any], Any]:
    """Return the function that applies --query to a value; without --query, it returns the value.

    Raises:
        UsageError: --query is not valid JMESPath.
    """
    if not expression:
        return lambda value: value
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        compiled = jmespath.compile(expression)
    except RecursionError:
        raise UsageError("--query is nested too deeply") from None
    except JMESPathError as error:
        raise UsageError(f"--query is not valid JMESPath: {str(error).splitlines()[0]}") from None

    def select(value: Any) -> Any:
        try:
            return compiled.search(value)
        except RecursionError:
            raise UsageError("--query is nested too deeply") from None
        except (JMESPathError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UsageError(f"--query cannot be applied: {str(error).splitlines()[0]}") from None

    return select
