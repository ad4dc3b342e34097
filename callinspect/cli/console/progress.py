"""The progress of a long run, on standard error if it is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from callinspect.cli.console import streams, terminal
from callinspect.deadline import NoThreadError, now, started
from callinspect.render.duration import seconds as as_duration

MIN_CALLS = 10
"""The smallest number of calls whose progress is shown."""

TOLERANCE = 1.0
"""Seconds by which the reported ends of one pause may differ."""

Advance = Callable[[bool], None]
"""Called for each call that is done, with whether it failed."""


class Pause:
    """A time in which all calls wait; as text, the time that is left."""

    def __init__(self) -> None:
        self._ends = 0.0

    def record(self, seconds: float) -> bool:
        """Record a pause; return whether it is a new one."""
        ends = now() + seconds
        if ends <= self._ends + TOLERANCE:
            return False
        self._ends = ends
        return True

    def __str__(self) -> str:
        left = round(self._ends - now())
        return f", resuming in {as_duration(left)}" if left > 0 else ""


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
    if not enabled or not _is_possible() or (total is not None and total < MIN_CALLS):
        yield lambda _failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    columns = (
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f} done, {task.fields[failed]} failed{task.fields[speed]}{task.fields[pause]}"),
        TimeRemainingColumn(),
    )
    is_colored = streams.has_color(color, terminal=True)
    console = Console(stderr=True, color_system="auto" if is_colored else None)
    with terminal.hidden_cursor(console), Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total, failed=0, speed="", pause=pause)
        failures = 0

        def advance(failed: bool) -> None:
            nonlocal failures
            failures += failed
            progress.update(task, advance=1, failed=failures)
            speed = progress.tasks[0].speed  # None until there are two samples
            progress.update(task, speed=f", {speed:.0f}/s" if speed else "")

        with streams.lines_above(lambda text: progress.console.print(Text.from_ansi(text), soft_wrap=True)):
            yield advance


def _is_possible() -> bool:
    """Whether standard error is a terminal that can be redrawn, and a thread can be started for it."""
    if not streams.is_error_terminal() or streams.is_dumb():
        return False
    try:
        started(lambda: None)
    except NoThreadError:
        return False
    return True
