"""Text that is redrawn in place on a terminal."""

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import accumulate
from types import TracebackType
from typing import Self

from callinspect.cli.console import streams, terminal
from callinspect.deadline import NoThreadError, started
from callinspect.errors import InternalError, OutputError

MAX_NEWS = 6
"""Rows at the end of a text that is too long for the terminal that are shown in any case."""

PERIOD = 0.5
"""Seconds between redraws, which keep running times current and follow the terminal's size."""

CODES = re.compile(r"\x1b\[[0-9;]*m")
"""Color codes, which take no columns."""


def is_possible() -> bool:
    """Whether standard error is a terminal that can be redrawn, and a thread can be started for it."""
    if not streams.is_error_terminal() or not terminal.can_move_cursor(sys.stderr):
        return False
    try:
        started(lambda: None)
    except NoThreadError:
        return False
    return True


@contextmanager
def shown(render: Callable[[], str], *, on_error: bool = False) -> "Iterator[Live]":
    """Keep text on the terminal up to date inside the context, with the cursor hidden.

    Lines for standard error are printed above it. In the background, where the terminal is another program's, nothing
    is drawn.

    Args:
        render: returns the text for the terminal's current width; called from any thread.
        on_error: whether to draw on standard error, and to erase the text at the end; by default, it is drawn on
            standard output, and the last version stays.
    """
    live = Live(render, on_error=on_error)
    with ExitStack() as stack:
        stack.enter_context(terminal.hidden_cursor(live.stream, live.restart))
        stack.enter_context(live)
        if streams.is_error_terminal():
            stack.enter_context(streams.lines_above(live.print_above))
        yield live


class Live:
    """Text on the terminal that is redrawn while its context lasts.

    The terminal wraps long lines, so that each is copied as one line; the rows that they take are counted. Rich would
    cut them.

    Args:
        render: see `shown`.
        on_error: see `shown`.
    """

    def __init__(self, render: Callable[[], str], *, on_error: bool) -> None:
        self.stream = sys.stderr if on_error else streams.check_output()
        self._write = streams.draw_error if on_error else streams.write_for_people
        self._is_kept = not on_error
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
            self._draw(self._render().splitlines() if self._is_kept else [])

    def refresh(self) -> None:
        """Redraw the current text."""
        with streams.interruption.held(), self._lock:
            self._redraw()

    def print_above(self, text: str) -> None:
        """Print a line that stays, above the text."""
        with streams.interruption.held(), self._lock:
            self._draw(text.splitlines())
            self.restart()
            self._redraw()

    def restart(self) -> None:
        """Leave the drawn text where it is and draw below it from now on, as something else was written."""
        self._lines, self._rows = [], 0

    def _keep(self) -> None:
        while not self._ended.wait(PERIOD):
            with self._lock:
                if self._ended.is_set():
                    return
                try:
                    self._redraw()
                except (InternalError, OutputError, streams.ReaderGoneError):  # the main thread will get the same error
                    return

    def _redraw(self) -> None:
        """Draw the lines that fit on the terminal: those scrolled off its top could not be redrawn."""
        if terminal.is_in_foreground():
            mark = " ..." if streams.lacks_unicode(self.stream) else " …"
            self._draw(_cropped(self._render().splitlines(), streams.size(self.stream), mark))

    def _draw(self, lines: list[str]) -> None:
        """Write lines over those drawn before.

        After a resize some terminals wrap the old lines anew and some do not: the larger number of rows is erased.
        """
        width = streams.size(self.stream).columns
        rows = max(self._rows, sum(_rows(line, width) for line in self._lines))
        # By row: some terminals keep text erased at once in their history.
        up = "\r\x1b[2K" + "\x1b[1A\x1b[2K" * rows if rows else ""
        self._lines, self._rows = lines, sum(_rows(line, width) for line in lines)
        self._write(up + "".join(f"{line}\n" for line in lines))


def fits(text: str) -> bool:
    """Whether the terminal that standard output is has room for a text, and for the cursor below it."""
    size = streams.size(streams.check_output())
    return sum(_rows(line, size.columns) for line in text.splitlines()) < size.lines


def _cropped(lines: list[str], size: os.terminal_size, mark: str) -> list[str]:
    """Return the lines, those in the middle replaced by a mark if there is no room: the news is at the end."""
    room = max(1, size.lines - 1)  # the cursor is below them
    counts = [_rows(line, size.columns) for line in lines]
    if sum(counts) <= room:
        return lines
    last = _fitting(counts[::-1], min(MAX_NEWS, room // 2))
    first = _fitting(counts, room - 1 - sum(counts[len(counts) - last :]))
    return [*lines[:first], mark, *lines[len(lines) - last :]]


def _fitting(counts: list[int], room: int) -> int:
    """Return how many of the first lines, given by the rows that they take, fit."""
    return sum(total <= room for total in accumulate(counts))


def _rows(line: str, width: int) -> int:
    """Return the number of rows that a line takes on a terminal of that width."""
    from rich.cells import cell_len

    rows, column = 1, 0
    for character in CODES.sub("", line):
        cells = cell_len(character)
        if column + cells > width:
            rows, column = rows + 1, 0
        column += cells
    return rows
