"""The progress of a long run, on standard error if it is a terminal."""

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from callinspect.cli.console import live, streams
from callinspect.deadline import now
from callinspect.duration import coarse
from callinspect.duration import seconds as as_duration

MIN_CALLS = 10
"""The smallest number of calls whose progress is shown."""

TOLERANCE = 1.0
"""Seconds by which the reported ends of one pause may differ."""

WINDOW = 10.0
"""Seconds over which the speed is measured."""

MIN_BAR, MAX_BAR = 8, 40
"""Columns of the bar; with less room there is none."""

Advance = Callable[[bool], None]
"""Called for each call that is done, with whether it failed."""


class Pause:
    """A time in which all calls wait.

    Attributes:
        why: why they wait.
        is_shown: whether the command shows it, so that no notice is needed.
    """

    def __init__(self) -> None:
        self._ends = 0.0
        self.why = ""
        self.is_shown = False
        self._recording = threading.Lock()

    def record(self, seconds: float, why: str) -> bool:
        """Record a pause; return whether a notice is needed: it is a new one, and is not shown.

        Calls that are fetched at once record the same pause from several threads.
        """
        with self._recording:
            ends = now() + seconds
            if ends <= self._ends + TOLERANCE:
                return False
            self._ends, self.why = ends, why
        return not self.is_shown

    @property
    def left(self) -> str:
        """The time that is left, for people; empty if there is none."""
        left = round(self._ends - now())
        return coarse(left) if left > 0 else ""


class _Count:
    """The calls that are done so far, as a line for people.

    Args:
        total: the number of calls, None if unknown.
        pause: the current pause.
        color: whether the bar is in color.
    """

    def __init__(self, total: int | None, pause: Pause, *, color: bool) -> None:
        self._total = total
        self._pause = pause
        self._color = color
        self._done = self._failed = 0
        self._seen = deque([(now(), 0)])

    def advance(self, failed: bool) -> None:
        """Count one more call."""
        if failed:
            self._failed += 1
        else:
            self._done += 1

    def line(self) -> str:
        """Return the line, with a bar if the number of calls is known and the terminal is wide enough."""
        of = "" if self._total is None else f" of {self._total}"
        text = f"{self._done}{of} done, {self._failed} failed"
        speed = self._speed()
        if round(speed):
            text += f", {speed:.0f}/s"
        if left := self._pause.left:
            text += f", resuming in {left}"
        elif speed and self._total is not None:
            text += f", {as_duration(round((self._total - self._done - self._failed) / speed))} left"
        room = min(MAX_BAR, streams.size(sys.stderr).columns - len(text) - 2)
        return f"{self._bar(room)} {text}" if self._total and room >= MIN_BAR else text

    def _speed(self) -> float:
        """Return the calls per second of late."""
        time, count = now(), self._done + self._failed
        self._seen.append((time, count))
        while self._seen[1][0] < time - WINDOW:
            self._seen.popleft()
        begun, before = self._seen[0]
        return (count - before) / (time - begun) if time > begun else 0.0

    def _bar(self, width: int) -> str:
        filled = width * (self._done + self._failed) // (self._total or 1)
        empty, full = streams.error_style().marks
        on, off = ("\x1b[32m", "\x1b[0m") if self._color else ("", "")
        return f"{on}{full * filled}{off}{empty * (width - filled)}"


@contextmanager
def display(total: int | None, *, enabled: bool, color: streams.Color, pause: Pause) -> Iterator[Advance]:
    """Show how many calls are done and failed, how fast, and how long the rest will take.

    Nothing is shown for a few calls, or if standard error is not a terminal that can be redrawn.

    Args:
        total: the number of calls, None if unknown.
        enabled: whether to show progress at all.
        color: when to use color.
        pause: the current pause, which counts down.
    """
    if not enabled or not live.is_possible() or (total is not None and total < MIN_CALLS):
        yield lambda _failed: None
        return
    count = _Count(total, pause, color=streams.has_color(color, terminal=True))
    with live.shown(count.line, on_error=True):
        yield count.advance
