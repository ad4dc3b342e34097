"""How far a long run has come, on standard error, when that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from callinspect.cli import streams, terminal

FEW = 10
"""Calls that are done before anybody wonders."""

Advance = Callable[[bool], None]
"""Told of every call that is done with: whether it failed."""


@contextmanager
def shown(total: int | None, *, wanted: bool, color: bool) -> Iterator[Advance]:
    """Show how many calls are done and failed, how fast, and how long the rest will take.

    Args:
        total: how many there are, None when nobody knows.
        wanted: whether to show it at all; it never is where standard error is no terminal, or one that only takes
            lines.
        color: whether colour is allowed.
    """
    is_possible = streams.is_error_terminal() and not streams.is_dumb()
    if not wanted or not is_possible or (total is not None and total < FEW):
        yield lambda _failed: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    columns = (
        BarColumn(bar_width=None),
        TextColumn("{task.completed:.0f} done, {task.fields[failed]} failed{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    is_colored = streams.has_color(allowed=color, terminal=True)
    console = Console(stderr=True, color_system="auto" if is_colored else None)
    with terminal.hidden_cursor(console), Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=total, failed=0, speed="")
        failures = 0

        def advance(failed: bool) -> None:
            nonlocal failures
            failures += failed
            progress.update(task, advance=1, failed=failures)
            speed = progress.tasks[0].speed  # None until there are two samples to tell it from
            progress.update(task, speed=f", {speed:.0f}/s" if speed else "")

        with streams.lines_above(lambda text: progress.console.print(Text(text), soft_wrap=True)):
            yield advance
