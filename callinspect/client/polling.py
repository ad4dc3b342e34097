"""Polls one call until it ends."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from callinspect.client.inspection import Inspection
from callinspect.client.inspector import Inspector
from callinspect.client.timeline.seen import seen, untimed, vanished
from callinspect.deadline import Deadline
from callinspect.errors import BadResponseError, CallinspectError, NotFoundError, TimeoutReachedError
from callinspect.model import GONE, Call, Direction, Outcome, Party, State
from callinspect.provider import Extras, Provider, Target
from callinspect.provider.extras import ALL

if TYPE_CHECKING:
    from callinspect.model.timeline import Entry

INTERVALS = {State.QUEUED: 1.0, State.DIALING: 1.0, State.RINGING: 1.0, State.ACTIVE: 2.0, State.HELD: 2.0}
"""Seconds until the next poll by state; a ringing call may change at any moment."""

DEFAULT_PAUSE = 2.0
SLOWDOWN = 1.5
"""Factor by which the pause grows if nothing has changed."""

MAX_PAUSE = 10.0

MAX_UNREADABLE = 5
"""Unreadable responses in a row, such as a maintenance page, after which to give up."""

MAX_EXTRAS = 5.0
"""Seconds for the related data of a call that goes on."""

PLAIN = Extras(without=frozenset({ALL}), is_alone=True)

MIN_GRACE = 10.0
"""Seconds for which a call that was seen may be missing, unless its vendor forgets calls or the user says otherwise."""

MIN_TIME = 0.5
"""Minimum seconds for the last poll; with less time left there is none."""

WAS_ACTIVE = "the vendor does not report the outcome; the call was active before it ended"
LOST = "the vendor no longer reports the {}; shown as last seen"

LASTING = ("session_id", "parent_id", "direction", "from_", "to", "created_at", "queued_at", "answered_by")
"""What a call keeps for all its life, even if a later answer does not say it any more."""

ABSENT = (None, Direction.UNKNOWN)
"""What stands where an answer does not say it."""


class Polling:
    """Polls a call until it ends.

    If the vendor drops ended calls, a call that is no longer found has ended: it is yielded once more, as ended.

    Args:
        client: fetches the call.
        provider: the provider.
        target: which call.
        deadline: when to give up.
        extras: which related data to read once the call has ended, or with `final`.
        interval: seconds between polls; None for a pause that depends on the state and grows while nothing changes.
        grace: seconds for which the call may not be found, at first or again; None for the provider's, and for some
            more again.

    Attributes:
        last: the last reading, None if there is none yet.
        trouble: why the last look gave no reading: a temporary failure, or the call was not found; None if it gave one.
    """

    def __init__(
        self,
        client: Inspector,
        provider: Provider,
        target: Target,
        deadline: Deadline,
        *,
        extras: Extras = Extras(),  # noqa: B008 - an immutable value
        interval: float | None = None,
        grace: float | None = None,
    ) -> None:
        self._client = client
        self._provider = provider
        self._target = target
        self._deadline = deadline
        self._extras = extras._replace(is_alone=True)
        self._seen: tuple[Entry, ...] = ()
        self._has_extras = False
        self._fullest: Call | None = None
        self._interval = interval
        self._grace = Deadline(provider.grace if grace is None else grace)
        # What was there is not gone, unless the vendor forgets it: one of its copies may be late.
        is_kept = grace is None and not provider.forgets
        self._grace_again = max(self._grace.seconds, MIN_GRACE) if is_kept else self._grace.seconds
        self.last: Inspection | None = None
        self.trouble: CallinspectError | None = None
        self._next = Deadline(0)
        self._unreadable = 0
        self._was_active = False

    @property
    def next_look(self) -> float:
        """Seconds until the next look; zero during one."""
        return self._next.remaining

    @property
    def grace_left(self) -> float:
        """Seconds for which the call may still not be found."""
        return self._grace.remaining

    @property
    def time_left(self) -> float:
        """Seconds until the time limit."""
        return self._deadline.remaining

    def looks(self) -> Iterator[Inspection | None]:
        """Yield the reading of every look at the call, the last one being its end; None for a look that gave none.

        Raises:
            TimeoutReachedError: the time limit was reached before the call ended.
            CallinspectError: the call could not be read.
        """
        pause = 0.0
        while True:
            reading = self._read()
            state = reading.call.state if reading else None
            is_failing = reading is None and not isinstance(self.trouble, NotFoundError)
            if is_failing or (self.last and state is self.last.call.state):
                pause = min(MAX_PAUSE, max(pause * SLOWDOWN, DEFAULT_PAUSE))
            else:
                pause = INTERVALS.get(state, DEFAULT_PAUSE) if state else DEFAULT_PAUSE
            if reading is not None:
                self.last = reading
                self._grace = Deadline(self._grace_again)
                self._was_active = self._was_active or reading.call.is_talking
            yield reading
            if state is State.ENDED:
                return
            self._sleep(self._interval or pause)

    def _read(self) -> Inspection | None:
        """Return the current reading, None if there is none this time."""
        unreadable, self._unreadable = self._unreadable, 0
        try:
            longest = max(MIN_TIME, self._deadline.remaining)
            found = self._client.inspect(self._target, PLAIN, longest=longest)
            if self._is_time_for_extras(found.call):
                found = self._with_extras(found)
            found = self._completed(found)
        except NotFoundError as error:
            # A replica of the vendor's may lag behind the one that already returned the call.
            if not self._grace.remaining:
                if self.last is None or not self._provider.forgets:
                    raise
                self._has_extras = True  # or rather, there is nothing to read them from
                self._seen += tuple(vanished(self.last.call, datetime.now(UTC), self.last.offset))
                return self.last.known_as(self._ended(self.last.call), self._seen)
            self.trouble = error
        except CallinspectError as error:
            self._unreadable = unreadable + 1 if isinstance(error, BadResponseError) else 0
            if not error.retryable and not 0 < self._unreadable < MAX_UNREADABLE:
                raise
            self.trouble = error
        else:
            self.trouble = None
            return found
        return None

    def final(self) -> Inspection:
        """Return the last reading with the related data that is wanted, which is not read with every look."""
        if self.last is None or self._has_extras:
            return cast("Inspection", self.last)
        return self._known(self._with_extras(self._plain), self.last.call)

    def _is_time_for_extras(self, call: Call) -> bool:
        """Whether to read related data at this look: when a call has ended, or its vendor may forget it before that.

        A slow answer about something else must not hide what becomes of the call.
        """
        has_changed = self.last is None or self.last.call.state is not call.state
        return call.state is State.ENDED or (self._provider.forgets and bool(self._extras.names) and has_changed)

    def _with_extras(self, reading: Inspection) -> Inspection:
        left = max(MIN_TIME, self._deadline.remaining)
        longest = left if reading.call.state is State.ENDED else min(left, MAX_EXTRAS)
        return self._client.add(reading, self._target, self._extras, longest=longest)

    def _completed(self, reading: Inspection) -> Inspection:
        """Add what was seen to the record, and remember both."""
        self._plain, self._has_extras = reading, self._is_time_for_extras(reading.call)
        if self._has_extras and reading.document.extras:
            self._fullest = reading.call
        if self.last is not None:
            self._seen += tuple(seen(self.last.call, reading.call, reading.offset))
        return self._known(reading, self.last.call if self.last else reading.call)

    def _known(self, reading: Inspection, before: Call) -> Inspection:
        """Return a reading with what was seen before, and the observed outcome if the vendor does not report it."""
        call = _with_history(reading.call, before)
        self._seen = untimed(self._seen, call)
        if _is_open(call) and self._was_active:
            call = call._replace(outcome=Outcome.ANSWERED, warnings=(*call.warnings, WAS_ACTIVE))
        return reading if call is reading.call and not self._seen else reading.known_as(call, self._seen)

    def _ended(self, last: Call) -> Call:
        """Return the call as ended. Its outcome is known only if it was seen to be answered."""
        answered = last.answered_at is not None or last.was_answered or self._was_active
        outcome = Outcome.ANSWERED if answered else Outcome.UNKNOWN
        vendor = {**self._fullest.vendor, **last.vendor} if self._fullest else last.vendor
        return last._replace(state=State.ENDED, outcome=outcome, vendor=vendor, warnings=(*last.warnings, GONE))

    def _sleep(self, seconds: float) -> None:
        """Wait for the next poll; the last one is at the end of the time limit.

        Raises:
            TimeoutReachedError: the time limit was reached.
            CallinspectError: the vendor asks for a longer wait than there is time.
        """
        failure = self.trouble
        named = failure.retry_after or 0.0 if failure else 0.0
        left = self._deadline.remaining
        if failure is not None and named > left:
            raise failure
        if left > MIN_TIME:
            self._next = Deadline(min(max(seconds, named), left - MIN_TIME / 2))
            time.sleep(self._next.seconds)
            return
        what = "was not found within" if isinstance(failure, NotFoundError) else "could not be read within"
        if self.last:
            what = f"is still {self.last.call.state} after"
        error = TimeoutReachedError(
            f"the call {what} {self._deadline.seconds:g} s" + (f": {failure.message}" if failure else ""),
            hint=failure.hints if failure else None,
        ).about(*self._target)
        raise error.because_of(failure) if failure else error


def _with_history(call: Call, before: Call) -> Call:
    """Return the call with who it is between and how it came about; a vendor may report that only while it rings."""
    lost = [name for name in LASTING if getattr(call, name) in ABSENT and getattr(before, name) not in ABSENT]
    if "direction" in lost:  # which says who is who: without it, a vendor may name the parties the other way round
        lost += [name for name in ("from_", "to") if getattr(before, name) not in ABSENT]
    call = call._replace(**{name: getattr(before, name) for name in lost})
    call = call._replace(from_=_at_its_fullest(call.from_, before.from_), to=_at_its_fullest(call.to, before.to))
    call = _with_answer(call, before)
    if before.redirections and not call.redirections:
        warnings = (*call.warnings, LOST.format("redirections"))
        call = call._replace(redirections=before.redirections, warnings=warnings)
    if before.recall and not call.recall:
        call = call._replace(recall=before.recall, warnings=(*call.warnings, LOST.format("recall")))
    return _with_related(call, before)


def _with_answer(call: Call, before: Call) -> Call:
    """Return the call with the time of its answer, unless the vendor says by now that there was none."""
    is_said = call.answered_at is not None or call.outcome not in {None, Outcome.ANSWERED, Outcome.UNKNOWN}
    if before.answered_at is None or is_said:
        return call
    ring = before.durations.ring if call.durations.ring is None else call.durations.ring
    return call._replace(answered_at=before.answered_at, durations=call.durations._replace(ring=ring))


def _at_its_fullest(party: Party | None, before: Party | None) -> Party | None:
    """Return a party with what was known before of the same number or address."""
    if not party or not before or party.private or (party.number, party.uri) != (before.number, before.uri):
        return party
    return party._replace(**{name: value for name, value in before._asdict().items() if getattr(party, name) is None})


def _with_related(call: Call, before: Call) -> Call:
    """Return the call with what was read about it before, where this look did not ask or nothing is there any more."""
    if call.related is None or before.related is None:
        return call
    old, now = before.related._asdict(), call.related._asdict()
    kept = {name: found for name, found in old.items() if found and not now[name]}
    if not kept:
        return call
    lost = (LOST.format(name) for name in kept if call.state is State.ENDED)
    return call._replace(related=call.related._replace(**kept), warnings=(*call.warnings, *lost))


def _is_open(call: Call) -> bool:
    """Whether the vendor does not report the outcome, or at most that there was no answer.

    Only a caller cancels, so that canceled without naming the caller is not reported but assumed.
    """
    return call.outcome in {Outcome.UNKNOWN, Outcome.UNANSWERED} or (
        call.outcome is Outcome.CANCELED and call.ended_by is None
    )
