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
    troubles: list[CallinspectError] = []

    def troubled(error: CallinspectError) -> None:
        if streams.is_terminal():
            troubles[:] = [error]
        else:
            options.notice(f"still watching: {error.told}")

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


def _show(polling: "Polling", options: Options, troubles: list[CallinspectError], *, utc: bool) -> None:
    """Keep the call's card on the terminal, its running time included; below it the changes seen, and the trouble."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from callinspect.render.card import card
    from callinspect.render.layout import drawn, sentence

    seen: list[str] = []
    call: Call | None = None
    look = style(utc=utc, color=not options.no_color)

    def picture() -> Text:
        told = [_trouble(error, look, options) for error in troubles]
        texts = [*seen, *told] if call or told else ["waiting for the first answer"]
        below = drawn([line for each in texts for line in sentence(Text(each), look)], look)
        if call is None:
            return Text.from_ansi(below, style="dim", no_wrap=False)
        now = call if call.state is State.ENDED else call._replace(retrieved_at=datetime.now(UTC))
        return Text.from_ansi(card(now, look) + "\n" * bool(below) + below, no_wrap=False)

    console = Console(file=streams.check_output(), no_color=not look.color, highlight=False)
    with terminal.hidden_cursor(console), Live(console=console, get_renderable=picture, refresh_per_second=2) as live:
        last: dict[str, Any] | None = None
        for reading in polling.readings():
            now = record(reading.call)
            changed = changes(last or now, now).items()
            seen += [_told(reading.call, look, path, values) for path, values in changed if _is_telling(path, values)]
            last, call = now, reading.call
            troubles.clear()
            live.refresh()


def _trouble(error: CallinspectError, look: "Style", options: Options) -> str:
    message = streams.shortened(options.redacted(error.message))
    return f"no answer: {look.quoted(message) if error.vendor_message else look.inert(message)}"


def _is_telling(path: str, values: list[Any]) -> bool:
    """Whether a change says on one line what the card does not show by itself."""
    return path != "vendor_state" and not any(isinstance(value, list | dict) for value in values)


def _told(call: Call, look: "Style", path: str, values: list[Any]) -> str:
    at = f"{look.local(call.retrieved_at):%H:%M:%S %Z} " if call.retrieved_at else ""
    before, after = (_value(path, each, look) for each in values)
    change = after if values[0] is None else f"{before} {look.arrow} {after}"
    return f"{at}{look.word(path)}: {change}"


def _value(path: str, value: Any, look: "Style") -> str:
    """Return one of a field's values; what a stranger chose cannot pass for the rest of the line."""
    if not isinstance(value, str):
        return dumps(value, lines=True)
    return look.quoted(value) if path.endswith("name") else look.word(value)


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
