"""Text that is redrawn in place on a terminal."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.cells import cell_len

from callinspect.cli.console import streams, terminal
from callinspect.deadline import NoThreadError, started
from callinspect.errors import OutputError

PERIOD = 0.5
"""Seconds between redraws, which keep running times current and follow the terminal's size."""

CODES = re.compile(r"\x1b\[[0-9;]*m")
"""Color codes, which take no columns."""


class Live:
    """Keeps text on the terminal up to date inside its context, and leaves the last version there.

    The terminal wraps long lines, so that each is copied as one line; the rows that they take are counted. Rich would
    cut them.

    Args:
        render: returns the text for the terminal's current width; called from any thread.
    """

    def __init__(self, render: Callable[[], str]) -> None:
        self._render = render
        self._lines: list[str] = []
        self._rows = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.refresh()
        with suppress(NoThreadError):  # without a thread, it is redrawn only when refreshed
            started(self._keep)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        with streams.interruption.held(), self._lock:
            self._draw(self._render().splitlines())

    def refresh(self) -> None:
        """Redraw the current text."""
        with streams.interruption.held(), self._lock:
            self._draw(self._visible_lines())

    def print_above(self, text: str) -> None:
        """Print a line that stays, above the text."""
        with streams.interruption.held(), self._lock:
            self._draw(text.splitlines())
            self.restart()
            self._draw(self._visible_lines())

    def restart(self) -> None:
        """Leave the drawn text where it is and draw below it from now on, as something else was written."""
        self._lines, self._rows = [], 0

    def _keep(self) -> None:
        while not self._ended.wait(PERIOD):
            with self._lock:
                if self._ended.is_set():
                    return
                if not terminal.is_in_foreground():
                    continue
                try:
                    self._draw(self._visible_lines())
                except (OutputError, streams.ReaderGoneError):  # the main thread will get the same error
                    return

    def _draw(self, lines: list[str]) -> None:
        """Write lines over those drawn before.

        After a resize some terminals wrap the old lines anew and some do not: the larger number of rows is erased.
        """
        width = streams.size().columns
        rows = max(self._rows, sum(_rows(line, width) for line in self._lines))
        up = "\r" + "\x1b[1A\x1b[2K" * rows  # by row: some terminals keep text erased at once in their history
        self._lines, self._rows = lines, sum(_rows(line, width) for line in lines)
        streams.write_for_people(up + "".join(f"{line}\n" for line in lines))

    def _visible_lines(self) -> list[str]:
        """Return the lines that fit on the terminal: those scrolled off its top could not be redrawn."""
        return list(_cropped(self._render().splitlines(), streams.size()))


def _cropped(lines: list[str], size: os.terminal_size) -> Iterator[str]:
    room = max(1, size.lines - 1)  # the cursor is below them
    counts = [_rows(line, size.columns) for line in lines]
    if sum(counts) <= room:
        yield from lines
        return
    for line, rows in zip(lines, counts, strict=True):
        room -= rows
        if room < 1:
            yield " ..."
            return
        yield line


def _rows(line: str, width: int) -> int:
    """Return the number of rows that a line takes on a terminal of that width."""
    rows, column = 1, 0
    for character in CODES.sub("", line):
        cells = cell_len(character)
        if column + cells > width:
            rows, column = rows + 1, 0
        column += cells
    return rows
