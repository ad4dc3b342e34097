"""`--export`: a picture as a file, beside the usual output: the card of a call, or the figures of many."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.cli.results.writers import Through, Writer
from callinspect.errors import OutputError, UsageError

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.figures import Statistics
    from callinspect.render.style import Style

SVG, HTML = ".svg", ".html"
"""Suffixes, in any case, of the kinds of files."""

Draw = Callable[[Any, "Style", bool], str]
"""Returns a result as a picture that is masked already, in a style; as a page of HTML or as SVG."""


class Pictured(Through):
    """Writes a result's picture to a file, then the result.

    Args:
        writer: what writes the result.
        path: the file.
        width: columns.
        options: the global options.
        draw: draws a call, if not another.
        zone: that of the times; None for the local one.
    """

    def __init__(
        self,
        writer: Writer,
        path: str,
        width: int,
        options: Options,
        *,
        draw: Draw | None = None,
        zone: tzinfo | None = UTC,
    ) -> None:
        super().__init__(writer)
        self._path = path
        self._width = width
        self._options = options
        self._draw = draw or self._draw_call
        self._zone = zone

    def add(self, result: Any) -> None:
        """Write a result's picture, then the result.

        Raises:
            OutputError: the file cannot be written; one that was there stays as it was.
        """
        from callinspect import atomic
        from callinspect.render.style import Style

        style = Style(width=self._width, color=True, zone=self._zone)
        text = self._draw(result, style, _suffix(self._path) == HTML)
        try:
            with streams.interruption.held():
                atomic.write(Path(os.path.realpath(self._path)), text.encode())
        except OSError as error:
            raise OutputError(f"{self._path} could not be written: {error.strerror}") from None
        self._writer.add(result)
        if streams.is_error_terminal():
            self._options.notice(f"{self._path} written")

    def _draw_call(self, inspection: "Inspection", style: "Style", is_page: bool) -> str:
        from callinspect.cli.results import drawing
        from callinspect.render import people

        shown = self._options.shown(inspection)
        return people.picture(shown.call, style, streams.finished, is_page=is_page, **drawing.around(shown))


def statistics(found: "Statistics", style: "Style", is_page: bool) -> str:
    """Return the figures of many calls, which were masked before they were counted, as a picture."""
    from callinspect.render import people

    return people.statistics_picture(found, style, streams.finished, is_page=is_page)


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


def check(path: str) -> None:
    """Check that a picture can be written there.

    Raises:
        UsageError: it is no place for a picture.
        OutputError: it may not be written.
    """
    if _suffix(path) not in {SVG, HTML}:
        raise UsageError("--export takes FILE.svg or FILE.html")
    place = Path(os.path.realpath(path))
    try:
        problem = _problem(place)
        is_permitted = os.access(place.parent, os.W_OK | os.X_OK)
    except PermissionError:
        problem, is_permitted = None, False
    except OSError as error:  # the name is too long, say
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    if problem:
        raise UsageError(f"{path} cannot be written: {problem}")
    if not is_permitted:
        raise OutputError(f"{path} could not be written: {os.strerror(errno.EACCES)}")


def _problem(place: Path) -> str | None:
    """Return why no file can be written there, None if nothing speaks against it.

    Raises:
        OSError: the system does not say what is there.
    """
    if place.is_dir():
        return "it is a directory"
    if place.exists() and not place.is_file():
        return "it is not a regular file"
    if not place.parent.exists():
        return f"there is no directory {place.parent}"
    return None if place.parent.is_dir() else f"{place.parent} is not a directory"
