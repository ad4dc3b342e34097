"""Options for the output of figures."""

from typing import Annotated, NamedTuple

import typer

from callinspect.cli.groups import BareOption
from callinspect.cli.options import Options
from callinspect.cli.results import figures
from callinspect.cli.results.forms import FiguresFormat
from callinspect.cli.results.output import Format, Output
from callinspect.figures import Statistics


class FigureResults(NamedTuple):
    """In which form the figures are written, and which of them."""

    form: Annotated[FiguresFormat, typer.Option("--output", "-o", metavar="FORMAT", help="Output format.")] = (
        FiguresFormat.AUTO
    )
    paths: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            "-f",
            metavar="FIGURE",
            help="Bare values, such as overall.asr,overall.calls, tab-separated; with -o, the columns or keys.",
        ),
    ] = None
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="EXPR", help="Print the result of a JMESPath expression, as JSON."),
    ] = None
    bare: BareOption = False

    @property
    def is_rows(self) -> bool:
        """Whether the figures are rows."""
        return self.form is FiguresFormat.CSV

    def output(self, options: Options) -> Output:
        """Return the output to write the figures to; errors follow its format.

        Raises:
            UsageError: options exclude each other, or a field does not exist.
        """
        options.result_format = self.form
        kind = figures.ROWS if self.is_rows else figures.FIGURES
        given = {**self._asdict(), "form": Format(self.form.value)}
        return Output(**given, kind=kind, several=self.is_rows, options=options)

    def write(self, statistics: Statistics, result: Output) -> None:
        """Write the figures."""
        for each in figures.rows(statistics) if self.is_rows else [statistics]:
            result.add(each)
        result.end()
