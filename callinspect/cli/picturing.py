"""The options for a picture beside the usual output: `--export FILE` and `--width`."""

from typing import Annotated, NamedTuple

import typer

from callinspect.cli.console import streams
from callinspect.cli.groups import Results
from callinspect.cli.options import Options
from callinspect.cli.results.output import Output
from callinspect.errors import UsageError

MIN_COLUMNS, DEFAULT_COLUMNS = 40, 80
"""Columns of a picture."""

Width = Annotated[
    int | None,
    typer.Option(
        min=MIN_COLUMNS,
        max=streams.MAX_WIDTH,
        help=f"Columns of what --export draws, {DEFAULT_COLUMNS} by default; {MIN_COLUMNS} fit a phone.",
    ),
]


class Picture(NamedTuple):
    """Options for a picture of the call."""

    export: Annotated[
        str | None,
        typer.Option(
            "--export", metavar="FILE", help="Also draw the card, with times in UTC, as FILE.svg or FILE.html."
        ),
    ] = None
    width: Width = None

    def check(self, results: Results, *, several: bool) -> None:
        """Refuse, before a vendor is asked, what cannot be drawn or written.

        Args:
            results: the options for the usual output.
            several: whether there may be more than one call.

        Raises:
            UsageError: the options cannot be combined, or FILE is no place for a picture.
            OutputError: FILE may not be written.
        """
        if self.export is not None and several:
            raise UsageError("--export draws one call: give one CALL_ID")
        if self.export is not None and results.raw:
            raise UsageError("--export draws the record and cannot be combined with --raw")
        _check(self.export, self.width)

    def output(self, results: Results, options: Options, *, several: bool) -> Output:
        """Return the output to write results to, with a call's picture before it; if that fails, nothing is printed.

        Args:
            results: the options for the usual output.
            options: the global options.
            several: whether there may be more than one call.

        Raises:
            UsageError: see `check`.
            OutputError: see `check`.
        """
        self.check(results, several=several)
        result = results.output(options, several=several)
        if (path := self.export) is not None:
            from callinspect.cli.results.pictures import Pictured

            width = self.width or DEFAULT_COLUMNS
            result.wrap(lambda writer: Pictured(writer, path, width, options))
        return result


class Chart(NamedTuple):
    """Options for a picture of the figures of many calls."""

    export: Annotated[
        str | None,
        typer.Option("--export", metavar="FILE", help="Also draw the figures as FILE.svg or FILE.html."),
    ] = None
    width: Width = None

    def check(self) -> None:
        """Refuse, before anything is counted, what cannot be written.

        Raises:
            UsageError: --width is of no use, or FILE is no place for a picture.
            OutputError: FILE may not be written.
        """
        _check(self.export, self.width)

    def wrap(self, result: Output, options: Options) -> None:
        """Have the picture of the statistics written before they are written to an output.

        The times in it are in the zone of display, in which days were counted.

        Args:
            result: the output, to which statistics are added.
            options: the global options.
        """
        if (path := self.export) is not None:
            from callinspect.cli.results import pictures

            width, zone, draw = self.width or DEFAULT_COLUMNS, options.zone, pictures.statistics
            result.wrap(lambda writer: pictures.Pictured(writer, path, width, options, draw=draw, zone=zone))


def _check(path: str | None, width: int | None) -> None:
    """Check that a picture can be written, and that there is one if it is to have a width."""
    if path is not None:
        from callinspect.cli.results import pictures

        pictures.check(path)
    elif width is not None:
        raise UsageError("--width is the width of what --export draws: add --export FILE")
