"""Polls one call until it ends."""

import time
from collections.abc import Callable, Iterator

from callinspect.client.inspector import Client, Inspection
from callinspect.deadline import Deadline
from callinspect.errors import BadResponseError, CallinspectError, NotFoundError, TimeoutReachedError, UsageError
from callinspect.model import Call, Outcome, State
from callinspect.provider import Provider, Target

INTERVALS = {State.QUEUED: 1.0, State.DIALING: 1.0, State.RINGING: 1.0, State.ACTIVE: 2.0, State.HELD: 2.0}
"""Seconds until the next poll by state; a ringing call may change at any moment."""

DEFAULT_PAUSE = 2.0
SLOWDOWN = 1.5
"""Factor by which the pause grows if nothing has changed."""

MAX_PAUSE = 10.0
MAX_INTERVAL = 86_400.0

MAX_UNREADABLE = 5
"""Unreadable responses in a row, such as a maintenance page, after which to give up."""

MIN_TIME = 0.5
"""Minimum seconds for the last poll; with less time left there is none."""

SEEN = "the vendor does not report the outcome; the call was active before it ended"
GONE = "the vendor no longer shows the call, so it has ended; this is its last known state"


class Polling:
    """Polls a call until it ends.

    If the vendor drops ended calls, a call that is no longer found has ended: it is yielded once more, as ended.

    Args:
        client: fetches the call.
        provider: the provider.
        target: which call.
        deadline: when to give up.
        interval: seconds between polls; None for a pause that depends on the state and grows while nothing changes.
        grace: seconds for which the call may not be found, at first or again.
        on_failure: called with a temporary failure, once while it stays the same.
    """

    def __init__(
        self,
        client: Client,
        provider: Provider,
        target: Target,
        deadline: Deadline,
        *,
        interval: float | None = None,
        grace: float | None = None,
        on_failure: Callable[[CallinspectError], None] = lambda _: None,
    ) -> None:
        if interval is not None and not 0 < interval <= MAX_INTERVAL:
            raise UsageError("--interval takes a number of seconds, at most a day")
        self._client = client
        self._provider = provider
        self._target = target
        self._deadline = deadline
        self._interval = interval
        self._grace_seconds = provider.grace if grace is None else grace
        self._grace = Deadline(self._grace_seconds)
        self._on_failure = on_failure
        self._last: Inspection | None = None
        self._failure: CallinspectError | None = None
        self._missing: NotFoundError | None = None
        self._unreadable = 0
        self._was_active = False

    def readings(self) -> Iterator[Inspection]:
        """Yield every reading of the call, the last one being its end.

        Raises:
            TimeoutReachedError: the time limit was reached before the call ended.
            CallinspectError: the call could not be read.
        """
        pause = 0.0
        while True:
            reading = self._read()
            state = reading.call.state if reading else None
            if self._failure is not None or (self._last and state is self._last.call.state):
                pause = min(MAX_PAUSE, max(pause * SLOWDOWN, DEFAULT_PAUSE))
            else:
                pause = INTERVALS.get(state, DEFAULT_PAUSE) if state else DEFAULT_PAUSE
            if reading is not None:
                self._last = reading
                self._grace = Deadline(self._grace_seconds)
                self._was_active = self._was_active or state in {State.ACTIVE, State.HELD}
                yield reading
            if state is State.ENDED:
                return
            self._sleep(self._interval or pause)

    def _read(self) -> Inspection | None:
        """Return the current reading, None if there is none this time."""
        earlier, self._failure, self._missing = self._failure, None, None
        unreadable, self._unreadable = self._unreadable, 0
        try:
            longest = max(MIN_TIME, self._deadline.remaining)
            return self._completed(self._client.inspect(self._target, self._provider.default_extras, longest=longest))
        except NotFoundError as error:
            # A replica of the vendor's may lag behind the one that already returned the call.
            if self._grace.remaining:
                self._missing = error
            elif self._last is not None and self._provider.forgets:
                return self._last.known_as(self._ended(self._last.call))
            else:
                raise
        except CallinspectError as error:
            self._unreadable = unreadable + 1 if isinstance(error, BadResponseError) else 0
            if not error.retryable and not 0 < self._unreadable < MAX_UNREADABLE:
                raise
            self._failure = error
            if earlier is None or earlier.message != error.message:
                self._on_failure(error)
        return None

    def _completed(self, reading: Inspection) -> Inspection:
        """Add the observed outcome to the record if the vendor does not report it."""
        if _is_open(reading.call) and self._was_active:
            warnings = (*reading.call.warnings, SEEN)
            return reading.known_as(reading.call._replace(outcome=Outcome.ANSWERED, warnings=warnings))
        return reading

    def _ended(self, last: Call) -> Call:
        """Return the call as ended. Its outcome is known only if it was seen to be answered."""
        answered = last.answered_at is not None or last.was_answered or self._was_active
        outcome = Outcome.ANSWERED if answered else Outcome.UNKNOWN
        return last._replace(state=State.ENDED, outcome=outcome, warnings=(*last.warnings, GONE))

    def _sleep(self, seconds: float) -> None:
        """Wait for the next poll; the last one is at the end of the time limit.

        Raises:
            TimeoutReachedError: the time limit was reached.
            CallinspectError: the vendor asks for a longer wait than there is time.
        """
        failure = self._failure or self._missing
        named = failure.retry_after or 0.0 if failure else 0.0
        left = self._deadline.remaining
        if failure is not None and named > left:
            raise failure
        if left > MIN_TIME:
            time.sleep(min(max(seconds, named), left - MIN_TIME / 2))
            return
        what = "could not be read within" if self._failure else "was not found within"
        if self._last:
            what = f"is still {self._last.call.state} after"
        raise TimeoutReachedError(
            f"the call {what} {self._deadline.seconds:g} s" + (f": {failure.message}" if failure else ""),
            hint=failure.hints if failure else None,
        ).about(*self._target)


def _is_open(call: Call) -> bool:
    """Whether the vendor does not report the outcome, or at most that there was no answer.

    Only a caller cancels, so that canceled without naming the caller is not reported but assumed.
    """
    return call.outcome in {Outcome.UNKNOWN, Outcome.UNANSWERED} or (
        call.outcome is Outcome.CANCELED and call.ended_by is None
    )
