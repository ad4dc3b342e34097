"""`callinspect wait`: block until a call reaches a state."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from callinspect.cli import groups, main
from callinspect.cli.input import words
from callinspect.cli.options import Options
from callinspect.errors import NOT_ANSWERED, TimeoutReachedError, either
from callinspect.model import Call, Outcome, State

if TYPE_CHECKING:
    from callinspect.cli.following import Following
    from callinspect.client.inspection import Inspection
    from callinspect.client.polling import Polling

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


@app.command(cls=groups.FollowingCommand)
@groups.expanded
def wait(
    ctx: typer.Context,
    *,
    states: Annotated[
        list[str],
        typer.Option(
            "--for",
            metavar="STATE",
            autocompletion=lambda: [each.value for each in Goal],
            help=f"State to wait for, or several with commas: {', '.join(Goal)}; the first one reached ends the wait.",
        ),
    ] = [Goal.ENDED.value],  # noqa: B006 - Typer's way to give a list a default
    followed: groups.Followed,
    results: groups.Results,
    related: groups.Related,
    reading: groups.Reading,
    exit_status: groups.ExitStatusOption = False,
) -> int:
    """Wait until a call reaches a state, then show it.

    Exits 0 when the call reaches the state, or one of several, and 8 when it does not within --timeout (an hour by
    default) or no longer can; with --exit-status, a call that ends unanswered is shown and exits 11. On a terminal, a
    line shows the call's state and when it is checked next. Temporary failures do not end the wait.
    """
    from callinspect.cli.following import Following

    options = ctx.ensure_object(Options)
    options.result_format = results.form
    goals = [Goal(each) for each in dict.fromkeys(words.several(states, "--for", tuple(Goal)))]
    result = results.output(options, several=False)
    related.check_use(results)
    with followed.polling(options, reading, related) as polling:
        following = Following(polling, options, "waiting")
        with following.shown():
            awaited(polling, following, goals, until_unanswered=exit_status)
            read = polling.final()
        result.add(read)
    return NOT_ANSWERED if exit_status and read.call.is_unanswered else 0


def awaited(
    polling: "Polling", following: "Following", goals: list[Goal], *, until_unanswered: bool = False
) -> "Inspection":
    """Poll the call until it has reached one of the goals; return that reading.

    Args:
        polling: the polling.
        following: says what is seen.
        goals: the states to wait for.
        until_unanswered: whether the call's end without an answer ends the wait as well.

    Raises:
        TimeoutReachedError: it was not in time, or can no longer be.
        CallinspectError: the call could not be read.
    """
    for look in polling.looks():
        if look is None:
            following.note_trouble()
            continue
        call = look.call
        if any(reached(call, goal) for goal in goals) or (until_unanswered and call.is_unanswered):
            return look
        if all(past(call, goal) for goal in goals):
            break
        following.note_state(look)
    never = "was never" if {*goals} <= {Goal.ANSWERED, Goal.ACTIVE} else "was not seen"
    is_in = "has ended" if call.state is State.ENDED else f"is {call.state}"
    raise TimeoutReachedError(f"the call {is_in} and {never} {either(goals)}").about(call.provider, call.id)


def past(call: Call, goal: Goal) -> bool:
    """Whether a call can no longer reach a goal, because it has been answered."""
    return goal in {Goal.QUEUED, Goal.DIALING, Goal.RINGING} and call.is_talking


def reached(call: Call, goal: Goal) -> bool:
    """Whether a call has reached a goal; one that was answered has been active, even if no reading saw that."""
    if goal in {Goal.ANSWERED, Goal.ACTIVE}:
        was_answered = call.answered_at is not None or call.was_answered or call.outcome is Outcome.ANSWERED
        if was_answered or call.is_talking:
            return True
        return goal is Goal.ACTIVE and call.state is State.ACTIVE and not call.is_ending  # a menu has taken it
    return call.state.value == goal.value
