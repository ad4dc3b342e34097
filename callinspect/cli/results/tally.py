"""Writes a run's results, reports its failures, and determines its exit status."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from callinspect.cli.console import messages, streams
from callinspect.cli.options import Options
from callinspect.cli.results.output import Output
from callinspect.cli.results.writers import Writer
from callinspect.deadline import now
from callinspect.errors import IN_WORDS, NOT_ANSWERED, SOME_FAILED, CallinspectError, OutputError


class Tally:
    """Counts results and failures while it writes them.

    Args:
        options: the global options.
        result: the output for results, or what takes them instead.
        check_outcome: whether the exit status reports calls that ended with another outcome than answered.
    """

    def __init__(self, options: Options, result: Output | Writer, *, check_outcome: bool = False) -> None:
        self._options = options
        self._result = result
        self._written = 0
        self._failures: set[int] = set()
        self._failed = 0
        self._words: Counter[str] = Counter()
        self._begun = now()
        self._check_outcome = check_outcome
        self._not_answered = False

    @property
    def written(self) -> int:
        """The number of results written."""
        return self._written

    def handle(self, inspection: Any) -> None:
        """Write a result: a call, or whatever else is written in its place.

        Raises:
            CallinspectError: the response is not a call, or cannot be written.
        """
        not_answered = self._check_outcome and inspection.call.is_unanswered
        self._result.add(inspection)
        self._written += 1
        self._not_answered = self._not_answered or not_answered

    def handle_all(self, outcomes: Iterable[Any], total: int | None, *, with_progress: bool = True) -> None:
        """Write results as they arrive, and report each failure.

        Args:
            outcomes: each call, or the error in its place.
            total: the number of calls, None if unknown.
            with_progress: whether progress may be drawn.

        Raises:
            KeyboardInterrupt: the run was interrupted; how many calls are not done is reported.
        """
        from callinspect.cli.console import progress

        try:
            enabled = with_progress and not self._options.quiet and not self._result.is_on_terminal
            color, pause = self._options.color, self._options.pause
            with progress.display(total, enabled=enabled, color=color, pause=pause) as advance:
                for outcome in outcomes:
                    with streams.interruption.held():
                        advance(not self._handle(outcome))
            self._result.end()
        except streams.UnreadError:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                self._report_interruption(total)
            self._result.stop()
            raise

    def interruption(self, done: int, total: int | None) -> str:
        """Return what is said of an interruption.

        Args:
            done: the calls that are done, failed ones included.
            total: the number of calls, None if unknown.
        """
        left = "the rest" if total is None else f"{total - done}"
        return f"interrupted: {done} {'call' if done == 1 else 'calls'} done, {left} not done"

    def summarize(self, *, with_time: bool, is_resumed: bool = False) -> None:
        """Report how many calls are done and failed, if there were several; in a pipe, only if some failed.

        Args:
            with_time: whether to report how long the run took.
            is_resumed: whether calls that an earlier run has done are left out: there may be no other.
        """
        total = self._written + self._failed
        if not total and not is_resumed:  # an empty input may be a program's that failed
            self._options.count("no calls to read")
        is_wanted = self._failed or streams.is_error_terminal()
        if total < 2 or not is_wanted:  # noqa: PLR2004 - several
            return
        failed = f", {self._failed} failed ({breakdown(self._words)})" if self._failed else ""
        from callinspect.duration import seconds

        took = round(now() - self._begun)
        time = f" in {seconds(took)}" if took and with_time else ""
        self._options.count(f"{self._written} of {total} done{failed}{time}")

    def status(self) -> int:
        """Return the exit status."""
        if self._failed:
            return self._failures.pop() if not self._written and len(self._failures) == 1 else SOME_FAILED
        return NOT_ANSWERED if self._not_answered else 0

    def _report_interruption(self, total: int | None) -> None:
        streams.write_harmless_error(f"callinspect: {self.interruption(self._written + self._failed, total)}")

    def _handle(self, outcome: Any) -> bool:
        if isinstance(outcome, CallinspectError):
            return self._add_failure(outcome)
        try:
            self.handle(outcome)
        except OutputError:
            raise
        except CallinspectError as error:
            return self._add_failure(error)
        return True

    def _add_failure(self, error: CallinspectError) -> bool:
        self._failed += 1
        self._failures.add(error.exit_status)
        self._words[IN_WORDS[error.code]] += 1
        messages.report(error, self._options)
        return False


def breakdown(counts: Counter[str]) -> str:
    """Return counts for people, the largest first: `20 answered, 6 busy`."""
    return ", ".join(f"{count} {word}" for word, count in counts.most_common())
