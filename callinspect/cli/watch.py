"""`callinspect watch`: a call as it changes, until it is over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import main, session, streams, targets, terminal
from callinspect.cli.options import Options
from callinspect.cli.output import UTCOption, style
from callinspect.cli.wait import LONGEST, GraceOption, IntervalOption
from callinspect.errors import CallinspectError
from callinspect.model import Call, State
from callinspect.render.inert import inert
from callinspect.render.json import dumps, record

if TYPE_CHECKING:
    from callinspect.polling import Polling
    from callinspect.render.layout import Style

app = main.command()

NOT_NEWS = frozenset({"retrieved_at", "updated_at", "durations", "warnings"})
"""Fields whose change says nothing that another field does not say."""


@app.command(cls=main.Command)
def watch(
    ctx: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(metavar="PROVIDER", help="Whose call; or PROVIDER:CALL_ID."),
    ],
    call_id: Annotated[str | None, typer.Argument(metavar="CALL_ID", help="The vendor's id.")] = None,
    interval: IntervalOption = None,
    grace: GraceOption = None,
    setting: session.SetOption = None,
    utc: UTCOption = False,
) -> int:
    """Watch a call until it ends.

    On a terminal its card, kept up to date, and the changes seen. In a pipe a JSON line for the first reading and for
    every change: at, changed (field to old and new value), call (the record). The exit status is 8 when the call has
    not ended within --timeout (an hour unless given).
    """
    from callinspect.deadline import Deadline
    from callinspect.polling import Polling

    options = ctx.ensure_object(Options)
    (target,) = targets.of_words(provider, [call_id] if call_id is not None else [])
    streams.check_output()
    deadline = Deadline(options.timeout or LONGEST)
    options.timeout = None
    troubles: list[str] = []

    def troubled(error: CallinspectError) -> None:
        if streams.is_terminal():
            troubles[:] = [f"no answer: {streams.shortened(options.redacted(error.message))}"]
        else:
            options.notice(f"still watching: {error.message}")

    with session.client(options, setting) as client:
        polling = Polling(
            client,
            providers.get(target.provider),
            target,
            deadline,
            interval=interval,
            grace=grace,
            troubled=troubled,
        )
        if streams.is_terminal():
            options.quiet = True  # what there is to tell is told in the card
            _show(polling, options, troubles, utc=utc)
        else:
            for news in _news(polling):
                streams.write(dumps(news, lines=True) + "\n")
    return 0


def _news(polling: "Polling") -> Iterator[dict[str, Any]]:
    """Give the first reading and every one that differs from the one before it."""
    last: dict[str, Any] | None = None
    for reading in polling.readings():
        now = record(reading.call)
        changed = {} if last is None else changes(last, now)
        if last is None or changed:
            yield {"at": now["retrieved_at"], "changed": changed, "call": now}
        last = now


def _show(polling: "Polling", options: Options, troubles: list[str], *, utc: bool) -> None:
    """Keep the call's card on the terminal, its running time included; below it the changes seen, and the trouble."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from callinspect.render.card import card

    seen: list[str] = []
    call: Call | None = None
    look = style(utc=utc, color=not options.no_color)

    def drawn() -> Text:
        if call is None:
            return Text(inert("".join(f" {each}" for each in troubles or ["waiting for the first answer"])), "dim")
        now = call if call.state is State.ENDED else call._replace(retrieved_at=datetime.now(UTC))
        below = [*seen, *map(inert, troubles)]
        return Text.from_ansi(card(now, look) + "".join(f"\n {line}" for line in below), no_wrap=False)

    console = Console(file=streams.check_output(), no_color=not look.color, highlight=False)
    with terminal.hidden_cursor(console), Live(console=console, get_renderable=drawn, refresh_per_second=2) as live:
        last: dict[str, Any] | None = None
        for reading in polling.readings():
            now = record(reading.call)
            changed = changes(last or now, now).items()
            seen += [_told(reading.call, look, path, values) for path, values in changed if _is_telling(path, values)]
            last, call = now, reading.call
            troubles.clear()
            live.refresh()


def _is_telling(path: str, values: list[Any]) -> bool:
    """Whether a change says on one line what the card does not show by itself."""
    return path != "vendor_state" and not any(isinstance(value, list | dict) for value in values)


def _told(call: Call, look: "Style", path: str, values: list[Any]) -> str:
    at = f"{look.local(call.retrieved_at):%H:%M:%S}" if call.retrieved_at else ""
    before, after = (value if isinstance(value, str) else dumps(value, lines=True) for value in values)
    return inert(f"{at} {path}: {after}" if values[0] is None else f"{at} {path}: {before} {look.arrow} {after}")


def changes(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> dict[str, list[Any]]:
    """Return the path of every field that differs between two records, and its old and new value."""
    found: dict[str, list[Any]] = {}
    for key in [*old, *(key for key in new if key not in old)]:
        before, after = old.get(key), new.get(key)
        if before == after or prefix + key in NOT_NEWS:
            continue
        if isinstance(before, dict) and isinstance(after, dict):
            found |= changes(before, after, f"{prefix}{key}.")
        else:
            found[prefix + key] = [before, after]
    return found
