"""`callinspect wait`: block until a call reaches a state."""

from enum import StrEnum
from typing import Annotated

import typer

from callinspect.cli import groups, main
from callinspect.cli.options import Options
from callinspect.errors import NOT_ANSWERED, CallinspectError, TimeoutReachedError
from callinspect.model import Call, Outcome, State

app = main.command()


class Goal(StrEnum):
    """States to wait for."""

    QUEUED = "queued"
    DIALING = "dialing"
    RINGING = "ringing"
    ACTIVE = "active"
    HELD = "held"
    ANSWERED = "answered"
    ENDED = "ended"


@app.command(cls=main.Command)
@groups.expanded
def wait(
    ctx: typer.Context,
    *,
    goal: Annotated[Goal, typer.Option("--for", help="State to wait for.")] = Goal.ENDED,
    followed: groups.Followed,
    results: groups.Results,
    reading: groups.Reading,
    exit_status: groups.ExitStatusOption = False,
) -> int:
    """Wait until a call reaches a state, then show it.

    Exits 0 when the call reaches the state, and 8 when it does not within --timeout (an hour by default) or no longer
    can. Temporary failures do not end the wait.
    """
    from callinspect.cli.tally import ended_unanswered

    options = ctx.ensure_object(Options)
    options.result_format = results.form
    target = followed.target(options)
    result = results.output(options, several=False)

    def on_failure(error: CallinspectError) -> None:
        options.notice(f"still waiting: {error.shown_message}")

    with followed.polling(options, reading, on_failure) as polling:
        for read in polling.readings():
            if reached(read.call, goal):
                result.add(read)
                return NOT_ANSWERED if exit_status and ended_unanswered(read.call) else 0
            if past(read.call, goal):
                break
    never = "was never" if goal in {Goal.ANSWERED, Goal.ACTIVE} else "was not seen"
    is_in = "has ended" if read.call.state is State.ENDED else f"is {read.call.state}"
    raise TimeoutReachedError(f"the call {is_in} and {never} {goal}").about(*target)


def past(call: Call, goal: Goal) -> bool:
    """Whether a call can no longer reach a goal, because it has been answered."""
    return goal in {Goal.QUEUED, Goal.DIALING, Goal.RINGING} and call.state in {State.ACTIVE, State.HELD}


def reached(call: Call, goal: Goal) -> bool:
    """Whether a call has reached a goal; one that was answered has been active, even if no reading saw that."""
    if goal in {Goal.ANSWERED, Goal.ACTIVE}:
        was_answered = call.answered_at is not None or call.was_answered or call.outcome is Outcome.ANSWERED
        return was_answered or call.state in {State.ACTIVE, State.HELD}
    return call.state.value == goal.value
