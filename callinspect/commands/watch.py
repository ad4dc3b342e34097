"""`callinspect watch`: a call as it changes, until it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from callinspect.cli import groups, main
from callinspect.cli.console import streams, terminal
from callinspect.cli.options import Options
from callinspect.cli.output import style
from callinspect.errors import CallinspectError
from callinspect.model import Call, State
from callinspect.render.json import dumps, record

if TYPE_CHECKING:
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
    is_drawn = streams.is_terminal() and terminal.can_move_cursor(streams.check_output())

    def on_failure(error: CallinspectError) -> None:
        if is_drawn:
            failures[:] = [error]
        else:
            options.notice(f"still watching: {error.shown_message}")

    with followed.polling(options, reading, on_failure) as polling:
        if is_drawn:
            options.quiet = True  # failures are shown below the card
            _show(polling, options, failures, utc=reading.utc)
        elif streams.is_terminal():
            _list(polling, style(utc=reading.utc, color=False))
        else:
            for news in _news(polling):
                streams.write(dumps(news, lines=True) + "\n")
    return 0


def _news(polling: "Polling") -> Iterator[dict[str, Any]]:
    """Yield the first reading, and each one that differs from the previous one."""
    last: dict[str, Any] | None = None
    for reading in polling.readings():
        now = record(reading.call)
        changed = {} if last is None else changes(last, now)
        if last is None or changed:
            yield {"at": now["retrieved_at"], "changed": changed, "call": now}
        last = now


def _show(polling: "Polling", options: Options, failures: list[CallinspectError], *, utc: bool) -> None:
    """Keep the call's card on the terminal up to date, with the changes seen and the current failure below it."""
    from callinspect.cli.console.live import shown
    from callinspect.render import people

    seen: list[str] = []
    call: Call | None = None

    def draw() -> str:
        look = style(utc=utc, color=not options.no_color)  # for the terminal's current width
        lines = [_failure_line(error, look, options) for error in failures]
        below = people.lines([*seen, *lines] if call or lines else ["waiting for the first response"], look)
        if call is None:
            return below
        now = call if call.state is State.ENDED else call._replace(retrieved_at=datetime.now(UTC))
        return people.card(now, look) + "\n" * bool(below) + below

    with shown(draw) as live:
        last: Call | None = None
        for reading in polling.readings():
            seen += _changes_seen(last or reading.call, reading.call, style(utc=utc, color=False))
            last = call = reading.call
            failures.clear()
            live.refresh()


def _list(polling: "Polling", look: "Style") -> None:
    """Write the call's card, a line for each change, and the final card."""
    from callinspect.render import people

    last: Call | None = None
    for reading in polling.readings():
        lines = _changes_seen(last or reading.call, reading.call, look)
        streams.write_for_people(people.lines(lines, look) if last else people.card(reading.call, look))
        if last and reading.call.state is State.ENDED:
            streams.write_for_people("\n" + people.card(reading.call, look))
        last = reading.call


def _failure_line(error: CallinspectError, look: "Style", options: Options) -> str:
    message = streams.shortened(options.redacted(error.message))
    return f"no response: {look.quoted(message) if error.vendor_message else look.inert(message)}"


def _changes_seen(before: Call, now: Call, look: "Style") -> list[str]:
    """Return a line for each change of a single value, except the vendor's own state."""
    from callinspect.render import people

    at = f"{look.local(now.retrieved_at):%H:%M:%S %Z} " if now.retrieved_at else ""
    found = {
        path: values
        for path, values in changes(record(before), record(now)).items()
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
