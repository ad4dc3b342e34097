"""`callinspect wait`: block until a call has come so far."""

from enum import StrEnum
from typing import Annotated

import typer

from callinspect import providers
from callinspect.cli import main, opening
from callinspect.cli.input import targets
from callinspect.cli.options import Options
from callinspect.cli.output import (
    FieldOption,
    Format,
    IncludeOption,
    Output,
    OutputOption,
    QueryOption,
    RawOption,
    UTCOption,
)
from callinspect.commands.get import ExitStatusOption
from callinspect.errors import NOT_ANSWERED, TimeoutReachedError
from callinspect.model import Call, Outcome, State

app = main.command()

LONGEST = 3600.0
"""Seconds to wait, unless told otherwise."""


class Goal(StrEnum):
    """What can be waited for."""

    QUEUED = "queued"
    DIALING = "dialing"
    RINGING = "ringing"
    ACTIVE = "active"
    HELD = "held"
    ANSWERED = "answered"
    ENDED = "ended"


IntervalOption = Annotated[
    float | None, typer.Option(min=0.1, metavar="SECONDS", help="Time between readings; by state unless given.")
]
GraceOption = Annotated[
    float | None,
    typer.Option(
        min=0, metavar="SECONDS", help="Time in which a call that is not found may yet appear; 120 for bandwidth."
    ),
]


@app.command(cls=main.Command)
def wait(
    ctx: typer.Context,
    provider: Annotated[
        str,
        typer.Argument(metavar="PROVIDER", help="Whose call; or PROVIDER:CALL_ID."),
    ],
    call_id: Annotated[str | None, typer.Argument(metavar="CALL_ID", help="The vendor's id.")] = None,
    goal: Annotated[Goal, typer.Option("--for", help="What to wait for.")] = Goal.ENDED,
    interval: IntervalOption = None,
    grace: GraceOption = None,
    output: OutputOption = Format.AUTO,
    raw: RawOption = False,
    field: FieldOption = None,
    query: QueryOption = None,
    include: IncludeOption = None,
    setting: opening.SetOption = None,
    utc: UTCOption = False,
    exit_status: ExitStatusOption = False,
) -> int:
    """Wait until a call reaches a state, then show it.

    The exit status is 0 when it has, and 8 when it has not within --timeout (an hour unless given), or cannot any
    more. A failure that may pass does not end the waiting.
    """
    from callinspect.cli.tally import ended_unanswered
    from callinspect.client.polling import Polling
    from callinspect.deadline import Deadline

    options = ctx.ensure_object(Options)
    options.expect(output)
    (target,) = targets.of_words(provider, [call_id] if call_id is not None else [])
    result = Output(
        form=output,
        several=False,
        raw=raw,
        paths=field or [],
        query=query,
        include=include,
        utc=utc,
        color=not options.no_color,
    )
    deadline = Deadline(options.timeout or LONGEST)
    options.timeout = None
    with opening.client(options, setting) as client:
        polling = Polling(
            client,
            providers.get(target.provider),
            target,
            deadline,
            interval=interval,
            grace=grace,
            troubled=lambda error: options.notice(f"still waiting: {error.told}"),
        )
        for reading in polling.readings():
            if reached(reading.call, goal):
                result.add(reading)
                return NOT_ANSWERED if exit_status and ended_unanswered(reading.call) else 0
            if past(reading.call, goal):
                break
    never = "was never" if goal in {Goal.ANSWERED, Goal.ACTIVE} else "was not seen"
    raise TimeoutReachedError(f"the call is {reading.call.state} and {never} {goal}").about(*target)


def past(call: Call, goal: Goal) -> bool:
    """Whether a call cannot come to that any more, because it has been answered."""
    return goal in {Goal.QUEUED, Goal.DIALING, Goal.RINGING} and call.state in {State.ACTIVE, State.HELD}


def reached(call: Call, goal: Goal) -> bool:
    """Whether a call has come so far; one that was answered has been active, even if no reading saw it so."""
    if goal in {Goal.ANSWERED, Goal.ACTIVE}:
        was_answered = call.answered_at is not None or call.was_answered or call.outcome is Outcome.ANSWERED
        return was_answered or call.state in {State.ACTIVE, State.HELD}
    return call.state.value == goal.value
