"""`callinspect watch`: a call as it changes, until it ends."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from callinspect.cli import groups, main
from callinspect.cli.console import streams, terminal
from callinspect.cli.console.streams import shortened
from callinspect.cli.options import Options
from callinspect.cli.output import style
from callinspect.errors import CallinspectError
from callinspect.model import State
from callinspect.render.json import dumps, record

if TYPE_CHECKING:
    from callinspect.client.inspector import Inspection
    from callinspect.client.polling import Polling
    from callinspect.render.people import Style

app = main.command()

IGNORED = frozenset({"retrieved_at", "updated_at", "durations", "warnings"})
"""Fields whose changes are not reported: they are derived, or change with every reading."""


@app.command(cls=main.Command)
@groups.expanded
def watch(ctx: typer.Context, *, followed: groups.Followed, reading: groups.Reading) -> int:
    """Watch a call until it ends.

    On a terminal, shows the call's card, kept up to date, and the changes seen. In a pipe, prints a JSON line for the
    first reading and for each change: at, changed (field to old and new value), call (the record). Exits 8 if the call
    has not ended within --timeout (an hour by default).
    """
    options = ctx.ensure_object(Options)
    streams.check_output()
    failures: list[CallinspectError] = []
    is_drawn = streams.is_terminal() and terminal.can_move_cursor()

    def on_failure(error: CallinspectError) -> None:
        if is_drawn:
            failures[:] = [error]
        else:
            options.notice(f"still watching: {error.shown_message}")

    with followed.polling(options, reading, on_failure) as polling:
        if is_drawn:
            options.quiet = True  # failures are shown below the card
            _show(polling, options, failures)
        elif streams.is_terminal():
            _list(polling, plain(options))
        else:
            for news in _news(polling):
                streams.write(dumps(news, lines=True) + "\n")
    return 0


def plain(options: Options) -> "Style":
    """Return the style without color."""
    return replace(style(options), color=False)


def _news(polling: "Polling") -> Iterator[dict[str, Any]]:
    """Yield the first reading, and each one that differs from the previous one."""
    last: dict[str, Any] | None = None
    for reading in polling.readings():
        now = record(reading.call)
        changed = {} if last is None else changes(last, now)
        if last is None or changed:
            yield {"at": now["retrieved_at"], "changed": changed, "call": now}
        last = now


def _show(polling: "Polling", options: Options, failures: list[CallinspectError]) -> None:
    """Keep the call's card on the terminal up to date, with the changes seen and the current failure below it."""
    from rich.console import Console

    from callinspect.cli.console.live import Live
    from callinspect.render import people

    seen: list[str] = []
    last: Inspection | None = None

    def draw() -> str:
        look = style(options)  # for the terminal's current width
        lines = [_failure_line(error, look, options) for error in failures]
        below = people.lines([*seen, *lines] if last or lines else ["waiting for the first response"], look)
        if last is None:
            return below
        return _card(last, look) + "\n" * bool(below) + below

    live = Live(draw)
    console = Console(file=streams.check_output())
    with terminal.hidden_cursor(console, live.restart), live, streams.lines_above(live.print_above):
        for reading in polling.readings():
            seen += _changes_seen(last or reading, reading, plain(options))
            last = reading
            failures.clear()
            live.refresh()


def _list(polling: "Polling", look: "Style") -> None:
    """Write the call's card, a line for each change, and the final card."""
    from callinspect.render import people

    last: Inspection | None = None
    for reading in polling.readings():
        lines = _changes_seen(last or reading, reading, look)
        streams.write_for_people(people.lines(lines, look) if last else _card(reading, look))
        if last and reading.call.state is State.ENDED:
            streams.write_for_people("\n" + _card(reading, look))
        last = reading


def _card(reading: "Inspection", look: "Style") -> str:
    from callinspect.render import people

    return people.card(reading.call, look, now=datetime.now(UTC), is_sandbox=reading.is_sandbox)


def _failure_line(error: CallinspectError, look: "Style", options: Options) -> str:
    message = shortened(options.redacted(error.message))
    return f"no response: {look.quoted(message) if error.vendor_message else look.inert(message)}"


def _changes_seen(before: "Inspection", now: "Inspection", look: "Style") -> list[str]:
    """Return a line for each change of a single value, except the vendor's own state."""
    from callinspect.render import people

    local = look.local(now.retrieved_at) if now.retrieved_at else None
    at = f"{local:%H:%M:%S} {people.zone(local, look)} " if local else ""
    found = {
        path: values
        for path, values in changes(record(before.call), record(now.call)).items()
        if path != "vendor_state" and not any(isinstance(value, list | dict) for value in values)
    }
    return [at + line for line in people.changes(found, look)]


def changes(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    """Return the path of each field that differs between two records, with its old and new value."""
    found: dict[str, list[Any]] = {}
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        if before == after or prefix + key in IGNORED:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            found |= changes(before, after, f"{prefix}{key}.")
        else:
            found[prefix + key] = [before, after]
    return found
