"""The options for a picture beside the usual output: `--export FILE` and `--width`."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from callinspect.cli.console import streams
from callinspect.cli.groups import Results
from callinspect.cli.options import Options
from callinspect.cli.results.output import Output
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.figures import Statistics
    from callinspect.render.style import Style

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

    def draw(self, statistics: "Statistics", options: Options) -> None:
        """Write the picture, if one is asked for; before the usual output, so that nothing is printed if it fails.

        The times in it are in the zone of display, in which days were counted.

        Args:
            statistics: the figures, masked if need be before they were counted.
            options: the global options.

        Raises:
            OutputError: FILE cannot be written; one that was there stays as it was.
        """
        if self.export is None:
            return
        from callinspect.cli.results import pictures
        from callinspect.render import people

        def draw(style: "Style", is_page: bool) -> str:
            return people.statistics_picture(statistics, style, streams.finished, is_page=is_page)

        pictures.write(self.export, self.width or DEFAULT_COLUMNS, options.zone, draw)
        pictures.tell(self.export, options)


def _check(path: str | None, width: int | None) -> None:
    """Check that a picture can be written, and that there is one if it is to have a width."""
    if path is not None:
        from callinspect.cli.results import pictures

        pictures.check(path)
    elif width is not None:
        raise UsageError("--width is the width of what --export draws: add --export FILE")
