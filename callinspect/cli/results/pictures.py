"""`--export`: a picture as a file, beside the usual output: the card of a call, or the figures of many."""

import errno
import os
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.cli.results.writers import Through, Writer
from callinspect.errors import OutputError, UsageError

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.render.style import Style

SVG, HTML = ".svg", ".html"
"""Suffixes, in any case, of the kinds of files."""

Draw = Callable[["Style", bool], str]
"""Returns a picture in a style, masked already, as a page of HTML or else as SVG."""


class Pictured(Through):
    """Writes a call's picture to a file, then the call.

    Args:
        writer: what writes the call.
        path: the file.
        width: columns.
        options: the global options.
    """

    def __init__(self, writer: Writer, path: str, width: int, options: Options) -> None:
        super().__init__(writer)
        self._path = path
        self._width = width
        self._options = options

    def add(self, inspection: "Inspection") -> None:
        """Write a call's picture, then the call.

        Raises:
            OutputError: the file cannot be written; one that was there stays as it was.
        """
        shown = self._options.shown(inspection)

        def draw(style: "Style", is_page: bool) -> str:
            from callinspect.cli.results import drawing
            from callinspect.render import people

            return people.picture(shown.call, style, streams.finished, is_page=is_page, **drawing.around(shown))

        write(self._path, self._width, UTC, draw)
        self._writer.add(inspection)
        tell(self._path, self._options)


def write(path: str, width: int, zone: tzinfo | None, draw: Draw) -> None:
    """Write a picture to a file.

    Args:
        path: the file.
        width: columns.
        zone: that of the times; None for the local one.
        draw: draws the picture.

    Raises:
        OutputError: the file cannot be written; one that was there stays as it was.
    """
    from callinspect import atomic
    from callinspect.render.style import Style

    text = draw(Style(width=width, color=True, zone=zone), _suffix(path) == HTML)
    try:
        with streams.interruption.held():
            atomic.write(Path(os.path.realpath(path)), text.encode())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {error.strerror}") from None


def tell(path: str, options: Options) -> None:
    """Say on a terminal that there is a picture now."""
    if streams.is_error_terminal():
        options.notice(f"{path} written")


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
