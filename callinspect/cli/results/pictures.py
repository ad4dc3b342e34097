"""`--export`: the card of a call as a file, beside the usual output."""

import errno
import os
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from callinspect.cli.console import streams
from callinspect.cli.options import Options
from callinspect.cli.results.writers import Writer
from callinspect.errors import OutputError, UsageError

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection

SVG, HTML = ".svg", ".html"
"""Suffixes, in any case, of the kinds of files."""


class Pictured(Writer):
    """Writes a call's picture to a file, then the call.

    Args:
        writer: what writes the call.
        path: the file.
        width: columns.
        options: the global options.
    """

    def __init__(self, writer: Writer, path: str, width: int, options: Options) -> None:
        self._writer = writer
        self._path = path
        self._width = width
        self._options = options

    def prepare(self) -> None:
        """Do what the other writer can do while the first response is awaited."""
        self._writer.prepare()

    def add(self, inspection: "Inspection") -> None:
        """Write a call's picture, then the call.

        Raises:
            OutputError: the file cannot be written; one that was there stays as it was.
        """
        from callinspect import atomic

        text = self._drawn(self._options.shown(inspection))
        try:
            with streams.interruption.held():
                atomic.write(Path(os.path.realpath(self._path)), text.encode())
        except OSError as error:
            raise OutputError(f"{self._path} could not be written: {error.strerror}") from None
        self._writer.add(inspection)

    def end(self) -> None:
        """Write what is held until the end."""
        self._writer.end()

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed."""
        self._writer.stop()

    def _drawn(self, inspection: "Inspection") -> str:
        from callinspect.cli.results import drawing
        from callinspect.render import people
        from callinspect.render.style import Style

        style = Style(width=self._width, color=True, zone=UTC)
        is_page = _suffix(self._path) == HTML
        return people.picture(inspection.call, style, streams.finished, is_page=is_page, **drawing.around(inspection))


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
        problem = None
        if not place.parent.exists():
            problem = f"there is no directory {place.parent}"
        elif not place.parent.is_dir():
            problem = f"{place.parent} is not a directory"
        elif place.exists() and not place.is_file():
            problem = "it is a directory" if place.is_dir() else "it is not a regular file"
        is_forbidden = not os.access(place.parent, os.W_OK | os.X_OK)
    except PermissionError:
        problem, is_forbidden = None, True
    except OSError as error:  # the name is too long, say
        problem = error.strerror
    if problem:
        raise UsageError(f"{path} cannot be written: {problem}")
    if is_forbidden:
        raise OutputError(f"{path} could not be written: {os.strerror(errno.EACCES)}")
