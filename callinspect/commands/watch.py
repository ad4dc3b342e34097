"""`callinspect watch`: a call as it changes, until it ends."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from callinspect.cli import groups, main
from callinspect.cli.console import streams, terminal
from callinspect.cli.options import Options
from callinspect.cli.results.output import style
from callinspect.model import State
from callinspect.model.writing import record
from callinspect.render.jsontext import dumps

if TYPE_CHECKING:
    from callinspect.cli.following import Following
    from callinspect.client.inspection import Inspection
    from callinspect.client.polling import Polling
    from callinspect.render.style import Style

app = main.command()

IGNORED = frozenset({"retrieved_at", "updated_at", "durations", "timeline", "warnings"})
"""Fields whose changes are not reported: they are derived, or change with every reading."""


UNSAID = ("vendor", "media.mute_capable", "answered_at", "ended_at", "links")
"""Beginnings of the fields whose changes have no line for people: another line says the same in our words."""

BEGUN = frozenset({"queued_at", "created_at"})
"""Moments that are over when they are first told: another value is no change of the call."""


@app.command(cls=groups.FollowingCommand)
@groups.expanded
def watch(ctx: typer.Context, *, followed: groups.Followed, reading: groups.Reading) -> int:
    """Watch a call until it ends.

    On a terminal, shows the call's card, kept up to date, and the changes seen. In a pipe, prints a JSON line for the
    first reading and for each change: at, changed (field to old and new value), call (the record). Exits 8 if the call
    has not ended within --timeout (an hour by default).
    """
    from callinspect.cli.following import Following

    options = ctx.ensure_object(Options)
    streams.check_output()
    is_drawn = streams.is_terminal() and terminal.can_move_cursor(streams.check_output())
    with followed.polling(options, reading) as polling:
        following = Following(polling, options, "watching")
        if is_drawn:
            options.pause.is_shown = True  # below the card, as other trouble is
            _show(polling, following, options)
            return 0
        readings = _readings(polling, following, options)
        if streams.is_terminal():
            _list(readings, plain(options))
        else:
            for news in _news(readings):
                streams.write(dumps(news, lines=True) + "\n")
    return 0


def plain(options: Options) -> "Style":
    """Return the style without color."""
    return style(options)._replace(color=False)


def _readings(polling: "Polling", following: "Following", options: Options) -> Iterator["Inspection"]:
    """Yield the call at every reading as it may be shown; print a line about trouble."""
    for reading in polling.looks():
        if reading is None:
            following.note_trouble()
        else:
            yield options.shown(reading)


def _news(readings: Iterator["Inspection"]) -> Iterator[dict[str, Any]]:
    """Yield the first reading, and each one that differs from the previous one."""
    last: dict[str, Any] | None = None
    for reading in readings:
        now = record(reading.call)
        changed = {} if last is None else changes(last, now)
        if last is None or changed:
            yield {"at": now["retrieved_at"], "changed": changed, "call": now}
        last = now


def _show(polling: "Polling", following: "Following", options: Options) -> None:
    """Keep the call's card on the terminal up to date, with the changes seen and the current trouble below it."""
    from callinspect.cli.console.live import fits, shown
    from callinspect.render import people

    seen: list[str] = []
    last: Inspection | None = None

    def draw() -> str:
        look = style(options)  # for the terminal's current width
        trouble = following.trouble(look) or ("" if last else "waiting for the first response")
        below = people.lines([*seen, *filter(None, (trouble, _outlook(last, following)))], look)
        if last is None:
            return below
        whole = _card(last, look) + "\n" * bool(below) + below
        if last.call.state is State.ENDED or fits(whole):
            return whole
        return _card(last, look, is_short=True) + "\n" * bool(below) + below

    with shown(draw) as live:
        for reading in polling.looks():
            if reading is not None:
                reading = options.shown(reading)  # noqa: PLW2901 - nothing else may be drawn
                seen += _changes_seen(last or reading, reading, plain(options))
                last = reading
            live.refresh()


def _outlook(last: "Inspection | None", following: "Following") -> str:
    """Return how old the last reading of a call is, and when the next one comes; empty if it was the last."""
    if last is None or last.retrieved_at is None or last.call.state is State.ENDED:
        return ""
    age = (datetime.now(UTC) - last.retrieved_at).total_seconds()
    return f"read {age:.0f} s ago, {following.next_look()}"


def _list(readings: Iterator["Inspection"], look: "Style") -> None:
    """Write the call's card, a line for each change, and the final card."""
    from callinspect.render import people

    last: Inspection | None = None
    for reading in readings:
        lines = _changes_seen(last or reading, reading, look)
        streams.write_for_people(people.lines(lines, look) if last else _card(reading, look))
        if last and reading.call.state is State.ENDED:
            streams.write_for_people("\n" + _card(reading, look))
        last = reading


def _card(reading: "Inspection", look: "Style", *, is_short: bool = False) -> str:
    from callinspect.cli.results.drawing import around
    from callinspect.render import people

    said: people.Around = {**around(reading), "unread": (), "is_short": is_short}
    return people.card(reading.call, look, **said)


def _changes_seen(before: "Inspection", now: "Inspection", look: "Style") -> list[str]:
    """Return a line for each change of a single value, except the vendor's own state, by the vendor's clock.

    A later answer may put the call's beginning more exactly, or no longer say what the card still shows: that is no
    change of the call.
    """
    from callinspect.render import people

    at = f"{look.local(now.retrieved_at + now.offset):%H:%M:%S}  " if now.retrieved_at else ""
    found = {
        path: values
        for path, values in changes(record(before.call), record(now.call)).items()
        if not path.startswith(UNSAID) and values[1] is not None
        if not any(isinstance(value, list | dict) for value in values)
        if values[0] is None or path not in BEGUN
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
