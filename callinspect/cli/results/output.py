"""Writes calls, or other results, in the format that the output options select."""

from collections.abc import Callable
from enum import StrEnum
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from callinspect.cli.console import streams
from callinspect.cli.console.streams import Color
from callinspect.cli.input import words
from callinspect.cli.options import Options
from callinspect.cli.results import writers
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.render.style import Style


W = TypeVar("W", bound=writers.Writer)

VCON_HINT = "it contains the record, and the vendor's response; select parts of it with jq"


class Format(StrEnum):
    """Output formats; `auto` is a table on a terminal and JSON in a pipe."""

    AUTO = "auto"
    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    VCON = "vcon"


class Include(StrEnum):
    """What can be added to a record."""

    RAW = "raw"


def _check_path(path: str) -> None:
    from callinspect.render import fields

    fields.check(path)


def _draw_calls(make_style: "Callable[[], Style]", several: bool, with_document: bool) -> writers.Writer:
    from callinspect.cli.results import drawing

    return drawing.Table(make_style) if several else drawing.Card(make_style, with_document=with_document)


CALLS = writers.Kind(
    read=writers.record_of, full=writers.full_record_of, check=_check_path, columns=(), draw=_draw_calls
)


class Output:
    """Writes results in one of the formats.

    Args:
        form: the format.
        several: whether there may be more than one result.
        options: the global options.
        kind: what the results are.
        raw: whether to write the vendor's responses instead of records.
        paths: fields to print bare, or the columns of a format.
        query: JMESPath expression.
        bare: whether texts that it finds are printed without quotation marks.
        include: what to add to the record.

    Raises:
        UsageError: options exclude each other, or a field does not exist.
        OutputError: standard output is closed.
    """

    def __init__(
        self,
        *,
        form: Format,
        several: bool,
        options: Options,
        kind: writers.Kind = CALLS,
        raw: bool = False,
        paths: list[str] | None = None,
        query: str | None = None,
        bare: bool = False,
        include: Include | None = None,
    ) -> None:
        streams.check_output()
        self._paths = words.several(paths, "-f")
        _check(form, raw=raw, paths=self._paths, query=query, bare=bare, include=include)
        for path in self._paths:
            kind.check(path)
        self.several = several
        self._kind = kind
        self.form = _resolved(form, several=several, query=query)
        self._is_array = several and form is Format.JSON
        self._options = options
        self._is_bare = bare
        self._select = _selector(query)
        self._writer: writers.Writer
        if raw:
            self._writer = self._document_writer(query, is_table_requested=form is Format.TABLE)
        else:
            self._writer = self._record_writer(form, include)
        self._is_rewritten = options.masker is not None and isinstance(self._writer, writers.Bytes)
        if options.masker is not None and kind.is_masked:
            self._writer = writers.Shown(self._writer, options.shown)

    @property
    def is_on_terminal(self) -> bool:
        """Whether results are written to a terminal during the run."""
        return streams.is_terminal() and self.form is not Format.TABLE

    def wrap(self, wrapper: Callable[[writers.Writer], W]) -> W:
        """Write calls through another writer, which holds or counts them; return that."""
        self._writer = wrapped = wrapper(self._writer)
        return wrapped

    def prepare(self) -> None:
        """Do what can be done while the first response is awaited: import what it is drawn with."""
        self._writer.prepare()

    def add(self, result: Any) -> None:
        """Write one result, or hold it for the table."""
        self._writer.add(result)
        if self._is_rewritten:
            self._options.notice("with --redact, --raw is the vendor's response written anew as JSON")
            self._is_rewritten = False

    def end(self) -> None:
        """Write what is held until the end: a table, or the end of an array."""
        self._writer.end()

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed; of an array without calls, nothing is written."""
        self._writer.stop()

    def _record_writer(self, form: Format, include: Include | None) -> writers.Writer:
        """Return the writer for records."""
        read = self._kind.full if include else self._kind.read
        if self._paths and form is Format.AUTO:
            return writers.Fields(read, self._paths)
        if self.form is Format.CSV:
            return writers.CSV(read, self._paths or self._kind.columns)
        if self.form is Format.VCON:
            from callinspect.cli.results import vcons

            is_redacted, notice = self._options.masker is not None, self._options.notice
            return vcons.VCons(lines=self.several, is_redacted=is_redacted, notice=notice, paint=self._paint)
        if self.form is Format.TABLE:
            make_style = partial(style, self._options)
            if not self._paths:
                return self._kind.draw(make_style, self.several, bool(include))
            from callinspect.cli.results import drawing

            return drawing.Columns(read, self._paths, make_style, several=self.several)
        return self._json(writers.chosen(read, self._paths) if self._paths else read, exact=False)

    def _document_writer(self, query: str | None, *, is_table_requested: bool) -> writers.Writer:
        """Return the writer for vendors' responses: their bytes, or the parsed value for --query, JSON and people.

        On a terminal, a response that is not JSON is shown as text, unless a table is requested.
        """
        if query or self.form is Format.JSONL or self._is_array:
            return self._json(writers.value_of, exact=True)
        if self.form is not Format.TABLE and not streams.is_terminal():
            return writers.Bytes()
        from callinspect.cli.results import drawing

        make_style = partial(style, self._options) if self.form is Format.TABLE else None
        return drawing.Documents(make_style, is_table_requested=is_table_requested, paint=self._paint)

    def _json(self, read: writers.Read, *, exact: bool) -> writers.Writer:
        """Return the writer for JSON values: one each, an array, or texts without quotation marks."""
        if self._is_bare:
            return writers.Bare(read, self._select)
        kind = writers.Array if self._is_array else writers.JSON
        return kind(read, self._select, lines=self.form is Format.JSONL, exact=exact, paint=self._paint)

    @cached_property
    def _paint(self) -> Callable[[str], str]:
        """The function that colors JSON: on a terminal that has colors, or with --color always."""
        if self._options.color is not Color.ALWAYS and not (
            streams.is_terminal() and streams.has_color(self._options.color)
        ):
            return str
        from callinspect.render import people

        return people.json


def style(options: Options) -> "Style":
    """Return the style for people: as wide as the terminal, in color if it has colors and they are allowed."""
    from callinspect.render.style import Style

    return Style(
        width=streams.width(),
        color=streams.has_color(options.color),
        zone=options.zone,
        ascii=streams.lacks_unicode(),
        encoding=streams.check_output().encoding or "utf-8",
    )


def _check(
    form: Format, *, raw: bool, paths: list[str], query: str | None, bare: bool, include: Include | None
) -> None:
    """Check that the options can be combined.

    Raises:
        UsageError: they cannot.
    """
    if form is Format.VCON:
        given = {"-f": paths, "--query": query, "-r": bare, "--raw": raw, "--include": include}
        for option in (name for name, value in given.items() if value):
            raise UsageError(f"{option} cannot be combined with -o vcon: a vCon is written whole", hint=VCON_HINT)
    if paths and (raw or query):
        raise UsageError("-f selects fields of the record and cannot be combined with --raw or --query")
    if query and form in {Format.TABLE, Format.CSV}:
        raise UsageError("--query prints JSON and can only be combined with -o json or -o jsonl")
    if bare and (not query or form is Format.JSON):
        raise UsageError("-r prints what --query finds, one text a line: it needs --query and excludes -o json")
    if raw and form is Format.CSV:
        raise UsageError("--raw cannot be combined with -o csv: a vendor's response has no columns")
    if raw and include:
        raise UsageError("--include adds to the record and cannot be combined with --raw")


def _resolved(form: Format, *, several: bool, query: str | None) -> Format:
    """Return the format to use, `auto` resolved: several calls are JSON Lines."""
    if form is not Format.AUTO:
        return form
    if streams.is_terminal() and not query:
        return Format.TABLE
    return Format.JSONL if several else Format.JSON


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
        at = getattr(error, "lex_position", len(expression))
        what = "it ends too early" if at >= len(expression) else f"see character {at + 1}"
        raise UsageError(f"--query is not valid JMESPath: {what}") from None

    def select(value: Any) -> Any:
        try:
            return compiled.search(value)
        except RecursionError:
            raise UsageError("--query is nested too deeply") from None
        except (JMESPathError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise UsageError(f"--query cannot be applied: {str(error).splitlines()[0]}") from None

    return select
