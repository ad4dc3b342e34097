"""Adds results up instead of writing them."""

from collections.abc import Callable
from typing import Any

from callinspect.cli.results.tally import Tally
from callinspect.cli.results.writers import Writer
from callinspect.errors import OutputError
from callinspect.figures import Counting, NoRoomError, Statistics


class Summed(Writer):
    """Adds calls to the figures as they come.

    Args:
        counting: what counts them.
        read: returns the record of one.
    """

    def __init__(self, counting: Counting, read: Callable[[Any], Any]) -> None:
        self._counting = counting
        self._read = read

    def add(self, result: Any) -> None:
        """Count a call.

        Raises:
            CallinspectError: it has no record, or there is no room for its durations.
        """
        try:
            self._counting.add(self._read(result))
        except NoRoomError as error:
            raise _without_room(error) from None


def statistics(counting: Counting, most: int) -> Statistics:
    """Return what was counted.

    Args:
        counting: what counted it.
        most: how many slots of time there may be.

    Raises:
        OutputError: there is no room for the durations.
    """
    try:
        return counting.statistics(most)
    except NoRoomError as error:
        raise _without_room(error) from None


def _without_room(error: NoRoomError) -> OutputError:
    hint = "it needs free space in the directory for temporary files: export TMPDIR=DIRECTORY chooses another one"
    return OutputError(f"{error}", hint=hint)


class SummedTally(Tally):
    """Reports failures among what is counted, and an interruption, after which there are no figures."""

    def interruption(self, done: int, total: int | None) -> str:
        """Return what is said of an interruption: figures so far could be taken for those of all calls."""
        del total
        return f"interrupted after {done:,} {'call' if done == 1 else 'calls'}: no figures are printed"
