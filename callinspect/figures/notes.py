"""What should be known of figures: which calls they leave out, and what was odd."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callinspect.figures.results import Figures
from callinspect.model.words import Outcome

SOON = timedelta(minutes=1)
"""By which clocks may differ: what begins later than that is in the future."""

TALK = "ACD, talk and minutes"
"""The figures that are made from durations of talk."""


class Notes:
    """Collects what was odd.

    Args:
        now: the present.

    Attributes:
        timeless: calls that have ended and have no time.
        left_out: calls that were not counted because they have no time.
        unclear: canceled calls of which it is not known who ended them, and which were not answered.
        backwards: calls that ended before they started.
        unreadable: costs that cannot be read.
        ungrouped: calls that no group was left for.
        first: the earliest time of a call, None if none has a time.
        last: the latest one.
    """

    def __init__(self, now: datetime) -> None:
        self._soon = now + SOON
        self._future = 0
        self.timeless = self.left_out = self.unclear = 0
        self.backwards = self.unreadable = self.ungrouped = 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add_time(self, at: datetime | None, *, is_drawn: bool) -> None:
        """Note a call's time.

        Args:
            at: the time, None if it has none.
            is_drawn: whether the call is in a bar if it has one.
        """
        if at is None:
            self.timeless += is_drawn
            return
        self._future += at > self._soon
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at

    def sentences(self, overall: Figures, limit: int) -> list[str]:
        """Return the sentences.

        Args:
            overall: the figures of all calls.
            limit: how many groups there can be.
        """
        return [*self._left_out(overall), *self._odd(limit)]

    def _left_out(self, overall: Figures) -> Iterator[str]:
        """Yield which calls figures are not made from."""
        without = overall.ended - overall.attempts
        if without:
            yield f"ASR and NER leave out {_calls(without)} whose outcome is unknown"
        if later := overall.answered - overall.outcomes[Outcome.ANSWERED]:
            was = "was answered but has" if later == 1 else "were answered but have"
            them = "it" if later == 1 else "them"
            yield f"{_calls(later)} {was} another outcome: ASR, NER, ACD and talk count {them} as answered"
        unexplained = overall.outcomes[Outcome.UNANSWERED]
        if unexplained:
            calls = _calls(unexplained, "unanswered ")
            records = "its record does" if unexplained == 1 else "their records do"
            yield f"NER counts {calls} as not effective: {records} not say why"
        if self.unclear:
            calls = _calls(self.unclear, "canceled ")
            yield f"NER counts {calls} as not effective: the vendor does not say who canceled"
        untimed, unrung = overall.answered - overall.timed, overall.answered - overall.rung
        if untimed == unrung > 0:
            yield f"Ring, {TALK} leave out {_times_unknown(untimed, overall)}"
        else:
            if unrung:
                yield f"Ring leaves out {_times_unknown(unrung, overall)}"
            if untimed:
                yield f"{TALK} leave out {_times_unknown(untimed, overall)}"
        yield from self._without_time()

    def _without_time(self) -> Iterator[str]:
        if self.timeless:
            yield f"{_calls(self.timeless)} without a time {_are(self.timeless)} in no bar"
        if self.left_out:
            calls = f"{_calls(self.left_out)} {_are(self.left_out)} left out"
            has = "it has" if self.left_out == 1 else "they have"
            yield f"{calls}: {has} no time, so --since and --until cannot be applied"

    def _odd(self, limit: int) -> Iterator[str]:
        if self.backwards:
            they = "it" if self.backwards == 1 else "they"
            yield f"{_calls(self.backwards)} ended before {they} started"
        if self._future:
            them = "it" if self._future == 1 else "them"
            yield f"{_calls(self._future)} {_are(self._future)} in the future: --until now leaves {them} out"
        if self.unreadable:
            yield f"the cost of {_calls(self.unreadable)} cannot be read and is left out"
        if self.ungrouped:
            yield f"{_calls(self.ungrouped)} {_are(self.ungrouped)} counted as (others), after {limit:,} other groups"


def _calls(count: int, kind: str = "") -> str:
    return f"1 {kind}call" if count == 1 else f"{count:,} {kind}calls"


def _times_unknown(count: int, overall: Figures) -> str:
    of = f"{count:,} of {overall.answered:,} answered calls"
    return f"{of}: {'its times are' if count == 1 else 'their times are'} unknown"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
