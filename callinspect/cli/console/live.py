"""Text on a terminal that is drawn again and again in the same place."""

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
"""Seconds from one drawing to the next, so that times count on, and a terminal that was resized is filled."""

CODES = re.compile(r"\x1b\[[0-9;]*m")
"""Colours, which take no room."""


class Live:
    """Keeps a picture on the terminal up to date inside its context, and leaves the last one there.

    A line that is too long is left to the terminal to wrap, so that it copies as one, and is counted as the rows that
    it takes. Rich would cut it.

    Args:
        picture: returns the text to show, for the width that the terminal has then; called from any thread.
    """

    def __init__(self, picture: Callable[[], str]) -> None:
        self._picture = picture
        self._lines: list[str] = []
        self._rows = 0
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self.refresh()
        with suppress(NoThreadError):  # without one, it is drawn when there is news
            started(self._keep)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        with streams.interruption.held(), self._lock:
            self._draw(self._picture().splitlines())

    def refresh(self) -> None:
        """Draw what there is to see now."""
        with streams.interruption.held(), self._lock:
            self._draw(self._fitting())

    def above(self, text: str) -> None:
        """Show a line that stays, above the picture."""
        with streams.interruption.held(), self._lock:
            self._draw(text.splitlines())
            self.begin_anew()
            self._draw(self._fitting())

    def begin_anew(self) -> None:
        """Leave on the terminal what is there, and draw below it from now on: something else was written."""
        self._lines, self._rows = [], 0

    def _keep(self) -> None:
        while not self._over.wait(PERIOD):
            with self._lock:
                if self._over.is_set():
                    return
                if not terminal.is_in_front():
                    continue
                try:
                    self._draw(self._fitting())
                except (OutputError, streams.ReaderGoneError):  # which the main thread will find, too
                    return

    def _draw(self, lines: list[str]) -> None:
        """Write lines over those drawn before.

        Where the terminal was resized since, some keep their rows and some wrap them anew: what takes more is erased.
        """
        width = streams.size().columns
        rows = max(self._rows, sum(_rows(line, width) for line in self._lines))
        up = "\r" + "\x1b[1A\x1b[2K" * rows  # row by row: some terminals keep what is erased at once in their history
        self._lines, self._rows = lines, sum(_rows(line, width) for line in lines)
        streams.write_for_people(up + "".join(f"{line}\n" for line in lines))

    def _fitting(self) -> list[str]:
        """Return as many lines as the terminal holds: what has left it at the top cannot be drawn over."""
        return list(_cropped(self._picture().splitlines(), streams.size()))


def _cropped(lines: list[str], size: os.terminal_size) -> Iterator[str]:
    room = max(1, size.lines - 1)  # the cursor stands below
    taken = [_rows(line, size.columns) for line in lines]
    if sum(taken) <= room:
        yield from lines
        return
    for line, rows in zip(lines, taken, strict=True):
        room -= rows
        if room < 1:
            yield " ..."
            return
        yield line


def _rows(line: str, width: int) -> int:
    """Return how many rows a line takes on a terminal of that width."""
    rows, column = 1, 0
    for character in CODES.sub("", line):
        cells = cell_len(character)
        if column + cells > width:
            rows, column = rows + 1, 0
        column += cells
    return rows
